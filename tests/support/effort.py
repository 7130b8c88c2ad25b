"""How often a test that draws, kills or repeats does so: in full with --whole, less without."""

from __future__ import annotations

_whole = False


def set_effort(*, whole: bool) -> None:
    """Said once, before any test is read."""
    global _whole
    _whole = whole


def often(whole: int, short: int) -> int:
    """`whole` under --whole, else `short`."""
    return whole if _whole else short
