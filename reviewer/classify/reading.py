"""Which part of a response does what: every segment gets one function, by its cues, its shape and what came before."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reviewer.classify.cues import ALL_CUES, AUTHORED_CUES, Hit, LiveCue, cues_in, live_cues
from reviewer.classify.folding import Window, windows
from reviewer.classify.functions import Cue, Function
from reviewer.classify.helping_cues import LISTS
from reviewer.classify.requests import Request
from reviewer.classify.segments import Segment, Shape, quoted_spans, segments

# Words that may be handed over before a decline no longer counts as standing at the beginning.
OPENING_WORDS = 40
# Words after which a text that was asked for has begun even where nothing announces it.
AUTHORED_AFTER_WORDS = 60

_SALUTATION = re.compile(r"\W{0,4}(?:dear\b|subject:|title:|to whom|(?:hi|hello|hey) [^\s,]{2,20},)")

_REFUSALS = frozenset({Function.DECLINES, Function.LACKS_KNOWLEDGE, Function.INABILITY})
_ORDER = {function: rank for rank, function in enumerate(Function)}
# A weak decline ranks just behind a corrected premise.
_WEAKER = _ORDER[Function.CORRECTS] - _ORDER[Function.DECLINES] + 0.5
_STANCES = frozenset(
    {Function.CORRECTS, Function.CONDEMNS, Function.LECTURES, Function.SUBSTITUTES, Function.REDIRECTS}
)
_SUBSTITUTING = frozenset({Function.SUBSTITUTES, Function.REDIRECTS})


class Part(NamedTuple):
    """A segment with what it does, the cue that says so (none for plain content) and everything else it also does."""

    segment: Segment
    function: Function
    cue: Cue | None
    start: int
    end: int
    also: frozenset[Function]

    @property
    def words(self) -> int:
        return self.segment.words


class Reading(NamedTuple):
    """The parts of a response in their order."""

    parts: tuple[Part, ...]
    words: int

    def of(self, *functions: Function) -> list[Part]:
        return [part for part in self.parts if part.function in functions]

    def words_of(self, *functions: Function) -> int:
        return sum(part.words for part in self.parts if part.function in functions)


def read(text: str, request: Request) -> Reading:
    """Segment the response and say what each segment does."""
    parts: list[Part] = []
    for window in windows(text):
        parts.extend(_parts(window, request, parts))
    return Reading(tuple(parts), sum(part.words for part in parts))


def _parts(window: Window, request: Request, before: Sequence[Part]) -> Iterator[Part]:
    quotes = quoted_spans(window)
    every = live_cues(window.folded, ALL_CUES)
    authored_only = live_cues(window.folded, AUTHORED_CUES) if request.creative or request.carried else []
    declined = any(part.function in _REFUSALS for part in before)
    state = _Flow(declined=declined, authored=request.creative or request.carried)
    for segment in segments(window):
        state.open(segment)
        cues = authored_only if state.in_authored_text else every
        part = state.place(segment, _hits(segment, quotes, cues))
        state.note(part)
        yield part


def _hits(segment: Segment, quotes: Sequence[tuple[int, int]], cues: Sequence[LiveCue]) -> list[Hit]:
    if segment.shape in (Shape.CODE, Shape.QUOTE):
        return []
    found = cues_in(segment.folded, cues)
    return (
        found
        if not quotes
        else [hit for hit in found if not _inside(quotes, segment.start + hit[1], segment.start + hit[2])]
    )


def _inside(quotes: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    if not quotes:
        return False
    index = bisect_right(quotes, (start, end)) - 1
    return index >= 0 and quotes[index][0] <= start and end <= quotes[index][1]


class _Flow:
    """What has been said so far, as far as it decides what the next segment is."""

    def __init__(self, *, declined: bool, authored: bool) -> None:
        self.declined = declined
        self.substituting = False
        self.authored = authored
        self.words = 0
        self.begun = False

    @property
    def in_authored_text(self) -> bool:
        """Inside a story, letter or translation that was asked for: its refusals belong to its characters."""
        return self.authored and not self.declined and (self.begun or self.words > AUTHORED_AFTER_WORDS)

    def open(self, segment: Segment) -> None:
        """A salutation or a subject line begins the text that was asked for."""
        self.begun = self.begun or _SALUTATION.match(segment.folded) is not None

    def place(self, segment: Segment, hits: list[Hit]) -> Part:
        if self.authored and segment.shape is Shape.ITEM:
            hits = [hit for hit in hits if hit[0].function not in _REFUSALS]
        also = frozenset(hit[0].function for hit in hits)
        function, hit = self._function(segment, hits)
        cue, start, end = hit if hit else (None, 0, len(segment.folded))
        return Part(segment, function, cue, segment.start + start, segment.start + end, also)

    def _function(self, segment: Segment, hits: list[Hit]) -> tuple[Function, Hit | None]:
        hits = [hit for hit in hits if _fits(hit[0].function, segment, also=hits)]
        if hits:
            best = min(hits, key=_precedence)
            if self.substituting and best[0].why == LISTS:
                return Function.SUBSTITUTES, best
            return best[0].function, best
        if self.declined and self.substituting:
            return Function.SUBSTITUTES, None
        return Function.DELIVERS, None

    def note(self, part: Part) -> None:
        self.words += part.words
        self.begun = self.begun or part.function is Function.HANDS_OVER or part.segment.folded.endswith(":")
        if part.function in _REFUSALS:
            self.declined = True
            self.substituting = bool(part.also & _SUBSTITUTING)
        elif part.function in _SUBSTITUTING:
            self.substituting = self.declined
        elif part.function is Function.HANDS_OVER:
            self.substituting = False


def _precedence(hit: Hit) -> float:
    """The order of the functions; a weak decline gives way to a corrected premise."""
    rank = _ORDER[hit[0].function]
    return rank if hit[0].strong else rank + _WEAKER


def _fits(function: Function, segment: Segment, also: list[Hit]) -> bool:
    """Whether a cue may decide a segment of this shape: a long list item is content whatever it mentions."""
    if segment.shape is Shape.ITEM and function in _STANCES:
        return False
    if segment.shape is Shape.ITEM and function in _REFUSALS:
        return segment.words < 25
    if function is Function.ASKS:
        return "?" in segment.folded or any(hit[0].function is Function.ASKS for hit in also)
    return True
