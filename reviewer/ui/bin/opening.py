"""What is due when a workspace is opened: told first, then done."""

from __future__ import annotations

from PySide6.QtCore import QObject

from reviewer.app.erasing import Due, do_what_is_due, what_is_due
from reviewer.app.window_deleting import EVERYTHING
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.ui.kit.session import Session


class DueAtOpening(QObject):
    """Erases what has been in the bin for 30 days, and deletes or names suites that are kept too long."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        session.opened.connect(lambda: session.read(what_is_due, self._tell))

    def _tell(self, due: Due) -> None:
        for sentence in due.sentences:
            self._session.notice.emit(sentence)
        if not due.acts:
            return

        def work(workspace: Workspace) -> tuple[list[str], Changes]:
            told = list(do_what_is_due(workspace, due))
            return told, EVERYTHING if any(each.deletes for each in due.passed) else Changes()

        self._session.write(work, self._told, in_parts=True)

    def _told(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self._session.notice.emit(sentence)
