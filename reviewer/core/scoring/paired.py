"""Two versions on the same cases: what changed case by case, and the tests of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import bdtr, chdtrc, stdtr

from reviewer.core.actions import ActionId
from reviewer.core.scoring.cases import UNSCORED, CaseTable, Floats, Ints
from reviewer.core.scoring.intervals import LEVEL, Limits
from reviewer.core.scoring.resampling import LabelMeans, Sample
from reviewer.core.scoring.score import SliceBy

FALSE_DISCOVERIES = 0.05
_NO_SPREAD = 1e-12


@dataclass(frozen=True)
class PairedCases:
    """The cases that both versions ran and scored, in the same order, repeat for repeat."""

    a: CaseTable
    b: CaseTable

    def __len__(self) -> int:
        return len(self.a)

    @cached_property
    def sample(self) -> Sample:
        return Sample.of(self.a, np.arange(len(self.a)))

    @cached_property
    def is_clustered(self) -> bool:
        """Contrast pairs or repeats: cases or responses are not independent of each other."""
        return self.sample.clusters < len(self) or bool((self.a.scored > 1).any())


@dataclass(frozen=True)
class Difference:
    """Second version minus first with its limits and a two-sided p; an unknown or infinite limit is None."""

    value: float
    low: float | None
    high: float | None
    p: float | None
    method: str = ""

    @property
    def excludes_zero(self) -> bool:
        """Whether 0 lies outside the limits; an end that is not known excludes nothing."""
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)


@dataclass(frozen=True)
class RightWrong:
    """Cases by whether each version took exactly the labelled action, by its modal action.

    `clustered_p` is the paired Wald test over clusters where cases or responses depend on each other, else None.
    """

    both_right: int
    only_a: int
    only_b: int
    neither: int
    clustered_p: float | None = None

    @property
    def p(self) -> float:
        """Exact McNemar test, two-sided. Source: McNemar 1947, Psychometrika 12, 153–157."""
        apart = self.only_a + self.only_b
        return min(1.0, 2 * float(bdtr(min(self.only_a, self.only_b), apart, 0.5))) if apart else 1.0


@dataclass(frozen=True)
class Homogeneity:
    """Test that both versions use the actions equally often. Null figures where nothing differs."""

    statistic: float | None
    df: int
    p: float | None


@dataclass(frozen=True)
class SliceChange:
    """A slice's change in plain score, p and p adjusted over all slices (Benjamini and Hochberg 1995)."""

    by: SliceBy
    value: str
    n: int
    change: Difference
    p_adjusted: float | None

    @property
    def flagged(self) -> bool:
        return self.p_adjusted is not None and self.p_adjusted <= FALSE_DISCOVERIES


def right_wrong(cases: PairedCases) -> RightWrong:
    """Cases without one modal action count as wrong."""
    first, second = cases.a.modal == cases.a.label, cases.b.modal == cases.a.label
    clustered = None
    if cases.is_clustered:
        clustered = mean_difference(cases, cases.a.exact, cases.b.exact, balanced=False).p
    return RightWrong(
        int((first & second).sum()),
        int((first & ~second).sum()),
        int((~first & second).sum()),
        int((~first & ~second).sum()),
        clustered,
    )


def flip_table(cases: PairedCases) -> Ints:
    """(K, K): modal action of the first version × of the second → cases; unstable cases are left out."""
    k = len(cases.a.scale)
    stable = (cases.a.modal != UNSCORED) & (cases.b.modal != UNSCORED)
    places = cases.a.modal[stable] * k + cases.b.modal[stable]
    return np.bincount(places, minlength=k * k).reshape(k, k)


def named_flips(table: Ints, ids: Sequence[ActionId]) -> dict[ActionId, dict[ActionId, int]]:
    """A `table` (K, K) of cases, first version by row, with the K actions' names."""
    return {a: dict(zip(ids, row, strict=True)) for a, row in zip(ids, table.tolist(), strict=True)}


def stuart_maxwell(table: Ints) -> Homogeneity:
    """Over the actions that some case changed from or to; df is their number minus one. `table` (K, K) of cases.

    An action without a discordant pair says nothing. Where changes stay within groups of actions, each group costs one.

    Sources: Stuart 1955, Biometrika 42, 412–416; Maxwell 1970, British Journal of Psychiatry 116, 651–655.
    """
    out, into = table.sum(axis=1), table.sum(axis=0)
    return _homogeneity((into - out).astype(np.float64), (np.diag(into + out) - table - table.T).astype(np.float64))


def clustered_homogeneity(cases: PairedCases) -> Homogeneity:
    """The same of the action shares, with the clusters' changes in place of the cases': (Σ d)ᵀ (Σ d dᵀ)⁻ (Σ d).

    The variance is that under homogeneity, as in Stuart–Maxwell, which it equals where no case has repeats or a pair.

    Source: Durkalski, Palesch, Lipsitz and Rust 2003, Statistics in Medicine 22, 2417–2428; Yang, Sun and Hardin 2010,
    Statistics in Medicine 29, 2305–2317 (more than two categories).
    """
    apart = cases.b.shares - cases.a.shares
    parts = np.zeros((cases.sample.clusters, apart.shape[1]))
    np.add.at(parts, cases.sample.cluster, apart)
    return _homogeneity(np.asarray(parts.sum(axis=0)), np.asarray(parts.T @ parts))


