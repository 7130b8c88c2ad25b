"""What a planned comparison finds: the table of the formula, simulated power, and what earlier runs show."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.core.actions import ActionScale
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.scoring.cases import CaseTable, case_table
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.expecting import DEFAULT_RHO, Expecting, from_runs
from reviewer.core.scoring.frontier_change import FrontierChange, merged
from reviewer.core.scoring.power import (
    POWER,
    care,
    cases_by_gain,
    cases_for,
    decides,
    error_of,
    power_of,
    repeats_for,
    smallest_found,
)
from reviewer.core.scoring.shared_evidence import OWN_EFFECT, Expected
from tests.benchmarks.planner import PlannedPair
from tests.support.builders import scale_of

# Cases a pole before the cost of care, by d_a: ρ 0.3, 0.5, 0.7 for a change of 0.3, then of 0.5, of 0.8 and of 1.0.
TABLE = {
    1.0: (340, 260, 173, 127, 98, 66, 54, 42, 29, 36, 29, 21),
    2.0: (510, 406, 281, 196, 157, 111, 86, 70, 51, 60, 50, 37),
    3.0: (960, 803, 585, 380, 320, 237, 175, 150, 115, 127, 110, 87),
}


@pytest.mark.parametrize("d_a", TABLE)
def test_the_formula_gives_the_table_that_was_worked_out_apart_from_it(d_a: float) -> None:
    settings = [(gain, rho) for gain in (0.3, 0.5, 0.8, 1.0) for rho in (0.3, 0.5, 0.7)]
    for (gain, rho), cases in zip(settings, TABLE[d_a], strict=True):
        expected = Expecting(5, 3, d_a, rho, own=0.0).at(gain)
        # 1.96 + 0.84 standard errors
        formula = 100 * (2.8 * error_of(expected, 100.0) / gain) ** 2
        assert formula == pytest.approx(cases, rel=0.03, abs=0.6), (gain, rho)


@pytest.mark.parametrize(
    ("own", "cases"), [(0.0, {1: 183, 2: 92, 3: 62, 5: 38, 10: 19}), (0.2, {1: 183, 2: 118, 3: 96, 5: 79, 10: 66})]
)
def test_repeats_are_worth_what_the_own_case_effect_leaves_them(own: float, cases: dict[int, int]) -> None:
    def formula(repeats: int) -> float:
        expected = Expecting(5, 3, rho=0.5, own=own).at(0.5, repeats)
        return cases_for(expected, 0.5) / care(expected, 0.5)

    for repeats, worked_out in cases.items():
        assert formula(repeats) / formula(1) == pytest.approx(worked_out / cases[1], abs=0.06)


@settings(max_examples=15, deadline=None)
@given(d_a=st.floats(0.5, 3.5), rho=st.floats(0, 0.75), repeats=st.integers(1, 5), gain=st.floats(0.2, 1.2))
def test_the_planned_cases_have_the_power_asked_for(d_a: float, rho: float, repeats: int, gain: float) -> None:
    expected = Expecting(5, 3, d_a, rho).at(gain, repeats)
    cases = cases_for(expected, gain)
    assert power_of(expected, cases, gain) == pytest.approx(POWER, abs=0.04)
    assert power_of(expected, 2 * cases, gain) > power_of(expected, cases, gain) > power_of(expected, cases / 2, gain)
    more = repeats_for(expected, cases, gain)
    assert more == repeats


@pytest.mark.parametrize(
    ("actions", "first_held", "d_a", "rho", "gain"),
    [
        (6, 4, 5.0, 0.9, 2.0),
        (6, 4, 5.0, 0.0, 0.5),
        (5, 3, 5.0, 0.0, 2.0),
        (2, 1, 6.0, 0.9, 2.0),
        (5, 3, 6.0, 0.0, 0.05),
    ],
)
def test_near_a_ceiling_the_planned_cases_have_it_too(
    actions: int, first_held: int, d_a: float, rho: float, gain: float
) -> None:
    expected = Expecting(actions, first_held, d_a, rho, min(0.2, 1 - rho)).at(gain)
    assert power_of(expected, cases_for(expected, gain), gain) == pytest.approx(POWER, abs=0.1)


@pytest.mark.parametrize("thresholds", [[-30.0], [30.0], [-30.0, -29.0, -28.0], [20.0, 21.0, 40.0]])
@pytest.mark.parametrize("slope", [0.05, 1.0])
def test_where_every_response_is_alike_nothing_can_be_found_in_any_number_of_cases(
    thresholds: list[float], slope: float
) -> None:
    expected = Expected(np.array([thresholds] * 2), 2.0, 1, slope, 0.5)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert [power_of(expected, cases, 0.5) for cases in (10, 10_000)] == [0.0, 0.0]


ONE_SIDED = [
    # of version × pole: shares of the actions
    ([[[1, 0, 0, 0], [0, 0, 1, 0]], [[0, 0, 0, 1], [0.4, 0.1, 0.3, 0.2]]], [1, 2, 3]),
    ([[[0, 0, 0, 1], [0.3, 0.5, 0.1, 0.1]], [[1, 0, 0, 0], [1, 0, 0, 0]]], [2, 3]),
    ([[[0, 0, 1], [1, 0, 0]], [[0, 0, 1], [1, 0, 0]]], [1, 2]),
]


@pytest.mark.parametrize(("shares", "hold_back"), ONE_SIDED)
@pytest.mark.parametrize("cases", [10, 60])
def test_one_sided_tables_are_fitted_within_the_numbers_that_there_are(
    shares: list[list[list[float]]], hold_back: list[int], cases: int
) -> None:
    """Fisher's steps are so long there that whole ones would end beyond them."""
    table = np.array(shares)
    clusters = np.zeros((2 * cases, *table.shape))
    clusters[:cases, :, 0], clusters[cases:, :, 1] = table[:, 0], table[:, 1]
    joined, held = merged(clusters, hold_back)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = decides(FrontierChange(joined), (cases, cases), 0.5, int(held.argmax()))
    assert found.cases > 0
    assert math.isfinite(found.smallest)


