"""The text is the work: how much of it is seen, where the request stands, and that nothing else moves it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from reviewer.store.facts.review import QueueFilter, ReviewLine
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.shown_text import BLANK_LINES
from reviewer.ui.kit.spaced_text import SpacedText
from reviewer.ui.kit.theme import GRID, LINE_HEIGHT
from reviewer.ui.review.list import LINE_ROLE
from tests.ui.conftest import Settle
from tests.ui.review.test_review import Desk


@pytest.fixture
def desk(window: MainWindow, demo_copy: Path, settle: Settle) -> Desk:
    window.resize(1366, 768)
    window.show()
    window.session.change_settings(replace(window.session.settings, reviewer="tester"))
    window.session.open(demo_copy, create=False)
    settle(window.session)
    return Desk(window, settle)


def geometry(root: QWidget) -> dict[str, QRect]:
    """Where every visible widget lies in the window, by its path of classes and names, but the ring of the focus."""
    found: dict[str, QRect] = {}
    for number, widget in enumerate(root.findChildren(QWidget)):
        if widget.isVisible() and widget.objectName() != "focus-ring":
            found[f"{number} {type(widget).__name__} {widget.accessibleName()}"] = on(root, widget)
    return found


def on(root: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(root, widget.rect().topLeft()), widget.size())


def test_most_of_the_window_is_the_response(desk: Desk) -> None:
    assert desk.page.left.text.viewport().height() >= 440


def test_few_responses_of_the_demo_need_scrolling(desk: Desk) -> None:
    desk.choose("1.0", QueueFilter.ALL)
    ids = desk.page.state.queue.ids if desk.page.state.queue else ()
    scrolled = 0
    for index in range(len(ids)):
        desk.page.state.go(index)
        desk.settle()
        scrolled += desk.page.left.text.verticalScrollBar().maximum() > 0
    assert len(ids) > 100
    assert scrolled <= 0.35 * len(ids)


def test_lines_are_as_far_apart_as_the_size_of_the_font_says(desk: Desk) -> None:
    text = desk.page.left.text
    block = text.document().firstBlock()
    line = block.layout().lineAt(0)
    assert line.height() <= text.line_height + 1
    second = block.layout().lineAt(1)
    assert second.y() - line.y() == pytest.approx(LINE_HEIGHT * text.fontInfo().pixelSize(), abs=1)


def test_in_a_wide_window_the_request_stands_left_of_the_response(desk: Desk) -> None:
    page = desk.page
    assert (
        page.case.mapTo(page, page.case.rect().bottomLeft()).y()
        <= page.left.mapTo(page, page.left.rect().topLeft()).y()
    )
    desk.window.resize(1500, 900)
    desk.settle()
    assert page.reading.is_beside
    assert (
        page.case.mapTo(page, page.case.rect().topRight()).x() < page.left.mapTo(page, page.left.rect().topLeft()).x()
    )
    assert page.case.height() == page.left.height()


def test_a_request_takes_its_own_height_up_to_a_share(desk: Desk) -> None:
    page = desk.page
    heights = set()
    for _ in range(20):
        heights.add(page.case.height())
        assert page.case.height() <= page.height() / 4
        desk.press(Qt.Key.Key_J)
    assert len(heights) > 1


@pytest.mark.parametrize("blank", [False, True])
def test_what_is_below_the_fold_is_counted(desk: Desk, blank: bool) -> None:
    text = desk.page.left.text
    # as many blank lines as are shown in a row before they are folded
    lines = ["one"] * 20 + (([""] * BLANK_LINES + ["end"]) * 5 if blank else ["more"] * 61)
    text.show_text("\n".join(lines))
    desk.settle()
    seen = text.viewport().height() / text.line_height
    assert text.lines_below() == pytest.approx(len(lines) - seen, abs=1.5)
    text.verticalScrollBar().setValue(text.verticalScrollBar().maximum())
    assert text.lines_below() <= 0


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1500, 900), (1920, 1080)])
def test_the_words_on_the_lines_below_cover_no_line(desk: Desk, size: tuple[int, int]) -> None:
    """Alone and side by side, for a text that fits and texts that are a little and far longer than their pane."""
    desk.window.resize(*size)
    for beside in (False, True):
        if beside:
            desk.press(Qt.Key.Key_S, shift=True)
        pane = desk.page.left.text
        assert isinstance(pane, ReadingPane)
        fits = int((pane.viewport().height() - 2 * GRID) // pane.line_height)
        for lines in (1, fits, fits + 1, fits + 2, 200):
            pane.show_text("\n".join(["words " * 14] * (lines // (2 if beside else 1)) or ["one"]))
            desk.settle()
            bar, below = pane.verticalScrollBar(), pane.below
            for place in (0, bar.maximum() // 2, bar.maximum()):
                bar.setValue(place)
                desk.settle()
                assert bool(below.words) is (pane.lines_below() > 0)
                assert not below.words or below.isVisible()
                over = below.geometry().translated(-pane.viewport().pos())
                lines_box = QRect(0, 0, math.ceil(pane.lines_end()), pane.viewport().height())
                assert not below.isVisible() or not over.intersects(lines_box)
                assert pane.rect().contains(below.geometry())


def test_the_words_on_the_lines_below_are_painted(desk: Desk) -> None:
    pane = desk.page.left.text
    assert isinstance(pane, ReadingPane)
    lines = pane.viewport().height() // pane.fontMetrics().height()
    pane.show_text("a line\n" * (lines - 4) + "\n" * BLANK_LINES + "end")  # only blank lines hide the rest
    desk.settle()
    assert pane.below.words == f"▼ {pane.lines_below()} more lines"
    with_words = pane.grab(pane.below.geometry()).toImage()
    place = pane.below.geometry()
    pane.verticalScrollBar().setValue(pane.verticalScrollBar().maximum())
    desk.settle()
    assert pane.grab(place).toImage() != with_words


def test_the_list_shows_what_comes_next(desk: Desk) -> None:
    rows = desk.page.list.viewport().height() // desk.page.list.visualRect(desk.page.list_model.index(0)).height()
    for _ in range(rows + 4):
        desk.press(Qt.Key.Key_J)
    for ahead in range(4):
        box = desk.page.list.visualRect(desk.page.list_model.index(desk.index + ahead))
        assert desk.page.list.viewport().rect().contains(box)


def test_a_note_comes_when_it_is_asked_for_and_goes_when_it_is_left_empty(desk: Desk) -> None:
    line = desk.page.line
    before = geometry(desk.page)
    assert not line.isVisible()
    desk.press(Qt.Key.Key_N)
    assert line.isVisible()
    assert line.note.hasFocus()
    desk.press(Qt.Key.Key_Return)
    assert not line.isVisible()
    assert geometry(desk.page) == before
    desk.press(Qt.Key.Key_N)
    desk.type("look again")
    desk.press(Qt.Key.Key_Return)
    assert line.isVisible(), "what is typed stays in sight"


def test_nothing_moves_when_the_verdict_is_hidden_or_something_is_said(desk: Desk) -> None:
    before = geometry(desk.page)
    desk.press(Qt.Key.Key_V)
    read = ("ReadingPane", "ScaleCell", "QueueList", "ReviewBar")
    hidden = geometry(desk.page)
    for name, box in before.items():
        if any(kind in name for kind in read):
            assert hidden[name] == box, name
    desk.press(Qt.Key.Key_V)
    assert geometry(desk.page) == before
    desk.session.notice.emit("Something was done.")
    desk.settle()
    assert geometry(desk.page) == before
    assert desk.window.notices.isVisible()
    QTest.keyClick(desk.window.focusWidget() or desk.window, Qt.Key.Key_Escape)
    desk.settle()
    assert not desk.window.notices.isVisible()


def test_the_line_above_keeps_its_shape_whatever_it_holds(desk: Desk) -> None:
    parts = (desk.page.bar.run, desk.page.bar.second, desk.page.bar.queue, desk.page.bar.place, desk.page.bar.progress)
    before = [part.geometry() for part in parts]
    for _ in range(12):
        desk.press(Qt.Key.Key_J)
    desk.page.bar.run.addItem("a run with a name that is far longer than what fits into one line above the text", -1)
    desk.settle()
    assert [part.geometry() for part in parts] == before


def test_with_the_verdict_hidden_nothing_on_the_page_tells_it(desk: Desk) -> None:
    said = desk.page.left.verdict.text()
    desk.press(Qt.Key.Key_V)
    pane, case = desk.page.left, desk.page.case
    told = [pane.title.text(), pane.verdict.text(), case.band.text(), pane.cells.accessibleDescription()]
    roles = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole)
    rows = [desk.page.list_model.index(row) for row in range(10)]
    told += [str(row.data(role)) for row in rows for role in roles]
    lines = [line for row in rows if isinstance(line := row.data(LINE_ROLE), ReviewLine)]
    told += [desk.page.list_model.mark(line) for line in lines]
    assert len(lines) == 10
    assert not any(desk.page.list_model.facts(line).markers for line in lines)
    assert said not in told
    assert not any(word in text for text in told for word in ("automatic", "cautious", "▲", "▼", "◐", "rules/"))


def test_the_history_is_whole_behind_its_count(desk: Desk) -> None:
    desk.press(Qt.Key.Key_N)
    desk.type("a note that is longer than any line is wide, " * 6)
    desk.press(Qt.Key.Key_Return)
    place = desk.index
    desk.press(Qt.Key.Key_2)
    desk.page.state.go(place)
    desk.settle()
    assert "decision" in desk.page.left.history.text()
    desk.press(Qt.Key.Key_Y)
    dialog = desk.window.findChild(QWidget, "history of decisions")
    assert dialog is not None
    text = dialog.findChild(SpacedText)
    assert text is not None
    assert "tester" in text.toPlainText()
    assert "not blind" in text.toPlainText()
    assert ("a note that is longer than any line is wide, " * 6).strip() in text.toPlainText()


@pytest.mark.parametrize("size", [(1366, 768), (1500, 900), (1680, 1050), (1920, 1080)])
def test_beside_two_responses_every_cell_has_room_for_the_name_of_its_action(desk: Desk, size: tuple[int, int]) -> None:
    desk.window.resize(*size)
    desk.press(Qt.Key.Key_S, shift=True)
    for pane in (desk.page.left, desk.page.right):
        for cell in pane.buttons[:-1]:
            closest = cell.text().replace("  ", " ")
            assert cell.fontMetrics().horizontalAdvance(closest) <= cell.width() - GRID // 2 + 1, closest
    bar = desk.page.bar
    assert bar.run.mapTo(bar, bar.run.rect().topLeft()).x() < 6 * GRID
