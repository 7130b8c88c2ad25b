"""Everything of a suite is exported and the suite erased, in the window: said, asked twice, watched and stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.core.runs import RunStatus
from reviewer.host.sealed_files import forget_files, is_sealed
from reviewer.store.queries.bin import bin_items
from reviewer.store.queries.suites import suites
from reviewer.store.writes.runs import set_run_status
from reviewer.ui.bin.export_erasing import STOPPED, SURE, EraseDialog
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.jobs.run_jobs import jobs_of
from tests.support.encrypted import PASSPHRASE
from tests.ui.bin.test_deleting import ask, dialog_of, do, two_runs
from tests.ui.conftest import Fill, Settle


@pytest.fixture
def here(window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> MainWindow:
    window.session.change_settings(replace(window.session.settings, reviewer="lead"))
    open_filled(two_runs)
    settle(window.session)
    return window


@pytest.fixture
def dialog(here: MainWindow, settle: Settle) -> EraseDialog:
    here.show_page("cases")
    settle(here.session)
    do(here, settle, "cases.export_erase")
    return dialog_of(here, EraseDialog)


def press(dialog: EraseDialog) -> None:
    QTest.keyClick(dialog.go_on, Qt.Key.Key_Space)


def test_keys_export_and_erase_it_after_it_was_said_what_that_is(
    here: MainWindow, dialog: EraseDialog, settle: Settle, tmp_path: Path
) -> None:
    assert dialog.what.text().splitlines() == [
        "Written first, and read back: cases and labels, and of 2 runs responses, verdicts, decisions and a bundle.",
        "Erased then: 1 suite, 4 case versions, 2 runs, 8 responses and 1 decision.",
    ]
    press(dialog)
    assert dialog.form.problem(dialog.folder) == "No folder is named. Type where the files are to go."
    QTest.keyClicks(dialog.folder, str(tmp_path / "kept"))
    press(dialog)
    assert dialog.state.text() == SURE
    assert len(ask(here, suites)) == 1
    press(dialog)
    settle(here.session)
    assert ask(here, suites) == []
    assert ask(here, bin_items) == []
    assert here.session.suite_id is None
    assert len(list((tmp_path / "kept").iterdir())) == 10
    told = dialog.what.text().splitlines()
    assert told[0] == f"Everything of the suite Suite was written to {tmp_path / 'kept'} in 10 files and read back."
    assert told[1].startswith("Erased for good: 1 suite, 4 case versions")
    assert not dialog.go_on.isVisible()
    for page in ("runs", "review", "score", "compare", "reports", "cases"):
        here.show_page(page)
        settle(here.session)
    assert here.notices.details.isHidden()


def test_stopped_it_erases_nothing_and_can_be_begun_again(
    here: MainWindow, dialog: EraseDialog, settle: Settle, tmp_path: Path
) -> None:
    dialog.folder.setText(str(tmp_path / "kept"))
    here.session.tasks.hold_database()
    press(dialog)
    press(dialog)
    assert dialog.bar.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    here.session.tasks.release_database()
    settle(here.session)
    assert dialog.state.text() == STOPPED
    assert not (tmp_path / "kept").exists()
    assert len(ask(here, suites)) == 1
    press(dialog)
    press(dialog)
    settle(here.session)
    assert ask(here, suites) == []


def test_another_folder_is_asked_for_anew_and_a_full_one_refused(
    here: MainWindow, dialog: EraseDialog, settle: Settle, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine", "utf-8")
    dialog.folder.setText(str(tmp_path / "other"))
    press(dialog)
    dialog.folder.setText(str(tmp_path / "full"))
    assert dialog.state.text() == ""
    press(dialog)
    press(dialog)
    settle(here.session)
    assert dialog.state.text() == f"{tmp_path / 'full'} is there already and has something in it. Give a new folder."
    assert len(ask(here, suites)) == 1


def test_a_run_that_is_under_way_here_keeps_its_suite(
    here: MainWindow, dialog: EraseDialog, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(here, lambda workspace: set_run_status(workspace, run_id=1, status=RunStatus.RUNNING))
    monkeypatch.setattr(type(jobs_of(here.session)), "run_ids", frozenset({1}))
    dialog.folder.setText(str(tmp_path / "kept"))
    press(dialog)
    press(dialog)
    settle(here.session)
    assert "is being sent. Stop it first. Nothing was erased." in dialog.state.text()
    assert len(ask(here, suites)) == 1


def test_from_an_encrypted_workspace_the_files_are_encrypted_unless_somebody_says_so(
    here: MainWindow, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here.session.workspace, "is_encrypted", True)
    here.show_page("cases")
    settle(here.session)
    do(here, settle, "cases.export_erase")
    dialog = dialog_of(here, EraseDialog)
    assert dialog.encrypts.isChecked()
    assert dialog.secret.isVisible()
    assert not dialog.plain.isVisible()
    dialog.folder.setText(str(tmp_path / "kept"))
    press(dialog)
    assert dialog.secret.problem(dialog.secret.first) == "No passphrase is given. Type one, twice."
    assert dialog.state.text() == ""
    QTest.keyClicks(dialog.secret.first, PASSPHRASE)
    QTest.keyClicks(dialog.secret.again, PASSPHRASE)
    press(dialog)
    assert dialog.state.text() == SURE
    dialog.encrypts.click()
    assert dialog.plain.isVisible()
    assert not dialog.secret.isVisible()
    assert dialog.state.text() == ""  # another thing is meant: it is asked again
    dialog.encrypts.click()
    press(dialog)
    press(dialog)
    assert (dialog.secret.first.text(), dialog.secret.again.text()) == ("", "")
    settle(here.session)
    assert ask(here, suites) == []
    assert all(is_sealed(each) for each in (tmp_path / "kept").iterdir())
    assert dialog.what.text().splitlines()[1].startswith("They are encrypted;")
    assert not dialog.encrypts.isVisible()
    forget_files()


def test_fields_of_both_parts_begin_at_one_place(dialog: EraseDialog, qtbot: QtBot) -> None:
    dialog.encrypts.setChecked(True)
    qtbot.waitUntil(dialog.secret.first.isVisible)
    QApplication.processEvents()
    fields = (dialog.folder, dialog.signing.key, dialog.secret.first, dialog.secret.again)
    assert len({field.mapTo(dialog, QPoint()).x() for field in fields}) == 1
