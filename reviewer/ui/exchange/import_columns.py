"""The ledger of an import: every column, what it is read as, why, an example; and the first rows under it.

Both are models, so that a table of ten thousand columns opens as fast as one of three.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from reviewer.exchange.kit.columns import FIELDS, KEPT, Use
from reviewer.exchange.kit.field_names import REPEATABLE
from reviewer.exchange.kit.log_tables import KEPT as KEPT_BESIDE
from reviewer.exchange.kit.records import ColumnUse
from reviewer.ui.kit.called_by_qt import counts, handles, tells
from reviewer.ui.kit.cover import COVERED
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import preview

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
CELL_CHARACTERS = 120
NOT_READ = "not read"
USE = 1
"""The position of what a column is read as."""
_HEADINGS = ("Column", "Read as", "Why", "Example")
_WORDS: Mapping[str, str] = {
    KEPT: "kept beside the row",
    "prompt": "request",
    "messages": "conversation",
    "system": "system prompt",
    "key": "key of the case",
    "label": "label: the right action",
    "response": "response",
    "model": "model: names the run",
    "rating": "human rating: a decision",
    "reviewer": "reviewer: who rated",
    "turn": "numbered turn",
}
CHOICES = (*_WORDS, *(name for name in FIELDS if name not in _WORDS))
_LEDGER_FIELDS = {"text": "response", "action": "rating"}
"""What the ledger of a named format calls fields that have another name where they are chosen."""
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_F2)


def cell_text(untrusted_text: str) -> str:
    """On one line, at most 120 characters, with what nobody would see made visible."""
    return preview(untrusted_text, CELL_CHARACTERS)


def use_words(field: str, name: str = "") -> str:
    """`response (mock-open)`; what the plain word is for follows it in the list only."""
    words = _WORDS.get(field, field.replace("_", " ")) or NOT_READ
    return f"{words.partition(':')[0]} ({cell_text(name)})" if name and field != KEPT else words.partition(":")[0]


class ColumnModel(QAbstractTableModel):
    """A row for each column of the file. `chosen` comes when the person gives one another use."""

    chosen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: Sequence[ColumnUse] = ()
        self.uses: Mapping[str, Use] = {}
        self._said: dict[str, str] = {}
        self._left: dict[str, str] = {}
        self._is_named = False
        self.shown_name: Callable[[str], str] = str
        """What is shown of a column's name."""

    @property
    def is_asked(self) -> bool:
        """Whether a person can say what a column is; of a named format, what of it."""
        return bool(self.uses)

    def show_lines(self, lines: Sequence[ColumnUse], uses: Mapping[str, Use]) -> None:
        """Show a ledger. The rows that are there already stay, so that whoever is in one remains there."""
        same = [line.name for line in lines] == [line.name for line in self.lines] and bool(uses) == self.is_asked
        if not same:
            self.beginResetModel()
        self.lines, self.uses = tuple(lines), uses
        if same and self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, len(_HEADINGS) - 1))
        elif not same:
            self.endResetModel()

    def show_named(self, lines: Sequence[ColumnUse]) -> None:
        """The ledger of a named format, which knows its fields: a person may correct what it guesses of some."""
        self._is_named = True
        uses = {line.name: Use(_field_of(line), line.why) for line in lines if line.choices}
        self.show_lines(sorted(lines, key=_place), uses)

    def choices(self, row: int) -> Sequence[str]:
        """What the column of a row may be read as."""
        return (KEPT, *self.lines[row].choices) if self._is_named else CHOICES

    def forget(self) -> None:
        """Other rows: what was said does not hold for them."""
        self._said.clear()
        self._left.clear()
        self._is_named = False

    @counts
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    @counts
    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(_HEADINGS)

    @tells
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return _HEADINGS[section] if orientation == Qt.Orientation.Horizontal else section + 1

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        texts = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        if role not in texts:
            return None
        text = self._text(self.lines[index.row()], index.column())
        is_open = role == Qt.ItemDataRole.DisplayRole and bool(self.flags(index) & Qt.ItemFlag.ItemIsEditable)
        return f"{text}  ▾" if is_open else text

    def _text(self, line: ColumnUse, column: int) -> str:
        if column == USE:
            use = None if self._is_named else self.uses.get(line.name)
            return use_words(use.field, self.shown_name(use.name)) if use else _ledger_words(line)
        return cell_text((self.shown_name(line.name), "", line.why, line.example)[column])

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        can = index.column() == USE and self.lines[index.row()].name in self.uses
        return flags | Qt.ItemFlag.ItemIsEditable if can else flags

    def field(self, row: int) -> str:
        use = self.uses.get(self.lines[row].name)
        return use.field if use else ""

    def choose(self, row: int, field: str) -> None:
        """The person says what the column of a row is; a field of one column only leaves the one that had it."""
        column, before = self.lines[row].name, self.field(row)
        if self._is_named and field == KEPT:
            if before != KEPT:
                self._left[before] = column
            self._said.pop(column, None)
            self.chosen.emit()
            return
        self._left.pop(field, None)
        if field not in REPEATABLE or self._is_named:
            self._said = {other: said for other, said in self._said.items() if said != field}
        self._said[column] = field
        self.chosen.emit()

    @property
    def mapping(self) -> dict[str, str]:
        """{field: column} of what was said; what nobody touched is guessed again. A field of several columns is given
        with all that have it, because one that is said at all is not guessed."""
        if self._is_named:
            return {**dict.fromkeys(self._left, ""), **{field: column for column, field in self._said.items()}}
        found: dict[str, str] = {}
        for column, field in self._said.items():
            if field == KEPT:
                found[f"{KEPT}:{column}"] = column
            elif field in REPEATABLE:
                found.update(self._all_of(field))
            else:
                found[field] = column
        return found

    def _all_of(self, field: str) -> dict[str, str]:
        named = {column: use.name for column, use in self.uses.items() if use.field == field}
        named |= {column: "" for column, said in self._said.items() if said == field and column not in named}
        columns = [column for column in named if self._said.get(column, field) == field]
        if len(columns) == 1:
            name = named[columns[0]]
            return {f"{field}:{name}" if name else field: columns[0]}
        names = [named[column] or column for column in columns]
        return {
            f"{field}:{name if names.count(name) == 1 else column}": column
            for name, column in zip(names, columns, strict=True)
        }


