"""Reports of 80,000 cases against the version before, with the list of flips, each form in a process of its own:
writing what is put together, and the whole command on a workspace."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.store.database import open_workspace
from reviewer.store.facts.runs import Classified
from tests.benchmarks.measure import Figure
from tests.support.builders import make_cases, make_model_version, make_response, make_run, make_suite, make_verdict

CASES = 80_000
MEGABYTES = 800
AIMS = {".html": 20.0, ".xlsx": 60.0}
_MADE = """
import time
from dataclasses import replace
from io import BytesIO

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.scoring.comparison import case_flips, compare
from reviewer.core.scoring.flips import FlipKind
from reviewer.report.facts import FlippedCase, Versus
from reviewer.report.forms import FORMS
from tests.report.samples import TEMPLATES, observed, report_of

ids = DEFAULT_SCALE.ids
def run(step):
    return [observed(f"case-{n:05}", ids[n % 5], ids[(n * step // 7) % 5], category=f"topic {n % 12}")
            for n in range(CASES)]
before, now = run(3), run(5)
report = report_of(now, text="What should I say to somebody who asks me this? " * 3)
found = compare(before, now, DEFAULT_SCALE)
flips = tuple(FlippedCase(f.key, "", "What should I say?", f.label, f.band, f.a, f.b, f.kind)
              for f in case_flips(found) if f.kind is not FlipKind.UNCHANGED)
versus = Versus("before", report.model_version, found, "", {}, (), (), flips)
report = replace(report, versus=versus)
"""
_WRITTEN = """
start = time.perf_counter()
out = BytesIO()
FORMS[SUFFIX].write(report, out, TEMPLATES)
"""
_TOLD = """
import sys
with open("/proc/self/status", encoding="ascii") as status:
    peak = next(line for line in status if line.startswith("VmHWM")).split()[1]
sys.stdout.write(f"{time.perf_counter() - start} {peak} {len(flips)}")
"""


def reports() -> Iterator[Figure]:
    """Seconds of writing a report that is put together, and the peak of the whole process, scoring included."""
    for suffix, aim in AIMS.items():
        code = f"CASES, SUFFIX = {CASES}, {suffix!r}\n{_MADE}{_WRITTEN}{_TOLD}"
        seconds, peak, flips = python_told(code)
        yield Figure(f"report of {CASES:,} cases, {flips:,.0f} flips, {suffix}", seconds, "s", aim=aim)
        yield Figure(f"peak memory of it, {suffix}", peak / 1024, "MB", aim=MEGABYTES)
    yield from whole_commands()


def whole_commands() -> Iterator[Figure]:
    """`reviewer report` from its start to its end: processor time of all its processes, and the largest one's peak."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.sqlite"
        # in a process of its own: a child's peak begins with its parent's
        code = (
            "import sys; from pathlib import Path; from tests.benchmarks.reports import fill; fill(Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", code, str(path)], check=True)
        for suffix, aim in {**AIMS, ".pdf": None}.items():
            seconds, megabytes = _reported(path, Path(folder) / f"r{suffix}")
            yield Figure(f"`reviewer report` of {CASES:,} cases, {suffix}, CPU", seconds, "s", aim=aim)
            yield Figure(f"peak of its largest process, {suffix}", megabytes, "MB", aim=MEGABYTES)


def fill(path: Path) -> None:
    """A run and the one before it, which differ in most cases."""
    ids = DEFAULT_SCALE.ids
    plain = make_cases(CASES)
    cases = [replace(case, label=ids[n % 5], band={}, category=f"topic {n % 12}") for n, case in enumerate(plain)]
    with closing(open_workspace(path)) as workspace:
        suite_id = make_suite(workspace, cases)
        for name, step in (("before", 3), ("now", 5)):
            said = [
                Classified(make_response(case.key, "Some words. " * 20), (make_verdict(ids[(n * step // 7) % 5]),))
                for n, case in enumerate(cases)
            ]
            make_run(workspace, suite_id, said, name=name, version=make_model_version(name))


def _reported(workspace: Path, out: Path) -> tuple[float, float]:
    """CPU seconds and MB of one command."""
    asked = ["report", "--workspace", str(workspace), "--run", "now", "--against", "before", "--out", str(out)]
    process = subprocess.Popen([sys.executable, "-m", "reviewer", *asked], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"the report {out.name} ended with {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def python_told(code: str) -> list[float]:
    """What a Python process of its own prints, as numbers."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return [float(each) for each in done.stdout.split()]
