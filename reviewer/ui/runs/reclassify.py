"""Classifying a run again: what the present rules would change is shown before any of it is stored."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QVBoxLayout, QWidget

from reviewer.app.figures.rereading import Reread, Rereading, read_anew, rereading, waiting_pages
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.classifying import Classifying
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.plain_text import in_sentence


class ReclassifyDialog(QDialog):
    """Reads a page of responses at a time, so that other work goes on; nothing is stored before it is asked for."""

    def __init__(self, session: Session, classifying: Classifying, line: RunLine, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Classify again")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._classifying, self._line = session, classifying, line
        self._pages: list[list[int]] = []
        self._read: list[Reread] = []
        self.sentence = plain_label(f"Reading the responses of {in_sentence(line.name)} with the present rules…")
        self.sentence.setAccessibleName("What would change")
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Responses read")
        self.table = FiguresTable("Verdicts that would change")
        self.table.hide()
        self.leave, self.store = QPushButton("Cancel"), QPushButton("&Store the new verdicts")
        self._lay_out()
        self.store.setEnabled(False)
        self._task: Task[Any] = session.read(partial(waiting_pages, run_id=line.id), self._begin, self._on_failed)
        self.finished.connect(lambda _result: self._task.cancel())

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.sentence)
        layout.addWidget(self.bar)
        layout.addWidget(self.table)
        layout.addStretch(1)
        layout.addWidget(plain_label("Older verdicts stay in the history. What people decided stays as it is."))
        layout.addLayout(row(None, self.leave, self.store))
        self.leave.clicked.connect(self.reject)
        self.store.clicked.connect(lambda _checked=False: self._store())
        self.store.setDefault(True)
        self.resize(84 * GRID, 48 * GRID)

    def _begin(self, pages: list[list[int]]) -> None:
        self._pages = pages[::-1]
        self.bar.setRange(0, max(sum(map(len, pages)), 1))
        self._next()

    def _next(self) -> None:
        if self._pages:
            work = partial(read_anew, response_ids=self._pages.pop(), scale=self._line.scale)
            self._task = self._session.read(work, self._on_page, self._on_failed)
            return
        whole = partial(rereading, run_id=self._line.id, read=self._read)
        self._task = self._session.read(whole, self._show, self._on_failed)

    def _on_page(self, read: list[Reread]) -> None:
        self._read += read
        self.bar.setValue(len(self._read))
        self._next()

    def _show(self, found: Rereading) -> None:
        self.bar.hide()
        self.sentence.setText(found.sentence)
        self.table.show_table(found.table)
        self.table.setVisible(bool(found.changes))
        self.store.setEnabled(found.waiting > 0)
        (self.store if found.waiting else self.leave).setFocus()

    def _on_failed(self, error: Exception) -> None:
        self.bar.hide()
        self.sentence.setText(error_words(error))

    def _store(self) -> None:
        self.accept()
        self._classifying.classify(self._line)
