"""The action strip as SVG: the scale's actions in order, the labelled one solid, the band hatched, the finals marked.

Colours are classes (`a0` … `a8`, `ink`, `edge`, `page`) with the light theme's values beside them, so that a page's
style sheet can change them and a strip taken out of its page keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import NO_BAND, Band, credit_words
from reviewer.core.palette import LIGHT
from reviewer.report.facts import PEOPLE, ReportedCase
from reviewer.wording.plain_text import plain_text


@dataclass(frozen=True)
class StripMark:
    """Where a response landed, None where it is unscored. `solid` once a person has decided, hollow while it is
    automatic.
    """

    action: ActionId | None
    solid: bool
    word: str = ""


@dataclass(frozen=True)
class Size:
    """Pixels of a cell, the gap between cells, the bar and the spacing of its hatching; `named` writes words."""

    cell: int
    gap: int
    bar: int
    hatch: float
    marker: int
    named: bool


SMALL = Size(cell=20, gap=2, bar=9, hatch=3.5, marker=7, named=False)
LARGE = Size(cell=124, gap=4, bar=24, hatch=6, marker=9, named=True)

_NAME_HEIGHT = 20


def case_markers(case: ReportedCase) -> list[StripMark]:
    """One marker for each final action of the case and one for what is unscored, solid where a person decided."""
    solid: dict[ActionId | None, bool] = {}
    for response in case.responses:
        decided = response.final.source in PEOPLE
        solid[response.final.action] = solid.get(response.final.action, False) or decided
    return [StripMark(action, decided) for action, decided in solid.items()]


def strip(
    scale: ActionScale, label: ActionId, band: Band = NO_BAND, markers: Sequence[StripMark] = (), size: Size = SMALL
) -> str:
    """One `<svg>` element. Raises InputError for an action that is not on the scale."""
    top = _NAME_HEIGHT if size.named else 1
    width = len(scale) * (size.cell + size.gap) + 2 * size.gap + size.marker
    height = top + size.bar + size.marker + 4 + (16 if size.named else 0)
    parts = [*_cells(scale, label, band, size, top), *_markers(scale, markers, size, top + size.bar + 3)]
    words = escape(_words(scale, label, band, markers))
    return (
        f'<svg class="strip" xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{words}">{"".join(parts)}</svg>'
    )


def _words(scale: ActionScale, label: ActionId, band: Band, markers: Sequence[StripMark]) -> str:
    parts = [f"best: {_name(scale, label)}"]
    parts += [f"{_name(scale, action)}: {credit_words(band[action])}" for action in scale.ids if action in band]
    parts += [f"{'decided' if m.solid else 'automatic'}: {_did(scale, m.action)}" for m in markers]
    return "; ".join(parts)


def _did(scale: ActionScale, action: ActionId | None) -> str:
    return "unscored" if action is None else _name(scale, action)


def _name(scale: ActionScale, action: ActionId) -> str:
    return f"{scale.rank(action) + 1} {plain_text(scale[action].short_name)}"


def _cells(scale: ActionScale, label: ActionId, band: Band, size: Size, top: int) -> Iterator[str]:
    for rank, action in enumerate(scale.ids):
        x = rank * (size.cell + size.gap)
        colour = LIGHT.action(rank, len(scale))
        if size.named:
            yield _text(x + size.cell / 2, top - 7, _name(scale, action), "ink", LIGHT.ink)
        if action == label:
            yield f'<rect class="a{rank}" x="{x}" y="{top}" width="{size.cell}" height="{size.bar}" fill="{colour}"/>'
            if size.named:
                yield _text(x + size.cell / 2, top + size.bar / 2 + 4, "best", "on-action", LIGHT.on_action)
        elif action in band:
            yield from _band_cell(x, top, size, rank, colour, credit_words(band[action]))
        else:
            middle = top + size.bar / 2
            yield (
                f'<path class="edge-line" d="M{x} {middle:g}h{size.cell}" stroke="{LIGHT.edge}" '
                'stroke-width="1.5" stroke-dasharray="1.5 2.5"/>'
            )


def _band_cell(x: int, top: int, size: Size, rank: int, colour: str, words: str) -> Iterator[str]:
    lines = hatching(x, top, size.cell, size.bar, size.hatch)
    yield (
        f'<path class="l{rank}" d="{lines}" stroke="{colour}" stroke-width="1.2" fill="none"/>'
        f'<rect class="l{rank}" x="{x + 0.5}" y="{top + 0.5}" width="{size.cell - 1}" height="{size.bar - 1}" '
        f'fill="none" stroke="{colour}"/>'
    )
    if size.named:
        room = min(size.cell - 16, 7 * len(words) + 8)
        left = x + (size.cell - room) / 2
        yield (
            f'<rect class="page" x="{left:g}" y="{top + 4}" width="{room}" height="{size.bar - 8}" '
            f'fill="{LIGHT.page}"/>'
        )
        yield _text(x + size.cell / 2, top + size.bar / 2 + 4, words, "ink", LIGHT.ink)


def hatching(x: float, y: float, width: float, height: float, step: float) -> str:
    """Path data of diagonals in a rectangle, clipped by arithmetic: patterns need ids and fail in small renderers."""
    lines = []
    offset = step
    while offset < width + height:
        x1, y1 = (offset, 0.0) if offset <= width else (width, offset - width)
        x2, y2 = (0.0, offset) if offset <= height else (offset - height, height)
        lines.append(f"M{x + x1:.4g} {y + y1:.4g}L{x + x2:.4g} {y + y2:.4g}")
        offset += step
    return "".join(lines)


def _markers(scale: ActionScale, markers: Sequence[StripMark], size: Size, top: int) -> Iterator[str]:
    for marker in markers:
        if marker.action is None:
            yield _circle(len(scale) * (size.cell + size.gap) + 2 * size.gap, top, size, solid=marker.solid)
            continue
        middle = scale.rank(marker.action) * (size.cell + size.gap) + size.cell / 2
        side = size.marker - 2
        fill = ("ink", LIGHT.ink) if marker.solid else ("page", LIGHT.page)
        yield (
            f'<rect class="{fill[0]} ink-line" x="{middle - side / 2:g}" y="{top + 0.5:g}" width="{side}" '
            f'height="{side}" fill="{fill[1]}" stroke="{LIGHT.ink}" stroke-width="1.1"/>'
        )
        if size.named and marker.word:
            yield _text(middle, top + size.marker + 13, marker.word, "ink", LIGHT.ink)


def _circle(left: int, top: int, size: Size, *, solid: bool) -> str:
    """What is unscored, behind a gap and under no action."""
    css, fill = ("ink", LIGHT.ink) if solid else ("page", LIGHT.page)
    radius = (size.marker - 1) / 2
    return (
        f'<circle class="{css} ink-line" cx="{left + radius:g}" cy="{top + radius:g}" r="{radius:g}" fill="{fill}" '
        f'stroke="{LIGHT.ink}" stroke-width="1.1"/>'
    )


def _text(x: float, y: float, words: str, css: str, colour: str) -> str:
    return (
        f'<text class="{css}" x="{x:g}" y="{y:g}" text-anchor="middle" fill="{colour}" font-size="12.5">'
        f"{escape(words)}</text>"
    )
