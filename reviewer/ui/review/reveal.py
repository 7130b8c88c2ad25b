"""The line of a blind review that tells, after one's own decision, what was hidden until then. Nothing moves for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from reviewer.core import bands
from reviewer.core.actions import ActionScale
from reviewer.core.decisions import DecisionKind, standing_decisions, standing_events
from reviewer.review.place import ShownPlace
from reviewer.review.veil import ONLY, SIDES
from reviewer.store.facts.review import ReviewItem
from reviewer.ui.kit.one_line import OneLine
from reviewer.ui.kit.theme import small_font
from reviewer.wording.plain_text import preview
from reviewer.wording.saying import word_of

NAME_CHARACTERS = 60
NOTE_CHARACTERS = 200
NOTHING_YET = "After your decision this line tells the label, the verdict, which version it was and what others said."


class RevealLine(OneLine):
    """Has its room all the time that a review is blind, and is not there otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("what was hidden")
        self.setAccessibleName("What was hidden before your last decision")
        self.setFont(small_font(self.font()))
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.begin()
        self.hide()

    def begin(self) -> None:
        """Another queue: nothing was decided in it yet."""
        self.show_lines([NOTHING_YET])

    def tell(self, place: ShownPlace, scale: ActionScale, reviewer: str) -> None:
        """All of a place that is decided; what does not fit is told on pointing at it."""
        self.show_lines(reveal_lines(place, scale, reviewer))


def reveal_lines(place: ShownPlace, scale: ActionScale, reviewer: str) -> list[str]:
    """`case-003: Best: 5 refuse.`, then for each response `Left was 1.0 · rules/1.3: 2 caveat · ben: 5 refuse`."""
    there = [item for item in place.items if item is not None]
    if not there:
        return []
    case = there[0].case
    label = bands.sentence(case.label, case.band, scale) if case.label else "It has no label yet."
    sides = SIDES if len(place.items) > 1 else (ONLY,)
    told = [
        " · ".join((f"{side} was {preview(item.run, NAME_CHARACTERS)}", *_said(item, scale, reviewer)))
        for side, item in zip(sides, place.items, strict=True)
        if item is not None
    ]
    return [f"Decided: {preview(case.key, NAME_CHARACTERS)}. {label}", *told]


def _said(item: ReviewItem, scale: ActionScale, reviewer: str) -> list[str]:
    """What classifiers and other people said of it, each in a few words."""
    verdicts = [
        f"{preview(verdict.classifier, NAME_CHARACTERS)}: {_named(scale, verdict.action)}" for verdict in item.verdicts
    ]
    standing = standing_events(item.events, item.response.hash)
    others = {name: event for name, event in standing_decisions(standing).items() if name != reviewer}
    settled = [event for event in standing if event.kind is DecisionKind.ADJUDICATION][-1:]
    people = [
        f"{preview(event.reviewer, NAME_CHARACTERS)}: {word_of(event, lambda action: _named(scale, action))}"
        + (f" (“{preview(event.note, NOTE_CHARACTERS)}”)" if event.note else "")
        for event in (*others.values(), *settled)
    ]
    return [*(verdicts or ["no verdict"]), *people]


def _named(scale: ActionScale, action: str | None) -> str:
    return f"{scale.rank(action) + 1} {scale[action].short_name}" if action else "unscored"
