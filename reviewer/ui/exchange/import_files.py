"""Import from the window: what a file holds, what its columns and labels mean, what importing it would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressBar, QPushButton, QVBoxLayout, QWidget

from reviewer.app.jobs.imports import ImportReport
from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.errors import KnownError
from reviewer.exchange.kit.preview import TablePreview
from reviewer.exchange.registry import FORMATS
from reviewer.host.sealed_files import SealedError
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs, suites
from reviewer.ui.exchange import imports as work
from reviewer.ui.exchange.import_cover import ImportCover
from reviewer.ui.exchange.import_form import ImportForm
from reviewer.ui.exchange.import_list import FileList
from reviewer.ui.exchange.import_result import ResultButtons
from reviewer.ui.exchange.import_tabs import ImportTabs
from reviewer.ui.exchange.import_trial import Trial
from reviewer.ui.exchange.imports import PASTED, ImportChoices, ImportSource
from reviewer.ui.exchange.words import in_the_window
from reviewer.ui.jobs.classifying import classifying_of
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import heading, margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import NAME_CHARACTERS, preview

TAKEN_BACK = "taken back. File → Recently deleted brings it back"
LOOK_MS = 300
PROGRESS_MS = 100
IMPORTING = "Importing…"
Go = Callable[[str], object]


def _file_filter() -> str:
    suffixes = dict.fromkeys(suffix for each in FORMATS.values() for suffix in each.suffixes)
    return f"Files to import ({' '.join(f'*{suffix}' for suffix in suffixes)} *.gz *.zst);;All files (*)"


def start_import(session: Session, window: QWidget, paths: Sequence[Path], go: Go | None = None) -> QDialog:
    """Import these files; without any, ask for them first. `go` is told the page to show afterwards."""
    if paths:
        return _open(ImportDialog(session, window, [ImportSource(path) for path in paths]), go)
    dialog = QFileDialog(window, "Import", "", _file_filter())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda chosen: start_import(session, window, [Path(path) for path in chosen], go))
    show_over(dialog)
    return dialog


def start_paste(session: Session, window: QWidget, go: Go | None = None) -> QDialog:
    """Import a table from the clipboard, which may be corrected first."""
    untrusted_text = QGuiApplication.clipboard().text()
    return _open(ImportDialog(session, window, [ImportSource(Path(PASTED), untrusted_text)]), go)


def _open(dialog: ImportDialog, go: Go | None = None) -> ImportDialog:
    if go is not None:
        dialog.page_wanted.connect(go)
    show_over(dialog)
    return dialog


class CountingBar(QProgressBar):
    """Counts the rows of an import: without an end while it is tried, up to what that counted while it is stored.
    `begun` comes once one that had to wait counts.
    """

    begun = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Progress of the import")
        self._count = self._expected = 0
        self._has_end = self._waits = False
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_MS)
        self._timer.timeout.connect(self._show)

    def forget(self) -> None:
        """Another file comes: what is known of the last one's rows says nothing."""
        self._expected = 0

    def begin(self, *, has_end: bool) -> None:
        self._count, self._has_end, self._waits = 0, has_end, False
        self._timer.start()

    def wait(self) -> None:
        """Nothing is counted yet, and nothing shown before."""
        self._waits = True
        self.hide()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def count(self, rows: int) -> None:
        """Called on the database thread; the timer shows it."""
        self._count = rows

    def _show(self) -> None:
        if self._waits:
            if not self._count:
                return
            self._waits = False
            self.begun.emit()
        self._expected = max(self._expected, self._count)
        self.setRange(0, self._expected if self._has_end else 0)
        self.setValue(self._count)
        self.show()


