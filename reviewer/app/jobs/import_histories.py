"""Events of a file beside those that the workspace has: which are the same, and what an undo takes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reviewer.core.decisions import Decision, DecisionKind, standing_events
from reviewer.exchange.kit.records import DecisionRecord

Identity = tuple[object, ...]


def known_events(events: Iterable[tuple[str, int, Decision]]) -> dict[Identity, list[int]]:
    """How a file may name a stored event → ids: with its time, and without where the file does not know it."""
    known: dict[Identity, list[int]] = {}
    for key, repeat, event in events:
        note = "" if event.kind is DecisionKind.UNDO else event.note
        for at in (event.at, ""):
            identity = (key, repeat, event.reviewer, str(event.kind), event.action, note, at)
            known.setdefault(identity, []).append(event.id)
    return known


def record_identity(record: DecisionRecord) -> Identity:
    note = "" if record.kind is DecisionKind.UNDO else record.note
    return (record.case, record.repeat, record.reviewer, str(record.kind), record.action, note, record.at)


class Histories:
    """The events on each response as they would be, so that an undo is known to have something to take back."""

    def __init__(self, events: Iterable[tuple[str, int, Decision]]) -> None:
        self._events: dict[tuple[str, int], list[Decision]] = {}
        for key, repeat, event in events:
            self._events.setdefault((key, repeat), []).append(event)

    def refuses(self, record: DecisionRecord, event_id: int, ids: Mapping[str, int]) -> str:
        """Why the event cannot be appended, "" if it can and was."""
        events = self._events.setdefault((record.case, record.repeat), [])
        undoes = ids.get(record.undoes)
        if record.kind is DecisionKind.UNDO:
            if undoes is None:
                return f"The undo takes back {record.undoes!r}, which the file lacks."
            if undoes not in [event.id for event in events]:
                return f"The undo takes back {record.undoes!r}, which is about another response."
            if undoes not in [event.id for event in standing_events(events)]:
                return "That decision was undone before. Decide again if you want it back."
        events.append(Decision(event_id, record.reviewer, record.action, record.kind, undoes))
        return ""
