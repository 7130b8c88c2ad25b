"""What stands in the window's place while it is locked: nothing of a case, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from reviewer.ui.kit.called_by_qt import handles
from reviewer.ui.kit.page import heading, plain_label, row
from reviewer.ui.kit.passphrase import passphrase_field, taken_from
from reviewer.ui.kit.theme import GRID

KEY_DID_NOTHING = "The key that you pressed did nothing: the window was locked by then. Type the passphrase now."
WIDTH = 64 * GRID


class LockScreen(QWidget):
    """`given` carries what was typed as a passphrase. Without one to be asked for (`is_curtain`) it is empty.

    The first key after the window locked by itself may have been meant for the review: it lands nowhere, and a sentence
    says so.
    """

    given = Signal(str)
    quit_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, *, is_curtain: bool, swallows_first_key: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The window is locked")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._is_curtain, self._swallows = is_curtain, swallows_first_key
        self.passphrase = passphrase_field("Passphrase or recovery code")
        label = QLabel("&Passphrase")
        label.setBuddy(self.passphrase)
        self.told = plain_label()
        self.told.setAccessibleName("What happened")
        self.state = plain_label()
        self.state.setAccessibleName("What goes on")
        self.unlock = QPushButton("Show it again" if is_curtain else "&Unlock")
        self.stop = QPushButton("&Stop what goes on, and close the workspace")
        self.quit = QPushButton("&Quit")
        for button in (self.unlock, self.stop, self.quit):
            button.setAutoDefault(True)
        self.stop.hide()
        self.unlock.setEnabled(is_curtain)
        self.passphrase.textChanged.connect(lambda text: self.unlock.setEnabled(bool(text)))
        self.passphrase.returnPressed.connect(self.unlock.click)
        self.unlock.clicked.connect(self._give)
        self.quit.clicked.connect(self.quit_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        label.setVisible(not is_curtain)
        self.passphrase.setVisible(not is_curtain)
        self._lay_out(label)

    def _lay_out(self, label: QLabel) -> None:
        column = QWidget()
        column.setMaximumWidth(WIDTH)
        column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        inner = QVBoxLayout(column)
        inner.setSpacing(2 * GRID)
        for widget in (heading("The window is locked"), self.state):
            inner.addWidget(widget)
        inner.addLayout(row(label, self.passphrase))
        inner.addWidget(self.told)
        inner.addLayout(row(self.quit, None, self.stop, self.unlock))
        sides = row(None, column, None)
        sides.setStretch(1, 4)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(sides)
        layout.addStretch(3)

    def begin(self) -> None:
        """It is shown now: keys go to where they belong."""
        if self._swallows:
            self.setFocus()
        else:
            (self.unlock if self._is_curtain else self.passphrase).setFocus()

    @handles
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Only where no field has the focus: a key of the review that came too late."""
        event.accept()
        if event.key() == Qt.Key.Key_Tab or not self._swallows:
            super().keyPressEvent(event)
            return
        self._swallows = False
        self.told.setText(
            KEY_DID_NOTHING.removesuffix(" Type the passphrase now.") if self._is_curtain else KEY_DID_NOTHING
        )
        (self.unlock if self._is_curtain else self.passphrase).setFocus()

    def show_state(self, sentence: str, *, can_stop: bool) -> None:
        self.state.setText(sentence)
        self.stop.setVisible(can_stop)

    def _give(self) -> None:
        self.unlock.setEnabled(False)
        self.told.setText("" if self._is_curtain else "Checking …")
        self.given.emit(taken_from(self.passphrase))

    def refuse(self, sentence: str) -> None:
        """It was not right, or the file cannot be opened; another try can be made."""
        self.told.setText(sentence)
        self.unlock.setEnabled(self._is_curtain)
        self.passphrase.setFocus()
