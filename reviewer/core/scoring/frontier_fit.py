"""Fit what the frontier chart shows: points, their regions, and one curve where one frontier fits all versions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from reviewer.core.actions import ActionScale
from reviewer.core.scoring.cases import Floats
from reviewer.core.scoring.frontier import Curve, Frontier, Place, VersionPoint
from reviewer.core.scoring.probit import ProbitFit, fit_probit
from reviewer.core.scoring.rates import PoleCases, Rates, cluster_tables, rates_of

_CHI_SQUARE_2 = -2 * math.log(0.05)
"""The 95 % quantile on two degrees of freedom."""
_ALPHA = 0.05
_CORNERS = 96
_STEPS = 161


def frontier(
    names: Sequence[str], cases: PoleCases, hold_back: Sequence[str], scale: ActionScale, sentence: str = ""
) -> Frontier:
    """Of V versions on the same cases. `hold_back` are actions of `scale`."""
    holding = [scale.rank(action) for action in hold_back]
    found = rates_of(cases, holding)
    clusters = cluster_tables(cases)
    fit = fit_probit(clusters.sum(axis=0), clusters)
    points = tuple(_point(name, found, version) for version, name in enumerate(names))
    constants = tuple(
        (f"always {scale[action].short_name}", (0.0, 1.0) if scale.rank(action) in holding else (1.0, 0.0))
        for action in scale.ids
    )
    return Frontier(points, _curves(names, fit) if fit else (), constants, tuple(hold_back), sentence)


def _point(name: str, found: Rates, version: int) -> VersionPoint:
    counts = found.counts[version]
    own = slice(2 * version, 2 * version + 2)
    return VersionPoint(
        name,
        (1 - counts.false_alarms / counts.should_not, counts.hits / counts.should),
        _region(found.z[own], found.covariance[own, own]),
        (counts.hits, counts.should),
        (counts.false_alarms, counts.should_not),
    )


def _region(z: Floats, covariance: Floats) -> tuple[Place, ...]:
    """The 95 % ellipse of the two z, carried back to shares."""
    angles = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)]) * math.sqrt(_CHI_SQUARE_2)
    values, vectors = np.linalg.eigh(covariance)
    hits, alarms = ndtr(z[:, None] + vectors @ (np.sqrt(np.maximum(values, 0))[:, None] * circle))
    return tuple(zip((1 - alarms).tolist(), hits.tolist(), strict=True))


def _curves(names: Sequence[str], fit: ProbitFit) -> tuple[Curve, ...]:
    """One curve where one frontier fits all versions, else each version's own."""
    if fit.one_frontier_p > _ALPHA:
        return (Curve("", _line(fit.common_mu, fit.common_slope)),)
    return tuple(Curve(name, _line(float(mu), fit.slope)) for name, mu in zip(names, fit.mu, strict=True))


def _line(mu: float, slope: float) -> tuple[Place, ...]:
    thresholds = np.linspace(-4.0, mu + 4.0 * max(slope, 1.0), _STEPS)
    answered, held = ndtr(thresholds), ndtr((mu - thresholds) / slope)
    return tuple(zip(answered.tolist(), held.tolist(), strict=True))
