"""Restoring in the window: a list, a comparison, and the exchange with the same safety as the command's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from reviewer.app.restore_preview import preview_restore
from reviewer.core.errors import EnvironmentFault
from reviewer.store import restoring as store_restoring
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.encrypting import encrypt, lock_all, unlock
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_ids
from reviewer.ui.frame import restoring
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.restoring import RestoreDialog
from reviewer.ui.kit.session import Session
from reviewer.wording.plain_text import NAME_CHARACTERS
from tests.support.builders import REFUSE, decide, make_case, make_response, make_run, make_suite
from tests.support.encrypted import PASSPHRASE
from tests.ui.conftest import WAIT_MS, Settle
from tests.ui.frame.test_encryption import shown

BACKUP = "demo.backup-20260301T120000Z.sqlite"


@pytest.fixture
def before(demo_session: Session, settle: Settle) -> Path:
    """The demo is open; a backup of it lies beside, and one decision was made since."""
    workspace = demo_session.workspace
    backup = workspace.path.with_name(BACKUP)
    demo_session.tasks.database_call(lambda: workspace.backup(backup))
    demo_session.tasks.database_call(lambda: decide(workspace, 1, REFUSE, reviewer="late"))
    settle(demo_session)
    return backup


def begun(window: MainWindow, settle: Settle) -> RestoreDialog:
    window.commands["file.restore"].trigger()
    dialog = shown(window, RestoreDialog)
    settle(window.session)
    return dialog


def late_decisions(session: Session) -> int:
    def count(workspace: Workspace) -> int:
        with workspace.read() as reading:
            query = "SELECT count(*) FROM decision WHERE reviewer = 'late'"
            return int(reading.connection().exec_driver_sql(query).scalar_one())

    return session.tasks.database_call(lambda: count(session.workspace))


def test_the_list_says_when_why_and_what(window: MainWindow, settle: Settle, before: Path) -> None:
    dialog = begun(window, settle)
    cells = [dialog.table.item(0, column) for column in range(dialog.table.columnCount())]
    made, why, size, *counts = [cell.text() for cell in cells if cell is not None]
    assert (made, why) == ("2026-03-01 12:00", "you asked for it")
    assert size == f"{before.stat().st_size / 1e6:,.1f} MB"
    with closing(sqlite3.connect(before)) as connection:
        tables = ('"case"', "response", "decision")
        rows = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]  # noqa: S608
    assert counts == [f"{count:,}" for count in rows]
    for sentence in preview_restore(window.session.workspace.path, before).sentences:
        assert sentence in dialog.said.text()
    assert "1 decision would be gone" in dialog.said.text()
    assert "Decision: now" in dialog.said.text()
    dialog.reject()


def test_by_keyboard_alone_the_backup_takes_the_place(
    qtbot: QtBot, window: MainWindow, settle: Settle, before: Path
) -> None:
    session, generation = window.session, window.session.generation
    assert late_decisions(session) == 1
    dialog = begun(window, settle)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.table, timeout=WAIT_MS)
    QTest.keyClick(dialog, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: session.generation > generation, timeout=WAIT_MS)
    settle(session)
    assert session.generation == generation + 1
    assert late_decisions(session) == 0
    assert session.path == before.with_name("demo.sqlite")
    assert [path.name for path in before.parent.glob(".demo*")] == [
        path.name for path in before.parent.glob(".demo.sqlite.open-*")
    ]
    (kept,) = before.parent.glob("demo.before-restore-*.sqlite")
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM decision WHERE reviewer = 'late'").fetchone() == (1,)
    # and back again, from the list
    dialog = begun(window, settle)
    assert dialog.chosen == kept
    dialog.go.click()
    settle(session)
    assert late_decisions(session) == 1


def test_impatient_hands_restore_once_and_what_they_saw(
    window: MainWindow, settle: Settle, before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be restored before it was compared; twice pressed is once; it cannot be closed half-way."""
    restored: list[Path] = []

    def counted(path: Path, source: Path) -> Path | None:
        restored.append(source)
        return store_restoring.restore_workspace(path, source)

    monkeypatch.setattr(restoring, "restore_workspace", counted)
    window.commands["file.restore"].trigger()
    dialog = shown(window, RestoreDialog)
    assert not dialog.go.isEnabled()
    dialog.go.click()
    dialog._restore()
    settle(window.session)
    assert restored == []
    dialog.choose(before.with_name("nothing there.sqlite"))
    dialog.choose(before)
    dialog._restore()
    assert restored == []
    settle(window.session)
    dialog.go.click()
    dialog._restore()
    dialog.go.click()
    dialog.choose(before.with_name("nothing there.sqlite"))
    dialog.reject()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    settle(window.session)
    assert restored == [before]
    assert late_decisions(window.session) == 0


def test_what_fails_leaves_the_workspace_open_as_it_was(
    window: MainWindow, settle: Settle, before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_path: Path, _source: Path) -> Path | None:
        raise EnvironmentFault("The disk is full.", "Free some space.")

    monkeypatch.setattr(restoring, "restore_workspace", fails)
    generation, dialog = window.session.generation, begun(window, settle)
    dialog.go.click()
    settle(window.session)
    assert "The disk is full." in dialog.said.text()
    assert dialog.cancel.isEnabled()
    assert not dialog.go.isEnabled()
    assert window.session.generation == generation
    assert late_decisions(window.session) == 1
    window.session.tasks.database_call(lambda: decide(window.session.workspace, 2, REFUSE, reviewer="late"))
    assert late_decisions(window.session) == 2
    dialog.reject()


