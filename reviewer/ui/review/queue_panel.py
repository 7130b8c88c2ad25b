"""The queues of a run as a list with counts: nothing is loaded before one of them is chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from reviewer.review.kinds import KINDS, QueueKind, offered, slices_offered
from reviewer.review.place import Picked, Queue
from reviewer.store.database import Workspace
from reviewer.store.facts.review import QueueCount, QueueFilter
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.session import Session
from reviewer.ui.review.pick_line import Choice, PickLine
from reviewer.wording.plain_text import preview

WORDS = 80
HIDDEN = "hidden with the verdicts ({review.verdict})"
FLIPS = "flips of two versions"
KEYS = "A number chooses, or Return. Type to find one. Esc leaves."
DIGITS = dict(zip(KINDS, "1234567890", strict=False))
"""{key of a queue: the digit that chooses it}, always the same ones."""


class QueuePanel(PickLine):
    """`chosen` carries the stored key. The counts come one by one after the list shows, each in a read of its own, so
    that nothing else waits for all of them. A queue of every run is chosen by its digit.
    """

    has_digits = True

    def __init__(self, session: Session, verdicts_shown: Callable[[], bool], parent: QWidget) -> None:
        super().__init__("Queues", "Find a queue", parent)
        self._session, self._verdicts_shown = session, verdicts_shown
        self._queue: Queue | None = None
        self._waiting: list[QueueKind] = []
        self.typed.connect(self._narrow)
        self.left.connect(self._forget)

    def open_for(self, queue: Queue, corner: QPoint) -> None:
        """Over the page, with the queue under review chosen."""
        self._queue = queue
        self.open_at(corner, KEYS)
        self.fill(map(self._choice, KINDS.values()))
        self._choose_present(queue)
        second = queue.second.id if queue.second else None
        self._read(lambda workspace: offered(workspace, queue.run.id, second), self._show_offered)

    def _read(self, query: Callable[[Workspace], object], done: Callable[[list[object]], object]) -> None:
        asked = self._queue

        def arrived(found: object) -> None:
            if asked is not None and self._queue is asked and isinstance(found, list):
                done(found)

        self._session.read(query, arrived)

    def _choice(self, kind: QueueKind) -> Choice:
        usable = self._verdicts_shown() or not kind.tells_verdict
        if not usable and kind.beside:
            return Choice(FLIPS, FLIPS, named_keys(HIDDEN), usable)  # which run it is would be told
        digit = DIGITS.get(kind.key, "")
        return Choice(kind.key, preview(kind.words, WORDS), "…" if usable else named_keys(HIDDEN), usable, digit)

    def _choose_present(self, queue: Queue) -> None:
        key = QueueFilter.HAND_PICKED if isinstance(queue.filter, Picked) else queue.filter
        item = self.item_of(key)
        if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.list.setCurrentItem(item)

    def _show_offered(self, kinds: list[object]) -> None:
        found = [kind for kind in kinds if isinstance(kind, QueueKind)]
        untouched = not self.line.text() and self._is_at_present()
        self._append([kind for kind in found if kind.key not in KINDS])
        if self._queue is not None and untouched:
            self._choose_present(self._queue)
        self._waiting = [kind for kind in found if self._choice(kind).usable]
        self._count_next()

    def _is_at_present(self) -> bool:
        """Whether the person has not moved in the list yet."""
        item = self.list.currentItem()
        key = self._queue.filter if self._queue is not None else None
        return item is None or item.data(Qt.ItemDataRole.UserRole) in (key, QueueFilter.ALL)

    def _append(self, kinds: list[QueueKind]) -> None:
        self.add(map(self._choice, kinds))
        self._narrow(self.line.text())

    def _count_next(self) -> None:
        queue = self._queue
        if queue is None:
            return
        if not self._waiting:
            self._read(lambda workspace: slices_offered(workspace, queue.run.id), self._show_slices)
            return
        kind, reviewer = self._waiting.pop(0), queue.reviewer

        def count(workspace: Workspace) -> list[QueueCount]:
            return [kind.count(workspace, queue.run.id, reviewer=reviewer)]

        self._read(count, lambda found: self._show_count(kind.key, found))

    def _show_count(self, key: str, found: list[object]) -> None:
        if isinstance(found[0], QueueCount):
            self.say_beside(key, count_words(found[0]))
        self._count_next()

    def _show_slices(self, found: list[object]) -> None:
        pairs = [pair for pair in found if isinstance(pair, tuple)]
        self._append([kind for kind, _ in pairs])
        for kind, count in pairs:
            self.say_beside(kind.key, count_words(count))

    def _narrow(self, words: str) -> None:
        """Only the queues that hold every word; the first of them is chosen, unless the chosen one stays."""
        wanted = words.casefold().split()
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(not all(word in item.text().casefold() for word in wanted))
        present = self.list.currentItem()
        if present is None or present.isHidden():
            self.go_to_first()
        none = self.list.count() > 0 and self.list.currentItem() is None
        self.said.setText("No queue has such a name." if none else KEYS)

    def _forget(self) -> None:
        self._queue, self._waiting = None, []


def count_words(count: QueueCount) -> str:
    """`1,204`; of a drawn queue `12 of 100 done, 3 in bulk`."""
    if count.done is None:
        return f"{count.n:,}"
    in_bulk = f", {count.in_bulk:,} in bulk" if count.in_bulk else ""
    return f"{count.done:,} of {count.n:,} done{in_bulk}" if count.n else "drawn when chosen"
