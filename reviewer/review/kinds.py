"""The kinds of queue that a run's responses are reviewed in: how each is called, and in which order it goes."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from reviewer.store.database import Workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.queries.review import response_ids


@dataclass(frozen=True)
class QueueKind:
    """`key` is stored with the place in a workspace and never changes; `words` are for people.

    A `drawn` queue has an order that was drawn once and is stored with its inclusion probabilities: what comes later is
    not part of it.
    """

    key: QueueFilter
    words: str
    drawn: bool = False

    def order(self, workspace: Workspace, run_id: int, *, after: int = 0) -> array[int]:
        """Ids of the run's responses in the queue, those over `after` only: one for each place, none twice."""
        return response_ids(workspace, run_id, self.key, after=after)


_WORDS = {
    QueueFilter.ALL: "all, in case order",
    QueueFilter.UNDECIDED: "nobody decided yet",
    QueueFilter.RANDOM: "random order (audit)",
}
"""Where a queue is not called by its key."""
KINDS = {
    key: QueueKind(key, _WORDS.get(key, str(key)), drawn=key is QueueFilter.RANDOM)  # the one drawn order
    for key in QueueFilter
}
"""By key, in the order in which they are offered."""
