"""Who decides: asked once, at the first decision of who never said so; then the key that came is carried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID

GIVEN_UP = "Nothing was decided: it was not said who decides."
ANOTHER_SHOWN = "Something else is shown by now, so nothing was decided. Press the key again."
SELF_DECLARED = (
    "Your decisions are stored under this name, here and in what you send to others. Nothing checks it: "
    "reports say that names are self-declared."
)


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
        dialog = WhoDialog(self._session.reviewer, self._parent.window())
        dialog.chosen.connect(lambda name: self._said(name, act, shown() == before))
        dialog.rejected.connect(lambda: self.refused.emit(GIVEN_UP))
        dialog.open()
        return True

    def _said(self, name: str, act: Callable[[], object], same: bool) -> None:
        self._session.change_settings(replace(self._session.settings, reviewer=name))
        if same:
            act()
        else:
            self.refused.emit(ANOTHER_SHOWN)


class WhoDialog(QDialog):
    """`chosen` carries the name, never an empty one. Return takes the account's, which is proposed."""

    chosen = Signal(str)

    def __init__(self, proposed: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Who are you?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = QLineEdit(proposed)
        self.name.selectAll()
        self.name.setAccessibleName("Name")
        label = QLabel("&Name")
        label.setBuddy(self.name)
        cancel, self.use = QPushButton("Do not decide"), QPushButton("Decide under this name")
        self.use.setDefault(True)
        self.name.textChanged.connect(lambda text: self.use.setEnabled(bool(text.strip())))
        self.use.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.accepted.connect(lambda: self.chosen.emit(self.name.text().strip()))
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(SELF_DECLARED))
        layout.addLayout(row(label, self.name))
        layout.addLayout(row(None, cancel, self.use))
        self.resize(64 * GRID, 18 * GRID)
