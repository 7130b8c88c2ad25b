"""Going to a case by key, number or words, and searching requests and responses: the best matches show while typing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from reviewer.review.going import FoundResponses, likely, search
from reviewer.review.kinds import search_key
from reviewer.review.place import Queue
from reviewer.store.facts.review import ReviewLine
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.session import Session
from reviewer.ui.review.pick_line import CHOICE, Choice, PickLine
from reviewer.ui.runs.table import one_line
from reviewer.wording.plural import counted

GOING = "A key, words of the request, or #17 of this queue. Return goes there, Esc leaves."
SEARCHING = "All of these words, in this run. Return makes them a queue, Esc leaves."
NO_CASE = "No case of this run has that in its key or its request."
NOTHING = "No request and no response of this run holds all of these words."


class GoToLine(PickLine):
    """`chosen` carries the id of the response to go to; `found` the key of a search's queue and where to begin."""

    found = Signal(str, int)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__("Go to", "", parent)
        self._queue: Queue | None = None
        self._searching = self._hurried = False
        self._shown: FoundResponses | None = None
        self._matches = LatestRead(session, self._show, self._not_read)
        self._session = session
        self.typed.connect(self._ask)
        self.left.connect(self._forget)

    def go(self, queue: Queue, corner: QPoint) -> None:
        """To a case."""
        self._open(queue, corner, searching=False)

    def search(self, queue: Queue, corner: QPoint) -> None:
        """In the texts of the queue's run."""
        self._open(queue, corner, searching=True)

    def _open(self, queue: Queue, corner: QPoint, *, searching: bool) -> None:
        self._queue, self._searching = queue, searching
        self.line.setPlaceholderText("Search requests and responses" if searching else "Go to a case")
        self.open_at(corner, SEARCHING if searching else GOING)

    def _ask(self, words: str) -> None:
        queue, searching = self._queue, self._searching
        self._hurried = False
        if queue is None:
            return
        if not words.strip():
            self.list.clear()
            self.said.setText(SEARCHING if searching else GOING)
            return
        find = search if searching else likely
        self._matches.ask(lambda workspace: find(workspace, queue, words))

    def _show(self, found: FoundResponses) -> None:
        """What was asked for last; words that were typed since are on their way."""
        if self._queue is None or found.words != self.line.text():
            return
        self._shown = found
        self.fill(map(self._choice_of, found.lines))
        self.said.setText(self._words(found, len(self._queue.ids)))
        if self._hurried:
            self._choose(self.list.currentItem())

    def _words(self, found: FoundResponses, length: int) -> str:
        if self._searching:
            return f"{counted(found.n, 'response')}. Return makes them a queue." if found.n else NOTHING
        if found.place is None:
            return GOING if found.lines else NO_CASE
        place = f"Place {found.place + 1} of this queue."
        return place if found.lines else f"This queue has {counted(length, 'response')}."

    def _not_read(self, error: Exception) -> None:
        self.list.clear()
        self._session.tasks.failed.emit(error)

    def _choose(self, item: QListWidgetItem | None) -> None:
        """Return that comes before what was typed has been found waits for it: no match of other words is chosen."""
        words, searching = self.line.text(), self._searching
        self._hurried = bool(words.strip()) and (self._shown is None or self._shown.words != words)
        if item is None or self._hurried:
            return
        response_id = item.data(CHOICE)
        self.leave()
        if searching:
            self.found.emit(search_key(words), response_id)
        else:
            self.chosen.emit(response_id)

    def _choice_of(self, line: ReviewLine) -> Choice:
        repeat = f", repeat {line.repeat}" if line.repeat > 1 else ""
        said = one_line(self._session.cover.over(line.category, line.untrusted_preview))
        return Choice(line.response_id, f"{line.key}{repeat} · {said}")

    def _forget(self) -> None:
        self._queue, self._shown, self._hurried = None, None, False
