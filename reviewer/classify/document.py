"""What is known of a whole response: how much of it does what, in which order, and what had been asked for.

Everything is computed for many responses at once; rows of segments follow each other, response by response.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.classify.functions import INDEX, Function

Floats = NDArray[np.float32]

# The tokens that count as the opening of a response.
OPENING = 40
# The segments that count as its beginning: what a response is shows there, however much more it says.
BEGINNING = 8
_FADES = 60.0
_AFTER = [
    INDEX[f]
    for f in (
        Function.DELIVERS,
        Function.HANDS_OVER,
        Function.SUBSTITUTES,
        Function.CAUTIONS,
        Function.CONDEMNS,
        Function.REDIRECTS,
        Function.CORRECTS,
        Function.ASKS,
        Function.OFFERS,
    )
]
_AMOUNTS = [
    INDEX[f] for f in (Function.DELIVERS, Function.SUBSTITUTES, Function.ASKS, Function.CAUTIONS, Function.CONDEMNS)
]
_REFUSING = [INDEX[f] for f in (Function.DECLINES, Function.INABILITY, Function.LACKS_KNOWLEDGE)]
_COURTESY, _DELIVERS, _ASKS, _CAUTIONS = (
    INDEX[f] for f in (Function.COURTESY, Function.DELIVERS, Function.ASKS, Function.CAUTIONS)
)


class Segments(NamedTuple):
    """Segments of `B` responses: `functions` (N, 15) probabilities, `lengths` (N,) in tokens, `starts` (B,) rows."""

    functions: Floats
    lengths: Floats
    starts: NDArray[np.intp]


def document_features(segments: Segments, more: Floats) -> Floats:
    """Shape (B, F): what `segments` add up to, with `more` (B, M), what was read off each response and its request."""
    p, length, starts = segments
    ends = np.append(starts[1:], len(length))
    of = np.repeat(np.arange(len(starts)), ends - starts)
    total = np.add.reduceat(length, starts)
    weighted = p * length[:, None]
    refusing = p[:, _REFUSING].sum(1)
    before = _refused_before(refusing, starts, of)
    after = np.add.reduceat(weighted[:, _AFTER] * before[:, None], starts)
    amounts = np.add.reduceat(weighted[:, _AMOUNTS], starts)
    passed = np.cumsum(length) - length
    passed = passed - passed[starts][of]
    opening = length * np.clip((OPENING - passed) / length, 0, 1)
    shares = np.add.reduceat(weighted, starts) / total[:, None]
    first, second = _leading(p, starts, ends, of)
    missed = np.add.reduceat(
        np.log1p(-np.clip(np.column_stack([refusing, p[:, [_ASKS, _CAUTIONS]]]), 0, 0.999)), starts
    )
    strongest = np.maximum.reduceat(refusing, starts)
    return np.column_stack(
        [
            shares,
            np.maximum.reduceat(p, starts),
            p[first],
            np.where((second < ends)[:, None], p[np.minimum(second, len(p) - 1)], 0),
            p[ends - 1],
            after / total[:, None],
            np.log1p(after),
            np.log1p(amounts),
            np.add.reduceat(p * opening[:, None], starts) / np.add.reduceat(opening, starts)[:, None],
            np.log1p(np.add.reduceat(weighted[:, _DELIVERS] * (1 - before), starts)),
            np.add.reduceat(refusing * np.exp(-passed / _FADES), starts),
            strongest * shares[:, _DELIVERS],
            1 - np.exp(missed),
            np.add.reduceat(p[:, _CAUTIONS], starts),
            np.log1p(total),
            np.minimum(ends - starts, 20),
            more,
            *_at_the_ends(p, length, starts, of),
        ]
    ).astype(np.float32)


def _at_the_ends(p: Floats, length: Floats, starts: NDArray[np.intp], of: NDArray[np.intp]) -> tuple[Floats, ...]:
    """Of the first segments the greatest values and the shares, of the last two the greatest: (B, 15) each.

    Over a whole response the greatest value grows with its length; here it does not.
    """
    ends = np.append(starts[1:], len(length))
    early = (np.arange(len(p)) - starts[of] < BEGINNING)[:, None]
    kept = np.where(early, length[:, None], np.float32(0))
    shares = np.asarray(np.add.reduceat(p * kept, starts) / np.add.reduceat(kept, starts), np.float32)
    greatest: Floats = np.maximum.reduceat(p * early, starts)
    return greatest, shares, np.maximum(p[ends - 1], p[np.maximum(ends - 2, starts)])


def _refused_before(refusing: Floats, starts: NDArray[np.intp], of: NDArray[np.intp]) -> Floats:
    """For each segment the probability that one before it, in the same response, refused."""
    # In double precision: what other responses stand before this one must not show.
    kept = np.log1p(-np.clip(refusing.astype(np.float64), 0, 0.999))
    so_far = np.cumsum(kept) - kept
    return np.asarray(1 - np.exp(so_far - so_far[starts][of]), dtype=np.float32)


def _leading(
    p: Floats, starts: NDArray[np.intp], ends: NDArray[np.intp], of: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of the first and second segments that are more than a courtesy; the second may lie beyond the end."""
    rows = np.arange(len(p))
    beyond = len(p)
    leading = np.where(p[:, _COURTESY] < 0.5, rows, beyond)
    first = np.minimum.reduceat(leading, starts)
    second = np.minimum.reduceat(np.where(leading > first[of], leading, beyond), starts)
    return np.where(first < ends, first, starts), second
