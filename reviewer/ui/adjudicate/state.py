"""What is to be settled and what is on the table now; everything is read and written on the database thread.

A ruling is about the matter that was shown when its key came, and about no other: while one is read, or its ruling
stored, a key does nothing and a sentence says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band, credit_words, fitted_band
from reviewer.core.changes import Changes
from reviewer.core.decisions import Cause
from reviewer.core.errors import InputError
from reviewer.review.docket import (
    Docket,
    OnTheTable,
    Ruling,
    read_docket,
    read_label,
    read_response,
    rule_on,
    rule_on_label,
    take_back_ruling,
)
from reviewer.store.database import Workspace
from reviewer.store.facts.disputes import DisputedResponse, LabelDispute
from reviewer.ui.kit.held_writes import UNDO_TAKES_IT, Held
from reviewer.ui.kit.keymap import key_or_name
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.wording.plain_text import preview

NOT_SHOWN_YET = "The dispute was not shown yet, so nothing was settled. Press the key again."
STILL_STORED = "What you settled last is still being stored; the second key was not taken."
DONE = "Everything here is settled."
NOTHING_LEFT = "There is nothing more to settle here."
OTHERS_LEFT = "That was the last one here. {key} goes to {others}."
OTHER_LIST = "adjudicate.labels"
UNDO = "adjudicate.undo"
KEY_CHARACTERS = 60
"""Of a case's key, in the line that says what was settled."""
LABELS_STAY = "A settled label cannot be undone: dispute it again, with L in Review or in Cases."

Key: TypeAlias = tuple[str, int]


@dataclass(eq=False)
class Made:
    """A ruling made here, for undoing; `event_id` once it is stored, None for a label, whose new `version` it made."""

    key: Key
    held: Held = field(default_factory=Held)
    event_id: int | None = None
    version: int | None = None


def key_of(entry: DisputedResponse | LabelDispute) -> Key:
    return ("label", entry.id) if isinstance(entry, LabelDispute) else ("response", entry.response_id)


