"""Counts the work of a call, so that a test of how it grows needs no clock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import TraceFunction


def lines_run(call: Callable[[str], object], text: str) -> int:
    """How many lines of Python the call runs."""
    count = 0

    def tally(frame: FrameType, event: str, argument: object) -> TraceFunction:
        nonlocal count
        count += event == "line"
        return tally

    before = sys.gettrace()
    sys.settrace(tally)
    try:
        call(text)
    finally:
        sys.settrace(before)
    return count
