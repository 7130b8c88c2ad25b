"""Cover all windows of the program by one screen, so that nothing of a case is seen, and uncover them as they were."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QToolTip, QWidget

from reviewer.ui.kit.called_by_qt import filters

COVERED_TITLE = "Reviewer – locked"


class WindowCover(QObject):
    """Of a window whose central widget is a stack. Everything else that the program shows is hidden, also what is shown
    while it is covered; the title says only that it is locked.
    """

    def __init__(self, window: QMainWindow, stack: QStackedWidget) -> None:
        super().__init__(window)
        self._window, self._stack = window, stack
        self._screen: QWidget | None = None
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        self._before: QWidget | None = None
        self._title = ""

    def put(self, screen: QWidget) -> None:
        """Show nothing but the screen."""
        self._screen, self._focus, self._title = screen, QApplication.focusWidget(), self._window.windowTitle()
        while (popup := QApplication.activePopupWidget()) is not None and popup.close():
            continue
        QToolTip.hideText()
        self._before = self._stack.currentWidget()
        self._stack.addWidget(screen)
        self._stack.setCurrentWidget(screen)
        for part in self._window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if part is not self._stack and not part.isWindow() and not part.isHidden():
                self._hide(part)
        for other in QApplication.topLevelWidgets():
            self._hide_if_window(other)
        self._window.setWindowTitle(COVERED_TITLE)
        self._window.activateWindow()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def _hide(self, part: QWidget) -> None:
        part.hide()
        self._hidden.append(part)

    def _hide_if_window(self, other: QWidget) -> None:
        if other is self._window or not other.isVisible():
            return
        if other.windowType() in (Qt.WindowType.ToolTip, Qt.WindowType.Popup):
            other.hide()
        else:
            other.setWindowOpacity(0)  # what was shown this moment is not seen before it is hidden
            self._hide(other)

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A dialog that work brings while the window is locked waits until it is not."""
        if event.type() is QEvent.Type.ToolTip:
            return True
        shown = watched if isinstance(watched, QWidget) and event.type() is QEvent.Type.Show else None
        if shown is not None and shown.parent() is self._window and not shown.isWindow() and shown is not self._stack:
            QTimer.singleShot(0, shown, lambda: self._hide_part(shown))
        if shown is not None and shown.isWindow() and shown is not self._window:
            shown.setWindowOpacity(0)
            QTimer.singleShot(0, shown, lambda: self._hide_late(shown))
        return False

    def _hide_part(self, part: QWidget) -> None:
        """A line that was shown over the window while it is covered."""
        if self._screen is not None and not part.isHidden():
            self._hide(part)

    def _hide_late(self, other: QWidget) -> None:
        if self._screen is not None:
            self._hide_if_window(other)
        else:
            other.setWindowOpacity(1)

    def take_away(self) -> None:
        """All is shown as it was, and the focus is where it was."""
        screen, self._screen = self._screen, None
        if screen is None:
            return
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._window.setWindowTitle(self._title)
        if self._before is not None:
            self._stack.setCurrentWidget(self._before)
        self._stack.removeWidget(screen)
        screen.hide()
        screen.deleteLater()
        hidden, self._hidden = self._hidden, []
        for part in hidden:
            if shiboken6.isValid(part):
                part.show()
                if part.isWindow():
                    part.setWindowOpacity(1)
        if self._focus is not None and shiboken6.isValid(self._focus):
            self._focus.activateWindow()
            self._focus.setFocus()

    def retitle(self, title: str) -> None:
        """Another workspace was opened behind the cover: what the title is to be afterwards."""
        self._title = title
        self._window.setWindowTitle(COVERED_TITLE)
