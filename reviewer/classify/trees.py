"""Boosted trees, all of them answered at once.

A tree is no longer walked from its root. Each of its tests, where it fails, rules out the leaves on its left; the
leftmost leaf that no test ruled out is the one that the walk would have ended in (Lucchese et al. 2015, QuickScorer).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Masks = NDArray[np.uint32]

_MOST_LEAVES = 32
# The exponent of a power of two as a float32.
_MANTISSA, _BIAS = 23, 127


class Grown(Protocol):
    """Trees as arrays of one shape, (T, nodes)."""

    @property
    def feature(self) -> NDArray[np.intp]:
        """(T, nodes) the number of the feature that a node tests."""

    @property
    def threshold(self) -> Floats:
        """(T, nodes) a greater value goes to the right."""

    @property
    def left(self) -> NDArray[np.intp]:
        """(T, nodes) where a node goes on; a leaf leads to itself."""

    @property
    def right(self) -> NDArray[np.intp]:
        """(T, nodes) as `left`."""

    @property
    def value(self) -> Floats:
        """(T, nodes) what a leaf adds to the score, in log-odds."""


class Trees(NamedTuple):
    """T trees of up to L leaves and S tests.

    `feature` (S, T), `threshold` and `ruled_out` (S, T, 1): the test, and the leaves that it rules out where it fails
    (bit l is leaf l, from the left); `values` (T * L,): what each leaf says, and `first` (T, 1) where a tree's begin.
    """

    feature: NDArray[np.intp]
    threshold: Floats
    ruled_out: Masks
    values: Floats
    first: NDArray[np.intp]

    def leaves(self, rows: Floats) -> Floats:
        """Shape (T, B): what each tree says of each of `rows` (B, F)."""
        columns = np.ascontiguousarray(rows.T)
        gone = np.zeros((len(self.first), len(rows)), np.uint32)
        for feature, threshold, ruled_out in zip(self.feature, self.threshold, self.ruled_out, strict=True):
            gone |= (columns[feature] > threshold) * ruled_out
        leftmost = (~gone & (gone + np.uint32(1))).astype(np.float32)
        leaf = (leftmost.view(np.int32) >> _MANTISSA) - _BIAS
        return np.take(self.values, leaf + self.first)


def trees_of(grown: Sequence[Grown]) -> Trees:
    """The trees of several heads, in their order. Raises ValueError where a tree has more than 32 leaves."""
    flat = [_flattened(head, tree) for head in grown for tree in range(len(head.feature))]
    tests = max(len(one.feature) for one in flat)
    leaves = max(len(one.values) for one in flat)
    if leaves > _MOST_LEAVES:
        raise ValueError(f"A tree has {leaves} leaves; {_MOST_LEAVES} is the most.")
    return Trees(
        np.array([_padded(one.feature, tests, 0) for one in flat], np.intp).T,
        np.array([_padded(one.threshold, tests, 0.0) for one in flat], np.float32).T[..., None],
        np.array([_padded(one.ruled_out, tests, 0) for one in flat], np.uint32).T[..., None],
        np.array([_padded(one.values, leaves, 0.0) for one in flat], np.float32).ravel(),
        np.arange(len(flat))[:, None] * leaves,
    )


class _Flat(NamedTuple):
    feature: list[float]
    threshold: list[float]
    ruled_out: list[float]
    values: list[float]


def _padded(values: Sequence[float], width: int, filler: float) -> list[float]:
    """A test that rules nothing out, or a leaf that is never reached, up to the width of the largest tree."""
    return [*values, *([filler] * (width - len(values)))]


def _flattened(head: Grown, tree: int) -> _Flat:
    """The tests of one tree, and its leaves from left to right."""
    feature, threshold, left, right, value = (
        column[tree].tolist() for column in (head.feature, head.threshold, head.left, head.right, head.value)
    )
    flat = _Flat([], [], [], [])

    def walk(node: int) -> None:
        if left[node] == node:
            flat.values.append(value[node])
            return
        before = len(flat.values)
        walk(left[node])
        flat.feature.append(feature[node])
        flat.threshold.append(threshold[node])
        flat.ruled_out.append((1 << len(flat.values)) - (1 << before))
        walk(right[node])

    walk(0)
    return flat
