"""One ordinal probit fitted jointly to the versions compared: how well the poles are told apart whatever the dial."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from reviewer.core.scoring.intervals import LEVEL, Limits

Floats = NDArray[np.float64]

_START_MU = 1.5
_TINY = 1e-15
_STEPS, _HALVINGS, _CLOSE, _CUT, _LONGEST = 200, 30, 1e-10, 1e-12, 2.0
_EDGE = 0.01


@dataclass(frozen=True)
class ProbitFit:
    """`mu` (V,) and `d_a` (V,) in standard deviations of the least cautious pole, `slope` that of the other pole.

    `covariance` (V, V) is that of `d_a` over clusters, `independent` (V,) its variance as if responses were. Limits
    are Student's on `degrees`, those of one version on fewer where `effective` (V,) clusters tell of its error.
    `one_frontier` and `equal_slopes` are likelihood ratios on V − 1 degrees of freedom; their p-values are corrected
    for what clusters, repeats and versions that answered the same cases have in common.
    """

    mu: Floats
    slope: float
    d_a: Floats
    covariance: Floats
    independent: Floats
    effective: Floats
    one_frontier: float
    one_frontier_p: float
    equal_slopes: float
    equal_slopes_p: float
    common_mu: float
    common_slope: float
    degrees: int

    def limits(self, version: int, *, saturated: bool = False) -> Limits:
        """Student's limits of one version's d_a, on twice as many degrees of freedom as clusters tell of its error.

        Where nearly every case at a pole ends alike (`saturated`), d_a is only known to be at least so large: the upper
        limit is infinite. Clusters then hardly differ, so the variance is at least that of independent responses.

        Source: Satterthwaite 1946, Biometrics Bulletin 2, 110–114 (degrees of freedom of a variance that few make up).
        """
        value, variance = float(self.d_a[version]), float(self.covariance[version, version])
        if saturated:
            variance = max(variance, float(self.independent[version]))
        degrees = min(float(self.degrees), max(2 * float(self.effective[version]), 1.0))
        half = float(stdtrit(degrees, (1 + LEVEL) / 2)) * math.sqrt(max(variance, 0.0))
        return value - half, math.inf if saturated else value + half

    def difference(self, level: float = LEVEL) -> tuple[float, float, float]:
        """(d_a of the second − of the first version, lower, upper limit)."""
        value = float(self.d_a[1] - self.d_a[0])
        half = self._quantile(level) * self._difference_error()
        return value, value - half, value + half

    def difference_p(self) -> float:
        """Two-sided, that both versions have one d_a."""
        value, error = float(self.d_a[1] - self.d_a[0]), self._difference_error()
        return 2 * float(stdtr(self.degrees, -abs(value) / error)) if error > 0 else float(value == 0)

    def _difference_error(self) -> float:
        c = self.covariance
        return math.sqrt(max(float(c[0, 0] + c[1, 1] - 2 * c[0, 1]), 0.0))

    def _quantile(self, level: float) -> float:
        return float(stdtrit(self.degrees, (1 + level) / 2))


@dataclass(frozen=True)
class _Shape:
    versions: int
    actions: int
    common_mu: bool = False
    own_slopes: bool = False

    def parts(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Thresholds (V, K − 1), means (V,) and slopes (V,) of the more cautious pole."""
        v, steps = self.versions, self.actions - 2
        first, gaps = theta[:v], np.exp(theta[v : v + v * steps]).reshape(v, steps)
        thresholds = np.concatenate([first[:, None], first[:, None] + np.cumsum(gaps, axis=1)], axis=1)
        rest = theta[v + v * steps :]
        mu, slopes = np.split(rest, [1 if self.common_mu else v])
        # Two actions leave the slope open; with one of 1, d_a is d′.
        slopes = np.exp(slopes) if self.actions > 2 else np.ones(1)
        return thresholds, np.broadcast_to(mu, v), np.broadcast_to(slopes, v)

    def places(self, version: int) -> tuple[int, int]:
        """Where a version's mean and the logarithm of its slope stand among the parameters."""
        first = self.versions * (self.actions - 1)
        means = 1 if self.common_mu else self.versions
        return first + (0 if self.common_mu else version), first + means + (version if self.own_slopes else 0)

    def start(self, table: Floats) -> Floats:
        """Where the fit begins, one for each parameter: from a `table` (V, 2, K) of counts, the first pole's shares."""
        share = np.cumsum(table[:, 0] / table[:, 0].sum(axis=1, keepdims=True), axis=1)[:, :-1]
        thresholds = ndtri(np.clip(share, _EDGE, 1 - _EDGE))
        gaps = np.log(np.maximum(np.diff(thresholds, axis=1), 0.05))
        means = [_START_MU] * (1 if self.common_mu else self.versions)
        slopes = [0.0] * (self.versions if self.own_slopes else 1)
        return np.concatenate([thresholds[:, 0], gaps.ravel(), means, slopes])


