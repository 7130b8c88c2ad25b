"""Two versions on the same responses: what changed case by case, and the tests of it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, chdtrc, ndtr

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.scoring.credit import CaseOutcome
from reviewer.core.scoring.intervals import LEVEL, z_of

FALSE_DISCOVERIES = 0.05
_NO_SPREAD = 1e-12


@dataclass(frozen=True)
class Pair:
    """One case that both versions ran and scored: its outcome with each, and the cluster that it belongs to."""

    a: CaseOutcome
    b: CaseOutcome

    @property
    def cluster(self) -> str:
        return f"pair {self.a.first.pair}" if self.a.first.pair else f"case {self.a.case}"


@dataclass(frozen=True)
class Difference:
    """Second version minus first with normal limits and a two-sided p; an unknown or infinite limit is None."""

    value: float
    low: float | None
    high: float | None
    p: float | None


@dataclass(frozen=True)
class RightWrong:
    """Cases by whether each version took exactly the labelled action, by its modal action."""

    both_right: int
    only_a: int
    only_b: int
    neither: int

    @property
    def p(self) -> float:
        """Exact McNemar test, two-sided. Source: McNemar 1947, Psychometrika 12, 153–157."""
        apart = self.only_a + self.only_b
        return min(1.0, 2 * float(bdtr(min(self.only_a, self.only_b), apart, 0.5))) if apart else 1.0


@dataclass(frozen=True)
class Homogeneity:
    """Stuart–Maxwell test that both versions use the actions equally often. Null figures where nothing differs."""

    statistic: float | None
    df: int
    p: float | None


@dataclass(frozen=True)
class SliceChange:
    """A slice's change in plain score, p and p adjusted over all slices (Benjamini and Hochberg 1995)."""

    by: str
    value: str
    n: int
    change: Difference
    p_adjusted: float | None

    @property
    def flagged(self) -> bool:
        return self.p_adjusted is not None and self.p_adjusted <= FALSE_DISCOVERIES


def modal_action(outcome: CaseOutcome, scale: ActionScale) -> ActionId | None:
    """The action that the case's repeats take most often; None where two are equally often."""
    if len(outcome.actions) == 1:
        return outcome.actions[0]
    counts = Counter(outcome.actions).most_common(2)
    if len(counts) > 1 and counts[0][1] == counts[1][1]:
        return None
    return scale.ids[scale.rank(counts[0][0])]


def right_wrong(pairs: Iterable[Pair], scale: ActionScale) -> RightWrong:
    """Cases without one modal action count as wrong."""
    counts = Counter(
        (modal_action(pair.a, scale) == pair.a.label, modal_action(pair.b, scale) == pair.a.label) for pair in pairs
    )
    return RightWrong(counts[True, True], counts[True, False], counts[False, True], counts[False, False])


def flip_matrix(pairs: Iterable[Pair], scale: ActionScale) -> dict[ActionId, dict[ActionId, int]]:
    """Modal action of the first version → of the second → cases; unstable cases are left out."""
    table = {a: dict.fromkeys(scale.ids, 0) for a in scale.ids}
    for pair in pairs:
        first, second = modal_action(pair.a, scale), modal_action(pair.b, scale)
        if first is not None and second is not None:
            table[first][second] += 1
    return table


def stuart_maxwell(matrix: Mapping[ActionId, Mapping[ActionId, int]]) -> Homogeneity:
    """Over the actions that occur; df is their number minus one.

    Sources: Stuart 1955, Biometrika 42, 412–416; Maxwell 1970, British Journal of Psychiatry 116, 651–655.
    """
    table = np.array([list(row.values()) for row in matrix.values()], dtype=np.float64)
    used = np.flatnonzero(table.sum(axis=0) + table.sum(axis=1))
    table = table[np.ix_(used, used)]
    df = max(len(used) - 1, 0)
    difference = (table.sum(axis=1) - table.sum(axis=0))[:df]
    spread = np.diag(table.sum(axis=1) + table.sum(axis=0)) - table - table.T
    spread = spread[:df, :df]
    if df == 0 or np.linalg.matrix_rank(spread) < df:
        return Homogeneity(None, df, None)
    statistic = float(difference @ np.linalg.solve(spread, difference))
    return Homogeneity(statistic, df, float(chdtrc(df, statistic)))


def mean_difference(pairs: Sequence[Pair], values: Sequence[tuple[float, float]], *, balanced: bool) -> Difference:
    """Mean of second − first over cases, or over labels; the variance is that of clusters.

    Source: Miller 2024, arXiv 2411.00640 (clustered standard errors, paired differences).
    """
    changes = np.array([second - first for first, second in values])
    labels = Counter(pair.a.label for pair in pairs)
    weights = np.array([1 / (len(labels) * labels[pair.a.label]) if balanced else 1 / len(pairs) for pair in pairs])
    centres = {
        label: float(np.mean([c for c, pair in zip(changes, pairs, strict=True) if pair.a.label == label]))
        for label in labels
    }
    mean = float(weights @ changes)
    around = np.array([centres[pair.a.label] for pair in pairs]) if balanced else np.full(len(pairs), mean)
    sums: dict[str, float] = defaultdict(float)
    for pair, part in zip(pairs, (weights * (changes - around)).tolist(), strict=True):
        sums[pair.cluster] += part
    return _normal(mean, list(sums.values()))


def _normal(mean: float, parts: Sequence[float]) -> Difference:
    if len(parts) < 2:
        return Difference(mean, None, None, None)
    error = math.sqrt(len(parts) / (len(parts) - 1) * sum(part * part for part in parts))
    if error < _NO_SPREAD:
        # All clusters changed alike: there is no normal interval, and the sign test speaks.
        return Difference(mean, None, None, min(1.0, 2 * 0.5 ** len(parts)) if mean else 1.0)
    half = z_of(LEVEL) * error
    return Difference(mean, mean - half, mean + half, 2 * float(ndtr(-abs(mean) / error)))


def credit_values(pairs: Iterable[Pair]) -> list[tuple[float, float]]:
    return [(pair.a.credit or 0.0, pair.b.credit or 0.0) for pair in pairs]


def slice_changes(pairs: Sequence[Pair]) -> list[SliceChange]:
    """Every category, tag, segment and source that occurs, by name; p-values adjusted over all of them."""
    members: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        first = pair.a.first
        named = {("category", first.category), ("segment", first.segment), ("source", first.source)}
        for key in {*named, *(("tag", tag) for tag in first.tags)}:
            if key[1]:
                members[key].append(pair)
    found = sorted(members.items())
    changes = [mean_difference(own, credit_values(own), balanced=False) for _, own in found]
    adjusted = benjamini_hochberg([change.p for change in changes])
    return [
        SliceChange(by, value, len(own), change, p)
        for ((by, value), own), change, p in zip(found, changes, adjusted, strict=True)
    ]


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


def oscillation(pairs: Sequence[Pair], scale: ActionScale) -> bool:
    """One pole significantly better and the other significantly worse, each at 5 %, two-sided."""
    ranks = {scale.rank(pair.a.label) for pair in pairs}
    if len(ranks) < 2:
        return False
    signs = []
    for pole in (min(ranks), max(ranks)):
        own = [pair for pair in pairs if scale.rank(pair.a.label) == pole]
        change = mean_difference(own, credit_values(own), balanced=False)
        if change.p is None or change.p > 1 - LEVEL:
            return False
        signs.append(change.value > 0)
    return signs[0] != signs[1]
