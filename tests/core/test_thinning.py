"""Which backups are kept, over any dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.thinning import kept

START, END = datetime(2024, 1, 1), datetime(2026, 12, 31)  # noqa: DTZ001 Hypothesis wants bounds without a zone
MOMENTS = st.datetimes(START, END, timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))
BACKUPS = st.lists(MOMENTS, min_size=1, max_size=80)
PERIODS: list[tuple[timedelta, Callable[[datetime], object]]] = [
    (timedelta(days=7), lambda at: at.strftime("%Y-%m-%d")),
    (timedelta(weeks=5), lambda at: at.strftime("%G-%V")),
    (timedelta(days=365), lambda at: at.strftime("%Y-%m")),
]


@given(BACKUPS, MOMENTS)
def test_the_newest_and_all_of_the_last_day_stay(made: list[datetime], now: datetime) -> None:
    found = kept(made, now)
    assert max(made) in found <= set(made)
    assert {at for at in made if now - at <= timedelta(days=1)} <= found


@pytest.mark.parametrize(("span", "period"), PERIODS)
@given(made=BACKUPS, now=MOMENTS)
def test_each_period_keeps_its_last_one(
    span: timedelta, period: Callable[[datetime], object], made: list[datetime], now: datetime
) -> None:
    found = kept(made, now)
    for at in made:
        if now - at <= span:
            assert max(each for each in made if period(each) == period(at)) in found


@given(BACKUPS)
def test_of_earlier_days_only_so_many_stay(made: list[datetime]) -> None:
    earlier = {at for at in kept(made, END.replace(tzinfo=UTC)) if max(made) - at > timedelta(days=1)}
    assert len(earlier) <= 8 + 6 + 13


@given(BACKUPS, MOMENTS, st.lists(MOMENTS, max_size=10))
def test_thinning_more_often_takes_nothing_more(made: list[datetime], now: datetime, more: list[datetime]) -> None:
    later = [max(made) + timedelta(days=1, seconds=n) for n, _ in enumerate(more)]
    at_last = max([now, *made, *later])
    assert kept([*kept(made, now), *later], at_last) == kept([*made, *later], at_last)


@given(BACKUPS, st.timedeltas(timedelta(0), timedelta(days=9000)))
def test_a_clock_that_runs_ahead_takes_nothing_away(made: list[datetime], ahead: timedelta) -> None:
    assert kept(made, max(made) + ahead) == kept(made, max(made))


def test_no_backup_is_none() -> None:
    assert kept([], datetime.now(UTC)) == set()
