"""Decisions of one run for another: only where the request, the text and the scale are the same, and marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reviewer.core.changes import Changes
from reviewer.core.decisions import Decision, DecisionKind, standing_decisions, standing_events
from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.carrying import AnsweredText
from reviewer.store.queries import runs
from reviewer.store.queries.carrying import answered_texts
from reviewer.store.writes.carrying import carry_decisions
from reviewer.wording.plural import counted, noun


@dataclass(frozen=True)
class CarryOver:
    """What can be carried from one run to another: `pairs` of decision and response id, on `responses` of them.

    Of what stands on the first run the rest is left out: the other run has no such response, it answers another
    request, its text differs, the word was said on another scale, or its reviewer has said something there.
    """

    source: str
    target: str
    pairs: tuple[tuple[int, int], ...]
    responses: int
    missing: int
    other_request: int
    other_text: int
    other_scale: int
    said_there: int

    @property
    def sentence(self) -> str:
        left = (
            (self.missing, "without such a response"),
            (self.other_request, "on another request"),
            (self.other_text, "on another text"),
            (self.other_scale, "on another scale"),
            (self.said_there, "where the reviewer has decided"),
        )
        rest = ", ".join(f"{n:,} {why}" for n, why in left if n)
        verb = noun(len(self.pairs), "holds", "hold")
        said = f"{counted(len(self.pairs), 'decision')} of {self.source} {verb} for {self.target}"
        return f"{said}, on {counted(self.responses, 'response')}.{f' Left out: {rest}.' if rest else ''}"


def find_carry_over(workspace: Workspace, source: str, target: str) -> CarryOver:
    """Writes nothing. Raises InputError for a run that is not there, and for a run and itself."""
    first, second = runs.run_named(workspace, source), runs.run_named(workspace, target)
    if first.id == second.id:
        raise InputError(f"{source!r} cannot be carried over to itself.", "Give two runs.")
    there = answered_texts(workspace, second.id)
    scale = second.scale.hash
    pairs: list[tuple[int, int]] = []
    left = dict.fromkeys(("missing", "other_request", "other_text", "other_scale", "said_there"), 0)
    for text in answered_texts(workspace, first.id).values():
        for event in _words(text):
            twin = there.get((text.key, text.repeat))
            why = "missing" if twin is None else _why_not(text, twin, event, scale)
            if twin is None or why:
                left[why] += 1
            else:
                pairs.append((event.id, twin.response_id))
    return CarryOver(source, target, tuple(pairs), len({pair[1] for pair in pairs}), **left)


def _words(text: AnsweredText) -> Iterator[Decision]:
    """What stands on a text: each reviewer's word, and the adjudication that counts."""
    standing = standing_events(text.events, text.hash)
    yield from standing_decisions(standing).values()
    yield from [event for event in standing if event.kind is DecisionKind.ADJUDICATION][-1:]


def _why_not(text: AnsweredText, twin: AnsweredText, event: Decision, scale: str) -> str:
    if text.message_hash != twin.message_hash:
        return "other_request"
    if text.hash != twin.hash or not twin.decidable:
        return "other_text"
    if text.scales[event.id] != scale:
        return "other_scale"
    # what they said there counts, also where they took it back
    same_kind = (each for each in twin.events if each.kind in (event.kind, DecisionKind.UNDO))
    return "said_there" if any(each.reviewer == event.reviewer for each in same_kind) else ""


def carry_over(workspace: Workspace, source: str, target: str) -> tuple[CarryOver, Changes]:
    """Carry over all that can be. Raises InputError as `find_carry_over`."""
    with workspace.write():
        found = find_carry_over(workspace, source, target)
        return found, carry_decisions(workspace, pairs=found.pairs, at=now())
