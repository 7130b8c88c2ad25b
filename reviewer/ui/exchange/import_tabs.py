"""What is known of the file that an import is about: its columns, first rows, labels, notes, and the rows left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from reviewer.app.jobs.imports import ImportReport
from reviewer.core.actions import ActionId, ActionScale
from reviewer.exchange.kit.preview import LabelValue, TablePreview
from reviewer.exchange.kit.records import LabelWord, OriginRecord
from reviewer.ui.exchange.import_columns import ColumnsTable, RowsTable
from reviewer.ui.exchange.import_cover import (
    ImportCover,
    UncoverButton,
    plain_columns,
    readable_words,
    table_categories,
)
from reviewer.ui.exchange.import_mapping import BadRows, LabelMapping
from reviewer.ui.exchange.words import in_the_window
from reviewer.ui.kit.reading import ReadingPane

_FIRST = ("Case", "Run", "Text", "Label")
_PLAIN = frozenset(at for at, name in enumerate(_FIRST) if name != "Text")


def _origin_note(origin: OriginRecord | None) -> Iterator[str]:
    """What the file says of its tool, and by which table of labels it is read."""
    if origin is not None and origin.tool:
        version = f" {origin.tool_version}" if origin.tool_version else ""
        table = f", read by the table {origin.mapping_version}" if origin.mapping_version else ""
        yield f"Written by {origin.tool}{version}{table}."
    if origin is not None and origin.licence:
        flag = ", which forbids commercial use" if origin.non_commercial else ""
        yield f"Its licence is {origin.licence}{flag}."


class ImportTabs(QTabWidget):
    """`changed` where the person gives a column another use or a label another action."""

    changed = Signal()

    def __init__(self, cover: ImportCover, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("About the file")
        self.columns, self.rows, self.labels = ColumnsTable(), RowsTable(), LabelMapping(cover)
        self.notes, self.bad = ReadingPane("Notes"), BadRows(cover)
        for part, name in (
            (self.columns, "Columns"),
            (self.rows, "First rows"),
            (self.labels, "Labels"),
            (self.notes, "Notes"),
            (self.bad, "Rows left out"),
        ):
            self.addTab(part, name)
        self.columns.changed.connect(self.changed)
        self.labels.changed.connect(self.changed)
        self._told: Sequence[str] = ()
        self._notes: Sequence[str] = ()
        self._preview: TablePreview | None = None
        self._named: ImportReport | None = None
        self._cover, self.uncover = cover, UncoverButton()
        self.setCornerWidget(self.uncover)
        self.uncover.clicked.connect(lambda: self._cover.show_texts(self._categories))
        cover.changed.connect(self._show_texts)
        self.columns.columns.shown_name = cover.name
        self.forget()

    def forget(self) -> None:
        """Another file, or other rows of it."""
        self._told = self._notes = ()
        self._preview = self._named = None
        self.columns.columns.forget()
        self.columns.columns.show_lines((), {})
        self.rows.rows.show_rows((), ())
        self.labels.show_nothing()
        self.notes.show_text("")
        self.bad.show_rows([])
        self._show_texts()
        self._name()
        self.setCurrentIndex(0)

    def show_preview(self, preview: TablePreview, scale: ActionScale) -> None:
        """The start of a table, with what is chosen or guessed for it."""
        self._preview, self._named = preview, None
        self._show_texts()
        self.labels.show_values(preview.labels, scale)
        self._told, self._notes = preview.told, ()
        self._show_notes()
        self._name()

    def show_report(self, report: ImportReport, scale: ActionScale, *, is_table: bool) -> None:
        """What importing would do or did."""
        if not is_table:
            self._preview, self._named = None, report
            self._show_texts()
            self.labels.show_values([LabelValue(each.word, each.n, each.action) for each in report.words], scale)
        else:
            self.add_words([each for each in report.words if each.action is None], scale)
        self._notes = (*_origin_note(report.origin), *report.notes)
        self._show_notes()
        self.bad.show_rows(report.bad)
        self._name(len(report.bad))

    @property
    def _categories(self) -> list[str | None]:
        """Of the first rows."""
        if self._preview is not None:
            return table_categories(self._preview)
        return [row.category for row in self._named.first] if self._named is not None else []

    def _show_texts(self) -> None:
        """The ledger, the first rows and the notes, as far as they are not covered."""
        ledger = self._preview.ledger if self._preview is not None else self._named.columns if self._named else ()
        self._cover.take_names(self._preview.columns if self._preview is not None else [each.name for each in ledger])
        self._show_notes()
        covered = frozenset(at for at, category in enumerate(self._categories) if self._cover.hides(category))
        columns, rows = self.columns.columns, self.rows.rows
        if self._preview is not None:
            columns.show_lines(self._cover.ledger(ledger, self._preview), self._preview.uses)
            names = tuple(map(self._cover.name, self._preview.columns))
            rows.show_rows(names, self._cover.rows(self._preview), covered, plain_columns(self._preview))
        elif self._named is not None:
            columns.show_named(self._cover.ledger(ledger, words=self._named.words))
            known = readable_words(self._named.words)
            shown = [
                (each.case, each.run, each.text, self._cover.word(each.label, known=each.label in known))
                for each in self._named.first
            ]
            rows.show_rows(_FIRST, shown, covered, _PLAIN)
        self.uncover.setVisible(self._cover.is_on)

    def add_words(self, words: Sequence[LabelWord], scale: ActionScale) -> None:
        """Words that nobody was asked about yet, behind those that are there."""
        self.labels.add_values([LabelValue(each.word, each.n, each.action) for each in words], scale)
        self._name(self.bad.n)

    def show_labels(self) -> None:
        """Bring the labels to the front, at the first that is asked about."""
        self.setCurrentWidget(self.labels)
        self.labels.to_asked()

    def _show_notes(self) -> None:
        said = dict.fromkeys(self._cover.sentence(in_the_window(each)) for each in (*self._told, *self._notes))
        self.notes.show_text("\n\n".join(said), stay=True)

    def _name(self, n_bad: int = 0) -> None:
        n_columns, asked = len(self.columns.columns.lines), self.labels.n_asked
        n_notes = sum(bool(line) for line in self.notes.toPlainText().split("\n"))
        labels = f"Labels ({asked} to say)" if asked else "Labels"
        for part, name, shown in (
            (self.columns, f"Columns ({n_columns:,})", True),
            (self.rows, "First rows", bool(self.rows.rows.rows)),
            (self.labels, labels, bool(self.labels.combos)),
            (self.notes, f"Notes ({n_notes})", n_notes > 0),
            (self.bad, f"Rows left out ({n_bad:,})", n_bad > 0),
        ):
            self.setTabText(self.indexOf(part), name)
            self.setTabVisible(self.indexOf(part), shown)

    @property
    def mapping(self) -> dict[str, str]:
        return self.columns.columns.mapping

    @property
    def label_map(self) -> dict[str, ActionId]:
        return self.labels.label_map

    def show_bad(self) -> None:
        """Bring the rows that were left out to the front."""
        self.setCurrentWidget(self.bad)
