"""The line that says what went wrong or was done, and what to do about it. It lies over no page, and nothing moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QSizePolicy, QToolButton, QWidget

from reviewer.core.errors import KnownError
from reviewer.ui.frame.crash import CrashDialog
from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.icons import IconSign
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.kit.unnamed import Unnamed
from reviewer.wording.plain_text import plain_text

NOTICE_MS = 8000
_MARK = "…"


class NoticeBar(QFrame):
    """Lies over the window's status bar, right of `beside` while that shows. A sentence that is too long for it is cut
    there, and grows upwards only where the person asks for the whole. Errors stay until they are closed; notices leave
    by themselves, and those that answer a key when the next one acts. As a filter of the window's events it closes on
    Esc where no control and no command of the page wants that key. What `unnamed` makes of a sentence is shown.
    """

    def __init__(self, window: QMainWindow, unnamed: Unnamed, beside: QWidget, commands: CommandTable) -> None:
        super().__init__(window)
        self._commands, self._is_answer = commands, False
        commands.begun.connect(self._meet_command)
        self._window, self._beside, self._unnamed = window, beside, unnamed
        self._told = self._said = ""
        unnamed.changed.connect(self._tell_again)
        self.setFrameShape(QFrame.Shape.Box)
        self._icon = IconSign("warning", 2 * GRID)
        self._text = plain_label()
        self._text.setFont(small_font(self._text.font()))
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setAccessibleName("Notice")
        self._text.setObjectName("notice")
        self._error: BaseException | None = None
        self.whole = _button("Read all", "The whole notice")
        self.whole.setToolTip("The whole sentence; it lies over the page until it is closed")
        self.whole.clicked.connect(self._show_whole)
        self._is_whole = False
        self.details = _button("Details…", "What went wrong")
        self.details.clicked.connect(self._show_details)
        self.details.hide()
        self._close = _button("Close", "Close the notice")
        self._close.setToolTip("Close this line (Esc)")
        self._close.clicked.connect(self.hide)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(GRID, 0, GRID, 0)
        self._layout.addWidget(self._icon)
        self._layout.addWidget(self._text, 1)
        for button in (self.whole, self.details, self._close):
            self._layout.addWidget(button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTICE_MS)
        self._timer.timeout.connect(self.hide)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        beside.installEventFilter(self)
        self.hide()

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        lies_otherwise = event.type() in (_LIES_OTHERWISE if watched is self._beside else _WINDOW_LIES)
        if lies_otherwise and self.isVisible():
            self._lie_low()
        elif watched is self._beside and event.type() is QEvent.Type.Hide:
            QTimer.singleShot(0, self, self._lie_low_if_seen)
        pressed = event if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress else None
        if watched is self._window and pressed is not None and pressed.key() == Qt.Key.Key_Escape and self.isVisible():
            self.hide()
            return True
        return super().eventFilter(watched, event)

    def _lie_low_if_seen(self) -> None:
        if self.isVisible():
            self._lie_low()

    def _lie_low(self) -> None:
        """Over the status bar, and no higher unless the whole sentence is wanted."""
        bar = self._window.statusBar()
        under = QRect(bar.mapTo(self._window, QPoint()), bar.size())
        if self._beside.isVisible():
            under.setLeft(self._beside.geometry().right() + 1)
        self._fit_into(under.size())
        if self._is_whole:
            height = self._text.heightForWidth(self._room(under.width())) + 2 * GRID
            under.setTop(max(under.bottom() + 1 - max(height, under.height()), 0))
        self.setGeometry(under)
        self.raise_()

    def _fit_into(self, size: QSize) -> None:
        """As much of the sentence as there is room for."""
        self.whole.hide()
        self._text.setText(self._said)
        if self._is_whole or self._text.heightForWidth(self._room(size.width())) <= size.height():
            return
        self.whole.show()
        room, words = self._room(size.width()), self._said.split(" ")
        fewest, most = 0, len(words)
        while fewest < most:
            middle = (fewest + most + 1) // 2
            self._text.setText(" ".join(words[:middle]) + _MARK)
            if self._text.heightForWidth(room) <= size.height():
                fewest = middle
            else:
                most = middle - 1
        self._text.setText(" ".join(words[:fewest]) + _MARK)

    def _room(self, width: int) -> int:
        """What the sentence has beside the sign and the buttons."""
        others = [each for each in (self._icon, self.whole, self.details, self._close) if not each.isHidden()]
        taken = sum(each.sizeHint().width() + self._layout.spacing() for each in others)
        return width - taken - 2 * GRID - 2 * self.frameWidth()

    def _show_whole(self) -> None:
        self._is_whole = True
        self._timer.stop()
        self._lie_low()

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        if visible:
            self._lie_low()

    @property
    def text(self) -> str:
        """The whole sentence, however much of it is shown."""
        return self._said

    def show_notice(self, sentence: str) -> None:
        """What is said while a command does its work answers it."""
        self._is_answer = self._commands.is_running
        self._icon.hide()
        self.details.hide()
        self._tell(sentence)
        self.show()
        self._timer.start()

    def show_answer(self, sentence: str) -> None:
        """Why a key did nothing, also where that was found out a moment later."""
        self.show_notice(sentence)
        self._is_answer = True

    def _meet_command(self) -> None:
        """What a key before was answered is read no more, unless the person asked for the whole of it."""
        if self._is_answer and not self._is_whole:
            self.hide()

    def take_back(self, sentence: str) -> None:
        """This is not so any longer: it is told no more, where nothing else is by now."""
        if self._told == sentence:
            self.hide()

    def show_error(self, error: BaseException) -> None:
        self._timer.stop()
        self._is_answer = False
        self._icon.show()
        self._error = None if isinstance(error, KnownError) else error
        self._tell(error_words(error))
        self.details.setVisible(self._error is not None)
        self.show()

    def _tell(self, words: str) -> None:
        self._told, self._is_whole = words, False
        self._tell_again()

    def _tell_again(self) -> None:
        """As it may be told now."""
        self._said = _fit(self._unnamed(self._told))
        self._text.setToolTip(self._said)
        self._text.setAccessibleDescription(self._said)
        self._lie_low()

    def _show_details(self) -> None:
        if self._error is not None:
            show_over(CrashDialog(self._error, self))


_LIES_OTHERWISE = {QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Move}
"""What happens to the line beside it that leaves other room at once; where that line is hidden, a moment later."""
_WINDOW_LIES = {QEvent.Type.Resize, QEvent.Type.Show}
"""The same of the window. It and all in it are hidden also while it is destroyed, when there is no status bar any more
and Python does not know it for itself."""


def _button(words: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setAccessibleName(name)
    button.setFont(small_font(button.font()))
    return button


def _fit(sentence: str) -> str:
    """A sentence may quote the name of a file, which may hold anything; the isolates in it are our own."""
    shown = plain_text(sentence)
    return shown.replace("[U+2068]", "\u2068").replace("[U+2069]", "\u2069")