class ImportDialog(QDialog):
    """Goes through its sources one by one. Each is looked at, mapped, tried without writing, then imported; at the end
    it says what came of all. `page_wanted` carries the page to look at then."""

    page_wanted = Signal(str)

    def __init__(self, session: Session, parent: QWidget, sources: Sequence[ImportSource]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import")
        self._session = session
        self._sources, self._at = list(sources), 0
        self._reports: dict[int, ImportReport] = {}
        self._scale: ActionScale = DEFAULT_SCALE
        self._gone = self._all = False
        self.title = heading("", wrap=True)
        self.cover, self._said = ImportCover(session, self), ""
        self.files, self.form, self.tabs = FileList(self.cover), ImportForm(self.cover), ImportTabs(self.cover)
        self.bad = self.tabs.bad
        self.summary = plain_label()
        self.summary.setAccessibleName("What importing does")
        self.bar, self.after = CountingBar(), ResultButtons(session)
        self.trial = Trial(session, self.bar.count, self)
        self.import_ = QPushButton("Import")
        self.import_.setDefault(True)
        self.every = QPushButton("Import all")
        self.every.setToolTip("One after another; a file that only you can say something about is left for the end")
        self.skip, self.cancel = QPushButton("Skip this file"), QPushButton("Cancel")
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._lay_out()
        self._connect()
        self.resize(112 * GRID, 88 * GRID)
        self._begin_all()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        margins(layout)
        for part in (self.title, self.files, self.form, self.summary):
            layout.addWidget(part)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.bar)
        layout.addLayout(row(self.after, None, self.skip, self.cancel, self.every, self.import_))
        self.bar.hide()
        self.skip.hide()
        self.every.hide()

    def _connect(self) -> None:
        self.form.rows_changed.connect(self.tabs.forget)
        self.form.rows_changed.connect(self._changed)
        self.form.changed.connect(self._changed)
        self.tabs.changed.connect(self._changed)
        self.import_.clicked.connect(lambda: self._import())
        self.every.clicked.connect(lambda: self._import(every=True))
        self.skip.clicked.connect(self._skip)
        self.cancel.clicked.connect(self.reject)
        self.files.wanted.connect(self._show_done)
        self.after.page_wanted.connect(self.page_wanted)
        self.after.page_wanted.connect(self.accept)
        self.after.said.connect(self._say)
        self.cover.changed.connect(self._show_said)
        self.after.taken_back.connect(partial(_taken_back, self))
        self.finished.connect(self._leave)
        self.trial.ordered.connect(self._have_order)
        self.trial.detected.connect(self._have_format)
        self.trial.scale_found.connect(self._have_scale)
        self.trial.previewed.connect(self._previewed)
        self.trial.tried.connect(self._tried)
        self.trial.failed.connect(self._fail)
        self.trial.waits.connect(partial(_wait, self))
        self.bar.begun.connect(lambda: self.summary.setText(IMPORTING))

    # one source after another

    def _begin_all(self) -> None:
        self._session.read(_suite_names, lambda names: None if self._gone else self.form.show_suites(names))
        _allow(self, possible=False)
        self.form.show_source(self._sources[0], "")
        if len(self._sources) > 1:
            self.title.setText(f"Import {len(self._sources):,} files")
            self._say("Looking at the files…")
            self.trial.order([source.path for source in self._sources])
        else:
            self._begin()

    def _have_order(self, paths: Sequence[Path]) -> None:
        self._sources = [ImportSource(path) for path in paths]
        self.files.show_sources(self._sources)
        self._begin()

    def _begin(self) -> None:
        """Start on the source that is next."""
        source, total = self._sources[self._at], len(self._sources)
        place = f" ({self._at + 1} of {total})" if total > 1 else ""
        self.title.setText(f"Import {'a pasted table' if source.is_pasted else _short(source)}{place}")
        self.files.move_to(self._at)
        for button in (self.skip, self.every):
            button.setVisible(self._at + 1 < total)
        self.bar.forget()
        self.cover.begin()
        self.import_.setText("Import")
        _allow(self, possible=False)
        self.tabs.forget()
        self.tabs.labels.setEnabled(True)
        self._say("Looking at the file…")
        self.form.setEnabled(True)
        self.form.show_source(source, "")
        self.trial.detect(source)

    def _have_format(self, name: str) -> None:
        self.form.show_source(self._sources[self._at], name)
        self._look()

    def _skip(self) -> None:
        if self._at not in self._reports:
            self.files.say(self._at, "skipped")
        self._next()

    def _next(self) -> None:
        """Go on with the next source, or say what came of all."""
        self.trial.stop()
        if self._at + 1 < len(self._sources):
            self._at += 1
            self._begin()
        elif self._reports:
            self._end()
        else:
            self.accept()

    # looking and trying

    def _changed(self) -> None:
        """Look again in a moment; until then nothing can be imported."""
        self.trial.stop()
        _allow(self, possible=False)
        self._looking.start()

    def _look(self) -> None:
        self._looking.stop()
        if self.form.format_name:
            self.form.show_run_field()
            self._say("Working out what it would do…")
            suite = self.form.choices().suite or self._sources[self._at].path.stem
            self.bar.begin(has_end=False)
            self.trial.look(self.form.source(), lambda: _choices(self), suite, is_table=self.form.is_table)

    def _have_scale(self, scale: ActionScale | None) -> None:
        self._scale = self.form.show_scale(scale)

    def _previewed(self, preview: TablePreview) -> None:
        self.form.show_preview(preview)
        self.tabs.show_preview(preview, self._scale)
        if preview.asked:
            self._fail(in_the_window(preview.asked[0]))

    def _tried(self, report: ImportReport) -> None:
        possible = work.adds(report) > 0 and not (self.form.strict.isChecked() and report.bad)
        self._say(work.trial_words(report, possible=possible), report)
        self.form.show_runs(has_runs=bool(report.runs))
        self.files.say(self._at, work.summary(report))
        _allow(self, possible=possible, looked=True)
        if self._all:
            self._import()

    # importing

    def _import(self, *, every: bool = False) -> None:
        """With `every` all that are left too, but those that only a person can say something about."""
        self._all = self._all or every
        if self._at in self._reports or not self.import_.isEnabled():
            self._next()
            return
        self._looking.stop()
        for part in (self.import_, self.every, self.skip, self.form, self.tabs):
            part.setEnabled(False)
        self._say(IMPORTING)
        self.bar.begin(has_end=True)
        self.trial.store(self.form.source(), _choices(self), self._stored, self._fail)

    def _stored(self, report: ImportReport) -> None:
        if self._gone:  # else it is said here, and a notice would only cover what is looked at next
            said = f"{report.path.name}: {work.summary(report)}."
            self._session.notice.emit(said if report.written else f"{report.path.name}: nothing was imported.")
        if report.written:
            _look_at(self._session, report)
            _read_the_rest(self._session, report)
        if self._gone:
            return
        self.skip.setEnabled(True)
        self.tabs.setEnabled(True)
        if not report.written:
            self._say("Nothing was imported.", report)
            return
        self._reports[self._at] = report
        self.files.say(self._at, f"imported: {work.summary(report)}")
        if not report.bad or self._all or self._at + 1 == len(self._sources):
            self._next()
            return
        self.import_.setText("Next file")
        _allow(self, possible=True)
        self.import_.setFocus()
        self._say(f"Imported: {work.summary(report)}. Some rows were left out.", report)
        self.tabs.show_bad()

    def _end(self) -> None:
        """All are through: what came in, what was left out, and where to go on."""
        self.title.setText("Imported" if len(self._sources) > 1 else f"Imported {_short(self._sources[0])}")
        for part in (self.form, self.skip, self.every, self.import_):
            part.hide()
        self.cancel.setText("Close")
        self.after.show_reports(list(self._reports.values()))
        self._show_done(self._at)

    def _show_done(self, place: int) -> None:
        """What came of one of the files, once all are through."""
        if self.after.isHidden():
            return
        report = self._reports.get(place)
        self.after.look_at(report)
        if report is None:
            self.tabs.forget()
            self._say(f"{self._sources[place].path.name}: {self.files.said(place)}.")
            return
        self._say(f"Imported: {work.summary(report)}.", report)
        if report.bad:
            self.tabs.show_bad()

    def _leave(self) -> None:
        """Closed: an import under way is taken back, and nothing that arrives later touches the dialog."""
        self._gone = True
        self._looking.stop()
        self.bar.stop()
        self.trial.stop()

    def _fail(self, error: Exception | str) -> None:
        """What cannot be read is said here; what is our own fault goes to the notice bar too."""
        known = isinstance(error, KnownError | str)
        if isinstance(error, Exception) and (self._gone or not known):
            self._session.tasks.failed.emit(error)
        if self._gone:
            return
        if isinstance(error, SealedError):
            self._session.locked.emit(error.path, lambda: None if self._gone else self._begin())
        for part in (self.skip, self.form, self.tabs):
            part.setEnabled(True)
        if isinstance(error, KnownError):
            self.form.ask(error.remedy)
        late = isinstance(error, work.UnaskedWordsError)
        _allow(self, possible=late, looked=True)
        self._say(in_the_window(str(error)) if known else "Nothing was imported.")
        if isinstance(error, work.UnaskedWordsError):
            self.tabs.add_words(error.words, self._scale)
            self.tabs.show_labels()
        self.files.say(self._at, self._said)
        if self._all:
            self._next()

    def _say(self, sentence: str, report: ImportReport | None = None) -> None:
        self.bar.stop()
        self.bar.hide()
        self._said = sentence
        self._show_said()
        if report is not None:
            done = self._at in self._reports
            self.tabs.labels.setEnabled(not done)
            self.tabs.show_report(report, self._scale, is_table=self.form.is_table and not done)

    def _show_said(self) -> None:
        """What a sentence quotes of the file is covered with it."""
        self.summary.setText(self.cover.sentence(self._said))