def test_the_smallest_change_is_the_planner_read_backwards() -> None:
    by_gain = cases_by_gain(Expecting(5, 3).at)
    for gain in (0.3, 0.5, 0.8):
        assert smallest_found(by_gain, by_gain[gain]) == gain
        assert (smallest_found(by_gain, by_gain[gain] - 1) or math.inf) > gain
    assert smallest_found(by_gain, 3) is None


@pytest.mark.parametrize(("actions", "d_a", "repeats", "own"), [(5, 2.0, 1, 0.0), (7, 1.0, 3, 0.2), (5, 3.0, 3, 0.0)])
def test_the_verdict_finds_what_was_planned(actions: int, d_a: float, repeats: int, own: float) -> None:
    """250 comparisons: their own error is 2.5 points."""
    pair = PlannedPair(Expecting(actions, actions - 2, d_a, 0.5, own), 0.8, repeats)
    assert pair.found(250, seed=3) == pytest.approx(POWER, abs=0.10)


@pytest.mark.parametrize(
    ("expecting", "gain", "repeats", "cases"),
    [
        (Expecting(5, 3, 1.0, 0.7, 0.0, paired=0.5), 0.8, 3, 12),
        (Expecting(7, 5, 1.0, 0.7, 0.0, paired=0.5), 0.8, 1, 24),
        (Expecting(5, 3, 2.0, 0.5, 0.2, paired=0.5), 0.5, 1, 60),
    ],
)
def test_few_cases_are_promised_no_more_than_the_verdict_finds(
    expecting: Expecting, gain: float, repeats: int, cases: int
) -> None:
    """300 comparisons: their own error is 2.9 points, and three of them are allowed."""
    pair = PlannedPair(expecting, gain, repeats)
    promised = power_of(expecting.at(gain, repeats), cases, gain)
    assert pair.found(300, seed=5, cases=cases) == pytest.approx(promised, abs=0.087)


def test_twins_are_counted_from_the_run(run_of_pairs: CaseTable) -> None:
    poles = (0, len(run_of_pairs.scale) - 1)
    found = from_runs([run_of_pairs], ["a"], {poles[1]}, poles)
    assert found.paired == pytest.approx(0.5)


# what earlier runs show


