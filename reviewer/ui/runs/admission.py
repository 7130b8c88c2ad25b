"""Whether a judge's verdicts count, what that rests on, and a person's word on it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.app.jobs.judge_admission import PersonsWord, admission_sentence
from reviewer.core.decisions import JudgeAdmission
from reviewer.store.facts.judging import JudgeRunLine
from reviewer.ui.kit.fields import FieldForm, required
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import in_sentence

ABOUT = (
    "A judge counts where the lower 95 % limits of both its rates reach the bar: of what people call held back, how "
    "much it calls so, and of the rest, how much it does not. It is measured on control sets that people have decided, "
    "and on half of the other decisions; the other half is for working on what the judge is told."
)


class AdmissionDialog(QDialog):
    """`admitted` carries a `PersonsWord`, `measured` asks to measure again, `withdrawn` to take a word back."""

    admitted = Signal(object)
    measured = Signal()
    withdrawn = Signal()

    def __init__(self, judging: JudgeRunLine, reviewer: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Whether the judge counts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sentence = plain_label(admission_sentence(judging))
        self.sentence.setAccessibleName("Whether its verdicts count")
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.name, self.why = QLineEdit(reviewer), QLineEdit()
        self.form = FieldForm()
        self.form.add("&Who lets it count", self.name, check=lambda: required(self.name.text(), "Who lets it count"))
        self.form.add("Wh&y", self.why, check=lambda: required(self.why.text(), "Why"))
        self.count = QPushButton("&Count its verdicts")
        self.measure = QPushButton("&Measure again")
        self.take_back = QPushButton("&Take the word back")
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        self.count.clicked.connect(lambda _checked=False: self._admit())
        self.measure.clicked.connect(lambda _checked=False: self._ask(self.measured.emit))
        self.take_back.clicked.connect(lambda _checked=False: self._ask(self.withdrawn.emit))
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(f"{in_sentence(judging.classifier)} on {in_sentence(judging.run)}."))
        layout.addWidget(self.sentence)
        layout.addWidget(plain_label(ABOUT))
        layout.addStretch(1)
        by_word = judging.admission is JudgeAdmission.PERSON
        self.note = plain_label("A word is written down with the judging, with the name, the reason and the time.")
        for widget in (self.note, self.form):
            layout.addWidget(widget)
            widget.setVisible(not judging.is_counted)
        self.count.setVisible(not judging.is_counted)
        self.take_back.setVisible(by_word)
        self.measure.setVisible(judging.admission is not JudgeAdmission.BEFORE)
        layout.addLayout(row(self.measure, None, self.take_back, self.count, close))
        self.resize(96 * GRID, (28 if judging.is_counted else 40) * GRID)
        close.setFocus()

    def _admit(self) -> None:
        if self.form.is_sound():
            word = PersonsWord(self.name.text().strip(), self.why.text().strip())
            self.accept()
            self.admitted.emit(word)

    def _ask(self, asked: Callable[[], None]) -> None:
        self.accept()
        asked()
