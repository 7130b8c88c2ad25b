"""How well the least- and most-cautious labels are told apart: d′, criterion and Somers' D."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from reviewer.core.scoring.cases import CaseTable, Floats


@dataclass(frozen=True)
class HeldBack:
    """Cases held back, counted at the two poles; a case's repeats weigh equally, so counts may be fractions."""

    hits: float
    should: int
    false_alarms: float
    should_not: int

    @property
    def fewest(self) -> float:
        """The smallest of hits, misses, false alarms and correct answers."""
        return min(self.hits, self.should - self.hits, self.false_alarms, self.should_not - self.false_alarms)


def held_back(table: CaseTable, hold_back: Collection[str]) -> HeldBack | None:
    """Counts at the most and the least cautious label that occur; None where only one label occurs."""
    labels = table.label[table.is_scored]
    if len(labels) == 0 or labels.min() == labels.max():
        return None
    held = table.held_back(hold_back)[table.is_scored]
    should, should_not = labels == labels.max(), labels == labels.min()
    # fsum: thirds of a case add up to whole cases
    return HeldBack(
        math.fsum(held[should].tolist()),
        int(should.sum()),
        math.fsum(held[should_not].tolist()),
        int(should_not.sum()),
    )


def d_prime_and_criterion(counts: HeldBack) -> tuple[float, float]:
    """d′ = z(H) − z(F), c = −(z(H) + z(F)) / 2 with the log-linear correction (k + 0.5) / (n + 1).

    Source: Hautus 1995, Behavior Research Methods 27, 46–51.
    """
    z = NormalDist().inv_cdf
    hit = z((counts.hits + 0.5) / (counts.should + 1))
    false_alarm = z((counts.false_alarms + 0.5) / (counts.should_not + 1))
    return hit - false_alarm, -(hit + false_alarm) / 2


def is_constant_policy(table: CaseTable) -> bool:
    """One action on everything: nothing can be said of discrimination."""
    return int((table.counts.sum(axis=0) > 0).sum()) <= 1


def confusion(table: CaseTable) -> Floats:
    """(K, K): labelled action × final action → cases; each scored case counts 1, divided over its repeats."""
    found = np.zeros((len(table.scale), len(table.scale)))
    np.add.at(found, table.label, table.shares)
    return found


def somers_d(counts: Floats) -> float | None:
    """Somers' D of the final action given the label: (concordant − discordant) / pairs not tied on the label.

    `counts` (labels, actions). Source: Somers 1962, American Sociological Review 27, 799–811. Descriptive only. None
    with fewer than two labels.
    """
    untied = _untied(counts)
    return float((counts * _leads(counts)).sum() / (2 * untied)) if untied else None


def somers_d_parts(table: CaseTable) -> Floats | None:
    """(G,) each cluster's part of the error of Somers' D, by the projections of its cases. None as `somers_d`.

    Source: Hoeffding 1948, Annals of Mathematical Statistics 19, 293–325.
    """
    counts = confusion(table)
    untied = _untied(counts)
    if not untied:
        return None
    own = (table.shares * _leads(counts)[table.label]).sum(axis=1)
    sizes = np.maximum(counts.sum(axis=1), 1)
    around = own - ((counts * _leads(counts)).sum(axis=1) / sizes)[table.label]
    return np.bincount(table.cluster, np.where(table.is_scored, around, 0.0)) / untied


def _leads(counts: Floats) -> Floats:
    """(labels, actions): pairs that a case of this label and action makes concordant minus those discordant."""
    above = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
    below = np.cumsum(counts, axis=1)
    more_cautious_after = above - below  # each + its own tie, which cancels
    higher = np.cumsum(more_cautious_after[::-1], axis=0)[::-1] - more_cautious_after
    lower = np.cumsum(more_cautious_after, axis=0) - more_cautious_after
    return np.asarray(higher - lower)


def _untied(counts: Floats) -> float:
    sizes = counts.sum(axis=1)
    return float((sizes.sum() ** 2 - (sizes**2).sum()) / 2)
