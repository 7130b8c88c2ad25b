"""The line above a page that says what went wrong or was done, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from reviewer.ui.kit.icons import IconSign
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words

NOTICE_MS = 8000


class NoticeBar(QWidget):
    """Errors stay until they are closed; notices leave by themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconSign("warning", 2 * GRID)
        self._text = plain_label()
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setAccessibleName("Notice")
        close = QToolButton()
        close.setText("Close")
        close.setToolTip("Close this line")
        close.setAccessibleName("Close the notice")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        layout.addWidget(self._icon)
        layout.addWidget(self._text)
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTICE_MS)
        self._timer.timeout.connect(self.hide)
        self.setAutoFillBackground(True)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_notice(self, sentence: str) -> None:
        self._icon.hide()
        self._text.setText(sentence)
        self.show()
        self._timer.start()

    def show_error(self, error: BaseException) -> None:
        self._timer.stop()
        self._icon.show()
        self._text.setText(error_words(error))
        self.show()
