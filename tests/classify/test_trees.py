"""All trees answered at once say what walking each from its root says."""

from __future__ import annotations

import numpy as np
import pytest

from reviewer.classify.model import Head, document_model
from reviewer.classify.trees import trees_of


def walked(head: Head, tree: int, row: list[float]) -> float:
    node = 0
    while head.left[tree, node] != node:
        low = row[head.feature[tree, node]] <= head.threshold[tree, node]
        node = int(head.left[tree, node] if low else head.right[tree, node])
    return float(head.value[tree, node])


def rows_at_thresholds(head: Head, count: int) -> np.ndarray:
    """Rows (count, F) whose values are thresholds of the trees themselves, so that ties are met as well."""
    width = len(head.coefficients)
    steps = np.arange(count * width, dtype=np.int64) * 7919 % head.threshold.size
    return head.threshold.reshape(-1)[steps].reshape(count, width)


@pytest.mark.parametrize("name", ["engagement", "asks", "caveat"])
def test_leaves_are_those_that_a_walk_ends_in(name: str) -> None:
    head = document_model().heads[name]
    rows = rows_at_thresholds(head, 20)
    leaves = trees_of([head]).leaves(rows)
    expected = [[walked(head, tree, row) for row in rows.tolist()] for tree in range(len(head.feature))]
    assert leaves.tolist() == expected


def test_a_response_has_the_same_probabilities_alone_and_among_others() -> None:
    head = document_model().heads["engagement"]
    rows = rows_at_thresholds(head, 30)
    alone = np.vstack([head.probabilities(rows[number : number + 1]) for number in range(len(rows))])
    assert np.array_equal(head.probabilities(rows), alone)


def test_a_tree_with_too_many_leaves_is_told() -> None:
    head = document_model().heads["asks"]
    leaves = 33
    # Each node goes left to a leaf and right to the next node.
    nodes = np.arange(2 * leaves - 1)
    inner = nodes < leaves - 1
    left = np.where(inner, nodes + leaves - 1, nodes)[None]
    right = np.where(inner, np.where(nodes == leaves - 2, 2 * leaves - 2, nodes + 1), nodes)[None]
    zeros = np.zeros((1, len(nodes)), np.intp)
    deep = head._replace(feature=zeros, threshold=zeros.astype(np.float32), left=left, right=right)
    with pytest.raises(ValueError, match="33 leaves"):
        trees_of([deep._replace(value=zeros.astype(np.float32))])
