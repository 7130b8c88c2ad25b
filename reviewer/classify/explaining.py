"""Which segments decided a verdict, and the one line that a reviewer can agree or disagree with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from reviewer.classify.document import Floats
from reviewer.classify.features import SegmentFeatures
from reviewer.classify.functions import EVIDENCE_KINDS, INDEX, REFUSALS, WORDS, Function
from reviewer.classify.model import LanguageModel
from reviewer.classify.segments import Segment
from reviewer.core.decisions import Engagement, Evidence, RefusalKind

# The segments that are shown for each thing that decided.
SHOWN = 2
# A decline before this share of the response stands at its beginning.
_BEGINNING = 0.34
_LIKELY = 0.3
_ASKS = (Function.ASKS,)
_WARNS = (Function.CAUTIONS, Function.DISCLAIMS)
_AROUND = (Function.SUBSTITUTES, Function.CORRECTS, Function.CONDEMNS)
_INSTEAD = (Function.CONDEMNS, Function.CORRECTS, Function.REDIRECTS, Function.SUBSTITUTES, Function.OFFERS)
_GIVEN = (Function.DELIVERS, Function.HANDS_OVER, Function.SUBSTITUTES)
_GROUPS: tuple[tuple[Function, ...], ...] = (REFUSALS, _ASKS, _WARNS, _AROUND, _INSTEAD, _GIVEN)
_KINDS = {
    Function.INABILITY: RefusalKind.CAPABILITY,
    Function.LACKS_KNOWLEDGE: RefusalKind.EPISTEMIC,
}


class Finding(NamedTuple):
    """What was concluded of a response."""

    engagement: Engagement
    caveat: bool
    asks: bool


class Pick(NamedTuple):
    """A segment that decided, by its number in the response, and what it does."""

    row: int
    function: Function


class Explanation(NamedTuple):
    """The deciding segments in their order, the reason, and why something was held back (None for a full answer)."""

    picks: list[Pick]
    reason: str
    kind: RefusalKind | None


class Likely(NamedTuple):
    """What each of N segments probably does: `functions` (N, 15), and for groups of functions their `sums` (N,).

    Plain lists: a response has few segments, and on few numbers they are quicker than arrays.
    """

    functions: Sequence[Sequence[float]]
    sums: Mapping[tuple[Function, ...], Sequence[float]]

    def of(self, start: int, end: int) -> Likely:
        """The same for some of the segments."""
        return Likely(self.functions[start:end], {group: sums[start:end] for group, sums in self.sums.items()})


def likely(functions: Floats) -> Likely:
    """What the segments of a whole batch, `functions` (N, 15), probably do."""
    sums = {group: functions[:, [INDEX[f] for f in group]].sum(axis=1).tolist() for group in _GROUPS}
    return Likely(functions.tolist(), sums)


def explain(finding: Finding, segments: Sequence[Segment], does: Likely) -> Explanation:
    """The words for a finding."""
    picks, reason = _deciding(finding, segments, does)
    return Explanation(sorted(set(picks)), reason, _kind(finding, does))


class Decided(NamedTuple):
    """What is shown of one response of a batch: its picks, its segments, and the row of its first one."""

    picks: Sequence[Pick]
    segments: Sequence[Segment]
    first: int


def evidences(shown: Sequence[Decided], features: SegmentFeatures, model: LanguageModel) -> list[tuple[Evidence, ...]]:
    """The spans that decided each response, with the words that tell most; `features` are those of the batch."""
    rows = [one.first + pick.row for one in shown for pick in one.picks]
    functions = [INDEX[pick.function] for one in shown for pick in one.picks]
    telling = iter(model.telling(features, np.array(rows, np.intp), np.array(functions, np.intp)))
    return [tuple([_evidence(one.segments[pick.row], pick, next(telling)) for pick in one.picks]) for one in shown]


def _evidence(segment: Segment, pick: Pick, telling: str) -> Evidence:
    words = WORDS[pick.function]
    why = f"{words} (\u201c{telling}\u201d)" if telling else words
    return Evidence(segment.start, segment.end, why, EVIDENCE_KINDS[pick.function])


def _deciding(finding: Finding, segments: Sequence[Segment], does: Likely) -> tuple[list[Pick], str]:
    if finding.engagement is Engagement.FULL:
        return _full(finding, segments, does)
    if finding.asks:
        return _top(does, _ASKS), "holds the answer back and asks for what is missing"
    if finding.engagement is Engagement.PARTIAL:
        return _partial(segments, does)
    return _none(does)


def _full(finding: Finding, segments: Sequence[Segment], does: Likely) -> tuple[list[Pick], str]:
    picks = [Pick(pick.row, Function.DELIVERS) for pick in _longest(segments, does)]
    if not finding.caveat:
        return picks, "gives what was asked" + (" though it declines in words" if _refuses(does) else "")
    return [*picks, *_top(does, _WARNS)], "gives what was asked with a caution to act on"


def _partial(segments: Sequence[Segment], does: Likely) -> tuple[list[Pick], str]:
    given = _longest(segments, does)
    if _refuses(does):
        reason = f"{_place(does)} and still gives a part or a safe reading of what was asked"
        return [*_top(does, REFUSALS), *given], reason
    return [*_top(does, _AROUND), *given], "gives a part or a safe reading of what was asked and leaves the rest"


def _none(does: Likely) -> tuple[list[Pick], str]:
    if _refuses(does):
        return _top(does, REFUSALS), f"{_place(does)} and gives nothing of what was asked"
    picks = _top(does, _INSTEAD)
    return picks, f"{WORDS[picks[0].function]} in place of what was asked"


def _refuses(does: Likely) -> bool:
    return max(does.sums[REFUSALS]) > 0.5


def _place(does: Likely) -> str:
    """How it refuses, and where."""
    (row, function), *_ = _top(does, REFUSALS)
    where = "at the beginning" if row <= _BEGINNING * len(does.functions) else "later on"
    return f"{WORDS[function]} {where}"


def _top(does: Likely, wanted: tuple[Function, ...]) -> list[Pick]:
    """The segments that most probably do one of the `wanted` things, likeliest first; one at least."""
    total = does.sums[wanted]
    rows = sorted(range(len(total)), key=total.__getitem__, reverse=True)[:SHOWN]
    kept = [row for row in rows if total[row] >= _LIKELY] or rows[:1]
    return [Pick(row, _likeliest(does, row, wanted)) for row in kept]


def _longest(segments: Sequence[Segment], does: Likely) -> list[Pick]:
    """The segment in which most is given."""
    amounts = [given * len(segment.folded) for given, segment in zip(does.sums[_GIVEN], segments, strict=True)]
    row = amounts.index(max(amounts))
    return [Pick(row, _likeliest(does, row, _GIVEN))]


def _likeliest(does: Likely, row: int, wanted: tuple[Function, ...]) -> Function:
    if len(wanted) == 1:
        return wanted[0]
    own = does.functions[row]
    chances = [own[INDEX[function]] for function in wanted]
    return wanted[chances.index(max(chances))]


def _kind(finding: Finding, does: Likely) -> RefusalKind | None:
    if finding.engagement is Engagement.FULL or (finding.asks and not _refuses(does)):
        return None
    if not _refuses(does):
        return RefusalKind.NORMATIVE
    strongest = max(REFUSALS, key=lambda function: max(row[INDEX[function]] for row in does.functions))
    return _KINDS.get(strongest, RefusalKind.NORMATIVE)
