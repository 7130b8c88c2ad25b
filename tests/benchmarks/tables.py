"""Import of long files: what the program and the process that reads for it take of processor and memory."""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from tests.benchmarks.measure import Figure
from tests.support.eval_logs import inspect_eval, inspect_sample

N_RESPONSES, N_ONCE, N_MODELS, N_ROWS, N_SAMPLES = 1_000_000, 450, 50, 80_000, 20_000
_AT_ONCE = 20_000
_KB_IN_MB = 1024
_WORDS = (
    *("first", "take", "it", "and", "mix", "it", "well", "with", "water", "then", "wait", "until", "the", "light"),
    *("is", "green", "and", "ask", "somebody", "who", "knows"),
)
_IMPORT = """
import json, resource, sys, time
from pathlib import Path
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.exchange.kit.options import ImportOptions
from reviewer.store.database import open_workspace
workspace = open_workspace(Path(sys.argv[2]), create=True)
start, used = time.perf_counter(), time.process_time()
labels = {"safe": "answer", "unsafe": "refuse"}
last = [used]
def progress(count):
    last[0] = time.process_time()
request = ImportRequest(Path(sys.argv[1]), options=ImportOptions(label_map=labels))
report = import_file(workspace, request, progress=progress)
own, child = time.process_time() - used, resource.getrusage(resource.RUSAGE_CHILDREN)
with open("/proc/self/status", encoding="ascii") as status:
    peak = int(next(line for line in status if line.startswith("VmHWM")).split()[1])
print(json.dumps({
    "rows": max(report.cases_added, report.responses_added), "wall": time.perf_counter() - start, "own": own,
    "behind": time.process_time() - last[0],
    "child": child.ru_utime + child.ru_stime, "own_kb": peak, "child_kb": child.ru_maxrss, "unread": report.unread,
}))
"""


def write_table(path: Path, n: int, n_cases: int) -> None:
    """Responses of some models to `n_cases` requests, each of them again and again."""
    schema = pa.schema([(name, pa.string()) for name in ("prompt", "model", "response")])
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, n, _AT_ONCE):
            some = range(start, min(n, start + _AT_ONCE))
            columns = [
                [f"How do I do thing number {number % n_cases} at home?" for number in some],
                [f"m{number // n_cases % N_MODELS}" for number in some],
                [f"{_text(number)} Number {number}." for number in some],
            ]
            writer.write_table(pa.table(columns, schema=schema))


def _text(number: int) -> str:
    return " ".join(_WORDS[(number * 7 + at * at) % len(_WORDS)] for at in range(60))


def _write_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("prompt,category,label\n")
        for number in range(N_ROWS):
            file.write(f"How do I do thing number {number} at home?,c{number % 12},{('safe', 'unsafe')[number % 2]}\n")


def _write_log(path: Path) -> None:
    inspect_eval(path, [inspect_sample(f"s{number:05}", text=_text(number)) for number in range(N_SAMPLES)])


def _floor(source: Path, target: Path) -> float:
    """Processor seconds for the same texts into one table and its search index by the driver itself, unread."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    connection = sqlite3.connect(target)
    connection.execute("CREATE TABLE r (id INTEGER PRIMARY KEY, prompt, model, text)")
    connection.execute("CREATE VIRTUAL TABLE f USING fts5(text, content='r', content_rowid='id')")
    for batch in parquet.ParquetFile(source).iter_batches(_AT_ONCE):
        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        connection.executemany("INSERT INTO r (prompt, model, text) VALUES (?, ?, ?)", rows)
    connection.execute("INSERT INTO f (rowid, text) SELECT id, text FROM r")
    connection.commit()
    connection.close()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - used


def _imported(source: Path, target: Path) -> dict[str, float]:
    command = [sys.executable, "-c", _IMPORT, str(source), str(target)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _figures(what: str, n: int, write: Callable[[Path], None], source: Path, aim: float | None) -> Iterator[Figure]:
    write(source)
    has_floor = source.suffix == ".parquet"
    floor = _floor(source, source.with_suffix(".floor")) if has_floor else None
    found = _imported(source, source.with_suffix(".sqlite"))
    if found["rows"] != n:
        raise RuntimeError(f"only {found['rows']} rows of {source.name} arrived")
    yield Figure(f"import of {what}", found["wall"], "s", floor, "sqlite3 and its search index alone", aim)
    yield Figure("  processor time of the program", found["own"], "s")
    yield Figure("  of it behind the last row, when nothing is read beside it", found["behind"], "s")
    yield Figure("  processor time of the process that reads", found["child"], "s")
    yield Figure("  peak memory of the program", found["own_kb"] / _KB_IN_MB, "MB", aim=600.0)
    yield Figure("  peak memory of the process that reads", found["child_kb"] / _KB_IN_MB, "MB")


def tables() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for n_cases in (N_ONCE, N_RESPONSES):
            yield from _figures(
                f"1,000,000 responses to {n_cases:,} requests",
                N_RESPONSES,
                partial(write_table, n=N_RESPONSES, n_cases=n_cases),
                folder / f"{n_cases}.parquet",
                60.0,
            )
        yield from _figures(f"{N_ROWS:,} cases from CSV", N_ROWS, _write_csv, folder / "t.csv", None)
        yield from _figures(f"an Inspect log of {N_SAMPLES:,} samples", N_SAMPLES, _write_log, folder / "l.eval", 15.0)
