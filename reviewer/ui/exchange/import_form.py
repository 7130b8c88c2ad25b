"""Everything a person can choose about one source of an import."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from reviewer.core.actions import ActionScale
from reviewer.exchange.formats.clipboard import Clipboard
from reviewer.exchange.kit.preview import TablePreview
from reviewer.exchange.registry import FORMATS
from reviewer.store.facts.suites import OnConflict
from reviewer.ui.exchange.import_mapping import ColumnMapping, LabelMapping
from reviewer.ui.exchange.imports import FILE_FORMATS, RUNS, TABLES, ImportChoices, ImportSource
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.scale_box import ScaleBox
from reviewer.ui.kit.theme import GRID

CONFLICTS = (
    ("leave the new case out and list it", OnConflict.REPORT),
    ("keep the case that is there", OnConflict.SKIP),
    ("make a new version of the case", OnConflict.NEW_VERSION),
)


class ImportForm(QWidget):
    """`rows_changed` comes where the rows themselves are others now, `changed` where they only mean something else."""

    rows_changed = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: ImportSource | None = None
        self.is_mapped = self._suite_is_there = False
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("The pasted table")
        self.text.setMaximumHeight(14 * GRID)
        self.format, self.suite, self.conflict = QComboBox(), QComboBox(), QComboBox()
        for name in FILE_FORMATS:
            self.format.addItem(f"{name} – {FORMATS[name].description}", name)
        self.format.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.format.setMinimumContentsLength(40)
        self.suite.setEditable(True)
        self.scale = ScaleBox()
        self.scale.setToolTip("A file that names its own scale keeps it")
        self.run = QLineEdit()
        self.run.setPlaceholderText("as the file names it")
        for text, value in CONFLICTS:
            self.conflict.addItem(text, value)
        self.strict = QCheckBox("Import nothing if a single row is bad")
        self.columns, self.labels = ColumnMapping(), LabelMapping()
        self.labels_caption = plain_label("What the label values stand for")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setHorizontalSpacing(2 * GRID)
        self._form.setVerticalSpacing(GRID)
        for caption, field in (
            ("Format", self.format),
            ("Into the suite", self.suite),
            ("Scale of a new suite", self.scale),
            ("As the run", self.run),
            ("Where a key is taken", self.conflict),
        ):
            self._form.addRow(caption, field)
            field.setAccessibleName(caption)
        line = self.suite.lineEdit()
        if line is not None:
            line.setPlaceholderText("as the file names it")
            line.setAccessibleName("Into the suite")
        self._form.addRow("", self.strict)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.text)
        layout.addLayout(self._form)
        layout.addWidget(self.columns, 3)
        layout.addWidget(self.labels_caption)
        layout.addWidget(self.labels, 2)
        self.show_preview(None, None)

    def _connect(self) -> None:
        self.text.textChanged.connect(self._other_rows)
        self.format.activated.connect(self._other_rows)
        self.suite.editTextChanged.connect(self.changed)
        self.scale.activated.connect(self.changed)
        self.run.textEdited.connect(self.changed)
        self.conflict.activated.connect(self.changed)
        self.strict.clicked.connect(self.changed)
        self.columns.changed.connect(self.changed)
        self.labels.changed.connect(self.changed)

    def _other_rows(self) -> None:
        """What was mapped does not hold for them."""
        self.is_mapped = False
        self.rows_changed.emit()

    def show_suites(self, names: Sequence[str]) -> None:
        shown = self.suite.currentText()
        self.suite.blockSignals(True)
        self.suite.clear()
        self.suite.addItems(names)
        self.suite.setEditText(shown)
        self.suite.blockSignals(False)

    def show_source(self, source: ImportSource, format_name: str) -> None:
        """Start on another source; says nothing."""
        self.blockSignals(True)
        self._source, self.is_mapped = source, False
        self.text.setVisible(source.is_pasted)
        self._form.setRowVisible(self.format, not source.is_pasted)
        if source.is_pasted:
            self.text.setPlainText(source.untrusted_text or "")
        self.format.setCurrentIndex(self.format.findData(format_name))
        self.suite.setEditText("")
        self.run.clear()
        self.show_preview(None, None)
        self.show_run_field()
        self.blockSignals(False)

    def show_run_field(self) -> None:
        """Only formats that bring runs need a run's name, and only cases have keys to conflict."""
        brings_runs = self.format_name in RUNS
        self._form.setRowVisible(self.run, brings_runs)
        self._form.setRowVisible(self.conflict, not brings_runs)
        self._form.setRowVisible(self.scale, not brings_runs and not self._suite_is_there)

    def show_scale(self, of_suite: ActionScale | None) -> ActionScale:
        """The scale that is imported with: of the suite, or, where there is no such suite yet, the one to choose."""
        self._suite_is_there = of_suite is not None
        self.show_run_field()
        return of_suite or self.scale.preset.scale

    def show_preview(self, preview: TablePreview | None, scale: ActionScale | None) -> None:
        """Show a table's first rows with what is chosen or guessed for them, or that there is no table."""
        self.is_mapped = preview is not None
        self.columns.setVisible(preview is not None)
        for part in (self.labels, self.labels_caption):
            part.setVisible(preview is not None and bool(preview.labels))
        if preview is not None and scale is not None:
            self.columns.show_preview(preview)
            self.labels.show_values(preview.labels, scale)

    def source(self) -> ImportSource:
        """The source as it is now: pasted text may have been corrected."""
        if self._source is None:
            raise RuntimeError("no source is shown yet")
        return ImportSource(self._source.path, self.text.toPlainText()) if self._source.is_pasted else self._source

    @property
    def format_name(self) -> str:
        """Name of the chosen format, "" where none is."""
        if self._source is None:
            return ""
        if self._source.is_pasted:
            return Clipboard.name
        return str(self.format.currentData() or "")

    @property
    def is_table(self) -> bool:
        return self.format_name in TABLES

    def choices(self) -> ImportChoices:
        """What is chosen now."""
        mapped = self.is_table and self.is_mapped
        brings_runs = self.format_name in RUNS
        return ImportChoices(
            self.format_name,
            suite=self.suite.currentText().strip(),
            run=self.run.text().strip() if brings_runs else "",
            mapping=self.columns.mapping if mapped else None,
            label_map=self.labels.label_map if mapped else None,
            on_conflict=OnConflict(self.conflict.currentData()),
            strict=self.strict.isChecked(),
            scale=self.scale.preset.scale,
        )
