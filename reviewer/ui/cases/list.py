"""The left half of the Cases screen: filters over a table of a suite's cases."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import CaseFilter, CaseSort, SuiteLine
from reviewer.store.queries import suites
from reviewer.ui.cases.filters import CaseFilters
from reviewer.ui.cases.table import STRIP_COLUMN, CaseTableModel, StripDelegate
from reviewer.ui.kit.page import EmptyOr, EmptyState
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID

WIDTHS = (17, 30, 12, 10, 12, 10, 10)
"""Of the columns, in grid units."""


@dataclass(frozen=True)
class Listing:
    """The suites, the one looked at, its categories, and the ids that pass the filter."""

    suites: tuple[SuiteLine, ...]
    suite: SuiteLine | None
    categories: tuple[str, ...]
    ids: array[int]

    @property
    def scale(self) -> ActionScale:
        return self.suite.scale if self.suite else DEFAULT_SCALE


class RowTable(QTableView):
    """A table of whole rows: Home and End go to the first and the last row, not along the columns."""

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        rows, column = self.model().rowCount(), max(self.currentIndex().column(), 0)
        if rows and action is QAbstractItemView.CursorAction.MoveHome:
            return self.model().index(0, column)
        if rows and action is QAbstractItemView.CursorAction.MoveEnd:
            return self.model().index(rows - 1, column)
        return super().moveCursor(action, modifiers)


class CaseList(QWidget):
    """`case_chosen` carries the id of the row the person is on, -1 for none; `listed` comes after each reading,
    `failed` with the error of one that failed.
    """

    case_chosen = Signal(int)
    listed = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.listing = Listing((), None, (), array("q"))
        self._sort, self._descending = CaseSort.KEY, False
        self._task: Task[Listing] | None = None
        self._wanted_id: int | None = None
        self.pinned = False
        """While a case is edited, no other row is chosen by itself."""
        self.filters = CaseFilters()
        self.model = CaseTableModel(session, self)
        self.table = self._make_table()
        empty = EmptyState("No case matches the search and the filters.", "Clear them", self.filters.clear)
        self._or_empty = EmptyOr(self.table, empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.filters)
        layout.addWidget(self._or_empty, 1)
        self.filters.changed.connect(self.read)
        self.filters.down_wanted.connect(self.to_table)
        self.table.horizontalHeader().sectionClicked.connect(self._sort_by)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)

    def _make_table(self) -> QTableView:
        table = RowTable()
        table.setModel(self.model)
        table.setAccessibleName("Cases")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setItemDelegateForColumn(STRIP_COLUMN, StripDelegate(table))
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        # Rows of one height: with 100,000 rows no row may be measured.
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + GRID + 2)
        header = table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setAccessibleName("Columns; click to sort")
        for column, width in enumerate(WIDTHS):
            table.setColumnWidth(column, width * GRID)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        return table

    def read(self) -> None:
        """Read suites and ids again; a reading under way is dropped."""
        if self._task is not None:
            self._task.cancel()
        suite_id, filters = self._session.suite_id, self.filters.wanted()
        sort, descending = self._sort, self._descending

        def query(workspace: Workspace) -> Listing:
            found = tuple(suites.suites(workspace))
            suite = next((each for each in found if each.id == suite_id), found[0] if found else None)
            if suite is None:
                return Listing(found, None, (), array("q"))
            wanted = CaseFilter(suite.id, **filters, sort=sort, descending=descending, label_order=suite.scale.ids)
            categories = tuple(suites.categories(workspace, suite.id))
            return Listing(found, suite, categories, suites.case_ids(workspace, wanted))

        self._task = self._session.read(query, self._show, self._not_read)

    def _show(self, listing: Listing) -> None:
        """Show the list, and stay at the case that was chosen or, where it is gone, at its row."""
        row, chosen = self.table.currentIndex().row(), self._chosen_id()
        if self._wanted_id is not None:
            chosen, self._wanted_id = self._wanted_id, None
        self.listing = listing
        self.filters.show_listing(listing.suites, listing.suite, listing.categories, len(listing.ids))
        self.model.set_ids(listing.ids, listing.scale)
        self._or_empty.show_content(bool(listing.ids))
        self.listed.emit()
        found = self.model.row_of(chosen) if chosen is not None else -1
        if found < 0 and not self.pinned:
            found = min(max(row, 0), len(listing.ids) - 1)
        if found >= 0 and found == self.table.currentIndex().row():
            self.case_chosen.emit(self.model.ids[found])
        else:
            self.choose_row(found)

    def _not_read(self, error: Exception) -> None:
        """Say again of which suite the list that stays is."""
        before = self.listing
        self.filters.show_listing(before.suites, before.suite, before.categories, len(before.ids))
        self.failed.emit(error)

    def _chosen_id(self) -> int | None:
        row = self.table.currentIndex().row()
        return self.model.ids[row] if 0 <= row < len(self.model.ids) else None

    def choose_row(self, row: int) -> None:
        """Go to a row; -1 is none."""
        if row < 0:
            if not self.pinned:
                self.case_chosen.emit(-1)
            return
        index = self.model.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(index, flags)
        self.table.scrollTo(index)

    def choose(self, case_id: int) -> bool:
        """Go to a case; whether the list has it."""
        row = self.model.row_of(case_id)
        if row >= 0:
            self.choose_row(row)
        return row >= 0

    def go_to(self, case_id: int) -> None:
        """Show a case, clearing the filters where they leave it out."""
        if not self.choose(case_id):
            self.want(case_id)
            self.filters.clear()

    def want(self, case_id: int) -> None:
        """The next reading goes to this case."""
        self._wanted_id = case_id

    def _row_changed(self) -> None:
        case_id = self._chosen_id()
        if case_id is not None:
            self.case_chosen.emit(case_id)

    @property
    def selected_ids(self) -> list[int]:
        return [self.model.ids[index.row()] for index in self.table.selectionModel().selectedRows()]

    def _sort_by(self, column: int) -> None:
        header = self.table.horizontalHeader()
        wanted = self.model.columns[column].sort
        if isinstance(wanted, CaseSort):
            self._descending = wanted is self._sort and not self._descending
            self._sort = wanted
            self.read()
        shown = [each.sort for each in self.model.columns].index(self._sort)
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(shown, order)

    def to_table(self) -> None:
        """Go from the search into the table."""
        self.table.setFocus()
        if not self.table.selectionModel().hasSelection() and self.model.rowCount():
            self.choose_row(0)
