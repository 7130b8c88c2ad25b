"""Cases that are looked for while one reviews, and where in the review they are."""

from __future__ import annotations

from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.review.place import PLACE, Queue, place_of
from reviewer.store.database import Workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.suites import FoundCase
from reviewer.store.memory import remember
from reviewer.store.queries import finding, review


def find_cases(workspace: Workspace, words: str, limit: int) -> list[FoundCase]:
    """By a part of their key or words of their request, with a slip in the key if need be."""
    return finding.find_cases(workspace, words, limit)


def go_to_case(workspace: Workspace, queue: Queue, key: str) -> tuple[int | None, Changes]:
    """Id of the response of the queue's run to a case, None where it has none.

    Where the queue leaves it out, the place that is remembered is the response among all of the run.
    """
    try:
        response = review.response_of(workspace, queue.run.id, key)
    except InputError:
        return None, Changes()  # the run did not ask this case
    if response in queue.ids:
        return response, Changes()
    place = {**place_of(queue, response), "queue": str(QueueFilter.ALL)}
    return response, remember(workspace, key=PLACE, value=place)
