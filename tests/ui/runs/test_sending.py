"""Sending a run in part, with prices and budgets, while its endpoint is away, and by way of batch files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from reviewer.app.jobs.terms import Pace, Terms, keep_terms, terms_of
from reviewer.core.cases import CaseKey
from reviewer.core.runs import RunStatus
from reviewer.runner import hold
from reviewer.runner.budget import Budget
from reviewer.store.database import open_workspace
from reviewer.store.queries.bin import bin_items
from reviewer.store.queries.chain import first_misfit
from reviewer.ui.bin.deleting import DeleteDialog
from reviewer.ui.cases.page import CasesPage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.review.forerunners import Forerunners
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.runs.new_run import NewRunDialog
from reviewer.ui.runs.send_run import STILL_COUNTED, SendDialog, What, send_run
from reviewer.ui.runs.table import BAR, LEFT, RATE, STATES, STATUS
from tests.support.loopback import Handler, LoopbackServer, completion, echo, error, say, slow
from tests.ui.asked import dialog_in_front
from tests.ui.conftest import WAIT_MS, Settle
from tests.ui.runs_screen import CASES, Key, Screen, model_at

SHIFT = Qt.KeyboardModifier.ShiftModifier
SICK = "What about case-003?"


@pytest.fixture
def screen(qtbot: QtBot, window: MainWindow, settle: Settle) -> Screen:
    window.activateWindow()
    return Screen(qtbot, window, settle)


def but_one(handler: Handler) -> None:
    (error(400, "It is too long.") if handler.received.prompt == SICK else echo)(handler)


def asked(screen: Screen) -> SendDialog:
    """The dialog that asks how the chosen run is sent."""
    screen.window.commands["runs.send"].trigger()
    return shown(screen)


def shown(screen: Screen) -> SendDialog:
    screen.settle()
    dialog = dialog_in_front()
    assert isinstance(dialog, SendDialog)
    return dialog


def choose(dialog: SendDialog, what: What) -> None:
    dialog.what.setCurrentIndex(dialog.what.findData(what))


def says(screen: Screen, dialog: SendDialog, words: str) -> None:
    screen.qtbot.waitUntil(lambda: words in dialog.volume.text(), timeout=WAIT_MS)
    counted(screen, dialog)


def counted(screen: Screen, dialog: SendDialog) -> None:
    screen.qtbot.waitUntil(lambda: dialog.is_counted or not dialog.send_button.isEnabled(), timeout=WAIT_MS)


def with_one_failed(screen: Screen, server: LoopbackServer) -> None:
    server.default = but_one
    screen.start(server)
    screen.wait("finished")
    assert screen.cell(STATES) == f"ok {CASES - 1} · error 1"
    server.default = echo


def test_only_what_failed_is_sent(screen: Screen, server: LoopbackServer) -> None:
    with_one_failed(screen, server)
    before = len(server.completions)
    screen.press(screen.page.table, Key.Key_F5, SHIFT)
    dialog = shown(screen)
    says(screen, dialog, "1 request. About 5 tokens are sent.")
    choose(dialog, What.FAILED)
    screen.press(dialog.send_button, Key.Key_Return)
    assert dialog.status.text() == STILL_COUNTED
    counted(screen, dialog)
    assert dialog.status.text() == ""
    screen.press(dialog.send_button, Key.Key_Return)
    screen.wait("finished")
    assert [received.prompt for received in server.completions[before:]] == [SICK]
    assert screen.cell(STATES) == f"ok {CASES}"


def test_one_case_is_sent_and_a_wrong_key_is_said(screen: Screen, server: LoopbackServer) -> None:
    screen.add_suite()
    screen.add_run(model_at(server.base_url))
    screen.go()
    dialog = asked(screen)
    assert not dialog.case.isVisible()
    choose(dialog, What.CASE)
    dialog.send()
    assert "is missing" in dialog.form.problem(dialog.case)
    dialog.case.setText("case-999")
    says(screen, dialog, "has no case 'case-999'")
    assert not dialog.send_button.isEnabled()
    dialog.case.setText("case-003")
    says(screen, dialog, "1 request.")
    dialog.send()
    screen.wait("stopped")
    assert screen.cell(BAR) == f"1 of {CASES}"
    assert f"{CASES - 1} requests have no response yet" in screen.page.detail.message.text()
    assert [received.prompt for received in server.completions] == [SICK]


def test_a_case_that_is_given_is_chosen(screen: Screen, server: LoopbackServer) -> None:
    screen.add_suite()
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    assert page.current is not None
    dialog = send_run(screen.session, page.current, screen.window, CaseKey("case-003"))
    screen.settle()
    assert (dialog.what.currentData(), dialog.case.text()) == (What.CASE, "case-003")
    dialog.reject()


def test_a_case_is_asked_again_from_review(screen: Screen, server: LoopbackServer) -> None:
    screen.start(server)
    screen.wait("finished")
    screen.window.commands["runs.review"].trigger()
    screen.settle()
    page = screen.window.pages["review"]
    assert isinstance(page, ReviewPage)
    server.default = say("Otherwise.")
    screen.window.commands["review.ask_again"].trigger()
    dialog = shown(screen)
    assert (dialog.case.text(), dialog.again.isChecked()) == ("case-000", True)
    says(screen, dialog, "1 request.")
    dialog.send()
    screen.qtbot.waitUntil(lambda: page.left.text.toPlainText() == "Otherwise.", timeout=WAIT_MS)
    assert page.left.title.text().endswith("asked again (Shift+E)")
    screen.settle()
    screen.window.commands["review.forerunners"].trigger()
    before = dialog_in_front()
    assert isinstance(before, Forerunners)
    assert before.text.toPlainText().endswith("You said: What about case-000?")
    before.reject()
    screen.window.commands["review.next"].trigger()
    screen.settle()
    screen.window.commands["review.forerunners"].trigger()
    assert "asked for once" in screen.window.notices.text


def test_more_repeats_extend_the_run(screen: Screen, server: LoopbackServer) -> None:
    screen.start(server)
    screen.wait("finished")
    dialog = asked(screen)
    says(screen, dialog, "nothing to send")
    assert not dialog.send_button.isEnabled()
    dialog.repeats.setText("0")
    says(screen, dialog, "The number of repeats is a whole number from 1")
    dialog.repeats.setText("3")
    says(screen, dialog, f"{2 * CASES} requests.")
    dialog.send()
    screen.qtbot.waitUntil(lambda: screen.cell(BAR) == f"{3 * CASES} of {3 * CASES}", timeout=WAIT_MS)
    screen.wait("finished")
    assert set(server.prompts().values()) == {3}


def test_equal_requests_of_other_runs_are_taken_over(screen: Screen, server: LoopbackServer) -> None:
    screen.start(server)
    screen.wait("finished")
    screen.add_run(model_at(server.base_url), "again")
    screen.page.table.selectRow(0)
    dialog = asked(screen)
    dialog.reuse.setChecked(True)
    says(screen, dialog, f"{CASES} requests.")
    dialog.send()
    screen.wait("finished")
    assert screen.cell(BAR) == f"{CASES} of {CASES}"
    assert len(server.completions) == CASES


def test_a_price_is_said_beforehand_and_a_budget_stops_the_run_and_is_kept(
    screen: Screen, server: LoopbackServer
) -> None:
    server.default = say("Yes.")  # 3 tokens sent and 2 received each
    screen.add_suite(200)
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    dialog = asked(screen)
    dialog.terms.most_spend.setText("5")
    dialog.send()
    assert "without a price" in dialog.form.problem(dialog.terms.most_spend)
    dialog.terms.price_sent.setText("100000")
    dialog.terms.price_received.setText("50000")
    dialog.terms.most_spend.setText("2")
    says(screen, dialog, "Price: 100 for what is sent.")
    dialog.send()
    screen.wait("stopped")
    stored = sum(line.stored for line in page.model.lines)
    assert 5 <= stored < 200  # 0.4 each; what came with the same commit is there too
    assert "budget of 2 is used up" in page.detail.message.text()
    # the budget goes with the run: F5 keeps to it too
    screen.window.commands["runs.resume"].trigger()
    screen.qtbot.waitUntil(lambda: page.model.lines[0].stored > stored, timeout=WAIT_MS)
    screen.wait("stopped")
    again = asked(screen)
    screen.qtbot.waitUntil(lambda: again.terms.most_spend.text() == "2", timeout=WAIT_MS)
    assert again.terms.price_sent.text() == "100000"
    again.reject()


def test_terms_come_back_as_they_were_kept(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w.sqlite", create=True)
    terms = Terms(Pace(60.0, 1e6), Budget(1.25, 10.0, 5000, 2.5), 60.0)
    assert terms_of(workspace, 1) == Terms()
    keep_terms(workspace, 1, terms)
    assert terms_of(workspace, 1) == terms
    workspace.close()


def test_a_new_run_says_its_price(screen: Screen, server: LoopbackServer) -> None:
    dialog = new_run(screen, server)
    dialog.terms.price_sent.setText("1000")
    screen.qtbot.waitUntil(lambda: "Price: 0.1 for what is sent." in dialog.requests.text(), timeout=WAIT_MS)
    dialog.terms.rpm.setText("0")
    dialog.start()
    assert "must be more than 0" in dialog.form.problem(dialog.terms.rpm)
    assert dialog.isVisible()
    dialog.reject()


def new_run(screen: Screen, server: LoopbackServer) -> NewRunDialog:
    screen.add_suite()
    screen.add_run(model_at(server.base_url), "first")
    screen.go()
    screen.window.commands["runs.new"].trigger()
    screen.settle()
    dialog = dialog_in_front()
    assert isinstance(dialog, NewRunDialog)
    screen.settle()
    dialog.version.version_choice.setCurrentIndex(1)
    screen.settle()
    return dialog


def test_a_run_goes_by_way_of_batch_files(screen: Screen, server: LoopbackServer, tmp_path: Path) -> None:
    dialog = new_run(screen, server)
    dialog.name.setText("by batch")
    dialog.store_button.click()
    screen.settle()
    page = screen.page
    assert screen.cell(STATUS) == "not started"
    assert "nothing was sent" in screen.window.notices.text
    out, back = tmp_path / "requests.jsonl", tmp_path / "results.jsonl"
    screen.window.commands["runs.batch_save"].trigger()
    chosen(screen).fileSelected.emit(str(out))
    screen.settle()
    assert f"{CASES} requests in the batch format of openai" in screen.window.notices.text
    requests = [json.loads(line) for line in out.read_text().splitlines()]
    body = completion("Yes.")
    answers = [
        {"custom_id": each["custom_id"], "response": {"status_code": 200, "body": body}} for each in requests[:15]
    ]
    back.write_text("".join(f"{json.dumps(line)}\n" for line in [*answers, answers[0], {"no": "id"}]))
    screen.window.commands["runs.batch_read"].trigger()
    chosen(screen).filesSelected.emit([str(back)])
    screen.settle()
    assert "15 responses stored in the run by batch; 5 still missing." in screen.window.notices.text
    box = dialog_in_front()
    assert isinstance(box, QMessageBox)
    assert box.text() == "2 lines of the results were not stored."
    assert "a second answer" in box.informativeText()
    box.reject()
    screen.wait("stopped")
    assert screen.cell(BAR) == f"15 of {CASES}"
    assert not server.completions
    assert page.detail.message.text() == "5 requests have no answer in the batch files read so far."


def chosen(screen: Screen) -> QFileDialog:
    dialog = dialog_in_front()
    assert isinstance(dialog, QFileDialog)
    dialog.hide()
    return dialog


def test_a_run_whose_endpoint_goes_away_waits_and_says_so(
    screen: Screen, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold, "FIRST_TRY_S", 1000.0)
    down = error(503, "Overloaded.")
    server.script(*[echo] * 4)
    server.default = down
    screen.add_suite(60)
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    screen.press(page.table, Key.Key_F5)
    screen.qtbot.waitUntil(lambda: screen.cell(STATUS) == "waiting", timeout=WAIT_MS)
    assert (screen.cell(RATE), screen.cell(LEFT)) == ("", "")
    assert "requests all failed" in page.detail.message.text()
    assert page.detail.message.text().endswith("F7 tries at once.")
    assert page.detail.buttons["runs.pause"].text() == "Try now"
    server.default = echo
    screen.press(page.table, Key.Key_F7)
    screen.wait("finished")
    assert screen.cell(STATES) == "ok 60"


def test_an_imported_run_is_not_sent(screen: Screen, server: LoopbackServer) -> None:
    screen.start(server)
    screen.wait("finished")
    screen.set_status(RunStatus.IMPORTED)
    for command in ("runs.send", "runs.batch_save", "runs.batch_read", "runs.resume"):
        screen.window.notices.show_notice("")
        screen.window.commands[command].trigger()
        assert "was imported and has no endpoint" in screen.window.notices.text
    assert not screen.page.detail.buttons["runs.send"].isEnabled()


def test_the_boxes_have_keys(screen: Screen, server: LoopbackServer) -> None:
    screen.add_suite()
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    assert page.current is not None
    dialog = send_run(screen.session, page.current, screen.window, CaseKey("case-003"))
    screen.settle()
    dialog.activateWindow()
    screen.qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT_MS)
    assert dialog.again.isChecked()
    QTest.keyClick(dialog, Key.Key_F, Qt.KeyboardModifier.AltModifier)
    screen.qtbot.waitUntil(lambda: not dialog.again.isChecked(), timeout=WAIT_MS)
    QTest.keyClick(dialog, Key.Key_U, Qt.KeyboardModifier.AltModifier)
    screen.qtbot.waitUntil(dialog.reuse.isChecked, timeout=WAIT_MS)
    QTest.keyClick(dialog, Key.Key_Escape)
    assert dialog_in_front() is None
    assert not server.completions


def test_two_runs_go_at_once_and_each_has_its_own_responses(screen: Screen, server: LoopbackServer) -> None:
    server.default = slow
    screen.add_suite()
    for name in ("one", "two"):
        screen.add_run(model_at(server.base_url, concurrency=3), name)
    page = screen.go()
    for row in (0, 1):
        page.table.selectRow(row)
        screen.window.commands["runs.resume"].trigger()
    screen.qtbot.waitUntil(lambda: [screen.cell(STATUS, row) for row in (0, 1)] == ["running"] * 2, timeout=WAIT_MS)
    assert server.wait_for_completions(3)
    # one gate for both: no more than three at once reach the endpoint, and the one can be cancelled alone
    screen.qtbot.wait(200)
    assert len(server.completions) == 3
    page.table.selectRow(0)
    screen.window.commands["runs.cancel"].trigger()
    screen.qtbot.waitUntil(lambda: screen.cell(STATUS) == "cancelled", timeout=WAIT_MS)
    assert screen.cell(STATUS, 1) == "running"
    server.default = echo
    server.released.set()
    screen.wait("finished", 1)
    screen.window.commands["runs.resume"].trigger()
    screen.wait("finished")
    assert [screen.cell(STATES, row) for row in (0, 1)] == [f"ok {CASES}"] * 2


def test_a_run_that_is_really_being_sent_is_not_deleted_in_any_way(screen: Screen, server: LoopbackServer) -> None:
    """Neither itself nor its suite nor its cases: a sentence says why, and the run ends with all its responses."""
    told: list[str] = []
    screen.session.notice.connect(told.append)
    server.default = slow
    page = screen.start(server)
    screen.qtbot.waitUntil(lambda: screen.cell(STATUS) == "running", timeout=WAIT_MS)
    assert server.wait_for_completions(2)
    screen.press(page.table, Key.Key_Delete)
    assert told[-1] == "r is under way. Cancel it first (Esc), then delete it."
    screen.window.show_page("cases")
    command = screen.window.commands
    cases = screen.window.pages["cases"]
    assert isinstance(cases, CasesPage)
    screen.qtbot.waitUntil(lambda: cases.list.model.rowCount() == CASES, timeout=WAIT_MS)
    cases.list.table.selectRow(0)
    for start in ("cases.delete", "cases.delete_suite"):
        screen.window.notices.hide()
        command[start].trigger()
        if start == "cases.delete_suite":
            dialog = screen.window.findChild(DeleteDialog)
            assert dialog is not None
            screen.qtbot.waitUntil(dialog.delete.isEnabled, timeout=WAIT_MS)
            dialog.delete.click()
        screen.qtbot.waitUntil(screen.window.notices.isVisible, timeout=WAIT_MS)
        assert screen.window.notices.text.startswith("The run r is being sent. Stop it first"), start
    server.default = echo
    server.released.set()
    screen.window.show_page("runs")
    screen.wait("finished")
    assert screen.cell(STATES) == f"ok {CASES}"
    assert screen.session.tasks.database_call(lambda: bin_items(screen.session.workspace)) == []
    command["runs.delete"].trigger()
    screen.settle()
    assert page.model.rowCount() == 0
    assert screen.session.tasks.database_call(lambda: first_misfit(screen.session.workspace)) is None
    command["file.undelete"].trigger()
    screen.settle()
    assert screen.cell(STATES) == f"ok {CASES}"
