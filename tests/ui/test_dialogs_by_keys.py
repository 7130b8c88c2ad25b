"""Dialogs that had no tests of their own by real keys: opened, filled, given up and accepted without the mouse.

Keys that come before a dialog has the focus are sent to the window behind it, as X11 does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from reviewer.app.verifying import verify_bundle
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.interests import declared_interests
from reviewer.store.queries.retention import default_retention, retentions
from reviewer.store.queries.runs import endpoints
from reviewer.store.writes.runs import add_responses
from reviewer.ui.bin.retention import RetentionDialog
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.who import WhoDialog
from reviewer.ui.reports.bundle_dialog import BundleDialog
from reviewer.ui.reports.page import ReportsPage
from reviewer.ui.review.forerunners import Forerunners
from reviewer.ui.runs.endpoint import EndpointDialog
from reviewer.ui.runs.judge_run import JudgeDialog
from reviewer.ui.runs.new_run import NewRunDialog
from reviewer.ui.runs.send_run import STILL_COUNTED, SendDialog
from tests.support.builders import LATER, fill, make_case, make_response
from tests.support.judges import good
from tests.support.loopback import LoopbackServer, say
from tests.ui.asked import dialog_in_front
from tests.ui.conftest import WAIT_MS, Fill, Settle
from tests.ui.early_keys import ALT, CONTROL, SHIFT, K, focus, in_front, press, tab_to, write
from tests.ui.judging_bench import Bench, endpoint_of
from tests.ui.review.test_review import ME, Desk
from tests.ui.runs_screen import CASES, Screen


def two(workspace: Workspace) -> None:
    """Two cases; the first was asked again."""
    filled = fill(workspace, [make_case("case-1"), make_case("case-2")])
    again = [Classified(make_response("case-1", "Said later."))]
    add_responses(workspace, run_id=filled.run_id, responses=again, at=LATER, again=True)


@pytest.fixture
def active(window: MainWindow) -> MainWindow:
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    window.activateWindow()
    return window


@pytest.fixture
def desk(active: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> Desk:
    open_filled(two)
    desk = Desk(active, settle)
    come_back(desk.window)
    return desk


def come_back(window: MainWindow) -> None:
    """What a window manager does when the dialog above closes."""
    assert dialog_in_front() is None
    window.activateWindow()
    QApplication.processEvents()


def rows(window: MainWindow, table: str) -> int:
    """So many are in the workspace's file, read beside the program."""
    assert window.session.path is not None
    with closing(sqlite3.connect(window.session.path)) as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608, names of ours
    assert isinstance(found, int)
    return found


# what it was answered before


def test_earlier_responses_are_read_and_closed_by_keys(desk: Desk) -> None:
    press(desk.window, K.Key_E, held=SHIFT)
    press(desk.window, K.Key_5, K.Key_B, K.Key_J)
    dialog = in_front(Forerunners)
    assert "Said later." not in dialog.text.toPlainText()
    assert (rows(desk.window, "decision"), desk.index, desk.session.sight.blind) == (0, 0, False)
    QTest.keyClick(focus(), K.Key_Return)
    come_back(desk.window)
    press(desk.window, K.Key_2)
    desk.settle()
    assert (rows(desk.window, "decision"), desk.index) == (1, 1)


def test_what_is_typed_on_behind_the_earlier_responses_comes_in_its_order(desk: Desk, qtbot: QtBot) -> None:
    press(desk.window, K.Key_E, held=SHIFT)
    press(desk.window, K.Key_Escape, K.Key_N, K.Key_W, K.Key_4)
    come_back(desk.window)
    qtbot.waitUntil(lambda: desk.page.line.note.text() == "w4", timeout=WAIT_MS)
    assert rows(desk.window, "decision") == 0


# who decides


def test_who_decides_says_it_by_keys_and_may_give_it_up(desk: Desk) -> None:
    desk.session.change_settings(replace(desk.session.settings, reviewer=""))
    desk.settle()
    press(desk.window, K.Key_3, K.Key_B, K.Key_Escape)
    desk.settle()
    come_back(desk.window)
    assert (rows(desk.window, "decision"), desk.session.settings.reviewer) == (0, "")
    assert not desk.session.sight.blind
    press(desk.window, K.Key_3)
    write(desk.window, "an")
    dialog = in_front(WhoDialog)
    QTest.keyClicks(focus(), "n")
    tab_to(dialog.interests)
    QTest.keyClicks(focus(), "none")
    tab_to(dialog.use)
    QTest.keyClick(focus(), K.Key_Return)
    desk.settle()
    first = desk.page.list_model.ids[0]
    assert [(each.reviewer, each.action) for each in desk.read(first).events] == [("ann", "clarify")]
    said = desk.session.tasks.database_call(lambda: declared_interests(desk.session.workspace))
    assert [each.statement for each in said["ann"]] == ["none"]


# sending


@pytest.fixture
def screen(qtbot: QtBot, active: MainWindow, settle: Settle, server: LoopbackServer) -> Screen:
    """A run that was sent with F5 and is complete."""
    screen = Screen(qtbot, active, settle)
    screen.add_suite()
    screen.start(server)
    screen.wait("finished")
    come_back(active)
    return screen


