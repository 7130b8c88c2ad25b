"""Above the review: which run, which run beside it, which queue, and how far the work is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from reviewer.core.responses import UNSCORED_STATES
from reviewer.review.place import Picked, Queue, ShownPlace
from reviewer.store.facts.runs import RunLine
from reviewer.ui.kit.keymap import key_or_name, name_keys, with_key
from reviewer.ui.kit.one_line import OneLine
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import isolated, names_apart, preview

RUN_CHARACTERS = 24
"""Of a run's name there is room for no fewer."""
TITLE_CHARACTERS = 80
CHOICE_CHARACTERS = 9
ONE_RUN = "– one run only –"
HIDDEN = "hidden"
PICKED = "picked by hand"
BLIND_WORDS = {False: "Blind: off", True: "Blind: on"}
NAMES_HIDDEN = "In a blind review the versions have no names; {review.blind} ends it."
BLIND_TIP = (
    "Hide verdicts, names of versions and what others decided until you have decided "
    "({review.blind}; {review.blind_settings}: settings)"
)
WIDEST_PROGRESS = "99,999 done, 99,999 left"
USUAL_SCORE = "corrected 0.812 [0.78, 0.84] rough · 999 more to ±0.02"
"""What always has room; more is cut and told on pointing at it."""
QUEUE_CHARACTERS = 18
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
        self._lines: tuple[RunLine, ...] = ()
        self._chosen: Queue | None = None
        self._reviewed: RunLine | None = None
        self._is_blind = False
        self.blind = QPushButton(BLIND_WORDS[False])
        self.blind.setCheckable(True)
        self.blind.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        name_keys(self.blind, "toolTip", BLIND_TIP)
        self.blind.setMinimumWidth(max(self.blind.sizeHint().width(), 10 * GRID))
        self._queue: str | Picked = ""
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Reviewed share of the run")
        self.progress.setFixedWidth(self.fontMetrics().horizontalAdvance(WIDEST_PROGRESS) + 2 * GRID)
        self.score = OneLine()
        self.score.setAccessibleName("Corrected score")
        self.score.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.score.setMaximumWidth(self.fontMetrics().horizontalAdvance(USUAL_SCORE) + 2 * GRID)
        self.score.setMinimumWidth(0)
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
            combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            combo.setMaximumWidth(2 * combo.minimumSizeHint().width())
            labels.append(label)
        self._lay_out(labels)

    def _lay_out(self, labels: Sequence[QLabel]) -> None:
        width = self.queue.fontMetrics().averageCharWidth() * QUEUE_CHARACTERS
        self.queue.setFixedWidth(width + 5 * GRID)
        self.flag = plain_label(FLAG, wrap=False)
        self.flag.setAccessibleName("Flag")
        self.flag.setFixedWidth(self.flag.fontMetrics().horizontalAdvance(FLAG) + GRID // 2)
        self.flag.clear()
        runs = (labels[0], self.run, labels[1], self.second)
        of_queue = QLabel("Queue")
        for label in (*labels, of_queue):
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        line = row(*runs, of_queue, self.queue, self.blind, None, self.score, self.flag, self.place, self.progress)
        # what is to spare goes to the runs' names and to the score, whatever they hold
        for widget, part in ((self.run, 1), (self.second, 1), (self.score, 3)):
            line.setStretchFactor(widget, part)
        # and what is still to spare then, to nothing
        line.setStretch(line.indexOf(self.blind) + 1, 0)
        line.insertSpacing(line.indexOf(self.flag), GRID)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)

    def _choose(self) -> None:
        self.chosen.emit(self.run.currentData() or 0, self.second.currentData() or 0, self._queue)

    def show_runs(self, lines: Sequence[RunLine], queue: Queue) -> None:
        """All runs, and beside it those of the same suite."""
        self._lines = tuple(lines)
        runs = (queue.run.id, *((line.id, line.name) for line in lines))
        if runs != self._runs_shown:
            self._runs_shown = runs
            self._fill(lines, queue.run)
        self.show_chosen(queue)

    def show_chosen(self, queue: Queue) -> None:
        """What is under review, among the runs that are shown."""
        self._chosen = queue
        if self._is_blind:
            self._conceal(queue.run, queue.second)
        self.run.setCurrentIndex(self.run.findData(queue.run.id))
        self.second.setCurrentIndex(max(self.second.findData(queue.second.id if queue.second else 0), 0))
        self.show_queue(queue)

    def show_queue(self, queue: Queue) -> None:
        """What the queue is called; too long a name is cut here and whole in the tooltip."""
        self._queue = queue.filter
        # what it is called may name a version or tell a verdict
        words = preview(PICKED if self._is_blind and queue.tells_verdict else queue.words, TITLE_CHARACTERS)
        words = f"{words} ({len(queue.ids)})" if isinstance(queue.filter, Picked) else words
        room = self.queue.width() - 5 * GRID
        cut = self.queue.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        self.queue.setText(f"{cut.replace('&', '&&')} ▾")
        self.queue.setAccessibleName(f"Queue: {words}")
        self.queue.setToolTip(f"{words} – all queues ({key_or_name('review.queues')}, then a number)")

    def _fill(self, lines: Sequence[RunLine], run: RunLine) -> None:
        self.run.clear()
        self.second.clear()
        self.second.addItem(ONE_RUN, 0)
        for line, apart in zip(lines, names_apart([each.name for each in lines], RUN_CHARACTERS), strict=True):
            # whole as long as it can be told by what the box has room for
            name = preview(line.name) if apart == preview(line.name, RUN_CHARACTERS) else apart
            self.run.addItem(name, line.id)
            if line.suite_id == run.suite_id and line.id != run.id:
                self.second.addItem(name, line.id)

    def knows(self, run_ids: frozenset[int] | None) -> bool:
        """Whether all these runs can be chosen here already."""
        return run_ids is not None and run_ids <= {line.id for line in self._lines}

    @property
    def beside(self) -> list[RunLine]:
        """The runs that can stand beside the one under review."""
        run = self._chosen.run if self._chosen is not None else None
        return [line for line in self._lines if run and line.suite_id == run.suite_id and line.id != run.id]

    def set_blind(self, blind: bool) -> None:
        """Without a name of a run anywhere, or with them all."""
        self.blind.setChecked(blind)
        self.blind.setText(BLIND_WORDS[blind])
        if blind is self._is_blind:
            return
        self._is_blind = blind
        for combo in (self.run, self.second):
            combo.setEnabled(not blind)
            name_keys(combo, "toolTip", NAMES_HIDDEN if blind else "")
        if self._chosen is not None:
            if not blind:
                self._fill(self._lines, self._chosen.run)
            self.show_chosen(self._chosen)
        if self._reviewed is not None:
            self.show_reviewed(self._reviewed)

    def _conceal(self, run: RunLine, second: RunLine | None) -> None:
        """One entry each, which tells nothing; the runs themselves stay chosen."""
        self._runs_shown = None
        for combo, line in ((self.run, run), (self.second, second)):
            combo.clear()
            combo.addItem(HIDDEN if line is not None else ONE_RUN, line.id if line is not None else 0)

    def show_place(self, index: int, total: int) -> None:
        """As wide for the first place as for the last."""
        self.place.setMinimumWidth(self.place.fontMetrics().horizontalAdvance(f"{total} of {total}"))
        self.place.setText(f"{index + 1} of {total}" if total else "empty")

    def show_score(self, words: str, meaning: str) -> None:
        """The corrected score of the run, and what it means; of one width whatever it says."""
        self.score.show_lines([words] if words else [])
        self.score.setToolTip(meaning)
        self.score.setAccessibleDescription(meaning)

    def show_flag(self, shown: ShownPlace, reviewer: str) -> None:
        """Whether this reviewer has flagged the response on the left."""
        flagged = shown.left is not None and reviewer in shown.left.flagged_by
        self.flag.setText(FLAG if flagged else "")
        self.flag.setToolTip(with_key("You have flagged this response", "review.flag") if flagged else "")

    def show_reviewed(self, line: RunLine) -> None:
        self.progress.setRange(0, max(line.stored, 1))
        self.progress.setValue(line.reviewed)
        self._reviewed = line
        name = "this run" if self._is_blind else isolated(preview(line.name, TITLE_CHARACTERS))
        self.progress.setToolTip(f"{line.reviewed} of {line.stored} responses of {name} reviewed")
        self.progress.setFormat(f"{line.reviewed:,} done, {readable_left(line):,} left")
        self.progress.setAccessibleDescription(self.progress.toolTip())


def readable_left(line: RunLine) -> int:
    """Responses that can be decided and that nobody has decided."""
    return max(line.stored - line.reviewed - sum(line.states.get(state, 0) for state in UNSCORED_STATES), 0)
