"""A window that is closed while something that was done is not stored yet: it waits for that, and closes by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from reviewer.ui.kit.held_writes import waiting
from reviewer.ui.kit.session import Session
from reviewer.wording.plural import counted, noun


class ClosingWhenStored(QObject):
    """Until somebody closes the window a second time, and with that leaves without what waits."""

    def __init__(self, session: Session, close: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._close, self._wanted = session, close, False
        session.all_stored.connect(self._on_stored)

    def first_waits(self) -> str:
        """What waits, as a sentence, where the window is to stay for it; empty where it may close."""
        n, why = waiting(self._session)
        if not n or self._wanted:
            return ""
        self._wanted = True
        return (
            f"{counted(n, 'thing')} that you did {noun(n, 'is', 'are')} not stored yet. The window closes by itself "
            f"once {noun(n, 'it is', 'they are')}; close it again to leave without {noun(n, 'it', 'them')}. {why}"
        )

    def _on_stored(self) -> None:
        """In one workspace nothing waits any more."""
        if self._wanted and not waiting(self._session)[0]:
            self._close()
