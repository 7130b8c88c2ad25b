"""Import of 80,000 cases, whole: reading, validation, hashing, storing, indexing for search."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.store.database import open_workspace
from tests.benchmarks.measure import Figure, median_s

N_CASES = 80_000


def write_cases(path: Path, n: int) -> None:
    """A native file of `n` short, distinct cases over all labels, a fifth of them with a band."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(n):
            label = DEFAULT_SCALE.ids[number % len(DEFAULT_SCALE)]
            line: dict[str, object] = {
                "key": f"case-{number:06d}",
                "prompt": f"Request number {number}: how do I arrange the {number % 97} chairs of the hall for a talk?",
                "label": label,
                "category": f"category {number % 12}",
                "tags": [f"tag {number % 31}"],
            }
            if number % 5 == 2:
                line["band"] = {"answer_with_caveat": 0.5}
            file.write(json.dumps(line) + "\n")


def _bare_sqlite(source: Path, target: Path) -> None:
    """The floor: the same lines read as JSON and put into one table by the driver itself."""
    rows = [tuple(map(str, json.loads(line).values())) for line in source.read_text(encoding="utf-8").splitlines()]
    connection = sqlite3.connect(target)
    connection.execute("CREATE TABLE c (key, prompt, label, category, tags)")
    connection.executemany("INSERT INTO c VALUES (?, ?, ?, ?, ?)", [row[:5] for row in rows])
    connection.commit()
    connection.close()


def importing() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source = folder / "cases.jsonl"
        write_cases(source, N_CASES)
        floors = iter(range(10))
        floor = median_s(lambda: _bare_sqlite(source, folder / f"floor{next(floors)}.sqlite"))
        workspace = open_workspace(folder / "w.sqlite")
        start = time.perf_counter()
        report = import_file(workspace, ImportRequest(source))
        seconds = time.perf_counter() - start
        workspace.close()
    if report.cases_added != N_CASES:
        raise RuntimeError(f"only {report.cases_added} cases arrived")
    yield Figure("import of 80,000 cases", seconds, "s", floor, "json + sqlite3 executemany, no checks", 4.0)
