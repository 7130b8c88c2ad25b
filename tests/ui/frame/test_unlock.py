"""An encrypted workspace in the window: asked for, refused with a sentence, opened."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from reviewer.store.encrypting import encrypt, is_locked, lock
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.unlock import PassphraseDialog
from reviewer.ui.kit.keys_ahead import keys_ahead
from reviewer.ui.kit.session import Session
from tests.support.builders import filled_workspace
from tests.support.encrypted import PASSPHRASE
from tests.ui.asked import dialog_in_front
from tests.ui.conftest import WAIT_MS, Settle
from tests.ui.early_keys import CONTROL, K, focus, in_front, press, write
from tests.ui.review.test_review import ME, Desk


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A locked workspace whose passphrase is in no keyring."""
    monkeypatch.setattr("reviewer.host.passphrases._from_keyring", lambda _path: None)
    monkeypatch.delenv("REVIEWER_PASSPHRASE", raising=False)
    path = tmp_path / "sealed.sqlite"
    filled_workspace(path).workspace.close()
    encrypt(path, PASSPHRASE)
    lock(path)
    return path


def asked(window: MainWindow, session: Session, settle: Settle, path: Path) -> PassphraseDialog:
    session.open(path, create=False)
    settle(session)
    dialog = window.unlocking.dialog
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def test_the_passphrase_is_asked_for_until_it_fits(
    window: MainWindow, session: Session, settle: Settle, sealed: Path
) -> None:
    dialog = asked(window, session, settle, sealed)
    assert not dialog.unlock.isEnabled()
    dialog.passphrase.setText("not the one")
    dialog.unlock.click()
    settle(session)
    assert "does not open" in dialog.told.text()
    assert session.path != sealed
    dialog.passphrase.setText(PASSPHRASE)
    dialog.unlock.click()
    settle(session)
    assert session.path == sealed
    assert window.unlocking.dialog is None


def test_who_cancels_keeps_what_was_open(
    window: MainWindow, session: Session, settle: Settle, sealed: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.sqlite"
    filled_workspace(other).workspace.close()
    session.open(other, create=False)
    settle(session)
    asked(window, session, settle, sealed).reject()
    settle(session)
    assert session.path == other
    assert is_locked(sealed)


def test_the_environment_is_not_asked_about(
    window: MainWindow, session: Session, settle: Settle, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_PASSPHRASE", PASSPHRASE)
    session.open(sealed, create=False)
    settle(session)
    assert session.path == sealed
    assert window.unlocking.dialog is None


@pytest.fixture
def desk(window: MainWindow, settle: Settle, tmp_path: Path) -> Desk:
    """Another workspace under review, where letters are commands and digits decide."""
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    filled_workspace(tmp_path / "other.sqlite").workspace.close()
    window.session.open(tmp_path / "other.sqlite", create=False)
    settle(window.session)
    desk = Desk(window, settle)
    window.activateWindow()
    QApplication.processEvents()
    return desk


def nothing_decided(desk: Desk, path: Path) -> bool:
    """In the file, and nothing on the page did what it does by key."""
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM decision").fetchone()
    return not count and not desk.session.sight.blind


def test_a_passphrase_that_is_typed_before_it_is_asked_for_opens_and_decides_nothing(
    desk: Desk, qtbot: QtBot, sealed: Path, tmp_path: Path
) -> None:
    desk.session.tasks.hold_database()
    desk.session.open(sealed, create=False)
    qtbot.waitUntil(lambda: keys_ahead(desk.window).is_expecting, timeout=WAIT_MS)
    write(desk.window, "25b")
    press(desk.window, *[K.Key_Backspace] * 3)
    write(desk.window, PASSPHRASE)
    press(desk.window, K.Key_Return)
    desk.session.tasks.release_database()
    desk.settle()
    assert desk.session.path == sealed
    assert nothing_decided(desk, tmp_path / "other.sqlite")


@pytest.fixture
def slow_keyring(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Answers when it is told to, with nothing."""
    answered = threading.Event()

    def wait(_path: Path) -> None:
        assert answered.wait(WAIT_MS / 1000)

    monkeypatch.setattr("reviewer.ui.frame.unlock.found_passphrase", wait)
    return answered.set


def test_what_is_typed_while_the_keyring_is_asked_is_for_the_passphrase(
    desk: Desk, qtbot: QtBot, sealed: Path, tmp_path: Path, slow_keyring: Callable[[], None]
) -> None:
    tried: list[Path] = []
    desk.session.locked.connect(lambda path, _again: tried.append(path))
    desk.session.open(sealed, create=False)
    qtbot.waitUntil(lambda: tried == [sealed], timeout=WAIT_MS)
    write(desk.window, "54b")
    assert dialog_in_front() is None
    slow_keyring()
    desk.settle()
    dialog = in_front(PassphraseDialog)
    QTest.keyClicks(focus(), "x")
    assert dialog.passphrase.text() == "54bx"
    QTest.keyClick(focus(), K.Key_Escape)
    desk.settle()
    assert desk.session.path == tmp_path / "other.sqlite"
    assert nothing_decided(desk, tmp_path / "other.sqlite")


def test_esc_gives_an_opening_up_that_was_not_asked_about_yet(
    desk: Desk, qtbot: QtBot, sealed: Path, slow_keyring: Callable[[], None]
) -> None:
    desk.session.open(sealed, create=False)
    qtbot.waitUntil(lambda: keys_ahead(desk.window).is_expecting, timeout=WAIT_MS)
    write(desk.window, "5")
    press(desk.window, K.Key_Escape)
    slow_keyring()
    desk.settle()
    assert dialog_in_front() is None
    assert is_locked(sealed)
    first = desk.item.response_id
    write(desk.window, "5")
    desk.settle()
    assert len(desk.stored(first)) == 1, "the keys are the page's again"
    desk.session.open(sealed, create=False)
    desk.settle()
    assert dialog_in_front() is not None, "another time it is asked for"


def test_an_encrypted_workspace_is_opened_by_keys_alone(desk: Desk, sealed: Path) -> None:
    press(desk.window, K.Key_O, held=CONTROL)
    QApplication.processEvents()
    chosen = dialog_in_front()
    assert isinstance(chosen, QFileDialog)
    name = chosen.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    QTest.keyClicks(name, str(sealed))
    QTest.keyClick(name, K.Key_Return)
    desk.settle()
    dialog = in_front(PassphraseDialog)
    for typed in ("not the one", PASSPHRASE):
        QTest.keyClicks(focus(), typed)
        QTest.keyClick(focus(), K.Key_Return)
        desk.settle()
        assert ("does not open" in dialog.told.text()) is (typed != PASSPHRASE)
        assert (desk.session.path == sealed) is (typed == PASSPHRASE)
    assert dialog_in_front() is None
