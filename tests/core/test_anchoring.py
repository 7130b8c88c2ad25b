"""Leaning towards the verdict: not found where there is none, found where there is, and what it does to the score."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from reviewer.core.scoring.anchoring import Anchoring, HeardDecision, anchoring
from reviewer.core.scoring.paired import Difference

LEVELS = 5
LEAST_COVERED, MOST_COVERED = 0.91, 1.0
"""Of 200 simulated runs: 95 % less 2.6 standard errors; where hardly a decision differs the interval is wider."""


@dataclass(frozen=True)
class Setting:
    n: int
    blind: float
    agrees: float
    reviewers: int = 1
    spread: float = 0.0


SETTINGS = [
    Setting(100, 0.5, 0.8),
    Setting(200, 0.2, 0.85),
    Setting(400, 0.1, 0.97),
    Setting(300, 0.3, 0.8, reviewers=3),
    Setting(600, 0.3, 0.8, reviewers=6, spread=0.06),
]


def simulated(rng: np.random.Generator, setting: Setting, shift: float = 0.0) -> list[HeardDecision]:
    """Decisions that agree with the verdict by chance, `shift` more often with the verdict in sight."""
    found: list[HeardDecision] = []
    n = setting.n // setting.reviewers
    for reviewer in range(setting.reviewers):
        leaning = shift + setting.spread * rng.normal()
        verdicts, blind = rng.choice(LEVELS, n, p=[0.4, 0.1, 0.1, 0.1, 0.3]), rng.random(n) < setting.blind
        chance = setting.agrees - 0.1 * np.isin(verdicts, (1, 2, 3)) + np.where(blind, 0.0, leaning)
        others = (verdicts + rng.integers(1, LEVELS, n)) % LEVELS
        said, labels = np.where(rng.random(n) < chance, verdicts, others), rng.choice([0, 4], n)
        lines = zip(verdicts.tolist(), said.tolist(), blind.tolist(), labels.tolist(), strict=True)
        for verdict, action, hidden, label in lines:
            earned = float(verdict == label), float(action == label)
            at = len(found)
            found.append(HeardDecision(at, f"case {at}", f"r{reviewer}", verdict, action, hidden, label, *earned))
    return found


def sizes_of(heard: list[HeardDecision]) -> list[float]:
    return [float(sum(each.label == label for each in heard)) for label in range(LEVELS)]


def limits(found: Difference | None) -> tuple[float, float]:
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def run(heard: list[HeardDecision]) -> Anchoring:
    return anchoring(heard, LEVELS, sizes_of(heard))


@pytest.mark.parametrize("setting", SETTINGS)
def test_without_a_shift_the_intervals_hold_zero(setting: Setting) -> None:
    rng = np.random.default_rng(20_261_129)
    covered = dict.fromkeys(("agreement", "distance", "caution", "score"), 0)
    for _ in range(200):
        found = run(simulated(rng, setting))
        for name in covered:
            low, high = limits(getattr(found, name))
            covered[name] += low <= 0 <= high
    assert all(LEAST_COVERED <= n / 200 <= MOST_COVERED for n in covered.values()), covered


@pytest.mark.parametrize("setting", [Setting(400, 0.3, 0.7), Setting(600, 0.3, 0.7, reviewers=6)])
def test_a_shift_is_found_towards_the_verdict(setting: Setting) -> None:
    rng, seen = np.random.default_rng(7), 0
    for _ in range(40):
        found = run(simulated(rng, setting, shift=0.2))
        assert found.by_reviewers is (setting.reviewers > 4)
        seen += limits(found.agreement)[0] > 0 and limits(found.distance)[1] < 0
    assert seen >= 32


def test_a_reviewer_who_agrees_less_with_everything_is_no_shift() -> None:
    """One decides blind only and agrees seldom, the other in sight only and agrees always: nothing to compare."""
    blind = [HeardDecision(n, f"case {n}", "ana", 0, n % 2 * 4, blind=True) for n in range(40)]
    sight = [HeardDecision(40 + n, f"case {40 + n}", "ben", 0, 0, blind=False) for n in range(40)]
    found = anchoring([*blind, *sight], LEVELS)
    assert (found.blind, found.in_sight, found.agreement) == (40, 40, None)
    assert "by the same reviewer" in found.reason


def test_what_a_score_owes_to_the_verdict_in_sight() -> None:
    """Blind, half of the wrong verdicts are mended; in sight none. All 40 cases of one label are decided."""
    heard = [
        HeardDecision(n, f"case {n}", "ana", 4, 0 if n % 2 and n < 20 else 4, n < 20, 0, 0.0, float(n % 2 and n < 20))
        for n in range(40)
    ]
    found = anchoring(heard, LEVELS, [40, 0, 0, 0, 0])
    assert found.score is not None
    # half of the responses were decided in sight and each of those lost half a credit
    assert found.score.value == pytest.approx(-0.25)
    assert limits(found.score)[1] < 0
    twice = anchoring(heard, LEVELS, [80, 0, 0, 0, 0])
    assert twice.score is not None
    assert twice.score.value == pytest.approx(-0.125)


def test_responses_that_depend_on_each_other_widen_the_interval() -> None:
    heard = simulated(np.random.default_rng(3), Setting(200, 0.5, 0.7))
    # eight copies of each decision in one cluster are no more than the decision itself
    copied = [replace(each, response=8 * each.response + n) for each in heard for n in range(8)]
    alone, together = (limits(run(each).agreement) for each in (heard, copied))
    assert together[1] - together[0] == pytest.approx(alone[1] - alone[0], rel=0.1)


def test_too_few_decisions_say_so() -> None:
    heard = [HeardDecision(n, f"case {n}", "ana", 0, 0, n < 5, 0, 1.0, 1.0) for n in range(30)]
    assert "10 decisions blind" in anchoring(heard, LEVELS, [30, 0, 0, 0, 0]).reason
