"""Two versions side by side: what differs is told apart, stepped through and scrolled together."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from reviewer.review.difference import TextDifference, difference
from reviewer.ui.kit.differences import NOT_BOTH
from reviewer.ui.kit.reading import ReadingPane
from tests.ui.review.test_review import Desk
from tests.ui.review.test_review import desk as desk  # the fixture

K = Qt.Key


def found(desk: Desk) -> TextDifference:
    desk.settle()
    assert desk.page.difference.found is not None
    return desk.page.difference.found


def bold(desk: Desk, side: int) -> list[tuple[int, int]]:
    pane = (desk.page.left, desk.page.right)[side].text
    return [(each.start, each.end) for each in pane.looks.emphasis]


def in_words(desk: Desk, side: int) -> list[str]:
    text = (desk.page.left, desk.page.right)[side].text.toPlainText()
    return [text[start:end] for start, end in bold(desk, side)]


def test_x_puts_the_second_run_beside_and_tells_apart_what_both_say(desk: Desk) -> None:
    desk.press(K.Key_X)
    told = found(desk)
    assert desk.page.right.isVisible()
    left, right = desk.page.left.text.toPlainText(), desk.page.right.text.toPlainText()
    assert told == difference(left, right)
    assert bold(desk, 0) == [part.left for part in told.parts if part.left[0] < part.left[1]]
    assert bold(desk, 1) == [part.right for part in told.parts if part.right[0] < part.right[1]]
    assert f"{len(told.parts)} differences" in desk.window.done.text
    desk.press(K.Key_X)
    assert bold(desk, 0) == bold(desk, 1) == []
    assert desk.page.right.isVisible(), "the second run stays"


def test_the_next_case_is_told_apart_by_itself_and_one_alone_is_not(desk: Desk) -> None:
    desk.press(K.Key_X)
    first = in_words(desk, 0)
    desk.press(K.Key_J)
    assert found(desk) == difference(desk.page.left.text.toPlainText(), desk.page.right.text.toPlainText())
    assert in_words(desk, 0) != first
    desk.press(K.Key_S, shift=True)
    assert desk.page.state.queue is not None
    assert desk.page.state.queue.second is None
    assert bold(desk, 0) == []


def test_f8_goes_from_difference_to_difference_on_both_sides_and_round(desk: Desk) -> None:
    desk.press(K.Key_X)
    parts = found(desk).parts
    assert len(parts) > 2
    for part in (*parts[:2],):
        desk.press(K.Key_F8)
        for pane, (start, end) in ((desk.page.left.text, part.left), (desk.page.right.text, part.right)):
            cursor = pane.textCursor()
            assert pane.shown.part(cursor.selectionStart(), cursor.selectionEnd()) == pane.toPlainText()[start:end]
    desk.press(K.Key_F8, shift=True)
    desk.press(K.Key_F8, shift=True)
    assert desk.window.done.text == f"Difference {len(parts)} of {len(parts)}."


def test_both_sides_scroll_to_the_same_place(desk: Desk) -> None:
    same = "".join(f"Line {number} of both.\n" for number in range(200))
    left, right = desk.page.left.text, desk.page.right.text
    desk.press(K.Key_X)
    left.put(f"Only here.\n{same}")
    right.put("".join(f"Only there {number}.\n" for number in range(40)) + same)
    desk.settle()
    found(desk)
    bar = left.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    desk.settle()

    def top(pane: ReadingPane) -> str:
        text, place = pane.toPlainText(), pane.shown.original_place(pane.top_place())
        return text[text.rfind("\n", 0, place) + 1 :].partition("\n")[0]

    assert top(left) == top(right)
    other = right.verticalScrollBar()
    other.setValue(other.maximum())
    desk.settle()
    assert bar.value() == pytest.approx(bar.maximum(), abs=2 * left.line_height)


@pytest.mark.parametrize("long_one", [0, 1])
def test_the_other_side_follows_also_where_it_has_not_been_put_in_yet(desk: Desk, long_one: int) -> None:
    """A text that is far longer than the other is still being put in when its person scrolls to the end."""
    same = "".join(f"Line {number} of both.\n" for number in range(300))
    between = "".join(f"Only there {number}, a line of its own.\n" for number in range(3_000))
    panes = (desk.page.left.text, desk.page.right.text)
    desk.press(K.Key_X)
    before = found(desk)
    panes[long_one].put(same[:2_000] + between + same[2_000:])
    panes[1 - long_one].put(same)
    while desk.page.difference.found in (None, before):
        QApplication.processEvents()
    # as one who is quicker than the machine
    panes[long_one].set_shown(panes[long_one].shown.shown)
    assert panes[long_one].is_filling
    bar = panes[1 - long_one].verticalScrollBar()
    bar.setValue(bar.maximum())
    tops = []
    for pane in panes:
        text, place = pane.toPlainText(), pane.shown.original_place(pane.top_place())
        tops.append(text[text.rfind("\n", 0, place) + 1 :].partition("\n")[0])
    assert tops[0] == tops[1] != "Line 0 of both."


def test_a_key_that_finds_nothing_to_tell_apart_says_so(desk: Desk) -> None:
    desk.press(K.Key_F8)
    assert "No differences are shown; X shows them." in desk.window.notices.text


def test_where_they_are_shown_and_one_goes_the_key_says_that_two_are_needed(desk: Desk) -> None:
    desk.press(K.Key_X)
    found(desk)
    desk.press(K.Key_S, shift=True)
    desk.press(K.Key_F8)
    assert NOT_BOTH in desk.window.notices.text