def _homogeneity(difference: Floats, spread: Floats) -> Homogeneity:
    """χ² on as many degrees of freedom as the null variance `spread` (K, K) has directions."""
    values, vectors = np.linalg.eigh(spread)
    kept = values > _NO_SPREAD * max(float(values.max(initial=0.0)), 1.0)
    df = int(kept.sum())
    if df == 0:
        return Homogeneity(None, 0, None)
    statistic = float(((vectors[:, kept].T @ difference) ** 2 / values[kept]).sum())
    return Homogeneity(statistic, df, float(chdtrc(df, statistic)))


def mean_difference(cases: PairedCases, first: Floats, second: Floats, *, balanced: bool) -> Difference:
    """Mean of second − first, both (n,), over cases, or over labels, with the closed form's limits and p."""
    figures = LabelMeans(cases.sample, np.stack([first, second], axis=1), shares=False)
    return difference(figures, cases.sample.balanced() if balanced else cases.sample.plain(), bootstrap=False)


def share_difference(cases: PairedCases, first: Floats, second: Floats) -> Difference:
    """Mean over cases of second − first, (n,) in [0, 1], its limits by bootstrap or widened where few cases differ."""
    figures = LabelMeans(cases.sample, np.stack([first, second], axis=1))
    return difference(figures, cases.sample.plain(), bootstrap=True)


def score_differences(cases: PairedCases) -> tuple[Difference, Difference]:
    """Change of the balanced and of the plain score, from the same replicates."""
    credits_ = LabelMeans(cases.sample, np.stack([cases.a.credit, cases.b.credit], axis=1))
    return (
        difference(credits_, cases.sample.balanced(), bootstrap=True),
        difference(credits_, cases.sample.plain(), bootstrap=True),
    )


def difference(figures: LabelMeans, own: Floats, *, bootstrap: bool) -> Difference:
    """Σ `own` (L,) × (second − first) of two figures' means within labels, with limits and Student's p."""
    return weighted_difference(figures, np.stack([-own, own]), bootstrap=bootstrap)


def weighted_difference(figures: LabelMeans, weights: Floats, *, bootstrap: bool) -> Difference:
    """Σ `weights` (V, L) × means within labels, weights of both signs; with limits and Student's p."""
    value = figures.value(weights)
    if figures.sample.clusters < 2:
        return Difference(value, None, None, None)
    error = figures.error(weights)
    if error < _NO_SPREAD:
        # All clusters changed alike, and the sign test speaks.
        p = min(1.0, 2 * 0.5**figures.sample.clusters) if abs(value) > _NO_SPREAD else 1.0
    else:
        p = 2 * float(stdtr(figures.degrees, -abs(value) / error))
    limits, method = figures.limits(weights) if bootstrap else figures.quick_limits(weights)
    if not bootstrap and error < _NO_SPREAD and not figures.shares:
        return Difference(value, None, None, p)
    return Difference(value, *_finite(limits), p, method)


def _finite(limits: Limits) -> tuple[float | None, float | None]:
    low, high = (limit if math.isfinite(limit) else None for limit in limits)
    return low, high


def slice_changes(cases: PairedCases) -> list[SliceChange]:
    """Every category, tag, segment and source that occurs, by name; p-values adjusted over all of them."""
    found = [(name, rows) for name, rows in cases.a.slices.items() if name[0] != "label"]
    changes = [_slice_change(cases, rows) for _, rows in found]
    adjusted = benjamini_hochberg([change.p for change in changes])
    return [
        SliceChange(by, value, len(rows), change, p)
        for ((by, value), rows), change, p in zip(found, changes, adjusted, strict=True)
    ]


def _slice_change(cases: PairedCases, rows: Ints) -> Difference:
    values = np.stack([cases.a.credit[rows], cases.b.credit[rows]], axis=1)
    sample = Sample.of(cases.a, rows)
    return difference(LabelMeans(sample, values), sample.plain(), bootstrap=False)


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p-values in the given order; None stays None and does not count.

    Source: Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57, 289–300.
    """
    ranked = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 1.0
    for rank in range(len(ranked), 0, -1):
        p, place = ranked[rank - 1]
        least = min(least, p * len(ranked) / rank)
        adjusted[place] = least
    return adjusted


def is_trade(cases: PairedCases) -> bool:
    """One pole significantly better and the other significantly worse, each at 5 %, two-sided."""
    if not len(cases) or cases.a.label.min() == cases.a.label.max():
        return False
    signs = []
    for pole in (cases.a.label.min(), cases.a.label.max()):
        change = _slice_change(cases, np.flatnonzero(cases.a.label == pole))
        if change.p is None or change.p > 1 - LEVEL:
            return False
        signs.append(change.value > 0)
    return signs[0] != signs[1]


def counts_apart(matrix: Mapping[ActionId, Mapping[ActionId, int]]) -> int:
    """Cases whose modal action differs."""
    return sum(n for a, row in matrix.items() for b, n in row.items() if a != b)
