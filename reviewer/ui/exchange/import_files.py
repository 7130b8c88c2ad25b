"""Import from the window: what a file holds, what its columns and labels mean, what importing it would do."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressBar, QPushButton, QVBoxLayout, QWidget

from reviewer.app.jobs.imports import ImportReport
from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.changes import Changes
from reviewer.core.errors import KnownError
from reviewer.exchange.kit.preview import TablePreview
from reviewer.store.database import Workspace
from reviewer.store.queries import runs, suites
from reviewer.ui.exchange import imports as work
from reviewer.ui.exchange.import_form import ImportForm
from reviewer.ui.exchange.import_mapping import BadRows
from reviewer.ui.exchange.imports import PASTED, ImportSource
from reviewer.ui.kit.page import heading, margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID

LOOK_MS = 300
PROGRESS_MS = 100
FILES = "Files to import (*.jsonl *.csv *.tsv *.tab *.txt *.xlsx *.xlsm);;All files (*)"


def start_import(session: Session, window: QWidget, paths: Sequence[Path]) -> QDialog:
    """Import these files one after another; without any, ask for them first."""
    if paths:
        return _open(ImportDialog(session, window, [ImportSource(path) for path in paths]))
    dialog = QFileDialog(window, "Import", "", FILES)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda chosen: start_import(session, window, [Path(path) for path in chosen]))
    dialog.open()
    return dialog


def start_paste(session: Session, window: QWidget) -> QDialog:
    """Import a table from the clipboard, which may be corrected first."""
    untrusted_text = QGuiApplication.clipboard().text()
    return _open(ImportDialog(session, window, [ImportSource(Path(PASTED), untrusted_text)]))


def _open(dialog: ImportDialog) -> ImportDialog:
    dialog.open()
    return dialog


class CountingBar(QProgressBar):
    """Counts the rows of an import: without an end while it is tried, up to what that counted while it is stored."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Progress of the import")
        self._count = self._expected = 0
        self._has_end = False
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_MS)
        self._timer.timeout.connect(self._show)

    def forget(self) -> None:
        """Another file comes: what is known of the last one's rows says nothing."""
        self._expected = 0

    def begin(self, *, has_end: bool) -> None:
        self._count, self._has_end = 0, has_end
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def count(self, rows: int) -> None:
        """Called on the database thread; the timer shows it."""
        self._count = rows

    def _show(self) -> None:
        self._expected = max(self._expected, self._count)
        self.setRange(0, self._expected if self._has_end else 0)
        self.setValue(self._count)
        self.show()


