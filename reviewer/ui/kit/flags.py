"""Where the names of ticks go under a bar, so that no name lies on another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

GAP = 4.0
"""Pixels between a tick's line and its name, and between two names."""


@dataclass(frozen=True)
class Flag:
    """A tick at `x` pixels with its name in `row` (from 0) beginning at `left`; `width` is the name's."""

    x: float
    text: str
    row: int
    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width


def placed(ticks: Iterable[tuple[float, str]], width: float, advance: Callable[[str], float]) -> list[Flag]:
    """Flags for (x in pixels, name) on a bar of `width` pixels; `advance` measures a name.

    Names hang to the right of their ticks, from the rightmost tick on, each in the first row that is free and, if
    there is one, in which it crosses no line; a name that would leave the bar hangs to the left.
    """
    flags: list[Flag] = []
    for x, text in sorted(ticks, key=lambda tick: -tick[0]):
        size = advance(text)
        left = x + GAP if x + GAP + size <= width else max(x - GAP - size, 0.0)
        lowest = max((flag.row for flag in flags), default=-1) + 1
        rows = [Flag(x, text, row, left, size) for row in range(lowest + 1)]
        flags.append(next((flag for flag in rows if not any(_clash(flag, other) for other in flags)), rows[-1]))
    return flags


def _clash(one: Flag, other: Flag) -> bool:
    if one.row == other.row:
        return one.left < other.right + GAP and other.left < one.right + GAP
    low, high = (one, other) if one.row > other.row else (other, one)
    return high.left - GAP / 2 < low.x < high.right + GAP / 2