def _allow(dialog: ImportDialog, *, possible: bool, looked: bool = False) -> None:
    """Whether this file can be imported; once it was looked at, all can be, if need be without it."""
    dialog.import_.setEnabled(possible)
    dialog.every.setEnabled(possible or looked)


def _wait(dialog: ImportDialog, words: str) -> None:
    """Another program writes; it is stored once that is done, unless the dialog is closed."""
    dialog._say(words)
    dialog.bar.wait()


def _short(source: ImportSource) -> str:
    """The name of a file as it fits into a title."""
    return preview(source.path.name, NAME_CHARACTERS)


def _taken_back(dialog: ImportDialog, act_id: int) -> None:
    """One of the imports is undone: that is said in its place."""
    for place, report in list(dialog._reports.items()):
        if report.act_id == act_id:
            del dialog._reports[place]
            dialog.files.say(place, TAKEN_BACK)
            dialog.tabs.forget()
            dialog._say(f"{report.path.name}: {TAKEN_BACK}.")
    dialog.cancel.setFocus()


def _choices(dialog: ImportDialog) -> ImportChoices:
    labels = dialog.tabs.labels
    return replace(
        dialog.form.choices(),
        mapping=dialog.tabs.mapping,
        label_map=labels.label_map,
        shown=frozenset(labels.combos),
    )


def _suite_names(workspace: Workspace) -> list[str]:
    return [line.name for line in suites.stored_suites(workspace)]


def _look_at(session: Session, report: ImportReport) -> None:
    """Let the window show what came in."""

    def query(workspace: Workspace) -> tuple[int | None, int | None]:
        if report.runs:
            line = runs.run_named(workspace, report.runs[0])
            return line.suite_id, line.id
        return (suites.suite_named(workspace, report.suite).id if report.suite else None), None

    session.read(query, lambda found: session.select(suite_id=found[0], run_id=found[1]))


def _read_the_rest(session: Session, report: ImportReport) -> None:
    """The rules read what was too much to be read during the import, in the background."""

    def begin(lines: list[RunLine]) -> None:
        for line in lines:
            classifying_of(session).classify(line)

    if report.unread:
        session.read(lambda workspace: [runs.run_named(workspace, name) for name in report.runs], begin)
