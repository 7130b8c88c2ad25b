"""The two rulers that people watch: refused of those labelled refuse, and answered of those labelled answer.

Refusing is holding back and answering is not holding back, so that both rulers together are what the dial turns. They
are read at the two poles: the most and the least cautious label that occur. A case's repeats weigh equally.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, ndtr

from reviewer.core.scoring.cases import Floats, Ints
from reviewer.core.scoring.intervals import LEVEL
from reviewer.core.scoring.paired import Difference
from reviewer.core.scoring.rates import PoleCases
from reviewer.core.scoring.resampling import LabelMeans, Sample

_SAME = 1e-9


@dataclass(frozen=True)
class Ruler:
    """`count` of `cases` did what the ruler counts; `share` of them with its 95 % limits over pairs and repeats, and
    how those were found."""

    count: float
    cases: int
    share: float
    low: float
    high: float
    method: str


@dataclass(frozen=True)
class BothRulers:
    """Of one version: refused of those labelled refuse, and answered of those labelled answer."""

    refused: Ruler
    answered: Ruler


@dataclass(frozen=True)
class RulerChange:
    """What a release did to one ruler: `more` cases of `cases` (below 0 fewer), and the paired change of the share."""

    more: float
    cases: int
    change: Difference


def both_rulers(cases: PoleCases, hold_back: Collection[int]) -> tuple[BothRulers, ...]:
    """Of every version in `cases`; `hold_back` are ranks."""
    done = _done(cases, hold_back)
    should, should_not = cases.pole == 1, cases.pole == 0
    return tuple(
        BothRulers(_ruler(own[should], cases.cluster[should]), _ruler(own[should_not], cases.cluster[should_not]))
        for own in done
    )


def ruler_changes(
    cases: PoleCases, hold_back: Collection[int], first: int, second: int
) -> tuple[RulerChange, RulerChange]:
    """Of refused and of answered, from the version numbered `first` to the one numbered `second`."""
    done = _done(cases, hold_back)
    found = []
    for pole in (1, 0):
        here = cases.pole == pole
        change = share_change(done[first][here], done[second][here], cases.cluster[here])
        more = round(float(done[second][here].sum() - done[first][here].sum()), 9)
        found.append(RulerChange(more, int(here.sum()), change))
    return found[0], found[1]


def _done(cases: PoleCases, hold_back: Collection[int]) -> Floats:
    """(V, n) in [0, 1]: the share of a case's responses that did what its pole's ruler counts."""
    held = cases.shares[:, :, sorted(hold_back)].sum(axis=2)
    return np.asarray(np.where(cases.pole == 1, held, 1 - held), dtype=np.float64)


def _sample(cluster: Ints) -> Sample:
    return Sample(np.zeros(len(cluster), dtype=np.intp), np.unique(cluster, return_inverse=True)[1])


def _ruler(done: Floats, cluster: Ints) -> Ruler:
    means = LabelMeans(_sample(cluster), done[:, None])
    (low, high), method = means.quick_limits(np.ones((1, 1)))
    return Ruler(round(float(done.sum()), 9), len(done), float(done.mean()), max(low, 0.0), min(high, 1.0), method)


def share_change(first: Floats, second: Floats, cluster: Ints) -> Difference:
    """Mean of second − first, shares (n,) of the same cases, with limits over clusters and the paired test's p."""
    means = LabelMeans(_sample(cluster), np.stack([first, second], axis=1))
    (low, high), method = means.quick_limits(np.array([[-1.0], [1.0]]), LEVEL)
    value = float((second - first).mean())
    p = exchange_p(np.bincount(cluster, second - first).astype(np.float64))
    if not np.isfinite([low, high]).all():
        return Difference(value, None, None, p, method)
    return Difference(value, max(low, -1.0), min(high, 1.0), p, method)


def exchange_p(apart: Floats) -> float:
    """Two-sided p that both versions are one policy, from each cluster's difference (G,).

    Where all clusters that changed did so by equally much this is the exact sign test (McNemar's); otherwise normal,
    with the variance of exchanging the versions within a cluster.
    """
    moved = apart[np.abs(apart) > _SAME]
    if not len(moved):
        return 1.0
    if np.abs(np.abs(moved) - abs(moved[0])).max() < _SAME:
        fewer = int(min((moved > 0).sum(), (moved < 0).sum()))
        return min(1.0, 2 * float(bdtr(fewer, len(moved), 0.5)))
    return 2 * float(ndtr(-abs(float(moved.sum())) / np.sqrt(float(moved @ moved))))