def test_f5_says_that_nothing_is_missing_and_asks_nothing(screen: Screen, server: LoopbackServer) -> None:
    press(screen.window, K.Key_F5)
    screen.settle()
    assert dialog_in_front() is None
    assert "is complete" in screen.window.notices.text
    assert len(server.completions) == CASES


def test_a_part_of_a_run_is_sent_by_keys(screen: Screen, server: LoopbackServer) -> None:
    press(screen.window, K.Key_F5, held=SHIFT)
    press(screen.window, K.Key_Down, K.Key_Down, K.Key_Tab)
    write(screen.window, "case-")
    screen.settle()
    dialog = in_front(SendDialog)
    QTest.keyClicks(focus(), "003")
    assert dialog.case.text() == "case-003"
    QTest.keyClick(focus(), K.Key_Escape)
    screen.settle()
    come_back(screen.window)
    assert (len(server.completions), rows(screen.window, "response")) == (CASES, CASES)
    press(screen.window, K.Key_F5, held=SHIFT)
    screen.settle()
    dialog = in_front(SendDialog)
    tab_to(dialog.repeats)
    QTest.keyClick(focus(), K.Key_A, CONTROL)
    QTest.keyClicks(focus(), "2")
    tab_to(dialog.terms.most_tokens)
    QTest.keyClicks(focus(), "9000")
    screen.qtbot.waitUntil(lambda: dialog.is_counted, timeout=WAIT_MS)
    QTest.keyClick(focus(), K.Key_Return)
    screen.qtbot.waitUntil(lambda: len(server.completions) == 2 * CASES, timeout=WAIT_MS)
    screen.wait("finished")
    assert rows(screen.window, "response") == 2 * CASES
    come_back(screen.window)
    press(screen.window, K.Key_F5, held=SHIFT)
    screen.settle()
    again = in_front(SendDialog)
    assert again.terms.most_tokens.text() == "9000", "the budget is kept with the run"
    QTest.keyClick(focus(), K.Key_Escape)


def test_return_before_the_requests_are_counted_sends_nothing(screen: Screen, server: LoopbackServer) -> None:
    press(screen.window, K.Key_3, held=CONTROL)
    screen.settle()
    server.default = say("Otherwise.")
    screen.session.tasks.hold_database()
    press(screen.window, K.Key_F5, held=SHIFT)
    press(screen.window, K.Key_Return, K.Key_5)
    screen.session.tasks.release_database()
    screen.settle()
    dialog = in_front(SendDialog)
    assert dialog.status.text() == STILL_COUNTED
    assert (dialog.case.text(), dialog.again.isChecked()) == ("case-000", True)
    assert (len(server.completions), rows(screen.window, "decision")) == (CASES, 0)
    screen.qtbot.waitUntil(lambda: dialog.is_counted, timeout=WAIT_MS)
    assert dialog.status.text() == ""
    QTest.keyClick(focus(), K.Key_Return)
    screen.qtbot.waitUntil(lambda: len(server.completions) == CASES + 1, timeout=WAIT_MS)
    screen.settle()


# judges and endpoints


@pytest.fixture
def bench(qtbot: QtBot, active: MainWindow, settle: Settle, tmp_path: Path, server: LoopbackServer) -> Bench:
    server.default = good
    bench = Bench(qtbot, active, settle, tmp_path / "judging.sqlite")
    bench.open(endpoint_of(server))
    come_back(active)
    return bench


def test_what_is_typed_before_the_judges_are_read_stays_typed(bench: Bench, server: LoopbackServer) -> None:
    bench.session.tasks.hold_database()
    press(bench.window, K.Key_J, held=CONTROL)
    press(bench.window, K.Key_M, held=ALT)
    write(bench.window, "judge-1")
    bench.session.tasks.release_database()
    bench.settle()
    dialog = in_front(JudgeDialog)
    assert dialog.version.model.currentText() == "judge-1"
    tab_to(dialog.limit)
    QTest.keyClicks(focus(), "3")
    bench.estimated(dialog, "3 requests in all")
    QTest.keyClick(focus(), K.Key_Escape)
    come_back(bench.window)
    assert (list(bench.stored()), server.completions) == ([], [])


def test_a_judge_is_asked_by_keys(bench: Bench, server: LoopbackServer) -> None:
    press(bench.window, K.Key_J, held=CONTROL)
    bench.settle()
    dialog = in_front(JudgeDialog)
    QTest.keyClick(focus(), K.Key_M, ALT)
    QTest.keyClicks(focus(), "judge-1")
    tab_to(dialog.limit)
    QTest.keyClicks(focus(), "3")
    tab_to(dialog.bar)
    QTest.keyClick(focus(), K.Key_A, CONTROL)
    QTest.keyClicks(focus(), "0.5")
    bench.estimated(dialog, "3 requests in all")
    QTest.keyClick(focus(), K.Key_Return)
    bench.ended()
    (line,) = bench.stored()
    assert line.version.model == "judge-1"
    assert (len(server.completions), rows(bench.window, "judge_run")) == (3, 1)


