"""What the corrected score needs to know of one response. Without NumPy, so that a window may read it at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias


class LiveRow(NamedTuple):
    """A response to a labelled case. `label` is a rank; `verdict` and `decision` are the credits of the automatic
    action and of the people's word, NaN where there is none and where it was only said in bulk. `seen`: somebody has
    decided, if only that they cannot or in bulk, or has skipped it.
    """

    response_id: int
    case: str
    repeat: int
    label: int
    pair: str
    verdict: float
    decision: float
    seen: bool


Drawn: TypeAlias = Mapping[int, tuple[int, float]]
"""Response id → its place in the review plan and its inclusion probability there."""
