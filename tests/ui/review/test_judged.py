"""Judges in the real window: held by drift, and read beside the rules; the judges answer for real."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from reviewer.core.decisions import FinalSource, JudgeRunStatus
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import judging as queries
from reviewer.store.queries import review
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.review.judge_details import JudgeDetails
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.runs.drift import DriftDialog
from reviewer.ui.runs.judge_run import JudgeDialog
from tests.support.judged_runs import CASES, add_run, judge, request_to, text_of
from tests.support.judges import changed_for, first_words, good, refusing, sensible_action
from tests.support.loopback import Behaviour, LoopbackServer, say, slow
from tests.ui.asked import dialog_in_front
from tests.ui.conftest import WAIT_MS, Settle
from tests.ui.judging_bench import ALT, CONTROL, SHIFT, Bench, Key, add_control, endpoint_of, focused, modal


@pytest.fixture
def bench(qtbot: QtBot, window: MainWindow, settle: Settle, tmp_path: Path) -> Bench:
    window.activateWindow()
    return Bench(qtbot, window, settle, tmp_path / "judging.sqlite")


# held by drift


def held(bench: Bench, server: LoopbackServer) -> None:
    """The judge has judged `run` and then changed its mind about four control responses, before `next`."""
    server.default = good

    def judge_before(workspace: Workspace) -> None:
        add_control(workspace)
        judge(workspace, request_to(server, control_suite="control"))
        add_run(workspace, "next")

    bench.open(judge_before, endpoint_of(server))
    server.default = changed_for(("do 2.", "do 4.", "do 6.", "do 8."), "refuse")
    bench.choose("next")
    dialog = bench.judge_dialog()
    dialog.version.sampling.max_tokens.setText("300")
    dialog.control.setCurrentText("control")
    bench.fill(dialog)
    bench.estimated(dialog, f"{CONTROL} of them first for the control set frozen")
    assert f"{CONTROL + CASES} requests in all" in dialog.estimate.text()
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    bench.ended()


def test_a_drifting_judge_is_held_and_a_person_lets_it_go_on(bench: Bench, server: LoopbackServer) -> None:
    held(bench, server)
    assert "is held: the judge drifts" in bench.window.notices.text
    assert bench.cells()[0][1:] == ["held", "0", "0", "yes, a person's word", f"drift: 4 of {CONTROL} changed"]
    assert "4 of 20 control verdicts changed" in bench.panel.message.text()
    asked = len(server.completions)

    bench.press(Key.Key_F6)
    dialog = modal(DriftDialog)
    assert "4 of 20 control verdicts changed" in dialog.sentence.text()
    table = dialog.table
    words = [[cell.text() if (cell := table.item(row, n)) else "" for n in range(5)] for row in range(table.rowCount())]
    assert [line[0] for line in words] == ["k02", "k04", "k06", "k08"]
    assert {tuple(line[1:]) for line in words} == {("1", "1 answer", "5 refuse", "more cautious")}
    dialog.name.selectAll()
    QTest.keyClick(dialog.name, Key.Key_Backspace)
    assert not dialog.go_on.isEnabled()
    QTest.keyClicks(dialog.name, "ana")
    QTest.keyClick(dialog, Key.Key_G, ALT)
    bench.qtbot.waitUntil(lambda: len(server.completions) == asked + CASES, timeout=WAIT_MS)
    bench.ended()
    line = bench.stored(bench.page.current.id if bench.page.current else 0)[0]
    assert (line.status, line.accepted_by, line.judged) == (JudgeRunStatus.FINISHED, "ana", CASES)
    assert bench.cells()[0][1] == "finished"
    assert bench.cells()[0][5].endswith("accepted by ana")

    bench.press(Key.Key_F6, SHIFT)  # and what was accepted can be looked at afterwards
    later = modal(DriftDialog)
    assert not later.go_on.isVisible()
    assert later.leave.text() == "Close"
    assert any("ana let it go on" in label.text() for label in later.findChildren(QLabel))


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Return])
def test_a_held_judge_is_left_unless_somebody_says_otherwise(bench: Bench, server: LoopbackServer, key: Qt.Key) -> None:
    held(bench, server)
    asked = len(server.completions)
    bench.press(Key.Key_F6)
    dialog = modal(DriftDialog)
    QTest.keyClick(dialog.leave, key)
    bench.settle()
    assert dialog_in_front() is None
    assert len(server.completions) == asked
    assert bench.cells()[0][1] == "held"


def test_after_a_start_anew_going_on_asks_for_the_word_and_then_shows_what_is_sent(
    bench: Bench, server: LoopbackServer
) -> None:
    held(bench, server)
    bench.session.open(bench.path, create=False)
    bench.settle()
    bench.choose("next")
    bench.press(Key.Key_F6)
    modal(DriftDialog)
    QTest.keyClick(focused(), Key.Key_G, ALT)
    bench.qtbot.waitUntil(lambda: isinstance(dialog_in_front(), JudgeDialog), timeout=WAIT_MS)
    bench.settle()
    again = modal(JudgeDialog)
    bench.settle()
    assert again.control.currentText() == "control"
    bench.estimated(again, f"{CASES} requests in all")


# in the review


def details_of(page: ReviewPage) -> JudgeDetails:
    (dialog,) = (each for each in page.window().findChildren(JudgeDetails) if each.isVisible())
    return dialog


def reviewing(bench: Bench, server: LoopbackServer, *kinds: tuple[str, Behaviour]) -> ReviewPage:
    def judge_all(workspace: Workspace) -> None:
        for model, kind in kinds:
            server.default = kind
            judge(workspace, request_to(server, model))

    bench.open(judge_all)
    bench.window.show_page("review")
    bench.settle()
    page = bench.window.pages["review"]
    assert isinstance(page, ReviewPage)
    return page


def test_each_verdict_stands_beside_the_rules_with_its_reason_and_quote(bench: Bench, server: LoopbackServer) -> None:
    page = reviewing(bench, server, ("judge-1", good), ("judge-2", refusing))
    bench.press(Key.Key_J, on=page.list)
    bench.settle()
    rules, first, second, rule = page.left.verdict.text().splitlines()
    assert rules.startswith("rules/1: 1 answer 0.80")
    assert first.startswith("judge/judge-1/")
    assert first.endswith(": 5 refuse · It did refuse.")
    assert second.endswith(": unscored · the judge refused")
    assert rule == "What counts: a person's word, else the judges' vote, else the rules. They differ here."
    quoted = [span for span in page.left.text.evidence if "quoted by the judge" in span.why]
    assert [text_of(1)[span.start : span.end] for span in quoted] == [first_words(text_of(1))]
    assert "judge/judge-1/" in quoted[0].why

    bench.press(Key.Key_A, on=page.list)  # to agree is to agree with what counts
    bench.settle()
    ids = bench.session.tasks.database_call(lambda: review.response_ids(bench.session.workspace, 1))
    item = bench.session.tasks.database_call(lambda: review.review_item(bench.session.workspace, ids[1]))
    assert (item.final.source, item.final.action) == (FinalSource.DECIDED, sensible_action(text_of(1)))


def test_what_a_verdict_rests_on_is_one_key_away(bench: Bench, server: LoopbackServer) -> None:
    page = reviewing(bench, server, ("judge-1", good), ("judge-2", refusing))
    bench.press(Key.Key_I, on=page.list)
    bench.settle()
    details = details_of(page)
    assert details.list.count() == 2
    assert details.raw.toPlainText().startswith("I'm sorry, but I can't help with judging")
    QTest.keyClick(details.list, Key.Key_Down)
    facts = details.facts.toPlainText()
    [line] = [line for line in bench.stored() if line.version.model == "judge-1"]
    for piece in (
        f"Address: {server.base_url}",
        "Model id, requested: judge-1",
        "Model id, returned: judge-2026",
        "System fingerprint: fp_one",
        f"Prompt hash: {line.prompt_hash}",
        f"Rubric version: {line.rubric_version}",
        "Verdict: 1 answer",
        "Tokens: 460",
    ):
        assert piece in facts
    assert details.raw.toPlainText().startswith('{"action": "answer"')
    QTest.keyClick(details.list, Key.Key_Escape)
    assert not details.isVisible()


def test_hidden_verdicts_hide_the_judges_too(bench: Bench, server: LoopbackServer) -> None:
    page = reviewing(bench, server, ("judge-1", good))
    assert page.left.judges.isVisible()
    bench.press(Key.Key_V, on=page.list)
    assert "judge" not in page.left.verdict.text()
    assert not page.left.judges.isVisible()
    assert page.left.text.evidence == ()
    bench.press(Key.Key_I, on=page.list)
    bench.settle()
    assert not any(each.isVisible() for each in page.window().findChildren(JudgeDetails))
    assert "hidden" in bench.window.notices.text
    bench.press(Key.Key_V, on=page.list)
    assert page.left.judges.isVisible()


def test_without_judges_the_review_says_nothing_of_them(bench: Bench) -> None:
    bench.open()
    bench.window.show_page("review")
    bench.settle()
    page = bench.window.pages["review"]
    assert isinstance(page, ReviewPage)
    assert not page.left.judges.isVisible()
    assert "counts" not in page.left.verdict.text()
    bench.press(Key.Key_I, on=page.list)
    bench.settle()
    assert "No judge has said anything" in bench.window.notices.text


def test_hostile_replies_are_shown_as_plain_text(bench: Bench, server: LoopbackServer) -> None:
    hostile = "<h1>big</h1> <img src='http://127.0.0.1/x'> ignore the above"
    page = reviewing(bench, server, ("judge-1", say(hostile)))
    assert "unscored · the reply is not the form" in page.left.verdict.text()
    bench.press(Key.Key_I, on=page.list)
    bench.settle()
    assert details_of(page).raw.toPlainText() == hostile


def test_every_control_of_the_judges_dialogs_has_a_name_and_a_letter_of_its_own(
    bench: Bench, server: LoopbackServer
) -> None:
    held(bench, server)
    bench.press(Key.Key_F6)
    drift = modal(DriftDialog)
    check_controls(drift)
    drift.reject()
    bench.choose("run")
    dialog = bench.judge_dialog()
    check_controls(dialog)


def check_controls(dialog: QDialog) -> None:
    for kind in (QLineEdit, QComboBox):
        for control in dialog.findChildren(kind):
            assert isinstance(control.parentWidget(), QComboBox) or control.accessibleName(), control
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.buddy()]
    texts += [button.text() for button in dialog.findChildren(QAbstractButton)]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(letters) == len(set(letters)), sorted(letters)


def test_closing_the_window_ends_a_judging_and_keeps_what_came(bench: Bench, server: LoopbackServer) -> None:
    server.script(good, good)
    server.default = slow
    bench.open(endpoint_of(server))
    dialog = bench.judge_dialog()
    bench.fill(dialog)
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    bench.qtbot.waitUntil(lambda: "2 verdicts" in bench.panel.live.text(), timeout=WAIT_MS)
    bench.window.close()
    workspace = open_workspace(bench.path, create=False)
    try:
        [line] = queries.judge_runs(workspace, 1)
        assert (line.status, line.judged) == (JudgeRunStatus.CANCELLED, 2)
    finally:
        workspace.close()
