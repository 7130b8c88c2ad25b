"""One write is one transaction, writers wait for each other, and what was called stored survives a kill."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from reviewer.core.errors import EnvironmentFault
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.memory import recalled, remember
from reviewer.store.queries.review import review_item
from reviewer.store.queries.suites import suites
from tests.architecture.checkout import ROOT
from tests.support.builders import REFUSE, Filled, filled_workspace, make_case, make_suite, put_cases


class _StopError(Exception):
    pass


def test_writes_inside_a_write_are_one_transaction(workspace: Workspace) -> None:
    other = open_workspace(workspace.path)
    with workspace.write():
        make_suite(workspace, [make_case()])
        remember(workspace, key="k", value=1)
        assert len(suites(workspace)) == 1
        assert suites(other) == []
    assert len(suites(other)) == 1
    assert recalled(other, "k") == 1
    other.close()


def test_a_write_that_fails_takes_back_all_that_is_in_it(workspace: Workspace) -> None:
    def fail_half_way() -> None:
        with workspace.write():
            make_suite(workspace, [make_case()])
            with workspace.write():
                remember(workspace, key="k", value=1)
            raise _StopError

    with pytest.raises(_StopError):
        fail_half_way()
    assert suites(workspace) == []
    assert recalled(workspace, "k") is None


def test_after_a_failed_write_the_next_one_works(workspace: Workspace) -> None:
    suite_id = make_suite(workspace)
    with pytest.raises(IntegrityError):
        put_cases(workspace, suite_id, [make_case("same"), make_case("fresh"), make_case("same", "Another?")])
    assert suites(workspace)[0].n_cases == {}
    put_cases(workspace, suite_id, [make_case("same")])
    assert suites(workspace)[0].n_cases == {"labelled": 1}


def test_a_reader_sees_the_state_before_a_write_until_it_is_done(workspace: Workspace) -> None:
    other = open_workspace(workspace.path)
    with workspace.read() as session:
        count = "SELECT count(*) FROM setting WHERE key NOT LIKE 'workspace.%'"
        assert session.connection().exec_driver_sql(count).scalar() == 0
        remember(other, key="k", value=1)
        assert session.connection().exec_driver_sql(count).scalar() == 0
    assert recalled(workspace, "k") == 1
    other.close()


def test_two_threads_that_write_at_once_wait_for_each_other(workspace: Workspace) -> None:
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def write_many(name: str) -> None:
        own = open_workspace(workspace.path)
        try:
            start.wait(timeout=30)
            for number in range(20):
                remember(own, key=f"{name}-{number}", value=number)
        except BaseException as error:  # noqa: BLE001 reported by the test's own thread
            failures.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=write_many, args=(name,)) for name in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert [recalled(workspace, f"{name}-19") for name in ("left", "right")] == [19, 19]


def test_a_writer_waits_for_the_lock_of_another_program(workspace: Workspace) -> None:
    with closing(sqlite3.connect(workspace.path, check_same_thread=False, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = threading.Thread(target=remember, args=(workspace,), kwargs={"key": "k", "value": 1})
        waiting.start()
        other.execute("INSERT INTO setting VALUES ('other', '2')")
        other.execute("COMMIT")
        waiting.join(timeout=30)
    assert (recalled(workspace, "k"), recalled(workspace, "other")) == (1, 2)


def test_a_lock_that_is_never_given_back_becomes_a_sentence(workspace: Workspace) -> None:
    with closing(sqlite3.connect(workspace.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with workspace.read() as session:
            session.connection().exec_driver_sql("PRAGMA busy_timeout = 1")
        with pytest.raises(EnvironmentFault, match="Nothing was changed"):
            remember(workspace, key="k", value=1)
        other.execute("ROLLBACK")
    assert recalled(workspace, "k") is None


WRITES_ONE_KEY = """
import sys
from pathlib import Path
from reviewer.store.database import open_workspace
from reviewer.store.memory import remember
workspace = open_workspace(Path(sys.argv[1]))
for number in range(20):
    remember(workspace, key=f"{sys.argv[2]}-{number}", value=number)
workspace.close()
"""


def test_two_programs_that_make_and_write_one_workspace_at_once_both_succeed(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", WRITES_ONE_KEY, str(path), name], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for name in ("left", "right")
    ]
    said = [program.communicate(timeout=60)[1] for program in programs]
    assert [program.returncode for program in programs] == [0, 0], said
    opened = open_workspace(path)
    assert [recalled(opened, f"{name}-19") for name in ("left", "right")] == [19, 19]
    opened.close()


DECIDES_UNTIL_KILLED = """
import sys
from pathlib import Path
from reviewer.store.database import open_workspace
from tests.support.builders import REFUSE, decide
workspace = open_workspace(Path(sys.argv[1]))
for number in range(100_000):
    decide(workspace, int(sys.argv[2]), REFUSE, f"reviewer-{number}")
    print("stored", number, flush=True)
"""


def test_a_killed_program_loses_nothing_that_it_called_stored(filled: Filled) -> None:
    target = filled.response_ids[0]
    with subprocess.Popen(
        [sys.executable, "-c", DECIDES_UNTIL_KILLED, str(filled.workspace.path), str(target)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        told = [program.stdout.readline() for _ in range(5)]
        program.send_signal(signal.SIGKILL)
        told += program.stdout.readlines()
        assert program.wait(timeout=30) == -signal.SIGKILL
    stored = [line.split()[1] for line in told if line.startswith("stored") and line.endswith("\n")]
    assert len(stored) >= 5
    again = open_workspace(filled.workspace.path)
    item = review_item(again, target)
    reviewers = [event.reviewer for event in item.events]
    assert reviewers[: len(stored)] == [f"reviewer-{number}" for number in stored]
    assert len(reviewers) - len(stored) <= 1
    assert item.final.action == REFUSE
    assert again.problems() == []
    again.close()


def test_closing_leaves_one_file(tmp_path: Path) -> None:
    filled_workspace(tmp_path / "w.db").workspace.close()
    assert [path.name for path in tmp_path.iterdir()] == ["w.db"]
