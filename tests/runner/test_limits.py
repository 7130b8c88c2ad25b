"""Pacing and waits."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.cases import Message, Role
from reviewer.core.errors import InputError
from reviewer.runner.limits import Limits, Pacer, estimated_tokens
from tests.runner.fakes import FakeTime
from tests.support.tool_cases import PICTURED, case_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "make",
    [
        partial(Limits, concurrency=0),
        partial(Limits, concurrency=1001),
        partial(Limits, max_attempts=0),
        partial(Limits, timeout_s=0.0),
        partial(Limits, rpm=-1),
        partial(Limits, tpm=math.nan),
    ],
)
def test_a_limit_that_cannot_be_is_refused(make: Callable[[], Limits]) -> None:
    with pytest.raises(InputError):
        make()


@given(st.integers(1, 5000), st.randoms(use_true_random=False))
def test_waits_are_jittered_within_a_growing_and_capped_limit(attempt: int, rng: random.Random) -> None:
    limits = Limits(backoff_s=0.5, max_backoff_s=30.0)
    assert 0 <= limits.backoff(attempt, rng) <= min(30.0, 0.5 * 2.0 ** min(attempt - 1, 60))


async def test_without_limits_nobody_waits() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    for _ in range(5):
        await pacer.turn(1000)
    assert time.slept == []


async def test_requests_per_minute_are_spaced_evenly() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.set_rates(rpm=30, tpm=None)
    for _ in range(4):
        await pacer.turn(10)
    assert time.now_s == pytest.approx(6.0)
    time.now_s += 100
    for _ in range(2):
        await pacer.turn(10)
    assert time.now_s == pytest.approx(108.0), "idle time saves up no burst"


async def test_tokens_per_minute_space_long_requests_more() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.set_rates(rpm=60, tpm=600)
    for tokens in (100, 1, 1):
        await pacer.turn(tokens)
    assert time.slept == pytest.approx([10.0, 1.0])


async def test_a_pause_holds_for_all() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.hold(7)
    await pacer.turn(1)
    assert time.slept == [7.0]


def test_tokens_are_estimated_from_characters() -> None:
    assert estimated_tokens((Message(Role.SYSTEM, "a" * 10), Message(Role.USER, "b" * 30))) == 10.0


def test_a_picture_counts_as_about_a_thousand_tokens_whatever_its_bytes() -> None:
    (pictured,) = case_of("a", PICTURED).messages
    assert estimated_tokens((pictured,)) == 1000 + len("Which plant is this?") / 4
