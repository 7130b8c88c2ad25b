"""Join what people decided in several workspaces: the same in any order, and nothing resolved in silence. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reviewer.core.actions import ActionScale
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import DecisionKind, ReviewEventKind
from reviewer.store.facts.packets import KnownText, TravellingDecision, TravellingDispute, TravellingMark

ConflictKind: TypeAlias = Literal[
    "differs", "no_response", "other_text", "other_scale", "nothing_to_decide", "undo", "no_case", "other_case"
]
"""Why something of a packet was left out: see `MergeConflict.sentence`."""


@dataclass(frozen=True)
class MergeConflict:
    """Something of a packet that was left out, and why; what is in the workspace stays as it is."""

    kind: ConflictKind
    uid: str
    case: CaseKey
    repeat: int
    reviewer: str
    sentence: str


@dataclass(frozen=True)
class Joined:
    """`added` are to be appended, in the order of their uids; `known` were here before."""

    added: tuple[TravellingDecision, ...]
    known: int
    conflicts: tuple[MergeConflict, ...]


@dataclass(frozen=True)
class RunHere:
    """What of a run is here: its events by uid, its texts, its suite's scale and the hashes of all it has had."""

    events: Mapping[str, TravellingDecision]
    texts: Mapping[tuple[CaseKey, int], KnownText]
    scale: ActionScale
    scale_hashes: Collection[str]


def joined(incoming: Sequence[TravellingDecision], here: RunHere) -> Joined:
    """What is to be appended of what came. Follows from the sets of both alone; taken in again it adds nothing."""
    there, added, conflicts, known = dict(here.events), [], [], 0
    for event in sorted(incoming, key=lambda each: (each.uid, repr(each))):
        if there.get(event.uid) == event:
            known += 1
            continue
        kind = _contradicts(event, there, here)
        if kind is None:
            there[event.uid] = event
            added.append(event)
        else:
            conflicts.append(_conflict(kind, event))
    return Joined(tuple(added), known, tuple(conflicts))


def _contradicts(
    event: TravellingDecision, there: Mapping[str, TravellingDecision], here: RunHere
) -> ConflictKind | None:
    text = here.texts.get((event.case, event.repeat))
    if event.uid in there:
        return "differs"
    if text is None:
        return "no_response"
    if text.hash != event.response_hash:
        return "other_text"
    if not text.decidable:
        return "nothing_to_decide"
    former = event.scale_hash in here.scale_hashes
    if not former or (event.scale_hash == here.scale.hash and event.action and event.action not in here.scale):
        return "other_scale"
    return None if _takes_back(event, there) else "undo"


def _takes_back(event: TravellingDecision, there: Mapping[str, TravellingDecision]) -> bool:
    """Whether an undo takes back an earlier event on the same response, and anything else takes back nothing."""
    if event.kind is not DecisionKind.UNDO:
        return not event.undoes
    target = there.get(event.undoes)
    return target is not None and target.uid < event.uid and (target.case, target.repeat) == (event.case, event.repeat)


_WHY: Mapping[ConflictKind, str] = {
    "differs": "is here with other content; the one that is here was kept",
    "no_response": "is about a response that this run does not have",
    "other_text": "was made on another text than this run has",
    "other_scale": "was made on another action scale",
    "nothing_to_decide": "is about a response without any text here",
    "undo": "takes back something that is not here",
    "no_case": "is about a case, or a version of it, that this run does not have",
    "other_case": "names a case that is here with other content; the one that is here was kept",
}


def _conflict(kind: ConflictKind, event: TravellingDecision) -> MergeConflict:
    what = {"undo": "undo", "adjudication": "adjudication"}.get(event.kind, "decision")
    sentence = f"The {what} of {event.reviewer} on {event.case}, repeat {event.repeat}, {_WHY[kind]}."
    return MergeConflict(kind, event.uid, event.case, event.repeat, event.reviewer, sentence)


@dataclass(frozen=True)
class JoinedDisputes:
    added: tuple[tuple[int, TravellingDispute], ...]
    known: int
    conflicts: tuple[MergeConflict, ...]


def joined_disputes(
    incoming: Sequence[TravellingDispute],
    there: Mapping[str, TravellingDispute],
    cases: Mapping[tuple[CaseKey, str], int],
    scale: ActionScale,
) -> JoinedDisputes:
    """The same of disputed labels; `cases` has the id of each case version of the run by key and message hash."""
    before, added, conflicts, known = dict(there), [], [], 0
    for each in sorted(incoming, key=lambda dispute: (dispute.uid, repr(dispute))):
        case_id = cases.get((each.case, each.message_hash))
        off_scale = any(action not in scale for action in (*each.band, *([each.label] if each.label else [])))
        if before.get(each.uid) == each:
            known += 1
        elif each.uid in before:
            conflicts.append(_dispute_conflict("differs", each))
        elif case_id is None or off_scale:
            conflicts.append(_dispute_conflict("other_scale" if off_scale else "no_case", each))
        else:
            before[each.uid] = each
            added.append((case_id, each))
    return JoinedDisputes(tuple(added), known, tuple(conflicts))


@dataclass(frozen=True)
class JoinedMarks:
    added: tuple[TravellingMark, ...]
    known: int
    conflicts: tuple[MergeConflict, ...]


def joined_marks(
    incoming: Sequence[TravellingMark],
    there: Sequence[TravellingMark],
    texts: Mapping[tuple[CaseKey, int], KnownText],
) -> JoinedMarks:
    """The same of flags and the like: what is here in all words is known, nothing else contradicts but another text."""
    before, added, conflicts, known = {mark.identity for mark in there}, [], [], 0
    for mark in sorted(incoming, key=lambda each: each.at):  # of the same moment in the order of their workspace
        text = texts.get((mark.case, mark.repeat))
        if mark.identity in before:
            known += 1
        elif text is None or text.hash != mark.response_hash:
            conflicts.append(_mark_conflict("no_response" if text is None else "other_text", mark))
        else:
            before.add(mark.identity)
            added.append(mark)
    return JoinedMarks(tuple(added), known, tuple(conflicts))


_MARKS: Mapping[ReviewEventKind, str] = {
    ReviewEventKind.FLAGGED: "flag",
    ReviewEventKind.UNFLAGGED: "flag taken off",
    ReviewEventKind.SKIPPED: "skip",
    ReviewEventKind.UNBLINDED: "look",
}


def _mark_conflict(kind: ConflictKind, mark: TravellingMark) -> MergeConflict:
    sentence = f"The {_MARKS[mark.kind]} of {mark.reviewer} on {mark.case}, repeat {mark.repeat}, {_WHY[kind]}."
    return MergeConflict(kind, "", mark.case, mark.repeat, mark.reviewer, sentence)


def _dispute_conflict(kind: ConflictKind, each: TravellingDispute) -> MergeConflict:
    sentence = f"The label dispute of {each.reviewer} on {each.case} {_WHY[kind]}."
    return MergeConflict(kind, each.uid, each.case, 0, each.reviewer, sentence)


def case_conflict(key: CaseKey) -> MergeConflict:
    """A case of a share whose key is taken here by other content."""
    return MergeConflict("other_case", "", key, 0, "", f"The packet {_WHY['other_case']}: {key}.")
