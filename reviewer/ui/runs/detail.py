"""What is known of one run: how it goes, why it stopped, what failed, and the model version in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.core.cases import CaseKey
from reviewer.core.models import Endpoint
from reviewer.core.runs import RunStatus
from reviewer.store.facts.origins import Origin
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.run_jobs import RunJobs
from reviewer.ui.jobs.under_way import Going
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.kept import kept_place
from reviewer.ui.kit.keymap import key_or_name, tell_key
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.page import heading, plain_label
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.threshold import ThresholdLine
from reviewer.ui.runs.judges_panel import JudgesPanel
from reviewer.ui.runs.table import RunTable, one_line, pace_words
from reviewer.wording.origins import origin_words
from reviewer.wording.plural import counted
from reviewer.wording.states import states_words

MOST_IN_BAR = 2**31 - 1
"""A damaged count may be more than Qt takes."""

INTERRUPTED = (
    "As far as can be seen from here, no program is sending this run any more. Everything that was received is kept."
)
_BUTTONS = {
    "runs.resume": "Resume",
    "runs.send": "Send…",
    "runs.pause": "Pause",
    "runs.cancel": "Cancel",
    "runs.review": "Review",
    "runs.classify": "Classify again",
    "runs.carry_over": "Carry over…",
    "runs.agreement": "Agreement",
}

ErrorLine = tuple[str, int, CaseKey]
_WHAT = 1
"""The column of what happened, among the errors."""


class RunDetail(QWidget):
    """Shows a run; its buttons are the page's commands. `table` says what goes on with it."""

    def __init__(
        self, session: Session, jobs: RunJobs, commands: CommandTable, table: RunTable, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._table = jobs, table
        self._origins_of = 0
        self._origins: Sequence[tuple[Origin, int]] = ()
        self.threshold = ThresholdLine(session)
        self.judges = JudgesPanel(jobs.judging, commands)
        self.title = heading("", wrap=True)
        self.message = plain_label()
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Responses stored")
        self.bar.setMaximumWidth(40 * GRID)
        self.live = plain_label(wrap=False)
        self.buttons = {name: _button(name, commands) for name in _BUTTONS}
        OwnKeys(self.buttons.values(), self)
        self.facts = ReadingPane("Model version in full")
        self.errors = _errors_table()
        self._errors_or_none = QStackedWidget()
        self._no_errors = plain_label()
        self._no_errors.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._errors_or_none.addWidget(self._no_errors)
        self._errors_or_none.addWidget(self.errors)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.title, 1)
        for button in self.buttons.values():
            head.addWidget(button)
        progress = QHBoxLayout()
        progress.setSpacing(2 * GRID)
        progress.addWidget(self.bar, 1)
        progress.addWidget(self.live, 2)
        below = QHBoxLayout()
        below.setSpacing(3 * GRID)
        below.addLayout(_titled("Model version", self.facts), 1)
        beside = QVBoxLayout()
        beside.setSpacing(GRID)
        beside.addWidget(self.judges, 3)
        beside.addLayout(_titled("Errors and doubts", self._errors_or_none), 2)
        below.addLayout(beside, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        layout.addLayout(progress)
        layout.addWidget(self.message)
        layout.addWidget(self.threshold)
        layout.addLayout(below, 1)

    def show_run(self, line: RunLine) -> None:
        """Everything but the errors and the judges' counts, which are read apart."""
        self.title.setText(one_line(line.name))
        if line.id != self._origins_of:
            self._origins_of, self._origins = line.id, ()
            # what was chosen among another run's errors, and where they stood, is no place in this one's
            self.errors.setCurrentIndex(QModelIndex())
            self.errors.scrollToTop()
        self._show_facts(line)
        self.judges.show_run(line.id, line.stored)
        self.threshold.show_run(line.id if line.stored else 0)
        self.show_progress(line)

    def show_origins(self, line: RunLine, found: Sequence[tuple[Origin, int]]) -> None:
        """The files that its responses came from."""
        self._origins_of, self._origins = line.id, found
        self._show_facts(line)

    def _show_facts(self, line: RunLine) -> None:
        came = (f"From {origin_words(origin)}: {counted(n, 'response')}" for origin, n in self._origins)
        text = "\n".join((*came, facts_text(line)))
        if text != self.facts.toPlainText():
            self.facts.show_text(text)

    def show_progress(self, line: RunLine) -> None:
        """What moves while a run goes on."""
        self.bar.setRange(0, min(max(line.planned, 1), MOST_IN_BAR))
        self.bar.setValue(max(0, min(line.stored, MOST_IN_BAR)))
        self.bar.setFormat(f"{line.stored} of {line.planned}")
        self.live.setText(self._live_words(line))
        message = self._message(line)
        self.message.setText(message)
        self.message.setVisible(bool(message))
        self.judges.show_progress()
        self._show_buttons(line)

    def _show_buttons(self, line: RunLine) -> None:
        going, enabled = self._jobs.going(line.id), dict.fromkeys(_BUTTONS, line.stored > 0)
        enabled["runs.send"] = line.status is not RunStatus.IMPORTED and self._jobs.sending.of(line.id) is None
        enabled["runs.resume"] = enabled["runs.send"] and line.missing > 0
        enabled["runs.pause"] = enabled["runs.cancel"] = bool(going)
        enabled["runs.classify"] = line.stored > 0 and self._jobs.classifying.of(line.id) is None
        for name, button in self.buttons.items():
            button.setEnabled(enabled[name])
        self.buttons["runs.resume"].setText("Start" if line.status is RunStatus.NEW else "Resume")
        self.buttons["runs.pause"].setText(_pause_words(going))

    def _live_words(self, line: RunLine) -> str:
        classified, sent = self._jobs.classifying.of(line.id), self._jobs.sending.of(line.id)
        parts = [self._table.status(line)]
        if classified is not None:
            return f"{parts[0]}: {classified.progress.done if classified.progress else 0} read anew"
        if sent is not None and (progress := sent.progress) is not None:
            parts += pace_words(progress) if sent.moves else []
            parts.append(f"{progress.in_flight} of {progress.at_once} in flight")
            if progress.used.tokens:
                parts.append(f"{progress.used.tokens:,} tokens")
            if progress.spend:
                parts.append(f"{progress.spend:.4g} spent")
            parts.append(counted(progress.retries, "retry", "retries"))
        elif states := states_words(line.states):
            parts.append(states)
        return "   ·   ".join(parts)

    def _message(self, line: RunLine) -> str:
        sent = self._jobs.sending.of(line.id)
        if sent is not None and sent.waits_for:
            return f"{sent.waits_for} {key_or_name('runs.pause')} tries at once."
        if sent is not None:
            retried = sent.progress.last_retry if sent.progress else ""
            return f"Last retry: {retried}" if retried else ""
        if others := self._table.elsewhere_words(line):
            return f"{others} What it stores is shown here every few seconds."
        return INTERRUPTED if line.status is RunStatus.RUNNING else line.message

    def show_errors(self, errors: Sequence[ErrorLine] | None) -> None:
        """Failed responses grouped by sentence, with one case each; None where they could not be read."""
        self._no_errors.setText("The errors could not be read." if errors is None else "No request has failed.")
        errors = errors or ()
        self._errors_or_none.setCurrentWidget(self.errors if errors else self._no_errors)
        with kept_place(self.errors, self._error_names):
            self.errors.setRowCount(len(errors))
            for row, (sentence, count, example) in enumerate(errors):
                for column, words in enumerate((str(count), sentence, one_line(example))):
                    self.errors.setItem(row, column, QTableWidgetItem(words))
            self.errors.resizeRowsToContents()

    def _error_names(self) -> list[str]:
        return [str(self.errors.model().index(row, _WHAT).data()) for row in range(self.errors.rowCount())]


def _pause_words(going: Sequence[Going[Any, Any]]) -> str:
    if not going or any(each.moves for each in going):
        return "Pause"
    return "Go on" if any(each.paused for each in going) else "Try now"


def _button(name: str, commands: CommandTable) -> QPushButton:
    button = QPushButton(_BUTTONS[name])
    button.setAutoDefault(True)
    tell_key(button, name, commands[name].text())
    button.clicked.connect(lambda _checked=False: commands[name].trigger())
    return button


def _errors_table() -> QTableWidget:
    table = QTableWidget(0, 3)
    table.setAccessibleName("Errors of the run")
    table.setHorizontalHeaderLabels(["Count", "What happened", "For example"])
    table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    return table


def _titled(title: str, widget: QWidget) -> QVBoxLayout:
    label = QLabel(title)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    layout = QVBoxLayout()
    layout.setSpacing(GRID // 2)
    layout.addWidget(label)
    layout.addWidget(widget, 1)
    return layout


def key_place(endpoint: Endpoint) -> str:
    """Where the key is found; never the key."""
    return ", else ".join(endpoint.key_places) or "none is sent"


def facts_text(line: RunLine) -> str:
    """The model version in full, and what the run asks of it, as plain text."""
    version, endpoint = line.version, line.version.endpoint
    sampling = " · ".join(f"{name} {value:g}" for name, value in version.sampling.as_json().items())
    cases = line.planned // max(line.repeats, 1)
    times = "once" if line.repeats == 1 else f"{line.repeats} times"
    facts = [
        f"Name: {version.name}",
        f"Model id: {version.model}",
        f"Sampling: {sampling or 'the server’s own defaults'}",
        f"Endpoint: {endpoint.name} ({endpoint.protocol})",
        f"Address: {endpoint.base_url or endpoint.responses_file or 'none'}",
        f"Key: {key_place(endpoint)}",
    ]
    facts += [f"Header {name}: {value}" for name, value in endpoint.headers.items()]
    if endpoint.network.proxy:
        facts.append(f"Proxy: {endpoint.network.proxy}")
    if not endpoint.network.verify_tls:
        facts.append("The server's certificate is NOT checked.")
    if endpoint.network.stream:
        facts.append("Responses are streamed.")
    facts.append(
        f"Limits: {endpoint.concurrency} at once, {endpoint.timeout_s:g} s each, {endpoint.max_attempts} attempts"
    )
    facts += [f"Suite: {line.suite}", f"Cases: {cases:,}, each {times}"]
    system = f"System prompt:\n{version.system}" if version.system else "System prompt: none of its own"
    return "\n".join((*facts, system))