def cells(thresholds: Floats, mu: Floats, slopes: Floats) -> Floats:
    """P(action = k | pole, version) = Φ((t_k − m)/s) − Φ((t_{k−1} − m)/s), shape (V, 2, K); m = 0, s = 1 at pole 0."""
    scaled = np.stack([thresholds, (thresholds - mu[:, None]) / slopes[:, None]], axis=1)
    below = np.concatenate([np.zeros((*scaled.shape[:2], 1)), ndtr(scaled), np.ones((*scaled.shape[:2], 1))], axis=2)
    return np.asarray(np.diff(below, axis=2))


def fit_probit(table: Floats, clusters: Floats) -> ProbitFit | None:
    """Fit by maximum likelihood; None where a version uses one action only or the poles have no responses.

    `table` (V, 2, K) counts responses by version, pole and action, repeats weighing 1/k; actions that nobody uses are
    collapsed and 1/K is added to each cell (as the log-linear correction does). `clusters` (C, V, 2, K) holds each
    cluster's part of the table: the variance is the sandwich over clusters, so that versions that answered the same
    cases are paired. d_a = μ·√(2 / (1 + s²)).

    Sources: Simpson and Fitter 1973, Psychological Bulletin 80, 481–488 (d_a); Dorfman and Alf 1969, Journal of
    Mathematical Psychology 6, 487–496 (the likelihood); Liang and Zeger 1986, Biometrika 73, 13–22 (the sandwich).
    """
    used = np.flatnonzero(table.sum(axis=(0, 1)) > 0)
    if len(used) < 2 or (table.sum(axis=2) == 0).any() or ((table.sum(axis=1) > 0).sum(axis=1) < 2).any():
        return None
    counts = table[:, :, used] + 1 / len(used)
    shape = _Shape(len(counts), len(used))
    theta, deviance = _maximum(shape, counts)
    _, mu, slopes = shape.parts(theta)
    one, apart = replace(shape, common_mu=True), replace(shape, own_slopes=True)
    common_theta, common = _maximum(one, counts) if len(counts) > 1 else (theta, deviance)
    own_theta, own = _maximum(apart, counts) if len(counts) > 1 else (theta, deviance)
    _, common_mu, common_slope = one.parts(common_theta)
    factor = float(np.sqrt(2 / (1 + slopes[0] ** 2)))
    frontier, equal = max(common - deviance, 0.0), max(deviance - own, 0.0) if len(used) > 2 else 0.0
    parts = clusters[:, :, :, used]
    errors, directions = _errors(shape, theta, counts, parts).times(_few_clusters(parts)), _d_a_slopes(shape, theta)
    return ProbitFit(
        mu=mu.copy(),
        slope=float(slopes[0]),
        d_a=mu * factor,
        covariance=errors.times(_few_cells(parts, len(theta))).clustered(directions),
        independent=np.einsum("vi,ij,vj->v", directions, errors.independent, directions),
        effective=errors.effective(directions),
        one_frontier=frontier,
        one_frontier_p=_ratio_p(frontier, errors, [shape.places(version)[0] for version in range(len(counts))]),
        equal_slopes=equal,
        equal_slopes_p=_slopes_p(equal, apart, own_theta, counts, parts),
        common_mu=float(common_mu[0]),
        common_slope=float(common_slope[0]),
        degrees=max(len(clusters) - 1, 1),
    )


def _maximum(shape: _Shape, counts: Floats) -> tuple[Floats, float]:
    """The parameters and the deviance −2 log L at the maximum, by Fisher scoring with halved steps."""
    theta = shape.start(counts)
    chances, slopes = _with_slopes(shape, theta)
    value = _log_likelihood(counts, chances)
    totals = counts.sum(axis=2)[..., None, None]
    for _ in range(_STEPS):
        relative = slopes / chances[..., None]
        score = np.einsum("vpk,vpki->i", counts, relative)
        information = np.einsum("vpki,vpkj->ij", slopes * totals, relative)
        step = np.clip(np.linalg.lstsq(information, score, rcond=_CUT)[0], -_LONGEST, _LONGEST)
        for _ in range(_HALVINGS):
            tried = theta + step
            chances, slopes = _with_slopes(shape, tried)
            gained = _log_likelihood(counts, chances) - value
            if gained >= 0:
                break
            step = step / 2
        else:
            break
        theta, value = tried, value + gained
        if gained < _CLOSE:
            break
    return theta, -2 * value


def _log_likelihood(counts: Floats, chances: Floats) -> float:
    return float((counts * np.log(chances)).sum())


def _with_slopes(shape: _Shape, theta: Floats) -> tuple[Floats, Floats]:
    """Chances (V, 2, K), not quite 0, and their derivatives (V, 2, K, parameters)."""
    thresholds, mu, scale = shape.parts(theta)
    versions, cuts = thresholds.shape
    gaps = np.diff(thresholds, axis=1)
    z = np.stack([thresholds, (thresholds - mu[:, None]) / scale[:, None]], axis=1)
    by = np.zeros((versions, 2, cuts, len(theta)))
    for version in range(versions):
        by[version, :, :, version] = 1.0
        for gap in range(cuts - 1):
            by[version, :, gap + 1 :, versions + version * (cuts - 1) + gap] = gaps[version, gap]
        by[version, 1] /= scale[version]
        mean, spread = shape.places(version)
        by[version, 1, :, mean] = -1 / scale[version]
        if cuts > 1:
            by[version, 1, :, spread] = -z[version, 1]
    heights = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    edge = np.zeros((versions, 2, 1, len(theta)))
    slopes = np.diff(np.concatenate([edge, heights[..., None] * by, edge], axis=2), axis=2)
    return np.maximum(cells(thresholds, mu, scale), _TINY), slopes


