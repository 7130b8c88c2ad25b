"""Above the review: which run, which run beside it, which queue, and how far the work is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QPushButton, QWidget

from reviewer.review.place import Picked, Queue, ShownPlace
from reviewer.store.facts.runs import RunLine
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import preview

TITLE_CHARACTERS = 80
CHOICE_CHARACTERS = 16
QUEUE_CHARACTERS = 24
FLAG = "⚑"


class ReviewBar(QWidget):
    """`chosen` carries (run id, second run id or 0, queue) after the person changed one of the runs. The button shows
    the queue and opens their list.
    """

    chosen = Signal(int, int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run, self.second = QComboBox(), QComboBox()
        self.queue = QPushButton()
        self.queue.setAutoDefault(True)  # Return presses it, as Space does
        self._runs_shown: object = None
        self._queue: str | Picked = ""
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Reviewed share of the run")
        self.progress.setMaximumWidth(20 * GRID)
        self.place = plain_label(wrap=False)
        self.place.setAccessibleName("Place in the queue")
        labels = []
        for text, combo in (("Run", self.run), ("Beside", self.second)):
            label = QLabel(text)
            label.setBuddy(combo)
            combo.setAccessibleName(text)
            combo.activated.connect(self._choose)
            # of one width whatever it holds: its runs are read after the first response shows, and nothing moves then
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(CHOICE_CHARACTERS)
            labels.append(label)
        width = self.queue.fontMetrics().averageCharWidth() * QUEUE_CHARACTERS
        self.queue.setFixedWidth(width + 5 * GRID)
        self.flag = plain_label(FLAG, wrap=False)
        self.flag.setAccessibleName("Flag")
        self.flag.setFixedWidth(self.flag.fontMetrics().horizontalAdvance(FLAG) + GRID // 2)
        self.flag.clear()
        runs = (labels[0], self.run, labels[1], self.second)
        line = row(*runs, QLabel("Queue"), self.queue, None, self.flag, self.place, self.progress)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)

    def _choose(self) -> None:
        self.chosen.emit(self.run.currentData() or 0, self.second.currentData() or 0, self._queue)

    def show_runs(self, lines: Sequence[RunLine], queue: Queue) -> None:
        """All runs, and beside it those of the same suite."""
        runs = (queue.run.id, *((line.id, line.name) for line in lines))
        if runs != self._runs_shown:
            self._runs_shown = runs
            self._fill(lines, queue.run)
        self.show_chosen(queue)

    def show_chosen(self, queue: Queue) -> None:
        """What is under review, among the runs that are shown."""
        self.run.setCurrentIndex(self.run.findData(queue.run.id))
        self.second.setCurrentIndex(max(self.second.findData(queue.second.id if queue.second else 0), 0))
        self.show_queue(queue)

    def show_queue(self, queue: Queue) -> None:
        """What the queue is called; too long a name is cut here and whole in the tooltip."""
        self._queue = queue.filter
        words = preview(queue.words, TITLE_CHARACTERS)
        words = f"{words} ({len(queue.ids)})" if isinstance(queue.filter, Picked) else words
        room = self.queue.width() - 5 * GRID
        cut = self.queue.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        self.queue.setText(f"{cut.replace('&', '&&')} ▾")
        self.queue.setAccessibleName(f"Queue: {words}")
        self.queue.setToolTip(f"{words} – all queues (Q)")

    def _fill(self, lines: Sequence[RunLine], run: RunLine) -> None:
        self.run.clear()
        self.second.clear()
        self.second.addItem("– one run only –", 0)
        for line in lines:
            self.run.addItem(line.name, line.id)
            if line.suite_id == run.suite_id and line.id != run.id:
                self.second.addItem(line.name, line.id)

    def knows(self, run_ids: frozenset[int] | None) -> bool:
        """Whether all these runs can be chosen here already."""
        return run_ids is not None and all(self.run.findData(run_id) >= 0 for run_id in run_ids)

    def show_place(self, index: int, total: int) -> None:
        """As wide for the first place as for the last."""
        self.place.setMinimumWidth(self.place.fontMetrics().horizontalAdvance(f"{total} of {total}"))
        self.place.setText(f"{index + 1} of {total}" if total else "empty")

    def show_flag(self, shown: ShownPlace, reviewer: str) -> None:
        """Whether this reviewer has flagged the response on the left."""
        flagged = shown.left is not None and reviewer in shown.left.flagged_by
        self.flag.setText(FLAG if flagged else "")
        self.flag.setToolTip("You have flagged this response (F)" if flagged else "")

    def show_reviewed(self, line: RunLine) -> None:
        self.progress.setRange(0, max(line.stored, 1))
        self.progress.setValue(line.reviewed)
        self.progress.setToolTip(f"{line.reviewed} of {line.stored} responses of {line.name} reviewed")
        self.progress.setAccessibleDescription(self.progress.toolTip())
