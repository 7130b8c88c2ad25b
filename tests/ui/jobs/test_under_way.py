"""Jobs under way in the session: told as they move, paused, ended, and each bound to the workspace it was begun in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from reviewer.app.jobs.job import Counted, JobContext, piece_by_piece
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.memory import recalled, remember
from reviewer.ui.jobs.under_way import ENDED_BLIND, STORED, Going, UnderWay
from reviewer.ui.kit.session import Session
from tests.ui.conftest import WAIT_MS, Settle

ONE, TWO = 1, 2


@dataclass(frozen=True)
class Counting:
    """Writes how far it has counted into its workspace; each number waits for the test's word."""

    name: str
    most: int = 5
    allowed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def estimate(self, _workspace: Workspace) -> int:
        return self.most

    async def perform(self, context: JobContext[Counted]) -> Counted:
        def store(piece: Sequence[int]) -> None:
            if not self.allowed.acquire(timeout=WAIT_MS / 1000):
                raise InputError("The test has forgotten it.", "Allow it.")
            remember(context.workspace, key=self.name, value=piece[0])

        return await piece_by_piece(context, [(number,) for number in range(1, self.most + 1)], store)


class Countings(UnderWay[Counting, Counted, Counted]):
    def ended_words(self, going: Going[Counting, Counted], outcome: Counted) -> str:
        return f"{going.run} counted to {outcome.done}."


@dataclass
class Watched:
    """What the session and the jobs have said."""

    session: Session
    jobs: Countings
    changes: list[Changes] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session.changed.connect(self.changes.append)
        self.session.notice.connect(self.notices.append)
        self.jobs.ended.connect(self.ended.append)

    def done(self, run_id: int) -> int:
        going = self.jobs.of(run_id)
        return going.progress.done if going and going.progress else 0


@pytest.fixture
def watched(session: Session) -> Watched:
    return Watched(session, Countings(session))


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    return lambda met: qtbot.waitUntil(met, timeout=WAIT_MS)


Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def counting() -> Iterator[Callable[[str], Counting]]:
    """Jobs that are let go at the end, so that none holds up the database thread."""
    made: list[Counting] = []

    def make(name: str) -> Counting:
        made.append(Counting(name))
        return made[-1]

    yield make
    for job in made:
        job.allowed.release(job.most)


Make = Callable[[str], Counting]


def kept(path: Path, name: str) -> object:
    workspace = open_workspace(path, create=False)
    try:
        return recalled(workspace, name)
    finally:
        workspace.close()


def test_in_a_blind_review_its_end_names_no_run(watched: Watched, until: Until, counting: Make) -> None:
    job = counting("a")
    watched.session.sight.keep_out(blind=True, label=False)
    watched.jobs.begin(ONE, "one", job)
    job.allowed.release(job.most)
    until(lambda: watched.jobs.of(ONE) is None)
    assert watched.notices == [ENDED_BLIND]


def test_a_new_kind_of_job_moves_ends_and_is_announced(watched: Watched, until: Until, counting: Make) -> None:
    job = counting("a")
    watched.jobs.begin(ONE, "one", job)
    job.allowed.release(2)
    until(lambda: watched.done(ONE) == 2)
    until(lambda: STORED.within(run_ids={ONE}) in watched.changes)
    assert (watched.jobs.run_ids, watched.ended) == ([ONE], [])
    job.allowed.release(3)
    until(lambda: watched.ended == [ONE])
    assert (watched.jobs.of(ONE), watched.notices) == (None, ["one counted to 5."])
    assert all(each.kinds <= STORED.kinds and each.run_ids == frozenset({ONE}) for each in watched.changes)


def test_a_run_has_one_job_of_a_kind_at_a_time(watched: Watched, until: Until, counting: Make) -> None:
    first, second = counting("a"), counting("b")
    watched.jobs.begin(ONE, "one", first)
    watched.jobs.begin(ONE, "one", second)
    assert watched.jobs.run_ids == [ONE]
    first.allowed.release(5)
    until(lambda: watched.ended == [ONE])
    assert watched.session.tasks.database_call(lambda: recalled(watched.session.workspace, "b")) is None


def test_two_jobs_on_two_runs_go_on_at_once(watched: Watched, until: Until, counting: Make) -> None:
    one, two = counting("a"), counting("b")
    # the database thread takes one piece at a time, so each is allowed before its turn comes
    one.allowed.release(5)
    two.allowed.release(5)
    watched.jobs.begin(ONE, "one", one)
    watched.jobs.begin(TWO, "two", two)
    assert watched.jobs.run_ids == [ONE, TWO]
    until(lambda: sorted(watched.ended) == [ONE, TWO])
    assert sorted(watched.notices) == ["one counted to 5.", "two counted to 5."]