@pytest.fixture
def run_of_pairs() -> CaseTable:
    """Forty cases, of which twenty are ten contrast pairs."""
    scale = scale_of(5)
    items = [
        Observation(
            CaseKey(f"case-{number:02}"),
            scale.ids[-1] if number % 2 else scale.ids[0],
            FinalAction(scale.ids[(number % 2) * 3 + number % 3 % 2], FinalSource.RULES),
            pair=f"pair-{number // 2}" if number < 20 else "",
        )
        for number in range(40)
    ]
    return case_table(items, scale, BandChoice())


def runs_of(
    scale: ActionScale, versions: int, repeats: int, shares: tuple[float, float], cases: int, seed: int = 1
) -> list[CaseTable]:
    """Runs of `versions` versions at d_a 2 over the same cases, the labels the ends of the scale."""
    rng = np.random.default_rng(seed)
    rho, own = shares
    pole = np.arange(2 * cases) % 2
    common = 2.0 * pole + math.sqrt(rho) * rng.normal(size=2 * cases)
    thresholds = np.linspace(0.0, 1.8, len(scale) - 1)
    tables = []
    for _ in range(versions):
        evidence = common + math.sqrt(own) * rng.normal(size=2 * cases)
        items = []
        for repeat in range(1, repeats + 1):
            noise = math.sqrt(1 - rho - own) * rng.normal(size=2 * cases)
            actions = np.searchsorted(thresholds, evidence + noise)
            items += [
                Observation(
                    CaseKey(f"case-{number:05}"),
                    scale.ids[-1] if pole[number] else scale.ids[0],
                    FinalAction(scale.ids[action], FinalSource.RULES),
                    repeat,
                )
                for number, action in enumerate(actions)
            ]
        tables.append(case_table(items, scale, BandChoice()))
    return tables


@pytest.mark.parametrize("actions", [2, 5, 7])
@pytest.mark.parametrize("shares", [(0.3, 0.0), (0.5, 0.2), (0.7, 0.1)])
def test_what_was_put_in_is_read_off_the_runs(actions: int, shares: tuple[float, float]) -> None:
    tables = runs_of(scale_of(actions), versions=2, repeats=3, shares=shares, cases=1500)
    found = from_runs(tables, ["1", "2"], {actions - 1}, (0, actions - 1))
    assert found.rho == pytest.approx(shares[0], abs=0.05)
    assert found.rho + found.own == pytest.approx(sum(shares), abs=0.05)
    assert found.d_a == pytest.approx(2.0, abs=0.25)
    assert (found.rho_seen_by, found.own_seen_by) == (3000, 6000)


def test_two_runs_of_one_version_are_like_repeats() -> None:
    tables = runs_of(scale_of(5), versions=2, repeats=1, shares=(0.8, 0.0), cases=600)
    found = from_runs(tables, ["1", "1"], {3, 4}, (0, 4))
    assert found.rho_seen_by == 0
    assert found.own_seen_by == 1200
    assert found.rho + found.own == pytest.approx(0.8, abs=0.06)


def test_without_a_second_response_to_a_case_the_defaults_stay() -> None:
    found = from_runs(runs_of(scale_of(5), 1, 1, (0.7, 0.1), 100), ["1"], {3, 4}, (0, 4))
    assert (found.rho, found.own) == (DEFAULT_RHO, OWN_EFFECT)
    assert found.thresholds


def test_a_few_cases_hardly_move_the_default() -> None:
    tables = runs_of(scale_of(5), versions=2, repeats=1, shares=(0.95, 0.0), cases=12)
    few = from_runs(tables, ["1", "2"], {3, 4}, (0, 4))
    many = from_runs(runs_of(scale_of(5), 2, 1, (0.95, 0.0), 600), ["1", "2"], {3, 4}, (0, 4))
    assert DEFAULT_RHO - 0.2 < few.rho < many.rho


def test_a_run_that_only_ever_does_one_thing_says_nothing_of_where_versions_stand() -> None:
    scale = scale_of(5)
    items = [
        Observation(CaseKey(f"c{n:03}"), scale.ids[4 * (n % 2)], FinalAction(scale.ids[4], FinalSource.RULES))
        for n in range(60)
    ]
    table = case_table(items, scale, BandChoice())
    assert from_runs([table, table], ["1", "2"], {3, 4}, (0, 4)).thresholds == ()
