"""Which of many backups are kept: the closer in time, the closer together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

_ALL_OF = timedelta(days=1)
_ONE_A: tuple[tuple[timedelta, Callable[[datetime], object]], ...] = (
    (timedelta(days=7), lambda at: at.date()),
    (timedelta(weeks=5), lambda at: at.isocalendar()[:2]),
    (timedelta(days=366), lambda at: (at.year, at.month)),
)


def kept(made: Iterable[datetime], now: datetime) -> set[datetime]:
    """All of the last day, the last of each day for 7 days, of each week for 5 weeks, of each month for 12 months.

    The newest is always kept. Ages count from it where `now` is later: a clock that runs ahead, or a year without a
    backup, takes nothing away.
    """
    times = sorted(set(made), reverse=True)
    if not times:
        return set()
    start = min(now, times[0])
    found = {times[0], *(at for at in times if start - at <= _ALL_OF)}
    for span, period in _ONE_A:
        last: dict[object, datetime] = {}
        for at in times:
            if start - at <= span:
                last.setdefault(period(at), at)
        found.update(last.values())
    return found
