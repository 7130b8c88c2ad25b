"""In which share of comparisons the verdict is *moved outward*: the three conditions of it together, in numbers.

The frontier statistic, that of holding back alone, the test of any change and the variance that stands below the first
are sums over clusters. Their means and covariances follow from what is expected of two versions, and with them the
distribution of all of them together, which is taken as normal and read off fixed quasi-random points. Expected actions
are joined as `frontier_change` joins them. Misfit by chance is χ², less where cells are expected to stay empty and
where repeats steady them.

Source: Self and Mauritsen 1988, Biometrics 44, 79–86 (power by what is expected of the scores).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import chdtri, gammaincinv, ndtri

from reviewer.core.scoring.cases import Flags, Floats
from reviewer.core.scoring.frontier_change import LEAST_EXPECTED, FrontierChange, cut_in_two, groups_of
from reviewer.core.scoring.shared_evidence import NODE_WEIGHTS, Expected, cells

ANYTHING_LEVEL = 0.03
"""Under this p-value of the test of any change, or with a frontier statistic beyond its quantile, one goes on."""
MOVED_LEVEL = 0.05
"""Two-sided, of the frontier statistic."""
AGREEMENT = 1.0
"""By how many standard errors holding back alone, the scale cut in two, must point the same way as a move."""
_POINTS, _CASES, _SEED = 2_048, 4_096, 20_261_129
_STEPS = 60
_LEAST_VARIANCE = 0.2
_VERSIONS = _POLES = 2
_FRONTIER, _TWO, _FIRST_RIDIT, _VARIANCE = 0, 1, 2, 4
"""Places of the sums: both statistics, the ridits at either pole, and the squares of the first."""


class _EfficientScores(NamedTuple):
    """Of an efficient score: (2, 2, K) for each response, and what the priors add to the sum and to its variance."""

    scores: Floats
    added: float
    prior: float


@dataclass(frozen=True)
class _ClusterKind:
    """A kind of cluster: which `part` of the cases of a pole make one, the mean (4,) and covariance (5, 5) of its sums.

    The fifth is the square of the first about the mean over all clusters.
    """

    part: float
    mean: Floats
    covariance: Floats


class VerdictPower:
    """Of what is `expected` of two versions, worked out at so many `cases` a pole; good for numbers not far from it."""

    def __init__(self, expected: Expected, cases: float) -> None:
        self._expected, self._cases = expected, cases

    @cached_property
    def _table(self) -> Floats:
        """(2, 2, K) chances by version and pole."""
        found = [[cells(self._expected, pole, version, 0.0)[0] for pole in range(2)] for version in range(2)]
        return np.array(found)

    @cached_property
    def _groups(self) -> list[list[int]]:
        held = range(self._expected.first_held, self._table.shape[2])
        return groups_of(self._table, held)

    @cached_property
    def _held(self) -> Flags:
        return np.array([group[0] >= self._expected.first_held for group in self._groups])

    @cached_property
    def _joined(self) -> Floats:
        return np.stack([self._table[..., group].sum(axis=-1) for group in self._groups], axis=-1)

    @cached_property
    def _weights(self) -> tuple[_EfficientScores, _EfficientScores]:
        """Of the frontier statistic and of that of holding back alone, by response over all K actions."""
        expected = self._joined[None] * self._cases
        whole, two = _efficient(expected), _efficient(cut_in_two(expected, self._held))
        size = self._table.shape[2]
        by_action, in_two = np.zeros((2, 2, size)), np.zeros((2, 2, size))
        for place, group in enumerate(self._groups):
            by_action[..., group] = whole.scores[..., place, None]
            in_two[..., group] = two.scores[..., int(self._held[place]), None]
        return whole._replace(scores=by_action), two._replace(scores=in_two)

    @cached_property
    def _scores(self) -> Floats:
        """(4, 2, 2, K) what a response adds to each sum, by version, pole and action."""
        both = self._table.sum(axis=0)
        ridits = (np.cumsum(both, axis=1) - both / 2) / both.sum(axis=1, keepdims=True)
        found = np.zeros((4, *self._table.shape))
        found[_FRONTIER], found[_TWO] = (each.scores for each in self._weights)
        for pole in range(2):
            found[_FIRST_RIDIT + pole, :, pole] = -ridits[pole], ridits[pole]
        return found

    @cached_property
    def _kinds(self) -> tuple[_ClusterKind, ...]:
        """Cases alone at either pole, and contrast pairs."""
        means = [self._mean(pole) for pole in range(2)]
        paired = self._expected.paired
        parts, sums = [1 - paired, 1 - paired, paired], [*means, means[0] + means[1]]
        across = self._covariance(0, 1)
        own = [self._covariance(pole, pole) for pole in range(2)]
        covariances = [*own, own[0] + own[1] + across + across.T]
        middle = sum(part * each[0] for part, each in zip(parts, sums, strict=True)) / sum(parts)
        drawn = self._drawn()
        return tuple(
            _ClusterKind(part, mean, _with_square(covariance, each, middle))
            for part, mean, covariance, each in zip(parts, sums, covariances, drawn, strict=True)
            if part > 0
        )

    def _mean(self, pole: int) -> Floats:
        return np.asarray((self._scores[:, :, pole] * self._table[None, :, pole]).sum(axis=(1, 2)))

    def _covariance(self, one: int, other: int) -> Floats:
        """(4, 4) of a case's sums at one pole with those of its pair's other case, or with themselves."""
        expected, total = self._expected, np.zeros((4, 4))
        for first in range(_VERSIONS):
            for second in range(_VERSIONS):
                share = expected.rho + (expected.own if first == second and one == other else 0.0)
                both = self._shared((one, first), (other, second), share)
                if one == other and first == second:
                    both = self._alone(one, first) / expected.repeats + (1 - 1 / expected.repeats) * both
                total += both
        return total

    def _shared(self, one: tuple[int, int], other: tuple[int, int], share: float) -> Floats:
        """Of two responses, each (pole, version), whose evidence has this share in common."""
        found = [
            cells(self._expected, pole, version, share) @ self._scores[:, version, pole].T
            for pole, version in (one, other)
        ]
        means = [NODE_WEIGHTS @ each for each in found]
        return np.asarray((found[0] * NODE_WEIGHTS[:, None]).T @ found[1] - np.outer(*means))

    def _alone(self, pole: int, version: int) -> Floats:
        scores, chances = self._scores[:, version, pole], self._table[version, pole]
        mean = scores @ chances
        return np.asarray((scores * chances) @ scores.T - np.outer(mean, mean))

    def _drawn(self) -> list[Floats]:
        """(M, 4) sums of simulated clusters of each kind, for the moments that have no closed form."""
        noise = _noise(self._expected.repeats)
        own = [self._drawn_case(pole, noise) for pole in range(2)]
        return [*own, own[0] + own[1]]

    def _drawn_case(self, pole: int, noise: Floats) -> Floats:
        """A pair's other case shares its first column of noise."""
        expected, total = self._expected, np.zeros((noise.shape[1], 4))
        unit = math.sqrt((1 + expected.slope**2) / 2)
        alone = math.sqrt(max(1 - expected.rho - expected.own, 0.0))
        for version in range(_VERSIONS):
            mean, spread = ((expected.mean + version * expected.delta * unit), expected.slope) if pole else (0.0, 1.0)
            steady = math.sqrt(expected.rho) * noise[0] + math.sqrt(expected.own) * noise[1 + 2 * pole + version]
            scores = self._scores[:, version, pole]
            for repeat in range(expected.repeats):
                place = 5 + (2 * pole + version) * expected.repeats + repeat
                action = np.searchsorted(expected.thresholds[version], mean + spread * (steady + alone * noise[place]))
                total += scores[:, action].T / expected.repeats
        return total

    @cached_property
    def _misfit(self) -> tuple[int, float]:
        """Degrees of freedom of Pearson's X², and by what each of its parts is smaller than a χ²'s."""
        actions = self._joined.shape[2]
        degrees = 2 * (actions - 1) - 3
        if degrees < 1:
            return 0, 0.0
        counted = np.maximum(self._joined * self._cases, LEAST_EXPECTED)
        spread = self._cell_variance() * self._cases / counted
        return degrees, float(spread.sum() / (1 - self._joined).sum())

    def _cell_variance(self) -> Floats:
        """(2, 2, K2) of the share of one case's responses in each cell."""
        expected, found = self._expected, np.zeros_like(self._joined)
        for version in range(2):
            for pole in range(2):
                given = cells(expected, pole, version, expected.rho + expected.own)
                joined = np.stack([given[:, group].sum(axis=1) for group in self._groups], axis=1)
                mean = self._joined[version, pole]
                between = NODE_WEIGHTS @ joined**2 - mean**2
                found[version, pole] = mean * (1 - mean) / expected.repeats + (1 - 1 / expected.repeats) * between
        return found

    def at(self, cases: float) -> float:
        """The share of comparisons with so many cases a pole that find that the frontier moved outward.

        None does where both versions are expected to hold back always, or never: every response is alike.
        """
        if self._held.all() or not self._held.any():
            return 0.0
        normal, uniform = _points()
        mean = sum(cases * kind.part * np.append(kind.mean, 0.0) for kind in self._kinds)
        covariance = sum(cases * kind.part * kind.covariance for kind in self._kinds)
        sums = np.asarray(mean) + normal @ _root(np.asarray(covariance)).T
        second = sum(cases * kind.part * _second(kind) for kind in self._kinds)
        return self._share(sums, np.asarray(second), cases, uniform)

    def _share(self, sums: Floats, second: Floats, cases: float, uniform: Floats) -> float:
        whole, two = self._weights
        variances = self._variances(cases)
        variance = np.maximum(variances[_FRONTIER] + sums[:, _VARIANCE], _LEAST_VARIANCE * variances[_FRONTIER])
        degrees, smaller = self._misfit
        misfit = np.maximum(1.0, smaller * 2 * gammaincinv(degrees / 2, uniform) / degrees) if degrees else 1.0
        frontier = (sums[:, _FRONTIER] + whole.added) / np.sqrt(misfit * variance + whole.prior)
        held_back = (sums[:, _TWO] + two.added) / math.sqrt(variances[_TWO] + two.prior)
        ridits = sums[:, _FIRST_RIDIT:_VARIANCE]
        anything = np.einsum("ri,ij,rj->r", ridits, np.linalg.pinv(second), ridits)
        goes_on = (anything >= chdtri(2, ANYTHING_LEVEL)) | (frontier > -ndtri(ANYTHING_LEVEL / 2))
        return float(((frontier > -ndtri(MOVED_LEVEL / 2)) & (held_back > AGREEMENT) & goes_on).mean())

    def _variances(self, cases: float) -> Floats:
        """(2,) what the variance over clusters of both statistics is expected to be, about the mean of all."""
        parts = sum(kind.part for kind in self._kinds)
        middle = sum(kind.part * kind.mean[:2] for kind in self._kinds) / parts
        found = sum(kind.part * (np.diag(kind.covariance)[:2] + (kind.mean[:2] - middle) ** 2) for kind in self._kinds)
        return np.asarray(found * cases)


