"""Whether a judge orders two versions as people do, on the pairs in which people see a difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from reviewer.classify.judge.ordering import JudgeOrder, RankedPair, judge_order


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_test_is_the_exact_binomial(alike: int, other: int) -> None:
    n = alike + other
    expected = binomtest(alike, n, 0.5, alternative="greater").pvalue if n else 1.0
    assert JudgeOrder("judge/x", n, alike, 0).p == pytest.approx(expected)


def test_only_pairs_count_in_which_people_see_a_difference() -> None:
    same = [RankedPair(2, 2, 0, 4)] * 50
    right, wrong = [RankedPair(0, 4, 1, 3)] * 3 + [RankedPair(3, 1, 4, 0)], [RankedPair(0, 4, 4, 0)] * 2
    ties = [RankedPair(0, 4, 2, 2)] * 2
    found = judge_order("judge/x", [*same, *right, *wrong, *ties])
    assert (found.n, found.alike, found.ties) == (8, 4, 2)


def test_a_judge_that_orders_as_people_do_is_not_spoken_of() -> None:
    assert judge_order("judge/x", [RankedPair(0, 4, 0, 4)] * 5).sentence == ""
    assert judge_order("judge/x", [RankedPair(4, 0, 3, 1)] * 5).better_than_chance
    assert judge_order("judge/x", [RankedPair(1, 1, 0, 4)] * 5).sentence == ""


def test_a_judge_that_does_not_is_named_with_the_counts() -> None:
    pairs = [RankedPair(0, 4, 0, 4)] * 5 + [RankedPair(0, 4, 4, 0)] * 3 + [RankedPair(0, 4, 2, 2)]
    assert judge_order("judge/x", pairs).sentence == (
        "Between these two versions judge/x is no better than chance: of 9 pairs in which people see a difference it "
        "orders 5 as they do, and sees none in 1 (exact binomial p = 0.5)."
    )
    few = judge_order("judge/x", [RankedPair(0, 4, 0, 4)] * 4)
    assert "of 4 pairs" in few.sentence
    one = judge_order("judge/x", [RankedPair(0, 4, 0, 4)])
    assert "of 1 pair in which" in one.sentence


def test_seeing_no_difference_is_not_seeing_what_people_see() -> None:
    blind = judge_order("judge/x", [RankedPair(0, 4, 2, 2)] * 30)
    assert (blind.alike, blind.p) == (0, 1.0)
    assert not blind.better_than_chance
