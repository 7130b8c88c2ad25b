"""Comparing two versions: tests against independent ones, limits, and what holds whatever the data."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, false_discovery_control

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource, UnscoredReason
from reviewer.core.scoring.comparison import Comparison, compare
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.discrimination import HeldBack
from reviewer.core.scoring.intervals import criterion_limits, d_prime_limits, mover_difference, wilson
from reviewer.core.scoring.movement import MovementVerdict, movement
from reviewer.core.scoring.paired import RightWrong, benjamini_hochberg, clustered_homogeneity, stuart_maxwell
from reviewer.core.scoring.probit import fit_probit
from reviewer.core.scoring.rates import PoleCases, cluster_tables
from tests.support.effort import often

IDS = DEFAULT_SCALE.ids
HOLDING = {3, 4}
Two = tuple[float, float]
Case = tuple[int, int, int, bool]


def observation(case: str, label: int, action: int | None, *, repeat: int = 1, pair: str = "") -> Observation:
    final = (
        FinalAction(None, None, UnscoredReason.STATE) if action is None else FinalAction(IDS[action], FinalSource.RULES)
    )
    return Observation(CaseKey(case), IDS[label], final, repeat=repeat, pair=pair)


def simulated(rng: np.random.Generator, cases: int, dials: Two, gains: Two) -> PoleCases:
    """Each case has its own difficulty, the same for both versions; thresholds follow the dial."""
    pole = np.arange(cases) % 2
    steps = np.array([-0.6, 0.0, 0.6, 1.2])
    actions = [
        np.searchsorted(steps + dial, rng.normal(size=cases) + gain * pole)
        for dial, gain in zip(dials, gains, strict=True)
    ]
    return PoleCases(pole, np.eye(len(IDS))[np.stack(actions)], np.arange(cases))


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_limits_are_those_of_scipy(counts: tuple[int, int]) -> None:
    k, n = counts
    known = binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert wilson(k, n) == pytest.approx((known.low, known.high), abs=1e-9)


def test_mover_of_the_given_pair_has_no_upper_end() -> None:
    low, high = d_prime_limits(HeldBack(200, 200, 149, 250))
    assert (round(low, 2), high) == (1.82, float("inf"))


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.01, 2), st.floats(0.01, 2))
def test_mover_of_symmetric_limits_adds_variances(a: float, b: float, x: float, y: float) -> None:
    half = float(np.hypot(x, y))
    assert mover_difference(a, (a - x, a + x), b, (b - y, b + y)) == pytest.approx((a - b - half, a - b + half))


@pytest.mark.parametrize("correlation", [-0.6, 0.0, 0.4, 0.9])
def test_correlated_estimates_with_symmetric_limits_have_the_normal_ones(correlation: float) -> None:
    first, second = 0.3, 0.5
    half = np.sqrt(first**2 + second**2 - 2 * correlation * first * second)
    found = mover_difference(1.0, (0.7, 1.3), 2.0, (1.5, 2.5), correlation)
    assert found == pytest.approx((-1.0 - half, -1.0 + half))


def test_rates_that_go_together_widen_the_criterion_and_narrow_d_prime() -> None:
    counts = HeldBack(80, 100, 20, 100)
    apart, together = (
        (d_prime_limits(counts, correlation=r), criterion_limits(counts, correlation=r)) for r in (0, 0.5)
    )
    assert together[0][1] - together[0][0] < apart[0][1] - apart[0][0]
    assert together[1][1] - together[1][0] > apart[1][1] - apart[1][0]


@given(st.integers(0, 200), st.integers(0, 200))
def test_mcnemar_is_the_binomial_test(b: int, c: int) -> None:
    expected = binomtest(min(b, c), b + c).pvalue if b + c else 1.0
    assert RightWrong(3, b, c, 4).p == pytest.approx(expected)


def test_two_actions_make_stuart_maxwell_mcnemars_chi_square() -> None:
    found = stuart_maxwell(np.array([[5, 12], [4, 9]]))
    assert found.df == 1
    assert found.statistic == pytest.approx((12 - 4) ** 2 / (12 + 4))


def test_an_action_that_nobody_changed_costs_no_degree_and_hides_no_flip() -> None:
    found = stuart_maxwell(np.array([[100, 200, 0], [0, 50, 0], [0, 0, 100]]))
    assert found.df == 1
    assert found.statistic == pytest.approx(200)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
@settings(max_examples=often(60, 20), deadline=None)
def test_without_clusters_both_tests_of_the_actions_are_one(cases: list[tuple[int, int, int]]) -> None:
    a, b = ([observation(f"{n:03}", case[0], case[side]) for n, case in enumerate(cases)] for side in (1, 2))
    found = compare(a, b, DEFAULT_SCALE)
    clustered = clustered_homogeneity(found.cases)
    assert clustered.df == found.homogeneity.df
    assert clustered.statistic == pytest.approx(found.homogeneity.statistic)


def test_twins_that_changed_together_count_once() -> None:
    a = [observation(f"{n:03}", 0, 0, pair=f"p{n // 2}") for n in range(40)]
    b = [observation(f"{n:03}", 0, 1 if n < 20 else 0, pair=f"p{n // 2}") for n in range(40)]
    found = compare(a, b, DEFAULT_SCALE)
    assert found.homogeneity.statistic == pytest.approx(20)
    assert found.clustered_homogeneity is not None
    assert found.clustered_homogeneity.df == 1
    assert found.clustered_homogeneity.statistic == pytest.approx(10)


@pytest.mark.parametrize("repeats", [1, 3])
def test_repeats_do_not_hide_or_feign_a_second_frontier(repeats: int) -> None:
    """At 5 % two of 40 pairs of one frontier are rejected, and most with a gain."""
    rejected = {0.0: 0, 0.6: 0}
    for gain, seed in itertools.product(rejected, range(40)):
        rng = np.random.default_rng([seed, repeats])
        lean = np.sqrt(0.7) * rng.normal(size=300)
        pole = np.arange(300) % 2
        shares = np.zeros((2, 300, len(IDS)))
        for version, _ in itertools.product((0, 1), range(repeats)):
            x = pole * (2 + gain * version) + lean + np.sqrt(0.3) * rng.normal(size=300)
            action = np.searchsorted(np.array([-0.6, 0.0, 0.6, 1.2]) + 0.4 * version, x)
            shares[version, np.arange(300), action] += 1 / repeats
        clusters = cluster_tables(PoleCases(pole, shares, np.arange(300)))
        fit = fit_probit(clusters.sum(axis=0), clusters)
        assert fit is not None
        rejected[gain] += fit.one_frontier_p < 0.05
    assert rejected[0.0] <= 7
    assert rejected[0.6] >= 24


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_p_values_are_those_of_scipy(p_values: list[float]) -> None:
    assert benjamini_hochberg([*p_values, None])[:-1] == pytest.approx(false_discovery_control(p_values).tolist())


def test_the_probit_finds_what_was_simulated() -> None:
    rng = np.random.default_rng(7)
    tables = cluster_tables(simulated(rng, 40_000, (0.0, 0.8), (2.0, 1.5)))
    fit = fit_probit(tables.sum(axis=0), tables)
    assert fit is not None
    assert fit.d_a == pytest.approx([2.0, 1.5], abs=0.08)
    assert fit.slope == pytest.approx(1.0, abs=0.08)
    assert fit.equal_slopes_p > 0.001


@pytest.mark.parametrize(
    ("dials", "gains", "verdict", "direction"),
    [
        ((0.0, 0.0), (2.0, 2.0), MovementVerdict.NONE, ""),
        ((0.0, 0.7), (2.0, 2.0), MovementVerdict.SLID, "less_cautious"),
        ((0.3, -0.4), (2.0, 2.0), MovementVerdict.SLID, "more_cautious"),
        ((0.0, 0.5), (1.5, 2.5), MovementVerdict.MOVED, "outward"),
        ((0.0, 0.0), (2.5, 1.5), MovementVerdict.MOVED_AND_SLID, "inward,less_cautious"),
    ],
)
def test_what_was_simulated_is_said(dials: Two, gains: Two, verdict: MovementVerdict, direction: str) -> None:
    found = movement(simulated(np.random.default_rng(4), 6_000, dials, gains), HOLDING)
    assert found is not None
    assert (found.verdict, found.direction) == (verdict, direction), found.sentence


def test_a_pure_shift_is_seldom_called_a_move() -> None:
    """120 shifts of one criterion by 0.8: at a true level of 5 % more than 14 have a chance under 1 in 1,000."""
    rng = np.random.default_rng(11)
    found = [movement(simulated(rng, 400, (0.0, 0.8), (2.0, 2.0)), HOLDING) for _ in range(120)]
    assert (
        sum(
            each is not None and each.verdict in (MovementVerdict.MOVED, MovementVerdict.MOVED_AND_SLID)
            for each in found
        )
        <= 14
    )


def test_a_version_that_does_one_thing_only_cannot_be_placed() -> None:
    rng = np.random.default_rng(5)
    paired = simulated(rng, 200, (0.0, 0.0), (2.0, 2.0))
    found = movement(_all_refuse(paired), HOLDING)
    assert found is not None
    assert (found.verdict, found.d_a) == (MovementVerdict.NOT_DECIDABLE, None)
    assert "B always holds back, whatever is asked" in found.sentence


def _all_refuse(paired: PoleCases) -> PoleCases:
    shares = paired.shares.copy()
    shares[1] = np.eye(len(IDS))[4]
    return replace(paired, shares=shares)


def test_without_both_poles_there_is_no_movement() -> None:
    side = [observation(f"c{n}", 0, n % 5) for n in range(20)]
    found = compare(side, side, DEFAULT_SCALE)
    assert found.movement is None
    assert not found.trades


def test_nothing_shared_is_said_and_no_figure_is_made_up() -> None:
    found = compare([observation("a", 0, 0)], [observation("b", 4, 4)], DEFAULT_SCALE)
    assert (found.only_a, found.only_b, found.n_shared) == (("a",), ("b",), 0)
    assert set(found.deltas.values()) == {None}
    assert any("No response" in warning for warning in found.warnings)


def test_changed_relabelled_and_unscored_cases_are_named_and_left_out() -> None:
    was = {"same": (0, 0), "asked": (0, 0), "label": (0, 0), "void": (4, 4)}
    now = {"same": (0, 4), "asked": (0, 4), "label": (4, 4), "void": (4, None)}
    first, second = ([observation(case, *of) for case, of in side.items()] for side in (was, now))
    found = compare(first, [_asked_otherwise(o) for o in second], DEFAULT_SCALE)
    assert (found.changed, found.dropped) == (("asked", "label"), ("void",))
    assert found.cases.a.keys == ("same",)


def _asked_otherwise(o: Observation) -> Observation:
    return replace(o, message_hash="other") if o.case == "asked" else o


RANKS = st.integers(0, 4)
CASES = st.lists(st.tuples(RANKS, RANKS, RANKS, st.booleans()), min_size=2, max_size=40)


def both_ways(cases: list[Case]) -> tuple[Comparison, Comparison]:
    sides = [
        [
            observation(f"c{n:02}", case[0], case[1 + side], pair=f"p{n // 2}" if case[3] else "")
            for n, case in enumerate(cases)
        ]
        for side in (0, 1)
    ]
    return compare(sides[0], sides[1], DEFAULT_SCALE), compare(sides[1], sides[0], DEFAULT_SCALE)


@settings(max_examples=often(60, 15), deadline=None)
@given(CASES)
def test_the_other_way_round_turns_every_difference(cases: list[Case]) -> None:
    there, back = both_ways(cases)
    for name in ("balanced", "plain", "caution_bias", "somers_d", "d_prime", "criterion"):
        one, two = there.deltas[name], back.deltas[name]
        assert (one is None) == (two is None)
        if one is not None and two is not None:
            assert one.value == pytest.approx(-two.value)
    assert there.right_wrong.p == back.right_wrong.p
    assert there.flips == back.flips
    assert there.trades == back.trades


def test_slices_show_where_it_changed() -> None:
    def side(action: int) -> list[Observation]:
        rows = []
        for n in range(40):
            one = observation(f"c{n:02}", 0, action if n < 20 else 0)
            rows.append(Observation(one.case, one.label, one.final, category="changed" if n < 20 else "kept"))
        return rows

    found = compare(side(0), side(4), DEFAULT_SCALE)
    by_value = {each.value: each for each in found.slices}
    assert by_value["changed"].flagged
    assert not by_value["kept"].flagged
    assert by_value["changed"].change.value == pytest.approx(-1)
