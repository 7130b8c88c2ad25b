"""What a response took the place of when its request was asked again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from reviewer.core.responses import Response
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.state import Reviewing
from reviewer.ui.runs.table import local_time, one_line
from reviewer.wording.plain_text import in_sentence
from reviewer.wording.states import state_words


class Forerunners(QDialog):
    """Each earlier response in full, the newest first, as plain text."""

    def __init__(self, response: Response, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Earlier responses")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = ReadingPane("Earlier responses")
        self.text.show_text(forerunners_text(response))
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(f"What {in_sentence(response.case)} was answered before it was asked again:"))
        layout.addWidget(self.text, 1)
        layout.addLayout(row(None, close))
        self.resize(90 * GRID, 70 * GRID)
        self.text.setFocus()


def forerunners_text(response: Response) -> str:
    """`2026-03-01 10:00 · ok · model` over each text."""
    parts = []
    for each in reversed(response.earlier):
        head = " · ".join(filter(None, (local_time(each.at), state_words(each.state), one_line(each.model))))
        parts.append(f"{head}\n\n{each.text or '(empty)'}")
    return "\n\n\n".join(parts)


def show_forerunners(session: Session, reviewing: Reviewing, page: QWidget) -> None:
    """Of the responses under review, the left one's before the right one's; a line says where there are none."""
    items = reviewing.current.items if reviewing.current is not None else ()
    found = next((item.response for item in items if item is not None and item.response.earlier), None)
    if found is None:
        session.notice.emit("This response was asked for once; there is no earlier one.")
    else:
        show_over(Forerunners(found, page.window()))
