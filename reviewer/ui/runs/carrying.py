"""Carry decisions over from another run: how many hold for this one is said before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from reviewer.review.carrying import CarryOver, carry_over, find_carry_over
from reviewer.store.facts.runs import RunLine
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.runs.table import one_line
from reviewer.wording.plain_text import in_sentence

WHERE = (
    "A decision holds where the request, the response's text and the scale are the same. It is marked as carried over."
)
NO_OTHER = "No other run was decided on, so there is nothing to carry over."


class CarryOverDialog(QDialog):
    """`source` is the run that the decisions come from."""

    def __init__(self, session: Session, target: RunLine, others: list[RunLine], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._target = session, target.name
        self._finding = LatestRead(session, self._found, self._failed)
        self.setWindowTitle("Carry decisions over")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.source = QComboBox()
        self.source.setAccessibleName("From the run")
        for line in others:
            self.source.addItem(f"{one_line(line.name)} ({line.reviewed:,} decided)", line.name)
        self.sentence = plain_label("Looking…")
        self.store = QPushButton("Carry them over")
        self.store.setDefault(True)
        self.store.setEnabled(False)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        label = QLabel("&From the run")
        label.setBuddy(self.source)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(f"To {in_sentence(target.name)}. {WHERE}"))
        layout.addLayout(row(label, self.source, None))
        layout.addWidget(self.sentence)
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.store))
        OwnKeys((self.source, cancel, self.store), self)
        self.source.currentIndexChanged.connect(lambda _index: self._look())
        self.store.clicked.connect(self._store)
        self.resize(76 * GRID, 28 * GRID)
        self._look()

    def _look(self) -> None:
        self.store.setEnabled(False)
        self._finding.ask(partial(find_carry_over, source=self.source.currentData(), target=self._target))

    def _found(self, found: CarryOver) -> None:
        if found.source == self.source.currentData():
            self.sentence.setText(found.sentence)
            self.store.setEnabled(bool(found.pairs))

    def _failed(self, error: Exception) -> None:
        self.sentence.setText(error_words(error))

    def _store(self) -> None:
        source, target = self.source.currentData(), self._target
        self._session.write(
            lambda workspace: carry_over(workspace, source, target),
            lambda done: self._session.notice.emit(f"{done.sentence} They were carried over and are marked."),
            held=Held("Carrying decisions over"),
        )
        self.accept()


def start_carrying(session: Session, *, target: RunLine | None, lines: Sequence[RunLine], page: QWidget) -> None:
    """Ask from which run; a line says where there is none to choose."""
    others = [line for line in lines if target is not None and line.id != target.id and line.reviewed]
    if target is None:
        session.notice.emit("Choose a run first: the one that is to have the decisions.")
    elif not others:
        session.notice.emit(NO_OTHER)
    else:
        show_over(CarryOverDialog(session, target, others, page.window()))
