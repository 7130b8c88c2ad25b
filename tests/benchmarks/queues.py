"""How long a reviewer waits for another queue, its counts, a case, a search: 100,000 cases × 2 runs, warm and cold."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from reviewer.core.cases import Case
from reviewer.review.kinds import KINDS, kind_of, offered, search_key, slices_offered
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.queues import QueueOf, cases_like, search_ids
from reviewer.store.queries.review import review_lines
from reviewer.store.queries.runs import run_named
from tests.benchmarks.measure import Figure
from tests.support.builders import ANSWER, REFUSE, make_cases, make_response, make_run, make_suite, make_verdict

CASES, RUNS = 100_000, 2
FIRST_PAGE = 100
TIMES = 5
TEXT = "A sentence of the length that a model writes when it is asked for something. " * 6
ME = "ana"


def queues() -> Iterator[Figure]:
    """Each is a read of the database thread, up to the first page of lines; nothing of it is on the GUI thread."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.sqlite"
        workspace = open_workspace(path)
        fill_both_runs(workspace)
        run_id = run_named(workspace, "run 1").id
        yield Figure(
            "the first queue, the order of the keys worked out", _once(lambda: _page(workspace, run_id, "all")), "ms"
        )
        for key in (*KINDS, "flips against run 0", search_key("sentence"), search_key("rare")):
            if key not in (QueueFilter.RANDOM, QueueFilter.EFFECT):
                yield Figure(f"another queue: {key}", _median(partial(_page, workspace, run_id, key)), "ms")
        counts = {
            kind.words: _median(partial(kind.count, workspace, run_id, reviewer=ME))
            for kind in offered(workspace, run_id)
        }
        slowest = max(counts, key=lambda words: counts[words])
        yield Figure(f"the slowest count of {len(counts)}: {slowest}", counts[slowest], "ms")
        yield Figure("all counts, one read each", sum(counts.values()), "ms")
        yield Figure("the counts of all slices", _median(lambda: slices_offered(workspace, run_id)), "ms")
        for words in ("case-099999", "9999", "request", "zeppelin"):
            likely = _median(partial(cases_like, workspace, words, QueueOf(run_id), 14))
            yield Figure(f"going to {words!r}", likely, "ms")
        for words in ("sentence", "rare", "zeppelin"):
            found = _median(partial(search_ids, workspace, words, QueueOf(run_id)))
            yield Figure(f"searching {words!r}", found, "ms")
        workspace.close()


def fill_both_runs(workspace: Workspace, n_cases: int = CASES) -> int:
    """A response of each of two runs to every case, read by the rules, some of them otherwise. The suite's id."""
    cases = make_cases(n_cases)
    suite_id = make_suite(workspace, cases)
    for number in range(RUNS):
        add_run(workspace, suite_id, cases, number)
    return suite_id


def add_run(workspace: Workspace, suite_id: int, cases: Sequence[Case], number: int) -> None:
    """One run with a response to each of these cases."""
    answered = [
        Classified(
            make_response(case.key, f"{TEXT}{'rare ' if at % 1000 == 0 else ''}{number} {case.key}"),
            (make_verdict(REFUSE if (at + number) % 7 == 0 else ANSWER),),
        )
        for at, case in enumerate(cases)
    ]
    make_run(workspace, suite_id, answered, name=f"run {number}")


def _page(workspace: Workspace, run_id: int, key: str) -> None:
    ids = kind_of(workspace, key).order(workspace, run_id, reviewer=ME)
    review_lines(workspace, ids[:FIRST_PAGE])


def _once(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_once(work) for _ in range(TIMES))
