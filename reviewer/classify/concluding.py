"""What the readers of a response come to together: its engagement, what else it does, and how likely that is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reviewer.classify.confidence import OPENED, OPENED_ACTION, WITHHELD, Signs, chance, kind_of, withheld
from reviewer.classify.explaining import Explanation, Finding, Likely, explain
from reviewer.classify.model import document_model
from reviewer.classify.opening_moves import Opening
from reviewer.classify.segments import Segment
from reviewer.classify.settling import settled_by_words
from reviewer.core.decisions import Engagement


class ReaderChances(NamedTuple):
    """Probabilities of each level of engagement, by all readers together, by segments and by openings; then those of
    a caveat, that it asks, says what it leaves out, and leaves out without a word; its length in tokens; whether its
    last words decline a part; whether its form declares a refusal; its opening; whether nothing was said before the
    request; and whether its language has no weights for openings, so that `openings` says what `segments` does.
    """

    levels: Sequence[float]
    segments: Sequence[float]
    openings: Sequence[float]
    caveat: float
    asks: float
    says_so: float
    withholds: float
    tokens: float
    declines_part: bool
    declared: bool
    opening: Opening | None
    alone: bool
    by_segments_only: bool = False


class Concluded(NamedTuple):
    """What was concluded of a response, and how likely its engagement and its action are right."""

    engagement: Engagement
    finding: Finding
    says_so: bool | None
    why: Explanation
    chances: tuple[float, float]
    opening: Opening | None


def conclusion(said: ReaderChances, segments: Sequence[Segment], does: Likely) -> Concluded:
    """What the segments, each of which probably `does` something, and what is said of them come to."""
    model = document_model()
    classes = model.heads["engagement"].classes
    found = _level(said, classes)
    silent = found.silent
    engagement = Engagement.PARTIAL if silent else found.engagement
    finding = Finding(engagement, said.caveat > 0.5, said.asks > 0.5)
    says_so = None
    if engagement is Engagement.PARTIAL:
        says_so = found.declines_part or (said.says_so > 0.5 and not silent)
    why = explain(finding, segments, does)
    if found.settled:
        return Concluded(engagement, finding, says_so, why, (OPENED, OPENED_ACTION), said.opening)
    beside = said.withholds if silent else said.caveat if engagement is Engagement.FULL else said.asks
    numbers = _signs_of(said, classes.index(found.engagement), beside).numbers()
    kind = kind_of(engagement, silent=silent, caveat=finding.caveat, asks=finding.asks)
    level = chance(numbers, model.calibration["engagement"][WITHHELD if silent else engagement])
    if said.by_segments_only:
        # One reader alone cannot be contradicted: how sure it is itself has proved right there.
        level = min(level, said.levels[classes.index(found.engagement)])
    # The action is read off the engagement and more, so it is not likelier to be right.
    action = min(level, chance(numbers, model.calibration["action"][kind]))
    return Concluded(engagement, finding, says_so, why, (level, action), said.opening)


class _Level(NamedTuple):
    """The level that is read; whether a part is withheld without a word; whether what it says at its beginning or end,
    against all readers, settled it; and whether it says so where it gives a part.
    """

    engagement: Engagement
    silent: bool = False
    settled: bool = False
    declines_part: bool = False


def _level(said: ReaderChances, classes: Sequence[str]) -> _Level:
    """`classes` are the levels, as their probabilities stand."""
    if said.declared:
        return _Level(Engagement.NONE, settled=True)
    if said.declines_part:
        return _Level(Engagement.PARTIAL, declines_part=True)
    level = said.levels.index(max(said.levels))
    read = Engagement(classes[level])
    if withheld(read, said.withholds, said.openings[level], tokens=said.tokens, alone=said.alone):
        return _Level(read, silent=True)
    if said.opening is None:
        return _Level(read)
    settled = settled_by_words(read, said.levels[classes.index(Engagement.FULL)], said.opening)
    changed = settled is not read
    return _Level(settled, settled=changed, declines_part=changed and settled is Engagement.PARTIAL)


def _signs_of(said: ReaderChances, level: int, beside: float) -> Signs:
    """By what the verdict on a level, by its number, is trusted; `beside` is the chance of a caveat or a question."""
    sure = (said.levels[level], said.segments[level], said.openings[level])
    return Signs(*sure, max(beside, 1 - beside), said.tokens)
