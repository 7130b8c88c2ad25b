"""The change of d_a between two versions on one evidence axis: its test, its interval, and its odds.

The model: a case at the less cautious pole has evidence N(0, 1), one at the other N(μ, s²), and version v takes action
k where the evidence falls between its thresholds t_vk. Version B's μ is larger by δ·√((1 + s²)/2), so that δ is the
change of d_a = μ·√(2/(1 + s²)). Every δ is tested by its efficient score, with the variance over clusters, so that
versions that answered the same cases are paired; weak priors keep what the data do not tell from running away, and what
they add is counted in the variance.

Sources: Simpson and Fitter 1973, Psychological Bulletin 80, 481–488 (d_a); Dorfman and Alf 1969, Journal of
Mathematical Psychology 6, 487–496 (the likelihood); Boos 1992, The American Statistician 46, 327–333 (score tests whose
variance needs no model); McCullagh and Nelder 1989, Generalized Linear Models, 9.2 (the factor for misfit).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtr, ndtri

from reviewer.core.scoring.cases import Flags, Floats
from reviewer.core.scoring.intervals import z_of

RARE_SHARE = 0.05
"""An action that is rarer, as a mean over versions and poles, joins a neighbour on its side of holding back."""
PRIOR_ODDS_SD = 0.5
"""Of the change of d_a before anything is seen: gains of about half a unit are as likely as losses."""
MATTERS = 0.25
"""A change of d_a under this counts as none where odds are given."""

_SLOPE_SD, _GAP_SD, _FIRST_SD, _MEAN_SD = 0.5, 2.0, 3.0, 3.0
_GAP_MEAN, _MEAN_MEAN = math.log(0.5), 2.0
LEAST_EXPECTED = 0.25
"""Where misfit is measured, fewer expected responses in a cell count as so many."""
LEAST_SPREAD = 0.3
"""The log-likelihood is not trusted more than this, however alike the responses are."""
FARTHEST_BY_SCORE = 2.5
"""Farther out the score statistic does not grow steadily any more, and the likelihood limits the change."""
PRIORS = {
    "slope_sd": _SLOPE_SD,
    "gap_sd": _GAP_SD,
    "first_threshold_sd": _FIRST_SD,
    "mean": _MEAN_MEAN,
    "mean_sd": _MEAN_SD,
}
"""Weak ones: of log s, of the logarithm of a gap between thresholds (around log 0.5), of a first threshold (around 0),
and of μ."""
_HALF = 0.5
"""The mean is fitted half-way between the versions, so that neither comes first and turning them round turns all."""
_TINY = 1e-15
"""Chances below this are differences of rounded numbers."""
_STEPS, _HALVINGS, _CLOSE = 60, 20, 1e-7
_LONGEST_STEP = 4.0
"""Of any parameter at once. Logarithms of gaps and of the slope are among them: where responses are nearly all alike
the information is so small that a whole step would leave the numbers that a computer has."""
_STEP = 0.1
_GRID = np.round(np.arange(-2.5, 2.55, _STEP), 1)
_NEGLIGIBLE = 16.0
"""So far below its peak, in logarithms, a density adds nothing."""
_FARTHEST, _STRIDE, _BISECTIONS = 8.0, 0.25, 10


@dataclass(frozen=True)
class Fitted:
    """The parameters at one δ: penalised log-likelihood, the efficient score of δ, its variance and its information."""

    delta: float
    theta: Floats
    value: float
    score: float
    variance: float
    prior_variance: float
    information: float

    def statistic(self, misfit: float) -> float:
        """The score in standard errors."""
        spread = misfit * self.variance + self.prior_variance
        return self.score / math.sqrt(spread) if spread > 0 else 0.0


class FrontierChange:
    """Of `clusters` (G, 2, 2, K): what each cluster gave to version × pole × action, a case's repeats weighing 1/k."""

    def __init__(self, clusters: Floats) -> None:
        self._table = clusters.sum(axis=0)
        size = len(clusters)
        around = clusters.reshape(size, -1) - self._table.ravel() / size
        # of any score of the cells its variance over clusters follows from this, however many clusters there are
        self._spread = around.T @ around * (size / (size - 1) if size > 1 else 1.0)
        self._totals = self._table.sum(axis=2, keepdims=True)
        self._cuts: int = self._table.shape[2] - 1
        self._mean, self.precision = _priors(self._cuts)
        self._fits: dict[float, Fitted] = {}

    def _start(self) -> Floats:
        share = np.cumsum(self._table[:, 0] / self._totals[:, 0], axis=1)[:, :-1]
        cuts = ndtri(np.clip(share, 0.01, 0.99))
        gaps = np.log(np.maximum(np.diff(cuts, axis=1), 0.05))
        return np.concatenate([np.column_stack([cuts[:, :1], gaps]).ravel(), [1.5, 0.0]])

    def parts(self, theta: Floats) -> tuple[Floats, float, float]:
        """Thresholds (2, K − 1), the further pole's mean for the first version, and its slope."""
        own = theta[: 2 * self._cuts].reshape(2, self._cuts)
        gaps = np.exp(own[:, 1:])
        thresholds = np.concatenate([own[:, :1], own[:, :1] + np.cumsum(gaps, axis=1)], axis=1)
        return thresholds, float(theta[-2]), math.exp(float(theta[-1]))

    def chances(self, theta: Floats, delta: float, before: float = 0.0) -> tuple[Floats, Floats]:
        """P (2, 2, K) of each action by version and pole, and its derivatives (2, 2, K, parameters + 1), δ's last.

        Of the further pole's means, the one in `theta` stands the part `before` of the way from version to version.
        """
        cuts, size = self._cuts, len(theta)
        thresholds, mean, slope = self.parts(theta)
        gaps = np.diff(thresholds, axis=1)
        unit = math.sqrt((1 + slope * slope) / 2)
        way = np.array([-before, 1 - before])
        means = mean + way * delta * unit
        z = np.stack([thresholds, (thresholds - means[:, None]) / slope], axis=1)
        by = np.zeros((2, 2, cuts, size + 1))
        for version in range(2):
            at = version * cuts
            by[version, :, :, at] = 1.0
            for gap in range(cuts - 1):
                by[version, :, gap + 1 :, at + 1 + gap] = gaps[version, gap]
        by[:, 1] /= slope
        by[:, 1, :, size - 2] = -1 / slope
        by[:, 1, :, size - 1] = -z[:, 1]
        by[:, 1, :, size - 1] -= (way * delta * slope / (2 * unit))[:, None]
        by[:, 1, :, size] = -(way * unit / slope)[:, None]
        edge = np.zeros((2, 2, 1))
        below = np.concatenate([edge, ndtr(z), edge + 1], axis=2)
        heights = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        slopes = np.concatenate(
            [np.zeros((2, 2, 1, size + 1)), heights[..., None] * by, np.zeros((2, 2, 1, size + 1))], axis=2
        )
        return np.maximum(np.diff(below, axis=2), _TINY), np.diff(slopes, axis=2)

    def _value(self, theta: Floats, chances: Floats) -> float:
        away = theta - self._mean
        return float((self._table * np.log(chances)).sum() - 0.5 * (self.precision * away) @ away)

    def at(self, delta: float) -> Fitted:
        """The fit with δ held at `delta`, by Fisher scoring."""
        known = self._fits.get(delta)
        if known is None:
            known = self._fits[delta] = self._fit(self._beginning(delta), delta)
        return known

    def _beginning(self, delta: float) -> Floats:
        """Where the two nearest fits point to, or the nearest one."""
        near = sorted(self._fits.values(), key=lambda fitted: abs(fitted.delta - delta))[:2]
        if not near:
            return self._start()
        if len(near) < 2 or max(abs(fitted.delta - delta) for fitted in near) > _STRIDE:
            return _shifted(near[0].theta, near[0].delta / 2)
        first, second = near
        share = (delta - first.delta) / (first.delta - second.delta)
        start, before = (_shifted(each.theta, each.delta / 2) for each in near)
        return start + np.clip(share * (start - before), -_STRIDE, _STRIDE)

    def _fit(self, theta: Floats, delta: float) -> Fitted:
        chances, slopes = self.chances(theta, delta, _HALF)
        value = self._value(theta, chances)
        for _ in range(_STEPS):
            score, information = self._derivatives(chances, slopes)
            gradient = score[:-1] - self.precision * (theta - self._mean)
            step = np.asarray(np.linalg.solve(information[:-1, :-1] + np.diag(self.precision), gradient), np.float64)
            theta, chances, slopes, gained = self._step(theta, step, delta, value)
            value += gained
            if gained < _CLOSE:
                break
        return self._fitted(theta, delta, chances, slopes, value)

    def _step(self, theta: Floats, step: Floats, delta: float, value: float) -> tuple[Floats, Floats, Floats, float]:
        """As far along `step` as makes the fit better; where nothing does, nowhere."""
        step = step / max(1.0, float(np.abs(step).max()) / _LONGEST_STEP)
        for _ in range(_HALVINGS):
            tried = theta + step
            chances, slopes = self.chances(tried, delta, _HALF)
            gained = self._value(tried, chances) - value
            if gained >= 0:
                return tried, chances, slopes, gained
            step = step / 2
        return (theta, *self.chances(theta, delta, _HALF), 0.0)

    def _derivatives(self, chances: Floats, slopes: Floats) -> tuple[Floats, Floats]:
        relative = slopes / chances[..., None]
        score = np.einsum("vpk,vpki->i", self._table, relative)
        information = np.einsum("vpki,vpkj->ij", slopes * self._totals[..., None], relative)
        return score, information

    def _fitted(self, theta: Floats, delta: float, chances: Floats, slopes: Floats, value: float) -> Fitted:
        score, information = self._derivatives(chances, slopes)
        weights = np.linalg.solve(information[:-1, :-1] + np.diag(self.precision), information[:-1, -1])
        relative = slopes / chances[..., None]
        efficient = relative[..., -1] - relative[..., :-1] @ weights
        own = efficient.ravel()
        # what is left where the fit has not quite arrived
        left = score[:-1] - self.precision * (theta - self._mean)
        return Fitted(
            delta,
            _shifted(theta, -delta / 2),
            value,
            float(score[-1] - weights @ left),
            float(own @ self._spread @ own),
            float((weights * self.precision) @ weights),
            float(information[-1, -1] - information[-1, :-1] @ weights),
        )

    def efficient(self, theta: Floats) -> tuple[Floats, float, float]:
        """At δ = 0: the efficient score of each response (2, 2, K), what the priors add to their sum, and to its
        variance."""
        chances, slopes = self.chances(theta, 0.0)
        _, information = self._derivatives(chances, slopes)
        weights = np.linalg.solve(information[:-1, :-1] + np.diag(self.precision), information[:-1, -1])
        relative = slopes / chances[..., None]
        added = float(weights @ (self.precision * (theta - self._mean)))
        return relative[..., -1] - relative[..., :-1] @ weights, added, float((weights * self.precision) @ weights)

    @cached_property
    def best(self) -> Fitted:
        """The δ that fits best, found by Fisher scoring on the efficient score."""
        fitted = self.at(0.0)
        for _ in range(_STEPS):
            step = fitted.score / max(fitted.information, 1e-9)
            step = max(min(step, 1.0), -1.0)
            following = self.at(round(fitted.delta + step, 10))
            while following.value < fitted.value - _CLOSE and abs(step) > 1e-4:
                step /= 2
                following = self.at(round(fitted.delta + step, 10))
            moved, fitted = abs(step), following
            if moved < 1e-4 or abs(fitted.delta) > 8:
                break
        return fitted

    @cached_property
    def misfit(self) -> float:
        """Pearson's X² over its degrees of freedom, at least 1; 1 for two actions, which fit whatever is there."""
        degrees = 2 * self._cuts - 3
        if degrees < 1:
            return 1.0
        chances, _ = self.chances(self.best.theta, self.best.delta)
        expected = self._totals * chances
        off = (self._table - expected) ** 2 / np.maximum(expected, LEAST_EXPECTED)
        return max(1.0, float(np.sum(off)) / degrees)

    def statistic(self, delta: float = 0.0) -> float:
        """How many standard errors speak against the change being `delta`: above 0 where it is larger."""
        return self.at(delta).statistic(self.misfit)

    @cached_property
    def spread(self) -> float:
        """By what the log-likelihood is divided, because responses depend on each other and the model misfits."""
        best = self.best
        return max((best.variance + best.prior_variance) / max(best.information, 1e-12), LEAST_SPREAD) * self.misfit

    @cached_property
    def error(self) -> float:
        """The standard error of the change, by the paired variance and the information at the best fit."""
        best = self.best
        return math.sqrt(self.misfit * best.variance + best.prior_variance) / max(best.information, 1e-12)

    @property
    def paired_error(self) -> float:
        """The same without the factor for misfit."""
        return math.sqrt(self.best.variance + self.best.prior_variance) / max(self.best.information, 1e-12)

    def limits(self, level: float) -> tuple[float, float]:
        """The changes that are not rejected; an end that is never rejected is infinite.

        By the score statistic; where that rejects only far out, as near a ceiling, by the likelihood.
        """
        # where the likelihood is needed there is little to see the responses' dependence by
        z, most, spread = z_of(level), self.best.value, max(self.spread, 1.0)

        def by_score(delta: float) -> bool:
            return abs(self.statistic(delta)) > z

        def by_likelihood(delta: float) -> bool:
            return 2 * (most - self.at(delta).value) / spread > z * z

        low, high = (self._end(way, by_score) for way in (-1, 1))
        return (
            low if abs(low) <= FARTHEST_BY_SCORE else self._end(-1, by_likelihood),
            high if abs(high) <= FARTHEST_BY_SCORE else self._end(1, by_likelihood),
        )

    def _end(self, way: int, rejected: Callable[[float], bool]) -> float:
        inside = self.best.delta
        for _ in range(int(_FARTHEST / _STRIDE)):
            outside = inside + way * _STRIDE
            if rejected(outside):
                break
            inside = outside
        else:
            return way * math.inf
        for _ in range(_BISECTIONS):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if rejected(middle) else (middle, outside)
        return (inside + outside) / 2

    @cached_property
    def odds(self) -> tuple[float, float, float]:
        """P(loss beyond MATTERS), P(neither), P(gain beyond it), by the profile likelihood and the prior."""
        density = self._density()
        weights = np.exp(density - density.max())
        weights /= weights.sum()
        loss, gain = float(weights[_GRID < -MATTERS - 1e-9].sum()), float(weights[_GRID > MATTERS + 1e-9].sum())
        return loss, max(1 - loss - gain, 0.0), gain

    def _density(self) -> Floats:
        """Of δ on the grid, as a logarithm; outwards from the best fit until nothing is left of it."""
        most = self.best.value
        found = np.full(len(_GRID), -np.inf)
        middle = int(np.abs(_GRID - self.best.delta / 2).argmin())
        for way in (range(middle, len(_GRID)), range(middle - 1, -1, -1)):
            for place in way:
                delta = float(_GRID[place])
                found[place] = (self.at(delta).value - most) / self.spread - 0.5 * (delta / PRIOR_ODDS_SD) ** 2
                if found[place] < found.max() - _NEGLIGIBLE:
                    break
        return found


