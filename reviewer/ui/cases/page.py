"""The Cases screen: the list of a suite's cases, and beside it the chosen one to read or to edit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout

from reviewer.app.cases import Saved
from reviewer.app.window_deleting import chosen_cases
from reviewer.core.actions import ActionScale
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.facts.origins import Beside
from reviewer.store.facts.suites import CaseDetail
from reviewer.store.queries import origins, suites
from reviewer.ui.adjudicate.disputing import dispute_first
from reviewer.ui.bin.deleting import deleting_of, start_deleting_suite
from reviewer.ui.bin.export_erasing import start_erasing_suite
from reviewer.ui.bin.retention import start_keeping
from reviewer.ui.cases.editor import CaseEditor, Edit
from reviewer.ui.cases.filters import UnsavedBar
from reviewer.ui.cases.list import CaseList
from reviewer.ui.cases.new_suite import start_new_suite
from reviewer.ui.cases.panel import CasePanel
from reviewer.ui.cases.rescale import start_rescaling
from reviewer.ui.cases.responses import show_responses
from reviewer.ui.cases.retiring import Retiring
from reviewer.ui.cases.saving import Saving
from reviewer.ui.cases.suite_plan import start_planning
from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.cover import covered_words
from reviewer.ui.kit.page import EmptyOr, EmptyState, Grade, Page, margins
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task


class CaseSide(QStackedWidget):
    """Beside the list: the chosen case to read, or to edit."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._task: Task[tuple[CaseDetail, Beside]] | None = None
        self.panel = CasePanel(session.cover)
        self.editor = CaseEditor(session)
        self.addWidget(self.panel)
        self.addWidget(self.editor)
        session.settings_changed.connect(self._apply_text_size)
        self._apply_text_size()

    @property
    def is_editing(self) -> bool:
        return self.currentWidget() is self.editor

    def read(self, case_id: int, scale: Callable[[], ActionScale]) -> None:
        """Show the case in the panel; what was asked for before is not waited for any more."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._session.read(
            lambda workspace: _with_origin(workspace, case_id),
            lambda found: self.panel.show_detail(found[0], scale(), found[1]),
            lambda error: self._not_read(error, scale()),
        )

    def _not_read(self, error: Exception, scale: ActionScale) -> None:
        """The case before does not stay beside the row of another one."""
        self.panel.show_detail(None, scale)
        self._session.tasks.failed.emit(error)

    def uncover(self) -> None:
        """Show the chosen case's text where it is covered."""
        if category := self.panel.uncover():
            self._session.count_uncovered(category, 1)
        else:
            self._session.notice.emit("No text is covered here.")

    def _apply_text_size(self) -> None:
        self.panel.turns.set_points(self._session.settings.text_points)


