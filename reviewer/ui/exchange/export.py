"""Export cases, responses, verdicts, decisions or label histories into a file, and save a filled template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

from reviewer.app.exports import ExportRequest, ExportWhat, export
from reviewer.exchange.formats.inspect_log import InspectLog
from reviewer.exchange.formats.label_studio import LabelStudioJson
from reviewer.exchange.formats.llm_comparator import LlmComparator
from reviewer.exchange.formats.native_out import ExportForm
from reviewer.exchange.formats.promptfoo import Promptfoo
from reviewer.exchange.formats.pyrit import PyRitMemory
from reviewer.exchange.kit.templates import write_template
from reviewer.exchange.outgoing.facts import Holds, Written
from reviewer.exchange.outgoing.inspect_log import InspectLogFile
from reviewer.exchange.outgoing.label_studio import LabelStudioTasks
from reviewer.exchange.outgoing.llm_comparator import ComparatorFile
from reviewer.exchange.outgoing.promptfoo import PromptfooResults
from reviewer.exchange.outgoing.pyrit import PyRitScores
from reviewer.exchange.outgoing_registry import EXPORTS, ExportFormat
from reviewer.host.files import name_as_written, sealed_as_written
from reviewer.store.database import Workspace
from reviewer.store.queries import origins, runs, suites
from reviewer.ui.exchange.export_rows import ExportRows
from reviewer.ui.kit.fields import align_fields
from reviewer.ui.kit.keys_ahead import FilledLater, show_over
from reviewer.ui.kit.left_plain import left_plain
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.passphrase import FilePassphrase
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.runs.table import one_line
from reviewer.wording.plural import counted

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
    ("Parquet: holds everything, for tables of millions", ExportForm.PARQUET),
)
_HOMES = {
    InspectLog.name: InspectLogFile.name,
    Promptfoo.name: PromptfooResults.name,
    LabelStudioJson.name: LabelStudioTasks.name,
    PyRitMemory.name: PyRitScores.name,
    LlmComparator.name: ComparatorFile.name,
}
"""The form in which another tool takes back what came from it, by the format that it came in."""


@dataclass(frozen=True)
class Sources:
    """What there is to export: suites with their categories, runs with their suites, and what the window looks at.
    `home` is the form of the tool that this run came from, "" where there is none."""

    suites: Mapping[str, Sequence[str]]
    runs: Mapping[str, str]
    suite: str
    run: str
    home: str = ""


def start_export(session: Session, window: QWidget, *, about_cases: bool = False) -> QDialog:
    """Offer what the person works on: the run, in the form of the tool that it came from, or with `about_cases` the
    suite."""
    dialog = ExportDialog(session, window, about_cases=about_cases)
    show_over(dialog)
    return dialog


def save_template(session: Session, window: QWidget) -> QDialog:
    """Ask where, then write an example that imports as it is; the form follows the name."""
    dialog = QFileDialog(window, "Save a template", "template.csv", TEMPLATES)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.fileSelected.connect(lambda chosen: _write_template(session, Path(chosen)))
    show_over(dialog)
    return dialog


def _write_template(session: Session, path: Path) -> None:
    session.tasks.on_worker(
        lambda: write_template(path),
        lambda _: session.notice.emit(f"The template is in {path}. Replace its cases with your own and import it."),
    )


class ExportDialog(FilledLater):
    """What, of which suite or run, in which form, only which rows, and where to."""

    def __init__(self, session: Session, parent: QWidget, *, about_cases: bool = False) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export")
        self._session, self._about_cases = session, about_cases
        self._sources = Sources({}, {}, "", "")
        self._suggested = ""
        self.what, self.which, self.against, self.form = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        for text, what in WHATS:
            self.what.addItem(text, what)
        self.rows = ExportRows()
        self.path = QLineEdit()
        self.browse = QPushButton("Browse…")
        self.secret = FilePassphrase()
        self.note = plain_label()
        self.note.setAccessibleName("About the file")
        self.export = QPushButton("Export")
        self.export.setDefault(True)
        self.cancel = QPushButton("Cancel")
        self._lay_out()
        self._connect()
        self._show_forms()
        self.resize(80 * GRID, 56 * GRID)
        suite_id, run_id = session.suite_id, session.run_id
        session.read(lambda workspace: _sources(workspace, suite_id, run_id), self._have_sources, self._not_read)

    def _lay_out(self) -> None:
        form = self._fields = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        fields = (("Export", self.what), ("Of", self.which), ("Form", self.form), ("Against", self.against))
        for caption, field in fields:
            form.addRow(caption, field)
            field.setAccessibleName(caption)
        self.rows.add_to(form)
        form.addRow("File", self.path)
        self.path.setAccessibleName("File")
        form.addRow("", row(self.browse, None))
        align_fields(form, self.secret)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addLayout(form)
        layout.addWidget(self.secret)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addLayout(row(None, self.cancel, self.export))

    def _connect(self) -> None:
        self.what.activated.connect(self._show_which)
        self.which.activated.connect(self._show_of_which)
        self.form.activated.connect(self._show_form)
        self.path.textChanged.connect(self._check)
        self.browse.clicked.connect(self._browse)
        self.export.clicked.connect(self._export)
        self.cancel.clicked.connect(self.reject)

    @property
    def _what(self) -> ExportWhat:
        # Qt gives a StrEnum back as a plain text.
        return ExportWhat(self.what.currentData())

    @property
    def _other(self) -> ExportFormat | None:
        """The form of another tool that is chosen; None for one of the program's own."""
        return EXPORTS.get(str(self.form.currentData()))

    @property
    def _ending(self) -> str:
        return f".{self.form.currentData()}" if self._other is None else self._other.suffixes[0]

    def _have_sources(self, sources: Sources) -> None:
        self._sources = sources
        if sources.run and not self._about_cases:
            self.what.setCurrentIndex(self.what.findData(ExportWhat.RESPONSES))
        self._show_which()
        if sources.home and not self._about_cases:
            self.form.setCurrentIndex(max(self.form.findData(sources.home), 0))
            self._show_form()
        self.end_filling()

    def _not_read(self, error: Exception) -> None:
        self._fail(error)
        self.end_filling()

    def _show_which(self) -> None:
        of_suite = self._what.is_of_suite
        self.which.clear()
        for name in self._sources.suites if of_suite else self._sources.runs:
            self.which.addItem(one_line(name), name)
        looked_at = self._sources.suite if of_suite else self._sources.run
        self.which.setCurrentIndex(max(self.which.findData(looked_at), 0))
        self._show_forms()
        self._show_of_which()

    @property
    def _called(self) -> str:
        """The suite or run that is chosen; empty where there is none."""
        return str(self.which.currentData() or "")

    def _show_forms(self) -> None:
        """The program's own forms, and those of other tools that are made of what is exported."""
        wanted = self.form.currentData()
        self.form.clear()
        for text, form in FORMS:
            self.form.addItem(text, form)
        for other in EXPORTS.values():
            if str(other.holds) == self._what or (other.holds is Holds.PAIRS and self._what is ExportWhat.RESPONSES):
                self.form.addItem(other.title, other.name)
        self.form.setCurrentIndex(max(self.form.findData(wanted), 0))
        self._show_form()

    def _show_of_which(self) -> None:
        """The categories of the suite that is meant, and the runs that a run can be set against."""
        name = self._called
        suite = name if self._what.is_of_suite else self._sources.runs.get(name, "")
        self.rows.show_categories(self._sources.suites.get(suite, ()))
        self.against.clear()
        for run, of in self._sources.runs.items():
            if of == suite and run != name:
                self.against.addItem(one_line(run), run)
        self._suggest()

    def _show_form(self) -> None:
        other = self._other
        self._fields.setRowVisible(self.against, other is not None and other.holds is Holds.PAIRS)
        self.rows.non_commercial.setChecked(other is None)
        self._suggest()

    def _suggest(self) -> None:
        """A name that says what is in the file, unless the person wrote one; its ending follows the form."""
        written = Path(self.path.text())
        if self.path.text() and self.path.text() != self._suggested:
            self.path.setText(str(written.with_suffix(self._ending)) if written.suffix else self.path.text())
            self._check()
            return
        folder = self._session.path.parent if self._session.path else Path.home()
        name = "".join(c if c.isalnum() or c in "-_. " else "-" for c in self._called).strip()
        told = self._what if self._other is None else self._other.name
        self._suggested = str(folder / f"{name[:80]} {told}{self._ending}")
        self.path.setText(self._suggested)
        self._check()

    def _check(self) -> None:
        path = Path(self.path.text())
        about = "" if self._other is None else self._other.description
        lacks = self._lacks()
        said = [about, lacks, "The file exists and is replaced." if path.is_file() and not lacks else ""]
        self.note.setText("\n".join(filter(None, said)))
        self.export.setEnabled(bool(self.path.text().strip()) and not lacks)

    def _lacks(self) -> str:
        if not self._called:
            return f"There is no {'suite' if self._what.is_of_suite else 'run'} in this workspace yet."
        if self._other is not None and self._other.holds is Holds.PAIRS and not self.against.count():
            return "There is no other run of this suite to set it against."
        return ""

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Export", self.path.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(self.path.setText)
        show_over(dialog)

    def _export(self) -> None:
        if not self.secret.is_sound():
            return
        which, path = self._called, Path(self.path.text()).expanduser()
        suite, run = (which, "") if self._what.is_of_suite else ("", which)
        form = str(self.form.currentData())
        against = (
            str(self.against.currentData()) if self._other is not None and self._other.holds is Holds.PAIRS else ""
        )
        request = ExportRequest(path, self._what, suite, run, against, form, self.rows.wanted)
        self.export.setEnabled(False)
        self.note.setText("Exporting…")
        secret = self.secret.passphrase

        def work(workspace: Workspace) -> tuple[Written, Path]:
            with sealed_as_written(secret):
                return export(workspace, request), name_as_written(path)

        self._session.read(work, lambda done: self._exported(*done, request.what), self._fail)

    def _exported(self, written: Written, path: Path, what: str) -> None:
        plain = "" if self.secret.passphrase else left_plain(self._session)
        said = f"{counted(written.count, what.removesuffix('s'), what)} written to {path}.{plain}"
        self._session.notice.emit(said)
        if not written.notes:
            self.accept()
            return
        self.note.setText("\n".join([said, *written.notes]))
        self.cancel.setText("Close")
        self.cancel.setFocus()
        self.export.setEnabled(True)

    def _fail(self, error: Exception) -> None:
        self._check()
        self.note.setText(error_words(error))


def _sources(workspace: Workspace, suite_id: int | None, run_id: int | None) -> Sources:
    suite_lines, run_lines = suites.stored_suites(workspace), runs.runs(workspace)
    came = origins.origins_of_run(workspace, run_id)[:1] if run_id is not None else []
    return Sources(
        {line.name: suites.categories(workspace, line.id) for line in suite_lines},
        {line.name: line.suite for line in run_lines},
        next((line.name for line in suite_lines if line.id == suite_id), ""),
        next((line.name for line in run_lines if line.id == run_id), ""),
        next((_HOMES.get(origin.format, "") for origin, _ in came), ""),
    )
