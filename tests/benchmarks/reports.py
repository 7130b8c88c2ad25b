"""Reports of 80,000 cases against the version before, with the list of flips, each form in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.measure import Figure

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


def python_told(code: str) -> list[float]:
    """What a Python process of its own prints, as numbers."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return [float(each) for each in done.stdout.split()]