class CloseGuard(QObject):
    """The window does not close over unsaved edits: then `refused` is called instead."""

    def __init__(self, is_unsaved: Callable[[], bool], refused: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._is_unsaved, self._refused = is_unsaved, refused
        self._window: QObject | None = None

    def watch(self, window: QObject) -> None:
        if self._window is not window:
            self._window = window
            window.installEventFilter(self)

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() is QEvent.Type.Close and self._is_unsaved():
            event.ignore()
            self._refused()
            return True
        return super().eventFilter(watched, event)


class EditorGuard(QObject):
    """Stands before everything that would leave the editor: unsaved edits are asked about in the page.

    `left` comes when the editor is left, `kept` when the person wants to go on editing.
    """

    left = Signal()
    kept = Signal()

    def __init__(self, side: CaseSide, bar: UnsavedBar, parent: QObject) -> None:
        super().__init__(parent)
        self._side, self._bar = side, bar
        self._after: Callable[[], object] | None = None
        bar.discard_wanted.connect(self._leave)
        bar.keep_wanted.connect(self._keep)

    def guard(self, go_on: Callable[[], object]) -> None:
        """Do it now, or after the person has said what becomes of the unsaved edits."""
        if self._side.is_editing and self._side.editor.dirty:
            self._after = go_on
            self._bar.ask(self._side.editor.title.text())
        else:
            go_on()

    def close(self) -> None:
        """Leave the editor, asking first where something would be lost; asked already, keep editing."""
        if self._bar.isVisible():
            self._keep()
        elif self._side.is_editing:
            self.guard(self.left.emit)

    def take_after(self) -> Callable[[], object] | None:
        """Where the person wanted to go when they were asked; only once."""
        after, self._after = self._after, None
        return after

    def _leave(self) -> None:
        after = self.take_after()
        self.left.emit()
        if after is not None:
            after()

    def _keep(self) -> None:
        self._after = None
        self._bar.hide()
        self.kept.emit()


class CasesPage(Page):
    """The cases of a suite, and beside them the chosen one."""

    name = "cases"

    def __init__(self, session: Session, commands: CommandTable) -> None:
        super().__init__(session, commands)
        self._edited_id: int | None = None
        self.unsaved = UnsavedBar()
        self.list = CaseList(session)
        self.retiring = Retiring(session, self)
        self.side = CaseSide(session)
        self.panel, self.editor = self.side.panel, self.side.editor
        self.saving = Saving(session, self.editor, self._saved)
        self.leaving = EditorGuard(self.side, self.unsaved, self)
        self.close_guard = CloseGuard(
            lambda: self.has_unsaved_input, lambda: self.holds_back(self.window().close), self
        )
        self._lay_out()
        self._connect()
        self._bind()

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(self.side)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([800, 460])
        split.setChildrenCollapsible(False)
        empty = EmptyState(
            "There are no cases yet: import a file of requests with the right action for each, or write one "
            "({cases.new}).",
            "Import cases…",
            self.commands["file.import"].trigger,
        )
        empty.button.setVisible(not self.session.read_only)
        self._or_empty = EmptyOr(split, empty)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.unsaved)
        layout.addWidget(self._or_empty, 1)

    def _connect(self) -> None:
        self.list.case_chosen.connect(self._case_chosen)
        self.list.listed.connect(self._listed)
        self.list.failed.connect(self.not_read)
        self.list.filters.suite_chosen.connect(
            lambda suite_id: self.leaving.guard(lambda: self.session.select(suite_id=suite_id))
        )
        self.list.filters.only_read(self.session.read_only)
        self.list.filters.new.clicked.connect(self.commands["cases.new"].trigger)
        self.list.filters.bring.clicked.connect(self.commands["file.import"].trigger)
        self.list.table.doubleClicked.connect(lambda _index: self.start_editing())
        self.panel.edit_wanted.connect(self.start_editing)
        self.panel.responses_wanted.connect(self.commands["cases.responses"].trigger)
        self.panel.retire_wanted.connect(self.commands["cases.retire"].trigger)
        self.panel.twin_wanted.connect(self.list.go_to)
        self.editor.save_wanted.connect(self._save)
        self.editor.cancelled.connect(self.leaving.close)
        self.leaving.left.connect(self.saving.give_up)
        self.leaving.left.connect(self._show_panel)
        self.leaving.kept.connect(self._keep_editing)
        self.unsaved.save_wanted.connect(self.editor.try_to_save)

    def _bind(self) -> None:
        bind = self.commands.bind
        bind("cases.search", self.list.filters.take_focus)
        bind("cases.new", lambda: self.leaving.guard(self._start_new))
        bind("cases.edit", self.start_editing)
        bind("cases.uncover", self.side.uncover)
        bind("cases.save", self.editor.try_to_save)
        bind("cases.close", self.leaving.close)
        bind("cases.retire", lambda: self.leaving.guard(partial(self.retiring.toggle, self.list.selected_ids)))
        show = partial(show_responses, self.session, self.commands)
        bind("cases.responses", lambda: self.leaving.guard(lambda: show(self.panel.detail)))
        bind("cases.undo", self.retiring.undo)
        bind("cases.delete", lambda: self.leaving.guard(partial(delete_chosen, self)))
        suite = partial(start_deleting_suite, self.session)
        bind("cases.delete_suite", lambda: self.leaving.guard(lambda: suite(self.list.listing.suite, self.window())))
        erase = partial(start_erasing_suite, self.session)
        bind("cases.export_erase", lambda: self.leaving.guard(lambda: erase(self.list.listing.suite, self.window())))
        bind("cases.retention", lambda: start_keeping(self.session, self.list.listing.suite, self.window()))
        bind("cases.dispute", lambda: dispute_first(self.session, self.list.selected_ids, self))
        bind("cases.new_suite", lambda: self.leaving.guard(lambda: start_new_suite(self.session, self.window())))
        bind("cases.plan", lambda: start_planning(self.session, self.list.listing.suite, self.window()))
        bind("cases.rescale", lambda: self.leaving.guard(self._start_rescaling))

    def leave(self) -> None:
        """What was edited belongs to the workspace that is left."""
        if self.has_unsaved_input and not self.saving.is_under_way:
            self.session.notice.emit(f"{self.editor.title.text()}: the unsaved edits were left with their workspace.")

    # reading

    def grade(self, changes: Changes) -> Grade:
        if changes.kinds & {"suites", "cases", "labels"}:
            return Grade.ANEW
        return Grade.ROWS if changes.responses else Grade.NOTHING

    @property
    def has_unsaved_input(self) -> bool:
        return self.side.is_editing and self.editor.dirty

    def read_rows(self, changes: Changes) -> None:
        """A case that has responses now can no longer be edited in place."""
        self.list.model.make_stale()
        detail = self.panel.detail
        if detail is not None and not self.side.is_editing and changes.touches_case(detail.id):
            self.side.read(detail.id, lambda: self.list.listing.scale)

    def holds_back(self, go_on: Callable[[], object]) -> bool:
        if self.has_unsaved_input:
            self.commands["go.cases"].trigger()
            self.leaving.guard(go_on)
            return True
        return False

    def refresh(self) -> None:
        self.close_guard.watch(self.window())
        self.list.read()

    def take_focus(self) -> None:
        if self.side.is_editing:
            self.editor.turns.take_focus()
        elif self._or_empty.is_empty:
            self._or_empty.setFocus()
        elif self.list.model.rowCount() or self.list.listing.suite is None:
            self.list.table.setFocus()
        else:
            self.list.filters.take_focus()

    def _listed(self) -> None:
        suite = self.list.listing.suite
        self._or_empty.show_content(bool(self.list.listing.suites) or self.side.is_editing)
        if suite is not None and self.session.suite_id != suite.id:
            self.session.select(suite_id=suite.id)

    def _case_chosen(self, case_id: int) -> None:
        """The person or a new list went to a case, -1 for none."""
        if self.side.is_editing and case_id == self._edited_id:
            return
        if case_id < 0:
            self.panel.show_detail(None, self.list.listing.scale)
        else:
            self.leaving.guard(lambda: self._leave_and_read(case_id))

    def _leave_and_read(self, case_id: int) -> None:
        if self.side.is_editing:
            self._show_panel()
        self.side.read(case_id, lambda: self.list.listing.scale)

    def _start_rescaling(self) -> None:
        suite = self.list.listing.suite
        if suite is None:
            self.session.notice.emit("There is no suite yet, so there is no scale to change.")
        else:
            start_rescaling(self.session, suite, self.window())

    # editing

    def start_editing(self) -> None:
        detail = self.panel.detail
        if detail is None or self.side.is_editing:
            return
        if self.panel.is_covered:
            self.session.notice.emit(covered_words("case", detail.case.category, "cases.uncover"))
        else:
            self.editor.edit(detail, self.list.listing.scale)
            self._show_editor(detail.id)

    def _start_new(self) -> None:
        suite = self.list.listing.suite
        total = sum(suite.n_cases.values()) if suite else 0
        self.editor.edit_new(f"case-{total + 1:03}", self.list.listing.scale)
        self._show_editor(self.panel.detail.id if self.panel.detail else -1)

    def _show_editor(self, edited_id: int) -> None:
        self._edited_id, self.list.pinned = edited_id, True
        self.unsaved.hide()
        self._or_empty.show_content(True)
        self.side.setCurrentWidget(self.editor)
        self.editor.turns.take_focus()

    def _show_panel(self) -> None:
        self._edited_id, self.list.pinned = None, False
        self.unsaved.hide()
        self.editor.stop()
        self.side.setCurrentWidget(self.panel)
        self._or_empty.show_content(bool(self.list.listing.suites))
        self.list.table.setFocus()

    def _save(self, edit: Edit) -> None:
        suite = self.list.listing.suite
        self.saving.save(edit, suite.id if suite else None)

    def _saved(self, saved: Saved) -> None:
        """Show what was saved, or go on to where the person wanted to go meanwhile."""
        after = self.leaving.take_after()
        self._show_panel()
        self.session.notice.emit("Saved.")
        if after is not None:
            after()
            return
        self.list.want(saved.case_id)
        self.session.select(suite_id=saved.suite_id)

    def _keep_editing(self) -> None:
        if self._edited_id is not None:
            self.list.choose(self._edited_id)
        # The suite's combo may have been moved on already.
        self.list.read()
        self.editor.turns.take_focus()


def delete_chosen(page: CasesPage) -> None:
    """Put the cases that are selected in the list into the bin."""
    if ids := page.list.selected_ids:
        deleting_of(page.session).delete(partial(chosen_cases, case_ids=ids))


def _with_origin(workspace: Workspace, case_id: int) -> tuple[CaseDetail, Beside]:
    """A case, and where it came from."""
    detail = suites.case_detail(workspace, case_id)
    return detail, origins.beside_case(workspace, detail.suite_id, detail.case.key)
