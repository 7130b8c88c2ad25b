"""How what a person no longer wants is stopped: it is asked now and then, and ends where it stands."""

from __future__ import annotations

from collections.abc import Callable


class ReportCancelledError(Exception):
    """The person no longer wants the report, or the bundle."""


def never() -> bool:
    return False


def stop_if(cancelled: Callable[[], bool]) -> None:
    """Raises ReportCancelledError where it is cancelled."""
    if cancelled():
        raise ReportCancelledError
