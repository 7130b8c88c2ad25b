"""The line over a page that says what went wrong or was done, and what to do about it; nothing moves for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from reviewer.core.errors import KnownError
from reviewer.ui.frame.crash import CrashDialog
from reviewer.ui.kit.icons import IconSign
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.kit.unnamed import Unnamed
from reviewer.wording.plain_text import plain_text

NOTICE_MS = 8000


WIDEST = 100 * GRID


class NoticeBar(QFrame):
    """Lies over the top of `parent`. Errors stay until they are closed; notices leave by themselves. As a filter of the
    window's events it closes on Esc where no control and no command of the page wants that key. What `unnamed` makes of
    a sentence is shown.
    """

    def __init__(self, parent: QWidget, unnamed: Unnamed) -> None:
        super().__init__(parent)
        self._over, self._unnamed, self._told = parent, unnamed, ""
        unnamed.changed.connect(self._tell_again)
        self.setFrameShape(QFrame.Shape.Box)
        self._icon = IconSign("warning", 2 * GRID)
        self._text = plain_label()
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setAccessibleName("Notice")
        self._error: BaseException | None = None
        self.details = QToolButton()
        self.details.setText("Details…")
        self.details.setAccessibleName("What went wrong")
        self.details.clicked.connect(self._show_details)
        self.details.hide()
        close = QToolButton()
        close.setText("Close")
        close.setToolTip("Close this line (Esc)")
        close.setAccessibleName("Close the notice")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        layout.addWidget(self._icon)
        layout.addWidget(self._text)
        layout.addWidget(self.details)
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTICE_MS)
        self._timer.timeout.connect(self.hide)
        self.setAutoFillBackground(True)
        parent.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() is QEvent.Type.Resize and self.isVisible():
            self._lie_on_top()
        pressed = event if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress else None
        if pressed is not None and pressed.key() == Qt.Key.Key_Escape and self.isVisible():
            self.hide()
            return True
        return super().eventFilter(watched, event)

    def _lie_on_top(self) -> None:
        over = self._over
        width = min(over.width() - 2 * GRID, WIDEST)
        self.setGeometry((over.width() - width) // 2, GRID // 2, width, self.heightForWidth(width))
        self.raise_()

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        if visible:
            self._lie_on_top()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_notice(self, sentence: str) -> None:
        self._icon.hide()
        self.details.hide()
        self._tell(sentence)
        self.show()
        self._timer.start()

    def show_error(self, error: BaseException) -> None:
        self._timer.stop()
        self._icon.show()
        self._error = None if isinstance(error, KnownError) else error
        self._tell(error_words(error))
        self.details.setVisible(self._error is not None)
        self.show()

    def _tell(self, words: str) -> None:
        self._told = words
        self._tell_again()

    def _tell_again(self) -> None:
        """As it may be told now."""
        self._text.setText(_fit(self._unnamed(self._told)))

    def _show_details(self) -> None:
        if self._error is not None:
            CrashDialog(self._error, self).open()


def _fit(sentence: str) -> str:
    """A sentence may quote the name of a file, which may hold anything; the isolates in it are our own."""
    shown = plain_text(sentence)
    return shown.replace("[U+2068]", "\u2068").replace("[U+2069]", "\u2069")
