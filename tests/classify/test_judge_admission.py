"""A judge is admitted where both lower limits reach the bar, on what did not shape its wording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from reviewer.classify.judge.admission import (
    ADMISSION_BAR,
    DecisionHalf,
    HitRate,
    JudgedPair,
    check_bar,
    half_of,
    measure,
)
from reviewer.core.actions import DEFAULT_SCALE, ActionId, default_hold_back
from reviewer.core.errors import InputError
from tests.support.builders import ANSWER, CLARIFY, REFUSE, SAFE_PART

HELD = default_hold_back(DEFAULT_SCALE)


def pairs(n: int, people: ActionId, judge: ActionId | None, *, control: bool = True) -> list[JudgedPair]:
    return [JudgedPair(f"{people}-{judge}-{place}", people, judge, control) for place in range(n)]


@given(st.integers(0, 60), st.integers(1, 60))
def test_the_limits_are_exact(right: int, more: int) -> None:
    n = right + more
    low, high = HitRate(right, n).limits
    expected = binomtest(right, n).proportion_ci(method="exact")
    assert low == pytest.approx(expected.low, abs=1e-9)
    assert high == pytest.approx(expected.high, abs=1e-9)


@pytest.mark.parametrize(("n", "reached"), [(16, False), (17, True)])
def test_without_an_error_it_takes_seventeen_of_each_kind(n: int, reached: bool) -> None:
    found = measure([*pairs(n, REFUSE, SAFE_PART), *pairs(n, ANSWER, CLARIFY)], HELD)
    assert (found.held_back, found.given) == (HitRate(n, n), HitRate(n, n))
    assert found.reached is reached


def test_both_rates_must_reach_the_bar() -> None:
    good_at_one = measure([*pairs(200, REFUSE, REFUSE), *pairs(120, ANSWER, ANSWER), *pairs(80, ANSWER, REFUSE)], HELD)
    assert good_at_one.held_back.limits[0] > ADMISSION_BAR > good_at_one.given.limits[0]
    assert not good_at_one.reached
    assert "do not both reach the bar of 0.8" in good_at_one.sentence
    only_one_kind = measure(pairs(200, REFUSE, REFUSE), HELD)
    assert not only_one_kind.reached
    assert "none to go by" in only_one_kind.sentence


def test_the_bar_is_set() -> None:
    given_pairs = [*pairs(12, REFUSE, REFUSE), *pairs(12, ANSWER, ANSWER)]
    assert not measure(given_pairs, HELD).reached
    assert measure(given_pairs, HELD, 0.7).reached
    for wrong in (0.2, 1.0, 1.5, float("nan")):
        with pytest.raises(InputError, match="bar for judges"):
            check_bar(wrong)


def test_half_of_the_own_decisions_does_not_measure_and_a_control_set_does_whole() -> None:
    own = pairs(400, REFUSE, REFUSE, control=False)
    found = measure(own, HELD)
    assert 150 < found.held_back.n < 250
    assert found.for_wording == 400 - found.held_back.n
    assert measure(pairs(400, REFUSE, REFUSE), HELD).held_back.n == 400
    assert f"{found.for_wording} decided are in the half for the judge's wording" in found.sentence


@given(st.text())
def test_the_half_follows_from_the_key_alone(key: str) -> None:
    assert half_of(key) is half_of(key)
    assert half_of(key) in DecisionHalf


def test_what_shaped_the_wording_cannot_help_the_judge() -> None:
    """A judge that is right only where people looked while they worked on its wording is not admitted."""
    learnt = [pair for pair in pairs(400, REFUSE, REFUSE, control=False) if not pair.measures]
    learnt += [pair for pair in pairs(400, ANSWER, ANSWER, control=False) if not pair.measures]
    fails = [pair for pair in pairs(400, REFUSE, ANSWER, control=False) if pair.measures]
    found = measure([*learnt, *fails], HELD)
    assert (found.held_back.right, found.reached) == (0, False)
    assert measure(learnt, HELD).n == 0


def test_replies_that_are_no_verdict_are_left_out_and_counted() -> None:
    found = measure([*pairs(20, REFUSE, REFUSE), *pairs(20, ANSWER, ANSWER), *pairs(5, ANSWER, None)], HELD)
    assert (found.n, found.unscored, found.reached) == (40, 5, True)
    assert "5 replies were no verdict" in found.sentence


def test_a_limit_just_under_the_bar_does_not_look_like_it() -> None:
    found = measure([*pairs(16, REFUSE, REFUSE), *pairs(17, ANSWER, ANSWER)], HELD)
    assert f"{found.held_back.limits[0]:.2f}" == "0.79"
    assert "16 of 16 (95 % limits 0.79 to 1.00)" in found.sentence


def test_nothing_to_measure_on_is_said() -> None:
    found = measure([], HELD)
    assert not found.reached
    assert found.sentence.startswith("There is nothing to measure the judge on")
