"""Everything that people decided on a response, whole: when, who, what was hidden from them, with their notes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from reviewer.core.actions import ActionScale
from reviewer.core.decisions import Decision, DecisionKind, Hidden, standing_events, words_that_stand
from reviewer.store.facts.review import ReviewItem, Unblinding
from reviewer.ui.kit.cover import COVERED
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.covering import Covering
from reviewer.ui.review.state import NOT_SHOWN_YET, Reviewing
from reviewer.ui.runs.table import local_time, one_line
from reviewer.wording.blindness import blind_word, looked_words
from reviewer.wording.plain_text import in_sentence
from reviewer.wording.saying import word_of

NOBODY = "Nobody has decided here yet."
STANDS_NO_MORE = "no longer stands"
OTHERS_HIDDEN = "You have not decided here yet; until then what others said is hidden."


class HistoryOfDecisions(QDialog):
    """The oldest first, as plain text."""

    def __init__(
        self, items: Sequence[ReviewItem], scale: ActionScale, parent: QWidget, *, covered: bool = False
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("History of decisions")
        self.setObjectName("history of decisions")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = ReadingPane("History of decisions")
        self.text.show_text(history_text(items, scale, covered=covered))
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        case = in_sentence(items[0].case.key) if items else ""
        layout.addWidget(plain_label(f"What people decided on {case}, the oldest first:"))
        layout.addWidget(self.text, 1)
        layout.addLayout(row(None, close))
        self.resize(80 * GRID, 50 * GRID)
        self.text.setFocus()


def show_history(session: Session, reviewing: Reviewing, covering: Covering, page: QWidget) -> None:
    """Of the responses under review; a line says where nobody has decided. Notes are covered with the text."""
    shown, scale = reviewing.current, reviewing.scale
    items = [item for item in shown.items if item is not None] if shown is not None else []
    if shown is None or scale is None or not items:
        session.notice.emit(reviewing.why_not(0) or NOT_SHOWN_YET)
    elif not any((*item.events, *item.unblindings) for item in items):
        session.notice.emit(OTHERS_HIDDEN if Hidden.OTHERS in shown.hidden else NOBODY)
    else:
        show_over(HistoryOfDecisions(items, scale, page.window(), covered=covering.is_covered))


def history_text(items: Sequence[ReviewItem], scale: ActionScale, *, covered: bool = False) -> str:
    """`2026-03-01 10:00 · anna · refuse · not blind`, and the note under it; of two runs each says which, and of what
    was taken back or replaced that it no longer stands. Between them who had shown what was hidden. A note may quote a
    text that is `covered`.
    """
    several = len(items) > 1
    events = sorted(((event.id, event, item) for item in items for event in item.events), key=lambda each: each[0])
    standing = {
        word.id for item in items for word in words_that_stand(standing_events(item.events, item.response.hash))
    }
    told = [
        (event.at, _told(event, item.run if several else "", scale, covered=covered, stands=event.id in standing))
        for _, event, item in events
    ]
    looks = [(each.at, _looked(each, item.run if several else "")) for item in items for each in item.unblindings]
    # a time that is not known comes first; those of equal times stay in their own order
    return "\n\n".join(words for _, words in _by_time(told, looks)) or NOBODY


def _by_time(told: Sequence[tuple[str, str]], looks: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Decisions in the order in which they came, and each look before the first that is later."""
    found, waiting = [], sorted(looks)
    for at, words in told:
        while waiting and at and waiting[0][0] <= at:
            found.append(waiting.pop(0))
        found.append((at, words))
    return [*found, *waiting]


def _looked(each: Unblinding, run: str) -> str:
    said = (local_time(each.at), one_line(each.reviewer), one_line(run), looked_words(each.revealed))
    return " · ".join(filter(None, said))


def carried_words(event: Decision) -> str:
    """That it was said of an equal response of another run."""
    return "carried over from another run" if event.carried_from is not None else ""


def _told(event: Decision, run: str, scale: ActionScale, *, covered: bool, stands: bool) -> str:
    what = word_of(event, lambda action: scale[action].short_name)
    if event.kind is DecisionKind.UNDO:
        what = "took back a decision"
    elif event.kind is DecisionKind.ADJUDICATION:
        what = f"settled the disagreement: {what}"
    blind = "" if event.kind is DecisionKind.UNDO else blind_word(event)
    cause = f"cause: {event.cause}" if event.cause else ""
    told = [local_time(event.at), one_line(event.reviewer), one_line(run), what, blind, cause, carried_words(event)]
    if not stands and event.kind is not DecisionKind.UNDO:
        told.append(STANDS_NO_MORE)
    head = " · ".join(filter(None, told))
    return f"{head}\n{COVERED if covered else event.note}" if event.note else head
