"""Outlines, marks and the focus as they are painted: pixels of real widgets, in both themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from reviewer.core.actions import DEFAULT_SCALE, ActionId
from reviewer.core.palette import DARK, LIGHT
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.fields import FieldForm
from reviewer.ui.kit.focus import RING
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.strip import ActionStrip, Marker, StripFacts, paint_small
from reviewer.ui.kit.theme import apply_theme, colours
from tests.core.test_palette import contrast
from tests.support.builders import REFUSE

LEAST = 3.0
MARGIN = 12


def tool_button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    return button


CONTROLS: tuple[Callable[[], QWidget], ...] = (
    lambda: QPushButton("Go"),
    QLineEdit,
    QComboBox,
    QSpinBox,
    lambda: QCheckBox("on"),
    lambda: QRadioButton("on"),
    lambda: tool_button("Hold back"),
)
FOCUSED: tuple[Callable[[], QWidget], ...] = (
    lambda: QPushButton("Go"),
    QLineEdit,
    QComboBox,
    lambda: QCheckBox("on"),
    QListWidget,
    QPlainTextEdit,
    QToolButton,
)


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    apply_theme(qapp, request.param)
    yield request.param
    apply_theme(qapp, "light")


def shown_on_page(qtbot: QtBot, widget: QWidget) -> QWidget:
    """The widget on the page's ground, in a window that has the focus."""
    window = QWidget()
    window.setAutoFillBackground(True)
    window.setBackgroundRole(QPalette.ColorRole.Base)
    layout = QVBoxLayout(window)
    layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
    layout.addWidget(QPushButton("another"))
    layout.addWidget(widget)
    qtbot.addWidget(window)
    window.resize(240, 140)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window


def row_across(image: QImage, place: QRect) -> list[str]:
    """Colours from the ground left of a widget into it, half way down."""
    y = place.center().y()
    return [image.pixelColor(x, y).name() for x in range(place.left() - 2, place.left() + 10)]


@pytest.mark.parametrize("make", CONTROLS)
def test_every_control_has_an_outline_that_is_seen(qtbot: QtBot, theme: str, make: Callable[[], QWidget]) -> None:
    widget = make()
    window = shown_on_page(qtbot, widget)
    window.findChildren(QPushButton)[0].setFocus()
    across = row_across(window.grab().toImage(), widget.geometry())
    assert max(contrast(across[0], pixel) for pixel in across) >= LEAST


def test_a_field_of_several_lines_has_one_too_and_follows_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    form, field = FieldForm(), QPlainTextEdit()
    form.add("Interests", field)
    window = shown_on_page(qtbot, form)
    window.findChildren(QPushButton)[0].setFocus()
    try:
        for theme in ("dark", "light", "dark"):
            apply_theme(qapp, theme)
            QApplication.processEvents()
            place = QRect(field.mapTo(window, QPoint(0, 0)), field.size())
            across = row_across(window.grab().toImage(), place)
            assert max(contrast(across[0], pixel) for pixel in across) >= LEAST
    finally:
        apply_theme(qapp, "light")


@pytest.mark.parametrize("make", FOCUSED)
def test_what_has_the_focus_has_a_ring_of_two_pixels(qtbot: QtBot, theme: str, make: Callable[[], QWidget]) -> None:
    widget = make()
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window = shown_on_page(qtbot, widget)
    qtbot.waitUntil(window.isActiveWindow)
    window.findChildren(QPushButton)[0].setFocus()
    without = window.grab().toImage()
    widget.setFocus()
    image = window.grab().toImage()
    place = widget.geometry()
    ground = image.pixelColor(place.topLeft() - QPoint(4, 4)).name()
    accent = QApplication.palette().color(QPalette.ColorRole.Accent).name()
    assert contrast(ground, accent) >= LEAST
    middle = place.center()
    for step, at in (
        (QPoint(1, 0), QPoint(place.left(), middle.y())),
        (QPoint(-1, 0), QPoint(place.right(), middle.y())),
        (QPoint(0, 1), QPoint(middle.x(), place.top())),
        (QPoint(0, -1), QPoint(middle.x(), place.bottom())),
    ):
        painted = [image.pixelColor(at + step * number).name() for number in range(RING)]
        assert painted == [accent] * RING
        assert [without.pixelColor(at + step * number).name() for number in range(RING)] != painted


