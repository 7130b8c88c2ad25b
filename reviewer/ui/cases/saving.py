"""An edit of a case on its way to the disk; what another program keeps from being stored waits in the editor."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from reviewer.app import cases as work
from reviewer.app.cases import Saved
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.ui.cases.editor import CaseEditor, Edit
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.session import Session
from reviewer.wording.plain_text import preview


class Saving(QObject):
    """The edit that the editor shows: while it waits its fields stay as they are, and leaving them gives it up."""

    def __init__(self, session: Session, editor: CaseEditor, saved: Callable[[Saved], None]) -> None:
        super().__init__(editor)
        self._session, self._editor, self._saved = session, editor, saved
        self._held: Held | None = None

    @property
    def is_under_way(self) -> bool:
        return self._held is not None

    def save(self, edit: Edit, suite_id: int | None) -> None:
        if self.is_under_way:
            return
        author, detail, editor = self._session.reviewer, edit.detail, self._editor
        key = preview(edit.case.key)
        held = Held(f"Your edit of {key}", "Cancel gives it up.", lambda: editor.hold(is_held=True))

        def store(workspace: Workspace) -> tuple[Saved, Changes]:
            if detail is None:
                return work.add_case(workspace, suite_id, edit.case, author)
            return work.save_edit(workspace, detail, edit.case, edit.reason, author)

        def stored(saved: Saved) -> None:
            if self._held is held:
                self._end()
                self._saved(saved)
            else:
                self._session.notice.emit(f"Your edit of {key} was stored before it could be given up.")

        def failed(error: Exception) -> None:
            if self._held is held:
                self._end()
                editor.show_trouble(error)
            else:
                self._session.tasks.failed.emit(error)

        self._held = held
        self._session.write(store, stored, failed, held=held)

    def give_up(self) -> None:
        """The editor was left."""
        held = self._held
        self._end()
        if held is not None:
            self._session.held.give_up(held)

    def _end(self) -> None:
        self._held = None
        self._editor.hold(is_held=False)
