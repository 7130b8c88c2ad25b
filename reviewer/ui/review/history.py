"""Everything that people decided on a response, whole: when, who, blind or not, with their notes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from reviewer.core.actions import ActionScale
from reviewer.core.decisions import Decision, DecisionKind
from reviewer.store.facts.review import ReviewItem
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.state import NOT_SHOWN_YET, Reviewing
from reviewer.ui.runs.table import local_time, one_line
from reviewer.wording.saying import word_of

NOBODY = "Nobody has decided here yet."


class HistoryOfDecisions(QDialog):
    """The oldest first, as plain text."""

    def __init__(self, items: Sequence[ReviewItem], scale: ActionScale, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("History of decisions")
        self.setObjectName("history of decisions")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = ReadingPane("History of decisions")
        self.text.show_text(history_text(items, scale))
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        case = one_line(items[0].case.key) if items else ""
        layout.addWidget(plain_label(f"What people decided on {case}, the oldest first:"))
        layout.addWidget(self.text, 1)
        layout.addLayout(row(None, close))
        self.resize(80 * GRID, 50 * GRID)
        self.text.setFocus()


def show_history(session: Session, reviewing: Reviewing, page: QWidget) -> None:
    """Of the responses under review; a line says where nobody has decided."""
    shown, scale = reviewing.current, reviewing.scale
    items = [item for item in shown.items if item is not None] if shown is not None else []
    if scale is None or not items:
        session.notice.emit(NOT_SHOWN_YET)
    elif not any(item.events for item in items):
        session.notice.emit(NOBODY)
    else:
        HistoryOfDecisions(items, scale, page.window()).open()


def history_text(items: Sequence[ReviewItem], scale: ActionScale) -> str:
    """`2026-03-01 10:00 · anna · refuse · blind`, and the note under it; of two runs each says which."""
    several = len(items) > 1
    events = sorted(((event.id, event, item) for item in items for event in item.events), key=lambda each: each[0])
    return "\n\n".join(_told(event, item.run if several else "", scale) for _, event, item in events) or NOBODY


def carried_words(event: Decision) -> str:
    """That it was said of an equal response of another run."""
    return "carried over from another run" if event.carried_from is not None else ""


def _told(event: Decision, run: str, scale: ActionScale) -> str:
    what = word_of(event, lambda action: scale[action].short_name)
    if event.kind is DecisionKind.UNDO:
        what = "took back a decision"
    elif event.kind is DecisionKind.ADJUDICATION:
        what = f"settled the disagreement: {what}"
    blind = "blind" if event.blind else "not blind"
    cause = f"cause: {event.cause}" if event.cause else ""
    told = (local_time(event.at), one_line(event.reviewer), one_line(run), what, blind, cause, carried_words(event))
    head = " · ".join(filter(None, told))
    return f"{head}\n{event.note}" if event.note else head
