"""What stands behind the figures, section by section: overrides, labels, agreement, rulings, gaps, people, versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reviewer.core.bands import sentence
from reviewer.core.decisions import Cause, Decision, DecisionKind
from reviewer.core.scoring.resampling import REPLICATES, SEED
from reviewer.core.scoring.score import Override
from reviewer.report import deciding, tables
from reviewer.report.blocks import Block, DataTable, Drawing, NamedValues, Paragraph, Points, Subheading, Verbatim
from reviewer.report.facts import ReportedCase, ResponseLine, RunReport
from reviewer.report.frontier import frontier_chart
from reviewer.report.options import Level
from reviewer.report.paper import methods_paragraph
from reviewer.report.provenance import GuidelineVersion, InterestStatement, LabelEdit
from reviewer.wording import method
from reviewer.wording import score as wording
from reviewer.wording.plain_text import plain_text
from reviewer.wording.plural import counted, noun
from reviewer.wording.precision import signed_to
from reviewer.wording.saying import word_of
from reviewer.wording.score import figure
from reviewer.wording.states import state_words
from reviewer.wording.tables import Table, counts, named, score_intervals

CAUSES = {
    Cause.LABEL_WRONG: "the label was wrong",
    Cause.RESPONSE_AMBIGUOUS: "the response can be read either way",
    Cause.GUIDELINE_UNCLEAR: "the guideline does not say",
    Cause.SLIP: "somebody slipped",
}
NO_CAUSE = "not said"
Blocks = Iterator[Block]


class SettledResponse(NamedTuple):
    """An adjudication and the response that it settles."""

    case: ReportedCase
    response: ResponseLine
    event: Decision


def frontier(report: RunReport) -> Blocks:
    """The chart, and the same as a table where it cannot be seen."""
    found = report.provenance.frontier
    if found is None:
        return
    yield Drawing(frontier_chart(found))
    if report.versus is not None:
        yield Paragraph(
            "Along the line a version only holds back more or less readily; above and to the right of it, it tells "
            "the two kinds of request apart better.",
            quiet=True,
        )


def corrected(report: RunReport) -> Blocks:
    """The balanced score without people, with their word written over the verdicts, and corrected for what they saw."""
    yield DataTable(score_intervals(report.scorecard))
    yield Paragraph(
        "Automatic are the verdicts alone. The balanced score is patched: people's decisions stand in place of the "
        "verdicts. Corrected is what a random sample of decisions says of all responses.",
        quiet=True,
    )


def overrides(report: RunReport, most: int | None = None) -> Table:
    """Every word of a person that differs from the automatic one: who, when and why; the largest changes first."""
    scale = report.scorecard.scale
    lines = {(str(case.key), each.repeat): each for case in report.cases for each in case.responses}
    ordered = sorted(report.scorecard.overrides, key=weight)
    rows = (
        (
            plain_text(each.case),
            named(scale, each.automatic),
            named(scale, each.final),
            *who_when_why(lines.get((each.case, each.repeat))),
            str(each.repeat),
            _change(each.change),
        )
        for each in ordered[:most]
    )
    headings = ("Case", "Automatic", "Final", "By", "When", "Why", "Repeat", "Credit")
    return Table(headings, tuple(rows), n_text=6)


def weight(each: Override) -> tuple[float, str, int]:
    return -abs(each.change or 0), each.case, each.repeat


def _change(change: float | None) -> str:
    return "–" if change is None else signed_to(change, 2)


def who_when_why(line: ResponseLine | None) -> tuple[str, str, str]:
    """Of those whose word the final action rests on: the last ruling, else everybody who decided."""
    said = line.decisions if line else ()
    ruled = [each for each in said if each.kind is DecisionKind.ADJUDICATION][-1:] or list(said)
    who = ", ".join(dict.fromkeys(each.reviewer for each in ruled))
    why = "; ".join(dict.fromkeys(filter(None, (_why(each) for each in ruled))))
    return plain_text(who), _day(ruled), plain_text(why or NO_CAUSE)


def _why(said: Decision) -> str:
    return "; ".join(filter(None, (CAUSES[said.cause] if said.cause else "", said.note)))


def _day(said: Sequence[Decision]) -> str:
    return max((each.at for each in said), default="").replace("T", " ").removesuffix("Z")[:16]


def people(report: RunReport, most: int | None = None) -> Blocks:
    card, found = report.scorecard, overrides(report, most)
    yield Paragraph(wording.overrides(card))
    if found.rows:
        yield DataTable(found)
        yield from _left_off(len(card.overrides), most)
        yield Paragraph(method.PART_NOTE, quiet=True)


def label_edits(report: RunReport, most: int | None = None) -> Table:
    """Every edit of a label or band, by case and version."""
    scale = report.scorecard.scale

    def words(edit: LabelEdit, *, now: bool) -> str:
        label, band = (edit.now, edit.band_now) if now else (edit.before, edit.band_before)
        if label is None:
            return "none"
        known = label in scale.ids and all(each in scale.ids for each in band)
        return sentence(label, band, scale) if known else label.replace("_", " ")

    rows = (
        (
            plain_text(edit.key),
            plain_text(words(edit, now=False)),
            plain_text(words(edit, now=True)),
            plain_text(edit.author or "somebody unnamed"),
            edit.at.replace("T", " ").removesuffix("Z")[:16],
            plain_text(edit.reason or NO_CAUSE),
            str(edit.label_version),
        )
        for edit in report.provenance.edits.edits[:most]
    )
    return Table(("Case", "Before", "After", "By", "When", "Why", "Version"), tuple(rows), n_text=6)


def labels(report: RunReport, most: int | None = None) -> Blocks:
    found = report.provenance.edits
    yield Paragraph(labels_words(report))
    if found.edits:
        yield DataTable(label_edits(report, most))
        yield from _left_off(len(found.edits), most)


def labels_words(report: RunReport) -> str:
    """How many labels were edited, and the score under the first labels beside the one under those that stand."""
    found, card = report.provenance.edits, report.scorecard
    if not found.edits or found.under_old is None:
        return "No label or band of the scored cases was edited after it was first set."
    old, now = found.under_old, card.score
    n = counted(len(found.edits), "edit")
    former = sum(not edit.readable for edit in found.edits)
    beside = f" {counted(former, 'edit')} on a former scale could not enter the old score." if former else ""
    under_old = f"{figure(old.balanced)} balanced and {figure(old.plain)} plain"
    return (
        f"{n} of labels or bands on {counted(found.cases, 'case')}. The same final actions score {under_old} under the "
        f"first labels, {figure(now.balanced)} and {figure(now.plain)} under those that stand.{beside}"
    )


def agreement(report: RunReport) -> Blocks:
    found = report.provenance.agreement
    if found is None:
        return
    for each in found.sentences:
        yield Paragraph(plain_text(each))
    for title, table in found.tables:
        yield Subheading(plain_text(title))
        yield DataTable(table)


def rulings(report: RunReport) -> list[SettledResponse]:
    """The adjudications that stand, in case order."""
    return [
        SettledResponse(case, response, event)
        for case in report.cases
        for response in case.responses
        for event in response.decisions
        if event.kind is DecisionKind.ADJUDICATION
    ]


def adjudications(report: RunReport, most: int | None = None) -> Table:
    """Each ruling with what reviewers had said and why they differed."""
    scale = report.scorecard.scale

    def word(said: Decision) -> str:
        return word_of(said, lambda action: named(scale, action))

    rows = (
        (
            plain_text(found.case.key),
            plain_text(
                "; ".join(
                    f"{each.reviewer}: {word(each)}"
                    for each in found.response.decisions
                    if each.kind is DecisionKind.DECISION
                )
                or "nobody else decided"
            ),
            plain_text(word(found.event)),
            CAUSES[found.event.cause] if found.event.cause else NO_CAUSE,
            plain_text(found.event.reviewer),
            _day((found.event,)),
            plain_text(found.event.note),
            str(found.response.repeat),
        )
        for found in rulings(report)[:most]
    )
    headings = ("Case", "Reviewers had said", "Ruling", "Why they differed", "By", "When", "Note", "Repeat")
    return Table(headings, tuple(rows), n_text=7)


def settled(report: RunReport, most: int | None = None) -> Blocks:
    found = rulings(report)
    if not found:
        yield Paragraph("Nothing was adjudicated.")
        return
    by_cause: dict[str, int] = {}
    for each in found:
        words = CAUSES[each.event.cause] if each.event.cause else NO_CAUSE
        by_cause[words] = by_cause.get(words, 0) + 1
    causes = ", ".join(f"{words} {n}" for words, n in sorted(by_cause.items(), key=lambda item: (-item[1], item[0])))
    yield Paragraph(f"{counted(len(found), 'adjudication')}. Why reviewers had differed: {causes}.")
    yield DataTable(adjudications(report, most))
    yield from _left_off(len(found), most)


def unscored_responses(report: RunReport, most: int | None = None) -> Table:
    """Each response without a final action."""
    found = [(case, each) for case in report.cases for each in case.responses if each.final.action is None]
    rows = (
        (
            plain_text(case.key),
            plain_text(case.category),
            str(each.final.reason or "nobody has classified it"),
            state_words(each.state),
            plain_text(case.request),
            str(each.repeat),
        )
        for case, each in found[:most]
    )
    return Table(("Case", "Category", "Why", "State", "Request", "Repeat"), tuple(rows), n_text=5)


def unscored(report: RunReport, most: int | None = None) -> Blocks:
    card = report.scorecard
    yield Paragraph(wording.bounds(card))
    if card.unscored_reasons:
        yield DataTable(counts("Unscored because of", card.unscored_reasons), wide=False)
        if report.shown.level is Level.ALL:
            yield DataTable(unscored_responses(report, most))
            yield from _left_off(card.unscored, most)
    if report.not_scored:
        yield DataTable(counts("Cases left out, by status", report.not_scored, "Cases"), wide=False)


def reviewers(report: RunReport) -> Blocks:
    """The roster, what was hidden from each, and their own statements."""
    found = deciding.roster(report)
    if not found.rows:
        yield Paragraph("No person has reviewed a response of this run.")
        return
    yield DataTable(found)
    yield DataTable(deciding.hidden_table(report))
    yield Paragraph(deciding.SIGHT_NOTE, quiet=True)
    yield Subheading("Interests, in their own words")
    yield NamedValues(interests(report))


def interests(report: RunReport) -> tuple[tuple[str, str], ...]:
    """Each reviewer with what they declared; nothing declared is not the same as no conflict."""
    said = report.provenance.interests
    return tuple((plain_text(name), _interest(said.get(name, ()))) for name in report.reviewers)


def _interest(said: Sequence[InterestStatement]) -> str:
    """What stands, since when, and what was said before it."""
    if not said:
        return "has declared nothing: whether there is a conflict is not known"
    now, *before = (_dated(each) for each in said)
    return f"{now} Earlier: {' '.join(before)}" if before else now


def _dated(said: InterestStatement) -> str:
    when = f"declared on {said.at[:10]}" if said.at else "declared, when is not known"
    return f"{plain_text(said.text) or 'Took the statement back.'} ({when})"


def guideline(report: RunReport) -> Blocks:
    stands, made = report.provenance, decided_under(report)
    if not stands.guideline:
        yield Paragraph("The suite has no guideline: what labels and decisions went by is not written down.")
    for version, kept in versions_used(report):
        is_now = bool(stands.guideline) and version == stands.guideline_version
        yield Subheading(f"Version {version}{', as it stands now' if is_now else ''}")
        since = f" It was written on {kept.at[:10]}." if kept.at else ""
        used = f"{counted(kept.labels, 'label')} and {counted(made[version], 'decision')} that stand"
        yield Paragraph(f"{used} were made under it.{since}", quiet=True)
        gone = "Its text was not kept: the program kept only the newest one then."
        yield Paragraph(gone) if kept.text is None else Verbatim(multiline(kept.text))
    if made[None]:
        n = made[None]
        yield Paragraph(f"Of {counted(n, 'decision')} it was not recorded which version was in force.", quiet=True)


def decided_under(report: RunReport) -> Counter[int | None]:
    """Guideline version → how many decisions that stand were made under it; None is not recorded."""
    spoken = (said for case in report.cases for each in case.responses for said in each.decisions)
    return Counter(said.guideline_version for said in spoken)


def versions_used(report: RunReport) -> list[tuple[int, GuidelineVersion]]:
    """The version of now and every one that a label or a decision of the run was made under, the newest first."""
    stands, made = report.provenance, decided_under(report)
    known = dict(stands.guidelines)
    if stands.guideline:
        known.setdefault(stands.guideline_version, GuidelineVersion(stands.guideline))
    used = {version for version, kept in known.items() if kept.labels}
    used |= {version for version in made if version is not None}
    used |= {stands.guideline_version} if stands.guideline else set()
    has_text = any(kept.text is not None for kept in known.values())
    return [(v, known.get(v, GuidelineVersion(None))) for v in sorted(used, reverse=True)] if has_text else []


def multiline(untrusted_text: str) -> str:
    """Plain text that keeps its lines."""
    return "\n".join(plain_text(line) for line in untrusted_text.splitlines())


def paper(report: RunReport) -> Blocks:
    yield Paragraph(methods_paragraph(report))


def limits(report: RunReport) -> Blocks:
    yield Points(limit_sentences(report))


def limit_sentences(report: RunReport) -> tuple[str, ...]:
    """What the report cannot say: from how it was made, then from its warnings."""
    versus = report.versus.warnings if report.versus else ()
    said = (*_by_design(report), *method.limits(report.scorecard), *report.scorecard.warnings, *versus)
    return tuple(dict.fromkeys(plain_text(each) for each in said))


def _by_design(report: RunReport) -> Iterator[str]:
    card, stands = report.scorecard, report.provenance
    unread = card.n_responses - card.reviewed
    if unread:
        yield (
            f"What people would say of {unread:,} of {counted(card.n_responses, 'response')} that nobody has reviewed: "
            f"there the verdict of a program counts."
        )
    if card.reviewed and not stands.plan:
        yield (
            "How well the automatic verdicts do where nobody looked: what people reviewed was not drawn at random, so "
            "no corrected score rests on it."
        )
    if len(report.reviewers) == 1:
        yield "Whether another reviewer would have decided alike: there was one."
    if stands.repeats == 1:
        yield "Whether the model would act alike if asked again: each case was asked once."
    if card.unscored:
        n = card.unscored
        yield f"What the {counted(n, 'unscored response')} would have earned: {noun(n, 'it is', 'they are')} left out."
    if not report.versus:
        yield "Whether the run is better than another version: it stands alone here."
    if not report.gate:
        yield "Whether it may be released: no policy was asked."


def versions(report: RunReport) -> tuple[tuple[str, str], ...]:
    """Everything that the figures depend on, by name."""
    stands, card = report.provenance, report.scorecard
    seeds = [f"intervals {SEED} ({REPLICATES:,} resamples)"]
    asked = report.model_version.sampling.seed
    seeds += [f"model {asked}"] if asked is not None else []
    seeds += [f"review plan: {stands.plan}"] if stands.plan else []
    before = report.versus.model_version if report.versus else None
    rows = (
        ("Suite version", stands.suite_version),
        ("Guideline", f"version {stands.guideline_version}" if stands.guideline else "none"),
        ("Action scale", ", ".join(action.short_name for action in card.scale.actions)),
        ("Repeats", str(stands.repeats)),
        ("Classifiers", ", ".join(stands.classifiers)),
        ("Seeds", "; ".join(seeds)),
        ("Version before", f"{before.name}, model id {before.model or 'not recorded'}" if before else ""),
    )
    return (*tables.head(report), *((name, plain_text(value)) for name, value in rows if value))


def run(report: RunReport) -> Blocks:
    yield NamedValues(versions(report))
    yield Subheading("System prompt")
    system = multiline(report.model_version.system)
    yield Verbatim(system) if system else Paragraph("None.")
    yield Subheading("Hashes (SHA-256)")
    yield NamedValues(tables.hashes(report))


def _left_off(n: int, most: int | None) -> Blocks:
    if most is not None and n > most:
        yield Paragraph(f"{n - most:,} more are left off here; the JSON report and the workbook hold all.", quiet=True)
