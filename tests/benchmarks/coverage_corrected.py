"""How often the intervals of the corrected score and of its change hold the truth, over simulated suites.

A part of each suite is reviewed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from reviewer.core.scoring.cases import Floats
from reviewer.core.scoring.correction import Reviewed, correct, corrected_change
from reviewer.core.scoring.sampled import inclusion_probabilities
from reviewer.core.scoring.score import SMALL_SAMPLE, Interval
from tests.benchmarks.coverage import Row, with_flags

REPLICATES = 1_000


@dataclass(frozen=True)
class Setting:
    """Cases a label, the true share of right responses, the classifier's error, the reviewed share, and the design."""

    name: str
    n: int
    reviewed: float
    right: tuple[float, float] = (0.8, 0.6)
    wrong_verdict: float = 0.12
    impact: bool = False
    repeats: int = 1
    twins: bool = False
    strata: float = 1.0
    """How many times as often the more doubtful half of the responses is drawn as the other half."""


SETTINGS = (
    Setting("100 a label, 50 %, uniform", 100, 0.5),
    Setting("200 a label, 50 %, uniform", 200, 0.5),
    Setting("500 a label, 5 %, uniform", 500, 0.05),
    Setting("500 a label, 50 %, impact", 500, 0.5, impact=True),
    Setting("2,000 a label, 5 %, uniform", 2_000, 0.05),
    Setting("2,000 a label, 5 %, impact", 2_000, 0.05, impact=True),
    Setting("200 a label, 50 %, twins", 200, 0.5, twins=True),
    Setting("200 a label, 50 %, five repeats", 200, 0.5, repeats=5),
    Setting("200 a label, 5 %, five repeats, twins", 200, 0.05, repeats=5, twins=True),
    Setting("shares near 0.98, 200 a label, 50 %", 200, 0.5, right=(0.98, 0.98), wrong_verdict=0.03),
    Setting("30 a label, 50 %, uniform", 30, 0.5),
    Setting("always one answer, 200 a label, 50 %", 200, 0.5, right=(1.0, 0.0)),
    Setting("always one answer, 60 a label, 30 %", 60, 0.3, right=(1.0, 0.0), wrong_verdict=0.05),
    Setting("500 a label, audit of 50 each", 500, 0.1),
    Setting("500 a label, audit of 100 each", 500, 0.2),
    Setting("150 a label, audit of 25 each", 150, 25 / 150),
    Setting("500 a label, audit of 50 each, two strata 4 : 1", 500, 0.1, strata=4),
    Setting("500 a label, audit of 100 each, two strata 4 : 1", 500, 0.2, strata=4),
    Setting("200 a label, audit of 50 each, two strata 4 : 1, twins", 200, 0.25, strata=4, twins=True),
    Setting("always one answer, 500 a label, audit of 50 each", 500, 0.1, right=(1.0, 0.0)),
    Setting("always one answer, 500 a label, audit of 50 each, two strata 4 : 1", 500, 0.1, right=(1.0, 0.0), strata=4),
)
COLUMNS = ("cases like these", "this run's responses", "Δ of two versions")
_MOST = 0.97
_CLOSE = 1e-12
GAIN = 0.015


def suite(
    setting: Setting, rng: np.random.Generator, common: Floats | None = None, better: float = 0.0
) -> tuple[Reviewed, Floats]:
    """A reviewed suite and the true credits of all of its responses.

    `common` are the cases' difficulties where two versions share them; `better` is what a version gains in each share.
    """
    case = np.repeat(np.arange(2 * setting.n), setting.repeats)
    label = case // setting.n
    cluster = case % setting.n if setting.twins else case
    shared = 0.7 * (rng.normal(size=2 * setting.n) if common is None else common)[cluster]
    lean = shared + np.sqrt(1 - 0.49) * rng.normal(size=len(case))
    truth = (lean < _quantile(np.minimum(np.array(setting.right) + better, 1))[label]).astype(np.float64)
    doubt = rng.beta(1, 6, size=len(case))
    flips = rng.random(len(case)) < np.minimum(doubt * setting.wrong_verdict * 7, _MOST)
    verdict = np.where(flips, 1 - truth, truth)
    stake = np.where(doubt > np.median(doubt), setting.strata, 1.0)
    if setting.impact:
        stake = np.maximum(doubt, 0.2 * doubt.mean())
    inclusion = np.full(len(case), np.nan)
    decision = np.full(len(case), np.nan)
    for each in range(2):
        own = np.flatnonzero(label == each)
        m = max(round(setting.reviewed * len(own)), 5)
        probability = inclusion_probabilities(stake[own], m)
        order = np.argsort(rng.random(len(own)) / probability)[:m]
        inclusion[own[order]] = np.minimum(probability[order], 1)
        decision[own[order]] = truth[own[order]]
    return Reviewed(label, case, cluster, verdict, decision, inclusion), truth


def _change(setting: Setting, rng: np.random.Generator) -> tuple[bool, bool]:
    """Whether the interval of the corrected change holds a true gain, of versions that find the same cases hard, and
    whether it is called rough."""
    common = rng.normal(size=2 * setting.n)
    found = corrected_change(suite(setting, rng, common)[0], suite(setting, rng, common, GAIN)[0])
    gain = sum(min(share + GAIN, 1) - share for share in setting.right) / 2
    if found is None or found.low is None or found.high is None:
        return True, True
    return found.low <= gain <= found.high, found.method == SMALL_SAMPLE


def limits(found: Interval | None) -> tuple[float, float]:
    if found is None or found.low is None or found.high is None:
        return -math.inf, math.inf
    return found.low, found.high


def _quantile(share: Floats) -> Floats:
    return np.asarray(ndtri(share))


def coverage_corrected(replicates: int = REPLICATES) -> Iterator[Row]:
    """A row for each setting: the shares of suites whose interval holds the truth, and behind a plus of those in which
    it was called rough."""
    for number, setting in enumerate(SETTINGS):
        rng = np.random.default_rng(number)
        held, rough = (dict.fromkeys(COLUMNS, 0) for _ in range(2))
        width = 0.0
        for _ in range(replicates):
            found, truth = suite(setting, rng)
            corrected = correct(found)
            low, high = limits(corrected.interval)
            own_low, own_high = limits(corrected.of_run)
            own = float((found.weight * truth).sum() / 2)
            holds = low <= sum(setting.right) / 2 <= high, own_low - _CLOSE <= own <= own_high + _CLOSE
            flags = (_is_rough(each) for each in (corrected.interval, corrected.of_run))
            change = _change(setting, rng)
            for name, right, flag in zip(COLUMNS, (*holds, change[0]), (*flags, change[1]), strict=True):
                held[name] += right
                rough[name] += flag
            width += high - low
        yield {
            "setting": setting.name,
            **{name: with_flags(held[name] / replicates, rough[name] / replicates) for name in COLUMNS},
            "width": width / replicates,
        }


def _is_rough(found: Interval | None) -> bool:
    return found is None or found.method == SMALL_SAMPLE
