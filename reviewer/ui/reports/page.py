"""The reports screen: the preview is the page, what it shows is chosen beside it, and one key writes exactly that."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from reviewer.core.changes import Changes
from reviewer.core.scoring.score import Options
from reviewer.report.facts import RunReport
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import EmptyState, Grade, Page, grade_of_figures
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.reports.asking import ChoiceFiles
from reviewer.ui.reports.bundles import BundleFiles
from reviewer.ui.reports.choices import ReportChoices
from reviewer.ui.reports.made import ReportChoice
from reviewer.ui.reports.preview import ReportPreview
from reviewer.ui.reports.state import Reporting
from reviewer.ui.reports.writing import ReportFiles, Wanted
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.options import ScoreOptions


class ReportsPage(Page):
    """Makes a report off the GUI thread, shows it, and writes exactly what is shown."""

    name = "reports"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state = Reporting(session, self)
        self.files, self.bundles = ReportFiles(session, self), BundleFiles(session, self)
        self.options = ScoreOptions(beside=True, names=("Run", "Against"))
        self.choices = ReportChoices()
        self.asking = ChoiceFiles(self.state, self.choices, self)
        self.export_button, self.cancel_button = QPushButton("Export…"), QPushButton("Cancel")
        self.again_button, self.folder_button = QPushButton("Make again"), QPushButton("Open folder")
        self.bundle_button = QPushButton("Bundle…")
        self.progress = QProgressBar()
        self.preview = ReportPreview()
        self.stopped = EmptyState("The report was not made.", "Make it", self.refresh)
        self.empty = EmptyState(
            "There is no run to report on yet. Start a run, or import responses you already have.",
            "New run…",
            commands["runs.new"].trigger,
        )
        self._stack = QStackedWidget()
        self._beside = QWidget()
        self._lay_out()
        self._connect()
        self._bind(commands)
        self._show_busy()

    def _lay_out(self) -> None:
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setMaximumWidth(12 * GRID)
        self.folder_button.hide()
        tell_key(self.cancel_button, "reports.cancel", "Stop making or writing the report or the bundle")
        tell_key(self.export_button, "reports.export", "Write the report to a file")
        tell_key(self.again_button, "reports.again", "Make the report again from the workspace as it is now")
        tell_key(self.bundle_button, "reports.bundle", "Write the runs into one file that anyone can verify")
        tell_key(self.folder_button, "reports.folder", "Show where the report was written")
        for widget in (
            self.progress,
            self.cancel_button,
            self.again_button,
            self.folder_button,
            self.bundle_button,
            self.export_button,
        ):
            self.options.line.addWidget(widget)
        self.options.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        for page in (self.preview, self.stopped, self.empty):
            self._stack.addWidget(page)
        beside = QHBoxLayout(self._beside)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.choices)
        beside.addWidget(_edge())
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._beside)
        body.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.options)
        layout.addWidget(hairline())
        layout.addLayout(body, 1)

    def _connect(self) -> None:
        for button, command in (
            (self.cancel_button, "reports.cancel"),
            (self.again_button, "reports.again"),
            (self.folder_button, "reports.folder"),
            (self.bundle_button, "reports.bundle"),
            (self.export_button, "reports.export"),
        ):
            button.clicked.connect(lambda _checked=False, act=self.commands[command]: act.trigger())
        self.state.shown.connect(self._show)
        self.state.failed.connect(self._failed)
        self.state.busy_changed.connect(lambda _busy: self._show_busy())
        self.files.busy_changed.connect(lambda _busy: self._show_busy())
        self.files.written.connect(lambda _path: self.folder_button.show())
        self.bundles.busy_changed.connect(lambda _busy: self._show_busy())
        self.bundles.written.connect(self.files.keep)
        self.options.runs_chosen.connect(self._choose_runs)
        self.options.options_chosen.connect(self._choose_options)
        self.choices.chosen.connect(self.state.choose)
        self.session.cover.changed.connect(self.state.lay_out)

    def _bind(self, commands: CommandTable) -> None:
        commands.bind("reports.export", self.export)
        commands.bind("reports.export_encrypted", lambda: self.export(encrypted=True))
        commands.bind("reports.cancel", self.cancel)
        commands.bind("reports.again", self.refresh)
        commands.bind("reports.bundle", self.export_bundle)
        commands.bind("reports.folder", self.files.open_folder)
        commands.bind("reports.choices", lambda: self.choices.policy.setFocus())
        commands.bind("reports.preview", lambda: self.preview.setFocus())
        commands.bind("reports.find", self.find_words)
        commands.bind("reports.policy", self.asking.ask_for_policy)
        commands.bind("reports.template", self.asking.save_template)

    # making

    def grade(self, changes: Changes) -> Grade:
        whole = self.state.whole
        shown = (whole.line, whole.against) if whole else ()
        return grade_of_figures(changes, [line.id for line in shown if line])

    def set_shown(self, shown: bool) -> None:
        whole = self.state.whole
        if shown and whole is not None and whole.line is not None and self.session.run_id not in (None, whole.line.id):
            self._stale = Grade.ANEW
        super().set_shown(shown)

    def refresh(self) -> None:
        """Make the report again; what was under way is stopped."""
        self.state.make()
        self.asking.templates.list()

    def cancel(self) -> None:
        """Stop making the report, or writing it or a bundle; the one that is shown stays."""
        if self.state.cancel():
            if self.state.made is None:
                self._stack.setCurrentWidget(self.stopped)
            self.session.notice.emit("The report was stopped.")
        elif self.files.cancel():
            self.session.notice.emit("The report is not written.")
        elif self.bundles.cancel():
            self.session.notice.emit("The bundle is not written.")

    def leave(self) -> None:
        self.state.abandon()

    def _failed(self, error: Exception) -> None:
        if self.state.made is None:
            self._stack.setCurrentWidget(self.stopped)
        else:
            self._show_fields()  # they say again what the report that stays is of
        self.not_read(error)

    def _show(self) -> None:
        whole, made = self.state.whole, self.state.made
        for widget in (self.options, self._beside):
            widget.setVisible(made is not None)
        if whole is None or made is None:
            self._stack.setCurrentWidget(self.empty)
            return
        self._show_fields()
        self.choices.show_found(made.redaction)
        self.preview.show_report(made, self.session.cover)
        self._stack.setCurrentWidget(self.preview)

    def _show_fields(self) -> None:
        whole = self.state.whole
        if whole is None or whole.line is None or whole.report is None:
            return
        card = whole.report.scorecard
        self.options.show_runs(whole.lines, whole.line, whole.against)
        self.options.show_options(card.options, card.scale)
        self.choices.show_choice(self.state.choice)
        self.choices.show_templates(self.asking.templates.names)
        self.choices.show_report(whole.report)

    def _show_busy(self) -> None:
        making, writing = self.state.is_busy, self.files.is_busy
        self.progress.setAccessibleName("Making the report" if making else "Writing")
        self.progress.setVisible(making or writing or self.bundles.is_busy)
        self.bundle_button.setEnabled(self.state.made is not None and not self.bundles.is_busy)
        self.cancel_button.setVisible(making or writing or self.bundles.is_busy)
        self.again_button.setEnabled(not making)
        self.export_button.setEnabled(not making and not writing and self.state.made is not None)

    # choosing

    def _choose_runs(self, run_id: int, second_id: int) -> None:
        self.session.run_id, self.session.second_run_id = self.state.paired = (run_id, second_id or None)
        self.session.selection_changed.emit()

    def _choose_options(self, options: Options) -> None:
        self._choose(replace(self.state.choice, options=options))

    def _choose(self, choice: ReportChoice) -> None:
        self.choices.show_choice(choice)
        self.state.choose(choice)

    # exporting

    @property
    def report(self) -> RunReport | None:
        """As it would be written."""
        return self.state.made.report if self.state.made else None

    def export(self, *, encrypted: bool = False) -> None:
        """Ask where to, then write the report that is shown; for an `encrypted` one ask for a passphrase first."""
        if self.report is None or not self.export_button.isEnabled():
            self.session.notice.emit("There is no report to export yet.")
            return
        self.files.ask(Wanted(self.report, self.choices.ending, self.state.choice.house), encrypted=encrypted)

    def export_bundle(self) -> None:
        """Ask for a key and a file, then write the bundle of the runs that are shown."""
        if self.report is None or self.bundles.is_busy:
            self.session.notice.emit("There is no run to make a bundle of yet, or one is being written.")
            return
        self.bundles.ask(self.report, self.state.choice.policy)

    def find_words(self) -> None:
        """Open the line that finds words in the report, where one is shown."""
        if self.preview.isVisible():
            self.preview.find_line.begin()
        else:
            self.session.notice.emit("There is no report to find anything in yet.")

    def take_focus(self) -> None:
        self.preview.setFocus()


def _edge() -> QFrame:
    """The hairline between two sides of a page."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.VLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(QPalette.ColorRole.Mid)
    return line
