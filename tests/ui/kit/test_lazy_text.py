"""A text of any size keeps its place, and only what is seen is laid out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.core.decisions import Evidence
from reviewer.ui.kit.lazy_layout import Heights
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.text_looks import Emphasis

LINES = 20_000
ROUGH = "".join(f"{number} {'many words in one line ' * (number % 9)}\n" for number in range(LINES))


@pytest.fixture
def pane(qtbot: QtBot) -> ReadingPane:
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    pane.resize(500, 300)
    pane.show()
    return pane


def first_line(pane: ReadingPane) -> str:
    return pane.document().findBlock(pane.top_place()).text()


def n_laid_out(pane: ReadingPane) -> int:
    block, n = pane.document().begin(), 0
    while block.isValid():
        n += block.layout().lineCount() > 0
        block = block.next()
    return n


@given(st.lists(st.integers(1, 50), min_size=1, max_size=900), st.data())
def test_heights_add_up(each: list[int], data: st.DataObject) -> None:
    heights = Heights()
    half = len(each) // 2
    heights.begin(each[:half])
    heights.extend(each[half:])
    for _ in range(5):
        at = data.draw(st.integers(0, len(each) - 1))
        each[at] = data.draw(st.integers(1, 50))
        heights.set(at, each[at])
    y = data.draw(st.integers(0, sum(each) - 1))
    found = heights.at(y)
    assert heights.total == sum(each)
    assert heights.top(found) == sum(each[:found]) <= y < sum(each[: found + 1])
    assert heights.at(sum(each) + 1) == len(each) - 1


def test_only_what_was_seen_is_laid_out(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_text(ROUGH)
    qtbot.waitUntil(lambda: pane.document().blockCount() == LINES + 1)
    bar = pane.verticalScrollBar()
    for part in (2, 3, 4):
        bar.setValue(bar.maximum() * part // 5)
    assert n_laid_out(pane) < 1_000


def test_the_end_is_the_end(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_text(ROUGH)
    qtbot.waitUntil(lambda: pane.document().blockCount() == LINES + 1)
    bar = pane.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() == bar.maximum()
    assert pane.lines_below() <= 0
    end = QTextCursor(pane.document())
    end.movePosition(QTextCursor.MoveOperation.End)
    assert pane.viewport().rect().contains(pane.cursorRect(end).center())


def test_going_up_by_steps_passes_every_line_once(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_text(ROUGH)
    qtbot.waitUntil(lambda: pane.document().blockCount() == LINES + 1)
    bar = pane.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before, step = pane.top_place(), 100
    for _ in range(40):
        place = QTextCursor(pane.document())
        place.setPosition(pane.top_place())
        y = pane.cursorRect(place).top()
        bar.setValue(bar.value() - step)
        assert pane.cursorRect(place).top() == pytest.approx(y + step, abs=2)
    assert pane.top_place() < before


def test_the_reader_stays_at_the_same_words_when_lines_get_shorter(pane: ReadingPane, qtbot: QtBot) -> None:
    pane.show_text(ROUGH)
    qtbot.waitUntil(lambda: pane.document().blockCount() == LINES + 1)
    pane.verticalScrollBar().setValue(50_000)
    before = first_line(pane)
    pane.resize(330, 300)
    assert first_line(pane) == before
    pane.set_points(18)
    assert first_line(pane) == before


def test_evidence_at_the_far_end_is_reached_at_once(pane: ReadingPane) -> None:
    start = ROUGH.index("19990 ")
    pane.show_text(ROUGH, [Evidence(start, start + 5, "declines")])
    pane.go_to_evidence(0)
    assert pane.textCursor().selectedText() == "19990"
    assert pane.viewport().rect().contains(pane.cursorRect().center())


def test_all_of_a_long_text_is_copied_as_it_came(pane: ReadingPane) -> None:
    text = "line\r\nword\u200b " * 9_000 + "x" * 9_000 + "\u202e🙂end"
    pane.show_text(text)
    pane.setFocus()
    QTest.keyClick(pane, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(pane, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == text
    assert pane.toPlainText() == text


def test_a_word_is_chosen_by_the_mouse_and_by_keys(pane: ReadingPane) -> None:
    pane.show_text("First words.\nשלום עולם\nlast \u200bwords")
    spot = pane.cursorRect().center() + QPoint(8, 0)
    QTest.mouseDClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert pane.textCursor().selectedText() == "First"
    pane.setFocus()
    QTest.keyClick(pane, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for _ in range(2):
        QTest.keyClick(pane, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert "First words." in pane.textCursor().selectedText()
    assert pane.textCursor().block().text().startswith("last")


def test_a_screen_reader_reads_text_and_marks(pane: ReadingPane) -> None:
    pane.show_text("He said \u202eno.")
    spoken = QAccessible.queryAccessibleInterface(pane)
    reads = spoken.textInterface()
    assert reads is not None
    assert reads.text(0, reads.characterCount()) == "He said ⟨RLO⟩no."
    assert spoken.text(QAccessible.Text.Name) == "Response"


def test_right_to_left_paragraphs_stand_at_the_right_whatever_mark_begins_them(pane: ReadingPane) -> None:
    pane.show_text("\u202eשלום עולם\nHello")
    first, second = pane.document().begin(), pane.document().begin().next()
    pane.settle()
    right = first.layout().lineAt(0).naturalTextRect()
    left = second.layout().lineAt(0).naturalTextRect()
    assert left.left() == 0
    assert right.left() > pane.viewport().width() / 3
    assert right.right() > left.right()


def test_many_blank_lines_open_by_return(pane: ReadingPane) -> None:
    text = "top\n" + "\n" * 500 + "end"
    pane.show_text(text)
    assert "⟨500 blank lines⟩" in pane.document().toPlainText()
    pane.setFocus()
    QTest.keyClick(pane, Qt.Key.Key_Down)
    QTest.keyClick(pane, Qt.Key.Key_Return)
    assert pane.document().toPlainText() == text
    assert pane.lines_below() > 450


def test_evidence_in_a_fold_opens_it(pane: ReadingPane) -> None:
    text = "top\n" + "\n" * 500 + "end"
    pane.show_text(text, [Evidence(100, 120, "hedges")])
    pane.go_to_evidence(0)
    assert pane.evidence_at_cursor() == 0
    assert pane.document().toPlainText() == text


def test_what_is_made_bold_is_wider(pane: ReadingPane) -> None:
    pane.show_text("The same words\nThe same words")
    pane.show_emphasis([Emphasis(0, 14)])
    first, second = pane.document().begin(), pane.document().begin().next()
    pane.settle()
    assert first.layout().lineAt(0).naturalTextWidth() > second.layout().lineAt(0).naturalTextWidth()


def test_the_overview_shows_where_evidence_lies_and_a_click_goes_there(pane: ReadingPane) -> None:
    text = "short\n" * 1_000
    pane.show_text(text[:60], [Evidence(6, 11, "declines")])
    assert not pane.overview.isVisible()
    places = [len(text) // 4, len(text) // 2]
    before = pane.viewport().geometry()
    pane.show_text(text, [Evidence(at, at + 5, "declines") for at in places])
    pane.put_in()
    assert pane.overview.isVisible()
    # nothing but the strip that says how much stands below takes room
    assert pane.viewport().height() + pane.below.height() == before.height()
    tops = [area.top() for area in pane.overview.areas("evidence")]
    assert tops == pytest.approx([pane.overview.height() / 4, pane.overview.height() / 2], abs=3)
    QTest.mouseClick(pane.overview, Qt.MouseButton.LeftButton, pos=QPoint(2, round(tops[1])))
    seen = pane.cursorRect(pane.cursor_over(*pane.span(places[1], places[1])))
    assert pane.viewport().rect().contains(seen.center())
