"""Nothing on the screen is read as markup, and an ampersand in a name is an ampersand."""

from __future__ import annotations

from typing import Any, overload

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QProxyStyle, QWidget


class PlainLabels(QProxyStyle):
    """A style that makes every label plain text before it has a size, and so also what Qt makes of labels.

    Those are tool tips, whatever widget, view or model they come from, and message boxes: Qt would read markup in
    them and load the pictures that it names. A style is asked once for each widget, where a filter of the application's
    events would be for each event.
    """

    @overload
    def polish(self, what: QApplication, /) -> None: ...
    @overload
    def polish(self, what: QWidget, /) -> None: ...
    @overload
    def polish(self, what: QPalette | Qt.GlobalColor | QColor, /) -> None: ...
    def polish(self, what: Any, /) -> None:
        """Called by Qt for the application, for its palette, and for each widget before it is shown."""
        if isinstance(what, QLabel):
            what.setTextFormat(Qt.TextFormat.PlainText)
        super().polish(what)


def literal(untrusted_text: str) -> str:
    """For the text of a button, a menu's entry, a tab or a label with a buddy, where Qt makes Alt keys of `&`."""
    return untrusted_text.replace("&", "&&")