class Adjudicating(QObject):
    """`listed` carries the `Docket`, `shown` the matter on the table or None, `ruled` the key of one that was settled,
    `refused` why a key did nothing, `failed` the error of a docket that could not be read.
    """

    listed = Signal(object)
    shown = Signal(object)
    ruled = Signal(object)
    refused = Signal(str)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.docket: Docket | None = None
        self.current: OnTheTable | None = None
        self.wanted: Key | None = None
        self.of_labels = False
        self.since = time.monotonic()
        self._dockets = LatestRead(session, self._listed, self.failed.emit)
        self._showing: Task[OnTheTable] | None = None
        self._ahead: dict[Key, OnTheTable] = {}
        self._storing: list[Made] = []
        self.made: list[Made] = []

    # the docket

    def load(self) -> None:
        """Of the run that is looked at, else of one with anything to settle; where the person is stays."""
        run_id, reviewer = self.session.run_id, self.session.reviewer
        self._dockets.ask(lambda workspace: read_docket(workspace, run_id, reviewer))

    def _listed(self, docket: Docket) -> None:
        before = self.docket
        self.docket, self._ahead = docket, {}
        other_run = before is None or before.run is None or docket.run is None or before.run.id != docket.run.id
        if other_run:
            self.current, self.wanted, self.of_labels = None, None, not docket.responses and bool(docket.labels)
        self.listed.emit(docket)
        keys = self.keys
        if self.wanted in keys:
            self._cancel_showing()
            self._read(self.wanted)
        elif not self._storing:
            self.go(0)

    @property
    def entries(self) -> tuple[DisputedResponse | LabelDispute, ...]:
        """Those of the list that is worked on."""
        if self.docket is None:
            return ()
        return self.docket.labels if self.of_labels else self.docket.responses

    @property
    def keys(self) -> list[Key]:
        return [key_of(entry) for entry in self.entries]

    def turn_to(self, *, labels: bool) -> None:
        """Go over to the other list."""
        docket = self.docket
        if docket is None or not (docket.labels if labels else docket.responses):
            self.refused.emit("No label of this run is disputed." if labels else "Reviewers differ on nothing here.")
            return
        self.of_labels, self.wanted, self._ahead = labels, None, {}
        self.listed.emit(docket)
        self.go(0)

    # moving

    def go(self, index: int) -> None:
        """Show that entry, at once where it was read ahead; past the last one nothing is left."""
        keys = self.keys
        self._cancel_showing()
        if not keys:
            self.wanted = self.current = None
            self.shown.emit(None)
            return
        self.wanted = keys[min(max(index, 0), len(keys) - 1)]
        ready = self._ahead.get(self.wanted)
        if ready is not None:
            self._show(ready)
        else:
            self._read(self.wanted)

    def step(self, by: int) -> None:
        keys = self.keys
        at = keys.index(self.wanted) + by if self.wanted in keys else 0
        if self.docket is None:
            self.refused.emit(NOT_SHOWN_YET)
        elif not 0 <= at < len(keys):
            last = _past_the_last(self.docket, of_labels=self.of_labels)
            self.refused.emit(last if by > 0 else "This is the first one.")
        else:
            self.go(at)

    def _cancel_showing(self) -> None:
        if self._showing is not None:
            self._showing.cancel()
            self._showing = None

    def _read(self, key: Key) -> None:
        self._showing = self.session.read(lambda workspace: _read(workspace, key), self._arrived, self._lost)

    def _arrived(self, matter: OnTheTable) -> None:
        self._showing = None
        self._show(matter)

    def _lost(self, error: Exception) -> None:
        """What was shown stays there, and is what keys are about."""
        self._showing = None
        self.wanted = self.current.key if self.current is not None else None
        self.session.tasks.failed.emit(error)

    def _show(self, matter: OnTheTable) -> None:
        if self.current is None or self.current.key != matter.key:
            self.since = time.monotonic()
        self.current = matter
        self.shown.emit(matter)
        self._read_ahead()

    def _read_ahead(self) -> None:
        keys = self.keys
        at = keys.index(self.wanted) + 1 if self.wanted in keys else len(keys)
        if at < len(keys) and keys[at] not in self._ahead:
            key, ahead = keys[at], self._ahead

            def keep(matter: OnTheTable) -> None:
                ahead[key] = matter

            self.session.read(lambda workspace: _read(workspace, key), keep)

    # settling

    def why_not(self) -> str:
        """Why nothing can be settled now; empty where what is shown can be."""
        if any(made.key == self.wanted for made in self._storing):
            return STILL_STORED
        if self.docket is not None and self.current is None and not self.entries:
            return NOTHING_LEFT
        if self.current is None or self._showing is not None or self.wanted != self.current.key:
            return NOT_SHOWN_YET
        return ""

    @property
    def is_party(self) -> bool:
        """Whether the person is one of those who differ, or who disputed the label."""
        matter, me = self.current, self.session.reviewer
        if matter is None:
            return False
        if matter.dispute is not None:
            return matter.dispute.reviewer == me
        return any(decision.reviewer == me for decision in matter.decisions)

    def settle(self, action: ActionId | None, cause: Cause | None, note: str, *, anyway: bool) -> bool:
        """Settle what is shown; whether the key was taken. What comes next is shown once it is on disk."""
        matter, why = self.current, self.why_not()
        if why or matter is None:
            self.refused.emit(why)
            return False
        key = preview(matter.case.key, KEY_CHARACTERS)
        what = f"What you settled on {key}" if matter.dispute is None else f"What you settled on the label of {key}"
        made = Made(matter.key, Held(what, UNDO_TAKES_IT))
        made.held.forget = partial(self._storing.remove, made)
        self._storing.append(made)
        spent = round(time.monotonic() - self.since, 1)
        ruling = Ruling(action, cause, note, self.session.reviewer, spent, anyway)
        said = partial(_said, self.docket, matter, action)
        self.session.write(
            lambda workspace: _rule(workspace, matter, ruling, made),
            lambda _done: self._stored(made, said),
            partial(self._not_stored, made),
            by=self,
            held=made.held,
        )
        return True

    def _stored(self, made: Made, said: Callable[[Made], str]) -> None:
        self._storing.remove(made)
        self.made.append(made)
        if made.event_id is not None:
            self.session.done.emit(said(made), UNDO)
        else:
            self.session.notice.emit(said(made))
        keys = self.keys
        at = keys.index(made.key) if made.key in keys else 0
        was_here = self.wanted == made.key
        self._take_off(made.key)
        self.ruled.emit(made.key)
        if was_here:
            self.go(at)

    def _take_off(self, key: Key) -> None:
        docket = self.docket
        if docket is not None:
            responses = tuple(each for each in docket.responses if key_of(each) != key)
            labels = tuple(each for each in docket.labels if key_of(each) != key)
            here = docket.run.id if docket.run is not None else None
            runs = tuple(
                replace(each, responses=len(responses), labels=len(labels)) if each.run.id == here else each
                for each in docket.runs
            )
            self.docket = replace(docket, responses=responses, labels=labels, runs=runs)
            self.listed.emit(self.docket)

    def _not_stored(self, made: Made, error: Exception) -> None:
        self._storing.remove(made)
        self.session.tasks.failed.emit(error)
        self.load()

    def undo(self) -> None:
        """Take back what was settled here last, and go to it."""
        if self._storing and self.session.held.give_up(self._storing[-1].held, also_tried=False):
            self.session.notice.emit("What you settled last was not stored yet, and is not stored any more.")
            return
        if self._storing or not self.made:
            self.refused.emit(STILL_STORED if self._storing else "You have settled nothing here to undo.")
            return
        made = self.made.pop()
        if made.event_id is None:
            self.made.append(made)
            self.refused.emit(LABELS_STAY)
            return
        event_id, reviewer = made.event_id, self.session.reviewer
        self.of_labels, self.wanted = False, made.key

        def failed(error: Exception) -> None:
            self.made.append(made)  # it stands, and can be undone still
            self.session.tasks.failed.emit(error)

        self.session.write(
            lambda workspace: take_back_ruling(workspace, event_id, reviewer),
            lambda _undo: self._undone(),
            failed,
            by=self,
            held=Held("Taking back what you settled"),
        )

    def _undone(self) -> None:
        self.session.notice.emit("What you settled was taken back; the history keeps both.")
        self.load()


