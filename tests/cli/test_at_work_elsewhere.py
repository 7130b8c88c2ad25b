"""What another program sends or judges right now is neither deleted nor sent a second time; real programs, killed."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from pathlib import Path
from threading import Barrier

import anyio
import pytest

from reviewer.app.deleting import cases_to_delete, delete_into_bin, run_to_delete, suite_to_delete
from reviewer.app.erasing import do_what_is_due, what_is_due
from reviewer.app.export_erasing import export_and_erase
from reviewer.app.import_acts import last_import, undo_import
from reviewer.app.jobs.at_work import SENT, at_work
from reviewer.app.jobs.job import JobContext
from reviewer.app.jobs.sending import perform, prepare_sending
from reviewer.core.errors import InputError
from reviewer.host.marks import WORK, works_on
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries.bin import bin_items
from reviewer.store.queries.runs import run_named
from reviewer.store.queries.suites import suites
from reviewer.store.writes.retention import keep_until
from tests.support.commands import Commands, case_file, ended, response_file, started
from tests.support.loopback import LoopbackServer, echo, slow

ADMITTED = ("--admit", "known from elsewhere", "--reviewer", "ana")
ONE = ("--model", "m", "--concurrency", 1, "--max-attempts", 1)


@pytest.fixture
def commands(reviewer: Commands, tmp_path: Path) -> Commands:
    reviewer.done("import", case_file(tmp_path, 6))
    return reviewer


@contextmanager
def at_it(server: LoopbackServer, workspace: Path, *words: object) -> Iterator[subprocess.Popen[str]]:
    """The real program, which waits for its second answer."""
    server.script(echo, slow)
    before = len(server.completions)
    process = started(*words, "--base-url", server.base_url, *ONE, "--workspace", workspace)
    try:
        assert server.wait_for_completions(before + 2)
        yield process
    finally:
        process.kill()
        process.communicate()


def sending(server: LoopbackServer, workspace: Path) -> AbstractContextManager[subprocess.Popen[str]]:
    return at_it(server, workspace, "run", "--suite", "cases", "--name", "first")


def delete_suite(workspace: Workspace, _folder: Path) -> None:
    delete_into_bin(workspace, suite_to_delete(workspace, "cases"), "ana", interrupted=True)


def delete_run(workspace: Workspace, _folder: Path) -> None:
    delete_into_bin(workspace, run_to_delete(workspace, "first"), "ana", interrupted=True)


def delete_a_case(workspace: Workspace, _folder: Path) -> None:
    delete_into_bin(workspace, cases_to_delete(workspace, "cases", ["c05"]), "ana", interrupted=True)


def take_the_import_back(workspace: Workspace, _folder: Path) -> None:
    undo_import(workspace, last_import(workspace), "ana", with_later=True)


def export_everything(workspace: Workspace, folder: Path) -> None:
    export_and_erase(workspace, "cases", folder / "out", "ana", interrupted=True)


WAYS = [delete_suite, delete_run, delete_a_case, take_the_import_back, export_everything]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_takes_away_what_another_program_sends(
    commands: Commands, tmp_path: Path, way: Callable[[Workspace, Path], None]
) -> None:
    with LoopbackServer(echo) as server, closing(open_workspace(commands.workspace)) as workspace:
        with sending(server, commands.workspace) as process:
            with pytest.raises(InputError, match="is being sent by another program on this computer") as refused:
                way(workspace, tmp_path)
            assert f"(process {process.pid})" in str(refused.value)
            assert str(refused.value).endswith("Nothing was deleted.")
            assert bin_items(workspace) == []
            assert not (tmp_path / "out").exists()
        # killed: the system let go of its mark, and what it had stored can be deleted
        if way is take_the_import_back:
            commands.done("run", "--resume", "first")
        way(workspace, tmp_path)
        assert not list(tmp_path.glob(f".*.{WORK}-*"))
        assert works_on(workspace.path) == []


def test_retention_waits_for_what_is_sent(commands: Commands) -> None:
    with LoopbackServer(echo) as server, closing(open_workspace(commands.workspace)) as workspace:
        suite_id = suites(workspace)[0].id
        with sending(server, commands.workspace):
            keep_until(workspace, suite_id=suite_id, until=date(2020, 1, 1), deletes=True, author="ana", at="2020")
            told = list(do_what_is_due(workspace, what_is_due(workspace)))
            assert [each for each in told if "could not be deleted: The run first is being sent" in each] == told
            assert [each.name for each in suites(workspace)] == ["cases"]


def test_a_run_is_not_sent_twice_at_once(commands: Commands) -> None:
    with LoopbackServer(echo) as server:
        with sending(server, commands.workspace) as process:
            asked = len(server.completions)
            again = commands("run", "--resume", "first")
            said = again.err
            assert again.status == 2
            by = f"by another program on this computer (process {process.pid})"
            assert f"The run first is being sent already, {by}" in said
            assert "Wait until that is done." in said
            assert len(server.completions) == asked
            process.send_signal(signal.SIGTERM)
            assert ended(process).status == 130
        commands.done("run", "--resume", "first")


def test_of_two_that_begin_in_the_same_instant_one_sends_it(commands: Commands) -> None:
    """Each sees the other's mark; neither is to go away for the other's sake alone."""
    with LoopbackServer(echo) as server, closing(open_workspace(commands.workspace)) as workspace:
        made = ("--suite", "cases", "--name", "first", "--base-url", server.base_url, "--model", "m", "--no-send")
        commands.done("run", *made)
        run_id = run_named(workspace, "first").id
        at_once = Barrier(2)

        def begin(_number: int) -> str:
            async def hold() -> str:
                try:
                    async with at_work(JobContext(workspace), SENT, run_id):
                        await anyio.sleep(1.5)
                        return "sent"
                except InputError as refused:
                    return str(refused)

            at_once.wait()
            return anyio.run(hold)

        for _ in range(5):
            with ThreadPoolExecutor(2) as pool:
                sent, refused = sorted(pool.map(begin, range(2)), key=lambda word: word != "sent")
            assert sent == "sent"
            assert refused.startswith("The run first is being sent already, by this program.")
        assert works_on(workspace.path) == []


def test_what_a_computer_that_stopped_left_behind_can_be_taken_away(commands: Commands) -> None:
    """Nothing tells its mark from one in use, so the sentence says which file to remove."""
    with LoopbackServer(echo) as server:
        made = ("--suite", "cases", "--name", "first", "--base-url", server.base_url, "--model", "m", "--no-send")
        commands.done("run", *made)
        mark = commands.workspace.with_name(f".{commands.workspace.name}.{WORK}-00000000")
        said = {"user": "", "host": "far-away", "pid": 7, "since": "2020-01-02T03:04:05", "what": SENT, "runs": [1]}
        mark.write_text(json.dumps(said), encoding="utf-8")
        remedy = f"If nothing works on it there any more, remove the file {mark.name} beside the workspace."
        again = commands("run", "--resume", "first")
        assert (again.status, remedy in again.err) == (2, True)
        assert "on the computer far-away" in again.err
        assert remedy in commands("delete", "run", "first").refused()
        assert server.completions == []
        mark.unlink()
        commands.done("run", "--resume", "first")
        commands.done("delete", "run", "first")


def test_what_another_program_judges_stays_and_is_judged_once(commands: Commands, tmp_path: Path) -> None:
    commands.done("import", response_file(tmp_path, 6))
    with LoopbackServer(echo) as server:
        words = ("judge", "--run", "v1", *ADMITTED)
        with at_it(server, commands.workspace, *words):
            said = commands("delete", "run", "v1", "--interrupted").refused()
            assert "The run v1 is being judged by another program on this computer" in said
            again = commands(*words, "--base-url", server.base_url, *ONE)
            assert again.status == 2
            assert "The run v1 is being judged already, by another program on this computer" in again.err
            assert commands("delete", "run", "v1", "--dry-run").status == 0
        commands.done("delete", "run", "v1")


def test_what_was_deleted_meanwhile_is_not_sent(commands: Commands) -> None:
    """Between the look at a run and its first request somebody deletes it: nothing is asked."""
    with LoopbackServer(echo) as server, closing(open_workspace(commands.workspace)) as workspace:
        made = ("--suite", "cases", "--name", "first", "--base-url", server.base_url, "--model", "m", "--no-send")
        commands.done("run", *made)
        asked = prepare_sending(workspace, "first")
        commands.done("delete", "run", "first")
        with pytest.raises(InputError, match="The run does not exist any more"):
            anyio.run(perform, asked, JobContext(workspace))
        assert server.completions == []
        assert works_on(workspace.path) == []
