"""What is left of a review that was cut off: whether the file is sound, and whether it has what was acknowledged."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.store.database import open_workspace
from reviewer.store.queries.chain import first_misfit
from reviewer.store.queries.review import review_item
from reviewer.store.queries.soundness import first_damages, wrong_figures
from tests.e2e.blind_hands import ME

Decided = Counter[tuple[int, int, int]]
"""(run, case, rank) of decisions."""


def assert_sound(path: Path) -> None:
    """It opens, SQLite and the chain of events find nothing, and all that is derived comes out again."""
    workspace = open_workspace(path, create=False)
    try:
        assert workspace.problems() == []
        assert first_misfit(workspace) is None
        assert first_damages(workspace) == []
        assert wrong_figures(workspace) == []
        assert not [notice for notice in workspace.notices if "log" in notice], workspace.notices
    finally:
        workspace.close()


def decided(path: Path, responses: int) -> Decided:
    """Those of the reviewer whose hands these are, on so many responses."""
    workspace = open_workspace(path, create=False)
    found: Decided = Counter()
    try:
        for response_id in range(1, responses + 1):
            item = review_item(workspace, response_id)
            run, number = item.response.text.removeprefix("Reply ").removesuffix(".").split(" to case-")
            actions = [event.action for event in item.events if event.reviewer == ME]
            found.update((int(run), int(number), DEFAULT_SCALE.rank(action)) for action in actions if action)
    finally:
        workspace.close()
    return found


def said(told: str, word: str) -> Decided:
    """Of whole lines: one that was being written was not said."""
    lines_said = [json.loads(line) for line in told.split("\n")[:-1] if line.startswith("{")]
    return Counter(tuple(line[word]) for line in lines_said if word in line)
