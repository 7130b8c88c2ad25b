"""A report leaves the window encrypted: asked for by keys, and offered where the workspace itself is encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit

from reviewer.app.encryption import LEFT_PLAIN
from reviewer.host.sealed_files import content_of, forget_files, unlock_file
from reviewer.ui.reports.encrypting import FROM_SEALED, EncryptDialog
from tests.support.encrypted import PASSPHRASE
from tests.ui.reports.test_reports import CONTROL, Screen, screen

__all__ = ["screen"]

ENCRYPTED = CONTROL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    forget_files()


def asked(screen: Screen) -> EncryptDialog:
    (dialog,) = [each for each in screen.page.findChildren(EncryptDialog) if each.isVisible()]
    return dialog


def give(dialog: EncryptDialog, first: str, again: str) -> None:
    """By keys: the passphrase, Tab, the same again, Return."""
    for field, typed in ((dialog.secret.first, first), (dialog.secret.again, again)):
        field.clear()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Tab)
    QTest.keyClick(dialog.secret.again, Qt.Key.Key_Return)


def choose(screen: Screen, path: Path | None = None) -> str:
    """Return in the file's dialog, after a name was typed where one is given; the name that was offered."""
    QApplication.processEvents()
    (dialog,) = [each for each in screen.page.findChildren(QFileDialog, "reports.export") if each.isVisible()]
    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    assert edit is not None
    offered = edit.text()
    if path is not None:
        edit.selectAll()
        QTest.keyClicks(edit, str(path))
    QTest.keyClick(edit, Qt.Key.Key_Return)
    screen.settle()
    return offered


def test_keys_write_it_encrypted_and_the_notice_names_the_real_file(screen: Screen, tmp_path: Path) -> None:
    screen.press(Qt.Key.Key_E, ENCRYPTED)
    dialog = asked(screen)
    give(dialog, "", "")
    assert dialog.secret.problem(dialog.secret.first) == "No passphrase is given. Type one, twice."
    give(dialog, PASSPHRASE, "another one than that")
    assert "not the same" in dialog.secret.problem(dialog.secret.again)
    give(dialog, PASSPHRASE, PASSPHRASE)
    assert choose(screen, tmp_path / "out.md.sealed") == f"report {screen.report.run}.html.sealed"
    sealed = tmp_path / "out.md.sealed"
    assert screen.window.notices.text == f"The report, encrypted, was written to {sealed}."
    assert not (tmp_path / "out.md").exists()
    assert screen.report.run.encode() not in sealed.read_bytes()
    unlock_file(sealed, PASSPHRASE)
    assert screen.report.run in content_of(sealed).decode("utf-8")


def test_a_name_without_the_ending_gets_it_and_replaces_nothing_unasked(screen: Screen, tmp_path: Path) -> None:
    (tmp_path / "out.json.sealed").write_bytes(b"here before")
    for name, said in (("out.json", "is there already. Choose that name to replace it"), ("new.json", "encrypted,")):
        screen.window.commands["reports.export_encrypted"].trigger()
        give(asked(screen), PASSPHRASE, PASSPHRASE)
        choose(screen, tmp_path / name)
        assert said in screen.window.notices.text
    assert (tmp_path / "out.json.sealed").read_bytes() == b"here before"
    assert (tmp_path / "new.json.sealed").is_file()
    assert not (tmp_path / "new.json").exists()


@pytest.mark.parametrize("passphrase", [PASSPHRASE, ""])
def test_an_encrypted_workspace_offers_it_and_a_plain_file_is_told_of(
    screen: Screen, tmp_path: Path, passphrase: str
) -> None:
    screen.session.workspace.is_encrypted = True
    screen.press(Qt.Key.Key_S, CONTROL)
    dialog = asked(screen)
    assert FROM_SEALED in [each.text() for each in dialog.findChildren(QLabel)]
    give(dialog, passphrase, passphrase)
    choose(screen, tmp_path / "out.md")
    assert (tmp_path / "out.md").exists() is not bool(passphrase)
    assert (tmp_path / "out.md.sealed").exists() is bool(passphrase)
    assert (LEFT_PLAIN in screen.window.notices.text) is not bool(passphrase)
