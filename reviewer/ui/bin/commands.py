"""What the menus do about deleting, whatever page is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from reviewer.ui.bin.deleting import deleting_of
from reviewer.ui.bin.imports import PastImportsDialog
from reviewer.ui.bin.opening import DueAtOpening
from reviewer.ui.bin.recent import RecentlyDeletedDialog
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.session import Session


class BinCommands(QObject):
    """Binds them; their dialogs belong to the window."""

    def __init__(self, session: Session, commands: CommandTable, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._deleting = deleting_of(session)
        DueAtOpening(session, self)
        for command, show in (("file.bin", self._show_bin), ("file.imports", self._show_imports)):
            commands.bind(command, session.sight.unless_blind(show, session.refused.emit))
        commands.bind("file.undelete", self._deleting.bring_back)

    def _show_bin(self) -> None:
        if self._is_open():
            show_over(RecentlyDeletedDialog(self._session, self._window))

    def _show_imports(self) -> None:
        if self._is_open():
            show_over(PastImportsDialog(self._session, self._deleting, self._window))

    def _is_open(self) -> bool:
        if not self._session.is_open:
            self._session.notice.emit("Open or make a workspace first.")
        return self._session.is_open