def _priors(cuts: int) -> tuple[Floats, Floats]:
    """Mean and precision of each parameter."""
    own_mean, own_sd = [0.0, *[_GAP_MEAN] * (cuts - 1)], [_FIRST_SD, *[_GAP_SD] * (cuts - 1)]
    mean = np.array([*own_mean, *own_mean, _MEAN_MEAN, 0.0])
    spread = np.array([*own_sd, *own_sd, _MEAN_SD, _SLOPE_SD])
    return mean, spread**-2


def _shifted(theta: Floats, by: float) -> Floats:
    """The same parameters with the mean moved by so many units of d_a."""
    moved = theta.copy()
    moved[-2] += by * math.sqrt((1 + math.exp(2 * theta[-1])) / 2)
    return moved


def merged(clusters: Floats, hold_back: Collection[int]) -> tuple[Floats, Flags]:
    """Rare actions joined to their less used neighbour that also holds back, or also does not.

    (G, 2, 2, K) become (G, 2, 2, K2); beside them stands which of the K2 actions hold back. Actions that nobody took
    are left out, so that they do not stand between neighbours.
    """
    groups = groups_of(clusters.sum(axis=0), hold_back)
    joined = np.stack([clusters[..., group].sum(axis=-1) for group in groups], axis=-1)
    return joined, np.array([group[0] in hold_back for group in groups])


