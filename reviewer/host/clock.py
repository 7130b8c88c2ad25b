"""The one place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> str:
    """RFC 3339 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def today() -> date:
    """The day where this machine stands."""
    return datetime.now(UTC).astimezone().date()
