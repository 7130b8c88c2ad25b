"""The locked window: nothing of a case is seen, the key is forgotten, and unlocking shows the same place."""

from __future__ import annotations

import gc
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from reviewer.host.passphrases import VARIABLE
from reviewer.review.place import DRAFTS
from reviewer.store.database import open_workspace
from reviewer.store.dialects import sealing
from reviewer.store.encrypting import encrypt, is_locked, lock_all, unlock
from reviewer.store.memory import recalled
from reviewer.ui.frame.covering import COVERED_TITLE
from reviewer.ui.frame.lock_screen import LockScreen
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.session_options import SessionDialog
from reviewer.ui.jobs.run_jobs import jobs_of
from tests.support.encrypted import PASSPHRASE
from tests.support.loopback import Handler, LoopbackServer, echo
from tests.ui.conftest import WAIT_MS, Settle
from tests.ui.review.test_review import Desk
from tests.ui.runs_screen import Screen as RunsScreen
from tests.ui.runs_screen import model_at

ME = "tester"


@pytest.fixture(scope="module")
def sealed_demo(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo under a name that is searched for, encrypted, with its recovery code."""
    path = tmp_path_factory.mktemp("sealed") / "secretname.sqlite"
    shutil.copy(demo_file, path)
    return path, encrypt(path, PASSPHRASE)


@pytest.fixture
def sealed(sealed_demo: tuple[Path, str], tmp_path: Path) -> Path:
    path = Path(shutil.copy(sealed_demo[0], tmp_path / sealed_demo[0].name))
    unlock(path, sealed_demo[1])
    return path


@pytest.fixture
def desk(window: MainWindow, settle: Settle, sealed: Path) -> Iterator[Desk]:
    """The third response of an encrypted workspace, with a note that was typed and not decided on."""
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    window.session.open(sealed, create=False)
    settle(window.session)
    desk = Desk(window, settle)
    desk.page.state.go(2)
    desk.settle()
    desk.page.line.take_focus()
    desk.type("half a thought")
    yield desk
    lock_all()


def screen_of(window: MainWindow) -> LockScreen:
    assert window.locking.screen is not None
    return window.locking.screen


def give(desk: Desk, secret: str) -> None:
    screen = screen_of(desk.window)
    screen.passphrase.setText(secret)
    screen.unlock.click()
    desk.settle()


def seen_texts() -> Iterator[str]:
    """All that a person or a screen reader gets of what is visible."""
    for widget in QApplication.allWidgets():
        if widget.isVisible():
            for name in ("text", "toPlainText", "title", "placeholderText"):
                told = getattr(widget, name, None)
                if callable(told):
                    yield str(told())
            yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
            yield widget.windowTitle() if widget.isWindow() else ""


def of_a_case(desk: Desk, texts: list[str]) -> list[str]:
    item = desk.item
    told = ("secretname", "half a thought", item.case.key, item.case.request[:30], item.response.text[:30], ME)
    return [text for text in texts if any(each in text for each in told)]


def test_nothing_of_a_case_is_seen_and_the_key_is_forgotten(desk: Desk, sealed: Path) -> None:
    assert of_a_case(desk, list(seen_texts()))
    desk.window.commands["view.session"].trigger()
    desk.settle()
    (dialog,) = desk.window.findChildren(SessionDialog)
    desk.window.locking.lock()
    desk.settle()
    assert of_a_case(desk, list(seen_texts())) == []
    assert desk.window.windowTitle() == COVERED_TITLE
    assert not dialog.isVisible()
    assert not desk.window.menuBar().isVisible()
    assert is_locked(sealed)
    assert not sealed.with_name(sealed.name + "-wal").exists()  # closed: all is in the one file
    gc.collect()
    keys = [each for each in gc.get_objects() if isinstance(each, sealing.FileKey)]
    assert not [each for each in keys if each.seal == sealing.seal_of(sealed)]
    give(desk, PASSPHRASE)
    assert dialog.isVisible()
    dialog.reject()
    assert desk.window.windowTitle() != COVERED_TITLE


@pytest.mark.parametrize("by_code", [False, True])
def test_unlocking_shows_the_same_place_with_what_was_typed(
    desk: Desk, sealed_demo: tuple[Path, str], by_code: bool
) -> None:
    page, here = desk.page, desk.item.response_id
    desk.window.commands["file.lock"].trigger()
    desk.settle()
    give(desk, sealed_demo[1] if by_code else PASSPHRASE)
    assert desk.window.pages["review"] is page
    assert page.isVisible()
    assert (desk.index, page.line.note.text()) == (2, "half a thought")
    assert QApplication.focusWidget() is page.line.note
    desk.window.commands["review.decide.1"].trigger()
    desk.settle()
    assert [event.note for event in desk.stored(here)] == ["half a thought"]


def test_five_wrong_passphrases_open_nothing_and_the_right_one_still_does(desk: Desk, sealed: Path) -> None:
    desk.window.locking.lock()
    desk.settle()
    before = sealed.read_bytes()
    for n in range(5):
        give(desk, f"wrong number {n}")
        assert "recovery code" in screen_of(desk.window).told.text()
        assert screen_of(desk.window).passphrase.text() == ""
        assert QApplication.focusWidget() is screen_of(desk.window).passphrase
        assert of_a_case(desk, list(seen_texts())) == []
        assert is_locked(sealed)
    assert sealed.read_bytes() == before
    give(desk, PASSPHRASE)
    assert not desk.window.locking.is_locked


def made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "gone": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "foreign": lambda path: path.write_bytes(b"hello" * 1000),
    "changed": lambda path: path.write_bytes(path.read_bytes()[:200] + b"\0" * 100 + path.read_bytes()[300:]),
    "a folder": made_a_folder,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_was_changed_meanwhile_is_told_and_not_written_to(desk: Desk, sealed: Path, damage: str) -> None:
    desk.window.locking.lock()
    desk.settle()
    DAMAGES[damage](sealed)
    before = sealed.read_bytes() if sealed.is_file() else None
    give(desk, PASSPHRASE)
    screen = screen_of(desk.window)
    assert screen.told.text().endswith(".")
    assert "Something went wrong" not in screen.told.text()
    assert screen.quit.isEnabled()
    assert of_a_case(desk, list(seen_texts())) == []
    assert (sealed.read_bytes() if sealed.is_file() else None) == before


def test_another_workspace_under_its_own_passphrase_does_not_uncover_this_one(desk: Desk, sealed: Path) -> None:
    desk.window.locking.lock()
    desk.settle()
    sealed.unlink()
    other = sealed.with_name("other.sqlite")
    shutil.copy(sealed.parent / "empty.sqlite", other)
    encrypt(other, "violet harbour counting spoons")
    lock_all()
    other.rename(sealed)
    give(desk, "violet harbour counting spoons")
    assert "not the one that was open before" in screen_of(desk.window).told.text()
    assert of_a_case(desk, list(seen_texts())) == []


def test_keys_do_nothing_while_it_is_locked_and_the_first_is_told_of(desk: Desk) -> None:
    desk.page.take_focus()
    here = desk.item.response_id
    desk.window.locking.lock(by_itself=True)
    screen = screen_of(desk.window)
    QTest.keyClick(QApplication.focusWidget() or desk.window, Qt.Key.Key_4)
    desk.settle()
    assert "did nothing" in screen.told.text()
    assert screen.passphrase.text() == ""
    for key in (Qt.Key.Key_4, Qt.Key.Key_J):
        QTest.keyClick(QApplication.focusWidget() or desk.window, key)
    for command, action in desk.window.commands.usable():
        assert command.id == "file.quit", action
    screen.passphrase.clear()
    give(desk, PASSPHRASE)
    assert desk.index == 2
    assert desk.stored(here) == []


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(desk: Desk) -> Clock:
    clock = desk.window.locking.idle.clock = Clock()
    desk.window.locking.idle.mark_presence()
    return clock


def moved(window: QWidget) -> None:
    where = QPointF(5, 5)
    none, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        window.windowHandle(), QMouseEvent(QEvent.Type.MouseMove, where, where, where, none, none, no_keys)
    )


def test_it_locks_itself_after_the_time_that_is_set(desk: Desk, clock: Clock) -> None:
    locking = desk.window.locking
    clock.now += 15 * 60 - 1
    locking.idle.look()
    assert not locking.is_locked
    moved(desk.window)
    clock.now += 15 * 60 - 1
    locking.idle.look()
    assert not locking.is_locked
    clock.now += 1
    locking.idle.look()
    assert locking.is_locked


def test_after_a_sleep_the_first_key_locks_and_does_nothing_else(desk: Desk, clock: Clock) -> None:
    here = desk.item.response_id
    desk.page.take_focus()
    clock.now += 3600
    QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_4)
    desk.settle()
    assert desk.window.locking.is_locked
    give(desk, PASSPHRASE)
    assert desk.stored(here) == []


def test_who_is_at_a_dialog_is_there_and_can_lock_from_it(desk: Desk, clock: Clock) -> None:
    desk.window.commands["view.session"].trigger()
    desk.settle()
    (dialog,) = desk.window.findChildren(SessionDialog)
    QApplication.instance().focusWindowChanged.emit(dialog.windowHandle())  # type: ignore[union-attr]
    clock.now += 15 * 60 - 1
    moved(dialog)
    clock.now += 2
    desk.window.locking.idle.look()
    assert not desk.window.locking.is_locked
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert desk.window.locking.is_locked
    assert not dialog.isVisible()


@pytest.mark.parametrize(("plain", "minutes", "locks"), [(True, 0, False), (True, 5, True), (False, 0, False)])
def test_the_setting_says_whether(
    desk: Desk, clock: Clock, demo_copy: Path, plain: bool, minutes: int, locks: bool
) -> None:
    session = desk.session
    chosen = replace(session.settings, lock_minutes=0 if not plain else 15, lock_minutes_plain=minutes)
    session.change_settings(chosen)
    if plain:
        session.open(demo_copy, create=False)
        desk.settle()
    clock.now += 10 * 60 * 60
    desk.window.locking.idle.look()
    assert desk.window.locking.is_locked is locks


def test_a_plain_workspace_is_only_covered(desk: Desk, demo_copy: Path) -> None:
    desk.session.open(demo_copy, create=False)
    desk.settle()
    desk.window.locking.lock()
    desk.settle()
    screen = screen_of(desk.window)
    assert not screen.passphrase.isVisible()
    assert "only covered" in screen.state.text()
    screen.unlock.click()
    assert not desk.window.locking.is_locked


def test_a_dialog_that_comes_while_it_is_locked_waits(desk: Desk, qtbot: QtBot) -> None:
    desk.window.locking.lock()
    desk.settle()
    late = QDialog(desk.window)
    late.setWindowTitle("secretname")
    late.open()
    qtbot.waitUntil(lambda: not late.isVisible())
    desk.session.notice.emit("The run has ended.")
    assert of_a_case(desk, list(seen_texts())) == []
    give(desk, PASSPHRASE)
    assert late.isVisible()
    assert late.windowOpacity() == 1
    assert "The run has ended." in desk.window.notices.text
    late.close()


def test_what_is_asked_for_while_it_is_locked_is_done_afterwards(desk: Desk) -> None:
    desk.window.locking.lock()
    desk.settle()
    found: list[str] = []
    desk.session.read(lambda workspace: workspace.path.name, found.append)
    desk.settle()
    assert found == []
    give(desk, PASSPHRASE)
    assert found == ["secretname.sqlite"]


class CoveredRun(NamedTuple):
    screen: RunsScreen
    path: Path
    opened: threading.Event
    """The server answers once it is set."""


def held_up(server: LoopbackServer) -> threading.Event:
    """The server answers once this is set."""
    opened = threading.Event()

    def late(handler: Handler) -> None:
        opened.wait(WAIT_MS / 1000)
        echo(handler)

    server.default = late
    return opened


@pytest.fixture
def covered_run(qtbot: QtBot, window: MainWindow, settle: Settle, server: LoopbackServer) -> CoveredRun:
    """An encrypted workspace that was locked while a run of it waits for its first response."""
    opened = held_up(server)
    screen = RunsScreen(qtbot, window, settle)
    screen.add_suite(4)
    window.session.tasks.database_call(lambda: sealed_now(window))
    screen.add_run(model_at(server.base_url))
    screen.press(screen.go().table, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(server.completions) > 0, timeout=WAIT_MS)
    window.locking.lock()
    return CoveredRun(screen, window.session.workspace.path, opened)


def test_a_run_goes_on_behind_the_cover_and_its_end_closes_the_workspace(
    qtbot: QtBot, window: MainWindow, settle: Settle, covered_run: CoveredRun
) -> None:
    screen, path, opened = covered_run
    assert "goes on" in screen_of(window).state.text()
    assert screen_of(window).stop.isVisible()
    assert not is_locked(path)
    opened.set()
    qtbot.waitUntil(lambda: is_locked(path), timeout=WAIT_MS)
    settle(window.session)
    assert "key forgotten" in screen_of(window).state.text()
    screen_of(window).passphrase.setText(PASSPHRASE)
    screen_of(window).unlock.click()
    settle(window.session)
    screen.wait_stored(4)


def sealed_now(window: MainWindow) -> None:
    """The open workspace, encrypted behind the session's back."""
    workspace = window.session.workspace
    workspace.close()
    encrypt(workspace.path, PASSPHRASE)
    workspace.reopen()


def test_stopping_a_run_from_the_lock_screen_keeps_what_came(
    qtbot: QtBot, window: MainWindow, settle: Settle, covered_run: CoveredRun
) -> None:
    _screen, path, opened = covered_run
    screen_of(window).stop.click()
    qtbot.waitUntil(lambda: is_locked(path), timeout=WAIT_MS)
    opened.set()
    settle(window.session)


def test_the_keyring_and_the_environment_do_not_unlock_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    desk.window.locking.lock()
    desk.settle()
    assert desk.window.locking.is_locked
    assert not screen_of(desk.window).unlock.isEnabled()


def test_quitting_while_it_is_locked_keeps_the_note(desk: Desk, sealed: Path, settle: Settle) -> None:
    desk.window.locking.lock()
    desk.settle()
    screen_of(desk.window).quit.click()
    assert not desk.window.isVisible()
    unlock(sealed, PASSPHRASE)
    with closing(open_workspace(sealed)) as workspace:
        assert "half a thought" in str(recalled(workspace, DRAFTS))


def test_ending_the_cover_leaves_no_filter_behind(desk: Desk) -> None:
    for _ in range(3):
        desk.window.locking.lock()
        desk.settle()
        give(desk, PASSPHRASE)
    assert jobs_of(desk.session).run_ids == []
    assert len(desk.window.findChildren(LockScreen)) <= 1
    assert desk.window.whole.count() <= 2
