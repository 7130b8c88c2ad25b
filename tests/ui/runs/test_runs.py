"""The runs screen in the real window, against a real server on this machine, with key events."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from reviewer.core.changes import Changes
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.runs import RunStatus
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs
from reviewer.store.writes.runs import set_run_status
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.jobs.running import running_of
from reviewer.ui.runs.reclassify import ReclassifyDialog
from reviewer.ui.runs.table import BAR, LEFT, RATE, RUN, STATES, STATUS
from tests.support.builders import ANSWER, REFUSE, fill, make_cases, make_run, make_suite
from tests.support.loopback import LoopbackServer, echo, error, slow, unused_port
from tests.ui.asked import dialog_in_front
from tests.ui.conftest import WAIT_MS, Settle
from tests.ui.runs_screen import CASES, Key, Screen, model_at


@pytest.fixture
def screen(qtbot: QtBot, window: MainWindow, settle: Settle) -> Screen:
    window.activateWindow()
    return Screen(qtbot, window, settle)


def stored_run(path: Path, name: str = "r") -> RunLine:
    """The run as another program sees it in the file."""
    workspace = open_workspace(path, create=False)
    try:
        return runs.run_named(workspace, name)
    finally:
        workspace.close()


def test_without_runs_the_page_says_what_to_do(screen: Screen) -> None:
    page = screen.go()
    assert not page.table.isVisible()
    assert page.model.rowCount() == 0


def test_a_run_goes_from_f5_to_finished(screen: Screen, server: LoopbackServer) -> None:
    screen.add_suite()
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    assert screen.cell(STATUS) == "not started"
    assert page.table.hasFocus()
    screen.press(page.table, Key.Key_F5)
    screen.wait("finished")
    assert screen.cell(BAR) == f"{CASES} of {CASES}"
    assert screen.cell(STATES) == f"ok {CASES}"
    assert (screen.cell(RATE), screen.cell(LEFT)) == ("", "")
    assert set(server.prompts().values()) == {1}
    assert "finished" in screen.window.notices.text
    assert not page.detail.buttons["runs.resume"].isEnabled()


def test_cancel_keeps_what_came_and_resume_sends_the_rest(screen: Screen, server: LoopbackServer) -> None:
    server.script(*[echo] * 8)
    server.default = slow
    page = screen.start(server)
    screen.wait_stored(8)
    assert screen.cell(STATUS) == "running"
    assert page.detail.buttons["runs.cancel"].isEnabled()
    screen.press(page.table, Key.Key_Escape)
    screen.wait("cancelled")
    assert screen.cell(BAR) == f"8 of {CASES}"

    server.default = echo
    before = len(server.completions)
    screen.press(page.table, Key.Key_F5)
    screen.wait("finished")
    assert screen.cell(BAR) == f"{CASES} of {CASES}"
    again = {received.prompt for received in server.completions[before:]}
    assert len(again) == len(server.completions) - before == CASES - 8


def test_a_paused_run_sends_nothing_until_it_goes_on(screen: Screen, server: LoopbackServer) -> None:
    server.script(*[echo] * 4)
    server.default = slow
    page = screen.start(server)
    assert server.wait_for_completions(6)
    screen.press(page.table, Key.Key_F7)
    assert page.detail.buttons["runs.pause"].text() == "Go on"
    assert page.detail.live.text().startswith("paused")
    assert screen.cell(STATUS) == "paused"
    server.default = echo
    server.released.set()
    # what was under way is answered and stored, and nothing else is asked for
    screen.wait_stored(6)
    assert len(server.completions) == 6
    screen.press(page.table, Key.Key_F7)
    screen.wait("finished")
    assert screen.cell(BAR) == f"{CASES} of {CASES}"
    assert set(server.prompts().values()) == {1}
    assert not page.detail.buttons["runs.pause"].isEnabled()


def test_a_paused_run_can_be_cancelled(screen: Screen, server: LoopbackServer) -> None:
    server.default = echo
    screen.add_suite()
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    screen.press(page.table, Key.Key_F7)
    assert "nothing to pause" in screen.window.notices.text
    server.default = slow
    screen.press(page.table, Key.Key_F5)
    assert server.wait_for_completions(2)
    screen.press(page.table, Key.Key_F7)
    screen.press(page.table, Key.Key_Escape)
    screen.wait("cancelled")
    assert server.prompts().total() == 2


def test_the_window_lives_while_a_run_waits_for_its_server(screen: Screen, server: LoopbackServer) -> None:
    server.default = slow
    page = screen.start(server)
    screen.qtbot.waitUntil(lambda: "2 of 2 in flight" in page.detail.live.text(), timeout=WAIT_MS)
    ticks: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(1)
    screen.qtbot.waitUntil(lambda: len(ticks) >= 20, timeout=WAIT_MS)
    timer.stop()
    read: list[int] = []
    screen.session.read(lambda workspace: len(runs.runs(workspace)), read.append)
    screen.qtbot.waitUntil(lambda: read == [1], timeout=WAIT_MS)
    assert screen.cell(STATUS) == "running"
    server.default = echo
    server.released.set()
    screen.wait("finished")


def test_a_run_goes_on_while_another_page_is_shown(screen: Screen, server: LoopbackServer) -> None:
    server.script(echo, echo)
    server.default = slow
    screen.add_suite()
    screen.add_run(model_at(server.base_url, concurrency=1))
    page = screen.go()
    screen.press(page.table, Key.Key_F5)
    screen.wait_stored(2)
    page.set_shown(False)
    server.default = echo
    server.released.set()
    screen.qtbot.waitUntil(lambda: running_of(screen.session).run_ids == [], timeout=WAIT_MS)
    page.set_shown(True)
    screen.wait("finished")
    assert screen.cell(BAR) == f"{CASES} of {CASES}"


def test_several_runs_go_at_once(screen: Screen, server: LoopbackServer) -> None:
    server.default = slow
    screen.add_suite()
    for name in ("one", "two"):
        screen.add_run(model_at(server.base_url), name)
    page = screen.go()
    for row in range(2):
        page.table.selectRow(row)
        screen.press(page.table, Key.Key_F5)
    # both are on one endpoint, which is never asked more than it may be by all of them together
    screen.qtbot.waitUntil(lambda: len(server.completions) == 2, timeout=WAIT_MS)
    screen.qtbot.waitUntil(lambda: len(page.jobs.sending.run_ids) == 2, timeout=WAIT_MS)
    assert len(running_of(screen.session).run_ids) == 2
    page.table.selectRow(1)
    screen.press(page.table, Key.Key_Escape)
    screen.qtbot.waitUntil(lambda: screen.cell(STATUS, 1) == "cancelled", timeout=WAIT_MS)
    assert screen.cell(STATUS, 0) == "running"
    server.default = echo
    server.released.set()
    screen.wait("finished")
    assert screen.cell(BAR, 1) == f"0 of {CASES}"


def test_an_endpoint_that_is_down_shows_the_sentence(screen: Screen) -> None:
    screen.add_suite()
    screen.add_run(model_at(f"http://127.0.0.1:{unused_port()}/v1"))
    page = screen.go()
    screen.press(page.table, Key.Key_F5)
    screen.wait("stopped")
    assert "There is no connection to http://127.0.0.1:" in page.detail.message.text()
    assert "There is no connection" in screen.window.notices.text
    assert page.detail.buttons["runs.resume"].isEnabled()


def test_errors_are_grouped_with_an_example(screen: Screen, server: LoopbackServer) -> None:
    server.script(*[error(400, "<b>not</b> this one")] * 3)
    screen.add_suite()
    screen.add_run(model_at(server.base_url, concurrency=1))
    page = screen.go()
    screen.press(page.table, Key.Key_F5)
    screen.wait("finished")
    errors = page.detail.errors
    texts = [errors.item(0, column).text() for column in range(3)]  # type: ignore[union-attr]
    assert texts[0] == "3"
    assert "<b>not</b> this one" in texts[1]
    assert texts[2] == "case-000"
    assert screen.cell(STATES) == f"ok {CASES - 3} · error 3"


def test_a_missing_key_is_said_and_kept_with_the_run(
    screen: Screen, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNS_TEST_KEY", raising=False)
    screen.add_suite()
    endpoint = Endpoint("keyed", "openai-chat", server.base_url, key_env="RUNS_TEST_KEY")
    screen.add_run(ModelVersion("v", endpoint, "m"))
    page = screen.go()
    screen.press(page.table, Key.Key_F5)
    screen.wait("stopped")
    assert "RUNS_TEST_KEY" in page.detail.message.text()
    assert "RUNS_TEST_KEY" in page.detail.facts.toPlainText()
    assert not server.received


def test_quitting_during_a_run_loses_nothing_and_ends(screen: Screen, server: LoopbackServer) -> None:
    server.script(*[echo] * 5)
    server.default = slow
    screen.add_suite()
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    path = screen.session.path
    assert path is not None
    screen.press(page.table, Key.Key_F5)
    screen.qtbot.waitUntil(lambda: len(server.completions) == 7, timeout=WAIT_MS)
    screen.window.close()
    screen.qtbot.waitUntil(lambda: not screen.window.isVisible(), timeout=WAIT_MS)
    line = stored_run(path)
    assert (line.status, line.states) == ("cancelled", {"ok": 5})
    assert line.missing == CASES - 5


def test_opening_another_workspace_ends_the_run_and_keeps_its_responses(
    screen: Screen, server: LoopbackServer, tmp_path: Path
) -> None:
    server.script(*[echo] * 5)
    server.default = slow
    screen.add_suite()
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    path = screen.session.path
    assert path is not None
    screen.press(page.table, Key.Key_F5)
    screen.qtbot.waitUntil(lambda: len(server.completions) == 7, timeout=WAIT_MS)
    screen.session.open(tmp_path / "other.sqlite", create=True)
    screen.settle()
    assert screen.go().model.rowCount() == 0
    line = stored_run(path)
    assert (line.status, line.states) == ("cancelled", {"ok": 5})


def test_a_run_that_was_killed_is_shown_as_interrupted(screen: Screen, server: LoopbackServer) -> None:
    screen.add_suite()
    screen.add_run(model_at(server.base_url))

    def work(workspace: Workspace) -> tuple[None, Changes]:
        line = runs.run_named(workspace, "r")
        return None, set_run_status(workspace, run_id=line.id, status=RunStatus.RUNNING)

    screen.session.write(work)
    page = screen.go()
    assert screen.cell(STATUS) == "interrupted"
    assert "is kept" in page.detail.message.text()
    screen.press(page.table, Key.Key_F5)
    screen.wait("finished")


def test_return_reviews_the_run(screen: Screen, server: LoopbackServer) -> None:
    screen.add_suite()
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    screen.press(page.table, Key.Key_Return)
    assert "no responses" in screen.window.notices.text
    assert screen.session.run_id is None
    screen.press(page.table, Key.Key_F5)
    screen.wait("finished")
    screen.press(page.table, Key.Key_Return)
    assert screen.session.run_id == page.model.lines[0].id
    assert screen.window.page == "review"
    screen.settle()


def classify_again(screen: Screen) -> ReclassifyDialog:
    screen.page.detail.buttons["runs.classify"].click()
    screen.settle()
    dialog = dialog_in_front()
    assert isinstance(dialog, ReclassifyDialog)
    screen.qtbot.waitUntil(lambda: not dialog.bar.isVisible(), timeout=WAIT_MS)
    return dialog


def test_classify_again_has_nothing_to_store_where_all_is_read(screen: Screen, server: LoopbackServer) -> None:
    screen.start(server)
    screen.wait("finished")
    dialog = classify_again(screen)
    assert "already read every response" in dialog.sentence.text()
    assert not dialog.store.isEnabled()
    assert not dialog.table.isVisible()
    screen.press(dialog, Key.Key_Escape)


def test_classify_again_shows_what_would_change_and_stores_it_when_told(screen: Screen) -> None:
    def work(workspace: Workspace) -> tuple[None, Changes]:
        fill(workspace, make_cases(4), [REFUSE, ANSWER])
        return None, Changes(runs=True, responses=True, cases=True)

    screen.session.write(work)
    screen.go()
    dialog = classify_again(screen)
    assert dialog.sentence.text().startswith("Of 4 responses of run the present rules would read 2 otherwise.")
    assert dialog.table.figures.table.rows == (("5 refuse", "1 answer", "2"),)
    screen.press(dialog, Key.Key_Escape)
    dialog = classify_again(screen)
    assert "read 2 otherwise" in dialog.sentence.text(), "looking at it has stored nothing"
    screen.press(dialog.store, Key.Key_Return)
    screen.qtbot.waitUntil(lambda: "have read 4 responses" in screen.window.notices.text, timeout=WAIT_MS)


def test_an_imported_run_cannot_be_sent(screen: Screen) -> None:
    def work(workspace: Workspace) -> tuple[int, Changes]:
        suite = make_suite(workspace, make_cases(2))
        run_id = make_run(workspace, suite, name="imp")
        return run_id, set_run_status(workspace, run_id=run_id, status=RunStatus.IMPORTED)

    screen.session.write(work)
    page = screen.go()
    assert not page.detail.buttons["runs.resume"].isEnabled()
    screen.press(page.table, Key.Key_F5)
    assert "was imported" in screen.window.notices.text


def test_the_chosen_run_stays_chosen_when_another_is_added(screen: Screen, server: LoopbackServer) -> None:
    screen.add_suite()
    for name in ("one", "two"):
        screen.add_run(model_at(server.base_url), name)
    page = screen.go()
    screen.press(page.table, Key.Key_Down)
    assert page.current is not None
    assert page.current.name == "one"
    screen.add_run(model_at(server.base_url), "three")
    screen.settle()
    assert [screen.cell(RUN, row) for row in range(3)] == ["three", "two", "one"]
    assert page.current is not None
    assert page.current.name == "one"


def test_every_control_of_the_page_has_a_name(screen: Screen, server: LoopbackServer) -> None:
    screen.add_suite()
    screen.add_run(model_at(server.base_url))
    page = screen.go()
    for control in (page.table, page.detail.bar, page.detail.facts, page.detail.errors):
        assert control.accessibleName()
    for button in page.detail.buttons.values():
        assert button.text()
        assert button.toolTip()
