"""Encrypting, changing the passphrase and taking the encryption away in the window: the place and the typing stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog

from reviewer.core.errors import EnvironmentFault
from reviewer.store import encrypting
from reviewer.store.dialects import converting
from reviewer.store.encrypting import is_encrypted, lock, unlock
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.new_passphrase import NewPassphraseDialog, RemoveEncryptionDialog, WorkingDialog
from reviewer.ui.frame.printing import put_on_paper
from reviewer.ui.frame.recovery_code import RecoveryCodeDialog
from reviewer.ui.kit.session import Session
from tests.support.encrypted import PASSPHRASE
from tests.ui.conftest import Settle
from tests.ui.review.test_review import Desk, desk

__all__ = ["desk"]

OTHER = "violet harbour counting spoons"
DialogT = TypeVar("DialogT", bound=QDialog)


def shown(window: MainWindow, kind: type[DialogT]) -> DialogT:
    (found,) = (dialog for dialog in window.findChildren(kind) if dialog.isVisible())
    return found


@pytest.fixture
def at_note(desk: Desk) -> Desk:
    """The third response, with a note that was typed and not decided on."""
    desk.page.state.go(2)
    desk.settle()
    desk.page.line.take_focus()
    desk.type("half a thought")
    return desk


def start_encrypting(window: MainWindow) -> NewPassphraseDialog:
    window.commands["file.encrypt"].trigger()
    dialog = shown(window, NewPassphraseDialog)
    dialog.first.setText(PASSPHRASE)
    dialog.again.setText(PASSPHRASE)
    dialog.go.click()
    return dialog


@pytest.fixture
def encrypted(at_note: Desk) -> Desk:
    start_encrypting(at_note.window)
    at_note.settle()
    dialog = shown(at_note.window, RecoveryCodeDialog)
    dialog.kept.setChecked(True)
    dialog.reject()
    return at_note


def test_an_encrypted_workspace_is_open_at_the_same_place(at_note: Desk, demo_copy: Path) -> None:
    page, here = at_note.page, at_note.item.response_id
    start_encrypting(at_note.window)
    at_note.settle()
    dialog = shown(at_note.window, RecoveryCodeDialog)
    code = dialog.code.toPlainText().replace("\n", "-")
    assert is_encrypted(demo_copy)
    assert at_note.window.pages["review"] is page
    assert (at_note.index, page.line.note.text()) == (2, "half a thought")
    at_note.window.commands["review.decide.1"].trigger()
    at_note.settle()
    assert [event.note for event in at_note.stored(here)] == ["half a thought"]
    copies = list(demo_copy.parent.glob("demo.encrypted-*"))
    assert [is_encrypted(path) for path in copies] == [True]
    assert all(path.name in " ".join(dialog.notes) for path in copies)
    lock(demo_copy)
    unlock(demo_copy, code)


def test_what_is_typed_is_checked_before_anything_is_done(desk: Desk, demo_copy: Path) -> None:
    desk.window.commands["file.encrypt"].trigger()
    dialog = shown(desk.window, NewPassphraseDialog)
    dialog.first.setText("password")
    assert "Too short" in dialog.strength.text()
    dialog.first.setText("password password")
    assert dialog.strength.text().startswith("Weak.")
    dialog.again.setText("password password")
    dialog.go.click()
    assert "too weak" in dialog.form.problem(dialog.first)
    dialog.first.setText(PASSPHRASE)
    dialog.go.click()
    assert "not the same" in dialog.form.problem(dialog.again)
    assert dialog.isVisible()
    dialog.reject()
    assert not is_encrypted(demo_copy)


def test_only_who_knows_the_passphrase_changes_it(encrypted: Desk, demo_copy: Path) -> None:
    encrypted.window.commands["file.passphrase"].trigger()
    dialog = shown(encrypted.window, NewPassphraseDialog)
    for present in ("not the one", PASSPHRASE):
        dialog.present.setText(present)
        dialog.first.setText(OTHER)
        dialog.again.setText(OTHER)
        dialog.go.click()
        encrypted.settle()
        if present != PASSPHRASE:
            assert "does not open" in dialog.told.text()
    shown(encrypted.window, RecoveryCodeDialog)
    assert (encrypted.index, encrypted.page.line.note.text()) == (2, "half a thought")
    lock(demo_copy)
    with pytest.raises(encrypting.SealedError):
        unlock(demo_copy, PASSPHRASE)
    unlock(demo_copy, OTHER)


def test_the_encryption_goes_only_once_it_was_agreed_to(encrypted: Desk, demo_copy: Path) -> None:
    encrypted.window.commands["file.decrypt"].trigger()
    dialog = shown(encrypted.window, RemoveEncryptionDialog)
    dialog.present.setText(PASSPHRASE)
    assert not dialog.go.isEnabled()
    dialog.agreed.setChecked(True)
    dialog.go.click()
    encrypted.settle()
    assert not is_encrypted(demo_copy)
    assert "no longer encrypted" in encrypted.window.notices.text
    assert encrypted.page.line.note.text() == "half a thought"
    assert [is_encrypted(path) for path in demo_copy.parent.glob("demo.before-plain-*")] == [True]


@pytest.mark.parametrize("command", ["file.passphrase", "file.decrypt"])
def test_what_is_not_encrypted_has_no_passphrase(desk: Desk, command: str) -> None:
    desk.window.commands[command].trigger()
    assert "is not encrypted" in desk.window.notices.text


def test_what_is_encrypted_is_not_encrypted_twice(encrypted: Desk) -> None:
    encrypted.window.commands["file.encrypt"].trigger()
    assert "is encrypted already" in encrypted.window.notices.text


def failing(error: Exception) -> Callable[..., None]:
    def fail(*_arguments: object) -> None:
        raise error

    return fail


def test_where_it_fails_the_workspace_is_open_as_it_was(
    at_note: Desk, demo_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encrypting, "write_copy", failing(EnvironmentFault("The disk is full.", "Free some space.")))
    start_encrypting(at_note.window)
    at_note.settle()
    assert "The disk is full." in at_note.window.notices.text
    assert not is_encrypted(demo_copy)
    here = at_note.item.response_id
    at_note.window.commands["review.decide.1"].trigger()
    at_note.settle()
    assert [event.note for event in at_note.stored(here)] == ["half a thought"]


def test_it_can_be_stopped(at_note: Desk, demo_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = converting._first_difference

    def stopping(connection: sqlite3.Connection) -> str | None:
        # on the database thread, once the copy is made
        at_note.window.encryption.stopping.set()
        return real(connection)

    monkeypatch.setattr(converting, "_first_difference", stopping)
    start_encrypting(at_note.window)
    at_note.settle()
    assert "because you stopped" in at_note.window.notices.text
    assert not [dialog for dialog in at_note.window.findChildren(WorkingDialog) if dialog.isVisible()]
    assert not is_encrypted(demo_copy)
    assert not [each for each in demo_copy.parent.glob(".demo*") if ".open-" not in each.name]
    assert at_note.page.line.note.text() == "half a thought"


def test_the_code_is_not_closed_away_by_a_slip_and_leaves_the_clipboard(
    window: MainWindow, session: Session, settle: Settle
) -> None:
    start_encrypting(window)
    settle(session)
    dialog = shown(window, RecoveryCodeDialog)
    code = dialog.code.toPlainText().replace("\n", "-")
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == code
    assert "clipboard" in dialog.told.text()
    dialog.reject()
    assert dialog.isVisible()
    assert "not shown another time" in dialog.told.text()
    dialog.reject()
    assert not dialog.isVisible()
    assert QGuiApplication.clipboard().text() == ""


def test_without_a_printer_that_is_said(window: MainWindow, session: Session, settle: Settle, tmp_path: Path) -> None:
    start_encrypting(window)
    settle(session)
    dialog = shown(window, RecoveryCodeDialog)
    dialog.print.click()
    assert "No printer" in dialog.told.text()
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "code.pdf"))
    assert put_on_paper(printer, dialog.code.toPlainText())
    assert (tmp_path / "code.pdf").read_bytes().startswith(b"%PDF")
