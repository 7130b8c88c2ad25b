"""How far two readers of the same responses agree: a classifier and people, or two reviewers.

A pair holds what each of the two said of one response; None is unscored or "cannot decide". Such pairs are counted
apart and enter no figure: they are neither right nor wrong. Every figure that is not defined is None with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from reviewer.core.actions import Action, ActionId, ActionScale
from reviewer.core.decisions import Engagement

Pair = tuple[ActionId | None, ActionId | None]
"""What the first and what the second reader said of one response."""

FEWEST_FOR_KAPPA = 10
"""Below this many pairs one more response can turn κ around, so screens and files show none."""

_ENGAGEMENT: Mapping[str, Engagement] = {
    "answer": Engagement.FULL,
    "answer_with_caveat": Engagement.FULL,
    "clarify": Engagement.PARTIAL,
    "answer_safe_interpretation_only": Engagement.PARTIAL,
    "partial_answer": Engagement.PARTIAL,
    "refuse": Engagement.NONE,
    "act": Engagement.FULL,
    "act_and_report": Engagement.FULL,
    "ask_first": Engagement.PARTIAL,
    "do_the_safe_part": Engagement.PARTIAL,
    "decline": Engagement.NONE,
}
_NOT_HELD_BACK, _HELD_BACK = ActionId("not_held_back"), ActionId("held_back")


@dataclass(frozen=True)
class Coefficient:
    """A κ in [-1, 1], or None with the reason."""

    value: float | None
    reason: str = ""


@dataclass(frozen=True)
class Agreement:
    """Agreement of two readers on one scale.

    `n` pairs are scored by both. `first_unscored` counts pairs where only the first is None, `second_unscored` those
    where the second is, whatever the first said. `confusion` has every action of the scale in both directions: what
    the second said → what the first said → pairs; `unscored` the same rows for the pairs that the first left open.
    `weighted_kappa` counts steps between the `ranks` of this scale, which are fewer where actions are told apart on
    wider levels.
    """

    scale: ActionScale
    n: int
    first_unscored: int
    second_unscored: int
    same: int
    confusion: Mapping[ActionId, Mapping[ActionId, int]]
    unscored: Mapping[ActionId, int]
    kappa: Coefficient
    weighted_kappa: Coefficient

    @property
    def raw(self) -> float | None:
        """Share of the n pairs in which both said the same; None without a pair."""
        return self.same / self.n if self.n else None

    @property
    def ranks(self) -> tuple[ActionId, ...]:
        """What `weighted_kappa` counts steps between, in order from rank 0: all of the scale, used or not."""
        return self.scale.ids

    @property
    def accuracy(self) -> float | None:
        """`raw` where the second reader's word is taken as true."""
        return self.raw


def agreement(pairs: Iterable[Pair], scale: ActionScale, *, fewest: int = 0) -> Agreement:
    """Everything about these pairs; κ is None on fewer than `fewest`. Raises InputError for an action off the scale.

    The order of the pairs does not matter. Exchanging the two readers transposes the confusion and changes no figure.
    """
    counted = Counter(pairs)
    cells: Counter[tuple[ActionId, ActionId]] = Counter()
    open_: Counter[ActionId] = Counter()
    second_unscored = 0
    for (first, second), n in counted.items():
        if second is None:
            second_unscored += n
        elif first is None:
            open_[second] += n
        else:
            cells[first, second] += n
    ranks = {(scale.rank(first), scale.rank(second)): n for (first, second), n in cells.items()}
    return Agreement(
        scale=scale,
        n=sum(cells.values()),
        first_unscored=sum(open_.values()),
        second_unscored=second_unscored,
        same=sum(n for (first, second), n in cells.items() if first == second),
        confusion={second: {first: cells[first, second] for first in scale.ids} for second in scale.ids},
        unscored={second: open_[second] for second in scale.ids},
        kappa=cohen_kappa(ranks, len(scale), fewest=fewest),
        weighted_kappa=cohen_kappa(ranks, len(scale), weighted=True, fewest=fewest),
    )


