"""Words are found as a person means them, where they stand in the original, and nothing moves meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.ui.kit.finding import Match, Searchable
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.text_looks import Section

MIXED = st.text(st.sampled_from("aAsSßẞéÉe\u0301 \n\u200b\u00adﬁfiİıΣςσ🙂\u202e"), max_size=40)


def parts(text: str, words: str) -> list[str]:
    return [text[match.start : match.end] for match in Searchable(text).find(words)]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Bomb, bomb, BOMB", "bomb", ["Bomb", "bomb", "BOMB"]),
        ("bo\u200bmb and bo\u00admb", "bomb", ["bo\u200bmb", "bo\u00admb"]),
        ("STRASSE und Straße", "straße", ["STRASSE", "Straße"]),
        ("ﬁne fine", "FINE", ["ﬁne", "fine"]),
        ("caf\u00e9 cafe\u0301", "CAF\u00c9", ["caf\u00e9", "cafe\u0301"]),
        ("two\n  words", "two words", ["two\n  words"]),
        ("ΟΔΟΣ οδος", "οδοσ", ["ΟΔΟΣ", "οδος"]),
        ("a.b axb", "a.b", ["a.b"]),
        ("aaa", "aa", ["aa"]),
        ("some text", " ", []),
    ],
)
def test_words_are_found_however_they_are_written(text: str, words: str, expected: list[str]) -> None:
    assert parts(text, words) == expected


@given(MIXED, MIXED)
def test_what_stands_in_a_text_is_found_there(before: str, after: str) -> None:
    text = f"{before}|needle|{after}"
    assert Match(len(before), len(before) + 8) in Searchable(text).find("|NEEDLE|")


@pytest.fixture
def pane(qtbot: QtBot) -> ReadingPane:
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    pane.resize(500, 300)
    pane.show()
    pane.show_text("start\n" + "nothing here\n" * 200 + "a Needle\n" * 3 + "\n" * 300 + "the last needle")
    pane.setFocus()
    return pane


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)


def test_by_keys_alone_every_place_is_reached_and_counted(pane: ReadingPane) -> None:
    press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    find = pane.find_line
    assert find.words.hasFocus()
    QTest.keyClicks(find.words, "needle")
    assert find.count.text() == "1 of 4"
    assert pane.textCursor().selectedText() == "Needle"
    press(Qt.Key.Key_Return)
    assert pane.hasFocus()
    said = [find.count.text()]
    for _ in range(4):
        press(Qt.Key.Key_N)
        said.append(find.count.text())
        assert pane.textCursor().selectedText().lower() == "needle"
        assert pane.viewport().rect().contains(pane.cursorRect().center())
    assert said == ["1 of 4", "2 of 4", "3 of 4", "4 of 4", "1 of 4"]
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert find.count.text() == "4 of 4"
    press(Qt.Key.Key_Escape)
    assert not find.is_open
    assert pane.hasFocus()
    assert pane.textCursor().selectedText() == "needle"


def test_the_line_moves_nothing_and_another_text_is_counted_anew(pane: ReadingPane) -> None:
    before = pane.viewport().geometry()
    press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(pane.find_line.words, "needle")
    assert pane.viewport().geometry() == before
    pane.show_text("one needle, two needles")
    assert pane.find_line.count.text() == "2 found"
    assert not pane.textCursor().hasSelection()
    pane.show_text("nothing")
    assert pane.find_line.count.text() == "not found"


def test_places_that_were_found_are_shaded(pane: ReadingPane) -> None:
    pane.show_text("needle " * 20)
    plain = pane.viewport().grab().toImage()
    press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(pane.find_line.words, "needle")
    shaded = pane.viewport().grab().toImage()
    last = pane.cursor_over(7 * 8, 7 * 8)
    spot = pane.cursorRect(last).center()
    assert plain.pixelColor(spot.x() + 1, pane.cursorRect(last).top() + 1) != shaded.pixelColor(
        spot.x() + 1, pane.cursorRect(last).top() + 1
    )


def test_nothing_opens_while_a_word_is_typed_and_return_opens_its_fold(pane: ReadingPane) -> None:
    pane.show_text("Ann:\nsecret needle\n\nBob:\nnothing", sections=[Section(0, 5, 18)], folded=[0])
    folded = pane.document().toPlainText()
    press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(pane.find_line.words, "needle")
    assert pane.document().toPlainText() == folded
    press(Qt.Key.Key_Return)
    assert pane.textCursor().selectedText() == "needle"
    assert pane.find_line.count.text() == "1 of 1"
