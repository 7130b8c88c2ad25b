"""Intervals of means over labels: a cluster bootstrap within composition strata, and its small-sample form.

A figure is Σ weight × mean within a label. Credits and ranks take few values, so what is resampled are multinomial
counts of the distinct cluster patterns within a stratum: the same distribution as drawing clusters one by one.

The order matters: cases are summed to clusters first, because cases of one pair are not independent; clusters are put
into strata by their labels, so that every label keeps its n in each replicate; only then is drawn. Four cases, of which
the first two are a pair, with two labels and one figure:

    >>> sample = Sample(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 2]))
    >>> sample.in_label.tolist(), sample.clusters
    ([2.0, 2.0], 3)
    >>> means = LabelMeans(sample, np.array([[1.0], [0.0], [0.5], [1.0]]))
    >>> means.means.tolist()
    [[0.75, 0.5]]
    >>> means.parts.tolist()
    [[0.125, -0.25], [-0.125, 0.0], [0.0, 0.25]]

Label 0 has the credits 1 and 0.5, label 1 has 0 and 1. The pair lies 0.25 over the first mean and 0.5 under the second,
each over its label's two cases: 0.125 and -0.25. The squares of such rows, within strata, are the variance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from reviewer.core.scoring.cases import CaseTable, Floats, Ints
from reviewer.core.scoring.intervals import LEVEL, Limits, wilson

REPLICATES = 10_000
SEED = 20_260_101
"""One fixed seed, printed: the same cases give the same interval on every machine, in whatever order they come."""
FEW_IN_LABEL = 60
"""Clusters with a label under which, as with fewer than `FEW_EVENTS`, the bootstrap is not relied on."""
FEW_EVENTS = 10.0
_POOLED_UNDER = 10
_ATTEMPTS = 100
_NO_SPREAD = 1e-15
_MOST_EFFECTIVE = 4.0

_Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Sample:
    """n scored cases: `label` (n,) numbered 0…L − 1 without gaps, `cluster` (n,) numbered 0…G − 1 without gaps."""

    label: Ints
    cluster: Ints

    @staticmethod
    def of(table: CaseTable, rows: Ints) -> Sample:
        """Of the cases at these places of the table, (n,)."""
        label = table.label[rows]
        numbers = np.cumsum(np.bincount(label, minlength=len(table.scale)) > 0) - 1
        if not table.is_clustered:
            return Sample(numbers[label], np.arange(len(rows)))
        return Sample(numbers[label], np.unique(table.cluster[rows], return_inverse=True)[1])

    @cached_property
    def labels(self) -> int:
        return int(self.label.max(initial=-1)) + 1

    @cached_property
    def clusters(self) -> int:
        return int(self.cluster.max(initial=-1)) + 1

    @cached_property
    def in_label(self) -> Floats:
        """(L,) cases of each label."""
        return np.bincount(self.label, minlength=self.labels).astype(np.float64)

    @cached_property
    def clusters_in_label(self) -> Floats:
        """(L,) clusters with a case of each label."""
        found = np.bincount(self.cluster * self.labels + self.label, minlength=self.clusters * self.labels)
        return np.asarray((found.reshape(-1, self.labels) > 0).sum(axis=0), dtype=np.float64)

    @cached_property
    def strata(self) -> Ints:
        """(G,) clusters of one composition (multiset of labels) share a number, from 0; rare ones are pooled."""
        words = _scrambled(self.label.astype(np.uint64))
        _, number, size = np.unique(self._summed(words), return_inverse=True, return_counts=True)
        kept = size >= _POOLED_UNDER
        renumbered = np.where(kept, np.cumsum(kept) - 1, kept.sum())
        return np.asarray(renumbered[number])

    @cached_property
    def strata_count(self) -> int:
        return int(self.strata.max(initial=-1)) + 1

    def balanced(self) -> Floats:
        """(L,) weights of the balanced mean; they add up to 1."""
        return np.full(self.labels, 1 / max(self.labels, 1))

    def plain(self) -> Floats:
        """(L,) weights of the mean over cases; they add up to 1."""
        return self.in_label / max(len(self.label), 1)

    def patterns(self, values: Floats) -> _Words:
        """(G,) a number that two clusters share where their cases have the same labels and values (n, V)."""
        words = _scrambled(self.label.astype(np.uint64))
        for column in values.T:
            words = _scrambled(words ^ (np.ascontiguousarray(column + 0.0).view(np.uint64) * np.uint64(0x9E3779B1)))
        return self._summed(words)

    def sums(self, values: Floats) -> Floats:
        """(G, V, L) each cluster's sum of each column of `values` (n, V) by label."""
        places = self.cluster * self.labels + self.label
        size = self.clusters * self.labels
        found = [np.bincount(places, column, minlength=size).reshape(-1, self.labels) for column in values.T]
        return np.stack(found, axis=1)

    def _summed(self, words: _Words) -> _Words:
        """Sums modulo 2⁶⁴ by cluster: the order of a cluster's cases does not matter."""
        order = np.argsort(self.cluster, kind="stable")
        starts = np.flatnonzero(np.diff(self.cluster[order], prepend=-1))
        return np.add.reduceat(words[order], starts)


