"""Events of a file beside those that the workspace has: which are the same, and what an undo takes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reviewer.core.decisions import Decision, DecisionKind, standing_events
from reviewer.exchange.kit.records import DecisionRecord

Identity = tuple[object, ...]


def _identity(record: DecisionRecord) -> Identity:
    note = "" if record.kind is DecisionKind.UNDO else record.note
    return (record.case, record.repeat, record.reviewer, str(record.kind), record.action, note, record.at)


class Histories:
    """The events of a run as they would be, so that one that is there is known, and that an undo has something to
    take back. `next_id` counts on from the run's last event."""

    def __init__(self, events: Iterable[tuple[str, int, Decision]]) -> None:
        self._events: dict[tuple[str, int], list[Decision]] = {}
        self._known: dict[Identity, list[int]] = {}
        self.next_id = 1
        for key, repeat, event in events:
            self._events.setdefault((key, repeat), []).append(event)
            self.next_id = max(self.next_id, event.id + 1)
            note = "" if event.kind is DecisionKind.UNDO else event.note
            # how a file may name it: with its time, and without where the file does not know it
            for at in (event.at, ""):
                identity = (key, repeat, event.reviewer, str(event.kind), event.action, note, at)
                self._known.setdefault(identity, []).append(event.id)

    def known(self, record: DecisionRecord) -> list[int] | None:
        """The ids of stored events that the record may be."""
        return self._known.get(_identity(record))

    def refuses(self, record: DecisionRecord, event_id: int, ids: Mapping[str, int]) -> str:
        """Why the event cannot be appended, "" if it can and was."""
        if record.kind is not DecisionKind.UNDO and not record.id:
            self.next_id += 1
            return ""  # nothing can name it, so nothing takes it back
        events = self._events.setdefault((record.case, record.repeat), [])
        undoes = ids.get(record.undoes)
        if record.kind is DecisionKind.UNDO:
            if undoes is None:
                return f"The undo takes back {record.undoes!r}, which the file lacks."
            if undoes not in [event.id for event in events]:
                return f"The undo takes back {record.undoes!r}, which is about another response."
            if undoes not in [event.id for event in standing_events(events)]:
                return "That decision was undone before. Decide again if you want it back."
        self.next_id += 1
        events.append(Decision(event_id, record.reviewer, record.action, record.kind, undoes))
        return ""