def _second(kind: _ClusterKind) -> Floats:
    """(2, 2) the mean of the products of the ridits' sums: their variance if the versions could be exchanged."""
    ridits = slice(_FIRST_RIDIT, _VARIANCE)
    return np.asarray(kind.covariance[ridits, ridits] + np.outer(kind.mean[ridits], kind.mean[ridits]))


def _with_square(covariance: Floats, drawn: Floats, middle: float) -> Floats:
    """(5, 5): beside the four sums' covariance that of the first one's square about `middle`, from drawn clusters."""
    square = (drawn[:, _FRONTIER] - middle) ** 2
    around, square = drawn - drawn.mean(axis=0), square - square.mean()
    with_sums = around.T @ square / len(square)
    found = np.zeros((5, 5))
    found[:4, :4] = covariance
    found[4, :4] = found[:4, 4] = with_sums
    found[4, 4] = float(square @ square) / len(square)
    return found


def _efficient(expected: Floats) -> _EfficientScores:
    """At δ = 0, of an expected table (1, 2, 2, K)."""
    model = FrontierChange(expected)
    return _EfficientScores(*model.efficient(model.at(0.0).theta))


def _root(covariance: Floats) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


@lru_cache(maxsize=1)
def _points() -> tuple[Floats, Floats]:
    """(P, 5) normal and (P,) uniform, spread evenly, the same everywhere.

    Source: Roberts 2018, The unreasonable effectiveness of quasirandom sequences (an additive recurrence whose base is
    the root of x⁷ = x + 1).
    """
    root = 1.0
    for _ in range(_STEPS):
        root = (1 + root) ** (1 / 7)
    steps = root ** -np.arange(1, 7)
    uniform = (0.5 + np.arange(1, _POINTS + 1)[:, None] * steps) % 1
    return np.asarray(ndtri(uniform[:, :5])), uniform[:, 5]


@lru_cache(maxsize=4)
def _noise(repeats: int) -> Floats:
    """(5 + 4 · repeats, M) standard normal."""
    return np.random.default_rng(_SEED).normal(size=(5 + 4 * repeats, _CASES))
