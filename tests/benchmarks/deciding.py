"""How long a decision takes in a large workspace with what the window reads because of it, and its SQL statements."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from reviewer.review.place import next_undecided
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import review, runs
from reviewer.store.writes.decisions import append_decision
from tests.benchmarks.measure import Figure
from tests.support.builders import ANSWER, AT, REFUSE, make_cases, make_response, make_run, make_suite, make_verdict
from tests.support.statements import counted

RUNS, CASES = 32, 3_125
DECISIONS = 200
SHOWN_LINES = 40
TEXT = "A sentence of the length that a model writes when it is asked for something. " * 12
_INSERT = (
    "INSERT INTO decision (response_id, response_hash, scale_hash, reviewer, action, kind, note, blind, bulk, at) "
    "VALUES (?, 'h', 's', 'ana', 'refuse', 'decision', '', 0, 0, ?)"
)
_UPDATE = "UPDATE response SET final_action = 'refuse', final_source = 'decided', reviewed = 1 WHERE id = ?"


def deciding() -> Iterator[Figure]:
    """One decision after another, in one process; the floor is the same two rows by `sqlite3` alone, as durable."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.sqlite"
        workspace = open_workspace(path)
        _fill(workspace)
        ids = review.response_ids(workspace, _last_run(workspace))
        seconds = _each(ids[:DECISIONS], lambda response_id: _decide(workspace, response_id))
        read = _each(ids[:DECISIONS], lambda response_id: _read_after(workspace, ids, response_id))
        with counted(workspace) as statements:
            _decide(workspace, ids[DECISIONS])
            _read_after(workspace, ids, ids[DECISIONS])
        missed = _each(ids[-3:], lambda _: next_undecided(workspace, ids[:DECISIONS], 0))
        workspace.close()
        floor = _bare(path, ids[DECISIONS + 1 : 2 * DECISIONS + 1])
    name = f"a decision, {RUNS * CASES:,} responses, {RUNS} runs"
    yield Figure(name, 1000 * (seconds + read), "ms", 1000 * floor, "sqlite3: one row, one update")
    yield Figure("of it until it is on disk", 1000 * seconds, "ms", 1000 * floor, "the same")
    yield Figure("of it what the window reads after it", 1000 * read, "ms")
    yield Figure("its SQL statements", len(statements), "")
    yield Figure("the next undecided one where there is none", 1000 * missed, "ms")


def _fill(workspace: Workspace) -> None:
    cases = make_cases(CASES)
    suite_id = make_suite(workspace, cases)
    for number in range(RUNS):
        answered = [
            Classified(make_response(case.key, f"{TEXT}{number} {case.key}"), (make_verdict(ANSWER),)) for case in cases
        ]
        make_run(workspace, suite_id, answered, name=f"run {number}")


def _last_run(workspace: Workspace) -> int:
    return runs.run_named(workspace, f"run {RUNS - 1}").id


def _decide(workspace: Workspace, response_id: int) -> None:
    append_decision(workspace, decision=NewDecision(response_id, "ana", REFUSE), at=AT)


def _read_after(workspace: Workspace, ids: Sequence[int], response_id: int) -> None:
    """The place again, the run's line, the lines of the list that are seen, the next response."""
    item = review.review_item(workspace, response_id)
    runs.run_line(workspace, item.run_id)
    at = ids.index(response_id)
    review.review_lines(workspace, ids[at : at + SHOWN_LINES])
    review.review_item(workspace, ids[at + 1])


def _each(ids: Sequence[int], work: Callable[[int], object]) -> float:
    """Median wall seconds of `work` on each id."""
    times = []
    for response_id in ids:
        started = time.perf_counter()
        work(response_id)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _bare(path: Path, ids: Sequence[int]) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

        def decide(response_id: int) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_INSERT, (response_id, AT))
            connection.execute(_UPDATE, (response_id,))
            connection.execute("COMMIT")

        return _each(ids, decide)
