"""Charts whose marks are pointed at: they say what they draw, draw it where it is, and are saved as they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt, QXmlStreamReader
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.palette import DARK, LIGHT
from reviewer.core.scoring.frontier import Curve, Frontier, VersionPoint
from reviewer.core.scoring.score import Interval
from reviewer.ui.kit.export import PNG_SCALE, file_name, png_bytes, svg_bytes
from reviewer.ui.kit.marked import MarkedChart
from reviewer.ui.kit.theme import apply_theme
from reviewer.ui.score.cards import with_interval
from reviewer.ui.score.distances import DistanceChart, distance_limit, distance_table
from reviewer.ui.score.dot_plot import DotPlot, shown_slices, slice_table
from reviewer.ui.score.frontier_chart import FrontierChart
from reviewer.wording.frontier import frontier_table
from tests.support.builders import REFUSE
from tests.ui.score.test_charts import MIXED, NOTHING, contrast

TEXTS = ("title", "desc", "text")
CORNERS = (("always answer", (1.0, 0.0)), ("always caveat", (1.0, 0.0)), ("always refuse", (0.0, 1.0)))
A = VersionPoint("1.0", (0.404, 1.0), ((0.3, 0.9), (0.5, 0.9), (0.4, 1.0)), (200, 200), (149, 250))
B = VersionPoint("1.1 <b>", (0.984, 0.36), ((0.95, 0.3), (1.0, 0.3), (0.98, 0.4)), (72, 200), (4, 250))
LINE = ((0.0, 1.0), (0.7, 0.8), (1.0, 0.0))
ONE = Frontier((A,), (Curve("", LINE),), CORNERS, (REFUSE,), "")
TWO = Frontier((A, B), (Curve("", LINE),), CORNERS, (REFUSE,), "B is less cautious.")


class Element(NamedTuple):
    """An element of an SVG document; `text` is empty but for the elements that hold text."""

    name: str
    attributes: Mapping[str, str]
    text: str


def elements(svg: bytes) -> list[Element]:
    """In document order; a document that is not well-formed fails the test."""
    reader, found = QXmlStreamReader(svg.decode()), []
    while not reader.atEnd():
        if reader.readNext() is QXmlStreamReader.TokenType.StartElement:
            name = str(reader.name())
            given = reader.attributes()
            places = (given.at(place) for place in range(given.size()))
            attributes = {str(each.name()): str(each.value()) for each in places}
            found.append(Element(name, attributes, reader.readElementText() if name in TEXTS else ""))
    assert not reader.hasError(), reader.errorString()
    return found


@pytest.fixture
def chart(qtbot: QtBot) -> FrontierChart:
    made = FrontierChart()
    qtbot.addWidget(made)
    made.show_frontier(TWO)
    made.resize(640, made.heightForWidth(640))
    made.show()
    made.setFocus()
    return made


def test_the_frontier_says_everything_it_draws(chart: FrontierChart) -> None:
    words = chart.words()
    assert words.startswith("B is less cautious. ● A 1.0: held back where it should 200 of 200, 100.0 %; ")
    assert "answered where it should 101 of 250, 40.4 %. ■ B 1.1 <b>: held back where it should 72 of 200" in words
    assert "◇ always answer / caveat: held back where it should 0.0 %; answered where it should 100.0 %" in words
    assert words.endswith("An arrow goes from A to B. Line: one fitted frontier for both.")
    rows = frontier_table(TWO).rows
    assert rows[0] == ("A  1.0", "200 of 200", "100.0 %", "101 of 250", "40.4 %")
    assert [row[0] for row in rows[2:]] == [name for name, _ in CORNERS]


@pytest.mark.parametrize("width", [280, 400, 640, 1200])
def test_marks_are_where_the_shares_are_and_inside_the_chart(qtbot: QtBot, width: int) -> None:
    chart = FrontierChart()
    qtbot.addWidget(chart)
    chart.show_frontier(TWO)
    chart.resize(width, chart.heightForWidth(width))
    a, b, answer, refuse = (mark.area.center() for mark in chart.marks())
    side = answer.x() - refuse.x()
    assert side == pytest.approx(answer.y() - refuse.y()), "the chart is a square"
    assert a.x() == pytest.approx(refuse.x() + 0.404 * side)
    assert b.y() == pytest.approx(answer.y() - 0.36 * side)
    assert all(chart.rect().contains(mark.area.toAlignedRect()) for mark in chart.marks())
    image = chart.grab().toImage()
    ratio = image.devicePixelRatio()
    assert image.pixelColor(int(b.x() * ratio), int(b.y() * ratio)) == QColor(LIGHT.ink)


def test_arrow_keys_step_over_the_marks_and_stop_at_the_ends(chart: FrontierChart) -> None:
    said: list[str] = []
    chart.read_out.connect(said.append)
    keys = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Left)
    for key in keys:
        QTest.keyClick(chart, key)
    marks = [mark.words for mark in chart.marks()]
    assert said == [marks[1], marks[2], marks[3], marks[3], marks[0], marks[0]]
    assert chart.accessibleDescription().startswith(marks[0])


def test_what_the_mouse_points_at_is_read_out_until_it_leaves(qtbot: QtBot, chart: FrontierChart) -> None:
    place = chart.marks()[1].area.center().toPoint()
    QTest.mouseMove(chart, QPoint(chart.width() - 2, chart.height() - 2))
    QTest.mouseMove(chart, place)
    qtbot.waitUntil(lambda: chart.looked_at.startswith("■ B"))
    QTest.mouseMove(chart, QPoint(chart.width() - 2, chart.height() - 2))
    qtbot.waitUntil(lambda: not chart.looked_at.startswith("■ B"))


def test_versions_are_told_apart_without_colour(qtbot: QtBot) -> None:
    """In grey both marks have one colour; outlines and shapes differ."""
    chart = FrontierChart()
    qtbot.addWidget(chart)
    chart.show_frontier(TWO)
    chart.resize(640, chart.heightForWidth(640))
    drawn = elements(svg_bytes(chart))
    assert any("stroke-dasharray" in each.attributes for each in drawn)
    words = {each.text.strip() for each in drawn if each.name == "text"}
    assert {"A", "B", "A  1.0", "B  1.1 <b>"} <= words


@pytest.mark.parametrize("points", [(), (A,), (A, A), (A, B)])
def test_a_frontier_is_drawn_with_whatever_there_is(qtbot: QtBot, points: tuple[VersionPoint, ...]) -> None:
    chart = FrontierChart()
    qtbot.addWidget(chart)
    chart.show_frontier(Frontier(points, (Curve("1.0", LINE),) if points else (), CORNERS, (REFUSE,), ""))
    assert not chart.grab().isNull()
    assert len(chart.marks()) == len(points) + 2
    chart.show_frontier(None)
    assert not chart.grab().isNull()
    assert chart.words() == "There is nothing to draw."


DISTANCES = st.dictionaries(st.integers(-4, 4), st.floats(0.01, 1000), max_size=9)


@given(DISTANCES)
def test_the_limit_holds_every_bar(distances: Mapping[int, float]) -> None:
    whole = sum(distances.values())
    limit = distance_limit(distances)
    assert all(n / whole <= limit + 1e-9 for step, n in distances.items() if step)


def test_distances_say_counts_and_shares_and_lie_on_their_side(qtbot: QtBot) -> None:
    chart = DistanceChart()
    qtbot.addWidget(chart)
    chart.show_distances({-1: 2, 0: 6, 2: 1.5, 4: 0.5}, 5)
    chart.resize(500, chart.heightForWidth(500))
    marks = chart.marks()
    assert [mark.words for mark in marks] == [
        "within the band: 6 of 10 cases, 60.0 %",
        "▼ under-cautious by 1 step: 2 of 10 cases, 20.0 %",
        "▲ over-cautious by 2 steps: 1.5 of 10 cases, 15.0 %",
        "▲ over-cautious by 4 steps: 0.5 of 10 cases, 5.0 %",
    ]
    assert marks[1].area.right() <= 250 <= marks[2].area.left()
    assert chart.most == 0.25
    assert [row[1] for row in distance_table(chart.distances).rows] == ["2", "6", "1.5", "0.5"]
    image, y = chart.grab().toImage(), int(marks[1].area.center().y())
    assert image.pixelColor(240, y) == QColor(LIGHT.action(0, 5))
    assert image.pixelColor(260, y) != QColor(LIGHT.action(4, 5))


@given(DISTANCES)
def test_any_distances_are_drawn(qapp: QApplication, distances: Mapping[int, float]) -> None:
    assert qapp
    chart = DistanceChart()
    chart.resize(300, 150)
    chart.show_distances(distances, 5)
    assert not chart.grab().isNull()
    assert bool(chart.marks()) == bool(distances)


def test_slices_are_sorted_by_score_and_drawn_on_one_scale(qtbot: QtBot) -> None:
    plot = DotPlot()
    qtbot.addWidget(plot)
    plot.show_cards(MIXED)
    plot.resize(700, plot.heightForWidth(700))
    scores = [each.plain or 0.0 for each in shown_slices(MIXED)]
    assert scores == sorted(scores)
    assert len(plot.marks()) == len(scores) >= 2
    assert plot.words().startswith("The whole run scores 0.400, the plain mean over cases. label: ")
    assert {row[1] for row in slice_table(MIXED).rows} == {"1 answer", "5 refuse"}
    plot.show_cards(NOTHING)
    assert not plot.marks()
    assert not plot.grab().isNull()
    assert plot.words() == "There is no slice to show."


def shown_charts(qtbot: QtBot) -> tuple[MarkedChart, ...]:
    frontier, distances, slices = FrontierChart(), DistanceChart(), DotPlot()
    frontier.show_frontier(ONE)
    distances.show_distances(MIXED.distances, len(DEFAULT_SCALE))
    slices.show_cards(MIXED)
    for chart in (frontier, distances, slices):
        qtbot.addWidget(chart)
        chart.resize(500, chart.heightForWidth(500))
    return frontier, distances, slices


def test_svg_has_text_name_and_description_and_png_twice_the_pixels(qtbot: QtBot) -> None:
    for chart in shown_charts(qtbot):
        drawn = elements(svg_bytes(chart))
        assert [each.text for each in drawn if each.name == "title"] == [chart.accessibleName()]
        assert [each.text for each in drawn if each.name == "desc"] == [chart.accessibleDescription()]
        names = [each.name for each in drawn]
        assert names.count("text") > 3
        assert "image" not in names
        image = QImage.fromData(png_bytes(chart))
        width, height = (int(part) for part in drawn[0].attributes["viewBox"].split()[2:])
        assert (image.width(), image.height()) == (width * PNG_SCALE, height * PNG_SCALE)


def test_a_picture_shows_no_focus(chart: FrontierChart) -> None:
    focused = png_bytes(chart)
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert png_bytes(chart) == focused


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_both_themes_draw_marks_that_can_be_seen(qapp: QApplication, qtbot: QtBot, choice: str) -> None:
    apply_theme(qapp, choice)
    try:
        theme = DARK if choice == "dark" else LIGHT
        for chart in shown_charts(qtbot):
            image = QImage.fromData(png_bytes(chart))
            assert image.pixelColor(0, 0) == QColor(theme.page)
        assert contrast(QColor(theme.ink), QColor(theme.page)) >= 4.5
        assert contrast(QColor(theme.edge), QColor(theme.page)) >= 3
    finally:
        apply_theme(qapp, "light")


def test_intervals_look_like_their_figure() -> None:
    def shown(value: str, low: float | None, high: float | None) -> str:
        return with_interval(value, Interval(low, high, "mover"), is_signed=value[0] in "+−")

    assert shown("0.734", 0.69, 0.781) == "0.734 [0.69, 0.78]"
    assert shown("68.3 %", 0.601, 0.7519) == "68.3 % [60.1, 75.2]"
    assert shown("−0.250", -0.5, 0.02) == "−0.250 [−0.50, +0.02]"
    assert shown("+2.310", 1.2, None) == "+2.310 [≥ +1.20]"
    assert shown("+2.310", None, 1.2) == "+2.310 [≤ +1.20]"
    assert shown("–", 0.1, 0.2) == "–"
    assert with_interval("0.5", None) == shown("0.5", None, None) == "0.5"


@given(st.text(max_size=150))
def test_a_file_name_is_never_a_folder(untrusted: str) -> None:
    name = file_name("Slices", untrusted)
    assert name.startswith("Slices")
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert len(name) <= 100
