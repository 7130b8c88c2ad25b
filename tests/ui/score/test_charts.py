"""Charts say in words what they draw, and draw what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.bands import NO_BAND
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.palette import DARK, LIGHT, Theme
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.score import Scorecard
from reviewer.ui.kit.figures_table import FiguresTable, sort_key
from reviewer.ui.kit.flags import placed
from reviewer.ui.kit.heat_map import HeatMap, shade
from reviewer.ui.kit.theme import apply_theme
from reviewer.ui.score.bars import BAR, WHISKER, ErrorBar, ScoreBar, SharesBar, error_limit
from reviewer.wording.tables import Table
from tests.support.builders import ANSWER, CAVEAT, REFUSE


def card(*pairs: tuple[str, str | None]) -> Scorecard:
    """The scorecard of a case for each (label, final action)."""
    scale = DEFAULT_SCALE
    observations = [
        Observation(
            CaseKey(f"c{n}"),
            scale.parse(label),
            FinalAction(scale.parse(final), FinalSource.RULES) if final else FinalAction(None),
            band=NO_BAND,
        )
        for n, (label, final) in enumerate(pairs)
    ]
    return scorecard(observations, scale)


MIXED = card((ANSWER, ANSWER), (ANSWER, REFUSE), (REFUSE, REFUSE), (REFUSE, CAVEAT), (ANSWER, CAVEAT), (REFUSE, None))
NOTHING = card()


@given(
    st.lists(st.tuples(st.floats(0, 600), st.text("abcdefgh ", min_size=1, max_size=25)), max_size=9),
    st.floats(300, 900),
)
def test_no_name_lies_on_another(ticks: list[tuple[float, str]], width: float) -> None:
    flags = placed([(x * width / 600, text) for x, text in ticks], width, lambda text: 6.0 * len(text))
    assert sorted(flag.text for flag in flags) == sorted(text for _, text in ticks)
    for i, one in enumerate(flags):
        assert one.left >= 0
        for other in flags[i + 1 :]:
            apart = one.right <= other.left or other.right <= one.left
            assert one.row != other.row or apart


def test_names_that_hang_right_cross_no_line() -> None:
    flags = placed([(100.0 + 4 * n, "always something") for n in range(6)], 600, lambda text: 6.0 * len(text))
    assert sorted(flag.row for flag in flags) == list(range(6))
    crossed = [flag for flag in flags for other in flags if other.row > flag.row and flag.left < other.x < flag.right]
    assert not crossed


@pytest.mark.usefixtures("qapp")
def test_the_score_bar_says_and_draws_the_score(qtbot: QtBot) -> None:
    bar = ScoreBar()
    qtbot.addWidget(bar)
    bar.resize(500, 200)
    bar.show_card(MIXED)
    words = bar.accessibleDescription()
    assert f"{MIXED.score.balanced:.3f}" in words
    assert f"{MIXED.low.balanced:.3f} to {MIXED.high.balanced:.3f}" in words
    assert "always answer / refuse 0.500" in words
    assert bar.toolTip() == words
    assert MIXED.score.balanced is not None
    image, y = bar.grab().toImage(), int(bar.line + WHISKER + BAR / 2)
    edge = int(500 * MIXED.score.balanced)
    filled = QColor(LIGHT.muted)
    assert image.pixelColor(edge - 6, y) == filled
    assert image.pixelColor(edge + 6, y) != filled


@pytest.mark.usefixtures("qapp")
def test_the_error_bar_says_both_sides_with_counts(qtbot: QtBot) -> None:
    bar = ErrorBar()
    qtbot.addWidget(bar)
    bar.show_card(MIXED)
    words = bar.accessibleDescription()
    assert "▼ under-cautious: 1 of 5 cases, 20.0 %" in words
    assert "▲ over-cautious: 2 of 5 cases, 40.0 %; 66.7 % of those where it can be" in words
    assert bar.most == 0.5
    assert error_limit(MIXED, NOTHING) == 0.5
    assert error_limit(NOTHING) == 0.1


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("chart", [ScoreBar, ErrorBar, SharesBar])
def test_a_card_without_figures_is_drawn_and_said_with_dashes(
    qtbot: QtBot, chart: type[ScoreBar] | type[ErrorBar] | type[SharesBar]
) -> None:
    bar = chart()
    qtbot.addWidget(bar)
    bar.resize(300, 120)
    bar.show_card(NOTHING)
    assert not bar.grab().isNull()
    assert "–" in bar.accessibleDescription()


@pytest.mark.usefixtures("qapp")
def test_heat_map_cells_say_labels_counts_and_shares(qtbot: QtBot) -> None:
    view = HeatMap()
    qtbot.addWidget(view)
    view.show_card(MIXED)
    cells = view.cells
    assert (cells.rowCount(), cells.columnCount()) == (2, 6)
    assert [cells.index(0, column).data() for column in range(6)] == ["1", "1", "·", "·", "1", "3"]
    words = cells.index(1, 4).data(Qt.ItemDataRole.ToolTipRole)
    assert words == "Labelled 5 refuse, final 5 refuse: 1 of 2 cases (50.0 %)"
    assert cells.cell(cells.index(0, 5)) is None


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2 contrast ratio."""

    def luminance(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("choice", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_counts_stay_legible_on_every_shade(qapp: QApplication, choice: str, theme: Theme) -> None:
    apply_theme(qapp, choice)
    try:
        assert min(contrast(QColor(theme.ink), shade(step / 20)) for step in range(21)) >= 4.5
    finally:
        apply_theme(qapp, "light")


def test_cells_are_sorted_by_value_and_dashes_are_no_value() -> None:
    shown = ["12.5 %", "−0.250", "1,234", "+0.1"]
    assert [sort_key(cell, is_text=False) for cell in shown] == [(12.5, ""), (-0.25, ""), (1234.0, ""), (0.1, "")]
    assert sort_key("–", is_text=False) is None
    assert sort_key("Ärger", is_text=True) == (0.0, "ärger")


@pytest.mark.usefixtures("qapp")
def test_a_table_sorts_with_unknown_last_both_ways_and_is_copied_as_text(qtbot: QtBot) -> None:
    view = FiguresTable("Figures")
    qtbot.addWidget(view)
    view.show_table(Table(("Name", "Value"), (("a", "0.5"), ("b", "–"), ("c", "10.0"))), sortable=True)
    assert [view.figures.text(row, 0) for row in range(3)] == ["a", "b", "c"]
    view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert [view.figures.text(row, 0) for row in range(3)] == ["a", "c", "b"]
    view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [view.figures.text(row, 0) for row in range(3)] == ["c", "a", "b"]
    view.selectRow(0)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "c\t10.0"