@dataclass(frozen=True)
class _Errors:
    """Of P parameters: the covariance (P, P) as if responses were `independent`, and each cluster's part, (G, P)."""

    independent: Floats
    parts: Floats

    def times(self, factor: float) -> _Errors:
        """With the covariance over clusters so many times as large."""
        return replace(self, parts=self.parts * math.sqrt(factor))

    def clustered(self, directions: Floats) -> Floats:
        """(D, D) covariance over clusters of D combinations of the parameters, `directions` (D, P)."""
        own = self.parts @ directions.T
        return np.asarray(own.T @ own)

    def effective(self, directions: Floats) -> Floats:
        """(D,) how many clusters tell of the error of each combination, (Σ c²)² / Σ c⁴; 0 where none does."""
        squares = (self.parts @ directions.T) ** 2
        fourth = (squares**2).sum(axis=0)
        return np.asarray(squares.sum(axis=0) ** 2 / np.where(fourth > 0, fourth, 1.0))


def _errors(shape: _Shape, theta: Floats, counts: Floats, clusters: Floats) -> _Errors:
    """A⁻¹ and A⁻¹ B A⁻¹ with the expected information A and the clusters' scores B.

    B is too small where clusters are few; `times` makes up for that.
    """
    chances, by = _with_slopes(shape, theta)
    slopes = (by / chances[..., None]).reshape(-1, len(theta))
    expected = (chances * counts.sum(axis=2, keepdims=True)).ravel()
    bread = np.linalg.pinv(slopes.T @ (slopes * expected[:, None]))
    scores = clusters.reshape(len(clusters), -1) @ slopes
    return _Errors(bread, np.asarray(scores @ bread))


def _few_clusters(clusters: Floats) -> float:
    """G / (G − 1)."""
    return len(clusters) / max(len(clusters) - 1, 1)


def _few_cells(clusters: Floats, parameters: int) -> float:
    """(n − 1) / (n − parameters), n a case's responses of one version counting as one: parameters are held against what
    they are estimated from, which with several cases and versions in a cluster is more than the clusters. With G / (G −
    1) and t on G − 1: Cameron and Miller 2015, Journal of Human Resources 50, 317–372.
    """
    n = float(clusters.sum())
    return max(n - 1, 1.0) / max(n - parameters, 1.0)


def _slopes_p(ratio: float, apart: _Shape, theta: Floats, counts: Floats, clusters: Floats) -> float:
    """That all versions have one slope, from the fit in which each has its own; two actions leave slopes open."""
    if apart.versions < 2 or apart.actions < 3:
        return 1.0
    places = [apart.places(version)[1] for version in range(apart.versions)]
    # HC1 (MacKinnon and White 1985, Journal of Econometrics 29, 305–325), with which the test keeps its size
    factor = len(clusters) / max(len(clusters) - len(theta), 1)
    return _ratio_p(ratio, _errors(apart, theta, counts, clusters).times(factor), places)


def _ratio_p(ratio: float, errors: _Errors, places: Sequence[int]) -> float:
    """Of a likelihood ratio for the parameters at V `places` being equal.

    Under dependence it is Σ λ χ²₁ with the eigenvalues λ of (independent covariance)⁻¹ (clustered covariance) of their
    V − 1 differences; a scaled χ² with the same mean and variance stands for it.

    Source: Rao and Scott 1984, Annals of Statistics 12, 46–60; Satterthwaite 1946, Biometrics Bulletin 2, 110–114.
    """
    if len(places) < 2:
        return 1.0
    apart = np.zeros((len(places) - 1, len(errors.independent)))
    apart[:, places[0]] = -1.0
    apart[np.arange(len(places) - 1), places[1:]] = 1.0
    own = np.linalg.pinv(apart @ errors.independent @ apart.T) @ errors.clustered(apart)
    mean, square = float(np.trace(own)), float(np.trace(own @ own))
    # versions that answered everything alike
    if square < _TINY or mean <= 0:
        return 1.0
    return float(chdtrc(mean**2 / square, ratio * mean / square))


def _d_a_slopes(shape: _Shape, theta: Floats) -> Floats:
    """(V, parameters) derivatives of d_a = μ·√(2 / (1 + s²))."""
    _, mu, scale = shape.parts(theta)
    factor = np.sqrt(2 / (1 + scale**2))
    found = np.zeros((shape.versions, len(theta)))
    for version in range(shape.versions):
        mean, spread = shape.places(version)
        found[version, mean] = factor[version]
        if shape.actions > 2:
            found[version, spread] = -mu[version] * factor[version] * scale[version] ** 2 / (1 + scale[version] ** 2)
    return found