def cohen_kappa(
    counts: Mapping[tuple[int, int], int], levels: int, *, weighted: bool = False, fewest: int = 0
) -> Coefficient:
    """κ = 1 − Σ d·observed / Σ d·expected over the cells (i, j), expected = row total × column total / n.

    `counts` maps a pair of ranks in [0, levels) to how often it occurred. Unweighted, d is 1 off the diagonal (Cohen
    1960, Educational and Psychological Measurement 20, 37-46); weighted, |i − j| / (levels − 1), for an ordered scale
    with equal steps between all its ranks, also those that nobody used (Cohen 1968, Psychological Bulletin 70,
    213-220). Undefined where no disagreement is expected by chance: no pairs, or both readers always saying one and
    the same.
    """
    n = sum(counts.values())
    if not n:
        return Coefficient(None, "nothing was read by both")
    if n < fewest:
        return Coefficient(None, f"only {n} read by both, κ needs at least {fewest}")

    def distance(i: int, j: int) -> float:
        return abs(i - j) / (levels - 1) if weighted else float(i != j)

    firsts: Counter[int] = Counter()
    seconds: Counter[int] = Counter()
    for (i, j), k in counts.items():
        firsts[i] += k
        seconds[j] += k
    observed = sum(k * distance(i, j) for (i, j), k in sorted(counts.items()))
    expected = sum(firsts[i] * seconds[j] * distance(i, j) for i in sorted(firsts) for j in sorted(seconds)) / n
    if not expected:
        return Coefficient(None, "both always said the same one action, so chance alone would agree as well")
    return Coefficient(1 - observed / expected)


@dataclass(frozen=True)
class Collapse:
    """Fewer, wider levels over a scale, in its order; `level_of` has every action of it."""

    scale: ActionScale
    level_of: Mapping[ActionId, ActionId]

    def pair(self, pair: Pair) -> Pair:
        """The pair on the wider levels. Raises KeyError for an action off the scale."""
        first, second = pair
        return (
            None if first is None else self.level_of[first],
            None if second is None else self.level_of[second],
        )


def engagement_levels(scale: ActionScale) -> Collapse | None:
    """Full, partial, none: how much of what was asked was given. None for a scale with actions that are not known.

    Clarify stands with the partial ones: it neither delivers nor declines.
    """
    if not all(action in _ENGAGEMENT for action in scale.ids):
        return None
    levels = ActionScale(
        tuple(Action(ActionId(level), f"{level} engagement", short=str(level)) for level in Engagement)
    )
    return Collapse(levels, {action: ActionId(_ENGAGEMENT[action]) for action in scale.ids})


def held_back_levels(scale: ActionScale, hold_back: Iterable[str]) -> Collapse:
    """Not held back, held back. Raises InputError for an action that is not on the scale."""
    holding = {scale.ids[scale.rank(action)] for action in hold_back}
    levels = ActionScale(
        (Action(_NOT_HELD_BACK, "not held back", short="not held"), Action(_HELD_BACK, "held back", short="held"))
    )
    return Collapse(levels, {action: _HELD_BACK if action in holding else _NOT_HELD_BACK for action in scale.ids})


def collapsed(pairs: Iterable[Pair], levels: Collapse, *, fewest: int = 0) -> Agreement:
    """The same agreement on fewer levels."""
    return agreement((levels.pair(pair) for pair in pairs), levels.scale, fewest=fewest)


@dataclass(frozen=True)
class BetweenReviewers:
    """Agreement of reviewers with each other. `n` responses were decided by at least two of them.

    `raw` is the share of all pairs of decisions that are the same; `weighted_kappa` the mean of the pairs' linearly
    weighted κ (Light 1971, Psychological Bulletin 76, 365-377), for two reviewers their own.
    """

    reviewers: tuple[str, ...]
    n: int
    raw: float | None
    weighted_kappa: Coefficient
    by_pair: Mapping[tuple[str, str], Agreement]


def between_reviewers(
    said: Sequence[Mapping[str, ActionId | None]], scale: ActionScale, *, fewest: int = 0
) -> BetweenReviewers:
    """`said` has for each response what each reviewer decided; a reviewer who has not is absent."""
    names = tuple(sorted({reviewer for decisions in said for reviewer in decisions}))
    by_pair = {}
    for one, other in combinations(names, 2):
        pairs = [(decisions[one], decisions[other]) for decisions in said if one in decisions and other in decisions]
        if pairs:
            by_pair[one, other] = agreement(pairs, scale, fewest=fewest)
    n = sum(sum(action is not None for action in decisions.values()) > 1 for decisions in said)
    pairs_n = sum(found.n for found in by_pair.values())
    same = sum(found.same for found in by_pair.values())
    return BetweenReviewers(names, n, same / pairs_n if pairs_n else None, _mean_kappa(by_pair.values()), by_pair)


def _mean_kappa(found: Iterable[Agreement]) -> Coefficient:
    kappas = [one.weighted_kappa for one in found]
    values = [kappa.value for kappa in kappas if kappa.value is not None]
    if values:
        return Coefficient(sum(values) / len(values))
    return kappas[0] if kappas else Coefficient(None, "no two reviewers decided the same response")
