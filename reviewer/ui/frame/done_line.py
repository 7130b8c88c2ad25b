"""The line over the status bar that says what was just done, with the button that takes it back. Nothing moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QToolButton

from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.keymap import with_key
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID, small_font

DONE_MS = 8000
_TAKES_BACK = {"undo": "Undo", "undelete": "Bring back", "redo": "Redo", "difference": "On or off"}


class DoneLine(QFrame):
    """Lies over the window's status bar, never over what is read. It takes no focus, leaves by itself, and on Esc where
    no control and no command of the page wants that key.
    """

    def __init__(self, commands: CommandTable, window: QMainWindow) -> None:
        super().__init__(window)
        self._commands, self._window = commands, window
        self._action: QAction | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        self._text = plain_label(wrap=False)
        self._text.setFont(small_font(self._text.font()))
        self._text.setAccessibleName("What was just done")
        self.back = QToolButton()
        self.back.setAccessibleName("Take it back")
        self.back.setFont(small_font(self.back.font()))
        self.back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.back.clicked.connect(self._take_back)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, 0, GRID, 0)
        layout.addWidget(self._text)
        layout.addWidget(self.back)
        layout.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DONE_MS)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_done(self, sentence: str, command_id: str) -> None:
        """What was done, and the command that takes it back; the button works while that command does."""
        if self._action is not None:
            self._action.enabledChanged.disconnect(self.back.setEnabled)
            self._action.triggered.disconnect(self._taken_back)
        self._action = self._commands[command_id]
        self._action.enabledChanged.connect(self.back.setEnabled)
        # after what the command does, which may have put another sentence here already
        self._action.triggered.connect(self._taken_back)
        self._text.setText(sentence)
        words = _TAKES_BACK.get(command_id.rpartition(".")[2], self._action.text())
        self.back.setText(with_key(words, command_id))
        self.back.setAccessibleName(self._action.text())
        self.back.setEnabled(self._action.isEnabled())
        self._lie_over_status_bar()
        self.show()
        self._timer.start()

    def take_back(self, sentence: str) -> None:
        """This is not so any longer: it is told no more, where nothing else is by now."""
        if self.text == sentence:
            self.hide()

    def leave(self) -> None:
        """Another page is shown: what it cannot take back is told no longer."""
        if self._action is not None and not self._action.isEnabled():
            self.hide()

    def _taken_back(self) -> None:
        """By the key, the menu or the button: what was done does not stand any longer."""
        self.hide()

    def _take_back(self) -> None:
        if self._action is not None:
            self._action.trigger()

    def _lie_over_status_bar(self) -> None:
        under = self._window.statusBar().geometry()
        height = max(under.height(), self.sizeHint().height())
        width = min(self.sizeHint().width(), under.width() * 2 // 3)
        self.setGeometry(under.left(), under.bottom() + 1 - height, width, height)
        self.raise_()

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._lie_over_status_bar()
        pressed = event if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress else None
        if pressed is not None and pressed.key() == Qt.Key.Key_Escape and self.isVisible():
            self.hide()
            return True
        return super().eventFilter(watched, event)
