"""Who decides: asked once, at the first decision of who never said so; then the key that came is carried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.person import PersonDialog, PersonWords
from reviewer.ui.kit.session import Session

GIVEN_UP = "Nothing was decided: it was not said who decides."
ANOTHER_SHOWN = "Something else is shown by now, so nothing was decided. Press the key again."
SELF_DECLARED = (
    "Your decisions are stored under this name, here and in what you send to others. Nothing checks it: "
    "reports say that names are self-declared."
)
WORDS = PersonWords("Who are you?", SELF_DECLARED, "Do not decide", "Decide under this name")


class WhoAreYou(QObject):
    """The question before a first decision. `refused` says why the key that came was not carried out."""

    refused = Signal(str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._parent = session, parent

    def asks(self, act: Callable[[], object], shown: Callable[[], object]) -> bool:
        """Whether the person is asked first. Then `act` is called once they have said it, where what is `shown` is
        the same by then; where nothing is shown, nobody is asked.
        """
        before = shown()
        if self._session.settings.reviewer or before is None:
            return False
        dialog = WhoDialog(self._session, self._parent.window())
        dialog.chosen.connect(lambda name: self._said(name, act, shown() == before))
        dialog.rejected.connect(lambda: self.refused.emit(GIVEN_UP))
        show_over(dialog)
        return True

    def _said(self, name: str, act: Callable[[], object], same: bool) -> None:
        self._session.change_settings(replace(self._session.settings, reviewer=name))
        if same:
            act()
        else:
            self.refused.emit(ANOTHER_SHOWN)


class WhoDialog(PersonDialog):
    """Return takes the account's name, which is proposed."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(session, WORDS, parent)