def groups_of(total: Floats, hold_back: Collection[int]) -> list[list[int]]:
    """Which of the K actions of `total` (2, 2, K) are joined, in order."""
    # rounded, so that a share of just 5 % is the same whichever version is added first
    share = (total / total.sum(axis=2, keepdims=True)).mean(axis=(0, 1)).round(12)
    groups = [[action] for action in np.flatnonzero(share > 0).tolist()]
    while (pair := _to_join(groups, share, hold_back)) is not None:
        low, high = pair
        groups[low : high + 1] = [groups[low] + groups[high]]
    return groups


def _to_join(groups: list[list[int]], share: Floats, hold_back: Collection[int]) -> tuple[int, int] | None:
    """Two places next to each other, the lower one first: of the rarest action that has such a neighbour."""
    used = [round(float(share[group].sum()), 12) for group in groups]
    held = [group[0] in hold_back for group in groups]
    for place in sorted((place for place, part in enumerate(used) if part < RARE_SHARE), key=used.__getitem__):
        near = [at for at in (place - 1, place + 1) if 0 <= at < len(groups) and held[at] == held[place]]
        if near:
            other = min(near, key=used.__getitem__)
            return min(place, other), max(place, other)
    return None


def cut_in_two(clusters: Floats, held: Flags) -> Floats:
    """(G, 2, 2, 2): not held back, held back."""
    return np.stack([clusters[..., ~held].sum(axis=-1), clusters[..., held].sum(axis=-1)], axis=-1)