def _scrambled(words: _Words) -> _Words:
    """SplitMix64 of each number, so that sums of different multisets differ. Source: Steele, Lea and Flood 2014."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return cast(_Words, words ^ (words >> np.uint64(31)))


@dataclass(frozen=True)
class LabelMeans:
    """Means (V, L) of V figures within each label, with what their intervals are computed from.

    `values` (n, V) are the cases' figures; `shares` says that they lie in [0, 1].
    """

    sample: Sample
    values: Floats
    shares: bool = True
    replicates: int = REPLICATES

    @cached_property
    def means(self) -> Floats:
        """(V, L) of each figure within each label, in its own unit: credit in [0, 1], distance in scale steps."""
        return np.asarray(self.sample.sums(self.values).sum(axis=0) / self.sample.in_label)

    @cached_property
    def parts(self) -> Floats:
        """(G, V·L) each cluster's part of each mean's error: its cases' values around the mean, over the label's n."""
        around = self.values - self.means.T[self.sample.label]
        return (self.sample.sums(around) / self.sample.in_label).reshape(self.sample.clusters, -1)

    @cached_property
    def covariance(self) -> Floats:
        """(V·L, V·L) of the means over clusters within strata, Σ_h G_h / (G_h − 1) Σ (z − z̄_h)(z − z̄_h)ᵀ."""
        total = np.zeros((self.parts.shape[1], self.parts.shape[1]))
        for stratum in range(self.sample.strata_count):
            own = self.parts[self.sample.strata == stratum]
            centred = own - own.mean(axis=0) if len(own) > 1 else own
            total += centred.T @ centred * (len(own) / (len(own) - 1) if len(own) > 1 else 1.0)
        return total

    @cached_property
    def is_small(self) -> bool:
        """Too few clusters with a label, or shares too near 0 or 1 for the bootstrap."""
        if (self.sample.clusters_in_label < FEW_IN_LABEL).any():
            return True
        events = self.sample.in_label * np.minimum(self.means, 1 - self.means)
        return self.shares and bool((events < FEW_EVENTS).any())

    @cached_property
    def draws(self) -> Floats:
        """(B, V, L) the means in bootstrap replicates; those that miss a label are drawn again."""
        rng = np.random.default_rng(SEED)
        found = self._drawn(rng, self.replicates)
        for _ in range(_ATTEMPTS):
            missing = ~np.isfinite(found).all(axis=(1, 2))
            if not missing.any():
                break
            found[missing] = self._drawn(rng, int(missing.sum()))
        return found

    def _drawn(self, rng: np.random.Generator, size: int) -> Floats:
        counted = np.concatenate([self.values, np.ones((len(self.values), 1))], axis=1)
        patterns = self.sample.patterns(self.values)
        _, chosen, number = np.unique(patterns, return_index=True, return_inverse=True)
        sums = self.sample.sums(counted)[chosen].reshape(len(chosen), -1)
        total = np.zeros((size, sums.shape[1]))
        for stratum in range(self.sample.strata_count):
            present, clusters = np.unique(number[self.sample.strata == stratum], return_counts=True)
            drawn = rng.multinomial(int(clusters.sum()), clusters / clusters.sum(), size=size)
            total += drawn.astype(np.float64) @ sums[present]
        shaped = total.reshape(size, -1, self.sample.labels)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(shaped[:, :-1] / shaped[:, -1:])

    def value(self, weights: Floats) -> float:
        """Σ weights (V, L) × means."""
        return float((weights * self.means).sum())

    def limits(self, weights: Floats, level: float = LEVEL) -> tuple[Limits, str]:
        """Limits of `value` and how they were found: `bootstrap`, or `small-sample` where that would fail.

        `weights` (V, L), `level` in (0, 1). Under two clusters there are none: minus and plus infinity.
        """
        if self.sample.clusters < 2:
            return (-np.inf, np.inf), "small-sample"
        if self.is_small:
            return (self._mover(weights, level) if self.shares else self.closed(weights, level)), "small-sample"
        drawn = np.tensordot(self.draws, weights, axes=2)
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
        return (float(low), float(high)), "bootstrap"

    def quick_limits(self, weights: Floats, level: float = LEVEL) -> tuple[Limits, str]:
        """As `limits`, `weights` (V, L), with the closed form in place of the bootstrap, for the many slices."""
        if self.sample.clusters < 2:
            return (-np.inf, np.inf), "small-sample"
        if self.is_small and self.shares:
            return self._mover(weights, level), "small-sample"
        return self.closed(weights, level), "normal"

    def error(self, weights: Floats) -> float:
        """The standard error of `value` over clusters, `weights` (V, L). Source: Miller 2024, arXiv 2411.00640."""
        flat = weights.ravel()
        return math.sqrt(max(float(flat @ self.covariance @ flat), 0.0))

    @property
    def degrees(self) -> int:
        """Of freedom: clusters − strata."""
        return max(self.sample.clusters - self.sample.strata_count, 1)

    def closed(self, weights: Floats, level: float = LEVEL) -> Limits:
        """Miller's closed form, `weights` (V, L), with Student's t on clusters − strata degrees of freedom."""
        half = float(stdtrit(self.degrees, (1 + level) / 2)) * self.error(weights)
        value = self.value(weights)
        return value - half, value + half

    def _mover(self, weights: Floats, level: float) -> Limits:
        """MOVER on Wilson limits of every mean, with the means' correlations.

        A mean of credits counts as a proportion of as many trials as its variance over clusters says. Sources: Zou
        and Donner 2008, Statistics in Medicine 27, 1693–1702; Newcombe 1998, Statistics in Medicine 17, 2635–2650.
        """
        signs, size = np.sign(weights).ravel(), np.abs(weights).ravel()
        limits = np.array([wilson(*at, level) for at in self._trials()])
        below, above = (self.means.ravel() - limits[:, 0]) * size, (limits[:, 1] - self.means.ravel()) * size
        related = self._correlations() * np.outer(signs, signs)
        down, up = np.where(signs > 0, below, above), np.where(signs > 0, above, below)
        value = self.value(weights)
        return value - _length(down, related), value + _length(up, related)

    def _trials(self) -> list[tuple[float, float]]:
        """(successes, trials) that would have each mean and its variance."""
        means = self.means.ravel()
        n = np.tile(self.sample.in_label, len(self.means))
        fewest = np.tile(self.sample.clusters_in_label, len(self.means))
        spread = np.diag(self.covariance)
        trials = np.where(spread > _NO_SPREAD, means * (1 - means) / np.maximum(spread, _NO_SPREAD), fewest)
        trials = np.clip(trials, np.minimum(fewest, n) / 2, n * _MOST_EFFECTIVE)
        return [(float(mean * k), float(k)) for mean, k in zip(means, trials, strict=True)]

    def _correlations(self) -> Floats:
        deviation = np.sqrt(np.diag(self.covariance))
        scale = np.outer(deviation, deviation)
        related = np.where(scale > _NO_SPREAD, self.covariance / np.maximum(scale, _NO_SPREAD), 0.0)
        np.fill_diagonal(related, 1.0)
        return np.clip(related, -1, 1)


def _length(distances: Floats, related: Floats) -> float:
    return math.sqrt(max(float(distances @ related @ distances), 0.0))
