"""Everything a person can choose about one source of an import, beside its columns and labels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from reviewer.core.actions import ActionScale
from reviewer.exchange.formats.clipboard import Clipboard
from reviewer.exchange.kit.options import Numbered
from reviewer.exchange.kit.preview import TablePreview
from reviewer.exchange.registry import FORMATS
from reviewer.store.facts.suites import OnConflict
from reviewer.ui.exchange.import_cover import ImportCover, PastedText
from reviewer.ui.exchange.imports import FILE_FORMATS, RUNS, TABLES, ImportChoices, ImportSource
from reviewer.ui.kit.scale_box import ScaleBox
from reviewer.ui.kit.theme import GRID

CONFLICTS = (
    ("leave the new case out and list it", OnConflict.REPORT),
    ("keep the case that is there", OnConflict.SKIP),
    ("make a new version of the case", OnConflict.NEW_VERSION),
)


GUESSED = "as its bytes say"
ENCODINGS = ("utf-8", "utf-16", "gbk", "cp949", "shift-jis", "big5", "windows-1252", "windows-1251", "iso-8859-1")
NUMBERED = (
    ("say what they are", None),
    ("the turns of one conversation", Numbered.TURNS),
    ("requests of their own that belong together", Numbered.FAMILY),
)


class ImportForm(QWidget):
    """`rows_changed` comes where the rows themselves are others now, `changed` where they only mean something else."""

    rows_changed = Signal()
    changed = Signal()

    def __init__(self, cover: ImportCover, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: ImportSource | None = None
        self._sheet = ""
        self._suite_is_there = self._has_runs = False
        self.text = PastedText(cover)
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
        self.encoding, self.sheet, self.numbered = QComboBox(), QComboBox(), QComboBox()
        self.encoding.addItem(GUESSED, "")
        for name in ENCODINGS:
            self.encoding.addItem(name.upper() if name.startswith("utf") else name, name)
        self.sheet.setEditable(True)
        for words, numbered in NUMBERED:
            self.numbered.addItem(words, numbered)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setHorizontalSpacing(2 * GRID)
        self._form.setVerticalSpacing(GRID)
        for caption, field in (
            ("Format", self.format),
            ("Encoding of the text", self.encoding),
            ("Sheet or list", self.sheet),
            ("Numbered columns are", self.numbered),
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
        self.forget()

    def _connect(self) -> None:
        self.text.textChanged.connect(self._other_rows)
        self.format.activated.connect(self._other_rows)
        self.suite.editTextChanged.connect(self.changed)
        self.scale.activated.connect(self.changed)
        self.run.textEdited.connect(self.changed)
        self.conflict.activated.connect(self.changed)
        self.strict.clicked.connect(self.changed)
        self.encoding.activated.connect(self._other_rows)
        self.sheet.textActivated.connect(lambda _text: self._other_sheet())
        sheet = self.sheet.lineEdit()
        if sheet is not None:
            sheet.editingFinished.connect(self._other_sheet)
            sheet.setAccessibleName("Sheet or list")
        self.numbered.activated.connect(self.changed)

    def _other_rows(self) -> None:
        """What was mapped does not hold for them."""
        self.rows_changed.emit()

    def _other_sheet(self) -> None:
        if self.sheet.currentText() != self._sheet:
            self._sheet = self.sheet.currentText()
            self._other_rows()

    def forget(self) -> None:
        """Another file comes: what was said of the last one's text holds no more."""
        self._sheet, self._has_runs = "", False
        self.encoding.setItemText(0, GUESSED)
        for box in (self.encoding, self.numbered):
            box.setCurrentIndex(0)
        self.sheet.clear()
        for asked in (self.encoding, self.sheet, self.numbered):
            self._form.setRowVisible(asked, False)

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
        self._source = source
        self.forget()
        self.text.setVisible(source.is_pasted)
        self._form.setRowVisible(self.format, not source.is_pasted)
        if source.is_pasted:
            self.text.begin(source.untrusted_text or "")
        self.format.setCurrentIndex(self.format.findData(format_name))
        self.suite.setEditText("")
        self.run.clear()
        self.show_run_field()
        self.blockSignals(False)

    def show_run_field(self) -> None:
        """Only formats that bring runs need a run's name, and only cases have keys to conflict."""
        brings_runs = self.format_name in RUNS
        self._form.setRowVisible(self.run, brings_runs or self._has_runs)
        self._form.setRowVisible(self.conflict, not brings_runs)
        self._form.setRowVisible(self.scale, not brings_runs and not self._suite_is_there)

    def show_scale(self, of_suite: ActionScale | None) -> ActionScale:
        """The scale that is imported with: of the suite, or, where there is no such suite yet, the one to choose."""
        self._suite_is_there = of_suite is not None
        self.show_run_field()
        return of_suite or self.scale.preset.scale

    def show_preview(self, preview: TablePreview) -> None:
        """Ask what only a person can say of a table: its sheet, its encoding, what numbered columns are."""
        if preview.encoding:
            self.encoding.setItemText(0, f"{preview.encoding}, {GUESSED}")
        self._form.setRowVisible(self.encoding, bool(preview.encoding) or self.encoding.currentIndex() > 0)
        if [self.sheet.itemText(at) for at in range(self.sheet.count())] != list(preview.sheets):
            self.sheet.clear()
            self.sheet.addItems(preview.sheets)
            self.sheet.setEditText(self._sheet)
        self._form.setRowVisible(self.sheet, len(preview.sheets) > 1 or bool(self._sheet))
        asked = any("--numbered" in sentence for sentence in preview.asked)
        self._form.setRowVisible(self.numbered, asked or self.numbered.currentIndex() > 0)

    def ask(self, remedy: str) -> None:
        """Show the field of what an error asks for by its option."""
        for option, field in (("--sheet", self.sheet), ("--encoding", self.encoding), ("--numbered", self.numbered)):
            if option in remedy:
                self._form.setRowVisible(field, True)

    def show_runs(self, *, has_runs: bool) -> None:
        """Whether the file brings runs, which can be named."""
        self._has_runs = has_runs or bool(self.run.text())
        self.show_run_field()

    def source(self) -> ImportSource:
        """The source as it is now: pasted text may have been corrected."""
        if self._source is None:
            raise RuntimeError("no source is shown yet")
        return ImportSource(self._source.path, self.text.untrusted_text) if self._source.is_pasted else self._source

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
        return ImportChoices(
            self.format_name,
            suite=self.suite.currentText().strip(),
            run=self.run.text().strip(),
            on_conflict=OnConflict(self.conflict.currentData()),
            strict=self.strict.isChecked(),
            scale=self.scale.preset.scale,
            encoding=str(self.encoding.currentData() or ""),
            sheet=self._sheet,
            numbered=Numbered(chosen) if (chosen := self.numbered.currentData()) else None,
        )
