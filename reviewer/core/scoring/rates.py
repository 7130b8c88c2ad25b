"""What versions did at the two poles: counts by cluster, and the rates of holding back with their errors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from reviewer.core.scoring.cases import CaseTable, Flags, Floats, Ints
from reviewer.core.scoring.discrimination import HeldBack, d_prime_and_criterion
from reviewer.core.scoring.intervals import Trials
from reviewer.core.scoring.resampling import FEW_APART

FEW_EVENTS = 3
"""Cases held back, or not, at a pole below which a rate is too near 0 or 1 for its z to be trusted."""
FEW_FOR_Z = 5
"""Under so many of them limits of d′ and c are called rough: they hold the truth too often."""
_DEGENERATE = 1e-12
_MOST_WORTH = 10.0
_MOST_ALIKE = 0.99


@dataclass(frozen=True)
class PoleCases:
    """n cases at the two poles that all V versions answered.

    `pole` (n,) is 1 at the most cautious label and 0 at the least; `shares` (V, n, K) is which part of a case's
    responses took each action; `cluster` (n,) numbers contrast pairs, else cases, from 0 on.
    """

    pole: Ints
    shares: Floats
    cluster: Ints

    def only(self, here: Flags) -> PoleCases:
        """Those of them that are `here` (n,), at the same poles."""
        cluster = np.unique(self.cluster[here], return_inverse=True)[1]
        return replace(self, pole=self.pole[here], shares=self.shares[:, here], cluster=cluster)


@dataclass(frozen=True)
class Rates:
    """z of the hit and false-alarm rates, (H, F) by version, (2V,), their covariance over clusters, and the counts.

    `held` (V, n) is the share of each case's responses that held back; `cluster` (n,) as in `PoleCases`.
    """

    z: Floats
    covariance: Floats
    counts: tuple[HeldBack, ...]
    held: Floats
    cluster: Ints

    def fewest(self, version: int) -> float:
        """The smallest of hits, misses, false alarms and correct answers."""
        return self.counts[version].fewest

    def few_for_change(self, first: int, second: int) -> bool:
        """Whether limits of a change of d′, c or the dial between two versions are rough: either version's are, or in
        few clusters one held back and the other did not. Then they hold the truth in as few as 0.85 of suites."""
        rare = min(self.fewest(version) for version in (first, second)) < FEW_FOR_Z
        return rare or self.apart(first, second) < FEW_APART

    def apart(self, first: int, second: int) -> int:
        """In how many clusters two versions did not hold back alike."""
        differ = np.abs(self.held[first] - self.held[second]) > _DEGENERATE
        return len(np.unique(self.cluster[differ]))

    def trials(self, version: int) -> Trials:
        """How many independent cases those at each pole are worth: the binomial variance over that of clusters.

        A rate of 0 or 1 shows no variance, and every case counts as one.
        """
        counts = self.counts[version]
        found = []
        for place, held, n in ((0, counts.hits, counts.should), (1, counts.false_alarms, counts.should_not)):
            at = 2 * version + place
            spread = float(self.covariance[at, at]) * density(float(self.z[at])) ** 2
            share = held / n
            worth = share * (1 - share) / spread if 0 < share < 1 and spread > 0 else float(n)
            found.append(min(max(worth, n / _MOST_WORTH), n * _MOST_WORTH))
        return found[0], found[1]

    def correlation(self, version: int) -> float:
        """Of z of the two rates, over clusters: 0 where no contrast pair or group stands at both poles."""
        own = self.covariance[2 * version : 2 * version + 2, 2 * version : 2 * version + 2]
        return float(np.clip(own[0, 1] / np.sqrt(own[0, 0] * own[1, 1]), -_MOST_ALIKE, _MOST_ALIKE))

    def of_versions(self, weights: tuple[float, float]) -> float:
        """Correlation over clusters of the first two versions' `weights` · z of their two rates: (1, −1) is d′'s,
        (1, 1) that of the criterion. Versions that answered the same cases have something in common."""
        both = np.kron(np.eye(2), np.array(weights)) @ self.covariance[:4, :4] @ np.kron(np.eye(2), np.array(weights)).T
        spread = float(both[0, 0] * both[1, 1])
        return float(np.clip(both[0, 1] / np.sqrt(spread), -_MOST_ALIKE, _MOST_ALIKE)) if spread > 0 else 0.0


def pole_cases(tables: Sequence[CaseTable]) -> PoleCases | None:
    """Of versions that answered the same cases; None where only one label has cases that all of them have scored."""
    rows = pole_rows(tables)
    if not len(rows):
        return None
    label = tables[0].label[rows]
    cluster = np.unique(tables[0].cluster[rows], return_inverse=True)[1]
    return PoleCases((label == label.max()).astype(np.intp), np.stack([t.shares[rows] for t in tables]), cluster)


def pole_rows(tables: Sequence[CaseTable]) -> Ints:
    """(n,) where the cases of `pole_cases` stand in every table; none where only one label has scored cases."""
    scored = np.all([table.is_scored for table in tables], axis=0)
    label = tables[0].label
    if not scored.any() or label[scored].min() == label[scored].max():
        return np.zeros(0, dtype=np.intp)
    low, high = label[scored].min(), label[scored].max()
    return np.flatnonzero(scored & ((label == low) | (label == high)))


def cluster_tables(cases: PoleCases) -> Floats:
    """Responses by cluster, version, pole and action, a case's repeats weighing equally; shape (C, V, 2, K)."""
    versions, _, actions = cases.shares.shape
    size = int(cases.cluster.max()) + 1
    places = cases.cluster * 2 + cases.pole
    tables = np.zeros((size, versions, 2, actions))
    for version in range(versions):
        for action in range(actions):
            found = np.bincount(places, cases.shares[version, :, action], minlength=2 * size)
            tables[:, version, :, action] = found.reshape(size, 2)
    return tables