def test_a_paused_job_goes_on_when_it_is_told_to(watched: Watched, until: Until, counting: Make) -> None:
    job = counting("a")
    watched.jobs.begin(ONE, "one", job)
    going = watched.jobs.of(ONE)
    assert going is not None
    until(lambda: going.progress is not None)
    watched.jobs.set_paused(ONE, True)
    job.allowed.release(5)
    # the piece that was under way is stored, and no other
    until(lambda: watched.done(ONE) == 1)
    assert (going.paused, going.moves) == (True, False)
    watched.jobs.set_paused(ONE, False)
    until(lambda: watched.ended == [ONE])
    assert watched.notices == ["one counted to 5."]


def test_an_ended_job_keeps_what_it_stored(watched: Watched, until: Until, counting: Make) -> None:
    job = counting("a")
    watched.jobs.begin(ONE, "one", job)
    job.allowed.release(1)
    until(lambda: watched.done(ONE) == 1)
    assert watched.jobs.end(ONE)
    assert not watched.jobs.end(TWO)
    job.allowed.release(1)
    until(lambda: watched.ended == [ONE])
    stored = watched.session.tasks.database_call(lambda: recalled(watched.session.workspace, "a"))
    assert watched.notices == [f"one counted to {stored}."]
    assert stored in (1, 2)


def test_a_job_is_ended_in_its_own_workspace_when_another_is_opened(
    watched: Watched, until: Until, settle: Settle, counting: Make, tmp_path: Path
) -> None:
    """What it stores after that is stored where it was begun, and no page of the new workspace hears of it."""
    job, session, former = counting("a"), watched.session, tmp_path / "empty.sqlite"
    watched.jobs.begin(ONE, "one", job)
    job.allowed.release(1)
    until(lambda: watched.done(ONE) == 1)
    until(lambda: bool(watched.changes))
    opened: list[int] = []
    session.opened.connect(lambda: opened.append(len(watched.changes)))
    session.open(tmp_path / "other.sqlite", create=True)
    # the second piece waits on the database thread before the new workspace does
    job.allowed.release(1)
    until(lambda: bool(opened))
    # one that begins while the job is told to end is let through
    job.allowed.release(1)
    settle(session)
    assert (watched.jobs.run_ids, watched.ended) == ([], [])
    assert len(watched.changes) == opened[0]
    assert len(watched.notices) == 1
    assert "empty.sqlite keeps what came" in watched.notices[0]
    assert session.tasks.database_call(lambda: recalled(session.workspace, "a")) is None
    assert kept(former, "a") in (2, 3)


def test_the_same_run_of_another_workspace_has_its_own_job(
    watched: Watched, until: Until, settle: Settle, counting: Make, tmp_path: Path
) -> None:
    old, new = counting("a"), counting("a")
    watched.jobs.begin(ONE, "one", old)
    old.allowed.release(1)
    until(lambda: watched.done(ONE) == 1)
    watched.session.open(tmp_path / "other.sqlite", create=True)
    old.allowed.release(4)
    new.allowed.release(5)
    watched.session.opened.connect(lambda: watched.jobs.begin(ONE, "one of the other", new))
    until(lambda: watched.ended == [ONE])
    settle(watched.session)
    assert "one of the other counted to 5." in watched.notices
    assert kept(tmp_path / "other.sqlite", "a") == 5


def test_quitting_ends_a_job_and_keeps_what_it_stored(
    watched: Watched, until: Until, counting: Make, tmp_path: Path
) -> None:
    job = counting("a")
    watched.jobs.begin(ONE, "one", job)
    job.allowed.release(1)
    until(lambda: watched.done(ONE) == 1)
    job.allowed.release(1)
    watched.session.close()
    assert kept(tmp_path / "empty.sqlite", "a") in (1, 2)


def test_a_job_that_fails_is_said_and_forgotten(watched: Watched, until: Until) -> None:
    class Failing(Counting):
        async def perform(self, context: JobContext[Counted]) -> Counted:
            raise InputError("It cannot be counted.", "Count something else.")

    failed: list[Exception] = []
    watched.session.tasks.failed.connect(failed.append)
    watched.jobs.begin(ONE, "one", Failing("a"))
    until(lambda: watched.ended == [ONE])
    assert [str(error) for error in failed] == ["It cannot be counted. Count something else."]
    assert watched.jobs.run_ids == []
