"""Limits that a child process sets on itself before it reads what may be a bomb: processor time, memory, no dump."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

OVER_MEMORY = 77
"""The status of a process that was ended because it held more memory than it may."""
_LOOKED_EVERY = 0.05


def limit_this_process(seconds: int, size: int) -> None:
    """At most `seconds` of processor time and `size` bytes of memory.

    Linux refuses what would be too much (MemoryError). Elsewhere a thread looks every 50 ms at what is held and
    ends the process with `OVER_MEMORY`; Windows limits no processor time, so whoever started this watches it.
    """
    if sys.platform == "win32":
        _watch(size, _held_by_windows)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would hold the file's texts
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    else:
        _watch(size, lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _watch(size: int, held: Callable[[], int]) -> None:
    def look() -> None:
        while held() <= size:
            time.sleep(_LOOKED_EVERY)
        os._exit(OVER_MEMORY)

    threading.Thread(target=look, daemon=True).start()


def _held_by_windows() -> int:
    """The working set of this process in bytes."""
    import ctypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_ = (
            ("size", ctypes.c_uint32),
            ("faults", ctypes.c_uint32),
            *((name, ctypes.c_size_t) for name in ("peak", "held", "a", "b", "c", "d", "e", "f")),
        )

    found = Counters(size=ctypes.sizeof(Counters))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - there on Windows only
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo(ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.byref(found), found.size)
    return int(found.held)
