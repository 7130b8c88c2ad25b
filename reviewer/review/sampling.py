"""The order in which a part of a run is reviewed, drawn so that the corrected score can be computed from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from reviewer.core.scoring.sampled import inclusion_probabilities

LEAST_PART = 0.2
"""No response is drawn with less than this part of the mean probability."""


class Drawable(Protocol):
    """A response that can be drawn: how likely its verdict is wrong, and what that would change in the score."""

    @property
    def response_id(self) -> int: ...
    @property
    def is_scored(self) -> bool: ...
    @property
    def uncertainty(self) -> float: ...
    @property
    def stake(self) -> float: ...
    @property
    def stratum(self) -> str: ...


def impact_queue(candidates: Sequence[Drawable], budget: int, seed: int) -> list[tuple[int, float]]:
    """All responses in the order of review, each with its inclusion probability among the first `budget` scored ones.

    The probability is in proportion to uncertainty × stake and never under `LEAST_PART` of the mean.
    """
    return _drawn(candidates, [each.uncertainty * each.stake for each in candidates], budget, seed)


def uniform_queue(candidates: Sequence[Drawable], budget: int, seed: int) -> list[tuple[int, float]]:
    """As `impact_queue`, with every scored response of a stratum as likely as any other of it.

    Strata get equal parts of the budget as far as they are large enough. Within each the order is random; worked from
    the top they advance together, so that after a part p of the budget each has had a part p of its own.
    """
    names = sorted({each.stratum for each in candidates})
    if len(names) < 2:
        return _drawn(candidates, [1.0] * len(candidates), budget, seed)
    ordered = sorted(candidates, key=lambda each: each.response_id)
    unscored = [(each.response_id, 1.0) for each in ordered if not each.is_scored]
    strata = [[each.response_id for each in ordered if each.is_scored and each.stratum == name] for name in names]
    generator = np.random.default_rng(seed)
    placed: list[tuple[bool, float, int, float]] = []
    for ids, asked in zip(strata, equal_parts([len(ids) for ids in strata], budget), strict=True):
        for at, place in enumerate(generator.permutation(len(ids)).tolist()):
            within = at < asked
            part = (at + generator.random()) / max(asked, 1) if within else (at - asked) / (len(ids) - asked)
            placed.append((not within, part, ids[place], max(asked, 1) / len(ids)))
    return [*unscored, *((response_id, chance) for _, _, response_id, chance in sorted(placed))]


def equal_parts(sizes: Sequence[int], budget: int) -> list[int]:
    """How many to take of groups of these sizes: equally many of each, what a small one cannot give from the others.

    Their sum is `budget`, or all there is where that is less.
    """
    taken = [0] * len(sizes)
    left = min(budget, sum(sizes))
    while left:
        open_ = [place for place, size in enumerate(sizes) if taken[place] < size]
        each = max(left // len(open_), 1)
        for place in open_[:left]:
            more = min(each, sizes[place] - taken[place], left)
            taken[place] += more
            left -= more
    return taken


def _drawn(candidates: Sequence[Drawable], sizes: Sequence[float], budget: int, seed: int) -> list[tuple[int, float]]:
    """Unscored responses first, with probability 1: only a person can say what they did.

    The others are ordered by uniform number / probability, so that every worked beginning of the queue is a sample
    with known probabilities. Follows from the candidates and the seed alone.
    """
    pairs = sorted(zip(candidates, sizes, strict=True), key=lambda pair: pair[0].response_id)
    unscored = [(each.response_id, 1.0) for each, _ in pairs if not each.is_scored]
    scored = [(each.response_id, size) for each, size in pairs if each.is_scored]
    if not scored:
        return unscored
    size = np.array([own for _, own in scored])
    size = size / size.mean() if size.any() else np.ones(len(scored))
    probability = inclusion_probabilities(np.maximum(size, LEAST_PART), min(budget, len(scored)))
    order = np.argsort(np.random.default_rng(seed).random(len(scored)) / probability, kind="stable")
    return [*unscored, *((scored[place][0], float(probability[place])) for place in order.tolist())]