def test_the_ring_lies_over_the_scroll_bar_too(qtbot: QtBot, theme: str) -> None:
    """Qt lays a scroll bar over everything whenever it comes, also after the focus."""
    list_ = QListWidget()
    window = shown_on_page(qtbot, list_)
    qtbot.waitUntil(window.isActiveWindow)
    list_.setFocus()
    list_.addItems([f"line {number}" for number in range(100)])
    qtbot.waitUntil(list_.verticalScrollBar().isVisible)
    image, place = window.grab().toImage(), list_.geometry()
    accent = QApplication.palette().color(QPalette.ColorRole.Accent).name()
    assert [image.pixelColor(place.right() - at, place.center().y()).name() for at in range(RING)] == [accent] * RING


@pytest.mark.parametrize(("height", "seen_from_its_top"), [(300, False), (900, True)])
def test_tab_brings_the_whole_control_into_sight(qtbot: QtBot, height: int, seen_from_its_top: bool) -> None:
    area, inner = TabbedScroll(), QWidget()
    column = QVBoxLayout(inner)
    first, far = QPushButton("first"), QPlainTextEdit()
    far.setFixedHeight(height)
    column.addWidget(first)
    column.addSpacing(600)
    column.addWidget(far)
    area.setWidget(inner)
    area.setWidgetResizable(True)
    qtbot.addWidget(area)
    area.resize(400, 400)
    area.show()
    qtbot.waitExposed(area)
    area.activateWindow()
    qtbot.waitUntil(area.isActiveWindow)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert far.hasFocus()
    seen = far.visibleRegion().boundingRect()
    assert seen.height() == (area.viewport().height() if seen_from_its_top else height)
    assert seen.top() == 0
    QTest.keyClick(area, Qt.Key.Key_Backtab)
    assert first.visibleRegion().boundingRect().size() == first.size()


def test_the_ring_goes_with_the_focus_and_with_its_widget(qtbot: QtBot, qapp: QApplication) -> None:
    first, second = QLineEdit(), QLineEdit()
    window = shown_on_page(qtbot, first)
    second.setParent(window)
    second.show()
    qtbot.waitUntil(window.isActiveWindow)

    def rings() -> list[QWidget]:
        return [ring for ring in window.findChildren(QWidget, "focus-ring") if ring.isVisible()]

    first.setFocus()
    assert [ring.parentWidget() for ring in rings()] == [first]
    window.resize(400, 200)
    qapp.processEvents()
    assert rings()[0].size() == first.size()
    second.setFocus()
    assert [ring.parentWidget() for ring in rings()] == [second]
    second.deleteLater()
    QApplication.sendPostedEvents(second, QEvent.Type.DeferredDelete)
    del second
    qapp.processEvents()
    first.setFocus()
    assert [ring.parentWidget() for ring in rings()] == [first]


def test_cells_and_marks_of_a_strip_are_seen(qtbot: QtBot, theme: str) -> None:
    facts = StripFacts(DEFAULT_SCALE, None, markers=(Marker(ActionId("clarify"), "A"), Marker(REFUSE, "B", True)))
    page = colours().page
    small = QImage(160, 24, QImage.Format.Format_RGB32)
    small.fill(QColor(page))
    painter = QPainter(small)
    paint_small(painter, QRectF(0, 0, 160, 24), facts)
    painter.end()
    first_cell = {small.pixelColor(x, 8).name() for x in range(5)}
    assert max(contrast(page, pixel) for pixel in first_cell) >= LEAST
    below = {small.pixelColor(x, y).name() for x in range(160) for y in range(18, 24)}
    assert max(contrast(page, pixel) for pixel in below) >= LEAST
    large = ActionStrip()
    large.show_facts(facts)
    window = shown_on_page(qtbot, large)
    image, place = window.grab().toImage(), large.geometry()
    y = place.top() + large.fontMetrics().height() + 10
    across = {image.pixelColor(x, y).name() for x in range(place.left(), place.left() + 8)}
    assert max(contrast(page, pixel) for pixel in across) >= LEAST


def test_the_page_that_is_shown_stands_out_on_the_rail(window: MainWindow, theme: str) -> None:
    window.show_page("runs")
    rail = window.rail
    image = rail.grab().toImage()
    shade = (DARK if theme == "dark" else LIGHT).shade
    accent = QApplication.palette().color(QPalette.ColorRole.Accent).name()
    seen: dict[str, int] = {}
    for button in rail.findChildren(QToolButton):
        place = QRect(button.mapTo(rail, QPoint(0, 0)), button.size())
        seen[button.accessibleName()] = row_across(image, place).count(accent)
    assert contrast(shade, accent) >= LEAST
    assert seen.pop("Runs") >= RING
    assert set(seen.values()) == {0}
