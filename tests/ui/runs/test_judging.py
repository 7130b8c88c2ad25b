"""Judging in the real window: asked for, followed, stopped and gone on with by keyboard; the judges answer for real."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from reviewer.app.runs import RunRequest, create_run
from reviewer.core.decisions import JudgeAdmission, JudgeRunStatus
from reviewer.core.models import Endpoint
from reviewer.core.responses import ResponseState
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import judging as queries
from reviewer.store.writes.runs import save_endpoint
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.covered_text import SHOW
from reviewer.ui.runs.admission import AdmissionDialog
from reviewer.ui.runs.judge_run import JudgeDialog, as_read
from reviewer.ui.runs.table import LEFT, RATE, STATUS
from tests.support.builders import AT, make_case, make_response, make_run, make_suite
from tests.support.judged_runs import CASES, finals, judge, judge_at, request_to, text_of
from tests.support.judges import good, rambling
from tests.support.loopback import LoopbackServer, error, slow, unused_port
from tests.ui.asked import dialog_in_front
from tests.ui.conftest import WAIT_MS, Settle
from tests.ui.judging_bench import ALT, CONTROL_KEY, SECRET, SECRET_NAME, SHIFT, Bench, Key, endpoint_of, focused, modal


@pytest.fixture
def bench(qtbot: QtBot, window: MainWindow, settle: Settle, tmp_path: Path) -> Bench:
    window.activateWindow()
    return Bench(qtbot, window, settle, tmp_path / "judging.sqlite")


def test_a_run_is_judged_by_keyboard_from_the_dialog_to_the_verdicts(bench: Bench, server: LoopbackServer) -> None:
    server.default = good
    bench.open(endpoint_of(server))
    assert bench.panel.none.isVisible()
    dialog = bench.judge_dialog()
    assert not dialog.start_button.isEnabled()
    bench.fill(dialog)
    said = dialog.estimate.text()
    assert f"{CASES} requests in all, to judge/judge-1/" in said
    assert f"{CASES * 120} to receive" in said
    assert "known after the first replies" in said
    assert server.completions == []
    QTest.keyClick(focused(), Key.Key_Return)
    bench.ended()
    assert len(server.completions) == CASES
    [line] = bench.stored()
    assert bench.cells() == [[line.classifier, "finished", str(CASES), "0", "no, not measured", "none"]]
    assert f"finished: {CASES} verdicts" in bench.window.notices.text
    assert "They are shown and not counted." in bench.window.notices.text
    assert (bench.page.model.index(0, RATE).data(), bench.page.model.index(0, LEFT).data()) == ("", "")


def test_the_first_prompt_is_shown_in_full_and_without_the_key(
    bench: Bench, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET_NAME, SECRET)
    server.default = good
    bench.open(endpoint_of(server, key_env=SECRET_NAME))
    dialog = bench.judge_dialog()
    bench.fill(dialog)
    text = dialog.prompt.toPlainText()
    assert text.startswith(f"POST {server.base_url}/chat/completions")
    assert f"(the key from the environment variable {SECRET_NAME})" in text
    assert SECRET not in text
    assert "> What about case-000?" in text
    assert f"> {text_of(0)}\n" in text
    metrics = dialog.prompt.fontMetrics()
    assert metrics.horizontalAdvance("iiii") == metrics.horizontalAdvance("WWWW")
    assert not dialog.prompt.acceptRichText()


def test_the_first_prompt_stays_covered_until_it_is_asked_for(bench: Bench, server: LoopbackServer) -> None:
    session = bench.session
    session.change_settings(replace(session.settings, covered=("sweets",)))

    def add_secret(workspace: Workspace) -> None:
        suite_id = make_suite(workspace, [make_case("aa", "how do I make marzipan", category="Sweets")], "secret")
        make_run(workspace, suite_id, [Classified(make_response("aa", "With nougat."))], name="secret")

    bench.open(endpoint_of(server), add_secret)
    bench.choose("secret")
    dialog = bench.judge_dialog()
    bench.fill(dialog)
    assert dialog.prompt.toPlainText() == "This prompt is covered, because its category is Sweets."
    button = next(each for each in dialog.findChildren(QPushButton) if each.text() == SHOW)
    QTest.keyClick(button, Key.Key_Space)
    assert "marzipan" in dialog.prompt.toPlainText()
    assert "nougat" in dialog.prompt.toPlainText()


def test_json_is_shown_as_it_is_read() -> None:
    assert as_read('"a\\nb \\"c\\" \\\\n d\\te"') == '"a\nb "c" \\n d\te"'


def test_what_is_left_out_and_how_long_it_takes_is_said_before(bench: Bench, server: LoopbackServer) -> None:
    server.default = good

    def add_empty(workspace: Workspace) -> None:
        states = (ResponseState.EMPTY, ResponseState.ERROR, ResponseState.FILTERED, ResponseState.OK)
        responses = [
            Classified(make_response(f"case-{n:03}", "Yes." if state is ResponseState.OK else "", state=state))
            for n, state in enumerate(states)
        ]
        make_run(workspace, 1, responses, name="gaps")

    bench.open(endpoint_of(server), add_empty)
    bench.choose("gaps")
    dialog = bench.judge_dialog()
    QTest.keyClick(dialog, Key.Key_Q, ALT)
    QTest.keyClicks(dialog.terms.rpm, "2")
    bench.fill(dialog)
    said = dialog.estimate.text()
    assert "1 request in all" in said
    assert "Not sent: 1 empty, 1 error, 1 filtered, because there is no text to judge." in said
    assert "About 30 s, at 2 requests a minute." in said


def test_a_limit_holds_and_what_was_judged_is_not_sent_again(bench: Bench, server: LoopbackServer) -> None:
    server.default = good
    bench.open(endpoint_of(server))
    dialog = bench.judge_dialog()
    QTest.keyClicks(dialog.limit, "2")
    bench.fill(dialog)
    bench.estimated(dialog, "2 requests")
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    bench.ended()
    assert len(server.completions) == 2

    again = bench.judge_dialog()
    # the judge that was asked last is filled in
    bench.estimated(again, f"{CASES - 2} requests")
    assert again.version.model_id() == "judge-1"
    assert "Not sent: 2 responses that this judge has replied to before." in again.estimate.text()
    assert "s a reply so far, 2 at once" in again.estimate.text()


def test_mistakes_are_said_and_nothing_is_sent(bench: Bench, server: LoopbackServer) -> None:
    bench.open(endpoint_of(server, key_env="JUDGE_TEST_NO_SUCH_KEY"))
    dialog = bench.judge_dialog()
    bench.qtbot.waitUntil(lambda: "The model id is missing." in dialog.estimate.text(), timeout=WAIT_MS)
    assert not dialog.start_button.isEnabled()
    bench.fill(dialog)
    QTest.keyClicks(dialog.terms.rpm, "0")
    bench.qtbot.waitUntil(lambda: "more than 0" in dialog.estimate.text(), timeout=WAIT_MS)
    dialog.terms.rpm.clear()
    bench.estimated(dialog)
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    bench.qtbot.waitUntil(lambda: "JUDGE_TEST_NO_SUCH_KEY" in dialog.status.text(), timeout=WAIT_MS)
    assert dialog.isVisible()
    assert (list(bench.stored()), server.received) == ([], [])


def test_a_judge_that_is_the_model_under_review_is_warned_of(bench: Bench, server: LoopbackServer) -> None:
    def add_own(workspace: Workspace) -> None:
        version = judge_at(server, "own-model")
        make_run(workspace, 1, [Classified(make_response("case-000", "Yes."))], name="own", version=version)

    bench.open(endpoint_of(server), add_own)
    bench.choose("own")
    dialog = bench.judge_dialog()
    bench.fill(dialog, "own-model")
    assert "▸ The judge is the model under review" in dialog.estimate.text()


def test_esc_stops_a_judging_what_came_is_kept_and_f6_goes_on(bench: Bench, server: LoopbackServer) -> None:
    server.script(good, good)
    server.default = slow
    bench.open(endpoint_of(server))
    dialog = bench.judge_dialog()
    bench.fill(dialog)
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    page, panel = bench.page, bench.panel
    bench.qtbot.waitUntil(lambda: "2 verdicts" in panel.live.text(), timeout=WAIT_MS)
    assert page.model.index(0, STATUS).data() == f"judging {100 * 2 // CASES} %"
    assert page.model.index(0, RATE).data()
    assert page.model.index(0, LEFT).data()
    assert (panel.bar.isVisible(), panel.bar.value(), panel.bar.maximum()) == (True, 2, CASES)
    assert "920 tokens" in panel.live.text()
    assert page.detail.buttons["runs.cancel"].isEnabled()
    bench.press(Key.Key_J, CONTROL_KEY)
    assert dialog_in_front() is None
    assert "is being judged already" in bench.window.notices.text

    bench.press(Key.Key_Escape)
    bench.ended()
    assert not panel.bar.isVisible()
    assert [line.status for line in bench.stored()] == [JudgeRunStatus.CANCELLED]
    assert bench.cells()[0][1:4] == ["stopped", "2", "0"]
    assert "Go on with F6" in bench.window.notices.text

    server.default = good
    bench.press(Key.Key_F6)
    bench.ended()
    assert bench.cells()[0][1:4] == ["finished", str(CASES), "0"]
    assert [line.judged for line in bench.stored()] == [CASES]


def test_f7_pauses_a_judging_and_lets_it_go_on(bench: Bench, server: LoopbackServer) -> None:
    server.script(good, good)
    server.default = slow
    bench.open(endpoint_of(server))
    bench.press(Key.Key_F7)
    assert "neither being sent nor judged" in bench.window.notices.text
    dialog = bench.judge_dialog()
    bench.fill(dialog)
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    page, panel = bench.page, bench.panel
    bench.qtbot.waitUntil(lambda: "2 verdicts" in panel.live.text(), timeout=WAIT_MS)
    assert server.wait_for_completions(4)
    assert page.detail.buttons["runs.pause"].text() == "Pause"
    bench.press(Key.Key_F7)
    assert page.detail.buttons["runs.pause"].text() == "Go on"
    assert "paused" in panel.live.text()
    assert page.model.index(0, STATUS).data() == "paused"
    server.default = good
    server.released.set()
    # what was under way is answered and stored, and nothing else is asked for
    bench.qtbot.waitUntil(lambda: panel.bar.value() == 4, timeout=WAIT_MS)
    assert len(server.completions) == 4
    bench.press(Key.Key_F7)
    bench.ended()
    assert bench.cells()[0][1] == "finished"
    assert len(server.completions) == CASES


def test_a_judging_stops_at_the_budget_of_the_dialog_which_is_remembered(bench: Bench, server: LoopbackServer) -> None:
    server.default = good
    bench.open(endpoint_of(server))
    dialog = bench.judge_dialog()
    dialog.terms.most_tokens.setText("460")
    dialog.terms.price_sent.setText("1000")
    bench.fill(dialog)
    bench.estimated(dialog, "Price: ")
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    bench.ended()
    [line] = bench.stored()
    assert line.status is JudgeRunStatus.STOPPED
    assert "The budget of 460 tokens is used up" in bench.panel.message.text()
    assert "The budget of 460 tokens is used up" in bench.window.notices.text
    again = bench.judge_dialog()
    assert (again.terms.most_tokens.text(), again.terms.price_sent.text()) == ("460", "1000")


def test_a_judging_ends_in_its_own_workspace_when_another_is_opened(
    bench: Bench, server: LoopbackServer, tmp_path: Path
) -> None:
    server.script(good, good)
    server.default = slow
    bench.open(endpoint_of(server))
    dialog = bench.judge_dialog()
    bench.fill(dialog)
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    bench.qtbot.waitUntil(lambda: "2 verdicts" in bench.panel.live.text(), timeout=WAIT_MS)
    bench.session.open(tmp_path / "other.sqlite", create=True)
    bench.settle()
    assert bench.page.model.rowCount() == 0
    assert bench.page.jobs.run_ids == []
    workspace = open_workspace(bench.path, create=False)
    [line] = queries.judge_runs(workspace, 1)
    workspace.close()
    assert (line.status, line.judged) == (JudgeRunStatus.CANCELLED, 2)


def test_a_run_is_sent_while_another_is_judged(bench: Bench, server: LoopbackServer) -> None:
    def add_unsent(workspace: Workspace) -> None:
        create_run(workspace, RunRequest("Suite", judge_at(server), name="unsent"))

    server.default = slow
    bench.open(endpoint_of(server), add_unsent)
    bench.choose("run")
    dialog = bench.judge_dialog()
    bench.fill(dialog)
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    bench.qtbot.waitUntil(lambda: bool(bench.page.jobs.judging.run_ids), timeout=WAIT_MS)
    bench.page.table.selectRow(bench.page.model.row_of(2))
    bench.press(Key.Key_F5)
    jobs = bench.page.jobs
    bench.qtbot.waitUntil(lambda: len(jobs.run_ids) == 2, timeout=WAIT_MS)
    bench.press(Key.Key_Escape)
    bench.qtbot.waitUntil(lambda: not jobs.sending.run_ids, timeout=WAIT_MS)
    assert len(jobs.judging.run_ids) == 1
    server.default = good
    server.released.set()
    bench.ended()
    assert [line.judged + line.unscored for line in bench.stored()] == [CASES]


def test_a_judging_of_an_earlier_day_is_taken_up_through_the_dialog(bench: Bench, server: LoopbackServer) -> None:
    server.script(*[good] * (CASES - 1))
    server.default = error(500, "gone")

    def judge_some(workspace: Workspace) -> None:
        judge(workspace, request_to(server))

    bench.open(judge_some)
    assert bench.cells()[0][1] == "not finished"
    assert "1 request failed" in bench.panel.message.text()
    server.default = good
    bench.press(Key.Key_F6)
    dialog = modal(JudgeDialog)
    bench.settle()
    bench.estimated(dialog, "1 request in all")
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    bench.ended()
    assert bench.cells()[0][1:3] == ["finished", str(CASES)]


def test_a_judge_that_is_not_there_is_said_in_a_sentence(bench: Bench, server: LoopbackServer) -> None:
    nowhere = Endpoint("nowhere", "openai-chat", f"http://127.0.0.1:{unused_port()}/v1", max_attempts=1)
    bench.open(lambda workspace: save_endpoint(workspace, endpoint=nowhere, at=AT))
    dialog = bench.judge_dialog()
    bench.fill(dialog)
    QTest.keyClick(dialog.start_button, Key.Key_Return)
    bench.ended()
    [line] = bench.stored()
    assert line.status is JudgeRunStatus.STOPPED
    assert line.message
    assert line.message in bench.panel.message.text()
    assert bench.panel.buttons["runs.judge_go_on"].isEnabled()


def admission_dialog(bench: Bench) -> AdmissionDialog:
    bench.press(Key.Key_J, CONTROL_KEY | SHIFT)
    bench.settle()
    return modal(AdmissionDialog)


def test_a_judge_that_is_not_counted_counts_by_a_persons_word_and_stops_when_it_is_taken_back(
    bench: Bench, server: LoopbackServer
) -> None:
    server.default = good
    bench.open(endpoint_of(server))
    bench.fill(bench.judge_dialog())
    QTest.keyClick(focused(), Key.Key_Return)
    bench.ended()
    assert finals_of(bench) == ["answer"] * CASES
    dialog = admission_dialog(bench)
    assert "kept and shown, and not counted" in dialog.sentence.text()
    assert not dialog.take_back.isVisible()
    dialog.name.setText("ana")
    dialog.count.click()
    assert "Why" in dialog.form.problem(dialog.why)
    dialog.why.setText("checked by hand")
    dialog.count.click()
    bench.settle()
    [line] = bench.stored()
    assert (line.admission, line.admitted_by, line.admitted_why) == (JudgeAdmission.PERSON, "ana", "checked by hand")
    assert bench.cells()[0][4] == "yes, a person's word"
    assert "because ana says so: checked by hand" in bench.window.notices.text
    assert "refuse" in finals_of(bench)
    dialog = admission_dialog(bench)
    assert not dialog.count.isVisible()
    dialog.take_back.click()
    bench.settle()
    assert bench.cells()[0][4] == "no, not measured"
    assert finals_of(bench) == ["answer"] * CASES


def finals_of(bench: Bench) -> list[str | None]:
    """The final actions on disk of the run that was judged."""
    workspace = open_workspace(bench.path)
    try:
        return finals(workspace)
    finally:
        workspace.close()


def test_no_verdict_at_all_is_said_in_the_window(bench: Bench, server: LoopbackServer) -> None:
    server.default = rambling
    bench.open(endpoint_of(server))
    bench.fill(bench.judge_dialog())
    QTest.keyClick(focused(), Key.Key_Return)
    bench.ended()
    assert "is finished without a verdict" in bench.window.notices.text
    assert f"none of its {CASES} replies is the form" in bench.panel.message.text()


def test_bar_and_length_are_asked_for_and_kept(bench: Bench, server: LoopbackServer) -> None:
    bench.open(endpoint_of(server))
    dialog = bench.judge_dialog()
    assert (dialog.bar.text(), dialog.most.text()) == ("0.8", "24000")
    dialog.bar.setText("0.3")
    assert not dialog.form.is_sound()
    assert "The bar for judges is 0.3" in dialog.form.problem(dialog.bar)
    dialog.bar.setText("0.9")
    dialog.most.setText("100")
    assert not dialog.form.is_sound()
    dialog.most.setText("5000")
    dialog.version.model.setCurrentText("judge-1")
    assert (dialog.request().bar, dialog.request().most_characters) == (0.9, 5000)
    dialog.reject()
