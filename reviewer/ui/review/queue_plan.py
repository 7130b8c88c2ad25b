"""Drawing a review queue: how, how many, for whom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from reviewer.core.changes import Changes
from reviewer.core.errors import KnownError
from reviewer.review.place import Queue
from reviewer.review.planning import SEED, STRATA, Planned, PlanRequest, plan_review
from reviewer.store.database import Workspace
from reviewer.store.facts.review import Design, QueueFamily
from reviewer.ui.kit.fields import FieldForm
from reviewer.ui.kit.held_dialog import HeldInDialog
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words

DESIGN_WORDS: dict[Design, str] = {
    "uniform": "uniform: every response is as likely as any other",
    "impact": "impact: uncertain verdicts that weigh much first",
}
MOST = 1_000_000
PERCENT = 100


class QueuePlanDialog(QDialog):
    """`drawn` is called with the stored key of the queue once it is in the workspace."""

    def __init__(self, session: Session, queue: Queue, drawn: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Draw a review queue")
        self._session, self._queue, self._drawn = session, queue, drawn
        self._gone = False
        self._storing = HeldInDialog(session, self, lambda words: self.trouble.setText(words))
        self.name, self.reviewers = QLineEdit(), QLineEdit()
        self.design, self.within = QComboBox(), QComboBox()
        self.budget, self.seed = _number(0, MOST, 0), _number(0, MOST, SEED)
        self.needed, self.overlap = _number(1, 9, 1), _number(0, PERCENT, 0)
        self.trouble = plain_label()
        self.trouble.setAccessibleName("What is wrong")
        self.draw, self.cancel = QPushButton("Draw it"), QPushButton("Cancel")
        self.draw.setDefault(True)
        self._lay_out()
        self.design.currentIndexChanged.connect(self._follow)
        self.needed.valueChanged.connect(self._follow)
        self.draw.clicked.connect(self._ask)
        self.cancel.clicked.connect(self.reject)
        self.finished.connect(self._leave)
        self._follow()
        self.resize(80 * GRID, self.sizeHint().height())

    def _lay_out(self) -> None:
        for design, words in DESIGN_WORDS.items():
            self.design.addItem(words, design)
        self.within.addItem("– the whole run –", "")
        for name in STRATA:
            self.within.addItem(f"each {name}, equally many of each", name)
        self.budget.setSpecialValueText("all of them")
        self.overlap.setSuffix(" %")
        form = FieldForm()
        form.add("&Name", self.name, hint="What it is called in the list of queues; it may stay empty.")
        form.add("&Design", self.design)
        form.add("&Within", self.within)
        form.add("&How many", self.budget, hint="Scored responses; the unscored ones come first in any case.")
        form.add("&Seed", self.seed, hint="The same seed draws the same order.")
        form.add("&Reviewers", self.reviewers, hint="Separated by commas; each gets a part. Empty: it is everybody's.")
        form.add("Decisions per response", self.needed)
        form.add("On which share", self.overlap, hint="So many decide on this share, one on each of the others.")
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label("A queue of this run, drawn at random with known chances."))
        layout.addWidget(form)
        layout.addWidget(self.trouble)
        layout.addLayout(row(None, self.cancel, self.draw))

    def _follow(self) -> None:
        """Only what has a meaning beside what is chosen can be set."""
        uniform = self.design.currentData() == "uniform"
        self.within.setEnabled(uniform)
        if not uniform:
            self.within.setCurrentIndex(0)
        several = self.needed.value() > 1
        self.overlap.setEnabled(several)
        if several and not self.overlap.value():
            self.overlap.setValue(PERCENT)

    @property
    def request(self) -> PlanRequest:
        several = self.needed.value() > 1
        return PlanRequest(
            design=self.design.currentData(),
            budget=self.budget.value(),
            seed=self.seed.value(),
            stratum=self.within.currentData(),
            name=self.name.text(),
            author=self._session.reviewer,
            reviewers=tuple(self.reviewers.text().split(",")),
            needed=self.needed.value(),
            overlap=self.overlap.value() / PERCENT if several else 0.0,
        )

    def _ask(self) -> None:
        request, run = self.request, self._queue.run
        self.draw.setEnabled(False)

        def work(workspace: Workspace) -> tuple[Planned, Changes]:
            planned = plan_review(workspace, run.name, request)
            return planned, Changes(queues=True, run_ids=frozenset({run.id}))

        self._storing.write("Your review queue", work, self._done, self._fail)

    def _done(self, planned: Planned) -> None:
        if not self._gone:
            self.accept()
        self._drawn(f"{QueueFamily.PLAN} {planned.plan}")

    def _fail(self, error: Exception) -> None:
        if self._gone or not isinstance(error, KnownError):
            self._session.tasks.failed.emit(error)
        if not self._gone:
            self.draw.setEnabled(True)
            self.trouble.setText(error_words(error))

    def _leave(self) -> None:
        """Closed: what arrives later touches the dialog no more."""
        self._gone = True


def _number(least: int, most: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setValue(value)
    return box
