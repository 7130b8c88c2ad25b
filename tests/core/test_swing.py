"""Versions that swing on one dial, versions of one policy, and every sentence that is said of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.scoring.cases import Floats
from reviewer.core.scoring.rates import PoleCases
from reviewer.core.scoring.rulers import exchange_p
from reviewer.core.scoring.swing import Swing, holm, swing
from reviewer.wording.swing import step_sentence, steps_sentences, swing_sentence

EDGES = np.array([-0.6, 0.0, 0.6, 1.2])
HOLDING = {3, 4}
NAMES = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")


def versions(dials: Sequence[float], n: int = 250, gains: Sequence[float] = ()) -> PoleCases:
    """n cases a pole; what is hard about a case is the same in every version.

    One fixed draw: a test at 5 % calls a turn in one of twenty where there is none.
    """
    rng = np.random.default_rng(11)
    pole = np.arange(2 * n) % 2
    own = np.sqrt(0.5) * rng.normal(size=2 * n)
    shares = []
    for dial, gain in zip(dials, gains or [2.0] * len(dials), strict=True):
        latent = pole * gain + own + np.sqrt(0.5) * rng.normal(size=2 * n)
        shares.append(np.eye(5)[np.searchsorted(EDGES + dial, latent)])
    return PoleCases(pole, np.stack(shares), np.arange(2 * n))


def found(dials: Sequence[float], n: int = 250, gains: Sequence[float] = ()) -> Swing:
    return swing(versions(dials, n, gains), HOLDING)


def test_versions_that_swing_are_told_step_by_step() -> None:
    told = found((0, 0.6, 0, 0.6, 0, 0.6))
    assert told.oscillates
    assert [step.reverses for step in told.steps] == [False, True, True, True, True]
    assert told.travelled == pytest.approx(sum(abs(step.dial.value) for step in told.steps))
    assert told.got.value == pytest.approx(told.criteria[-1] - told.criteria[0])
    assert all(step.undone and 0.5 < step.undone < 2 for step in told.steps[1:])
    assert "The versions swing: 4 of 5 steps reversed the one before" in swing_sentence(told)
    assert "undoing" in step_sentence(told.steps[1], "1.1", "1.2")
    assert len(steps_sentences(told, NAMES)) == 5


@pytest.mark.parametrize("dials", [(0, 0, 0, 0), (0, 0.5, 1.0, 1.5)])
def test_one_policy_and_one_way_do_not_swing(dials: tuple[float, ...]) -> None:
    told = found(dials)
    assert not told.oscillates
    assert swing_sentence(told).startswith("No step is seen to reverse the one before")
    assert all(step.undone is None for step in told.steps)
    assert "undoing" not in " ".join(steps_sentences(told, NAMES))


def test_two_versions_cannot_swing() -> None:
    told = found((0, 0.6))
    assert told.steps[0].reversal_p is None
    assert "takes a third one" in swing_sentence(told)
    assert "turned to less caution" in swing_sentence(told)
    assert "takes a third one" not in swing_sentence(found((0, 0.6, 0)))


@pytest.mark.parametrize(
    ("dial", "said"), [(0.6, "turned to less caution"), (-0.6, "turned to more caution"), (0.0, "is not seen to have")]
)
def test_the_dial_in_words(dial: float, said: str) -> None:
    step = found((0, dial)).steps[0]
    assert said in step_sentence(step, "a", "b")
    assert said not in step_sentence(found((0, 0.6 if dial <= 0 else -0.6)).steps[0], "a", "b")


@pytest.mark.parametrize(
    ("n", "gains", "said"),
    [
        (1500, (2.0, 2.0), "discrimination unchanged"),
        (40, (2.0, 2.0), "whether discrimination changed is open"),
        (600, (1.5, 2.6), "discrimination rose"),
        (600, (2.6, 1.5), "discrimination fell"),
    ],
)
def test_discrimination_in_words(n: int, gains: tuple[float, float], said: str) -> None:
    every = {"discrimination unchanged", "whether discrimination changed is open"}
    told = swing_sentence(found((0, 0), n, gains))
    assert said in told
    assert not any(other in told for other in (every | {"discrimination rose", "discrimination fell"}) - {said})


def test_of_a_version_that_does_one_thing_only_no_discrimination_is_said() -> None:
    cases = versions((0, 0))
    cases.shares[1] = np.eye(5)[4]
    assert "does one thing only" in swing_sentence(swing(cases, HOLDING))


def test_rulers_count_what_the_two_dashboards_count() -> None:
    cases = versions((0, 0.6), 50)
    told = swing(cases, HOLDING)
    held: Floats = cases.shares[:, :, 3:].sum(axis=2)
    for version, rulers in enumerate(told.rulers):
        assert rulers.refused.count == held[version][cases.pole == 1].sum()
        assert rulers.answered.count == 50 - held[version][cases.pole == 0].sum()
        assert rulers.refused.low < rulers.refused.share < rulers.refused.high
    assert told.steps[0].refused.more == told.rulers[1].refused.count - told.rulers[0].refused.count


def test_turning_the_order_turns_every_step() -> None:
    cases = versions((0, 0.5, 0.1))
    told = swing(cases, HOLDING)
    other = swing(PoleCases(cases.pole, cases.shares[::-1], cases.cluster), HOLDING)
    assert [step.dial.value for step in other.steps] == pytest.approx([-s.dial.value for s in told.steps[::-1]])
    assert other.reversals == told.reversals
    assert other.travelled == pytest.approx(told.travelled)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_the_order_and_never_lowers_a_p(values: list[float]) -> None:
    adjusted = holm(values)
    assert all(p <= q <= 1 for p, q in zip(values, adjusted, strict=True))
    assert adjusted[values.index(min(values))] == pytest.approx(min(1.0, min(values) * len(values)))


def test_the_paired_test_is_exact_where_clusters_change_alike() -> None:
    assert exchange_p(np.array([1.0, 1, 1, 0, 0])) == pytest.approx(0.25)
    assert exchange_p(np.array([1.0, -1, 0])) == 1
    assert exchange_p(np.zeros(4)) == 1
    assert exchange_p(np.array([1 / 3, 2 / 3] * 20)) < 1e-6
