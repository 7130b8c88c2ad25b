"""Export cases, responses, verdicts, decisions or label histories into a file, and save a filled template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.exports import ExportWhat, export_what
from reviewer.exchange.formats.native_out import ExportForm
from reviewer.exchange.kit.templates import write_template
from reviewer.store.database import Workspace
from reviewer.store.queries import runs, suites
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words

TEMPLATES = "CSV (*.csv);;Workbook (*.xlsx);;JSON Lines (*.jsonl)"
WHATS = (
    ("the cases of a suite", ExportWhat.CASES),
    ("the label histories of a suite", ExportWhat.LABELS),
    ("the responses of a run", ExportWhat.RESPONSES),
    ("the verdicts on a run", ExportWhat.VERDICTS),
    ("the decisions on a run", ExportWhat.DECISIONS),
)
FORMS = (
    ("JSON Lines: holds everything, for programs", ExportForm.JSONL),
    ("CSV: for spreadsheets", ExportForm.CSV),
)


@dataclass(frozen=True)
class Sources:
    """Names of what there is to export, and which of them the window looks at."""

    suites: Sequence[str]
    runs: Sequence[str]
    suite: str
    run: str


def start_export(session: Session, window: QWidget) -> QDialog:
    dialog = ExportDialog(session, window)
    dialog.open()
    return dialog


def save_template(session: Session, window: QWidget) -> QDialog:
    """Ask where, then write an example that imports as it is; the form follows the name."""
    dialog = QFileDialog(window, "Save a template", "template.csv", TEMPLATES)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.fileSelected.connect(lambda chosen: _write_template(session, Path(chosen)))
    dialog.open()
    return dialog


def _write_template(session: Session, path: Path) -> None:
    session.tasks.on_worker(
        lambda: write_template(path),
        lambda _: session.notice.emit(f"The template is in {path}. Replace its cases with your own and import it."),
    )


class ExportDialog(QDialog):
    """What, of which suite or run, in which form, and where to."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export")
        self._session = session
        self._sources = Sources((), (), "", "")
        self._suggested = ""
        self.what, self.which, self.form = QComboBox(), QComboBox(), QComboBox()
        for text, what in WHATS:
            self.what.addItem(text, what)
        for text, form in FORMS:
            self.form.addItem(text, form)
        self.path = QLineEdit()
        self.browse = QPushButton("Browse…")
        self.note = plain_label()
        self.note.setAccessibleName("About the file")
        self.export = QPushButton("Export")
        self.export.setDefault(True)
        self.cancel = QPushButton("Cancel")
        self._lay_out()
        self._connect()
        self.resize(80 * GRID, 30 * GRID)
        suite_id, run_id = session.suite_id, session.run_id
        session.read(lambda workspace: _sources(workspace, suite_id, run_id), self._have_sources, self._fail)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        for caption, field in (("Export", self.what), ("Of", self.which), ("Form", self.form), ("File", self.path)):
            form.addRow(caption, field)
            field.setAccessibleName(caption)
        form.addRow("", row(self.browse, None))
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addLayout(row(None, self.cancel, self.export))

    def _connect(self) -> None:
        self.what.activated.connect(self._show_which)
        self.which.activated.connect(self._suggest)
        self.form.activated.connect(self._suggest)
        self.path.textChanged.connect(self._check)
        self.browse.clicked.connect(self._browse)
        self.export.clicked.connect(self._export)
        self.cancel.clicked.connect(self.reject)

    @property
    def _what(self) -> ExportWhat:
        # Qt gives a StrEnum back as a plain text.
        return ExportWhat(self.what.currentData())

    def _have_sources(self, sources: Sources) -> None:
        self._sources = sources
        self._show_which()

    def _show_which(self) -> None:
        of_suite = self._what.is_of_suite
        self.which.clear()
        self.which.addItems(self._sources.suites if of_suite else self._sources.runs)
        looked_at = self._sources.suite if of_suite else self._sources.run
        self.which.setCurrentIndex(max(self.which.findText(looked_at), 0))
        self._suggest()

    def _suggest(self) -> None:
        """A name that says what is in the file, unless the person wrote one; its ending follows the form."""
        form = ExportForm(self.form.currentData())
        written = Path(self.path.text())
        if self.path.text() and self.path.text() != self._suggested:
            self.path.setText(str(written.with_suffix(f".{form}")) if written.suffix else self.path.text())
            return
        folder = self._session.path.parent if self._session.path else Path.home()
        name = "".join(c if c.isalnum() or c in "-_. " else "-" for c in self.which.currentText()).strip()
        self._suggested = str(folder / f"{name[:80]} {self._what}.{form}")
        self.path.setText(self._suggested)
        self._check()

    def _check(self) -> None:
        path = Path(self.path.text())
        if not self.which.currentText():
            kind = "suite" if self._what.is_of_suite else "run"
            self.note.setText(f"There is no {kind} in this workspace yet.")
        else:
            self.note.setText("The file exists and is replaced." if path.is_file() else "")
        self.export.setEnabled(bool(self.which.currentText() and self.path.text().strip()))

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Export", self.path.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()

    def _export(self) -> None:
        what, which, path = self._what, self.which.currentText(), Path(self.path.text()).expanduser()
        form = str(self.form.currentData())
        self.export.setEnabled(False)
        self.note.setText("Exporting…")

        def work(workspace: Workspace) -> int:
            suite, run = (which, None) if what.is_of_suite else (None, which)
            return export_what(workspace, what, suite, run, path, form)

        self._session.read(work, lambda n: self._exported(n, what, path), self._fail)

    def _exported(self, n: int, what: ExportWhat, path: Path) -> None:
        self._session.notice.emit(f"{n:,} {what if n != 1 else what.removesuffix('s')} written to {path}.")
        self.accept()

    def _fail(self, error: Exception) -> None:
        self._check()
        self.note.setText(error_words(error))


def _sources(workspace: Workspace, suite_id: int | None, run_id: int | None) -> Sources:
    suite_lines, run_lines = suites.stored_suites(workspace), runs.runs(workspace)
    return Sources(
        [line.name for line in suite_lines],
        [line.name for line in run_lines],
        next((line.name for line in suite_lines if line.id == suite_id), ""),
        next((line.name for line in run_lines if line.id == run_id), ""),
    )
