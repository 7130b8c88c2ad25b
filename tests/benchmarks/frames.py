"""Whether the window stays smooth while a run stores responses as fast as it can."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.benchmarks.measure import Figure
from tests.benchmarks.running import MAKE, served

REQUESTS = 6_000
CONCURRENCY = 64
MOST_MS = 50.0
_PROGRAM = f"""{MAKE}
import time
from PySide6.QtCore import QEventLoop, QTimer
from reviewer.ui.application import make_application
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from reviewer.ui.jobs.running import running_of
from reviewer.ui.frame.main_window import MainWindow

application = make_application(["reviewer"], folder / "none.json")
session = Session(Tasks(), folder / "settings.json")
window = MainWindow(session)
window.resize(1366, 768)
window.show()
session.open(folder / "bench.sqlite", create=False)

def settle():
    while session.tasks.under_way:
        application.processEvents()

settle()
window.show_page("runs")
settle()
window.pages["runs"].table.selectRow(0)
settle()
ticks, timer, loop = [], QTimer(), QEventLoop()
timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
running_of(session).ended.connect(lambda _run: loop.quit())
timer.start(4)
started = time.perf_counter()
window.commands["runs.resume"].trigger()
loop.exec()
took = time.perf_counter() - started
gaps = sorted(later - earlier for earlier, later in zip(ticks, ticks[1:]))
print(gaps[int(len(gaps) * 0.99)] * 1000, gaps[-1] * 1000, n / took)
session.close()
"""


def frames() -> Iterator[Figure]:
    """Gaps between the ticks of a timer of 4 ms in the window's event loop, while a run goes at full speed."""
    with served(0) as port, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _PROGRAM, folder, str(port), str(REQUESTS), str(CONCURRENCY)]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        ended = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    nearly_all, longest, rate = map(float, ended.stdout.split())
    yield Figure("gap in the event loop, 99 of 100", nearly_all, "ms", aim=MOST_MS)
    yield Figure("the longest", longest, "ms")
    yield Figure("stored each second meanwhile", rate, "/s")
