"""Takes a model's reasoning off its text, by the marks that the families of models put around it.

Marks are read from left to right, each by what stands next to it, so the work grows with the text and no faster. A mark
that is shown as code, stands in quotation marks or is spoken of in a sentence is no mark. What is left of a text can
show marks that were hidden before, so it is read again until nothing changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reviewer.core.reasoning_agents import agent_cuts
from reviewer.core.reasoning_blocks import Cut, block_cuts
from reviewer.core.reasoning_channels import channel_cuts
from reviewer.core.reasoning_fields import reasoning_fields
from reviewer.core.reasoning_framed import framed_cuts
from reviewer.core.reasoning_headed import headed_cuts, unwrapping_cuts
from reviewer.core.reasoning_led import led_cuts
from reviewer.core.reasoning_listed import listed_cuts
from reviewer.core.reasoning_records import ReasoningRecord, reasoning_record
from reviewer.core.reasoning_reprs import printed_parts

_ROUNDS = 8
# so many wrappers of an answer stand in each other
_WRAPPERS = 3
_BETWEEN = "\n\n"


class SplitText(NamedTuple):
    """`visible` is what a user would see, `reasoning` what was split off, without its marks. `closed` is False where
    the text ends within reasoning. `spans` are what is not visible, marks included: `[start, end)` in the text that
    came, in code points, in their order."""

    visible: str
    reasoning: str
    closed: bool
    spans: tuple[tuple[int, int], ...]


def split_reasoning(untrusted_text: str) -> SplitText:
    """The visible text and the reasoning apart. A text without marks comes back as it is; else its ends are trimmed.

    Where reasoning never ends, only what stands before it is visible: nothing, as a rule.
    """
    if record := _record_in(untrusted_text):
        return _of_record(untrusted_text, record)
    found = _cuts(untrusted_text)
    if not found:
        return SplitText(untrusted_text, "", True, ())
    cuts: list[Cut] = []
    left = [(0, len(untrusted_text))]
    visible = untrusted_text
    for done in range(_ROUNDS):
        moved = _moved(found, left)
        cuts += moved
        left = _left(untrusted_text, left, moved)
        visible = _BETWEEN.join(untrusted_text[start:end] for start, end in left)
        found = _cuts(visible) or (unwrapping_cuts(visible) if done < _WRAPPERS else [])
        if not found and len(left) == 1 and (record := _record_in(visible)):
            return _beside(untrusted_text, cuts, left[0][0], _of_record(visible, record))
        if not found:
            return _split(untrusted_text, visible, cuts)
    # Marks within marks without end: nothing of it is surely visible.
    return _split(untrusted_text, "", [*cuts, *(Cut(start, end, start, end, closed=False) for start, end in left)])


def _record_in(text: str) -> ReasoningRecord | None:
    return reasoning_record(text) or reasoning_fields(text) or printed_parts(text)


def _beside(untrusted_text: str, cuts: list[Cut], start: int, inner: SplitText) -> SplitText:
    """A record from `start` on, with what was cut off around it."""
    around = _split(untrusted_text, inner.visible, cuts)
    spans = sorted([*around.spans, *((first + start, last + start) for first, last in inner.spans)])
    reasoning = _BETWEEN.join(filter(None, (around.reasoning, inner.reasoning)))
    return SplitText(inner.visible, reasoning, around.closed and inner.closed, tuple(spans))


def _cuts(text: str) -> list[Cut]:
    """What to cut, in its order and without overlaps; nothing where the text shows no reasoning."""
    if found := channel_cuts(text) or block_cuts(text):
        return found if found[-1].closed else headed_cuts(text) or led_cuts(text) or found
    return listed_cuts(text) or headed_cuts(text) or framed_cuts(text) or led_cuts(text) or agent_cuts(text)


def _of_record(untrusted_text: str, record: ReasoningRecord) -> SplitText:
    """What its answer says, itself split: an answer in a record can hold marks of its own."""
    within = split_reasoning(record.said)
    starts, ends = [0], []
    for start, end in within.spans:
        ends.append(start)
        starts.append(end)
    kept = [
        span
        for start, end in zip(starts, [*ends, len(record.said)], strict=True)
        for span in record.written(start, end)
    ]
    hidden = zip([0, *(span.end for span in kept)], [*(span.start for span in kept), len(untrusted_text)], strict=True)
    reasoning = _BETWEEN.join(filter(None, (record.thoughts, within.reasoning)))
    spans = tuple((start, end) for start, end in hidden if start < end)
    return SplitText(within.visible.strip(), reasoning, record.closed and within.closed, spans)


def _split(untrusted_text: str, visible: str, cuts: list[Cut]) -> SplitText:
    cuts.sort()
    parts = (untrusted_text[cut.inner_start : cut.inner_end].strip() for cut in cuts)
    closed = all(cut.closed for cut in cuts)
    return SplitText(visible, _BETWEEN.join(filter(None, parts)), closed, tuple(_spans(untrusted_text, cuts)))


def _spans(text: str, cuts: Sequence[Cut]) -> Iterator[tuple[int, int]]:
    """Those of the cuts; where nothing but white space is between two they are one."""
    start, end = cuts[0].start, cuts[0].end
    for cut in cuts[1:]:
        if text[end : cut.start].strip():
            yield start, end
            start = cut.start
        end = cut.end
    yield start, end


def _moved(cuts: Sequence[Cut], left: Sequence[tuple[int, int]]) -> list[Cut]:
    """Cuts in the joined pieces as cuts in the text that came; one that goes over a seam becomes several."""
    offsets = []
    length = 0
    for start, end in left:
        offsets.append(length)
        length += end - start + len(_BETWEEN)
    moved = []
    for cut in cuts:
        number = max(bisect_right(offsets, cut.start) - 1, 0)
        while number < len(left) and offsets[number] < cut.end:
            (start, end), offset = left[number], offsets[number]
            within = cut.within(offset, offset + end - start)
            if within.start < within.end:
                moved.append(within.moved(start - offset))
            number += 1
    return moved


def _left(text: str, pieces: Sequence[tuple[int, int]], cuts: Sequence[Cut]) -> list[tuple[int, int]]:
    """What the cuts leave of the pieces, without white space at the ends."""
    left = []
    number = 0
    for start, end in pieces:
        while number < len(cuts) and cuts[number].start < end:
            left.append(_trimmed(text, start, cuts[number].start))
            start = cuts[number].end
            number += 1
        left.append(_trimmed(text, start, end))
    return [(start, end) for start, end in left if start < end]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    begun = start + len(part) - len(part.lstrip())
    return begun, max(begun, start + len(part.rstrip()))
