"""How long a reviewer's keys take in the real window, offscreen: 100,000 cases × 2 runs, until it is painted."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reviewer.store.database import open_workspace
from tests.benchmarks.measure import Figure
from tests.benchmarks.queues import fill_both_runs

_PROGRAM = """
import sys, time
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer, Qt
from PySide6.QtTest import QTest
from reviewer.host.settings import Settings, save
from reviewer.store.facts.review import QueueFilter
from reviewer.ui.application import make_application
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from reviewer.ui.frame.main_window import MainWindow

folder = Path(sys.argv[1])
save(Settings(reviewer="ana"), folder / "settings.json")
application = make_application(["reviewer"], folder / "settings.json")
session = Session(Tasks(), folder / "settings.json")
window = MainWindow(session)
window.resize(1366, 768)
window.show()
clock = time.perf_counter
waking = QTimer()
waking.start(100)  # so that what does not come about is told

def until(reached, most_s=60.0):
    started = clock()
    while not reached():
        # asleep until something happens, as the window is: a loop that spins takes the interpreter from the database
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        assert clock() - started < most_s, "it did not come about"
    application.processEvents()
    return (clock() - started) * 1000

def idle():
    until(lambda: not session.tasks.under_way)

def percentile(times, share):
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]

session.open(folder / "bench.sqlite", create=False)
until(lambda: session.is_open)
started = clock()
window.show_page("review")
page = window.pages["review"]
until(lambda: page.state.current is not None and page.list_model.index(0).data() is not None)
print("the first list and its first response", (clock() - started) * 1000, 1500)
page.list.setFocus()
state = page.state

def press(key, held=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(window.focusWidget() or window, key, held)

def decided(key):
    place = state.current.index
    started = clock()
    press(key)
    until(lambda: state.current.index == place + 1)
    return (clock() - started) * 1000

early = [decided((Qt.Key.Key_1, Qt.Key.Key_5)[at % 2]) for at in range(100)]
print("the first decisions, while the score and the fonts are read, 95 of 100", percentile(early, 0.95), 50)
idle()
times = []
for at in range(300):
    times.append(decided((Qt.Key.Key_1, Qt.Key.Key_5)[at % 2]))
    if at % 10 == 0:
        idle()
print("a decision to the next case, 99 of 100", percentile(times, 0.99), 50)
print("the median of it", percentile(times, 0.5), 0)
steps = []
for _ in range(100):
    place = state.current.index
    started = clock()
    press(Qt.Key.Key_J)
    until(lambda: state.current.index == place + 1)
    steps.append((clock() - started) * 1000)
print("a step to the next case, 99 of 100", percentile(steps, 0.99), 50)
for _ in range(100):
    press(Qt.Key.Key_K)
until(lambda: state.current.index == place - 99)
idle()
undone = []
for _ in range(20):
    place = state.current.index
    started = clock()
    press(Qt.Key.Key_U)
    until(lambda: state.current.index == place - 1)
    undone.append((clock() - started) * 1000)
print("undo, 95 of 100", percentile(undone, 0.95), 50)
bar, scrolled = page.list.verticalScrollBar(), []
for _ in range(200):
    started = clock()
    bar.setValue(bar.value() + 30)
    page.list.viewport().repaint()
    scrolled.append((clock() - started) * 1000)
    application.processEvents()
print("a page of the list scrolled, 95 of 100", percentile(scrolled, 0.95), 16)
idle()
started = clock()
session.select(second_run_id=1)
press(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
until(lambda: state.queue.second is not None and state.current is not None)
print("the second run beside", (clock() - started) * 1000, 150)
idle()

def decided_on_both_sides():
    times = []
    for at in range(200):
        place = state.current.index
        started = clock()
        press(Qt.Key.Key_1)
        press(Qt.Key.Key_5, Qt.KeyboardModifier.ShiftModifier)
        until(lambda: state.current.index == place + 1)
        times.append((clock() - started) * 1000)
        if at % 10 == 0:
            idle()
    return percentile(times, 0.99)

print("two decisions side by side, 99 of 100", decided_on_both_sides(), 100)
press(Qt.Key.Key_B)
idle()
print("the same in a blind review, 99 of 100", decided_on_both_sides(), 100)
press(Qt.Key.Key_B)
idle()
for key, words in ((QueueFilter.UNDECIDED, "nobody decided yet"), (QueueFilter.OUT_OF_LABEL, "differs from the label")):
    before = state.queue
    started = clock()
    state.load(before.run.id, 0, key)
    until(lambda: state.queue is not before and state.current is not None)
    print(f"another queue shown: {words}", (clock() - started) * 1000, 150)
    idle()
with open("/proc/self/status", encoding="ascii") as status:
    peak = next(line for line in status if line.startswith("VmHWM")).split()[1]
print("peak memory, MB", int(peak) / 1024, 400)
session.close()
"""


def reviewing() -> Iterator[Figure]:
    """Each time ends when the next response is shown; a decision is on disk before that."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder) / "bench.sqlite")
        fill_both_runs(workspace)
        workspace.close()
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-c", _PROGRAM, folder]
        ended = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    for line in ended.stdout.splitlines():
        name, value, aim = line.rsplit(" ", 2)
        unit = "MB" if name.endswith("MB") else "ms"
        yield Figure(name.removesuffix(", MB"), float(value), unit, aim=float(aim) or None)
