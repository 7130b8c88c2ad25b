"""Import of a Parquet table of requests and responses: reading, rules and writing, and the memory it takes."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.registry import read_file
from reviewer.store.database import open_workspace
from tests.benchmarks.measure import Figure

N_RESPONSES, N_CASES = 50_000, 5_000
_KB_IN_MB = 1024


def write_table(path: Path, n: int, n_cases: int) -> None:
    columns = {
        "id": [f"c{number % n_cases:06d}" for number in range(n)],
        "prompt": [f"How do I do thing number {number % n_cases} at home?" for number in range(n)],
        "response": [f"First take {number} and mix it well with water, then it is done." for number in range(n)],
        "model": ["m1"] * n,
    }
    parquet.write_table(pa.table(columns), path)


def tables() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as made:
        source = Path(made) / "table.parquet"
        write_table(source, N_RESPONSES, N_CASES)
        start = time.perf_counter()
        n_read = sum(1 for _ in read_file(source, ImportOptions()))
        reading = time.perf_counter() - start
        workspace = open_workspace(Path(made) / "w.sqlite")
        start = time.perf_counter()
        report = import_file(workspace, ImportRequest(source))
        seconds = time.perf_counter() - start
        workspace.close()
    if report.responses_added != N_RESPONSES or n_read < N_RESPONSES:
        raise RuntimeError(f"only {report.responses_added} responses arrived")
    yield Figure(
        "import of 50,000 responses from Parquet", seconds, "s", reading, "the file mapped, nothing stored", None
    )
    yield Figure(
        "its peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB_IN_MB, "MB", None, "", None
    )
