"""How a figure is taken and what it is compared with."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

RUNS = 3


@dataclass(frozen=True)
class Figure:
    """One measured value beside the floor that was measured in the same run, and the aim."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    floor_is: str = ""
    aim: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio}

    def __str__(self) -> str:
        parts = [f"{self.name:<46} {self.value:>9.2f} {self.unit}"]
        if self.floor is not None:
            parts.append(f"floor {self.floor:.2f} ({self.floor_is}), ratio {self.ratio:.1f}")
        if self.aim is not None:
            parts.append(f"aim {self.aim:g}: {'met' if self.value <= self.aim else 'not met'}")
        return "   ".join(parts)


def median_s(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median wall seconds of some runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


PRINT_PEAK = """
import sys
with open("/proc/self/status", encoding="ascii") as status:
    sys.stderr.write(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""
"""Not `ru_maxrss`: a child starts with its parent's, and the parent has just made the data."""


def python_s(code: str, environment: dict[str, str] | None = None) -> tuple[float, float]:
    """Median wall seconds and peak resident megabytes of a fresh interpreter that runs `code`."""
    times, peak = [], 0.0
    for _ in range(RUNS):
        start = time.perf_counter()
        command = [sys.executable, "-c", f"{code}\n{PRINT_PEAK}"]
        ended = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        times.append(time.perf_counter() - start)
        peak = max(peak, int(ended.stderr.splitlines()[-1]) / 1024)
    return statistics.median(times), peak
