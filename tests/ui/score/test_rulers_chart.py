"""Charts of both rulers: all that is drawn is said, told apart without colour, and stays within the chart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reviewer.ui.score.models_chart import ModelsChart, ShownModels
from reviewer.ui.score.rulers_chart import RulersChart, ShownRulers, ShownStep, shared_ticks, tick_words
from reviewer.ui.score.trend_chart import Series

LONG = "Sprachmodell mit einem sehr langen Namen, Veröffentlichung "


def series(shares: list[float], half: float = 0.05) -> Series:
    return Series(
        "of those labelled so",
        tuple(shares),
        tuple(max(share - half, 0.0) for share in shares),
        tuple(min(share + half, 1.0) for share in shares),
    )


def swinging(n: int, name: str = "v") -> ShownRulers:
    return ShownRulers(
        "It swung.",
        tuple(f"{name}{number}" for number in range(n)),
        tuple(f"version {number}" for number in range(n)),
        tuple(ShownStep(f"step {number}", undoes=number > 0) for number in range(n - 1)),
        (series([0.7 + 0.2 * (v % 2) for v in range(n)]), series([0.9 - 0.2 * (v % 2) for v in range(n)])),
        5,
    )


def points(n: int, line: tuple[float, float] | None = (0.9, -0.5)) -> ShownModels:
    spread = [0.2 + 0.6 * number / n for number in range(n)]
    names = tuple(f"{LONG}{number}" for number in range(n))
    words = tuple(f"model {number}" for number in range(n))
    return ShownModels("Hand in hand.", names, words, series(spread), series([1 - each for each in spread]), line)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0, 0.2))
def test_the_axis_encloses_every_share_and_stays_within_0_and_1(shares: list[float], half: float) -> None:
    drawn = series(shares, half)
    ticks = shared_ticks([drawn])
    assert ticks == sorted(set(ticks))
    assert len(ticks) >= 2
    assert ticks[0] >= 0.0
    assert ticks[-1] <= 1.0
    known = [each for each in (*drawn.values, *drawn.low, *drawn.high) if each is not None]
    assert ticks[0] <= min(known) + 1e-6
    assert ticks[-1] >= max(known) - 1e-6
    assert len({tick_words(tick, ticks) for tick in ticks}) == len(ticks)


@pytest.mark.usefixtures("qapp")
def test_arrows_go_from_version_to_step_to_version(qtbot: QtBot) -> None:
    chart = RulersChart()
    qtbot.addWidget(chart)
    chart.show_rulers(swinging(3))
    chart.resize(700, chart.heightForWidth(700))
    chart.show()
    QTest.keyClick(chart, Qt.Key.Key_Home)
    for _ in range(4):
        QTest.keyClick(chart, Qt.Key.Key_Right)
    assert [mark.words for mark in chart.marks()] == ["version 0", "step 0", "version 1", "step 1", "version 2"]
    assert chart.accessibleDescription().endswith("It swung. version 0. step 0. version 1. step 1. version 2.")


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("n", "width"), [(1, 280), (2, 280), (12, 280), (12, 700), (12, 1300)])
def test_every_mark_lies_in_the_chart_and_on_no_neighbour(qtbot: QtBot, n: int, width: int) -> None:
    rulers, models = RulersChart(), ModelsChart()
    rulers.show_rulers(swinging(n, LONG))
    models.show_models(points(n))
    for chart in (rulers, models):
        qtbot.addWidget(chart)
        chart.resize(width, chart.heightForWidth(width))
        whole = QRectF(chart.rect())
        assert all(whole.contains(mark.area) for mark in chart.marks())
        assert not chart.grab().isNull()
    areas = [mark.area for mark in rulers.marks()]
    assert all(not one.intersects(other) for i, one in enumerate(areas) for other in areas[i + 1 :])


@pytest.mark.usefixtures("qapp")
def test_a_step_that_undoes_is_marked_above_the_lines(qtbot: QtBot) -> None:
    chart = RulersChart()
    qtbot.addWidget(chart)
    chart.show_rulers(swinging(3))
    chart.resize(700, chart.heightForWidth(700))
    image = chart.grab().toImage()
    _, first, _, second, _ = (mark.area.toRect() for mark in chart.marks())
    colours = [
        {image.pixel(x, y) for x in range(a.left(), a.right()) for y in range(a.top(), a.bottom())}
        for a in (first, second)
    ]
    assert len(colours[0]) == 1
    assert len(colours[1]) > 1


@pytest.mark.usefixtures("qapp")
def test_the_fitted_line_is_drawn_only_when_wanted(qtbot: QtBot) -> None:
    chart = ModelsChart()
    qtbot.addWidget(chart)
    chart.show_models(points(4))
    chart.resize(900, chart.heightForWidth(900))
    without = chart.grab().toImage()
    assert "line" not in chart.accessibleDescription()
    chart.show_line(True)
    assert "The fitted line is drawn." in chart.accessibleDescription()
    assert chart.grab().toImage() != without
    chart.show_models(points(4, None))
    assert "line" not in chart.accessibleDescription()


@pytest.mark.usefixtures("qapp")
def test_nothing_is_said_to_be_nothing(qtbot: QtBot) -> None:
    for chart in (RulersChart(), ModelsChart()):
        qtbot.addWidget(chart)
        chart.shown_again()
        assert chart.accessibleDescription() == "There is nothing to draw."
        assert not chart.grab().isNull()
