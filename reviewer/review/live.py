"""A run's responses as the live corrected score needs them: read in slices, and keys that decide come in between."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from reviewer.core.scoring.live_rows import LiveRow
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import live

if TYPE_CHECKING:
    from reviewer.core.scoring.live import LiveSheet

MOST_AT_ONCE = live.SLICE
"""Cases whose responses are read again one by one; for more the run is read anew."""


class LiveReading:
    """The review plans first, then the responses. One slice at each call, on the database thread."""

    def __init__(self, run: RunLine) -> None:
        self.run = run
        self.is_whole = False
        self._plans: list[dict[int, tuple[int, float]]] = []
        self._rows: list[LiveRow] = []
        self._unread: list[int] | None = None
        self._planned_to = -1
        self._read_to = live.FIRST

    def read_on(self, workspace: Workspace) -> None:
        """The next slice; `is_whole` once there is no other."""
        if self._unread is None:
            self._unread = live.live_plans(workspace, self.run.id)
        if self._unread:
            self._read_plan(workspace, self._unread)
            return
        rows = live.live_slice(workspace, self.run.id, self.run.scale, self._read_to)
        self._rows.extend(rows.rows)
        self.is_whole, self._read_to = rows.last is None, rows.last or live.FIRST

    def _read_plan(self, workspace: Workspace, unread: list[int]) -> None:
        found = live.live_plan(workspace, unread[0], self._planned_to)
        if self._planned_to < 0:
            self._plans.append({})
        self._plans[-1].update({response: (place, chance) for response, place, chance in found})
        self._planned_to = found[-1][1] if len(found) == live.SLICE else -1
        if self._planned_to < 0:
            del unread[0]

    def sheet(self) -> LiveSheet:
        """What was read, as columns; on a worker. NumPy is read with the first."""
        from reviewer.core.scoring.live import LiveSheet

        return LiveSheet(self._rows, self._plans, self.run.scale)


def rows_of(workspace: Workspace, run: RunLine, case_ids: Collection[int]) -> tuple[LiveRow, ...] | None:
    """The run's responses to these cases as they are now; None where one of them is not labelled any more."""
    return live.live_rows(workspace, run.id, run.scale, case_ids)
