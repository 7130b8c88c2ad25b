"""The frontier chart as SVG, drawn as `reviewer.report.strip` draws: classes with the light theme's colours.

Versions differ by letter, shape and outline, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from reviewer.core.palette import LIGHT
from reviewer.core.scoring.frontier import Frontier, Place
from reviewer.wording.frontier import (
    ABOVE,
    BELOW,
    LETTERS,
    TICKS,
    arrow_between,
    by_corner,
    frontier_words,
    joined,
    key_rows,
    number_of,
)

SIDE, LEFT, TOP = 360, 52, 26
WIDTH, HEIGHT = 816, TOP + SIDE + 48
_KEY, _KEY_LINE, _SAMPLE = LEFT + SIDE + 40, 23, 30
_DOT, _CORNER = 5.5, 4.5
_DASHES = ("", ' stroke-dasharray="6 4"')


def frontier_chart(frontier: Frontier) -> str:
    """One `<svg>` element with the whole chart in words as its alternative text."""
    places = [_at(point.at) for point in frontier.points]
    parts = [
        *_ground(),
        *(_region([_at(corner) for corner in point.region], n) for n, point in enumerate(frontier.points)),
        *(_curve([_at(place) for place in curve.line], number_of(curve, frontier)) for curve in frontier.curves),
        *_corners(frontier),
        *_arrow(places),
        *(_shape(*place, number) for number, place in reversed(list(enumerate(places)))),
        *(_letter(places, number) for number in range(len(places))),
        *_key(frontier),
    ]
    return (
        f'<svg class="frontier" xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(frontier_words(frontier))}">'
        f"{''.join(parts)}</svg>"
    )


def _at(place: Place) -> Place:
    return LEFT + place[0] * SIDE, TOP + (1 - place[1]) * SIDE


def _line(points: Sequence[Place]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _path(points: Sequence[Place], css: str, colour: str, width: float, more: str = "") -> str:
    return f'<path class="{css}" d="{_line(points)}" stroke="{colour}" stroke-width="{width:g}" fill="none"{more}/>'


def _ground() -> Iterator[str]:
    for tick in TICKS:
        css, colour = ("edge-line", LIGHT.edge) if tick in (0.0, 1.0) else ("hair-line", LIGHT.hairline)
        yield _path([_at((tick, 0)), _at((tick, 1))], css, colour, 1)
        yield _path([_at((0, tick)), _at((1, tick))], css, colour, 1)
        words = f"{tick:.0%}".replace("%", " %")
        yield _text(_at((tick, 0))[0], TOP + SIDE + 17, words, "middle")
        yield _text(LEFT - 7, _at((0, tick))[1] + 4, words, "end")
    yield _guessing(_at((0, 1)), _at((1, 0)))
    yield _text(LEFT, 14, ABOVE, "start")
    yield _text(LEFT + SIDE, TOP + SIDE + 37, BELOW, "end")


def _guessing(start: Place, end: Place) -> str:
    return _path([start, end], "edge-line", LIGHT.edge, 1, ' stroke-dasharray="1 3"')


def _region(outline: Sequence[Place], number: int) -> str:
    if not outline:
        return ""
    return (
        f'<path class="edge edge-line" d="{_line(outline)}Z" fill="{LIGHT.edge}" fill-opacity="0.16" '
        f'stroke="{LIGHT.edge}" stroke-width="1.4"{_DASHES[number]}/>'
    )


def _curve(points: Sequence[Place], number: int) -> str:
    return _path(points, "mark-line", LIGHT.muted, 2, _DASHES[number])


def _corners(frontier: Frontier) -> Iterator[str]:
    for place, names in by_corner(frontier).items():
        x, y = _at(place)
        yield _diamond(x, y)
        left = place[0] < 0.5
        top = y + (18 if place[1] > 0.5 else -10)
        yield _text(x + 12 if left else x - 12, top, joined(names), _side(left), "muted page-line")


def _side(left: bool) -> str:
    return "start" if left else "end"


def _diamond(x: float, y: float) -> str:
    return (
        f'<path class="page edge-line" d="M{x:.1f} {y - _CORNER:.1f}l{_CORNER} {_CORNER}l-{_CORNER} {_CORNER}'
        f'l-{_CORNER} -{_CORNER}Z" fill="{LIGHT.page}" stroke="{LIGHT.edge}" stroke-width="1.4"/>'
    )


def _arrow(places: Sequence[Place]) -> Iterator[str]:
    found = arrow_between(places[0], places[1], _DOT) if len(places) > 1 else None
    if found is not None:
        yield _path([found.tail, found.back], "ink-line", LIGHT.ink, 1.6)
        yield f'<path class="ink" d="{_line(found.head)}Z" fill="{LIGHT.ink}"/>'


def _shape(x: float, y: float, number: int) -> str:
    style = f'class="ink page-line" fill="{LIGHT.ink}" stroke="{LIGHT.page}" stroke-width="1.5"'
    if number:
        return f'<rect {style} x="{x - _DOT:.1f}" y="{y - _DOT:.1f}" width="{2 * _DOT:g}" height="{2 * _DOT:g}"/>'
    return f'<circle {style} cx="{x:.1f}" cy="{y:.1f}" r="{_DOT + 0.5:g}"/>'


def _letter(places: Sequence[Place], number: int) -> str:
    """Beside its mark, on the side away from the other version, and inside the square."""
    x, y = places[number]
    other = places[1 - number] if len(places) > 1 else (x + 1, y)
    left = x < other[0] or (x == other[0] and number == 0)
    if (left and x - 22 < LEFT) or (not left and x + 22 > LEFT + SIDE):
        left = not left
    top = min(max(y + (_DOT if number else -_DOT) + 4, TOP + 12), TOP + SIDE - 4)
    return _text(x - 10 if left else x + 10, top, LETTERS[number], _side(not left), "ink", LIGHT.ink)


def _key(frontier: Frontier) -> Iterator[str]:
    for row, (kind, number, words) in enumerate(key_rows(frontier)):
        y = TOP + 8 + row * _KEY_LINE
        yield _sample(kind, number, y)
        css, colour = ("ink", LIGHT.ink) if kind == "point" else ("muted", LIGHT.muted)
        yield _text(_KEY + _SAMPLE + 10, y + 4, words, "start", css, colour)


def _sample(kind: str, number: int, y: float) -> str:
    left, right, middle = (_KEY, y), (_KEY + _SAMPLE, y), (_KEY + _SAMPLE / 2, y)
    if kind == "point":
        return _shape(*middle, number)
    if kind == "region":
        return _region([(_KEY, y - 6), (right[0], y - 6), (right[0], y + 6), (_KEY, y + 6)], number)
    if kind == "curve":
        return _curve([left, right], number)
    return _diamond(*middle) if kind == "corner" else _guessing(left, right)


def _text(
    x: float, y: float, words: str, anchor: str, css: str = "muted", colour: str = LIGHT.muted, *, halo: bool = False
) -> str:
    around = f' stroke="{LIGHT.page}" stroke-width="3" paint-order="stroke"' if "page-line" in css else ""
    return (
        f'<text class="{css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12.5" fill="{colour}"{around}>'
        f"{escape(words)}</text>"
    )
