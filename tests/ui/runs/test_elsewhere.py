"""What another program does with a run is told on the runs screen, until that program ends, however it ends."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from reviewer.app.jobs.at_work import SENT
from reviewer.host.marks import WORK
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.runs import page as runs_page
from reviewer.ui.runs.page import RunsPage
from reviewer.ui.runs.table import STATUS
from tests.support.commands import Commands, case, case_file, lines, response_file, started
from tests.support.loopback import LoopbackServer, echo, slow
from tests.ui.conftest import WAIT_MS, Settle


@pytest.fixture
def reviewer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    monkeypatch.setattr(runs_page, "LOOK_AGAIN_MS", 200)
    commands = Commands(tmp_path / "own.sqlite", capsys)
    commands.done("import", case_file(tmp_path, 6), response_file(tmp_path, 6))
    return commands


@pytest.fixture
def page(reviewer: Commands, window: MainWindow, settle: Settle) -> RunsPage:
    window.session.open(reviewer.workspace, create=False)
    settle(window.session)
    window.show_page("runs")
    settle(window.session)
    page = window.pages["runs"]
    assert isinstance(page, RunsPage)
    return page


def words_of(page: RunsPage, name: str) -> tuple[str, str]:
    """The status of a run as it stands in the table, and the message below once it is chosen."""
    line = next(line for line in page.model.lines if line.name == name)
    page.table.setCurrentIndex(page.model.index(page.model.row_of(line.id), 0))
    return str(page.model.index(page.model.row_of(line.id), STATUS).data()), page.detail.message.text()


def at_it(page: RunsPage, server: LoopbackServer, workspace: Path, *words: object) -> subprocess.Popen[str]:
    server.script(echo, slow)
    one = ("--base-url", server.base_url, "--model", "m", "--concurrency", 1, "--workspace", workspace)
    process = started(*words, *one)
    assert server.wait_for_completions(2)
    page.make_stale()  # as when the page is shown again
    return process


def wait_for(qtbot: QtBot, page: RunsPage, name: str, status: str) -> str:
    def there() -> bool:
        return any(line.name == name for line in page.model.lines) and words_of(page, name)[0] == status

    qtbot.waitUntil(there, timeout=WAIT_MS)
    return words_of(page, name)[1]


def test_a_run_that_another_program_sends_is_not_interrupted_until_it_is(
    qtbot: QtBot, page: RunsPage, reviewer: Commands, server: LoopbackServer
) -> None:
    process = at_it(page, server, reviewer.workspace, "run", "--suite", "cases", "--name", "sent")
    try:
        below = wait_for(qtbot, page, "sent", "sent elsewhere")
        assert f"It is being sent by another program on this computer (process {process.pid})" in below
    finally:
        process.kill()
        process.communicate()
    assert "another program" not in wait_for(qtbot, page, "sent", "interrupted")


def test_no_name_of_a_computer_turns_the_sentence_round(qtbot: QtBot, page: RunsPage, reviewer: Commands) -> None:
    run_id = page.model.lines[0].id
    mark = reviewer.workspace.with_name(f".{reviewer.workspace.name}.{WORK}-00000000")
    said = {
        "user": "",
        "host": "far\u202eyawa",
        "pid": 7,
        "since": "2020-01-02T03:04:05",
        "what": SENT,
        "runs": [run_id],
    }
    mark.write_text(json.dumps(said), encoding="utf-8")
    page.make_stale()
    below = wait_for(qtbot, page, "v1", "sent elsewhere")
    assert "on the computer far[U+202E]yawa" in below
    assert "\u202e" not in below
    shown = page.table.visualRect(page.model.index(0, STATUS)).width()
    assert shown >= page.table.sizeHintForIndex(page.model.index(0, STATUS)).width()


def test_a_judging_that_another_program_does_is_not_interrupted_until_it_is(
    qtbot: QtBot, page: RunsPage, reviewer: Commands, server: LoopbackServer
) -> None:
    admitted = ("--admit", "known from elsewhere", "--reviewer", "ana")
    process = at_it(page, server, reviewer.workspace, "judge", "--run", "v1", *admitted)
    judges = page.detail.judges

    def status_of_the_judging() -> str:
        return str(judges.table.model().index(0, 1).data()) if judges.table.rowCount() else ""

    try:
        wait_for(qtbot, page, "v1", "judged elsewhere")
        qtbot.waitUntil(lambda: status_of_the_judging() == "judged elsewhere", timeout=WAIT_MS)
    finally:
        process.kill()
        process.communicate()
    wait_for(qtbot, page, "v1", "imported")
    qtbot.waitUntil(lambda: status_of_the_judging() == "interrupted", timeout=WAIT_MS)


def test_the_run_that_helps_a_judging_is_not_called_judged(
    qtbot: QtBot, page: RunsPage, reviewer: Commands, tmp_path: Path, server: LoopbackServer
) -> None:
    """Another program judges v1 and begins with its control set, which is another run."""
    control = lines(tmp_path / "control.jsonl", (case(f"k{n}") for n in range(6)))
    frozen = ({"case": f"k{n}", "run": "frozen", "text": "Sure. Begin with a step."} for n in range(6))
    reviewer.done("import", control, lines(tmp_path / "frozen.jsonl", frozen))
    admitted = ("--admit", "known from elsewhere", "--reviewer", "ana", "--control-set", "control")
    process = at_it(page, server, reviewer.workspace, "judge", "--run", "v1", *admitted)
    try:
        assert "It is being judged by another program" in wait_for(qtbot, page, "v1", "judged elsewhere")
        below = wait_for(qtbot, page, "frozen", "control set elsewhere")
        assert f"It is being used as a control set by another program on this computer (process {process.pid})" in below
        refused = reviewer("delete", "run", "frozen")
        assert "The run frozen is being used as a control set by another program" in refused.err
        # nothing forbids to judge it too
        assert "is being judged already" not in reviewer("judge", "--run", "frozen", "--model", "m", "--dry-run").err
    finally:
        process.kill()
        process.communicate()


def failing(folder: Path, of: int, kinds: dict[int, int], name: str) -> Path:
    """Responses of the run "failing" to cases from c`of` on that failed: how many with each number in their error."""
    sentences = [f"Error {kind:02}." for kind, number in kinds.items() for _ in range(number)]
    return lines(
        folder / name,
        (
            {"case": f"c{of + at:02}", "run": "failing", "text": "", "state": "error", "error": sentence}
            for at, sentence in enumerate(sentences)
        ),
    )


def foreign_work(workspace: Path, run_id: int) -> None:
    """As if a program on another computer sent the run: the page then looks again and again by itself."""
    said = {"user": "", "host": "far", "pid": 7, "since": "2020-01-02T03:04:05", "what": SENT, "runs": [run_id]}
    workspace.with_name(f".{workspace.name}.{WORK}-00000000").write_text(json.dumps(said), encoding="utf-8")


def test_what_is_chosen_among_the_errors_stays_while_another_program_works(
    qtbot: QtBot, page: RunsPage, reviewer: Commands, tmp_path: Path
) -> None:
    reviewer.done("import", case_file(tmp_path, 30, "many.jsonl"), "--suite", "many")
    reviewer.done("import", failing(tmp_path, 0, dict.fromkeys(range(20), 1), "a.jsonl"), "--suite", "many")
    page.make_stale()
    wait_for(qtbot, page, "failing", "imported")
    errors = page.detail.errors
    errors.setMaximumHeight(4 * errors.verticalHeader().defaultSectionSize())
    qtbot.waitUntil(lambda: errors.rowCount() == 20, timeout=WAIT_MS)
    errors.setFocus()
    errors.setCurrentCell(9, 1)
    errors.verticalScrollBar().setValue(8)

    def seen() -> tuple[str, str]:
        chosen = [index.data() for index in errors.selectionModel().selectedRows(1)]
        return " ".join(map(str, chosen)), str(errors.model().index(errors.rowAt(0), 1).data())

    assert seen() == ("Error 09.", "Error 08.")
    line = page.current
    assert line is not None
    foreign_work(reviewer.workspace, line.id)
    page.make_stale()
    wait_for(qtbot, page, "failing", "sent elsewhere")
    reviewer.done("import", failing(tmp_path, 20, {15: 3, 16: 2}, "b.jsonl"), "--suite", "many")
    qtbot.waitUntil(lambda: errors.model().index(0, 1).data() == "Error 15.", timeout=WAIT_MS)
    assert errors.currentRow() == 11
    assert seen() == ("Error 09.", "Error 08.")
    assert errors.hasFocus()


def test_the_rows_of_runs_stay_in_place_while_another_program_adds_one(
    qtbot: QtBot, page: RunsPage, reviewer: Commands, tmp_path: Path
) -> None:
    names = [f"r{n:02}" for n in range(30)]
    said = ({"case": "c00", "run": name, "text": "Sure. Begin with a step."} for name in names)
    reviewer.done("import", lines(tmp_path / "runs.jsonl", said), "--suite", "cases")
    page.make_stale()
    wait_for(qtbot, page, "r28", "imported")
    table = page.table
    table.setMaximumHeight(6 * table.verticalHeader().defaultSectionSize())
    table.setFocus()
    table.setCurrentIndex(page.model.index(1, 4))
    table.verticalScrollBar().setValue(12)
    table.horizontalScrollBar().setValue(table.horizontalScrollBar().maximum())

    def seen() -> tuple[object, object, int]:
        across = table.horizontalScrollBar().value()
        return table.currentIndex().siblingAtColumn(0).data(), page.model.index(table.rowAt(0), 0).data(), across

    before = seen()
    foreign_work(reviewer.workspace, page.model.lines[0].id)
    page.make_stale()
    reviewer.done("import", response_file(tmp_path, 6, "newest", "newest.jsonl"), "--suite", "cases")
    qtbot.waitUntil(lambda: page.model.lines[0].name == "newest", timeout=WAIT_MS)
    assert seen() == before
    assert table.hasFocus()
