"""The order in which people count, of a suite's cases, worked out once: the database sorts keys as plain text."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from reviewer.core.naturally import natural
from reviewer.store.database import Workspace
from reviewer.store.queries.at_once import columns_at_once
from reviewer.store.rows import CaseRow


@dataclass(frozen=True)
class CaseOrder:
    """`rank` of each case id of a suite, older versions beside their successors; `as_stored` where that is the order of
    the ids, so that the database can sort.

    `last_id` is the workspace's last case when it was worked out: a case keeps its key for ever, so that only more
    cases make it stale.
    """

    last_id: int
    rank: Mapping[int, int]
    as_stored: bool

    def responses(self, rows: Iterable[tuple[int, int, int]]) -> array[int]:
        """Ids of (response id, case id, repeat), in the order of their cases and repeats."""
        rank = self.rank
        placed = [((rank[case_id] << _REPEAT_BITS) + repeat, response_id) for response_id, case_id, repeat in rows]
        placed.sort()
        return array("q", [response_id for _, response_id in placed])


_REPEAT_BITS = 24
_KNOWN: WeakKeyDictionary[Workspace, dict[int, CaseOrder]] = WeakKeyDictionary()
_KEYS: tuple[Any, ...] = (CaseRow.id, CaseRow.key)


def case_order(workspace: Workspace, suite_id: int) -> CaseOrder:
    """Read again only where cases have come since."""
    known = _KNOWN.setdefault(workspace, {})
    with workspace.read() as session:
        last_id = session.exec(select(func.max(CaseRow.id))).one() or 0
        if suite_id not in known or known[suite_id].last_id != last_id:
            query = select_columns(*_KEYS).where(col(CaseRow.suite_id) == suite_id).order_by(col(CaseRow.id))
            ids, keys = columns_at_once(session, query)
            known[suite_id] = _worked_out(last_id, [*zip(map(natural, keys), ids, strict=True)])
    return known[suite_id]


def _worked_out(last_id: int, rows: list[tuple[str, int]]) -> CaseOrder:
    ids = [case_id for _, case_id in sorted(rows)]
    as_stored = all(before < after for before, after in pairwise(ids))
    return CaseOrder(last_id, {case_id: rank for rank, case_id in enumerate(ids)}, as_stored)
