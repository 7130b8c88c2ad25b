"""What a dialog asked for while another program writes: it waits, the dialog says so, and closing that gives it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.ui.kit.held_writes import Held, HeldWrites, waits_words
from reviewer.ui.kit.session import Session

T = TypeVar("T")
CANCEL_GIVES_UP = "Cancel gives it up."


def write_lock_is_free(workspace: Workspace) -> None:
    """Whether a write would get its lock now, without one. Raises HeldError. For what must not be begun in vain: what
    reads a long file first, or stores in parts.
    """
    with workspace.write() as session:
        session.connection()


class HeldInDialog(QObject):
    """Of one dialog. Where another workspace is opened meanwhile, it goes on waiting for the one it was asked for.

    `is_gone` once the dialog was closed: it may have been stored all the same, and must not be touched by that.
    """

    def __init__(self, session: Session, dialog: QDialog, say: Callable[[str], object]) -> None:
        super().__init__(dialog)
        self._session, self._say = session, say
        self._line: HeldWrites | None = None
        self._held: Held | None = None
        self.is_gone = False
        dialog.rejected.connect(self.give_up)
        dialog.finished.connect(self._leave)

    def write(
        self,
        what: str,
        write: Callable[[Workspace], tuple[T, Changes]],
        done: Callable[[T], object],
        failed: Callable[[Exception], None],
        *,
        in_parts: bool = False,
    ) -> None:
        """As `Session.write`; `what` begins a sentence."""
        session = self._session

        def ended() -> None:
            if self._held is held:
                self._held = None

        def stored(result: T) -> None:
            ended()
            done(result)

        def not_stored(error: Exception) -> None:
            ended()
            failed(error)

        def given_up() -> None:
            ended()
            session.notice.emit(f"{what} was given up; nothing was stored.")

        held = Held(what, CANCEL_GIVES_UP, forget=given_up)
        held.waits = lambda: self._waits(held)
        self._line, self._held = session.held, held
        session.write(write, stored, not_stored, in_parts=in_parts, held=held)

    def _waits(self, held: Held) -> None:
        if self._held is held:
            self._say(waits_words(held, self._session.held.why))

    def _leave(self) -> None:
        self.is_gone = True

    def give_up(self) -> None:
        """The dialog is closed."""
        if self._held is not None and self._line is self._session.held:
            self._line.give_up(self._held)