def rates_of(cases: PoleCases, hold_back: Collection[int]) -> Rates:
    """Rates of holding back by version; the log-linear correction keeps z finite (Hautus 1995)."""
    held = cases.shares[:, :, sorted(hold_back)].sum(axis=2)
    counts, z, influences = [], [], []
    for own in held:
        here = [cases.pole == pole for pole in (0, 1)]
        kept = [float(own[at].sum()) for at in here]
        found = HeldBack(_whole(kept[1]), int(here[1].sum()), _whole(kept[0]), int(here[0].sum()))
        counts.append(found)
        d_prime, criterion = d_prime_and_criterion(found)
        for pole, at in ((1, d_prime / 2 - criterion), (0, -d_prime / 2 - criterion)):
            z.append(at)
            influences.append(_influence(cases, own, here[pole], at))
    matrix = np.stack(influences, axis=1)
    size = len(matrix)
    covariance = matrix.T @ matrix * (size / (size - 1) if size > 1 else 1.0)
    sizes = [n for found in counts for n in (found.should, found.should_not)]
    floors = np.array([_floor(at, n) for at, n in zip(z, sizes, strict=True)])
    degenerate = np.diag(covariance) < _DEGENERATE
    covariance[degenerate, degenerate] += floors[degenerate]
    return Rates(np.array(z), covariance, tuple(counts), held, cases.cluster)


def _whole(count: float) -> float:
    """Thirds of cases add up to whole ones."""
    return round(count, 9)


def _influence(cases: PoleCases, held: Floats, here: Flags, z: float) -> Floats:
    """Each cluster's part of z of a rate, by the delta method."""
    around = held[here] - held[here].mean()
    parts = np.bincount(cases.cluster[here], around, minlength=int(cases.cluster.max()) + 1)
    return np.asarray(parts / (here.sum() * density(z)))


def _floor(z: float, n: int) -> float:
    """The binomial variance of z where a rate of 0 or 1 shows none, with the log-linear rate."""
    rate = float(ndtr(z))
    return rate * (1 - rate) / (n * density(z) ** 2)


def density(z: float) -> float:
    """Of the standard normal distribution."""
    return float(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))
