"""Retiring cases from the window, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from reviewer.app import cases as work
from reviewer.app.cases import StatusChange
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.session import Session
from reviewer.wording.plural import counted


class Retiring(QObject):
    """Remembers what was retired or brought back since the workspace was opened."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._done: list[StatusChange] = []
        session.opened.connect(self._done.clear)

    def toggle(self, ids: Sequence[int]) -> None:
        """Retire the cases, or bring them back where all of them are retired."""
        author = self._session.reviewer
        if ids:
            held = Held(f"The new status of {counted(len(ids), 'case')}")
            self._session.write(
                lambda workspace: work.retire_or_bring_back(workspace, ids, author), self._changed, held=held
            )

    def _changed(self, change: StatusChange) -> None:
        self._done.append(change)
        self._session.done.emit(change.sentence, "cases.undo")

    def undo(self) -> None:
        """Take the last change back."""
        if not self._done:
            self._session.notice.emit("There is nothing to undo here.")
            return
        change, author = self._done.pop(), self._session.reviewer
        self._session.write(
            lambda workspace: work.take_back(workspace, change, author),
            lambda _: self._session.notice.emit("Undone: the cases have their earlier status again."),
            lambda error: self._not_undone(change, error),
            held=Held("Giving the cases their earlier status"),
        )

    def _not_undone(self, change: StatusChange, error: Exception) -> None:
        """It can be undone still."""
        self._done.append(change)
        self._session.tasks.failed.emit(error)
