"""How long a reviewer's keys take in the real window, offscreen: 100,000 cases × 2 runs, until it is painted."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from reviewer.app.runs import RunRequest, create_run
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.store.database import Workspace, open_workspace
from tests.benchmarks.measure import Figure
from tests.benchmarks.queues import RUNS, add_run, fill_both_runs
from tests.benchmarks.running import served
from tests.support.builders import make_cases

MILLION = 1_000_000
CASES_OF_OTHERS = 1_000
"""Of each of the thirty runs that are there besides the two under review."""
SENT_MS, SENT_AT_ONCE = 50, 16

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
session.select(run_id=2)  # one of the two long ones, whichever other runs are there
started = clock()
window.show_page("review")
page = window.pages["review"]
until(lambda: page.state.current is not None and page.list_model.index(0).data() is not None)
print("the first list and its first response", (clock() - started) * 1000, 1500)
page.list.setFocus()
state = page.state
assert state.queue.run.id == 2, state.queue.run.name

if sys.argv[2:]:
    # another run is sent and stored meanwhile, as fast as its server lets it
    from reviewer.store.queries.runs import run_named
    from reviewer.ui.jobs.running import running_of
    idle()
    session.read(lambda workspace: run_named(workspace, "being sent"), running_of(session).send)
    until(lambda: running_of(session).run_ids)
    until(lambda: (going := running_of(session).of(running_of(session).run_ids[0])).progress and going.progress.done)

def idle():
    if not sys.argv[2:]:
        until(lambda: not session.tasks.under_way)

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
if sys.argv[2:]:
    assert running_of(session).run_ids, "all was sent before the end: the figures above are not of sending"
    moment = running_of(session).of(running_of(session).run_ids[0]).progress
    print("responses stored meanwhile, thousands", moment.done / 1000, 0)
with open("/proc/self/status", encoding="ascii") as status:
    peak = next(line for line in status if line.startswith("VmHWM")).split()[1]
print("peak memory, MB", int(peak) / 1024, 400)
session.close()
"""


def reviewing() -> Iterator[Figure]:
    """Each time ends when the next response is shown; a decision is on disk before that."""
    yield from _reviewed(fill_both_runs)


def reviewing_32_runs() -> Iterator[Figure]:
    """The same with thirty runs more in the workspace."""
    yield from _reviewed(_fill_32_runs)


def reviewing_while_sending() -> Iterator[Figure]:
    """The same while a run over as many cases is being sent to a server that answers after 50 ms, 16 at once."""
    with served(SENT_MS) as port:
        yield from _reviewed(partial(_fill_and_leave_one, port=port), "sending")


def reviewing_a_million() -> Iterator[Figure]:
    """1,000,000 responses, held against twice the aims; making them takes minutes."""
    for figure in _reviewed(partial(fill_both_runs, n_cases=MILLION // RUNS)):
        yield replace(figure, aim=None if figure.aim is None else 2 * figure.aim)


def _fill_32_runs(workspace: Workspace) -> None:
    suite_id = fill_both_runs(workspace)
    cases = make_cases(CASES_OF_OTHERS)
    for number in range(RUNS, 32):
        add_run(workspace, suite_id, cases, number)


def _fill_and_leave_one(workspace: Workspace, port: int) -> None:
    fill_both_runs(workspace)
    endpoint = Endpoint("bench", "openai-chat", f"http://127.0.0.1:{port}/v1", concurrency=SENT_AT_ONCE)
    create_run(workspace, RunRequest("Suite", ModelVersion("v", endpoint, "m"), name="being sent"))


def _reviewed(fill: Callable[[Workspace], object], *given: str) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder) / "bench.sqlite")
        fill(workspace)
        workspace.close()
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-c", _PROGRAM, folder, *given]
        ended = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    for line in ended.stdout.splitlines():
        name, value, aim = line.rsplit(" ", 2)
        words, _, unit = name.partition(", ") if name.endswith((", MB", ", thousands")) else (name, "", "ms")
        yield Figure(words, float(value), unit, aim=float(aim) or None)
