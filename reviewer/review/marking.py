"""What a reviewer does on responses without deciding: flags one, or passes some over."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.core.changes import Changes
from reviewer.core.decisions import ReviewEventKind
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.writes.review_events import append_review_event, toggle_flag


def flag(workspace: Workspace, response_id: int, reviewer: str) -> tuple[bool, Changes]:
    """Flag it, or take the reviewer's flag off; whether it is flagged now."""
    return toggle_flag(workspace, response_id=response_id, reviewer=reviewer, at=now())


def skip(workspace: Workspace, response_ids: Sequence[int], reviewer: str) -> tuple[None, Changes]:
    """Write down that the reviewer passed them over, all or none."""
    changes, at = Changes(), now()
    with workspace.write():
        for response_id in response_ids:
            changes |= append_review_event(
                workspace, response_id=response_id, reviewer=reviewer, kind=ReviewEventKind.SKIPPED, at=at
            )
    return None, changes
