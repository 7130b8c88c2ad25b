"""The order in which a part of a run is reviewed, drawn so that the corrected score can be computed from it."""

from __future__ import annotations

import random
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


def impact_queue(candidates: Sequence[Drawable], budget: int, seed: int) -> list[tuple[int, float]]:
    """All responses in the order of review, each with its inclusion probability among the first `budget` scored ones.

    The probability is in proportion to uncertainty × stake and never under `LEAST_PART` of the mean.
    """
    return _drawn(candidates, [each.uncertainty * each.stake for each in candidates], budget, seed)


def uniform_sample(candidates: Sequence[Drawable], budget: int, seed: int) -> list[tuple[int, float]]:
    """As `impact_queue` with every scored response as likely as any other."""
    return _drawn(candidates, [1.0] * len(candidates), budget, seed)


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


def uniform_queue(response_ids: Sequence[int], seed: int) -> list[tuple[int, float]]:
    """All responses in one random order: (response id, inclusion probability in the whole queue, 1).

    The first m of n were drawn with probability m/n each, so every worked prefix is a simple random sample. The order
    follows from the ids and the seed alone.
    """
    order = sorted(response_ids)
    random.Random(seed).shuffle(order)  # noqa: S311 reproducible by design, protects nothing
    return [(response_id, 1.0) for response_id in order]
