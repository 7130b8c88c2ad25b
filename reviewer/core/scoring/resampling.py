"""Intervals of means over labels: a cluster bootstrap within composition strata, and what stands in where that fails.

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
from scipy.special import ndtr, stdtrit

from reviewer.core.scoring.cases import CaseTable, Floats, Ints
from reviewer.core.scoring.intervals import LEVEL, Limits, modified_wilson, wilson
from reviewer.core.scoring.score import SMALL_SAMPLE

REPLICATES = 10_000
SEED = 20_260_101
"""One fixed seed, printed: the same cases give the same interval on every machine, in whatever order they come."""
BOOTSTRAP, WILSON, WIDENED, CLOSED = "bootstrap", "wilson", "widened", "normal"
"""How limits were found; `SMALL_SAMPLE` is the fifth, and says that they are rough."""
ENOUGH = 50.0
"""Effective clusters from which the bootstrap and the closed form are relied on."""
FEW = 5.0
"""Effective clusters under which the limits of a figure are flagged: of under five rare outcomes a count is so coarse
that Wilson's limits hold in 0.90 to 0.98 of suites (Brown, Cai and DasGupta 2001, Statistical Science 16)."""
FEW_APART = 8.0
"""The same for a difference of two versions, and for what has no ends."""
FEWEST_CLUSTERS = 10
"""Clusters under which all limits are flagged."""
FEWEST_IN_SHARE = 20
"""The same for a share, counted where it can be anything but 0: of so few cases it takes few values, and Wilson's
limits hold in 0.92 to 0.99 of suites, by enumeration."""
_POOLED_UNDER = 10
_ATTEMPTS = 100
_NO_SPREAD = 1e-15
_MOST_EFFECTIVE = 2.5

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

    def clusters_of(self, weights: Floats) -> int:
        """Clusters with a case of a label that has a weight, (L,)."""
        here = weights > 0
        return self.clusters if here.all() else len(np.unique(self.cluster[here[self.label]]))

    @cached_property
    def strata(self) -> Ints:
        """(G,) clusters of one composition (multiset of labels) share a number, from 0; rare ones are pooled."""
        _, number, size = np.unique(self._compositions, return_inverse=True, return_counts=True)
        kept = size >= _POOLED_UNDER
        renumbered = np.where(kept, np.cumsum(kept) - 1, kept.sum())
        return np.asarray(renumbered[number])

    @cached_property
    def _compositions(self) -> _Words:
        """(G,) a number that clusters of one multiset of labels share."""
        return self._summed(_scrambled(self.label.astype(np.uint64)))

    @cached_property
    def strata_count(self) -> int:
        return int(self.strata.max(initial=-1)) + 1

    @cached_property
    def means_in(self) -> list[float]:
        """By stratum how many means its clusters' parts are taken around: one, and among pooled compositions one for
        each label, as far as its cases are there."""
        found = [1.0] * self.strata_count
        for stratum in range(self.strata_count):
            here = np.bincount(self.label[self.strata[self.cluster] == stratum], minlength=self.labels)
            if len(np.unique(self._compositions[self.strata == stratum])) > 1:
                found[stratum] = max(float((here / self.in_label).sum()), 1.0)
        return found

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

    `values` (n, V) are the cases' figures; `shares` says that they lie in [0, 1]. `possible` (V, L) is the part of each
    label's cases on which such a share can be anything but 0, by default all: nothing can be over-cautious where the
    label is the most cautious action.
    """

    sample: Sample
    values: Floats
    shares: bool = True
    replicates: int = REPLICATES
    possible: Floats | None = None

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
        """(V·L, V·L) of the means over clusters within strata, Σ_h G_h / (G_h − m_h) Σ (z − z̄_h)(z − z̄_h)ᵀ, where m_h
        means were estimated from them (`Sample.means_in`)."""
        total = np.zeros((self.parts.shape[1], self.parts.shape[1]))
        for own, means in zip(self._centred, self.sample.means_in, strict=True):
            total += own.T @ own * (len(own) / max(len(own) - means, 1.0))
        return total

    @cached_property
    def _centred(self) -> tuple[Floats, ...]:
        """(G_h, V·L) the parts of each stratum's clusters around their mean; a cluster alone in its own is left."""
        found = (self.parts[self.sample.strata == stratum] for stratum in range(self.sample.strata_count))
        return tuple(own - own.mean(axis=0) if len(own) > 1 else own for own in found)

    def effective(self, weights: Floats) -> float:
        """How many clusters `value` rests on, (Σ c²)² / Σ c⁴ of their parts c in its error; 0 where none differs.

        About n where shares are near ½ and about the number of the rarer outcome where they are near 0 or 1.
        `weights` (V, L).
        """
        squares = (self.parts @ weights.ravel()) ** 2
        total = float(squares.sum())
        return total**2 / float(squares @ squares) if total > _NO_SPREAD else 0.0

    def form(self, weights: Floats) -> str:
        """How the limits of `value` are found, `weights` (V, L): by the bootstrap, else by what few clusters allow."""
        effective, is_share = self.effective(weights), self._is_share(weights)
        if effective < (FEW if is_share else FEW_APART) or self.sample.clusters < FEWEST_CLUSTERS:
            return SMALL_SAMPLE
        if is_share and self.sample.clusters_of(self._here(weights).sum(axis=0)) < FEWEST_IN_SHARE:
            return SMALL_SAMPLE
        if effective < ENOUGH:
            return WILSON if is_share and self._trials(weights) is not None else WIDENED
        return BOOTSTRAP

    def _is_share(self, weights: Floats) -> bool:
        """Whether `value` lies in [0, 1]: no difference of versions, no steps of the scale."""
        return self.shares and not (weights < 0).any()

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
        """Limits of `value` and how they were found (`form`).

        `weights` (V, L), `level` in (0, 1). Under two clusters there are none: minus and plus infinity.
        """
        form = self.form(weights) if self.sample.clusters > 1 else SMALL_SAMPLE
        if form != BOOTSTRAP:
            return self._few_limits(weights, level), form
        drawn, expanded = np.tensordot(self.draws, weights, axes=2), self._expanded(weights, level)
        low, high = np.quantile(drawn, [(1 - expanded) / 2, (1 + expanded) / 2])
        return (float(low), float(high)), form

    def _expanded(self, weights: Floats, level: float) -> float:
        """The level whose normal quantile makes up for what a bootstrap of small strata leaves out, √((G_h − 1) / G_h)
        of each one's error, and for Student's quantile.

        Source: Hesterberg 2015, American Statistician 69, 371–386 (expanded percentiles).
        """
        drawn = math.sqrt(sum(float(np.square(own @ weights.ravel()).sum()) for own in self._centred))
        ratio = self.error(weights) / drawn if drawn > _NO_SPREAD else 1.0
        return 2 * float(ndtr(ratio * stdtrit(self.degrees, (1 + level) / 2))) - 1

    def quick_limits(self, weights: Floats, level: float = LEVEL) -> tuple[Limits, str]:
        """As `limits`, `weights` (V, L), with the closed form in place of the bootstrap, for the many slices."""
        form = self.form(weights) if self.sample.clusters > 1 else SMALL_SAMPLE
        if form != BOOTSTRAP:
            return self._few_limits(weights, level), form
        return self.closed(weights, level), CLOSED

    def _few_limits(self, weights: Floats, level: float) -> Limits:
        if self.sample.clusters < 2:
            return -np.inf, np.inf
        if not self._is_share(weights):
            return self._widened(weights, level)
        if self.error(weights) < _NO_SPREAD:
            return self._at_the_ends(weights, level)
        trials = self._trials(weights)
        if trials is None:
            low, high = self._widened(weights, level)
            return max(low, 0.0), min(high, 1.0)
        most = float(self._here(weights).sum())
        low, high = modified_wilson(self.value(weights) / most * trials, trials, self._own_level(level))
        return low * most, high * most

    def _here(self, weights: Floats) -> Floats:
        """(V, L) the part of the weights of the cases on which the shares can be anything but 0: together the greatest
        that `value` can be."""
        return weights if self.possible is None else weights * self.possible

    def error(self, weights: Floats) -> float:
        """The standard error of `value` over clusters, `weights` (V, L). Source: Miller 2024, arXiv 2411.00640."""
        flat = weights.ravel()
        return math.sqrt(max(float(flat @ self.covariance @ flat), 0.0))

    @property
    def degrees(self) -> int:
        """Of freedom: clusters less the means that their parts are taken around."""
        return max(self.sample.clusters - round(sum(self.sample.means_in)), 1)

    def closed(self, weights: Floats, level: float = LEVEL) -> Limits:
        """Miller's closed form, `weights` (V, L), with Student's t on `degrees` of freedom."""
        half = float(stdtrit(self.degrees, (1 + level) / 2)) * self.error(weights)
        value = self.value(weights)
        return value - half, value + half

    def _trials(self, weights: Floats) -> float | None:
        """As how many trials of one share `value`, its variance over clusters taken, counts for Wilson's limits.

        None where the labels differ so much that it is no one share: at 0.5 between 1 and 0 no end of [0, 1] is near.
        Source: Dean and Pagano 2015, Journal of Survey Statistics and Methodology 3, 484–503.
        """
        most = float(self._here(weights).sum())
        value, variance = self.value(weights) / most, (self.error(weights) / most) ** 2
        trials = value * (1 - value) / max(variance, _NO_SPREAD)
        squares = self._here(weights) * weights / most**2
        if trials * float((squares / self.sample.in_label).sum()) > _MOST_EFFECTIVE:
            return None
        return max(trials, 0.5 / float((squares / self.sample.clusters_in_label).sum()))

    def _own_level(self, level: float) -> float:
        """Where cases depend on each other the variance is an estimate: Student's quantile for the normal one."""
        if self.sample.clusters == len(self.sample.label):
            return level
        return 2 * float(ndtr(stdtrit(self.degrees, (1 + level) / 2))) - 1

    def _at_the_ends(self, weights: Floats, level: float) -> Limits:
        """Where within each label all cases end alike, as a constant policy's do: Wilson's limits of the labels at 1
        and of those at 0, each together; a label in between has none of its own."""
        value = self.value(weights)
        lengths = []
        for end in (1.0, 0.0):
            at_end = np.abs(self.means - end) < _NO_SPREAD
            own = np.where(at_end, self._here(weights), 0.0)
            squares = float((own * np.where(at_end, weights, 0.0) / self.sample.clusters_in_label).sum())
            trials = own.sum() ** 2 / (squares or 1.0)
            lengths.append(float(own.sum()) * (wilson(0.0, trials, level)[1] if trials else 0.0))
        return value - lengths[0], value + lengths[1]

    def _widened(self, weights: Floats, level: float) -> Limits:
        """The closed form as if one more cluster of the usual size had differed: error · √(1 + 1 / effective).

        Where none differs, one case of the label that weighs most. After Bonett and Price 2012, Journal of Educational
        and Behavioral Statistics 37, 479–488, who add discordant pairs.
        """
        effective = self.effective(weights)
        error = self.error(weights) * math.sqrt(1 + 1 / effective) if effective else 0.0
        error = error or float((np.abs(weights) / self.sample.in_label).max())
        half, value = float(stdtrit(self.degrees, (1 + level) / 2)) * error, self.value(weights)
        low, high = value - half, value + half
        if not self.shares:
            return low, high
        # a value at an end of the scale stays inside its limits whatever the rounding
        return max(low, min(-1.0, value)), min(high, max(1.0, value))
