"""Outside text is shown as it is: no markup, every character in its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from reviewer.core.decisions import Evidence
from reviewer.ui.widgets.reading import ReadingPane, displayable


@given(st.text())
def test_positions_count_utf16_units_of_what_is_shown(text: str) -> None:
    shown, positions = displayable(text)
    assert len(positions) == len(text) + 1
    assert positions == sorted(positions)
    assert positions[-1] == len(shown.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00")))
def test_ordinary_text_is_not_changed(text: str) -> None:
    shown, _ = displayable(text)
    assert len(shown) == len(text)


def test_markup_is_text(qtbot: QtBot) -> None:
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    hostile = '<b>bold</b> <img src="http://127.0.0.1/x.png"> <a href="file:///">go</a>'
    pane.show_text(hostile)
    assert pane.toPlainText() == hostile


def test_evidence_lies_under_its_words_behind_emoji_and_line_ends(qtbot: QtBot) -> None:
    text = "🙂🙂\r\nSorry, \x00no. שלום"
    start = text.index("Sorry")
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    pane.show_text(text, [Evidence(start, start + 5, "declines")])
    selection = pane.extraSelections()[0]
    assert selection.cursor.selectedText() == "Sorry"


def test_a_long_response_starts_at_its_beginning(qtbot: QtBot) -> None:
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    pane.resize(600, 300)
    pane.show()
    pane.show_text("word " * 4000)
    assert pane.verticalScrollBar().value() == 0
    assert pane.verticalScrollBar().maximum() > 0
