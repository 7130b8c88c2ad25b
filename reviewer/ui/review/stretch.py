"""A stretch of the list selected with Shift and J or K, and one decision on all of it: with a reason, and marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from reviewer.core.actions import ActionId
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.reasons import says_why
from reviewer.review.bulk import Stretch, decide_stretch, read_stretch
from reviewer.review.place import ShownPlace
from reviewer.store.database import Workspace
from reviewer.store.facts.review import ReviewItem
from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.held_writes import UNDO_TAKES_IT, Held
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.deciding import UNDO, Deciding, Own
from reviewer.ui.review.list import QueueList
from reviewer.ui.review.state import Reviewing
from reviewer.wording.plural import counted, noun

WIDTH = 84 * GRID
_TAKEN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
NO_REASON = "Say why first: a decision on many responses at once needs a reason."


class BulkLine(QFrame):
    """Says on how many responses what would be decided, and asks why. It lies over the page and moves nothing there.

    `given` carries the reason, `left` comes when it goes without one.
    """

    given = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setFrameShape(QFrame.Shape.Box)
        self.setAutoFillBackground(True)
        self.sentence = plain_label()
        self.sentence.setAccessibleName("What is decided")
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason")
        self.reason.setPlaceholderText("Reason; Return decides, Esc leaves everything as it is")
        self.reason.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.sentence)
        layout.addWidget(self.reason)
        parent.installEventFilter(self)
        self.hide()

    def ask(self, sentence: str) -> None:
        self.say(sentence)
        self.reason.clear()
        self.show()
        self.raise_()
        self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def say(self, sentence: str) -> None:
        """More exactly what would be decided, while the reason is typed."""
        self.sentence.setText(sentence)
        self._lie_there()

    def _lie_there(self) -> None:
        width = min(self._over.width() - 2 * GRID, WIDTH)
        height = self.sentence.heightForWidth(width - 4 * GRID) + self.reason.sizeHint().height() + 3 * GRID
        self.setGeometry((self._over.width() - width) // 2, self._over.height() - height - 2 * GRID, width, height)

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() is QEvent.Type.Resize and self.isVisible():
            self._lie_there()
        if watched is self.reason and isinstance(event, QKeyEvent) and event.key() in _TAKEN:
            event.accept()
            if event.type() is QEvent.Type.KeyPress:
                self._press(Qt.Key(event.key()))
            return True
        return super().eventFilter(watched, event)

    def _press(self, key: Qt.Key) -> None:
        if key is Qt.Key.Key_Escape:
            self.hide()
            self.left.emit()
        elif says_why(self.reason.text()):
            self.hide()
            self.given.emit(self.reason.text())
        else:
            self.sentence.setText(f"{self.sentence.text().partition(NO_REASON)[0].rstrip()} {NO_REASON}")
            self._lie_there()


@dataclass(frozen=True, eq=False)
class _AskedStretch:
    """The stretch that a key was about, and who is asked for a reason. What it holds is read on the database thread."""

    ids: Sequence[int]
    action: ActionId | None
    reviewer: str
    is_covered: Callable[[ReviewItem], bool]

    def read(self, workspace: Workspace) -> Stretch:
        return read_stretch(workspace, self.ids, self.reviewer, self.is_covered)


class Selecting(QObject):
    """From an anchor to where the person is; every other move, and another queue, ends it."""

    def __init__(self, session: Session, place: Reviewing, deciding: Deciding, list_: QueueList, page: QWidget) -> None:
        super().__init__(page)
        self._session, self._place, self._deciding, self._list = session, place, deciding, list_
        self._anchor: int | None = None
        self._end: int | None = None
        self._asked: _AskedStretch | None = None
        self._told = ""
        self.line = BulkLine(page)
        self.line.given.connect(self._decide)
        self.line.left.connect(self._give_up)
        place.queue_loaded.connect(lambda _queue: self._end_it())

    def follow(self) -> None:
        """From here on the list shows the stretch: after the page, which selects the one response that is shown."""
        self._place.shown.connect(self._after_move)

    @property
    def ids(self) -> list[int]:
        """The responses of the stretch, in the order of the queue; none where fewer than two are selected."""
        queue = self._place.queue
        if queue is None or self._anchor is None or self._end is None or self._anchor == self._end:
            return []
        first, last = sorted((self._anchor, self._end))
        return [*queue.ids[first : last + 1]]

    def extend(self, by: int) -> None:
        """One response more, or fewer where the person goes back towards the anchor."""
        queue, here = self._place.queue, self._place.wanted
        if queue is None or here is None:
            self._place.refused.emit("There is no response to select from.")
            return
        if self._anchor is None or self._end != here:
            self._anchor = here
        self._end = min(max(here + by, 0), len(queue.ids) - 1)
        self._place.step(by)

    def _after_move(self, shown: ShownPlace) -> None:
        if self._anchor is None:
            return
        if self._place.wanted != self._end:
            self._end_it()
        elif shown.index == self._end and self.ids:
            self._paint()

    def _paint(self) -> None:
        first, last = sorted((self._anchor or 0, self._end or 0))
        model = self._list.model()
        rows = QItemSelection(model.index(first, 0), model.index(last, 0))
        self._list.selectionModel().select(rows, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        n = last - first + 1
        ends = named_keys("{review.next} or {review.previous} ends the selection")
        self._told = f"{n:,} are selected. The next decision is on all of them; {ends}."
        self._session.notice.emit(self._told)

    def _end_it(self) -> None:
        was_selected = bool(self.ids)
        self._anchor = self._end = self._asked = None
        self.line.hide()
        self._session.notice_over.emit(self._told)
        here = self._list.currentIndex()
        if was_selected and here.isValid():
            self._list.selectionModel().select(here, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    # deciding

    def takes(self, side: int, action: ActionId | None) -> bool:
        """Whether a key that decides is about a stretch: then nothing is decided before a reason is given."""
        ids = self.ids
        if not ids:
            return False
        if side:
            self._place.refused.emit("A stretch is decided on for the run on the left only.")
            return True
        cover, shown = self._session.cover, self._place.current
        here = shown.response_id if shown is not None else None

        def is_covered(item: ReviewItem) -> bool:
            return action is not None and item.response_id != here and cover.covers(item.case.category)

        asked = self._asked = _AskedStretch(ids, action, self._session.reviewer, is_covered)
        # asked at once: what is typed is the reason, and no other command, however long the reading takes
        self.line.ask(self._question(action, counted(len(ids), "selected response")))
        self._session.read(asked.read, partial(self._tell, asked), partial(self._not_read, asked))
        return True

    def _question(self, action: ActionId | None, on: str, left: str = "") -> str:
        scale = self._place.scale
        word = "cannot decide" if action is None or scale is None else scale[action].name
        rest = f" Left as they are: {left}." if left else ""
        return f"Decide “{word}” on {on} at once?{rest} It is marked as decided in bulk and never counts as sampled."

    def _tell(self, asked: _AskedStretch, stretch: Stretch) -> None:
        """What the stretch holds, while its reason is typed."""
        if asked is not self._asked:
            return  # answered or left by now
        if not stretch.texts:
            self._leave_line()
            self._session.refused.emit(_nothing_to_decide(stretch))
        else:
            on = counted(len(stretch.texts), "response")
            self.line.say(self._question(asked.action, on, _left_alone(stretch)))

    def _not_read(self, asked: _AskedStretch, error: Exception) -> None:
        if asked is self._asked:
            self._leave_line()
        self._session.tasks.failed.emit(error)

    def _leave_line(self) -> None:
        self._asked = None
        self.line.hide()
        self._list.setFocus()

    def _decide(self, reason: str) -> None:
        """It is about the stretch that was selected when its key came, wherever the person is by now."""
        asked = self._asked
        if asked is None:
            return
        self._end_it()
        self._list.setFocus()
        held = Held(f"Your decision on {counted(len(asked.ids), 'response')}", UNDO_TAKES_IT)
        own = Own(asked.ids[0], asked.ids[0], held)
        held.forget = partial(self._deciding.give_up, own)
        self._deciding.begin(own)

        def work(workspace: Workspace) -> tuple[int, Changes]:
            stretch = asked.read(workspace)
            if not stretch.texts:
                raise InputError(_nothing_to_decide(stretch), "Select others.")
            ids, changes = decide_stretch(workspace, stretch, asked.action, reason, asked.reviewer)
            own.shown_id = own.response_id = stretch.texts[0][0]
            own.event_id, own.others = ids[0], tuple(ids[1:])
            return len(ids), changes

        def stored(n: int) -> None:
            self._session.done.emit(f"{counted(n, 'response')} {noun(n, 'was', 'were')} decided at once.", UNDO)

        def failed(error: Exception) -> None:
            self._deciding.give_up(own)
            self._session.tasks.failed.emit(error)

        self._session.write(work, stored, failed, held=held)

    def _give_up(self) -> None:
        self._asked = None
        self._list.setFocus()
        if self.ids:
            self._paint()


def _nothing_to_decide(stretch: Stretch) -> str:
    return f"There is nothing to decide in this stretch: {_left_alone(stretch)}."


def _left_alone(stretch: Stretch) -> str:
    parts = (
        (stretch.unreadable, "without a text"),
        (stretch.decided, "that you have decided on before"),
        (stretch.covered, "that are covered"),
    )
    return ", ".join(f"{n} {words}" for n, words in parts if n)