@pytest.mark.parametrize("what", ["damaged", "foreign", "empty", "itself"])
def test_what_is_no_backup_is_refused_with_a_sentence(
    window: MainWindow, settle: Settle, before: Path, what: str
) -> None:
    file = before.with_name("other.sqlite")
    whole = before.read_bytes()
    file.write_bytes({"damaged": whole[: len(whole) // 2], "foreign": b"GIF89a" * 100, "empty": b""}.get(what, whole))
    dialog = begun(window, settle)
    dialog.choose(window.session.workspace.path if what == "itself" else file)
    settle(window.session)
    words = {"damaged": "damaged", "foreign": "not a Reviewer workspace", "empty": "empty", "itself": "itself"}
    assert words[what] in dialog.said.text()
    assert "Traceback" not in dialog.said.text()
    assert not dialog.go.isEnabled()
    dialog.reject()


def test_an_encrypted_backup_asks_for_its_passphrase(window: MainWindow, settle: Settle, before: Path) -> None:
    encrypt(before, PASSPHRASE)
    lock_all()
    dialog = begun(window, settle)
    assert dialog.passphrase.isVisible()
    cell = dialog.table.item(0, 5)
    assert cell is not None
    assert cell.text() == "locked"
    assert not dialog.go.isEnabled()
    for secret, opens in (("wrong " + PASSPHRASE, False), (PASSPHRASE, True)):
        dialog.passphrase.setText(secret)
        QTest.keyClick(dialog.passphrase, Qt.Key.Key_Return)
        settle(window.session)
        assert dialog.go.isEnabled() is opens
        assert dialog.passphrase.text() == ""
    dialog.go.click()
    settle(window.session)
    assert window.session.workspace.is_encrypted
    assert late_decisions(window.session) == 0
    lock_all()


def test_an_encrypted_workspace_is_restored_too(window: MainWindow, settle: Settle, demo_copy: Path) -> None:
    encrypt(demo_copy, PASSPHRASE)
    session = window.session
    session.open(demo_copy, create=False)
    settle(session)
    backup = demo_copy.with_name(BACKUP)
    session.tasks.database_call(lambda: session.workspace.backup(backup))
    session.tasks.database_call(lambda: decide(session.workspace, 1, REFUSE, reviewer="late"))
    dialog = begun(window, settle)
    assert not dialog.passphrase.isVisible()
    dialog.go.click()
    settle(session)
    assert session.workspace.is_encrypted
    assert late_decisions(session) == 0
    unlock(demo_copy, PASSPHRASE)
    lock_all()


def test_a_damaged_workspace_that_does_not_open_is_restored_without_one_open(
    window: MainWindow, settle: Settle, demo_copy: Path, answer_file: Callable[[Path], None]
) -> None:
    session = window.session
    with closing(open_workspace(demo_copy)) as opened:
        opened.backup(demo_copy.with_name(BACKUP))
    with demo_copy.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    session._workspace = None
    answer_file(demo_copy)
    settle(session)
    dialog = shown(window, RestoreDialog)
    settle(session)
    assert "cannot be said" in dialog.said.text() or "would" in dialog.said.text()
    dialog.go.click()
    settle(session)
    assert session.path == demo_copy
    assert session.tasks.database_call(session.workspace.problems) == []


@pytest.fixture
def answer_file(window: MainWindow) -> Callable[[Path], None]:
    """Choose that file in the dialog that the command opens."""

    def answer(path: Path) -> None:
        window.commands["file.restore"].trigger()
        dialog = next(each for each in window.findChildren(QFileDialog) if each.isVisible())
        dialog.fileSelected.emit(str(path))
        dialog.reject()
        QApplication.processEvents()

    return answer


def test_a_workspace_that_can_only_be_read_says_so(window: MainWindow, settle: Settle, demo_session: Session) -> None:
    said: list[str] = []
    demo_session.notice.connect(said.append)
    demo_session.workspace.read_only = "It is open to be read."
    window.commands["file.restore"].trigger()
    assert said == ["It is open to be read. No backup can take its place."]
    assert not [dialog for dialog in window.findChildren(RestoreDialog) if dialog.isVisible()]


def test_names_without_an_end_and_turned_round_stay_within_the_dialog(
    window: MainWindow, settle: Settle, before: Path
) -> None:
    """What would be gone names runs and people: a line of 300 characters ran out of the window."""
    name = "in\u202egnp.voice\u202c <b>" + "x" * 300
    workspace = window.session.workspace

    def more() -> None:
        suite = make_suite(workspace, [make_case("one")], "late suite")
        run_id = make_run(workspace, suite, [Classified(make_response("one"))], name=name)
        decide(workspace, response_ids(workspace, run_id)[0], REFUSE, name)

    window.session.tasks.database_call(more)
    dialog = begun(window, settle)
    told = dialog.said.text()
    assert "in[U+202E]gnp.voice[U+202C] <b>xxx" in told
    assert max(len(word) for word in told.split()) < NAME_CHARACTERS
    dialog.reject()