def nothing_here(docket: Docket | None, *, of_labels: bool) -> str:
    """Why no matter is shown: all is settled, or what is left is in the other list."""
    left = docket is not None and (docket.responses if of_labels else docket.labels)
    return _past_the_last(docket, of_labels=of_labels) if docket is not None and left else DONE


def _past_the_last(docket: Docket, *, of_labels: bool) -> str:
    """That nothing is left, or what is left in the other list."""
    if not (docket.responses if of_labels else docket.labels):
        return NOTHING_LEFT
    others = "the responses on which reviewers differ" if of_labels else "the disputed labels"
    return OTHERS_LEFT.format(key=key_or_name(OTHER_LIST), others=others)


def _said(docket: Docket | None, matter: OnTheTable, action: ActionId | None, made: Made) -> str:
    """`Settled: refuse on case-7.`, or `The label of case-7 is refuse from now on (version 2).`"""
    run = docket.run if docket is not None else None
    key = preview(matter.case.key, KEY_CHARACTERS)
    word = "cannot decide" if action is None or run is None else run.scale[action].short_name
    if matter.dispute is None:
        return f"Settled: {word} on {key}."
    if made.version is None:
        return f"Settled: the label of {key} stays as it is."
    band = ""
    if run is not None and action is not None and action != matter.dispute.proposed.label:
        band = band_words(matter.dispute.present.band, action, run.scale)
    return f"The label of {key} is {word} from now on (version {made.version}).{band}"


def band_words(before: Band, label: ActionId, scale: ActionScale) -> str:
    """What of a band still lies around another label, and what does not: ` Also acceptable, as before: caveat (half
    credit). No longer: answer.` Empty where there was none.
    """
    kept = fitted_band(label, before, scale)
    also = ", ".join(f"{scale[each].short_name} ({credit_words(credit)})" for each, credit in kept.items())
    lost = ", ".join(scale[each].short_name for each in scale.ids if each in before and each not in (*kept, label))
    still = f" Also acceptable, as before: {also}." if also else ""
    apart = f" No longer acceptable beside it: {lost}." if lost else ""
    return f"{still}{apart}"


def _read(workspace: Workspace, key: Key) -> OnTheTable:
    kind, id_ = key
    return read_label(workspace, id_) if kind == "label" else read_response(workspace, id_)


def _rule(workspace: Workspace, matter: OnTheTable, ruling: Ruling, made: Made) -> tuple[None, Changes]:
    if matter.dispute is not None:
        ruled, changes = rule_on_label(
            workspace, matter.dispute, ruling.action, ruling.note, ruling.reviewer, anyway=ruling.anyway
        )
        made.version = ruled.settled.label_version if ruled.settled is not None else None
    elif matter.item is not None:
        made.event_id, changes = rule_on(workspace, matter.item, ruling)
    else:
        raise InputError("There is nothing here to settle.", "Reload the list.")
    return None, changes
