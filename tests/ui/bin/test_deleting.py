"""Deleting with the hands: the key, the line that offers the way back, the bin, imports, and pages that go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.runs import RunStatus
from reviewer.host.marks import mark_work
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.bin import bin_items, tombstones
from reviewer.store.queries.chain import first_misfit
from reviewer.store.queries.retention import default_retention, retentions
from reviewer.store.queries.runs import runs
from reviewer.store.queries.suites import suites
from reviewer.store.writes.retention import keep_by_default, keep_until
from reviewer.store.writes.runs import set_run_status
from reviewer.ui.bin.deleting import DeleteDialog
from reviewer.ui.bin.imports import PastImportsDialog
from reviewer.ui.bin.recent import RecentlyDeletedDialog
from reviewer.ui.bin.retention import RetentionDialog
from reviewer.ui.cases.page import CasesPage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.runs.page import RunsPage, delete_current
from tests.support.builders import REFUSE, decide, fill, make_cases, make_response, make_run
from tests.ui.conftest import Fill, Settle

D = TypeVar("D", bound=QDialog)
T = TypeVar("T")


def two_runs(workspace: Workspace) -> None:
    cases = make_cases(4)
    filled = fill(workspace, cases)
    make_run(workspace, filled.suite_id, [Classified(make_response(case.key), ()) for case in cases], name="next")
    decide(workspace, filled.response_ids[0], REFUSE, "ann")


@pytest.fixture
def here(window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> MainWindow:
    window.session.change_settings(replace(window.session.settings, reviewer="lead"))
    open_filled(two_runs)
    settle(window.session)
    return window


def ask(window: MainWindow, query: Callable[[Workspace], T]) -> T:
    session = window.session
    return session.tasks.database_call(lambda: query(session.workspace))


def names(window: MainWindow) -> list[str]:
    return sorted(line.name for line in ask(window, runs))


def dialog_of(window: MainWindow, kind: type[D]) -> D:
    (found,) = [each for each in window.findChildren(kind) if each.isVisible()]
    return found


def do(window: MainWindow, settle: Settle, command: str) -> None:
    window.commands[command].trigger()
    settle(window.session)


def test_a_run_is_deleted_and_brought_back_by_keys(here: MainWindow, settle: Settle) -> None:
    here.show_page("runs")
    settle(here.session)
    page = here.pages["runs"]
    assert isinstance(page, RunsPage)
    assert page.current is not None
    name = page.current.name
    assert [each.toString() for each in here.commands["runs.delete"].shortcuts()] == ["Del"]
    do(here, settle, "runs.delete")
    assert names(here) == ["run"]
    assert here.done.text.startswith(f"Deleted the run {name}: 1 run and 4 responses.")
    assert page.model.rowCount() == 1
    assert here.notices.text == ""
    do(here, settle, "file.undelete")
    assert names(here) == ["next", "run"]
    assert page.model.rowCount() == 2
    assert ask(here, first_misfit) is None


def test_deleted_cases_leave_the_list_and_every_run(here: MainWindow, settle: Settle, qtbot: QtBot) -> None:
    here.show_page("cases")
    settle(here.session)
    page = here.pages["cases"]
    assert isinstance(page, CasesPage)
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 4)
    page.list.table.selectRow(0)
    qtbot.waitUntil(lambda: bool(page.list.table.selectionModel().selectedRows()))
    settle(here.session)
    do(here, settle, "cases.delete")
    assert "Deleted 1 case of Suite (case-000)" in here.done.text
    assert page.list.model.rowCount() == 3
    lines = ask(here, runs)
    assert [(line.planned, line.stored) for line in lines] == [(3, 3), (3, 3)]


def test_review_moves_on_when_what_it_shows_is_deleted(here: MainWindow, settle: Settle) -> None:
    """The page shows another response, and a key that was meant for the one that is gone decides nothing."""
    here.show_page("review")
    settle(here.session)
    page = here.pages["review"]
    assert isinstance(page, ReviewPage)
    assert page.state.queue is not None
    shown = page.state.queue.run.name
    here.show_page("runs")
    settle(here.session)
    runs_page = here.pages["runs"]
    assert isinstance(runs_page, RunsPage)
    runs_page.table.setCurrentIndex(runs_page.model.index(runs_page.model.row_of(page.state.queue.run.id), 0))
    delete_current(runs_page)
    settle(here.session)
    here.show_page("review")
    before = ask(here, lambda workspace: len(bin_items(workspace)))
    settle(here.session)
    assert before == 1
    assert page.state.queue is not None
    assert page.state.queue.run.name != shown
    assert "does not exist" not in here.notices.text


def test_a_decision_that_is_on_its_way_does_not_outlive_its_run(here: MainWindow, settle: Settle) -> None:
    """Hands that do not wait: the key, and in the same moment the deletion."""
    here.show_page("review")
    settle(here.session)
    here.commands["review.decide.5"].trigger()
    here.show_page("runs")
    page = here.pages["runs"]
    assert isinstance(page, RunsPage)
    settle(here.session)
    here.show_page("review")
    here.commands["review.decide.4"].trigger()
    delete_current(page)
    here.commands["review.decide.3"].trigger()
    settle(here.session)
    assert ask(here, first_misfit) is None
    assert ask(here, lambda workspace: workspace.problems()) == []


def test_a_run_whose_program_ended_is_deleted_and_one_that_is_sent_is_not(here: MainWindow, settle: Settle) -> None:
    """What says that it is being sent while nothing works on it was interrupted: the window may delete it."""
    ask(here, lambda workspace: set_run_status(workspace, run_id=1, status=RunStatus.RUNNING))
    here.show_page("runs")
    settle(here.session)
    page = here.pages["runs"]
    assert isinstance(page, RunsPage)
    page.table.setCurrentIndex(page.model.index(page.model.row_of(1), 0))
    page.jobs.sending.of = lambda _run_id: None  # type: ignore[method-assign, assignment]
    path = ask(here, lambda workspace: workspace.path)
    mark = mark_work(path, "sent", [1])
    assert mark is not None
    do(here, settle, "runs.delete")
    assert "The run run is being sent" in here.notices.text
    assert names(here) == ["next", "run"]
    mark.take_away()
    do(here, settle, "runs.delete")
    assert names(here) == ["next"]


def test_a_suite_goes_after_it_was_said_how_much_that_is(here: MainWindow, settle: Settle) -> None:
    here.show_page("cases")
    settle(here.session)
    do(here, settle, "cases.delete_suite")
    dialog = dialog_of(here, DeleteDialog)
    assert dialog.sentence.text() == "Suite: 1 suite, 4 case versions, 2 runs, 8 responses and 1 decision."
    dialog.delete.click()
    settle(here.session)
    assert ask(here, suites) == []
    assert here.session.suite_id is None
    for page in ("runs", "review", "score", "compare", "reports", "agreement", "adjudicate", "gate", "cases"):
        here.show_page(page)
        settle(here.session)
    assert here.notices.text == ""
    do(here, settle, "file.undelete")
    assert names(here) == ["next", "run"]


def test_the_bin_brings_back_and_erases_only_after_a_second_press(here: MainWindow, settle: Settle) -> None:
    here.show_page("runs")
    settle(here.session)
    do(here, settle, "runs.delete")
    do(here, settle, "runs.delete")
    do(here, settle, "file.bin")
    dialog = dialog_of(here, RecentlyDeletedDialog)
    assert dialog.list.count() == 2
    dialog.back.click()
    settle(here.session)
    assert (dialog.list.count(), names(here)) == (1, ["run"])
    dialog.erase.click()
    assert len(ask(here, bin_items)) == 1
    assert here.focusWidget() is dialog.keep or dialog.keep.hasFocus() or not dialog.isActiveWindow()
    dialog.sure.click()
    settle(here.session)
    assert (dialog.list.count(), ask(here, bin_items)) == (0, [])
    assert not dialog.back.isEnabled()
    assert [each.kind for each in ask(here, tombstones)][-1] == "erased"


def test_an_import_is_taken_back_and_later_work_is_named_first(
    here: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    file = tmp_path / "more.jsonl"
    file.write_text('{"key": "n1", "prompt": "One?", "label": "answer"}\n', "utf-8")

    def bring(workspace: Workspace) -> object:
        report = import_file(workspace, ImportRequest(file))
        return report.act_id

    assert ask(here, bring) == 1
    do(here, settle, "file.imports")
    dialog = dialog_of(here, PastImportsDialog)
    assert dialog.list.count() == 1
    dialog.back.click()
    settle(here.session)
    assert [line.name for line in ask(here, suites)] == ["Suite"]
    assert "Deleted the import of more.jsonl: 1 suite and 1 case version" in here.done.text
    assert not dialog.back.isEnabled()


def test_a_suite_gets_a_day_and_what_has_passed_is_told_at_the_opening(here: MainWindow, settle: Settle) -> None:
    here.show_page("cases")
    settle(here.session)
    do(here, settle, "cases.retention")
    dialog = dialog_of(here, RetentionDialog)
    assert dialog.state.text() == "The suite Suite has no end date: it is kept until you delete it."
    dialog.has_day.click()
    day = date(dialog.day.date().year(), dialog.day.date().month(), dialog.day.date().day())
    dialog.keep.click()
    settle(here.session)
    (kept,) = ask(here, lambda workspace: retentions(workspace, day))
    assert (kept.is_own, kept.until, kept.has_passed) == (True, day, False)


def test_a_suite_that_is_set_to_be_deleted_goes_at_the_opening_and_it_is_told(here: MainWindow, settle: Settle) -> None:
    told: list[str] = []
    here.session.notice.connect(told.append)
    ask(
        here,
        lambda workspace: keep_until(
            workspace, suite_id=1, until=date(2026, 1, 1), deletes=True, author="lead", at="2026-01-01T00:00:00Z"
        ),
    )
    assert here.session.path is not None
    here.session.open(here.session.path, create=False)
    settle(here.session)
    assert told[-2:] != []
    assert any("it is deleted now" in each for each in told)
    assert any(each.startswith("Deleted the suite Suite") for each in told)
    assert ask(here, suites) == []
    assert len(ask(here, bin_items)) == 1


def test_keys_work_the_bin(here: MainWindow, settle: Settle) -> None:
    assert [each.toString() for each in here.commands["file.undelete"].shortcuts()] == ["Ctrl+Shift+Z"]
    do(here, settle, "file.bin")
    dialog = dialog_of(here, RecentlyDeletedDialog)
    assert dialog.state.text() == "Nothing was deleted in the last 30 days."
    assert dialog.list.focusPolicy() != Qt.FocusPolicy.NoFocus


def test_a_name_that_was_used_again_is_asked_for_and_keys_give_another(here: MainWindow, settle: Settle) -> None:
    here.show_page("runs")
    settle(here.session)
    page = here.pages["runs"]
    assert isinstance(page, RunsPage)
    page.table.setCurrentIndex(page.model.index(page.model.row_of(1), 0))
    do(here, settle, "runs.delete")
    ask(here, lambda workspace: make_run(workspace, 1, name="run"))
    do(here, settle, "file.bin")
    dialog = dialog_of(here, RecentlyDeletedDialog)
    assert dialog.name.isHidden()
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    settle(here.session)
    said = "There is another run with the name run by now. Type another name, then bring it back."
    assert (dialog.state.text(), dialog.name.text()) == (said, "run")
    assert dialog.name.isVisible()
    QTest.keyClicks(dialog.name, "run of before")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    settle(here.session)
    assert names(here) == ["next", "run", "run of before"]
    assert dialog.list.count() == 0
    assert dialog.name.isHidden()
    assert here.notices.text.startswith("Brought back the run run as run of before: 1 run")


def test_days_for_all_other_suites_are_kept_and_say_what_they_mean(here: MainWindow, settle: Settle) -> None:
    here.show_page("cases")
    settle(here.session)
    do(here, settle, "cases.retention")
    dialog = dialog_of(here, RetentionDialog)
    assert dialog.others.text().startswith("The workspace has no default")
    QTest.keyClick(dialog.has_days, Qt.Key.Key_Space)
    dialog.days.setValue(90)
    QTest.keyClick(dialog.deletes_others, Qt.Key.Key_Space)
    QTest.keyClick(dialog.keep, Qt.Key.Key_Return)
    settle(here.session)
    assert ask(here, default_retention) == (90, True)
    assert "(the workspace's default); it is deleted when the workspace is opened next." in here.notices.text
    do(here, settle, "cases.retention")
    again = dialog_of(here, RetentionDialog)
    said = "Suites without a date of their own are kept for 90 days from when they were made; then they are deleted."
    assert again.others.text() == said
    assert (again.has_day.isChecked(), again.has_days.isChecked(), again.days.value()) == (False, True, 90)
    again.has_days.setChecked(False)
    again.keep.click()
    settle(here.session)
    assert ask(here, default_retention) == (None, False)


@pytest.mark.parametrize("days", [36_500, 10**9])
def test_days_beyond_the_calendar_are_without_end(here: MainWindow, settle: Settle, days: int) -> None:
    ask(here, lambda workspace: keep_by_default(workspace, days=days, deletes=True))
    assert here.session.path is not None
    here.session.open(here.session.path, create=False)
    settle(here.session)
    assert len(ask(here, suites)) == 1
    assert here.notices.details.isHidden()
    do(here, settle, "cases.retention")
    dialog = dialog_of(here, RetentionDialog)
    dialog.keep.click()
    settle(here.session)
    assert ask(here, default_retention) == (days, True)
