"""Versions as points on both rulers, as they are drawn and tabled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reviewer.ui.score.models_chart import ShownModels
from reviewer.ui.score.rulers_chart import NAME_CHARACTERS
from reviewer.ui.score.steps import ANSWERED, REFUSED, of_cases, ruler_series, share_words
from reviewer.wording.plain_text import preview
from reviewer.wording.precision import signed_to
from reviewer.wording.tables import Table

if TYPE_CHECKING:
    from reviewer.core.scoring.rulers import BothRulers

HEADINGS = ("Version", "Answered", "share (95 %)", "Refused", "share (95 %)", "Off the fitted line by, points")


def shown_points(
    names: Sequence[str], rulers: Sequence[BothRulers], sentence: str, line: tuple[float, float] | None
) -> ShownModels:
    """`line` is (intercept, slope) of *refused* on *answered*."""
    return ShownModels(
        sentence,
        tuple(names),
        tuple(_point_words(number, name, each) for number, (name, each) in enumerate(zip(names, rulers, strict=True))),
        ruler_series(ANSWERED, [each.answered for each in rulers]),
        ruler_series(REFUSED, [each.refused for each in rulers]),
        line,
    )


def points_table(names: Sequence[str], rulers: Sequence[BothRulers], residuals: Sequence[float | None]) -> Table:
    """A row for each version, numbered as in the chart; `residuals` are shares."""
    rows = [
        (
            f"{number}  {preview(name, NAME_CHARACTERS)}",
            of_cases(each.answered),
            share_words(each.answered),
            of_cases(each.refused),
            share_words(each.refused),
            "–" if residual is None else signed_to(residual * 100, 1),
        )
        for number, (name, each, residual) in enumerate(zip(names, rulers, residuals, strict=True), start=1)
    ]
    return Table(HEADINGS, tuple(rows))


def _point_words(number: int, name: str, rulers: BothRulers) -> str:
    return (
        f"{number + 1} {preview(name, NAME_CHARACTERS)}: {ANSWERED} {of_cases(rulers.answered)}, "
        f"{share_words(rulers.answered)}; {REFUSED} {of_cases(rulers.refused)}, {share_words(rulers.refused)}"
    )
