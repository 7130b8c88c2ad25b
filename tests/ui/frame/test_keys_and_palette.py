"""Finding a command, a queue or a case, the page of keys, and giving commands other keys; all by keyboard."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.host.settings import Settings, read
from reviewer.store.facts.review import QueueFilter
from reviewer.ui.frame.change_keys import KeysDialog
from reviewer.ui.frame.keys_help import KeysHelp
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.palette import CommandPalette
from reviewer.ui.frame.session_options import SessionDialog
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from tests.ui.conftest import Settle
from tests.ui.review.test_review import ME, Desk


@pytest.fixture
def desk(window: MainWindow, demo_copy: Path, settle: Settle) -> Desk:
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    window.session.open(demo_copy, create=False)
    settle(window.session)
    return Desk(window, settle)


def palette_of(desk: Desk, typed: str) -> CommandPalette:
    desk.window.commands["view.palette"].trigger()
    palette = desk.window.findChildren(CommandPalette)[-1]
    QTest.keyClicks(palette.search, typed)
    desk.settle()
    return palette


def test_a_slip_finds_the_command(desk: Desk) -> None:
    palette = palette_of(desk, "guidlein")
    assert palette.found[0].startswith("Guideline")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page.guideline.isVisible()


def test_a_queue_is_chosen_by_its_name(desk: Desk) -> None:
    palette = palette_of(desk, "queue disputd")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page.state.queue is not None
    assert desk.page.state.queue.filter is QueueFilter.DISPUTED


@pytest.mark.parametrize("typed", ["fin-03", "fni-03", "fin03"])
def test_a_case_is_gone_to_by_its_key_with_or_without_a_slip(desk: Desk, typed: str) -> None:
    palette = palette_of(desk, typed)
    assert palette.found[0].startswith("Case fin-03")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    desk.settle()
    assert desk.window.page == "review"
    assert desk.item.case.key.startswith("fin-03")


def test_a_case_that_the_queue_leaves_out_is_gone_to_among_all(desk: Desk) -> None:
    desk.choose("1.0", QueueFilter.DISPUTED)
    palette = palette_of(desk, "fin-03")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    desk.settle()
    assert desk.item.case.key.startswith("fin-03")


def test_on_another_page_the_case_itself_is_shown(desk: Desk) -> None:
    desk.window.show_page("score")
    desk.settle()
    palette = palette_of(desk, "fin-03")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    desk.settle()
    desk.settle()
    assert desk.window.page == "cases"
    panel = desk.window.pages["cases"].panel  # type: ignore[attr-defined]
    assert panel.title.text().startswith("fin-03")


def test_it_says_so_when_nothing_matches_and_return_does_nothing(desk: Desk) -> None:
    palette = palette_of(desk, "xqzw vrrk")
    assert palette.found == []
    assert "xqzw vrrk" in palette.nothing.text()
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.reject()


def test_closed_while_cases_are_looked_for_it_is_quiet(desk: Desk) -> None:
    desk.window.commands["view.palette"].trigger()
    palette = desk.window.findChildren(CommandPalette)[-1]
    palette.search.setText("fin")
    palette.reject()
    desk.settle()


def shown(help_: KeysHelp) -> list[str]:
    cells = [help_.table.item(row, column) for row in range(help_.table.rowCount()) for column in range(4)]
    return [cell.text() for cell in cells if cell is not None]


def test_the_page_of_keys_begins_with_this_page_in_two_columns(desk: Desk) -> None:
    QTest.keyClick(desk.window.focusWidget() or desk.window, Qt.Key.Key_Question)
    help_ = desk.window.findChild(KeysHelp)
    assert help_ is not None
    first = help_.table.item(0, 0)
    assert first is not None
    assert first.text().startswith("Review")
    left, right = help_.table.item(1, 0), help_.table.item(1, 2)
    assert left is not None
    assert right is not None
    assert {left.text(), right.text()} <= {command.text.rstrip("…") for command, _ in desk.window.commands.usable()}
    QTest.keyClicks(help_.filter, "undo")
    assert any("Undo" in cell for cell in shown(help_))
    assert not any("Guideline" in cell for cell in shown(help_))
    help_.filter.setText("ctrl+k")
    assert "Command palette" in shown(help_)
    help_.filter.setText("nothing is like this")
    assert help_.nothing.text()
    help_.reject()


@pytest.fixture
def keys(desk: Desk) -> KeysDialog:
    desk.window.commands["view.keys"].trigger()
    dialog = desk.window.findChild(KeysDialog)
    assert dialog is not None
    return dialog


def choose(keys: KeysDialog, words: str) -> None:
    keys.filter.setText(words)
    keys.table.setFocus()
    QTest.keyClick(keys.table, Qt.Key.Key_Return)


def press(keys: KeysDialog, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(keys.field, key, held)


def used(desk: Desk, command_id: str) -> list[str]:
    return [
        key.toString(QKeySequence.SequenceFormat.PortableText) for key in desk.window.commands[command_id].shortcuts()
    ]


def test_a_free_key_is_given_at_once_told_everywhere_and_kept(desk: Desk, keys: KeysDialog, tmp_path: Path) -> None:
    choose(keys, "everything that people decided")
    press(keys, Qt.Key.Key_F9)
    assert "free" in keys.status.text()
    assert QApplication.focusWidget() is keys.use or keys.use.isEnabled()
    keys.use.click()
    assert used(desk, "review.history") == ["F9"]
    assert "(F9)" in desk.page.left.history.toolTip()
    assert "(F9)" in desk.window.commands["review.history"].toolTip()
    desk.settle()
    assert json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))["keys"] == {"review.history": "F9"}
    again = MainWindow(Session(Tasks(), tmp_path / "settings.json"))
    assert again.commands["review.history"].shortcuts() == [QKeySequence("F9")]
    again.close()
    keys.reset.click()
    assert used(desk, "review.history") == ["Y"]
    assert "(Y)" in desk.page.left.history.toolTip()


def test_a_key_of_another_command_is_refused_by_name_and_can_be_taken(desk: Desk, keys: KeysDialog) -> None:
    choose(keys, "note")
    press(keys, Qt.Key.Key_H)
    assert "Guideline and rationale" in keys.status.text()
    assert not keys.use.isEnabled()
    assert used(desk, "review.note") == ["N"]
    keys.take.click()
    assert (used(desk, "review.note"), used(desk, "review.guideline")) == (["H"], [])
    keys.filter.setText("guideline and")
    keys.reset.click()
    assert "Note" in keys.status.text(), "the usual key is another command's now"
    keys.reset_all.click()
    assert (used(desk, "review.note"), used(desk, "review.guideline")) == (["N"], ["H"])


def test_a_key_that_works_everywhere_clashes_on_every_page(keys: KeysDialog) -> None:
    choose(keys, "note")
    press(keys, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert "Command palette" in keys.status.text()
    assert "Everywhere" in keys.status.text()


def test_a_second_key_can_be_added_and_a_command_can_have_none(desk: Desk, keys: KeysDialog) -> None:
    choose(keys, "redo what")
    press(keys, Qt.Key.Key_F9)
    keys.add.click()
    assert used(desk, "review.redo") == ["R", "F9"]
    keys.none.click()
    assert used(desk, "review.redo") == []


def test_keys_are_changed_without_the_mouse_and_another_one_can_be_pressed_where_one_clashes(
    desk: Desk, keys: KeysDialog
) -> None:
    """What was typed went to the table, Return on a button did nothing, and so did another key after a clash."""

    def hit(key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or keys, key)

    keys.table.setFocus()
    QTest.keyClicks(keys.table, "f")
    QTest.keyClicks(keys.filter, "lag, or")
    assert keys.filter.text() == "flag, or"
    hit(Qt.Key.Key_Return)
    hit(Qt.Key.Key_S)
    assert "Press another key" in keys.status.text()
    hit(Qt.Key.Key_F9)
    assert "free" in keys.status.text()
    hit(Qt.Key.Key_Return)
    assert used(desk, "review.flag") == ["F9"]
    assert used(desk, "review.skip") == ["S"]
    hit(Qt.Key.Key_Return)
    hit(Qt.Key.Key_S)
    hit(Qt.Key.Key_Return)
    assert (used(desk, "review.flag"), used(desk, "review.skip")) == (["S"], [])


def test_the_field_lets_nobody_be_caught(keys: KeysDialog) -> None:
    choose(keys, "note")
    press(keys, Qt.Key.Key_Escape)
    assert not keys.isVisible()


@pytest.mark.parametrize("content", ["not json", "[]", '"text"', "\ufeff{", "[" * 100_000])
def test_a_settings_file_that_cannot_be_read_is_kept_and_told(
    qtbot: object, qapp: QApplication, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content, encoding="utf-8")
    settings, trouble = read(path)
    assert settings == Settings()
    assert trouble
    assert path.with_name("settings.json.broken").read_text(encoding="utf-8") == content
    window = MainWindow(Session(Tasks(), path))
    assert "could not be read" in window.notices.text
    window.close()


def test_fields_of_another_kind_are_left_out_and_the_others_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    stored = {"theme": "dark", "keys": {"review.note": 5}, "covered": "all", "score_width": 1, "break_minutes": "soon"}
    path.write_text(json.dumps(stored), encoding="utf-8")
    assert read(path) == (Settings(theme="dark", score_width=1.0), "")


def test_breaks_width_and_covers_are_chosen_in_a_dialog(desk: Desk) -> None:
    desk.window.commands["view.session"].trigger()
    dialog = desk.window.findChild(SessionDialog)
    assert dialog is not None
    desk.settle()
    rows = [dialog.categories.item(at) for at in range(dialog.categories.count())]
    medicine = next(item for item in rows if item.text() == "medicine")
    dialog.categories.setCurrentItem(medicine)
    QTest.keyClick(dialog.categories, Qt.Key.Key_Space)
    dialog.minutes.setText("never")
    dialog._keep()
    assert dialog.isVisible(), "what is wrong is said beside its field"
    dialog.minutes.setText("0")
    dialog.width_.setText("3.5")
    dialog._keep()
    assert not dialog.isVisible()
    kept = desk.session.settings
    assert (kept.covered, kept.break_minutes, kept.score_width) == (("medicine",), 0, 0.035)
