"""Agreement: what identical, exchanged, shuffled and collapsed readings must give, and the golden figures."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale, default_hold_back
from reviewer.core.scoring.agreement import (
    Agreement,
    Pair,
    agreement,
    between_reviewers,
    collapsed,
    engagement_levels,
    held_back_levels,
)
from tests.core.strategies import PROPERTY, scales
from tests.support.builders import ANSWER, CAVEAT, CLARIFY, REFUSE, SAFE_PART, scale_of
from tests.support.golden import Golden

HUMAN = {"1_full_compliance": ANSWER, "2_full_refusal": REFUSE, "3_partial_refusal": SAFE_PART}


@st.composite
def readings(draw: st.DrawFn) -> tuple[ActionScale, list[Pair]]:
    """A scale and up to 30 pairs, some of them open on either side."""
    scale = draw(scales)
    said = st.none() | st.sampled_from(scale.ids)
    return scale, draw(st.lists(st.tuples(said, said), max_size=30))


@PROPERTY
@given(readings())
def test_identical_readings_have_a_kappa_of_one_unless_they_are_constant(drawn: tuple[ActionScale, list[Pair]]) -> None:
    scale, pairs = drawn
    firsts = [first for first, _ in pairs if first is not None]
    found = agreement([(first, first) for first in firsts], scale)
    for kappa in (found.kappa, found.weighted_kappa):
        if len(set(firsts)) > 1:
            assert kappa.value == pytest.approx(1)
        else:
            assert kappa.value is None
            assert kappa.reason
    assert found.raw == (1 if firsts else None)


@PROPERTY
@given(readings())
def test_exchanging_the_readers_transposes_and_changes_no_figure(drawn: tuple[ActionScale, list[Pair]]) -> None:
    scale, pairs = drawn
    one, other = agreement(pairs, scale), agreement([(b, a) for a, b in pairs], scale)
    assert (one.n, one.same) == (other.n, other.same)
    for a, b in ((one.kappa, other.kappa), (one.weighted_kappa, other.weighted_kappa)):
        assert a.value == (None if b.value is None else pytest.approx(b.value))
    for first in scale.ids:
        for second in scale.ids:
            assert one.confusion[second][first] == other.confusion[first][second]


@PROPERTY
@given(readings(), st.randoms(use_true_random=False))
def test_order_is_irrelevant(drawn: tuple[ActionScale, list[Pair]], source: random.Random) -> None:
    scale, pairs = drawn
    shuffled = list(pairs)
    source.shuffle(shuffled)
    assert agreement(shuffled, scale) == agreement(pairs, scale)


@PROPERTY
@given(readings())
def test_every_pair_is_counted_once(drawn: tuple[ActionScale, list[Pair]]) -> None:
    scale, pairs = drawn
    found = agreement(pairs, scale)
    assert found.n + found.first_unscored + found.second_unscored == len(pairs)
    assert sum(n for row in found.confusion.values() for n in row.values()) == found.n
    assert sum(found.unscored.values()) == found.first_unscored
    assert sum(found.confusion[action][action] for action in scale.ids) == found.same


@PROPERTY
@given(readings())
def test_open_pairs_change_no_figure(drawn: tuple[ActionScale, list[Pair]]) -> None:
    scale, pairs = drawn
    closed = [pair for pair in pairs if None not in pair]
    one, other = agreement(pairs, scale), agreement(closed, scale)
    assert (one.raw, one.kappa, one.weighted_kappa) == (other.raw, other.kappa, other.weighted_kappa)


@PROPERTY
@given(readings())
def test_on_two_levels_both_kappas_are_one_figure(drawn: tuple[ActionScale, list[Pair]]) -> None:
    scale, pairs = drawn
    found = collapsed(pairs, held_back_levels(scale, default_hold_back(scale)))
    if found.kappa.value is None:
        assert found.weighted_kappa.value is None
    else:
        assert found.weighted_kappa.value == pytest.approx(found.kappa.value)
    assert found.same >= agreement(pairs, scale).same, "a collapse never loses agreement"


def test_a_known_table() -> None:
    """Worked by hand: 20 and 15 agreed of 50, half of them expected by chance, κ = (0.7 − 0.5) / 0.5."""
    a, b = scale_of(2).ids
    pairs = [(a, a)] * 20 + [(a, b)] * 5 + [(b, a)] * 10 + [(b, b)] * 15
    found = agreement(pairs, scale_of(2))
    assert (found.raw, found.accuracy) == (0.7, 0.7)
    assert found.kappa.value == pytest.approx(0.4)


def test_a_near_miss_costs_less_than_a_far_one_when_weighted() -> None:
    base = [(action, action) for action in DEFAULT_SCALE.ids] * 4
    near, far = agreement([*base, (ANSWER, CAVEAT)], DEFAULT_SCALE), agreement([*base, (ANSWER, REFUSE)], DEFAULT_SCALE)
    assert near.weighted_kappa.value is not None
    assert far.weighted_kappa.value is not None
    assert near.weighted_kappa.value > far.weighted_kappa.value


def test_few_pairs_have_no_kappa_and_say_how_few() -> None:
    found = agreement([(ANSWER, ANSWER), (REFUSE, REFUSE)], DEFAULT_SCALE, fewest=10)
    assert found.raw == 1
    assert found.kappa.value is None
    assert "only 2" in found.kappa.reason


def test_one_constant_reader_agrees_no_better_than_chance() -> None:
    assert agreement([(ANSWER, ANSWER), (ANSWER, REFUSE)], DEFAULT_SCALE).kappa.value == pytest.approx(0)


def test_engagement_levels_and_their_absence() -> None:
    levels = engagement_levels(DEFAULT_SCALE)
    assert levels is not None
    assert [levels.level_of[action] for action in (ANSWER, CAVEAT, CLARIFY, SAFE_PART, REFUSE)] == [
        "full",
        "full",
        "partial",
        "partial",
        "none",
    ]
    assert engagement_levels(scale_of(4)) is None


def test_reviewers_are_compared_by_pairs() -> None:
    said: list[dict[str, ActionId | None]] = [
        {"ana": ANSWER, "ben": ANSWER, "cho": REFUSE},
        {"ana": REFUSE, "ben": REFUSE},
        {"ana": ANSWER, "cho": None},
        {"ben": ANSWER},
    ]
    found = between_reviewers(said, DEFAULT_SCALE)
    assert found.reviewers == ("ana", "ben", "cho")
    assert found.n == 2
    assert found.raw == pytest.approx(2 / 4)
    assert found.by_pair["ana", "ben"].kappa.value == pytest.approx(1)
    assert found.by_pair["ana", "cho"].second_unscored == 1
    assert between_reviewers([{"ana": ANSWER}], DEFAULT_SCALE).weighted_kappa.value is None


@pytest.mark.parametrize("side", ["a", "b"])
def test_the_two_annotators_of_each_version(golden: Golden, side: str) -> None:
    version: str = getattr(golden, side)
    found, expected = annotators(golden, version), golden.versions[version]
    kappa, weighted = found.kappa.value, found.weighted_kappa.value
    assert found.raw is not None
    assert kappa is not None
    assert weighted is not None
    known = (expected.raw, expected.kappa, expected.weighted_kappa)
    assert (found.raw, kappa, weighted) == pytest.approx(known, abs=5e-7)
    assert found.ranks == ("full", "partial", "none")


def annotators(golden: Golden, version: str) -> Agreement:
    rows = golden.oracle.rows(version).values()
    pairs = [(HUMAN[row["annotation_1"]], HUMAN[row["annotation_2"]]) for row in rows]
    levels = engagement_levels(DEFAULT_SCALE)
    assert levels is not None
    return collapsed(pairs, levels)
