"""What a new run can find: a field for the change that a comparison is to show, and the answer below it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from reviewer.app.figures.suite_plan_words import limit_sentence, sentence
from reviewer.app.figures.suite_plans import DEFAULT_GAIN, LEAST_GAIN, MOST_GAIN, PlanQuestion, SizePlan
from reviewer.core.errors import InputError
from reviewer.ui.kit.fields import FieldForm, number
from reviewer.ui.kit.found_changes import SuitePlanner
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.session import Session


class RunFinding(QObject):
    """Says it for the repeats and the cases that are chosen, before anything is sent."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.gain, self.answer = QLineEdit(f"{DEFAULT_GAIN:g}"), plain_label()
        self._planner = SuitePlanner(session, self)
        self._planner.planned.connect(self._show_plan)
        self._planner.refused.connect(self.answer.setText)

    def add_to(self, form: FieldForm) -> None:
        form.add(
            "Sma&llest change to find",
            self.gain,
            check=self._gain,
            hint="The difference that a comparison should show (d_a).",
        )
        form.add("What it finds", self.answer)

    def _gain(self) -> float:
        return number(self.gain.text(), "The change to find", low=LEAST_GAIN, high=MOST_GAIN) or DEFAULT_GAIN

    def ask(self, suite_id: int, repeats: Callable[[], int], limit: Callable[[], int | None]) -> None:
        """`repeats` and `limit` are read from their fields, what is wrong with them is said in place of the answer."""
        try:
            question = PlanQuestion((self._gain(),), repeats(), limit())
        except InputError as error:
            self.answer.setText(str(error))
            return
        self._planner.ask(suite_id, question)

    def stop(self) -> None:
        """What is still worked out is delivered to nobody."""
        self._planner.stop()

    def _show_plan(self, plan: SizePlan) -> None:
        self.answer.setText(" ".join(filter(None, (sentence(plan), limit_sentence(plan)))))
