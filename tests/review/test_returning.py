"""What comes back stands far enough behind its first place, and the rest of the queue stays as it is."""

from __future__ import annotations

from array import array
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.decisions import Hidden
from reviewer.review.blinding import Blinding
from reviewer.review.returning import AFTER_AT_LEAST, with_former, with_returns
from reviewer.store.facts.review import NewDecision, QueueFilter
from reviewer.store.queries.review import response_ids
from reviewer.store.writes.decisions import append_decision
from tests.support.builders import ANSWER, AT, decide, filled_workspace


@given(n=st.integers(0, 120), again=st.integers(0, 20), seed=st.integers(1, 10**6), reviewer=st.text(max_size=3))
def test_the_queue_keeps_its_order_and_second_places_lie_far_behind(
    n: int, again: int, seed: int, reviewer: str
) -> None:
    ids = array("q", range(1, n + 1))
    found, places = with_returns(ids, Blinding(again=again, seed=seed), reviewer)
    assert [id_ for place, id_ in enumerate(found) if place not in places] == list(ids)
    seconds = [found[place] for place in places]
    assert len(set(seconds)) == len(seconds)
    for place in places:
        between = set(found[found.index(found[place]) + 1 : place])
        assert len(between - {found[place]}) >= AFTER_AT_LEAST
    assert with_returns(ids, Blinding(again=again, seed=seed), reviewer) == (found, places)


def test_about_the_share_that_was_set_comes_back() -> None:
    found, places = with_returns(array("q", range(1, 5001)), Blinding(again=10, seed=3), "ana")
    assert len(found) == 5000 + len(places)
    assert 400 < len(places) < 600


def test_a_queue_that_is_left_by_what_is_decided_has_it_back_too(tmp_path: Path) -> None:
    filled = filled_workspace(tmp_path / "left.sqlite", 120)
    workspace, blinding = filled.workspace, Blinding(again=20, seed=4)
    for response_id in filled.response_ids[:60]:
        decide(workspace, response_id, ANSWER, "ana")
    left = response_ids(workspace, filled.run_id, QueueFilter.UNDECIDED)
    found, places = with_former(workspace, left, filled.run_id, QueueFilter.UNDECIDED, blinding, "ana")
    assert [id_ for place, id_ in enumerate(found) if place not in places] == list(left)
    former = [found[place] for place in sorted(places) if found[place] not in left]
    assert former, "some of what was decided comes back"
    second = NewDecision(former[0], "ana", ANSWER, hidden=frozenset({Hidden.EARLIER}))
    append_decision(workspace, decision=second, at=AT)
    found, places = with_former(workspace, left, filled.run_id, QueueFilter.UNDECIDED, blinding, "ana")
    assert former[0] not in found, "once"
    workspace.close()
