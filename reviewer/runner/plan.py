"""What is left to do of a run. Pure: the same store always gives the same plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reviewer.core.cases import CaseKey
from reviewer.core.responses import ResponseState


def missing_requests(
    case_order: Sequence[CaseKey],
    repeats: int,
    stored: Mapping[tuple[CaseKey, int], ResponseState],
    limit: int | None = None,
) -> list[tuple[CaseKey, int]]:
    """The (case, repeat) pairs without a response, or whose response is an error; repeats count from 1.

    In the order of the cases as given, then by repeat; a case that is given twice counts once. `limit` is the most
    cases, counted from the front of the order, that the run is about (None: all), so that a resumed run with the same
    limit never grows.
    """
    cases = list(dict.fromkeys(case_order))[: None if limit is None else max(limit, 0)]
    return [
        (case, repeat)
        for case in cases
        for repeat in range(1, repeats + 1)
        if stored.get((case, repeat), ResponseState.ERROR) is ResponseState.ERROR
    ]
