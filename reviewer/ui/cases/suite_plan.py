"""Planning a suite's size: which change its cases find, what a smaller one takes, and what each slice can find."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.app.figures import suite_plan_words as words
from reviewer.app.figures.suite_plans import (
    DEFAULT_GAIN,
    LEAST_GAIN,
    MOST_GAIN,
    MOST_REPEATS,
    PlanQuestion,
    SizePlan,
)
from reviewer.core.errors import InputError
from reviewer.store.facts.suites import StoredSuite
from reviewer.ui.kit.fields import FieldForm, connect_edits, number, scrolled, whole_number
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.found_changes import SuitePlanner
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import heading, margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import preview

ANSWER_AFTER_MS = 200


def start_planning(session: Session, suite: StoredSuite | None, window: QWidget) -> None:
    if suite is None:
        session.notice.emit("There is no suite yet, so there is nothing to plan.")
    else:
        show_over(SuitePlanDialog(session, suite, window))


class SuitePlanDialog(QDialog):
    """Every edit is answered, beside the GUI thread; nothing is stored and nothing sent."""

    def __init__(self, session: Session, suite: StoredSuite, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"What {preview(suite.name, 40)} can find")
        self._suite_id = suite.id
        self.gain, self.repeats = QLineEdit("0.5"), QLineEdit("1")
        self.form = FieldForm()
        self.form.add(
            "Change to &find",
            self.gain,
            check=self._gain,
            hint="How much better a version tells the two ends of the scale apart (d_a); 0.5 is clear.",
        )
        self.form.add("&Repeats of each case", self.repeats, check=self._repeats)
        self.answer = plain_label("Reading the suite and its runs…")
        self.answer.setAccessibleName("What the suite finds")
        self.notes = plain_label()
        self.notes.setAccessibleName("What this rests on")
        self.pairs = FiguresTable("Between two labels", wrap=False)
        self.slices = FiguresTable("Slices", wrap=False)
        self.close_button = QPushButton("Close")
        self.planner = SuitePlanner(session, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ANSWER_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        self._lay_out()
        connect_edits((self.gain, self.repeats), self._timer.start)
        # Return in a field asks; it does not press the one button that there is
        self.close_button.setAutoDefault(False)
        OwnKeys((self.close_button,), self)
        for field in (self.gain, self.repeats):
            field.returnPressed.connect(self._ask)
        self.planner.planned.connect(self._show_plan)
        self.planner.refused.connect(self._show_refusal)
        self.close_button.clicked.connect(self.reject)
        self._ask()

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 2 * GRID, 0)
        column.setSpacing(GRID)
        self.tables = [heading("Between two labels"), self.pairs, heading("Slices, at the two ends"), self.slices]
        for widget in (self.form, self.answer, self.notes, *self.tables):
            column.addWidget(widget)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(scrolled(inner), 1)
        layout.addLayout(row(None, self.close_button))
        for table in self.tables:
            table.hide()
        self.resize(100 * GRID, 84 * GRID)

    def _gain(self) -> float:
        return number(self.gain.text(), "The change", low=LEAST_GAIN, high=MOST_GAIN) or DEFAULT_GAIN

    def _repeats(self) -> int:
        return whole_number(self.repeats.text(), "The number of repeats", low=1, high=MOST_REPEATS) or 1

    def _ask(self) -> None:
        try:
            question = PlanQuestion((self._gain(),), self._repeats())
        except InputError as error:
            self._show_refusal(str(error))
            return
        self.planner.ask(self._suite_id, question)

    def _show_plan(self, plan: SizePlan) -> None:
        self.answer.setText(words.sentence(plan))
        self.notes.setText("\n".join(f"–  {note}" for note in words.notes(plan)))
        self.pairs.show_table(words.pairs_table(plan), stretch=0)
        self.slices.show_table(words.slices_table(plan), stretch=1)
        for place, widget in enumerate(self.tables):
            widget.setVisible(place < 2 or bool(words.slices_table(plan).rows))

    def _show_refusal(self, said: str) -> None:
        self.answer.setText(said)
        self.notes.clear()
        for widget in self.tables:
            widget.hide()

    def done(self, result: int) -> None:
        """However it ends, nothing that is worked out reaches a dialog that is gone."""
        self._timer.stop()
        self.planner.stop()
        super().done(result)
