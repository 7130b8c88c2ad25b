"""What encryption costs: the same work on a plain and on an encrypted workspace, in CPU seconds of this process."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from reviewer.app.reporting import build_report
from reviewer.core.scoring.score import Options
from reviewer.review.kinds import kind_of
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.dialects.sealing import new_key
from reviewer.store.dialects.sqlite import make_sealed
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_ids, review_item, review_lines
from reviewer.store.queries.runs import run_named
from reviewer.store.writes.decisions import append_decision
from tests.benchmarks.measure import Figure
from tests.support.builders import ANSWER, AT, REFUSE, make_cases, make_response, make_run, make_suite, make_verdict

CASES, DECISIONS, TIMES = 20_000, 200, 5
TEXT = "A sentence of the length that a model writes when it is asked for something. " * 12
PASSPHRASE = "umbrella gravel seventeen lanterns"
MOST_TIME, MOST_SIZE = 2.0, 1.5


def encryption() -> Iterator[Figure]:
    """Each figure is the encrypted workspace's, its floor the plain one's, its aim so many times that."""
    with tempfile.TemporaryDirectory() as folder:
        plain, sealed = Path(folder) / "plain.sqlite", Path(folder) / "sealed.sqlite"
        make_sealed(sealed, new_key(PASSPHRASE))
        filled = [_cpu_s(partial(_fill, path)) for path in (plain, sealed)]
        yield _figure(f"import of {CASES:,} cases and responses", filled, 1.0, "s", MOST_TIME)
        yield _figure("opening", [_each(partial(_open, path)) for path in (plain, sealed)], 1000, "ms", MOST_TIME)
        with closing(open_workspace(plain)) as first, closing(open_workspace(sealed)) as second:
            both = (first, second)
            for name, work in _WORKS.items():
                yield _figure(name, [_each(partial(work, each)) for each in both], 1000, "ms", MOST_TIME)
            decided = [_cpu_s(partial(_decide, each)) / DECISIONS for each in both]
            yield _figure("a decision with the next place read", decided, 1000, "ms", MOST_TIME)
        sizes = [path.stat().st_size / 1e6 for path in (plain, sealed)]
        yield _figure("size of the file", sizes, 1.0, "MB", MOST_SIZE)


def _figure(name: str, both: list[float], factor: float, unit: str, most: float) -> Figure:
    plain, sealed = (factor * each for each in both)
    return Figure(name, sealed, unit, plain, "not encrypted", most * plain)


def _cpu_s(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _each(work: Callable[[], object]) -> float:
    return statistics.median(_cpu_s(work) for _ in range(TIMES))


def _fill(path: Path) -> None:
    with closing(open_workspace(path)) as workspace:
        cases = make_cases(CASES)
        suite_id = make_suite(workspace, cases)
        answered = [
            Classified(
                make_response(case.key, f"{TEXT} {case.key}"), (make_verdict(REFUSE if at % 7 == 0 else ANSWER),)
            )
            for at, case in enumerate(cases)
        ]
        make_run(workspace, suite_id, answered, name="run")


def _open(path: Path) -> None:
    open_workspace(path).close()


def _run(workspace: Workspace) -> int:
    return run_named(workspace, "run").id


def _queue(workspace: Workspace) -> None:
    review_lines(workspace, kind_of(workspace, "all").order(workspace, _run(workspace), reviewer="ana")[:100])


def _decide(workspace: Workspace) -> None:
    ids = response_ids(workspace, _run(workspace))
    for at in range(DECISIONS):
        append_decision(workspace, decision=NewDecision(ids[at], "ana", REFUSE), at=AT)
        review_item(workspace, ids[at + 1])


_WORKS: dict[str, Callable[[Workspace], object]] = {
    "a queue up to its first page": _queue,
    "the score with all that a report shows": lambda workspace: build_report(workspace, "run", Options()),
}