@pytest.mark.parametrize("accepted", [False, True])
def test_an_endpoint_is_made_by_keys_that_come_early(bench: Bench, accepted: bool) -> None:
    before = rows(bench.window, "endpoint")
    bench.session.tasks.hold_database()
    press(bench.window, K.Key_R, held=CONTROL | SHIFT)
    press(bench.window, K.Key_W, held=ALT)
    write(bench.window, "there")
    bench.session.tasks.release_database()
    bench.settle()
    dialog = in_front(EndpointDialog)
    assert dialog.name.text() == "there"
    QTest.keyClick(focus(), K.Key_B, ALT)
    QTest.keyClicks(focus(), "http://127.0.0.1:9/v1")
    tab_to(dialog.concurrency)
    QTest.keyClick(focus(), K.Key_A, CONTROL)
    QTest.keyClicks(focus(), "7")
    QTest.keyClick(focus(), K.Key_Return if accepted else K.Key_Escape)
    bench.settle()
    run = in_front(NewRunDialog)
    found = {each.name: each for each in bench.session.tasks.database_call(lambda: endpoints(bench.session.workspace))}
    assert rows(bench.window, "endpoint") == before + accepted
    assert ("there" in found) is accepted
    if accepted:
        assert (found["there"].base_url, found["there"].concurrency) == ("http://127.0.0.1:9/v1", 7)
        assert run.version.endpoint_choice.currentText() == "there"
    QTest.keyClick(focus(), K.Key_Escape)
    come_back(bench.window)
    assert rows(bench.window, "run") == 1


# bundles


@pytest.fixture
def reports(active: MainWindow, demo_session: object, settle: Settle) -> ReportsPage:
    active.show_page("reports")
    settle(active.session)
    page = active.pages["reports"]
    assert isinstance(page, ReportsPage)
    come_back(active)
    return page


def test_a_bundle_is_written_by_keys_and_not_where_it_is_given_up(
    reports: ReportsPage, active: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "bundle.zip"
    for accepted in (False, True):
        press(active, K.Key_B, held=CONTROL | SHIFT)
        press(active, K.Key_End)
        dialog = in_front(BundleDialog)
        assert dialog.cover.currentText() == "requests and responses"
        for field, typed in ((dialog.secret.first, "not used"), (dialog.secret.again, "other")):
            tab_to(field)
            QTest.keyClicks(focus(), typed)
        QTest.keyClick(focus(), K.Key_Return)
        assert dialog.isVisible()
        assert "are not the same" in dialog.secret.problem(dialog.secret.again)
        for field in (dialog.secret.first, dialog.secret.again):
            tab_to(field)
            QTest.keyClick(focus(), K.Key_A, CONTROL)
            QTest.keyClick(focus(), K.Key_Delete)
        QTest.keyClick(focus(), K.Key_Return if accepted else K.Key_Escape)
        settle(active.session)
        QApplication.processEvents()
        if not accepted:
            come_back(active)
            assert list(tmp_path.glob("*.zip")) == []
    chosen = dialog_in_front()
    assert isinstance(chosen, QFileDialog)
    name = chosen.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    QTest.keyClick(name, K.Key_A, CONTROL)
    QTest.keyClicks(name, str(path))
    QTest.keyClick(name, K.Key_Return)
    settle(active.session)
    found = verify_bundle(path)
    assert (found.wrong, found.signed_by) == ((), "")
    assert found.unchecked, "requests and responses were taken out"


# how long a suite is kept


@pytest.mark.parametrize("accepted", [False, True])
def test_how_long_a_suite_is_kept_is_said_by_keys_that_come_early(desk: Desk, accepted: bool) -> None:
    press(desk.window, K.Key_1, held=CONTROL)
    desk.settle()
    press(desk.window, K.Key_K, held=CONTROL)
    write(desk.window, "how long the suite")
    desk.session.tasks.hold_database()
    press(desk.window, K.Key_Return)
    press(desk.window, K.Key_U, held=ALT)
    press(desk.window, K.Key_D, held=ALT)
    desk.session.tasks.release_database()
    desk.settle()
    dialog = in_front(RetentionDialog)
    assert (dialog.has_day.isChecked(), dialog.has_days.isChecked()) == (True, True)
    tab_to(dialog.days)
    QTest.keyClick(focus(), K.Key_A, CONTROL)
    QTest.keyClicks(focus(), "90")
    tab_to(dialog.day)
    QTest.keyClicks(focus(), "2040")
    tab_to(dialog.deletes)
    QTest.keyClick(focus(), K.Key_Space)
    QTest.keyClick(focus(), K.Key_Return if accepted else K.Key_Escape)
    desk.settle()
    come_back(desk.window)
    kept = desk.session.tasks.database_call(lambda: retentions(desk.session.workspace, date(2039, 1, 1)))
    default = desk.session.tasks.database_call(lambda: default_retention(desk.session.workspace))
    if accepted:
        assert [(each.until.year if each.until else 0, each.deletes) for each in kept if each.is_own] == [(2040, True)]
        assert default == (90, False)
    else:
        assert not any(each.is_own for each in kept)
        assert default == (None, False)
    assert rows(desk.window, "decision") == 0
