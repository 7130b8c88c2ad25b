"""A share of what a reviewer has decided comes back to them later, unannounced, to measure their own consistency.

Which responses, and where in the queue, follows from the seed alone: a queue that is read again is the same, and
nothing is moved for it while somebody works.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from reviewer.review.blinding import Blinding
from reviewer.store.database import Workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.queries.unblinding import came_back_to, decided_by, decided_in_run

AFTER_AT_LEAST = 20
"""So many other responses lie between the two words on one."""
SPREAD = 20
"""And up to so many more, so that it cannot be told when one comes."""
_LEAVES_WHEN_DECIDED = frozenset({QueueFilter.UNDECIDED, QueueFilter.NEEDS_PERSON})


def with_returns(ids: array[int], blinding: Blinding, reviewer: str) -> tuple[array[int], frozenset[int]]:
    """The queue with some responses a second time, and the places of the second ones. Those too near to its end for
    `AFTER_AT_LEAST` others to lie between do not come back.
    """
    coming: dict[int, list[int]] = {}
    for place, id_ in enumerate(ids):
        last = len(ids) - 1 - place
        if last >= AFTER_AT_LEAST and _chosen(id_, blinding, reviewer):
            wait = AFTER_AT_LEAST + int(SPREAD * blinding.draw("wait", reviewer, id_))
            coming.setdefault(place + min(wait, last), []).append(id_)
    return _merged(ids, coming)


def with_former(
    workspace: Workspace, ids: array[int], run_id: int, kind: str, blinding: Blinding, reviewer: str
) -> tuple[array[int], frozenset[int]]:
    """As `with_returns`; a queue that what is decided leaves also has what is still to come back from before."""
    if not blinding.again:
        return ids, frozenset()
    found, places = with_returns(ids, blinding, reviewer)
    if kind not in _LEAVES_WHEN_DECIDED:
        return found, places
    there = set(ids)
    former = [id_ for id_ in decided_in_run(workspace, run_id, reviewer) if id_ not in there]
    due = due_among(workspace, [id_ for id_ in former if _chosen(id_, blinding, reviewer)], reviewer)
    coming: dict[int, list[int]] = {}
    for number, id_ in enumerate(sorted(due), start=1):
        coming.setdefault(AFTER_AT_LEAST * number, []).append(id_)
    if not due or not found:
        return found, places
    merged, new = _merged(found, {place: own for place, own in coming.items() if place < len(found)})
    return merged, new | _moved(places, new)


def due_among(workspace: Workspace, ids: Sequence[int], reviewer: str) -> set[int]:
    """Those of these responses that this reviewer has decided once and not a second time."""
    return decided_by(workspace, ids, reviewer) - came_back_to(workspace, ids, reviewer) if ids else set()


def _chosen(id_: int, blinding: Blinding, reviewer: str) -> bool:
    return blinding.draw("again", reviewer, id_) * 100 < blinding.again


def _merged(ids: array[int], coming: dict[int, list[int]]) -> tuple[array[int], frozenset[int]]:
    """`coming` has what is put in behind a place of `ids`; with the places where it stands then."""
    found, places = array("q"), set[int]()
    for place, id_ in enumerate(ids):
        found.append(id_)
        for more in coming.get(place, ()):
            places.add(len(found))
            found.append(more)
    return found, frozenset(places)


def _moved(places: frozenset[int], new: frozenset[int]) -> frozenset[int]:
    """Where these places are after others were put in at `new`."""
    moved, more, put_in = set[int](), 0, sorted(new)
    for place in sorted(places):
        while more < len(put_in) and put_in[more] <= place + more:
            more += 1
        moved.add(place + more)
    return frozenset(moved)
