"""Keep the counts of each run true in the transaction that changes its responses."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sqlalchemy import insert, update
from sqlmodel import Session, col

from reviewer.store.rows import RunCountRow


class CountedPlace(NamedTuple):
    """What is counted together: the responses of a run that are in one state."""

    run_id: int
    state: str


class Moved:
    """By how much the counts of each place change: stored responses, and those of them on which a decision stands."""

    def __init__(self) -> None:
        self.responses: Counter[CountedPlace] = Counter()
        self.reviewed: Counter[CountedPlace] = Counter()

    def changed(self, run_id: int, before: str, after: str, *, reviewed: bool) -> None:
        """One response went from a state to another."""
        for state, by in ((before, -1), (after, 1)):
            self.responses[CountedPlace(run_id, state)] += by
            self.reviewed[CountedPlace(run_id, state)] += by * reviewed

    def store(self, session: Session) -> None:
        """Two statements at most for each run and state, however many responses there are."""
        connection = session.connection()
        for place in self.responses.keys() | self.reviewed.keys():
            responses, reviewed = self.responses[place], self.reviewed[place]
            if not responses and not reviewed:
                continue
            there = (col(RunCountRow.run_id) == place.run_id, col(RunCountRow.state) == place.state)
            changed = connection.execute(
                update(RunCountRow)
                .where(*there)
                .values(responses=RunCountRow.responses + responses, reviewed=RunCountRow.reviewed + reviewed)
            )
            if not changed.rowcount:
                values = {**place._asdict(), "responses": responses, "reviewed": reviewed}
                connection.execute(insert(RunCountRow).values(values))
