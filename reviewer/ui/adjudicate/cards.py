"""What each reviewer said, side by side: the action, when, blind or not, and the note whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.decisions import Decision
from reviewer.store.facts.disputes import LabelDispute
from reviewer.ui.kit.called_by_qt import sizes
from reviewer.ui.kit.cover import COVERED
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.ui.review.history import carried_words
from reviewer.ui.runs.table import local_time, one_line
from reviewer.wording.blindness import blind_word

NARROWEST = 27 * GRID
"""A card with less would break every line of a note; more of them are scrolled to."""
NO_NOTE = "No note."


@dataclass(frozen=True)
class CardFacts:
    """One person's word: who, what, the small print, and what they wrote."""

    who: str
    what: str
    when: str
    untrusted_note: str


def decision_cards(
    decisions: Sequence[Decision], scale: ActionScale, me: str, *, covered: bool = False
) -> list[CardFacts]:
    """In the order of the scale, so that where they stand apart is seen. A note may quote what is `covered`."""
    order = {action: rank for rank, action in enumerate(scale.ids)}
    ordered = sorted(decisions, key=lambda each: (order.get(each.action or ActionId(""), len(order)), each.reviewer))
    return [
        CardFacts(
            f"{one_line(each.reviewer)}{' (you)' if each.reviewer == me else ''}",
            action_words(each.action, scale),
            " · ".join(filter(None, (local_time(each.at), blind_word(each), carried_words(each)))),
            (COVERED if covered else each.note) if each.note else NO_NOTE,
        )
        for each in ordered
    ]


def dispute_cards(dispute: LabelDispute, scale: ActionScale, me: str, *, covered: bool = False) -> list[CardFacts]:
    """The label as it is, and what is proposed in its place; the reason may quote what is `covered`."""
    also = ", ".join(f"{scale[action].short_name} {credit:g}" for action, credit in dispute.proposed.band.items())
    band = f" · also acceptable: {also}" if also else ""
    who = f"{one_line(dispute.reviewer)} proposes{' (you)' if dispute.reviewer == me else ''}"
    proposed = dispute.proposed.label
    return [
        CardFacts(
            f"The label, version {dispute.label_version}",
            action_words(dispute.present.label, scale, none="no label"),
            "stands until this is settled",
            "",
        ),
        CardFacts(
            who,
            action_words(proposed, scale, none="only says that it is wrong"),
            f"{local_time(dispute.at)}{band}",
            COVERED if covered else dispute.reason,
        ),
    ]


def action_words(action: ActionId | None, scale: ActionScale, none: str = "cannot decide") -> str:
    return f"{scale.rank(action) + 1}  {scale[action].short_name}" if action is not None else none


class Card(QFrame):
    """One person's word, with a note that scrolls where it is long."""

    def __init__(self, facts: CardFacts, points: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setMinimumWidth(NARROWEST)
        self.who, self.what, self.when = (plain_label(text, wrap=False) for text in (facts.who, facts.what, facts.when))
        self.setAccessibleName(f"{facts.who}: {facts.what}")
        self.what.setFont(_strong(self.what))
        for small in (self.who, self.when):
            small.setFont(small_font(small.font()))
        self.when.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.note = ReadingPane(f"Note of {facts.who}")
        self.note.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.note.set_points(points)
        self.note.show_text(facts.untrusted_note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.setSpacing(0)
        for label in (self.who, self.what, self.when):
            label.setMinimumWidth(1)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            layout.addWidget(label)
        layout.addWidget(self.note, 1)
        if not facts.untrusted_note:
            self.note.hide()
            layout.addStretch(1)

    @sizes
    def sizeHint(self) -> QSize:
        return QSize(NARROWEST, self.minimumSizeHint().height())


def _strong(label: QLabel) -> QFont:
    font = label.font()
    font.setBold(True)
    return font


class Cards(TabbedScroll):
    """All cards in one row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("What reviewers said")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.cards: list[Card] = []
        self._shown: tuple[Sequence[CardFacts], int] | None = None

    def show_cards(self, facts: Sequence[CardFacts], points: int) -> None:
        """Nothing is made anew, and no note scrolls back, where the same is shown already."""
        if self._shown == (facts, points):
            return
        self._shown = (facts, points)
        inner = QWidget()
        layout = QHBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        self.cards = [Card(each, points) for each in facts]
        for card in self.cards:
            layout.addWidget(card, 1)
        self.setWidget(inner)
