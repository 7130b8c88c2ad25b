"""A long blind review side by side by real keys, with undos, killed twice: nothing lost, doubled or on a wrong side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.decisions import Decision, DecisionKind, Hidden, standing_events
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries.review import review_item
from tests.e2e.blind_hands import ME
from tests.support.effort import often
from tests.ui.review.blind_desk import RUNS, build

DECISIONS = often(1000, 60)
CASES = DECISIONS // 2
UNDO_EVERY = 20
ROOT = Path(__file__).parents[2]
ALL = frozenset({Hidden.VERDICT, Hidden.VERSIONS, Hidden.OTHERS, Hidden.SIDES})


def afternoon(path: Path, decisions: int, end: str) -> list[dict[str, object]]:
    """What the hands told before they were killed or had done."""
    command = [sys.executable, "-m", "tests.e2e.blind_hands", str(path), str(decisions), str(UNDO_EVERY), end]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) is (end == "kill"), done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def events_of(workspace: Workspace) -> dict[tuple[int, int], list[Decision]]:
    """(run, case) → this reviewer's events, oldest first."""
    found = {}
    for response_id in range(1, 2 * CASES + 1):
        item = review_item(workspace, response_id)
        assert item.response.text.startswith(f"Reply {RUNS.index(item.run)} to {item.case.key}")
        place = RUNS.index(item.run), int(item.case.key.removeprefix("case-"))
        found[place] = [event for event in item.events if event.reviewer == ME]
    return found


def test_a_thousand_blind_decisions_survive_two_kills(tmp_path: Path) -> None:
    path = tmp_path / "afternoon.sqlite"
    build(path, CASES)
    third = DECISIONS // 3
    told = [afternoon(path, third, end) for end in ("kill", "kill", "close")]
    said = [each for part in told for each in part]
    for before, after in ((told[0], told[1]), (told[1], told[2])):
        last = [each["at"] for each in before if "at" in each][-1]
        assert isinstance(last, int)
        assert after[0]["begun"] in (last - 1, last, last + 1), "the place is not lost"

    workspace = open_workspace(path, create=False)
    stored = events_of(workspace)
    workspace.close()
    pressed, kept = (_named(said, word) for word in ("pressing", "stored"))
    undone = sum("undone" in each for each in said)
    decided = Counter(
        (*place, DEFAULT_SCALE.rank(event.action))
        for place, own in stored.items()
        for event in own
        if event.kind is DecisionKind.DECISION and event.action is not None
    )
    assert not kept - decided, "what the window called stored is there"
    assert not decided - pressed, "nothing is there that no key said of that text"
    assert len(list((pressed - kept).elements())) == 2, "the keys of the two kills"
    assert undone == sum(event.kind is DecisionKind.UNDO for own in stored.values() for event in own)
    assert undone >= DECISIONS // UNDO_EVERY
    assert all(len(standing_events(own)) == 1 for own in stored.values())
    assert sum(len(own) for own in stored.values()) >= DECISIONS + 2 * undone
    # of the first case everything was in sight before the review was blind
    assert {own[0].hidden for place, own in stored.items() if place[1] != 0} == {ALL}


def _named(said: Iterable[dict[str, object]], word: str) -> Counter[tuple[int, int, int]]:
    """(run, case, rank) of each that was told under that word."""
    lists = (each.get(word) for each in said)
    return Counter((int(each[0]), int(each[1]), int(each[2])) for each in lists if isinstance(each, list))
