"""Score a stored run and put together what its report says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewer.app.figures.excusing import people_differ
from reviewer.core.scoring.score import Options, Scorecard
from reviewer.report.facts import PeopleDiffer
from reviewer.review.kinds import plan_words
from reviewer.store.database import Workspace
from reviewer.store.facts.opinions import Opinions
from reviewer.store.facts.runs import Observed, OnFormerScale, RunLine
from reviewer.store.queries import runs
from reviewer.store.queries.opinions import opinions
from reviewer.wording.plural import counted, noun
from reviewer.wording.states import DoubtCounts, doubt_sentences

NO_OPINIONS = Opinions()


@dataclass(frozen=True)
class ScoredRun:
    """A run with its score, the score that also counts the disputed cases, and what was scored."""

    line: RunLine
    card: Scorecard
    with_disputed: Scorecard | None
    observed: Observed
    opinions: Opinions
    people: PeopleDiffer


def score_run(workspace: Workspace, run: str, options: Options | None = None) -> ScoredRun:
    """Raises InputError for an unknown run or an option that its scale does not have."""
    line = runs.run_named(workspace, run)
    return score_observed(line, runs.observed(workspace, line.id), options, opinions(workspace, line.id))


def score_observed(
    line: RunLine, observed: Observed, options: Options | None = None, said: Opinions = NO_OPINIONS
) -> ScoredRun:
    """Score what was read of a run, without reading it again. Raises InputError as `score_run`."""
    # NumPy and SciPy are read when the first score is asked for
    from reviewer.core.scoring.computing import scorecard
    from reviewer.core.scoring.sampled import corrected_score

    card = scorecard(observed.labelled, line.scale, options)
    correction = corrected_score(observed.labelled, line.scale, card.options.bands, observed.plan)
    if observed.rests_on is not None and card.reviewed:
        correction = replace(correction, rests_on=plan_words(observed.rests_on))
    card = replace(card, correction=correction)
    warned = damage_warnings(line.name, observed.damaged)
    warned += [_unanswered(line)] if line.stored < line.planned else []
    warned += [_asked_again(observed.asked_again)] if observed.asked_again else []
    warned += former_scale_warnings(observed.on_former_scale)
    warned += doubt_sentences(DoubtCounts.of(observed.doubted), line.stored)
    card = replace(card, warnings=(*warned, *card.warnings, *_drawn_once(line)))
    both = (*observed.labelled, *observed.disputed)
    with_disputed = scorecard(both, line.scale, options) if observed.disputed else None
    return ScoredRun(line, card, with_disputed, observed, said, people_differ(observed.labelled, card, said))


def damage_warnings(name: str, found: Sequence[str]) -> list[str]:
    """What a figure from damaged rows says first."""
    if not found:
        return []
    more = f", and {counted(len(found) - 1, 'more place')}" if found[1:] else ""
    return [
        f"The stored data of run {name!r} is damaged ({found[0]}{more}), so its figures may be wrong. "
        "Run `reviewer doctor`, and restore a backup."
    ]


def _unanswered(line: RunLine) -> str:
    missing = line.planned - line.stored
    has, enter = noun(missing, "has", "have"), noun(missing, "enters", "enter")
    return f"{missing:,} of {counted(line.planned, 'request')} {has} no response yet and {enter} no figure."


def _asked_again(n: int) -> str:
    what = f"{counted(n, 'response')} {noun(n, 'was', 'were')}"
    return f"{what} asked for again after a finished one; choosing what to ask again can flatter a model."


def former_scale_warnings(said: OnFormerScale) -> list[str]:
    """What a score rests on that was said before the suite got its scale."""
    through = "before the suite got its scale; what was said reads through the answers given then."
    return [
        f"{counted(n, 'response')} {noun(n, 'was', 'were')} {how} {through}"
        for n, how in ((said.decided, "decided"), (said.classified, "classified"))
        if n
    ]


def _drawn_once(line: RunLine) -> Sequence[str]:
    """Of a run whose server draws its words by chance, with one response a case."""
    temperature = line.version.sampling.temperature
    if line.repeats > 1 or temperature == 0 or line.version.endpoint.protocol == "recorded":
        return ()
    warmth = "a temperature that nobody set" if temperature is None else f"temperature {temperature:g}"
    return (f"One response a case at {warmth}: how many of the actions would change if asked again is not known.",)
