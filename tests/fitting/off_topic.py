"""`python -m tests.fitting.off_topic` counts how often an answer is said to speak of something else.

On the public sets: with their own requests each is a false alarm; with those of other responses, what has to be found.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from reviewer.classify.rules import ELSEWHERE, Item, classify_responses
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.decisions import Engagement
from tests.fitting.texts import Labelled, public, set_of

_SEED = 20_261_129


def flagged(answers: Sequence[Labelled], requests: Sequence[Labelled]) -> float:
    """Of the answers that are read as full, the share that is said to speak of something else than the requests."""
    items = [Item(other.messages, item.text) for item, other in zip(answers, requests, strict=True)]
    full = [one for one in classify_responses(items, DEFAULT_SCALE) if one.engagement is Engagement.FULL]
    return sum(ELSEWHERE in one.reason for one in full) / len(full)


def main() -> None:
    every = [item for item in public() if item.engagement == "full"]
    for name in sorted({set_of(item) for item in every}):
        own = [item for item in every if set_of(item) == name]
        others = [own[number] for number in np.random.default_rng(_SEED).permutation(len(own))]
        false, found = flagged(own, own), flagged(own, others)
        sys.stdout.write(
            f"{name:<18} n {len(own):>5}  false alarms {false:.3f}  found with other requests {found:.3f}\n"
        )


if __name__ == "__main__":
    main()
