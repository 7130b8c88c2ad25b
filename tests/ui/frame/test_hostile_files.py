"""File → Open in the real window: files that are damaged, foreign or hostile, and names that are anything."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from reviewer.core.errors import KnownError
from reviewer.host.sealed_files import MAGIC
from reviewer.store.encrypting import encrypt, lock_all
from reviewer.ui.frame.main_window import MainWindow
from tests.support.damages import damages
from tests.support.encrypted import PASSPHRASE
from tests.ui.conftest import Settle

DAMAGES = 15
"""Not more: a cell of a table whose value is damaged does not get a sentence yet (resources/safety.md)."""


def foreign_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE suite (id, name)")


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def archive(path: Path) -> None:
    path.unlink()
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("../../escaped", "x")
        file.writestr("manifest.json", '{"format": 99}')


def sealed_and_cut(path: Path) -> None:
    encrypt(path, PASSPHRASE)
    path.write_bytes(path.read_bytes()[:4096])
    lock_all()


def content(held: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(held)


def without(then: Callable[[Path], object]) -> Callable[[Path], object]:
    """The file is gone first."""

    def make(path: Path) -> None:
        path.unlink()
        then(path)

    return make


STRANGE: dict[str, Callable[[Path], object]] = {
    "empty": content(b""),
    "one byte": content(b"S"),
    "picture": content(b"\x89PNG\r\n\x1a\n" + bytes(1000)),
    "header only": content(b"SQLite format 3\0" + bytes(84)),
    "sealed header only": content(b"RVWC\x01" + bytes(11)),
    "sealed by a newer one": content(b"RVWC\x09" + bytes(5000)),
    "sealed file": content(MAGIC + bytes(100)),
    "page of markup": content(b"<script>alert(1)</script>" * 100),
    "foreign database": without(foreign_database),
    "truncated": truncated,
    "archive": archive,
    "sealed and cut": sealed_and_cut,
    "folder": without(Path.mkdir),
    "pipe": without(os.mkfifo),
    "link to itself": without(lambda path: path.symlink_to(path)),
    "gone": Path.unlink,
}


def shown_texts() -> Iterator[tuple[QWidget, str]]:
    for widget in QApplication.allWidgets():
        if widget.isVisible():
            for name in ("text", "windowTitle", "toolTip", "accessibleName"):
                told = getattr(widget, name, None)
                if callable(told) and str(told()):
                    yield widget, str(told())


def close_dialogs(window: MainWindow) -> None:
    for dialog in window.findChildren(QDialog):
        if dialog.isVisible():
            dialog.reject()


@pytest.fixture
def failures(window: MainWindow) -> list[Exception]:
    found: list[Exception] = []
    window.session.tasks.failed.connect(found.append)
    return found


def open_and_look(window: MainWindow, settle: Settle, failures: list[Exception], path: Path) -> None:
    """It opens, or a sentence says why not and what was open before still is."""
    before = window.session.path
    failures.clear()
    window.files.open(path)
    settle(window.session)
    asked = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    assert all(isinstance(error, KnownError) for error in failures), failures
    assert window.session.path != before or failures or asked
    assert not [text for _, text in shown_texts() if "Traceback" in text or "went wrong" in text]
    close_dialogs(window)


@pytest.mark.skipif(os.name != "posix", reason="pipes and links are made")
@pytest.mark.parametrize("kind", STRANGE)
def test_a_strange_file_gets_a_sentence_and_is_left_as_it_was(
    window: MainWindow, settle: Settle, failures: list[Exception], demo_copy: Path, kind: str
) -> None:
    STRANGE[kind](demo_copy)
    held = demo_copy.read_bytes() if demo_copy.is_file() else b""
    beside = {path.name for path in demo_copy.parent.iterdir()}
    open_and_look(window, settle, failures, demo_copy)
    assert (demo_copy.read_bytes() if demo_copy.is_file() else b"") == held or kind == "empty"
    assert {path.name for path in demo_copy.parent.iterdir()} <= beside | {"settings.json", "demo.sqlite-wal"} | {
        path.name for path in demo_copy.parent.glob("*demo.sqlite*") if kind == "empty"
    }
    assert not (demo_copy.parent.parent / "escaped").exists()


def test_damaged_workspaces_open_or_say_why(
    window: MainWindow, settle: Settle, failures: list[Exception], demo_file: Path, tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311 the same kinds each time
    kinds = damages(demo_file)
    for name in chance.sample(sorted(kinds), DAMAGES):
        path = tmp_path / "damaged" / "w.sqlite"
        path.parent.mkdir()
        shutil.copy(demo_file, path)
        kinds[name](path)
        open_and_look(window, settle, failures, path)
        for page in ("cases", "runs"):
            window.show_page(page)
            settle(window.session)
        assert all(isinstance(error, KnownError) for error in failures), (name, failures)
        window.session.open(tmp_path / "empty.sqlite", create=True)
        settle(window.session)
        shutil.rmtree(path.parent)


NAMES = (
    "<b>bold<img src=x>",
    "&File %s %n {0} {{x}}",
    "one\ntwo\tthree",
    "\u202egnp.evil\u202c",
    "\u2066left\u2069\u200b\ufeff",
    "esc\x1b[31mred\x07",
    "n" * 200,
    "مرحبا بالعالم",
    "..\\..\\windows",
    "-rf --help",
    "a\u0301" * 60,
    "file:%2F%2Fetc%2Fpasswd",
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_text_wherever_it_stands(
    window: MainWindow, settle: Settle, failures: list[Exception], demo_file: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"{name}.sqlite"
    shutil.copy(demo_file, path)
    window.files.open(path)
    settle(window.session)
    assert window.session.path == path
    look_at_texts()
    assert window.minimumSizeHint().width() <= 1366
    for command in ("file.restore", "file.encrypt", "view.session"):
        window.commands[command].trigger()
        settle(window.session)
        look_at_texts()
        close_dialogs(window)
    window.show_welcome()
    look_at_texts()
    foreign = tmp_path / f"{name}.db"
    foreign.write_bytes(b"GIF89a")
    window.files.open(foreign)
    settle(window.session)
    assert failures
    look_at_texts()


def look_at_texts() -> None:
    """No control character or override is shown as itself, and no label takes a name for markup."""
    QApplication.processEvents()
    for widget, text in shown_texts():
        bad = [each for each in text if unicodedata.category(each) in ("Cc", "Cf") and each not in "\n\t\u2068\u2069"]
        assert not bad, (type(widget).__name__, ascii(text))
        if isinstance(widget, QLabel) and "<b>" in text:
            assert widget.textFormat() is Qt.TextFormat.PlainText, text
