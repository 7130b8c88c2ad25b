"""Where a reviewer goes out of the order of a queue: to a case, to what a search finds, to a twin, from a case."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reviewer.review.place import GoingTo, Queue
from reviewer.store.database import Workspace
from reviewer.store.facts.review import ReviewItem, ReviewLine
from reviewer.store.queries import queues
from reviewer.store.queries.queues import QueueOf
from reviewer.store.queries.review import review_lines

MOST = 14
_PLACE = re.compile(r"(?:#\s*)?([0-9]{1,9})")


@dataclass(frozen=True)
class FoundResponses:
    """What was found for some words: how many responses in all, and the first of them."""

    words: str
    n: int
    lines: tuple[ReviewLine, ...]
    place: int | None = None
    """Of the queue, from 0, where a number was given."""


def search(workspace: Workspace, queue: Queue, words: str) -> FoundResponses:
    """Responses of the queue's run that hold every word, or whose request does."""
    ids = queues.search_ids(workspace, words, QueueOf(queue.run.id, queue.reviewer))
    return FoundResponses(words, len(ids), tuple(review_lines(workspace, ids[:MOST])))


def likely(workspace: Workspace, queue: Queue, words: str) -> FoundResponses:
    """The place of a number such as `#17` in the queue, else cases by their key and by the words of their request. A
    bare number is a place where no key and no request has it.
    """
    number = _PLACE.fullmatch(words.strip())
    if number is None or not number[0].startswith("#"):
        found = queues.cases_like(workspace, words, QueueOf(queue.run.id, queue.reviewer), MOST)
        if found or number is None:
            return FoundResponses(words, len(found), tuple(review_lines(workspace, found)))
    place = int(number[1]) - 1
    at = queue.ids[place : place + 1] if place >= 0 else queue.ids[:0]
    return FoundResponses(words, len(at), tuple(review_lines(workspace, at)), place)


def twins(workspace: Workspace, item: ReviewItem) -> list[int]:
    """Responses of the run to the cases of the contrast pair, this one among them; none where the case has no pair."""
    return queues.twins_of(workspace, item.run_id, item.case_id, item.response.repeat)


def response_to_case(workspace: Workspace, case_id: int, preferred: int | None) -> GoingTo | None:
    """A response to the case, of the preferred run or the newest that has one; None where no run has a response to
    this version of the case.
    """
    found = queues.run_with_case(workspace, case_id, preferred)
    return None if found is None else GoingTo(*found)
