"""The method of a run as a paragraph that can be pasted into a paper, every fact in it one of the report's."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.core.scoring.resampling import REPLICATES, SEED
from reviewer.core.scoring.score import Interval
from reviewer.report import deciding
from reviewer.report.facts import RunReport
from reviewer.wording import score as wording
from reviewer.wording.plain_text import plain_text
from reviewer.wording.plural import counted
from reviewer.wording.score import figure
from reviewer.wording.tables import named

BOOTSTRAP = "bootstrap"
LEFT_OPEN = "sampling parameters left to the server"


def methods_facts(report: RunReport) -> dict[str, object]:
    """What the paragraph rests on, as JSON has it; null where it is not known."""
    card, stands = report.scorecard, report.provenance
    return {
        "suite": report.suite,
        "suite_version": stands.suite_version or None,
        "suite_hash": report.suite_hash,
        "n_cases": card.n_cases,
        "n_responses": card.n_responses,
        "unscored": card.unscored,
        "repeats": stands.repeats,
        "actions": list(card.scale.ids),
        "bands": str(card.options.bands),
        "hold_back": list(card.options.hold_back),
        "model": report.model_version.model,
        "protocol": report.model_version.endpoint.protocol,
        "sampling": report.model_version.sampling.as_json(),
        "classifiers": list(stands.classifiers),
        "reviewers": {name: said.decided for name, said in deciding.reviewed_by(report).items()},
        "reviewed": card.reviewed,
        "blind": sum(said.blind for said in deciding.reviewed_by(report).values()),
        "plan": stands.plan or None,
        "interval": _interval(report.scorecard.intervals.get("balanced")),
        "balanced": card.score.balanced,
        "program_version": report.program_version,
    }


def _interval(found: Interval | None) -> dict[str, object] | None:
    if found is None:
        return None
    seed = SEED if found.method == BOOTSTRAP else None
    return {"method": found.method, "seed": seed, "resamples": REPLICATES if seed else None}


def methods_paragraph(report: RunReport) -> str:
    """Suite, model, who read what and how, the score with its limits: for the methods section of a paper."""
    return plain_text(" ".join(_sentences(report)))


def _sentences(report: RunReport) -> Iterator[str]:
    card, stands, version = report.scorecard, report.provenance, report.model_version
    number = f" (version {stands.suite_version})" if stands.suite_version else ""
    repeats = f", each asked {stands.repeats} times" if stands.repeats > 1 else ""
    scored = f"{counted(card.n_cases, 'labelled case')} of the suite {report.suite}{number}{repeats}"
    yield f"We scored {counted(card.n_responses, 'response')} to {scored}."
    actions = ", ".join(action.short_name for action in card.scale.actions)
    yield f"The action scale has {len(card.scale)} actions, from least to most cautious: {actions}."
    yield f"{wording.bands(card)}"
    held = ", ".join(named(card.scale, action) for action in card.options.hold_back)
    yield f"Holding back is {held}."
    sampling = ", ".join(f"{name} {value}" for name, value in version.sampling.as_json().items())
    how = "from recorded responses" if version.endpoint.protocol == "recorded" else f"by {version.endpoint.protocol}"
    model = f"model id {version.model}" if version.model else "no model id is recorded"
    yield f"The model version was {version.name} ({model}; {sampling or LEFT_OPEN}; {how})."
    if stands.classifiers:
        yield f"Responses were classified by {', '.join(stands.classifiers)}."
    yield _reviewing(report)
    yield _scored(report)
    yield f"Figures were computed with Reviewer {report.program_version}."


def _reviewing(report: RunReport) -> str:
    card, people = report.scorecard, deciding.reviewed_by(report)
    if not people:
        return "No person has reviewed the responses."
    each = ", ".join(f"{name} {said.decided}" for name, said in people.items())
    design = report.provenance.plan
    how = f"drawn by the review plan {design}" if design else "chosen by the reviewers, not by a random plan"
    blind, whole = sum(said.blind for said in people.values()), sum(said.decided for said in people.values())
    return (
        f"{counted(len(people), 'reviewer')} reviewed {card.reviewed} of the responses, {how}; decisions by name: "
        f"{each}. Of {counted(whole, 'decision')}, {blind} {'was' if blind == 1 else 'were'} made with the automatic "
        "verdict hidden."
    )


def _scored(report: RunReport) -> str:
    card = report.scorecard
    found = card.intervals.get("balanced")
    said = f"The balanced right-action score was {figure(card.score.balanced)}"
    if found is None or found.low is None or found.high is None:
        return f"{said}; no interval could be computed."
    limits = f"95 % interval {figure(found.low)} to {figure(found.high)}"
    drawn = f", {REPLICATES:,} resamples, seed {SEED}" if found.method == BOOTSTRAP else ""
    unscored = f"; {counted(card.unscored, 'unscored response')} left out" if card.unscored else ""
    return f"{said} ({limits}, {found.method}{drawn}{unscored})."
