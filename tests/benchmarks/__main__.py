"""`python -m tests.benchmarks [NAME ...] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.bundles import bundles
from tests.benchmarks.cases import importing
from tests.benchmarks.coverage import Row, coverage, coverage_of_score, table
from tests.benchmarks.coverage_corrected import coverage_corrected
from tests.benchmarks.deciding import deciding
from tests.benchmarks.encryption import encryption
from tests.benchmarks.frames import frames
from tests.benchmarks.frontier_tests import frontier_tests
from tests.benchmarks.intervals import intervals
from tests.benchmarks.measure import Figure
from tests.benchmarks.opening import opening, starting
from tests.benchmarks.others import others
from tests.benchmarks.planner import planner
from tests.benchmarks.queues import queues
from tests.benchmarks.reading import reading
from tests.benchmarks.reports import reports
from tests.benchmarks.reviewing import (
    reviewing,
    reviewing_32_runs,
    reviewing_a_million,
    reviewing_while_sending,
)
from tests.benchmarks.rules import rules
from tests.benchmarks.running import running
from tests.benchmarks.swing import swings
from tests.benchmarks.tables import tables
from tests.benchmarks.verdicts import verdicts

BENCHMARKS = {
    "start": starting,
    "import": importing,
    "tables": tables,
    "open": opening,
    "rules": rules,
    "intervals": intervals,
    "running": running,
    "deciding": deciding,
    "frames": frames,
    "queues": queues,
    "reading": reading,
    "reviewing": reviewing,
    "bundles": bundles,
    "encryption": encryption,
    "reports": reports,
}
ON_REQUEST: dict[str, Callable[[], Iterator[Figure]]] = {
    "others": others,
    "reviewing-32-runs": reviewing_32_runs,
    "reviewing-while-sending": reviewing_while_sending,
    "reviewing-a-million": reviewing_a_million,
}
"""Run only when named: the first needs programs that nothing here installs, the others take minutes."""
SIMULATIONS: dict[str, Callable[[int], Iterator[Row]]] = {
    "coverage": coverage,
    "scores": coverage_of_score,
    "corrected": coverage_corrected,
    "frontier": frontier_tests,
    "verdicts": verdicts,
    "swing": swings,
    "planner": planner,
}
"""Tables that take half an hour; they run only when named."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"one of {', '.join(BENCHMARKS)} (default), {', '.join([*ON_REQUEST, *SIMULATIONS])}",
    )
    parser.add_argument("--replicates", type=int, default=1_000, help="of the simulations")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    arguments = parser.parse_args()
    figures_of = {**BENCHMARKS, **ON_REQUEST}
    there = [*figures_of, *SIMULATIONS]
    unknown = [name for name in arguments.names if name not in there]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(there)}")
    figures = []
    for name in (name for name in arguments.names if name in SIMULATIONS):
        for line in table(SIMULATIONS[name](arguments.replicates)):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    for name in [name for name in arguments.names if name in figures_of] if arguments.names else BENCHMARKS:
        for figure in figures_of[name]():
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
            figures.append(figure.as_json())
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
