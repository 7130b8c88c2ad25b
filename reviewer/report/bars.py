"""The score card's bars as SVG, drawn as `reviewer.report.strip` draws: classes with the light theme's colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from reviewer.core.palette import LIGHT
from reviewer.core.scoring.score import Scorecard
from reviewer.report.strip import hatching
from reviewer.wording.comparison import cells
from reviewer.wording.score import figure, percent

if TYPE_CHECKING:
    from reviewer.core.scoring.paired import Difference

WIDTH = 816
_BAR = 22
_TICK_ROOM = 18
"""Ticks nearer than this share one label, in pixels."""


def score_bar(card: Scorecard) -> str:
    """The balanced score from 0 to 1, its bounds as a thin line, the constant policies as numbered ticks."""
    parts = [_rect(0, 20, WIDTH, _BAR, "shade", LIGHT.shade)]
    if card.score.balanced is not None:
        parts.append(_rect(0, 20, WIDTH * card.score.balanced, _BAR, "mark", LIGHT.muted))
    if card.low.balanced is not None and card.high.balanced is not None and card.low.balanced < card.high.balanced:
        parts.append(_bounds(_x(card.low.balanced), _x(card.high.balanced)))
    parts += _constant_ticks(card)
    parts += [_text(0, 12, "0", "start"), _text(WIDTH, 12, "1", "end")]
    words = f"Balanced score {figure(card.score.balanced)} on a bar from 0 to 1, with the constant policies as ticks"
    return _svg(parts, 66, words)


def _x(value: float) -> float:
    return WIDTH * value


def _bounds(low: float, high: float) -> str:
    path = f"M{low:.1f} 9v8M{high:.1f} 9v8M{low:.1f} 13H{high:.1f}"
    return f'<path class="ink-line" d="{path}" stroke="{LIGHT.ink}" stroke-width="1.5" fill="none"/>'


def _constant_ticks(card: Scorecard) -> Iterator[str]:
    groups: list[tuple[float, list[int]]] = []
    found = sorted((m.balanced, rank) for rank, m in enumerate(card.constants.values(), 1) if m.balanced is not None)
    for value, number in found:
        x = _x(value)
        # the halo keeps the tick visible on the filled part
        yield f'<path class="page-line" d="M{x:.1f} 20v{_BAR}" stroke="{LIGHT.page}" stroke-width="4.5"/>'
        yield f'<path class="ink-line" d="M{x:.1f} 16v32" stroke="{LIGHT.ink}" stroke-width="1.5"/>'
        if groups and x - groups[-1][0] < _TICK_ROOM + 9 * (len(groups[-1][1]) - 1):
            groups[-1][1].append(number)
        else:
            groups.append((x, [number]))
    for x, numbers in groups:
        near_start = x < 20
        yield _text(0 if near_start else x, 62, " ".join(map(str, numbers)), "start" if near_start else "middle")


def error_bar(card: Scorecard) -> str:
    """Under-cautious to the left, over-cautious to the right, on one scale around zero."""
    over, under = card.over_cautious or 0.0, card.under_cautious or 0.0
    most = next(limit for limit in (0.1, 0.25, 0.5, 1.0) if max(over, under) <= limit)
    middle, half = WIDTH / 2, WIDTH / 2
    last = len(card.scale) - 1
    parts = [
        _rect(0, 20, WIDTH, _BAR, "shade", LIGHT.shade),
        _rect(middle - half * under / most, 20, half * under / most, _BAR, "a0", LIGHT.action(0, last + 1)),
        _rect(middle, 20, half * over / most, _BAR, f"a{last}", LIGHT.action(last, last + 1)),
        f'<path class="ink-line" d="M{middle:g} 16v{_BAR + 8}" stroke="{LIGHT.ink}" stroke-width="1.5"/>',
        _text(0, 12, f"▼ under-cautious {percent(card.under_cautious)}", "start"),
        _text(WIDTH, 12, f"▲ over-cautious {percent(card.over_cautious)}", "end"),
        _text(0, 60, f"{most * 100:g} % of cases", "start"),
        _text(middle, 60, "0", "middle"),
        _text(WIDTH, 60, f"{most * 100:g} % of cases", "end"),
    ]
    words = f"Under-cautious {percent(card.under_cautious)}, over-cautious {percent(card.over_cautious)} of the cases"
    return _svg(parts, 66, words)


_NAMES, _STEP = 170, 30
"""Of a plot of changes: the room for names at the left, and the height of a row, in pixels."""
_AXES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)


def change_plot(changes: Sequence[tuple[str, Difference | None]]) -> str:
    """A dot for each change with its limits as a line through it, all on one axis around zero; names at the left."""
    known = [end for _, found in changes if found for end in (found.value, found.low, found.high) if end is not None]
    most = next((limit for limit in _AXES if max(map(abs, known), default=0) <= limit), max(map(abs, known), default=1))
    half, bottom = (WIDTH - _NAMES) / 2 - 8, _STEP * len(changes)
    middle = WIDTH - 8 - half
    parts = [f'<path class="edge-line" d="M{middle:g} 0v{bottom}" stroke="{LIGHT.edge}"/>']
    for at, (name, found) in enumerate(changes):
        y = _STEP * (at + 0.5)
        parts.append(_text(0, y + 4, name, "start"))
        parts += _change(found, y, middle, half / most)
    ends = ((middle, "0"), (middle - half, f"−{most:g}"), (middle + half, f"+{most:g}"))
    for (x, words), anchor in zip(ends, ("middle", "start", "end"), strict=True):
        parts.append(_text(x, bottom + 14, words, anchor))
    told = "; ".join(f"{name} changed by {' '.join(cells(found))}" for name, found in changes)
    return _svg(parts, bottom + 20, told)


def _change(found: Difference | None, y: float, middle: float, scale: float) -> Iterator[str]:
    """One row; a limit that is not known ends at the dot."""
    if found is None:
        yield _text(middle + 8, y + 4, "not known", "start")
        return
    low, high = (middle + scale * (found.value if end is None else end) for end in (found.low, found.high))
    yield f'<path class="ink-line" d="M{low:.1f} {y:g}H{high:.1f}" stroke="{LIGHT.ink}" stroke-width="2"/>'
    yield f'<circle class="ink" cx="{middle + scale * found.value:.1f}" cy="{y:g}" r="5" fill="{LIGHT.ink}"/>'


def shares_bar(card: Scorecard) -> str:
    """Exact, in band and out of band as the parts of one bar: solid, hatched, empty."""
    exact, in_band = WIDTH * (card.exact or 0.0), WIDTH * (card.in_band or 0.0)
    edges = f"M{exact:.1f} 0v{_BAR}M{exact + in_band:.1f} 0v{_BAR}M0.5 0.5h{WIDTH - 1}v{_BAR - 1}h{1 - WIDTH}Z"
    parts = [
        _rect(0, 0, exact, _BAR, "mark", LIGHT.muted),
        f'<path class="mark-line" d="{hatching(exact, 0, in_band, _BAR, 6)}" stroke="{LIGHT.muted}" fill="none"/>',
        f'<path class="edge-line" d="{edges}" stroke="{LIGHT.edge}" fill="none"/>',
    ]
    words = f"Exact {percent(card.exact)}, in band {percent(card.in_band)}, out of band {percent(card.out_of_band)}"
    return _svg(parts, _BAR, words)


def _rect(x: float, y: float, width: float, height: float, css: str, colour: str) -> str:
    return (
        f'<rect class="{css}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
        f'fill="{colour}"/>'
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text class="ink" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12.5" fill="{LIGHT.ink}">'
        f"{escape(words)}</text>"
    )


def _svg(parts: list[str], height: int, words: str) -> str:
    return (
        f'<svg class="bar" xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(words)}">{"".join(parts)}</svg>'
    )
