"""The report's tables as plain text, the same for every form of it that people read."""

from __future__ import annotations

from reviewer.report.facts import JudgeFacts, LabelFacts, PeopleDiffer, RunReport
from reviewer.wording import excuses
from reviewer.wording.labels import version_words
from reviewer.wording.plain_text import plain_text, public_address
from reviewer.wording.plural import counted, noun
from reviewer.wording.score import figure, percent
from reviewer.wording.tables import Table

SELF_DECLARED = "names are self-declared: nothing checks who decided"


def judges(report: RunReport) -> Table:
    """The judges behind the verdicts; no rows where the run was not judged."""
    rows = (
        (
            plain_text(judge.classifier),
            plain_text(", ".join(judge.returned_models) or "not said"),
            f"{plain_text(judge.rubric_version)} / {judge.prompt_hash[:12]}",
            plain_text(_drift(judge)),
            plain_text(judge.admission or ("counted" if judge.counted else "not counted")),
            f"{judge.judged:,}",
            f"{judge.unscored:,}",
        )
        for judge in report.judges
    )
    headings = (
        "Judge",
        "Model as it names itself",
        "Rubric / prompt",
        "Control set",
        "Counted",
        "Judged",
        "No verdict",
    )
    return Table(headings, tuple(rows), n_text=5)


def locks(report: RunReport) -> Table:
    """The release policies that were locked to the suite, oldest first; no rows where there are none."""
    rows = (
        (
            plain_text(each.lock.name) or "unnamed",
            each.lock.hash[:12],
            plain_text(each.lock.at),
            plain_text(each.lock.author),
            "after it" if each.predates else "before it: the bar does not predate the result",
        )
        for each in report.locks
    )
    return Table(("Release policy", "Hash", "Locked", "By", "The run's first response came"), tuple(rows), n_text=5)


def _drift(judge: JudgeFacts) -> str:
    accepted = f" {judge.drift_accepted_by} let it go on." if judge.drift_accepted_by else ""
    return f"{judge.drift or 'none'}{accepted}"


def head(report: RunReport) -> tuple[tuple[str, str], ...]:
    """What was run, by name; texts from outside made plain, no key anywhere."""
    version, labels = report.model_version, report.labels
    sampling = ", ".join(f"{name} {value}" for name, value in version.sampling.as_json().items())
    return tuple(
        (name, plain_text(value))
        for name, value in (
            ("Run", report.run),
            ("Suite", report.suite),
            ("Model version", version.name),
            ("Model id", version.model),
            ("Protocol", version.endpoint.protocol),
            ("Endpoint", public_address(version.endpoint.base_url) or "none (recorded responses)"),
            ("Sampling", sampling or "the server's defaults"),
            ("Labels", version_words(labels.versions, labels.still_open) if labels.versions else ""),
            ("Reviewers", f"{', '.join(report.reviewers)}; {SELF_DECLARED}" if report.reviewers else ""),
            ("Report made", report.created_at),
            ("Program", f"Reviewer {report.program_version}"),
        )
        if value or name not in ("Labels", "Reviewers")
    )


def hashes(report: RunReport) -> tuple[tuple[str, str], ...]:
    """SHA-256 of what the figures depend on."""
    return (
        ("Suite", plain_text(report.suite_hash)),
        ("Action scale", report.scorecard.scale.hash),
        ("Model version", report.version_hash),
    )


def with_disputed(report: RunReport) -> str:
    """The score with the disputed cases beside the one without, or nothing where there are none."""
    card = report.scorecard_with_disputed
    if card is None:
        return ""
    extra = card.n_cases - report.scorecard.n_cases
    return (
        f"With the {counted(extra, 'disputed case')} the balanced score is {figure(card.score.balanced)} "
        f"and the plain score {figure(card.score.plain)}."
    )


def plain(untrusted_text: str) -> str:
    """A name as a page shows it."""
    return plain_text(untrusted_text)


def page_one(report: RunReport) -> list[str]:
    """What a band excuses, stakes, and how far people differ: beside the headline and never in it."""
    return [plain_text(each) for each in (*excuses.page_one(report.scorecard), *people(report.people))]


def people(found: PeopleDiffer) -> list[str]:
    """How many of the reviewers' disputes the bands excuse, which labels the score is by where any was changed or is
    disputed, and the score under each labeller's labels.
    """
    return [each for each in (_disputes(found), _versions(found.labels), _labellers(found)) if each]


def _versions(found: LabelFacts) -> str:
    changed = any(version > 1 for version in found.versions)
    return version_words(found.versions, found.still_open) if changed or found.still_open else ""


def _disputes(found: PeopleDiffer) -> str:
    if not found.disputes:
        return ""
    n, inside = found.disputes, found.inside
    return (
        f"Reviewers differ on {counted(n, 'response')}; on {inside} of {noun(n, 'it', 'them')} "
        f"({percent(inside / n)}) everything they said lies in label and band, so whoever is right, it earns credit."
    )


def _labellers(found: PeopleDiffer) -> str:
    if not found.labellers:
        return ""
    if not found.under:
        name = found.labellers[0] or "somebody unnamed"
        return f"All labels are by one labeller ({name}): what another would have said is not known."
    scores = "; ".join(
        f"{each.name or 'somebody unnamed'} {excuses.measured(each.balanced, each.interval)} "
        f"({counted(each.cases, 'case')} labelled, {each.differ} otherwise than now)"
        for each in found.under
    )
    return f"Balanced score with each labeller's own labels: {scores}."
