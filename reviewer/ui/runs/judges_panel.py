"""The judges on a run: the one at work, one that is held, and what each has said so far."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.jobs.judge_asking import classifier_name
from reviewer.app.jobs.judging import JudgeJob, JudgingProgress, Phase
from reviewer.store.facts.judging import JudgeRunLine
from reviewer.ui.jobs.judging import (
    Judges,
    can_go_on,
    drift_words,
    is_held,
    judging_status_words,
)
from reviewer.ui.jobs.under_way import Going
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.kept import kept_place
from reviewer.ui.kit.keymap import key_or_name, tell_key
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.theme import GRID
from reviewer.ui.runs.table import one_line, pace_words
from reviewer.wording.judging import ADMISSION_WORDS, outcomes_words
from reviewer.wording.plural import counted

NO_JUDGE = "No judge has read this run yet; its verdicts are the rules'."
_HEADINGS = ("Judge", "Status", "Verdicts", "Unscored", "Counted", "Control set")
_BUTTONS = {
    "runs.judge": "Judge…",
    "runs.judge_go_on": "Go on",
    "runs.judge_control": "Control set…",
    "runs.judge_counts": "Counts…",
}


class JudgesPanel(QWidget):
    """Its buttons are the page's commands; they are about the chosen row."""

    def __init__(self, judges: Judges, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judges = judges
        self._lines: Sequence[JudgeRunLine] = ()
        self._run_id, self._stored = 0, 0
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Responses judged")
        self.live = plain_label()
        self.message = plain_label()
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons = {name: _button(name, commands) for name in _BUTTONS}
        OwnKeys(self.buttons.values(), self)
        self.none = plain_label()
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.table = _table()
        self.table.itemSelectionChanged.connect(self._show_message)
        title = plain_label("Judges", wrap=False)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(title, None, *self.buttons.values()))
        for widget in (self.bar, self.live, self.message, self.none):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        self.show_judges(())

    @property
    def lines(self) -> Sequence[JudgeRunLine]:
        """The judgings of the run, newest first."""
        return self._lines

    @property
    def current(self) -> JudgeRunLine | None:
        """The chosen judging; the newest unless another was chosen."""
        place = max(self.table.currentRow(), 0)
        return self._lines[place] if place < len(self._lines) else None

    def show_run(self, run_id: int, stored: int) -> None:
        """Another run or another moment of it; the judgings themselves are read apart."""
        if run_id != self._run_id:
            self._run_id = run_id
            self.show_judges(())
        self._stored = stored
        self.show_progress()

    def show_judges(self, lines: Sequence[JudgeRunLine] | None, *, elsewhere: bool = False) -> None:
        """None where they could not be read; `elsewhere` is whether another program judges the run now."""
        self.none.setText("What judges said of this run could not be read." if lines is None else NO_JUDGE)
        lines = lines or ()
        new = len(lines) > len(self._lines) and not self.table.hasFocus()
        self.table.blockSignals(True)
        with kept_place(self.table, lambda: [line.id for line in self._lines]):
            self._put(lines, elsewhere=elsewhere)
        if lines and (new or self.table.currentRow() < 0):
            # a judging that is new is looked at, unless somebody looks through them just now
            self.table.setCurrentCell(0, 0)
        self.table.blockSignals(False)
        self.none.setVisible(not lines)
        self.table.setVisible(bool(lines))
        self.show_progress()

    def _put(self, lines: Sequence[JudgeRunLine], *, elsewhere: bool) -> None:
        self._lines = lines
        self.table.setRowCount(len(lines))
        for place, line in enumerate(lines):
            words = (
                one_line(line.classifier),
                judging_status_words(line, elsewhere=elsewhere),
                f"{line.judged:,}",
                f"{line.unscored:,}",
                ADMISSION_WORDS[line.admission],
                drift_words(line),
            )
            for column, text in enumerate(words):
                item = QTableWidgetItem(text)
                item.setToolTip(_tip(line) if column else line.classifier)
                self.table.setItem(place, column, item)

    def show_progress(self) -> None:
        """What moves while a judge is at work."""
        judged = self._judges.of(self._run_id)
        self.bar.setVisible(judged is not None)
        self.live.setVisible(judged is not None)
        if judged is not None:
            progress = judged.progress
            self.bar.setRange(0, max(progress.total, 1) if progress else 0)
            self.bar.setValue(progress.done if progress else 0)
            self.bar.setFormat(_bar_words(progress) if progress else "")
            self.live.setText(live_words(judged))
        self._show_message()

    def _show_message(self) -> None:
        line, judged = self.current, self._judges.of(self._run_id)
        message = _message(line) if line is not None and judged is None else ""
        self.message.setText(message)
        self.message.setVisible(bool(message))
        self.buttons["runs.judge"].setEnabled(judged is None and self._stored > 0)
        may = line is not None and judged is None and can_go_on(line, self._lines)
        self.buttons["runs.judge_go_on"].setEnabled(may)
        self.buttons["runs.judge_control"].setEnabled(line is not None and line.drift is not None)
        self.buttons["runs.judge_counts"].setEnabled(line is not None and judged is None)


def live_words(judged: Going[JudgeJob, JudgingProgress]) -> str:
    """`judge/m/1a2b3c4d   ·   3.1/s   ·   20 s left   ·   12 verdicts   ·   5,520 tokens`."""
    parts = [classifier_name(judged.job.request.version)]
    if judged.ending or judged.paused:
        parts.append("stopping…" if judged.ending else "paused")
    if (progress := judged.progress) is not None:
        sending = progress.sending
        if sending.waits_for:
            parts.append(f"waiting: {one_line(sending.waits_for)} {key_or_name('runs.pause')} tries at once.")
        parts += pace_words(sending) if judged.moves else []
        if found := outcomes_words(progress.outcomes):
            parts.append(found)
        parts.append(f"{progress.tokens:,} tokens")
        if sending.spend:
            parts.append(f"{sending.spend:.4g} spent")
        if sending.retries:
            parts.append(counted(sending.retries, "retry", "retries"))
        if sending.last_retry and not sending.waits_for:
            parts.append(f"last retry: {one_line(sending.last_retry)}")
    return "   ·   ".join(parts)


def _bar_words(progress: JudgingProgress) -> str:
    what = "control set " if progress.phase is Phase.CONTROL else ""
    return f"{what}{progress.done:,} of {progress.total:,}"


def _message(line: JudgeRunLine) -> str:
    if is_held(line):
        return f"Held. {line.message} Go on ({key_or_name('runs.judge_go_on')}) asks for your word."
    return line.message


def _tip(line: JudgeRunLine) -> str:
    """Plain words without markup signs: a tool tip would read them."""
    said = ((line.drift or {}).get("sentence", ""), (line.measured or {}).get("sentence", ""), line.message)
    return "\n".join(str(sentence) for sentence in said if sentence).replace("<", "‹")


def _button(name: str, commands: CommandTable) -> QPushButton:
    button = QPushButton(_BUTTONS[name])
    button.setAutoDefault(True)
    tell_key(button, name, commands[name].text())
    button.clicked.connect(lambda _checked=False: commands[name].trigger())
    return button


def _table() -> QTableWidget:
    table = QTableWidget(0, len(_HEADINGS))
    table.setAccessibleName("Judges on the run")
    table.setHorizontalHeaderLabels(list(_HEADINGS))
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    return table
