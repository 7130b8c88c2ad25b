"""The frontier chart in words, and where its parts go: the same in the window and in a report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reviewer.core.scoring.frontier import Curve, Frontier, Place, VersionPoint
from reviewer.wording.plain_text import preview
from reviewer.wording.score import percent
from reviewer.wording.tables import Table, count

LETTERS = "AB"
SHAPES = "●■"
OUTLINE_WORDS = ("solid", "dashed")
NAME_CHARACTERS = 28
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
ABOVE, BELOW = "↑ Held back where it should", "Answered where it should →"
CONSTANTS = "constant policies"
GUESSING = "holding back at random"
SHORTEST_ARROW = 8.0
_LONGEST_HEAD, _HALF_HEAD = 7.0, 3.5


class Arrow(NamedTuple):
    """Pixels: a line from `tail` to `back`, and the corners of its head."""

    tail: Place
    back: Place
    head: tuple[Place, Place, Place]


def arrow_between(start: Place, end: Place, mark: float) -> Arrow | None:
    """Between the edges of two marks of half size `mark`, in pixels; None where they touch."""
    x, y = end[0] - start[0], end[1] - start[1]
    length = math.hypot(x, y)
    if length < 2 * mark + SHORTEST_ARROW:
        return None
    across, down = x / length, y / length
    gap, size = mark + 3, min(_LONGEST_HEAD, length / 3)
    tail = start[0] + across * gap, start[1] + down * gap
    tip = end[0] - across * gap, end[1] - down * gap
    back = tip[0] - across * size, tip[1] - down * size
    side = -down * _HALF_HEAD, across * _HALF_HEAD
    return Arrow(tail, back, (tip, (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1])))


def key_rows(frontier: Frontier) -> list[tuple[str, int, str]]:
    """(what is drawn as the sample, of which version, the words beside it)."""
    rows: list[tuple[str, int, str]] = []
    for number, point in enumerate(frontier.points):
        rows.append(("point", number, f"{LETTERS[number]}  {preview(point.name, NAME_CHARACTERS)}"))
        if point.region:
            rows.append(("region", number, f"its 95 % region ({OUTLINE_WORDS[number]})"))
    rows += [("curve", number_of(curve, frontier), curve_words(curve, frontier)) for curve in frontier.curves]
    return [*rows, ("corner", 0, CONSTANTS), ("guessing", 0, GUESSING)]


def frontier_words(frontier: Frontier) -> str:
    """The whole chart as text, for whoever does not see it."""
    points = [point_words(number, point) for number, point in enumerate(frontier.points)]
    corners = [constant_words(place, names) for place, names in by_corner(frontier).items()]
    arrow = ["An arrow goes from A to B"] if len(frontier.points) > 1 else []
    curves = [f"Line: {curve_words(curve, frontier)}" for curve in frontier.curves]
    return ". ".join([*points, *corners, *arrow, *curves]) + "."


def by_corner(frontier: Frontier) -> Mapping[Place, list[str]]:
    corners: dict[Place, list[str]] = {}
    for name, place in frontier.constants:
        corners.setdefault(place, []).append(preview(name, NAME_CHARACTERS))
    return corners


def joined(names: Sequence[str]) -> str:
    """`always answer / caveat / clarify`."""
    return " / ".join((names[0], *(name.removeprefix("always ") for name in names[1:])))


def number_of(curve: Curve, frontier: Frontier) -> int:
    """The version that a curve is of; the first where one curve fits all."""
    return next((n for n, point in enumerate(frontier.points) if point.name == curve.name), 0)


def curve_words(curve: Curve, frontier: Frontier) -> str:
    if not curve.name:
        return "one fitted frontier for both" if len(frontier.points) > 1 else "its fitted frontier"
    number = number_of(curve, frontier)
    return f"fitted frontier of {LETTERS[number]} ({OUTLINE_WORDS[number]})"


def point_words(number: int, point: VersionPoint) -> str:
    """`A 1.0: held back where it should 200 of 200, 100.0 %; answered where it should 101 of 250, 40.4 %`."""
    held, answered = _shares(point)
    name = f"{SHAPES[number]} {LETTERS[number]} {preview(point.name, NAME_CHARACTERS)}"
    return f"{name}: held back where it should {', '.join(held)}; answered where it should {', '.join(answered)}"


def constant_words(place: Place, names: Sequence[str]) -> str:
    return (
        f"◇ {joined(names)}: held back where it should {percent(place[1])}; "
        f"answered where it should {percent(place[0])}"
    )


def _shares(point: VersionPoint) -> tuple[tuple[str, str], tuple[str, str]]:
    """(counts, percent) of what was held back, and of what was answered, where it should."""
    k, n = point.held_back_should
    other, m = point.held_back_should_not
    held, answered = f"{count(k)} of {n:,}", f"{count(m - other)} of {m:,}"
    return (held, percent(point.at[1])), (answered, percent(point.at[0]))


def frontier_table(frontier: Frontier) -> Table:
    """A row for each version, then for each constant policy."""
    headings = ("Where it should", "held back", "share", "answered", "share")
    rows = [
        (f"{LETTERS[n]}  {preview(point.name, NAME_CHARACTERS)}", *(cell for pair in _shares(point) for cell in pair))
        for n, point in enumerate(frontier.points)
    ]
    for name, place in frontier.constants:
        rows.append((preview(name, NAME_CHARACTERS), "–", percent(place[1]), "–", percent(place[0])))
    return Table(headings, tuple(rows))