class ImportDialog(QDialog):
    """Goes through its sources one by one. Each is looked at, mapped, tried without writing, then imported."""

    def __init__(self, session: Session, parent: QWidget, sources: Sequence[ImportSource]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import")
        self._session = session
        self._sources = list(sources)
        self._total = len(sources)
        self._scale: ActionScale = DEFAULT_SCALE
        self._imported_with_bad = self._gone = False
        self._stop = threading.Event()
        self._reading: list[Task[Any]] = []
        self.title = heading("")
        self.title.setWordWrap(True)
        self.form, self.bad = ImportForm(), BadRows()
        self.summary = plain_label()
        self.summary.setAccessibleName("What importing does")
        self.bar = CountingBar()
        self.import_ = QPushButton("Import")
        self.import_.setDefault(True)
        self.import_.setEnabled(False)
        self.skip, self.cancel = QPushButton("Skip this file"), QPushButton("Cancel")
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._lay_out()
        self._connect()
        self.resize(110 * GRID, 84 * GRID)
        self._begin_all()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.title)
        layout.addWidget(self.form, 5)
        layout.addWidget(self.summary)
        layout.addWidget(self.bad, 2)
        layout.addWidget(self.bar)
        layout.addLayout(row(None, self.skip, self.cancel, self.import_))
        for part in (self.bad, self.bar, self.skip):
            part.hide()

    def _connect(self) -> None:
        self.form.rows_changed.connect(self._changed)
        self.form.changed.connect(self._changed)
        self.import_.clicked.connect(self._import)
        self.skip.clicked.connect(self._next)
        self.cancel.clicked.connect(self.reject)
        self.finished.connect(self._leave)

    # one source after another

    def _begin_all(self) -> None:
        self._session.read(_suite_names, lambda names: None if self._gone else self.form.show_suites(names))
        paths = [source.path for source in self._sources if not source.is_pasted]
        if len(paths) > 1:
            self._reading.append(
                self._session.tasks.on_worker(lambda: work.in_order(paths), self._have_order, self._fail)
            )
        else:
            self._begin()

    def _have_order(self, paths: Sequence[Path]) -> None:
        self._sources = [ImportSource(path) for path in paths]
        self._begin()

    def _begin(self) -> None:
        """Start on the first source that is left."""
        source = self._sources[0]
        number = self._total - len(self._sources) + 1
        place = f" ({number} of {self._total})" if self._total > 1 else ""
        what = "a pasted table" if source.is_pasted else source.path.name
        self.title.setText(f"Import {what}{place}")
        self.skip.setVisible(len(self._sources) > 1)
        self._imported_with_bad = False
        self.bar.forget()
        self.import_.setText("Import")
        self.import_.setEnabled(False)
        self._say("Looking at the file…")
        self.form.setEnabled(True)
        self.form.show_source(source, "")
        task = self._session.tasks.on_worker(lambda: work.detected(source), self._have_format, self._fail)
        self._reading.append(task)

    def _have_format(self, name: str) -> None:
        self.form.show_source(self._sources[0], name)
        self._look()

    def _next(self) -> None:
        """Go on with the next source, or end."""
        self._stop_reading()
        self._sources.pop(0)
        if self._sources:
            self._begin()
        else:
            self.accept()

    # looking and trying

    def _changed(self) -> None:
        """Look again in a moment; until then nothing can be imported."""
        self._stop_reading()
        self.import_.setEnabled(False)
        self._looking.start()

    def _look(self) -> None:
        """Read the scale of the suite, then the first rows of a table, then try the import."""
        self._stop_reading()
        if not self.form.format_name:
            return
        if self.form.is_mapped and (field := self.form.columns.clash):
            self._say(f"Two columns are said to hold the {field}. Choose one of them.")
            return
        self.form.show_run_field()
        suite = self.form.choices().suite or self._sources[0].path.stem
        self._say("Working out what it would do…")
        task = self._session.read(lambda workspace: work.scale_of(workspace, suite), self._have_scale, self._fail)
        self._reading.append(task)

    def _have_scale(self, scale: ActionScale | None) -> None:
        wanted = self._scale = self.form.show_scale(scale)
        if not self.form.is_table:
            self.form.show_preview(None, None)
            self._start(dry_run=True)
            return
        source, choices = self.form.source(), self.form.choices()
        task = self._session.tasks.on_worker(lambda: work.look(source, choices, wanted), self._have_preview, self._fail)
        self._reading.append(task)

    def _have_preview(self, preview: TablePreview) -> None:
        self.form.show_preview(preview, self._scale)
        self._start(dry_run=True)

    def _start(self, *, dry_run: bool) -> None:
        source, choices, author = self.form.source(), self.form.choices(), self._session.reviewer
        stop = self._stop = threading.Event()

        def take(workspace: Workspace) -> ImportReport:
            return work.store(
                workspace, source, choices, author=author, dry_run=dry_run, stop=stop.is_set, progress=self.bar.count
            )

        self.bar.begin(has_end=not dry_run)
        if dry_run:
            self._reading.append(self._session.read(take, self._tried, self._fail))
        else:
            self._session.write(
                lambda workspace: _with_changes(take(workspace)), self._imported, self._fail, in_parts=True
            )

    def _tried(self, report: ImportReport) -> None:
        possible = work.adds(report) > 0 and not (self.form.strict.isChecked() and report.bad)
        self._say(f"Importing {'adds' if possible else 'would add'}: {work.summary(report)}.", report)
        self.import_.setEnabled(possible)

    # importing

    def _import(self) -> None:
        if self._imported_with_bad:
            self._next()
            return
        self._stop_reading()
        for part in (self.import_, self.skip, self.form):
            part.setEnabled(False)
        self._say("Importing…")
        self._start(dry_run=False)

    def _imported(self, report: ImportReport) -> None:
        said = f"{report.path.name}: {work.summary(report)}."
        self._session.notice.emit(said if report.written else f"{report.path.name}: nothing was imported.")
        if report.written:
            _look_at(self._session, report)
        if self._gone:
            return
        self.skip.setEnabled(True)
        if report.written and not report.bad:
            self._next()
            return
        self._imported_with_bad = report.written
        self.import_.setText("Next file" if len(self._sources) > 1 else "Close")
        self.import_.setEnabled(report.written)
        self.import_.setFocus()
        done = f"Imported: {work.summary(report)}. These rows were left out:"
        self._say(done if report.written else "Nothing was imported.", report)

    def _leave(self) -> None:
        """Closed: an import under way is taken back, and nothing that arrives later touches the dialog."""
        self._gone = True
        self._stop_reading()

    def _stop_reading(self) -> None:
        self._looking.stop()
        self.bar.stop()
        self._stop.set()
        for task in self._reading:
            task.cancel()
        self._reading.clear()

    def _fail(self, error: Exception) -> None:
        """What cannot be read is said here; what is our own fault goes to the notice bar too."""
        if self._gone or not isinstance(error, KnownError):
            self._session.tasks.failed.emit(error)
        if not self._gone:
            self.skip.setEnabled(True)
            self.form.setEnabled(True)
            self._say(_words(error) if isinstance(error, KnownError) else "Nothing was imported.")

    def _say(self, sentence: str, report: ImportReport | None = None) -> None:
        self.bar.stop()
        self.bar.hide()
        self.summary.setText(sentence)
        self.bad.setVisible(bool(report and report.bad))
        self.bad.show_rows(report.bad if report else [])


def _words(error: KnownError) -> str:
    """The error as it is said in the window, where options of the command line are fields of the dialog."""
    return f"{error.what} Choose it above." if "--" in error.remedy else str(error)


def _suite_names(workspace: Workspace) -> list[str]:
    return [line.name for line in suites.stored_suites(workspace)]


def _with_changes(report: ImportReport) -> tuple[ImportReport, Changes]:
    return report, report.changes


def _look_at(session: Session, report: ImportReport) -> None:
    """Let the window show what came in."""

    def query(workspace: Workspace) -> tuple[int | None, int | None]:
        if report.runs:
            line = runs.run_named(workspace, report.runs[0])
            return line.suite_id, line.id
        return (suites.suite_named(workspace, report.suite).id if report.suite else None), None

    session.read(query, lambda found: session.select(suite_id=found[0], run_id=found[1]))
