"""Queues of responses to review, with the probability with which each is among the first ones."""

from __future__ import annotations

import random
from collections.abc import Sequence


def uniform_queue(response_ids: Sequence[int], seed: int) -> list[tuple[int, float]]:
    """All responses in one random order: (response id, inclusion probability in the whole queue, 1).

    The first m of n were drawn with probability m/n each, so every worked prefix is a simple random sample. The order
    follows from the ids and the seed alone.
    """
    order = sorted(response_ids)
    random.Random(seed).shuffle(order)  # noqa: S311 reproducible by design, protects nothing
    return [(response_id, 1.0) for response_id in order]
