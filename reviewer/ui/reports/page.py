"""The reports screen: the preview is the page, and one key exports it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from reviewer.app.reporting import ReportCancelledError, build_report, export_report
from reviewer.core.changes import Changes
from reviewer.core.scoring.score import Options
from reviewer.host.paths import data_folder
from reviewer.report.facts import RunReport
from reviewer.report.forms import FORMS
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import EmptyState, Grade, Page, grade_of_figures
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID
from reviewer.ui.reports.preview import ReportPreview
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.options import ScoreOptions
from reviewer.ui.score.state import chosen_run, fitting

NAME_CHARACTERS = 60


@dataclass(frozen=True)
class Built:
    """A report with the runs there are; both are None where there is no run."""

    lines: tuple[RunLine, ...]
    line: RunLine | None = None
    report: RunReport | None = None


class ReportsPage(Page):
    """Makes a run's report off the GUI thread, shows it, and writes exactly what is shown."""

    name = "reports"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.chosen = Options()
        self.built: Built | None = None
        self._task: Task[Built] | None = None
        self._stop = threading.Event()
        self.options = ScoreOptions(beside=False)
        self.export_button, self.cancel_button = QPushButton("Export…"), QPushButton("Cancel")
        self.again_button = QPushButton("Make again")
        self.progress = QProgressBar()
        self.preview = ReportPreview()
        self.stopped = EmptyState("The report was not made.", "Make it", self.refresh)
        self.empty = EmptyState(
            "There is no run to report on yet. Start a run, or import responses you already have.",
            "New run…",
            commands["runs.new"].trigger,
        )
        self._stack = QStackedWidget()
        self._lay_out()
        self.options.runs_chosen.connect(self._choose_run)
        self.options.options_chosen.connect(self._choose_options)
        commands.bind("reports.export", self.export)
        commands.bind("reports.cancel", self.cancel)

    def _lay_out(self) -> None:
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setMaximumWidth(16 * GRID)
        self.progress.setAccessibleName("Making the report")
        tell_key(self.cancel_button, "reports.cancel", "Stop making the report")
        tell_key(self.export_button, "reports.export", "Write the report to a file")
        self.again_button.setToolTip("Make the report again from the workspace as it is now")
        for button, slot in (
            (self.cancel_button, self.cancel),
            (self.again_button, self.refresh),
            (self.export_button, self.export),
        ):
            button.clicked.connect(lambda _checked=False, act=slot: act())
        for widget in (self.progress, self.cancel_button, self.again_button, self.export_button):
            self.options.line.addWidget(widget)
        self.options.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        for page in (self.preview, self.stopped, self.empty):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.options)
        layout.addWidget(hairline())
        layout.addWidget(self._stack, 1)
        self._show_busy(False)

    # making

    def grade(self, changes: Changes) -> Grade:
        return grade_of_figures(changes, [self.built.line.id] if self.built and self.built.line else [])

    def set_shown(self, shown: bool) -> None:
        line = self.built.line if self.built else None
        if shown and line is not None and self.session.run_id not in (None, line.id):
            self._stale = Grade.ANEW
        super().set_shown(shown)

    def refresh(self) -> None:
        """Make the report again; what was under way is stopped."""
        self._abandon()
        self._stop = stop = threading.Event()
        run_id, options = self.session.run_id, self.chosen

        def work(workspace: Workspace) -> Built:
            lines = tuple(runs.runs(workspace))
            line = chosen_run(workspace, lines, run_id)
            if line is None:
                return Built(lines)
            report = build_report(workspace, line.name, fitting(options, line.scale), cancelled=stop.is_set)
            return Built(lines, line, report)

        self._show_busy(True)
        self._task = self.session.read(work, self._show, self._failed)

    def cancel(self) -> None:
        """Stop making the report; the one that is shown stays."""
        if self._task is None:
            return
        self._abandon()
        self._show_busy(False)
        if self.built is None or self.built.report is None:
            self._stack.setCurrentWidget(self.stopped)
        self.session.notice.emit("The report was stopped.")

    def leave(self) -> None:
        self._abandon()

    def _abandon(self) -> None:
        self._stop.set()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _failed(self, error: Exception) -> None:
        self._task = None
        if self.built is not None:
            self._show(self.built)  # the fields say again what the report that stays is of
        else:
            self._show_busy(False)
            self._stack.setCurrentWidget(self.stopped)
        if not isinstance(error, ReportCancelledError):
            self.not_read(error)

    def _show(self, built: Built) -> None:
        self._task, self.built = None, built
        self._show_busy(False)
        self.options.setVisible(built.line is not None)
        if built.line is None or built.report is None:
            self._stack.setCurrentWidget(self.empty)
            return
        card = built.report.scorecard
        self.options.show_runs(built.lines, built.line, None)
        self.options.show_options(card.options, card.scale)
        self.preview.show_report(built.report, self.session.cover)
        self._stack.setCurrentWidget(self.preview)

    def _show_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.cancel_button.setVisible(busy)
        self.again_button.setEnabled(not busy)
        self.export_button.setEnabled(not busy and self.built is not None and self.built.report is not None)

    def _choose_run(self, run_id: int, _second: int) -> None:
        self.session.select(run_id=run_id)

    def _choose_options(self, options: Options) -> None:
        self.chosen = options
        self.refresh()

    # exporting

    def export(self) -> None:
        """Ask where to, then write the report that is shown."""
        report = self.built.report if self.built else None
        if report is None or not self.export_button.isEnabled():
            self.session.notice.emit("There is no report to export yet.")
            return
        folder = self.session.path.parent if self.session.path else data_folder()
        dialog = QFileDialog(self, "Export the report", str(folder))
        dialog.setObjectName("reports.export")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {f"{form.name}: {form.words} (*{ending})": ending for ending, form in FORMS.items()}
        dialog.setNameFilters(list(filters))
        dialog.setDefaultSuffix("html")
        dialog.selectFile(f"{file_name(report.run)}.html")
        dialog.filterSelected.connect(partial(_take_form, dialog, filters))
        dialog.fileSelected.connect(partial(self.write, report))
        dialog.open()

    def write(self, report: RunReport, chosen: str) -> None:
        """Write a report to the chosen file and say where it is."""
        path = Path(chosen)

        def work() -> Path:
            export_report(report, path)
            return path

        # the file is written and told of also where this page has gone with its workspace meanwhile
        rest: Callable[[object], None] = self.session.bound(lambda _ended: self._show_busy(self._task is not None))

        def written(done: Path) -> None:
            self.session.notice.emit(f"The report was written to {done}.")
            rest(done)

        def failed(error: Exception) -> None:
            self.session.tasks.failed.emit(error)
            rest(error)

        self.progress.show()
        self.session.tasks.on_worker(work, written, failed)

    def take_focus(self) -> None:
        self.preview.setFocus()


def _take_form(dialog: QFileDialog, filters: Mapping[str, str], chosen_filter: str) -> None:
    """The name follows the form that was chosen."""
    ending = filters[chosen_filter]
    dialog.setDefaultSuffix(ending.removeprefix("."))
    chosen = dialog.selectedFiles()
    if chosen:
        dialog.selectFile(Path(chosen[0]).with_suffix(ending).name)


def file_name(untrusted_run: str) -> str:
    """A run's name as a file name: what no file system minds, and never a folder."""
    name = re.sub(r"[^\w.() -]+", "-", untrusted_run).strip(" .-")
    return f"report {name[:NAME_CHARACTERS].strip()}".strip()
