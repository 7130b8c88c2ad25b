"""Cold start to the first paint, and opening a large workspace, each in a fresh process."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.store.database import open_workspace
from tests.benchmarks.cases import write_cases
from tests.benchmarks.measure import Figure, python_s

EMPTY_WINDOW = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.show()
app.processEvents()
"""

FIRST_PAINT = """
import time
from pathlib import Path
from reviewer.ui.application import make_application, make_window
settings = Path({settings!r})
app = make_application(["reviewer"], settings)
window = make_window(settings)
window.session.open(Path({workspace!r}), create=False)
window.resize(1366, 768)
window.show()
table = None
while table is None or table.model().index(0, 0).data() in (None, "", "…"):
    app.processEvents()
    page = window.pages.get("cases")
    table = page.list.table if page is not None and page.list.model.rowCount() else None
    time.sleep(0.001)
window.grab()
window.close()
"""


def _workspace(folder: Path, n: int) -> Path:
    source, path = folder / f"{n}.jsonl", folder / f"{n}.sqlite"
    write_cases(source, n)
    workspace = open_workspace(path)
    import_file(workspace, ImportRequest(source))
    workspace.close()
    return path


def _first_paint(n: int) -> tuple[float, float, float, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with tempfile.TemporaryDirectory() as made:
        path = _workspace(Path(made), n)
        code = FIRST_PAINT.format(settings=str(Path(made) / "settings.json"), workspace=str(path))
        floor_s, floor_mb = python_s(EMPTY_WINDOW, environment)
        seconds, megabytes = python_s(code, environment)
    return seconds, megabytes, floor_s, floor_mb


def starting() -> Iterator[Figure]:
    seconds, megabytes, floor_s, floor_mb = _first_paint(10_000)
    yield Figure("cold start to first paint, 10,000 cases", seconds, "s", floor_s, "an empty Qt window", 1.0)
    yield Figure("its peak memory", megabytes, "MB", floor_mb, "an empty Qt window")


def opening() -> Iterator[Figure]:
    seconds, megabytes, floor_s, floor_mb = _first_paint(100_000)
    yield Figure("opening 100,000 cases, cold start included", seconds, "s", floor_s, "an empty Qt window", 1.5)
    yield Figure("its peak memory", megabytes, "MB", floor_mb, "an empty Qt window", 400.0)
