"""Nothing on the screen is read as markup, and an ampersand in a name is an ampersand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel

from reviewer.ui.kit.called_by_qt import filters


class PlainLabels(QObject):
    """Makes every label of the program plain text before it has a size, and so also what Qt makes of labels.

    Those are tool tips, whatever widget, view or model they come from, and message boxes: Qt would read markup in
    them and load the pictures that it names. What's-this help, which Qt makes of no label, is not shown at all.
    """

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.Polish and isinstance(watched, QLabel):
            watched.setTextFormat(Qt.TextFormat.PlainText)
        return kind is QEvent.Type.WhatsThis


def literal(untrusted_text: str) -> str:
    """For the text of a button, a menu's entry, a tab or a label with a buddy, where Qt makes Alt keys of `&`."""
    return untrusted_text.replace("&", "&&")
