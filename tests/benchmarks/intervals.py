"""How fast intervals and comparisons are, with the bootstrap of a library on the same credits as the floor."""

from __future__ import annotations

import math
import resource
from collections.abc import Iterator

import numpy as np
import scipy.stats

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.bands import NO_BAND
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.scoring.cases import Floats
from reviewer.core.scoring.comparison import compare
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.resampling import REPLICATES, LabelMeans, Sample
from reviewer.core.scoring.trend import trend
from tests.benchmarks.measure import Figure, median_s

CASES = 100_000
VERSIONS = 12
_FLOOR_SHARE = 20
"""The library's bootstrap is timed on a twentieth of the replicates, in batches that fit into memory."""


def responses(seed: int, lean: float) -> list[Observation]:
    """One response to each of 100,000 cases, half of them twins, with bands, categories and tags."""
    ids, rng = DEFAULT_SCALE.ids, np.random.default_rng(seed)
    labels = np.where(np.arange(CASES) < CASES // 2, np.arange(CASES) % 2 * 4, np.arange(CASES) % 5)
    bands = [{ids[near]: 0.5 for near in (label - 1, label + 1) if 0 <= near < 5} for label in range(5)]
    actions = np.clip(np.rint(labels + lean + rng.normal(0, 1.2, CASES)), 0, 4).astype(int)
    return [
        Observation(
            CaseKey(f"case-{n:06}"),
            ids[label],
            FinalAction(ids[action], FinalSource.RULES),
            band=bands[label] if n % 3 == 0 else NO_BAND,
            automatic=ids[action],
            pair=f"twin-{n // 2}" if n < CASES // 2 else "",
            category=f"category-{n % 20}",
            tags=(f"tag-{n % 50}", f"trait-{n % 7}"),
            segment=f"segment-{n % 4}",
        )
        for n, (label, action) in enumerate(zip(labels.tolist(), actions.tolist(), strict=True))
    ]


def intervals() -> Iterator[Figure]:
    """Score and comparison of two versions on 100,000 cases."""
    a, b = responses(1, 0.0), responses(2, 0.3)
    sample, values = _credits(a, b)
    library = _library_s(values)
    plain = Sample(np.zeros(len(values), dtype=np.intp), np.arange(len(values)))
    own = median_s(lambda: LabelMeans(plain, values[:, :1]).limits(np.ones((1, 1))))
    yield Figure("one mean, 10,000 replicates", own, "s", library, "scipy.stats.bootstrap", library / 50)
    weights = sample.balanced()

    def both() -> list[object]:
        figures = LabelMeans(sample, values)
        pairs = ((weights, 0 * weights), (0 * weights, weights), (-weights, weights))
        return [figures.limits(np.stack(pair)) for pair in pairs]

    yield Figure("score of two versions and Δ, 10,000 replicates", median_s(both), "s", aim=1.0)
    yield Figure("every figure of one run, from responses", median_s(lambda: scorecard(a, DEFAULT_SCALE)), "s")
    yield Figure(
        "comparison with all slices, from responses", median_s(lambda: compare(a, b, DEFAULT_SCALE)), "s", aim=2
    )
    versions = [responses(seed, lean) for seed, lean in enumerate(np.linspace(-0.4, 0.4, VERSIONS).tolist())]
    seconds = median_s(lambda: trend(versions, DEFAULT_SCALE), runs=1)
    yield Figure(f"trend of {VERSIONS} versions, from responses", seconds, "s", aim=5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("peak memory", peak, "MB", aim=500)


def _credits(a: list[Observation], b: list[Observation]) -> tuple[Sample, Floats]:
    cases = compare(a, b, DEFAULT_SCALE).cases
    return cases.sample, np.stack([cases.a.credit, cases.b.credit], axis=1)


def _library_s(values: Floats) -> float:
    """Seconds of `scipy.stats.bootstrap` for the same number of replicates of one mean."""
    few = math.ceil(REPLICATES / _FLOOR_SHARE)

    def work() -> object:
        return scipy.stats.bootstrap(
            (values[:, 0],), np.mean, n_resamples=few, batch=50, method="percentile", rng=np.random.default_rng(1)
        )

    return median_s(work, runs=1) * _FLOOR_SHARE
