"""Sending a run again in a chosen way: all that it lacks, what failed, one case, or every case more often."""

from __future__ import annotations

from enum import StrEnum
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.app.jobs.sending import Part, SendJob, Volume
from reviewer.app.jobs.terms import Terms, price_words, terms_of
from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.running import running_of
from reviewer.ui.kit.fields import FieldForm, connect_edits, required, scrolled, whole_number
from reviewer.ui.kit.keys_ahead import FilledLater, show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.runs.new_run import MOST_REPEATS, PREVIEW_AFTER_MS
from reviewer.ui.runs.terms_fields import TermsFields
from reviewer.wording.plain_text import in_sentence, plain_text
from reviewer.wording.plural import counted

STILL_COUNTED = "Not sent: the requests are still being counted. Send again once the number stands here."


class What(StrEnum):
    MISSING = "missing"
    FAILED = "failed"
    CASE = "case"


class SendDialog(FilledLater):
    """Says how many requests it would be and about what they cost before anything is sent."""

    def __init__(self, session: Session, line: RunLine, parent: QWidget, case: CaseKey | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Send a run")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._line = session, line
        self._tasks: list[Task[Terms]] = []
        self._counting: Task[Volume] | None = None
        self.is_counted = False
        self.what, self.case, self.repeats = QComboBox(), QLineEdit(case or ""), QLineEdit(str(line.repeats))
        self.again = QCheckBox("Ask again although the response is &finished")
        self.reuse = QCheckBox("First reuse what other r&uns were answered to exactly the same requests")
        self.form = FieldForm()
        self._add_fields()
        self.terms = TermsFields(self.form)
        self.volume = plain_label()
        self.volume.setAccessibleName("What will be sent")
        self.status = plain_label()
        self.status.setAccessibleName("Status")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PREVIEW_AFTER_MS)
        self._timer.timeout.connect(self._count)
        self._lay_out()
        connect_edits((self.what, self.case, self.repeats, *self.terms.edits), self._on_edited)
        for box in (self.again, self.reuse):
            box.toggled.connect(lambda _on: self._on_edited())
        self.what.setCurrentIndex(self.what.findData(What.CASE) if case else 0)
        self.again.setChecked(bool(case))
        self._show_case_field()
        self._tasks.append(session.read(partial(terms_of, run_id=line.id), self._show_terms, self._on_no_terms))
        self._timer.start()

    def _show_terms(self, terms: Terms) -> None:
        self.terms.show_terms(terms)
        self.end_filling()

    def _on_no_terms(self, error: Exception) -> None:
        self._on_failed(error)
        self.end_filling()

    def _add_fields(self) -> None:
        failed = self._line.states.get(ResponseState.ERROR, 0)
        self.what.addItem(f"All that is missing or failed ({self._line.missing:,})", What.MISSING)
        self.what.addItem(f"Only what failed ({failed:,})", What.FAILED)
        self.what.addItem("Only one case", What.CASE)
        self.form.add("&What is sent", self.what)
        self.form.add("Key of the &case", self.case, check=self._case)
        self.form.add(
            "Finished response",
            self.again,
            hint="The earlier response is kept beside the new one, and the score says that it was asked for again.",
        )
        self.form.add(
            "&Repeats of each case",
            self.repeats,
            check=self._repeats,
            hint="A larger number extends the run; the responses it has stay.",
        )
        self.form.add("Other runs", self.reuse)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(f"The run {in_sentence(self._line.name)}."))
        layout.addWidget(scrolled(self.form), 1)
        layout.addWidget(self.volume)
        layout.addWidget(self.status)
        cancel, self.send_button = QPushButton("Cancel"), QPushButton("Send")
        self.send_button.clicked.connect(lambda _checked=False: self.send())
        cancel.clicked.connect(self.reject)
        layout.addLayout(row(None, cancel, self.send_button))
        self.send_button.setDefault(True)
        self.resize(84 * GRID, 72 * GRID)

    # what is in the fields

    def _case(self) -> CaseKey:
        return CaseKey(required(self.case.text(), "The key of the case"))

    def _repeats(self) -> int:
        least = self._line.repeats
        return (
            whole_number(self.repeats.text(), "The number of repeats", low=least, high=max(MOST_REPEATS, least))
            or least
        )

    def job(self) -> SendJob:
        """What the form asks for. Raises InputError."""
        # Qt gives a StrEnum back as a plain text
        what, repeats = What(self.what.currentData()), self._repeats()
        cases = frozenset({self._case()}) if what is What.CASE else frozenset[CaseKey]()
        again = what is What.CASE and self.again.isChecked()
        return SendJob(self._line.name, Part(cases, what is What.FAILED, repeats, again), self.reuse.isChecked())

    def _show_case_field(self) -> None:
        for field in (self.case, self.again):
            self.form.set_shown(field, self.what.currentData() == What.CASE)

    def _on_edited(self) -> None:
        self.is_counted = False
        self._show_case_field()
        self._timer.start()

    # how much it is

    def _count(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
        try:
            job, terms = self.job(), self.terms.terms()
        except InputError as error:
            self._on_not_counted(error)
            return
        self._counting = self._session.read(job.estimate, partial(self._show_volume, terms), self._on_not_counted)

    def _show_volume(self, terms: Terms, volume: Volume) -> None:
        self.is_counted = True
        if self.status.text() == STILL_COUNTED:
            self.status.clear()
        self.send_button.setEnabled(volume.n_requests > 0)
        if not volume.n_requests:
            self.volume.setText("There is nothing to send: each of these requests already has a response.")
            return
        self.volume.setText(volume_words(volume, terms))

    def _on_not_counted(self, error: Exception) -> None:
        self.volume.setText(error_words(error))
        self.send_button.setEnabled(False)

    def send(self) -> None:
        """Send it; where something is missing, or nobody has seen yet how much it is, say so and stay."""
        if not self.form.is_sound():
            self.status.setText("Not sent: see the marked fields.")
            return
        try:
            job, terms = self.job(), self.terms.terms()
        except InputError as error:
            self._on_failed(error)
            return
        if not self.is_counted:
            self.status.setText(STILL_COUNTED)
            return
        self.accept()
        running_of(self._session).send(self._line, job, terms)

    def _on_failed(self, error: Exception) -> None:
        self.status.setText(error_words(error))

    def done(self, result: int) -> None:
        """However it ends, nothing that was asked for reaches a dialog that is gone."""
        self._timer.stop()
        for task in (*self._tasks, self._counting):
            if task is not None:
                task.cancel()
        super().done(result)


def volume_words(volume: Volume, terms: Terms) -> str:
    """`20 requests. About 300 tokens are sent, at most 4,000 come back. Price: …`"""
    what = counted(volume.n_requests, "request")
    received = "" if volume.most_received is None else f", at most {volume.most_received:,} come back"
    price = price_words(terms.budget, volume.tokens, volume.most_received)
    said = f"{what}. About {volume.tokens:,} tokens are sent{received}. {price}".rstrip()
    return f"{said}\n{plain_text(volume.cannot_send)}" if volume.cannot_send else said


def send_run(session: Session, line: RunLine, window: QWidget, case: CaseKey | None = None) -> SendDialog:
    """Ask how the run is sent; it is when the dialog is accepted."""
    dialog = SendDialog(session, line, window, case)
    show_over(dialog)
    return dialog
