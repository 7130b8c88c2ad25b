"""File → Open in the real window: files that are damaged, foreign or hostile, and names that are anything."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLabel, QWidget

from reviewer.core.errors import KnownError
from reviewer.host.sealed_files import MAGIC
from reviewer.store.encrypting import encrypt, lock_all
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES
from tests.support.commands import Commands
from tests.support.damages import damages
from tests.support.effort import often
from tests.support.encrypted import PASSPHRASE
from tests.support.most_tables import fill_most_tables
from tests.ui.conftest import Settle

FOUND = ("model_version.model blob", "model_version.protocol blob", "case.version empty")
"""Kinds that crashed in a cell (and ended the program), on a worker, or in a pane's text before."""
DRAWN = often(12, 1)


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
def failures(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What the window was told as an error and shows."""
    found: list[Exception] = []
    show = window.notices.show_error

    def show_and_keep(error: Exception) -> None:
        found.append(error)
        show(error)

    monkeypatch.setattr(window.notices, "show_error", show_and_keep)
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


@pytest.fixture
def small_file(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A workspace with a row in most tables."""
    folder = tmp_path_factory.mktemp("small")
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(folder / "home"))
    fill_most_tables(Commands(folder / "w.sqlite", capsys), folder)
    return folder / "w.sqlite"


def walk(window: MainWindow, settle: Settle) -> None:
    """Every page, and on each the first rows of every list and table."""
    for name in PAGES:
        window.show_page(name)
        settle(window.session)
        labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
        assert not [text for text in labels if "went wrong in" in text]
        for view in window.pages[name].findChildren(QAbstractItemView):
            for row in range(min(2, view.model().rowCount() if view.isVisible() and view.model() else 0)):
                view.setCurrentIndex(view.model().index(row, 0))
                settle(window.session)


def test_damaged_workspaces_say_so_on_every_page_or_show_what_they_can(
    window: MainWindow,
    settle: Settle,
    failures: list[Exception],
    small_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Never the crash report: what a cell, a pane or a worker stumbles over is told as damage."""
    monkeypatch.setattr(sys, "excepthook", window.crashes.hook)
    kinds = damages(small_file)
    drawn = random.Random(7).sample(sorted(kinds), DRAWN)  # noqa: S311 the same kinds each time
    for name in dict.fromkeys([*FOUND, *drawn]):
        path = tmp_path / "damaged" / "w.sqlite"
        path.parent.mkdir()
        shutil.copy(small_file, path)
        kinds[name](path)
        failures.clear()
        window.files.open(path)
        settle(window.session)
        close_dialogs(window)
        walk(window, settle)
        told = [error for error in failures if not isinstance(error, KnownError)]
        assert not told, (name, told)
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