def _place(line: ColumnUse) -> int:
    """What a person can correct comes first, then what is read; what a tool says of itself is last."""
    return 0 if line.choices else 1 if line.used_as else 2


def _field_of(line: ColumnUse) -> str:
    """What a named format reads a field as, of those that a person may choose."""
    used = _LEDGER_FIELDS.get(line.used_as, line.used_as)
    return used if used in line.choices else KEPT


def _ledger_words(line: ColumnUse) -> str:
    used_as = KEPT if line.why == KEPT_BESIDE else line.used_as
    field, _, name = used_as.removesuffix(")").partition(" (")
    return use_words(field, name) if field in _WORDS or not used_as else used_as


class _UseDelegate(QStyledItemDelegate):
    """A list of the fields over the cell."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        combo = QComboBox(parent)
        model = index.model()
        for field in model.choices(index.row()) if isinstance(model, ColumnModel) else CHOICES:
            combo.addItem(_WORDS.get(field, field.replace("_", " ")), field)
        combo.setAccessibleName(f"What the column {index.model().index(index.row(), 0).data()} holds")
        combo.activated.connect(lambda _index: self._give(combo))
        return combo

    def _give(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        model = index.model()
        if isinstance(editor, QComboBox) and isinstance(model, ColumnModel):
            editor.setCurrentIndex(max(editor.findData(model.field(index.row())), 0))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox) and isinstance(model, ColumnModel):
            model.choose(index.row(), str(editor.currentData()))


class ColumnsTable(QTableView):
    """The ledger. Return, Space, F2 or a click opens the list of what a column may be; `changed` on each choice."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = ColumnModel(self)
        self.columns.chosen.connect(self.changed)
        self.setModel(self.columns)
        self.setItemDelegateForColumn(USE, _UseDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._open)
        plain_table(self, "Columns: what each is read as")
        for position, width in enumerate((24, 24, 30)):
            self.setColumnWidth(position, width * GRID)
        self.horizontalHeader().setStretchLastSection(True)

    @handles
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens the list, and does not press the dialog's button."""
        if event.key() in _RETURN and self.columns.is_asked:
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: Index) -> None:
        place = self.columns.index(index.row(), USE)
        if place.isValid() and self.columns.flags(place) & Qt.ItemFlag.ItemIsEditable:
            self.setCurrentIndex(place)
            self.edit(place)


class RowModel(QAbstractTableModel):
    """First rows of a file, as they are."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: Sequence[str] = ()
        self.rows: Sequence[Sequence[str]] = ()
        self._covered = self._plain = frozenset[int]()

    def show_rows(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        covered: frozenset[int] = frozenset(),
        plain: frozenset[int] = frozenset(),
    ) -> None:
        """Of the rows that are `covered` only the `plain` columns are shown."""
        if (columns, rows, covered, plain) != (self.columns, self.rows, self._covered, self._plain):
            self.beginResetModel()
            self.columns, self.rows = columns, rows
            self._covered, self._plain = covered, plain
            self.endResetModel()

    @counts
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @counts
    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @tells
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return cell_text(self.columns[section])[:40] if orientation == Qt.Orientation.Horizontal else section + 1

    @tells
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        text = self.rows[index.row()][index.column()]
        hidden = index.row() in self._covered and index.column() not in self._plain
        return COVERED if hidden and text else cell_text(text)


class RowsTable(QTableView):
    """The first rows of the file, before anything is made of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowModel(self)
        self.setModel(self.rows)
        plain_table(self, "First rows")
        self.horizontalHeader().setDefaultSectionSize(24 * GRID)


def plain_table(table: QTableView, name: str) -> None:
    """For reading, a line a row, left by Tab."""
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + GRID)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
