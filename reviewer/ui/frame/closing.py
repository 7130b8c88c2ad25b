"""A window that is closed while something that was done is not stored yet: it waits for that, and closes by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from reviewer.ui.kit.held_writes import waiting
from reviewer.ui.kit.session import Session
from reviewer.wording.plural import counted, noun


class ClosingWhenStored(QObject):
    """Until somebody closes the window a second time, and with that leaves without what waits."""

    def __init__(
        self, session: Session, close: Callable[[], object], tell: Callable[[str], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._close, self._tell, self._wanted = session, close, tell, False
        session.all_stored.connect(self._on_stored)

    def stays(self) -> bool:
        """Whether something is not stored yet and nobody was told so before: now it is told, and waited for."""
        n, why = waiting(self._session)
        if not n or self._wanted:
            return False
        self._wanted = True
        self._tell(
            f"{counted(n, 'thing')} that you did {noun(n, 'is', 'are')} not stored yet. The window closes by itself "
            f"once {noun(n, 'it is', 'they are')}; close it again to leave without {noun(n, 'it', 'them')}. {why}"
        )
        return True

    def _on_stored(self) -> None:
        """In one workspace nothing waits any more."""
        if self._wanted and not waiting(self._session)[0]:
            self._close()
