"""The Cases screen: search, filter and read the cases of a suite, edit them, retire them."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSplitter, QStackedWidget, QTableView, QVBoxLayout

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.queries import suites
from reviewer.store.queries.suites import CaseDetail, CaseFilter, CaseSort, SuiteLine
from reviewer.ui.commands import CommandTable
from reviewer.ui.models.case_table import SORTS, STRIP_COLUMN, CaseTable, StripDelegate
from reviewer.ui.session import Session
from reviewer.ui.tasks import Task
from reviewer.ui.theme import GRID
from reviewer.ui.viewmodels import cases as work
from reviewer.ui.viewmodels.cases import Saved, StatusChange
from reviewer.ui.views.case_editor import CaseEditor, Edit
from reviewer.ui.views.case_filters import CaseFilters, UnsavedBar
from reviewer.ui.views.case_panel import CasePanel
from reviewer.ui.widgets.page import EmptyOr, EmptyState, Page, margins

WIDTHS = (16, 34, 16, 11, 12, 11, 10)
"""Of the columns, in grid units."""


@dataclass(frozen=True)
class Listing:
    """What the page shows: the suites, the one looked at, its categories, and the ids that pass the filter."""

    suites: tuple[SuiteLine, ...]
    suite: SuiteLine | None
    categories: tuple[str, ...]
    ids: array[int]


class CasesPage(Page):
    name = "cases"

    def __init__(self, session: Session, commands: CommandTable) -> None:
        super().__init__(session, commands)
        self.listing = Listing((), None, (), array("q"))
        self._sort, self._descending = CaseSort.KEY, False
        self._list_task: Task[Listing] | None = None
        self._detail_task: Task[CaseDetail] | None = None
        self._wanted_id: int | None = None
        self._undo: list[StatusChange] = []
        self._after_leaving: Callable[[], object] | None = None
        self._guarded: QObject | None = None
        self.filters = CaseFilters()
        self.unsaved = UnsavedBar()
        self.model = CaseTable(session, self)
        self.table = self._make_table()
        self.panel = CasePanel()
        self.editor = CaseEditor(session)
        self.side = QStackedWidget()
        self.side.addWidget(self.panel)
        self.side.addWidget(self.editor)
        self._lay_out()
        self._connect()
        self._bind()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("Cases")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setItemDelegateForColumn(STRIP_COLUMN, StripDelegate(table))
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setTextElideMode(Qt.TextElideMode.ElideRight)
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

    def _lay_out(self) -> None:
        self.no_match = EmptyOr(
            self.table, EmptyState("No case passes the search and the filters.", "Clear them", self.filters.clear)
        )
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.no_match)
        split.addWidget(self.side)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([740, 520])
        split.setChildrenCollapsible(False)
        content = QSplitter(Qt.Orientation.Vertical)
        content.addWidget(split)
        empty = EmptyState(
            "There are no cases yet: import a file of requests with the right action for each.",
            "Import cases…",
            lambda: self.commands["file.import"].trigger(),
        )
        self.whole = EmptyOr(content, empty)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.filters)
        layout.addWidget(self.unsaved)
        layout.addWidget(self.whole, 1)

    def _connect(self) -> None:
        self.filters.changed.connect(self._read_list)
        self.filters.suite_chosen.connect(self._suite_chosen)
        self.filters.down_wanted.connect(self._to_table)
        self.table.horizontalHeader().sectionClicked.connect(self._sort_by)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._row_chosen(now.row()))
        self.table.doubleClicked.connect(lambda _index: self.start_editing())
        self.panel.edit_wanted.connect(self.start_editing)
        self.panel.retire_wanted.connect(self.toggle_retired)
        self.panel.twin_wanted.connect(self.go_to)
        self.editor.save_wanted.connect(self._save)
        self.editor.cancelled.connect(self.close_editor)
        self.unsaved.save_wanted.connect(self.editor.try_to_save)
        self.unsaved.discard_wanted.connect(self._leave_editor)
        self.unsaved.keep_wanted.connect(self._keep_editing)
        self.session.settings_changed.connect(self._apply_text_size)
        self._apply_text_size()

    def _bind(self) -> None:
        bind = self.commands.bind
        bind("cases.search", self.filters.take_focus)
        bind("cases.new", self.start_new)
        bind("cases.edit", self.start_editing)
        bind("cases.save", self._save_if_editing)
        bind("cases.close", self.close_editor)
        bind("cases.retire", self.toggle_retired)
        bind("cases.undo", self.undo_retiring)

    # reading

    def concerns(self, changes: Changes) -> bool:
        return changes.suites or changes.cases or changes.labels or changes.responses

    def refresh(self) -> None:
        window = self.window()
        if self._guarded is not window:
            self._guarded = window
            window.installEventFilter(self)
        self._read_list()

    def take_focus(self) -> None:
        if self.side.currentWidget() is self.editor:
            self.editor.turns.take_focus()
        elif self.model.rowCount():
            self.table.setFocus()
        else:
            self.filters.take_focus()

    def _read_list(self) -> None:
        if self._list_task is not None:
            self._list_task.cancel()
        suite_id, filters = self.session.suite_id, self.filters.wanted()
        sort, descending = self._sort, self._descending

        def query(workspace: Workspace) -> Listing:
            found = tuple(suites.suites(workspace))
            suite = next((each for each in found if each.id == suite_id), found[0] if found else None)
            if suite is None:
                return Listing(found, None, (), array("q"))
            wanted = CaseFilter(suite.id, **filters, sort=sort, descending=descending, label_order=suite.scale.ids)
            categories = tuple(suites.categories(workspace, suite.id))
            return Listing(found, suite, categories, suites.case_ids(workspace, wanted))

        self._list_task = self.session.read(query, self._show_listing)

    def _show_listing(self, listing: Listing) -> None:
        before = self.panel.detail.id if self.panel.detail else None
        chosen = self._wanted_id if self._wanted_id is not None else before
        row = self.table.currentIndex().row()
        self.listing, self._wanted_id = listing, None
        self.filters.show_listing(listing.suites, listing.suite, listing.categories, len(listing.ids))
        selected = {index.row() for index in self.table.selectionModel().selectedRows()}
        self.model.set_ids(listing.ids, listing.suite.scale if listing.suite else DEFAULT_SCALE)
        editing = self.side.currentWidget() is self.editor
        self.whole.show_content(bool(listing.suites) or editing)
        self.no_match.show_content(bool(listing.ids))
        if listing.suite is not None and self.session.suite_id != listing.suite.id:
            self.session.select(suite_id=listing.suite.id)
        if self.table.currentIndex().row() >= 0 and selected:
            self._read_detail(self.model.ids[self.table.currentIndex().row()])
            return
        found = self.model.row_of(chosen) if chosen is not None else -1
        self._choose_row(found if found >= 0 else min(max(row, 0), len(listing.ids) - 1))

    def _choose_row(self, row: int) -> None:
        """Select a row; -1 is none. The panel follows."""
        if row < 0:
            self._read_detail(None)
            return
        index = self.model.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(index, flags)
        self.table.scrollTo(index)

    def _row_chosen(self, row: int) -> None:
        """The person went to another row: with unsaved edits, ask first."""
        if row < 0 or self._is_editing(row):
            return
        self.guard(lambda: self._read_detail(self.model.ids[row] if row < len(self.model.ids) else None))

    def _is_editing(self, row: int) -> bool:
        detail = self.panel.detail
        editing = self.side.currentWidget() is self.editor
        return editing and detail is not None and self.model.ids[row] == detail.id

    def _read_detail(self, case_id: int | None) -> None:
        if self._detail_task is not None:
            self._detail_task.cancel()
        if case_id is None:
            self.panel.show_detail(None, DEFAULT_SCALE)
            return
        self._detail_task = self.session.read(lambda w: suites.case_detail(w, case_id), self._show_detail)

    def _show_detail(self, detail: CaseDetail) -> None:
        self.panel.show_detail(detail, self._scale())
        if self.side.currentWidget() is self.editor and not self.editor.dirty:
            self._show_panel()

    def _scale(self) -> suites.ActionScale:
        return self.listing.suite.scale if self.listing.suite else DEFAULT_SCALE

    def _apply_text_size(self) -> None:
        self.panel.turns.set_points(self.session.settings.text_points)

    # filters, sorting, going

    def _suite_chosen(self, suite_id: int) -> None:
        if suite_id != self.session.suite_id:
            self.guard(lambda: self.session.select(suite_id=suite_id))

    def _sort_by(self, column: int) -> None:
        header = self.table.horizontalHeader()
        if column not in SORTS:
            header.setSortIndicator(
                next(shown for shown, sort in SORTS.items() if sort is self._sort), header.sortIndicatorOrder()
            )
            return
        self._descending = SORTS[column] is self._sort and not self._descending
        self._sort = SORTS[column]
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(column, order)
        self._read_list()

    def _to_table(self) -> None:
        self.table.setFocus()
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self._choose_row(0)

    def go_to(self, case_id: int) -> None:
        """Show a case, clearing the filters where they leave it out."""
        row = self.model.row_of(case_id)
        if row >= 0:
            self._choose_row(row)
            return
        self._wanted_id = case_id
        self.table.clearSelection()
        self.filters.clear()

    # editing

    def start_editing(self) -> None:
        detail = self.panel.detail
        if detail is None or self.side.currentWidget() is self.editor:
            return
        self.editor.edit(detail, self._scale())
        self.side.setCurrentWidget(self.editor)
        self.editor.turns.take_focus()

    def start_new(self) -> None:
        self.guard(self._start_new)

    def _start_new(self) -> None:
        total = sum(self.listing.suite.n_cases.values()) if self.listing.suite else 0
        self.whole.show_content(True)
        self.editor.edit_new(f"case-{total + 1:03}", self._scale())
        self.side.setCurrentWidget(self.editor)
        self.editor.turns.take_focus()

    def _save_if_editing(self) -> None:
        if self.side.currentWidget() is self.editor:
            self.editor.try_to_save()

    def _save(self, edit: Edit) -> None:
        author, detail = self.session.reviewer, edit.detail
        suite_id = self.listing.suite.id if self.listing.suite else None

        def store(workspace: Workspace) -> tuple[Saved, Changes]:
            if detail is None:
                return work.add_case(workspace, suite_id, edit.case, author)
            return work.save_edit(workspace, detail, edit.case, edit.reason, author)

        self.session.write(store, self._saved, self.editor.show_trouble)

    def _saved(self, saved: Saved) -> None:
        after, self._after_leaving = self._after_leaving, None
        self._show_panel()
        self.session.notice.emit("Saved.")
        if after is not None:
            after()
            return
        self._wanted_id = saved.case_id
        self.table.clearSelection()
        self.session.select(suite_id=saved.suite_id)

    def close_editor(self) -> None:
        """Leave the editor, asking first where something would be lost."""
        if self.unsaved.isVisible():
            self._keep_editing()
        elif self.side.currentWidget() is self.editor:
            self.guard(self._show_panel)

    def guard(self, go_on: Callable[[], object]) -> None:
        """Do it now, or after the person has said what becomes of the unsaved edits."""
        if self.side.currentWidget() is self.editor and self.editor.dirty:
            self._after_leaving = go_on
            self.unsaved.ask(self.editor.title.text())
        else:
            go_on()

    def _leave_editor(self) -> None:
        after, self._after_leaving = self._after_leaving, None
        self._show_panel()
        if after is not None:
            after()

    def _keep_editing(self) -> None:
        self._after_leaving = None
        self.unsaved.hide()
        row = self.model.row_of(self.panel.detail.id) if self.panel.detail else -1
        if row >= 0:
            self._choose_row(row)
        self.editor.turns.take_focus()

    def _show_panel(self) -> None:
        self.unsaved.hide()
        self.editor.stop()
        self.side.setCurrentWidget(self.panel)
        self.whole.show_content(bool(self.listing.suites))
        self.table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window may not close over unsaved edits."""
        if watched is self._guarded and event.type() is QEvent.Type.Close:
            if self.side.currentWidget() is self.editor and self.editor.dirty:
                event.ignore()
                self.commands["go.cases"].trigger()
                self.guard(self.window().close)
                return True
        return super().eventFilter(watched, event)

    # retiring

    def toggle_retired(self) -> None:
        """Retire what is selected, or bring it back where all of it is retired."""
        ids = [self.model.ids[index.row()] for index in self.table.selectionModel().selectedRows()]
        author = self.session.reviewer
        if ids:
            self.guard(
                lambda: self.session.write(
                    lambda workspace: work.retire_or_bring_back(workspace, ids, author), self._status_changed
                )
            )

    def _status_changed(self, change: StatusChange) -> None:
        self._undo.append(change)
        self.session.notice.emit(change.sentence)

    def undo_retiring(self) -> None:
        if not self._undo:
            self.session.notice.emit("There is nothing to undo here.")
            return
        change, author = self._undo.pop(), self.session.reviewer
        self.session.write(
            lambda workspace: work.take_back(workspace, change, author),
            lambda _: self.session.notice.emit("Undone: the cases have the status again that they had before."),
        )
