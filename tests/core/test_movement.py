"""Movement between two versions: what holds whatever they answered, and the numbers that it goes by."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.app.figures.method import method_text
from reviewer.core.scoring.frontier_change import FrontierChange, cut_in_two, merged
from reviewer.core.scoring.movement import THRESHOLDS, Movement, MovementVerdict, movement
from reviewer.core.scoring.rates import PoleCases, cluster_tables
from reviewer.wording.movement import how_sure, how_sure_note
from tests.benchmarks.coverage import HOLDING
from tests.benchmarks.verdicts import RELATIONS, Relation, responses
from tests.support.effort import often

ACTIONS = 5
RANKS = st.integers(0, ACTIONS - 1)
CASES = st.lists(st.tuples(RANKS, RANKS, st.integers(0, 3)), min_size=1, max_size=14)
SETS = st.sets(RANKS)


def both_poles(should_not: list[tuple[int, int, int]], should: list[tuple[int, int, int]]) -> PoleCases:
    rows = [(pole, *row) for pole, side in enumerate((should_not, should)) for row in side]
    pole, a, b, cluster = np.array(rows).T
    return PoleCases(
        pole.astype(np.intp), np.eye(ACTIONS)[np.stack([a, b])], np.unique(cluster, return_inverse=True)[1]
    )


@settings(max_examples=often(150, 40), deadline=None)
@given(CASES, CASES, SETS)
def test_whatever_two_versions_answered_there_is_a_sentence(
    should_not: list[tuple[int, int, int]], should: list[tuple[int, int, int]], holding: set[int]
) -> None:
    """From one case a pole on, one action, any actions that hold back: no warning, no figure that is not a number."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = movement(both_poles(should_not, should), holding, ("a", "b", "c", "d", "e"))
        assert found.sentence.endswith(".")
        assert not any(word in found.sentence for word in ("nan", "inf", "None", "-"))
        cells = [cell for row in how_sure(found).rows for cell in row]
    assert not any(word in cell for cell in cells for word in ("nan", "inf", "None"))
    if found.frontier is not None:
        assert sum(found.frontier.odds) == pytest.approx(1)
        assert min(found.frontier.odds) >= 0


@settings(max_examples=often(60, 15), deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([each for each in RELATIONS if each.kind != "anything"]))
def test_neither_version_comes_first(seed: int, relation: Relation) -> None:
    cases = responses(relation, 40, np.random.default_rng(seed))
    there, back = movement(cases, HOLDING), movement(replace(cases, shares=cases.shares[::-1]), HOLDING)
    assert there.verdict is back.verdict
    assert there.anything == pytest.approx(back.anything)
    if there.frontier is not None and back.frontier is not None:
        assert there.frontier.statistic == pytest.approx(-back.frontier.statistic, abs=1e-3)


def test_an_action_at_the_very_share_that_is_rare_is_joined_whichever_version_comes_first() -> None:
    table = np.array([[[22.0, 3, 4, 4, 7], [1, 1, 1, 6, 31]], [[29, 4, 4, 1, 2], [5, 0, 5, 6, 24]]])[None]
    assert merged(table, HOLDING)[0].shape == merged(table[:, ::-1], HOLDING)[0].shape == (1, 2, 2, ACTIONS)


def test_the_information_is_that_of_the_derivatives() -> None:
    """Derivatives against small differences, at parameters that are not the best."""
    model = FrontierChange(cluster_tables(responses(RELATIONS[1], 50, np.random.default_rng(1))))
    theta = np.array([-0.4, -0.9, -0.3, 0.2, -0.1, -0.5, -0.8, 0.1, 1.7, -0.2])
    for before in (0.0, 0.5):
        _, slopes = model.chances(theta, 0.4, before)
        for place in range(len(theta) + 1):
            step = np.zeros(len(theta) + 1)
            step[place] = 1e-6
            up, _ = model.chances(theta + step[:-1], 0.4 + step[-1], before)
            down, _ = model.chances(theta - step[:-1], 0.4 - step[-1], before)
            assert slopes[..., place] == pytest.approx((up - down) / 2e-6, abs=1e-7)


@given(st.lists(st.lists(st.integers(0, 30), min_size=ACTIONS, max_size=ACTIONS), min_size=4, max_size=4), SETS)
def test_joining_rare_actions_keeps_counts_and_sides(rows: list[list[int]], holding: set[int]) -> None:
    table = np.array(rows, dtype=np.float64).reshape(1, 2, 2, ACTIONS)
    if (table.sum(axis=3) == 0).any():
        return
    joined, held = merged(table, holding)
    assert joined.sum(axis=3) == pytest.approx(table.sum(axis=3))
    assert cut_in_two(joined, held)[..., 1] == pytest.approx(table[..., sorted(holding)].sum(axis=3))
    shares = (joined / joined.sum(axis=3, keepdims=True)).mean(axis=(0, 1, 2))
    alone = [
        not any(held[at] == held[place] for at in (place - 1, place + 1) if 0 <= at < len(held))
        for place in range(len(held))
    ]
    assert all(share >= THRESHOLDS["rare_share"] or by_itself for share, by_itself in zip(shares, alone, strict=True))


def test_repeats_make_an_answer_surer() -> None:
    relation = Relation("gain", gain=(2.0, 2.6))
    once, often_asked = (
        movement(responses(replace(relation, repeats=k), 250, np.random.default_rng(9)), HOLDING, repeats=k)
        for k in (1, 5)
    )
    assert _width(often_asked) < _width(once)


def _width(found: Movement) -> float:
    assert found.frontier is not None
    low, high = found.frontier.limits
    return high - low


def test_a_whole_change_of_caveats_is_no_move_and_no_silence() -> None:
    """200 of 450 answers turn into caveats while as much is held back as before."""
    relation = Relation("caveats", edges=(-1.3, -0.4, 0.6, 1.0))
    found = movement(responses(relation, 450, np.random.default_rng(2)), HOLDING)
    assert (found.verdict, found.direction) == (MovementVerdict.SLID, "in_between")


def test_every_threshold_is_on_the_method_page_with_its_name_and_value() -> None:
    page = method_text()
    missing = [name for name, value in THRESHOLDS.items() if f"`{name}` {value:g}" not in page]
    assert not missing


def test_how_sure_shows_what_decided_and_what_it_took() -> None:
    moved = movement(responses(Relation("gain", gain=(1.5, 2.7)), 250, np.random.default_rng(5)), HOLDING)
    rows = {row[0]: row[1:] for row in how_sure(moved).rows}
    assert moved.frontier is not None
    assert float(rows["frontier, SE"][0].replace("−", "-")) == round(moved.frontier.statistic, 2)
    assert rows["frontier, SE"][1] == "±1.96 moved"
    chances = [float(rows[name][0]) for name in ("chance of a loss", "chance of neither", "chance of a gain")]
    assert sum(chances) == pytest.approx(1, abs=0.011)
    assert "±1.96" in how_sure_note(moved)


def test_without_a_frontier_it_is_said_what_one_takes() -> None:
    constant = both_poles([(0, 4, 0)] * 20, [(4, 4, n % 4) for n in range(20)])
    found = movement(constant, HOLDING)
    assert found.frontier is None
    assert [row[0] for row in how_sure(found).rows] == ["any change, p"]
    assert "hold back sometimes" in how_sure_note(found)
