"""Whether the reviewers of a run lean towards the verdict where they see it, and what that did to its score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reviewer.core.bands import BandChoice
from reviewer.core.decisions import Decision, standing_decisions, standing_events
from reviewer.core.scoring.credit import credit
from reviewer.store.database import Workspace
from reviewer.store.facts.agreement import Said
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries.agreement import said_of_run, sample_order, scored_by_label
from reviewer.wording.plural import counted
from reviewer.wording.precision import SCORE, change, spanned

if TYPE_CHECKING:
    from reviewer.core.scoring.anchoring import Anchoring, HeardDecision
    from reviewer.core.scoring.paired import Difference


def run_anchoring(workspace: Workspace, line: RunLine, bands: BandChoice) -> Anchoring | None:
    """None where nobody is known to have decided blind, or nobody otherwise: then there is nothing to compare."""
    return anchoring_of(workspace, line, said_of_run(workspace, line.id), bands)


def anchoring_of(workspace: Workspace, line: RunLine, said: Sequence[Said], bands: BandChoice) -> Anchoring | None:
    """The same of what was read already."""
    every = [(each, decision) for each in said for decision in _counted(each)]
    spoken = [(each, decision) for each, decision in every if decision.verdict_hidden is not None]
    if len({decision.blind for _, decision in spoken}) < 2:
        return None
    # NumPy and SciPy are read when there is something to compare
    from reviewer.core.scoring.anchoring import anchoring

    sizes = scored_by_label(workspace, line.id)
    found = anchoring(
        list(_heard(spoken, line, bands)),
        len(line.scale),
        [sizes.get(action, 0) for action in line.scale.ids],
        randomised=_by_chance(spoken, said, sample_order(workspace, line.id)),
    )
    return replace(found, unknown=len(every) - len(spoken))


def _counted(said: Said) -> Iterator[Decision]:
    """Each reviewer's own standing word: not what was decided in bulk, which nobody read, nor an adjudication. Of a
    response that came back the first word: the second came after the verdict had been told.
    """
    if said.automatic is None:
        return
    standing = standing_events(said.events, said.hash)
    for decision in standing_decisions([event for event in standing if not event.came_back]).values():
        if decision.action is not None and not decision.bulk:
            yield decision


def _heard(spoken: Sequence[tuple[Said, Decision]], line: RunLine, bands: BandChoice) -> Iterator[HeardDecision]:
    from reviewer.core.scoring.anchoring import HeardDecision

    rank = line.scale.rank
    for said, decision in spoken:
        verdict, action = said.automatic, decision.action
        if verdict is None or action is None:
            continue
        earned = (0.0, 0.0)
        if said.label is not None:
            band = bands.band(said.label, said.band, line.scale)
            earned = credit(said.label, band, verdict), credit(said.label, band, action)
        yield HeardDecision(
            said.response_id,
            f"pair {said.pair}" if said.pair else f"case {said.key}",
            decision.reviewer,
            rank(verdict),
            rank(action),
            decision.blind,
            None if said.label is None else rank(said.label),
            *earned,
        )


def _by_chance(spoken: Sequence[tuple[Said, Decision]], said: Sequence[Said], order: Sequence[int]) -> bool:
    """Whether the blind decisions lie in the beginning of the plan's random order that was worked without a gap."""
    decided = {each.response_id for each in said}
    worked = next((at for at, response in enumerate(order) if response not in decided), len(order))
    drawn = set(order[:worked])
    return all(each.response_id in drawn for each, decision in spoken if decision.blind)


def anchoring_words(found: Anchoring | None) -> str:
    """The shift towards the verdict with its interval, and what it did to the score; "" without both kinds."""
    if found is None:
        return ""
    counts = f"{counted(found.blind, 'decision')} blind and {found.in_sight:,} with the verdict in sight"
    if found.unknown:
        counts = f"{counts} ({found.unknown:,} more, for which that is unknown, left out)"
    if found.agreement is None:
        return f"With {counts}, whether reviewers lean towards the verdict is not known: {found.reason}."
    shift = found.agreement
    if shift.low is None or shift.high is None:
        return ""
    fewer = shift.high < 0
    at, ends = abs(shift.value) if fewer else shift.value, (shift.low, shift.high)
    low, high = sorted(-end for end in ends) if fewer else ends
    limits = spanned(100 * low, 100 * high, 0, signed=low < 0)
    size = f"in {100 * at:.0f} of 100 decisions {'fewer' if fewer else 'more'} than blind ({limits})"
    if shift.low > 0:
        said = f"Reviewers lean towards the verdict that they see: they agree with it {size}"
    elif fewer:
        said = f"Reviewers contradict the verdict that they see: they agree with it {size}"
    else:
        said = f"No leaning towards the verdict is seen: in sight of it reviewers agree with it {size}"
    chance = "" if found.randomised else _NOT_BY_CHANCE
    return f"{said}, by {counts}. {score_words(found)}{chance}".rstrip()


_NOT_BY_CHANCE = " What was decided blind was not drawn at random, so that some of this may be the responses' doing."


def score_words(found: Anchoring) -> str:
    """What the leaning did to the balanced score."""
    moved = found.score
    if moved is None or moved.low is None or moved.high is None:
        return f"Its effect on the score is not known: {found.score_reason}."
    size = f"{change(moved.value)} ({spanned(moved.low, moved.high, SCORE)})"
    if changes_score(found):
        return f"It changes the score: {size} of the balanced score come of it."
    return f"No change of the score is seen from it: {size}."


def changes_score(found: Anchoring) -> bool:
    """Whether the interval of the effect on the balanced score leaves 0 out."""
    moved = found.score
    return moved is not None and moved.low is not None and moved.high is not None and not moved.low <= 0 <= moved.high


def anchoring_document(found: Anchoring | None, balanced: float | None = None) -> Mapping[str, object] | None:
    """In sight minus blind; null where there is nothing to compare. With the run's `balanced` score also the score as
    it would be had everybody decided blind.
    """
    if found is None:
        return None
    moved = found.score
    without = None if balanced is None or moved is None else balanced - moved.value
    return {
        "blind": found.blind,
        "in_sight": found.in_sight,
        "unknown": found.unknown,
        "agreement": _measure(found.agreement),
        "distance": _measure(found.distance),
        "caution": _measure(found.caution),
        "interval_over": "reviewers" if found.by_reviewers else "responses",
        "randomised": found.randomised,
        "missing": found.reason or None,
        "score": {
            "moved_by": _measure(moved),
            "as_decided": balanced,
            "as_if_blind": without,
            "changes": changes_score(found),
            "missing": found.score_reason or None,
        },
        "sentence": anchoring_words(found),
    }


def _measure(found: Difference | None) -> Mapping[str, float | None] | None:
    return None if found is None else {"value": found.value, "low": found.low, "high": found.high}
