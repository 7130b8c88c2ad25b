"""A new run: which cases go to which model version, what exactly will be sent, and the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.jobs.terms import Terms, keep_terms, price_words
from reviewer.app.runs import RunPreview, RunRequest, create_run, preview_run
from reviewer.core.cases import CaseStatus
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.facts.suites import SuiteLine
from reviewer.store.memory import recalled, remember
from reviewer.store.queries import runs, suites
from reviewer.ui.jobs.running import running_of
from reviewer.ui.kit.covered_text import CoveredText
from reviewer.ui.kit.fields import FieldForm, connect_edits, scrolled, whole_number
from reviewer.ui.kit.held_dialog import HeldInDialog
from reviewer.ui.kit.keymap import key_or_name
from reviewer.ui.kit.keys_ahead import FilledLater
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.runs.connection import ConnectionTest
from reviewer.ui.runs.finding import RunFinding
from reviewer.ui.runs.terms_fields import TermsFields
from reviewer.ui.runs.version_form import Known, VersionFields
from reviewer.wording.plain_text import plain_text, preview
from reviewer.wording.plural import counted

REMEMBERED = "new_run"
PREVIEW_AFTER_MS = 200
MOST_REPEATS, MOST_CASES = 1000, 100_000_000


@dataclass(frozen=True)
class NewRunChoices:
    """What the workspace offers to a new run, and the endpoint that was used last."""

    suites: Sequence[SuiteLine]
    known: Known
    last_endpoint: str


def _read_choices(workspace: Workspace) -> NewRunChoices:
    remembered = recalled(workspace, REMEMBERED)
    last = remembered.get("endpoint") if isinstance(remembered, dict) else ""
    known = Known.of(runs.model_versions(workspace), runs.endpoints(workspace))
    return NewRunChoices(suites.suites(workspace), known, str(last or ""))


class NewRunDialog(FilledLater):
    """Nothing is sent before Start, but by the connection test; what will be sent is shown as it will be sent."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("New run")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._suites: Sequence[SuiteLine] = ()
        self._reading: list[Task[NewRunChoices]] = []
        self._previewing: Task[RunPreview] | None = None
        self.suite = QComboBox()
        self.limit, self.repeats, self.name = QLineEdit(), QLineEdit("1"), QLineEdit()
        self.finding = RunFinding(session, self)
        self.form = FieldForm()
        self._add_fields()
        self.version = VersionFields(session, self.form, self)
        self.terms = TermsFields(self.form)
        self.connection = ConnectionTest(session.tasks, self._to_test)
        self.requests = plain_label()
        self.preview = ReadingPane("The first request, as it will be sent")
        self._covered = CoveredText(session, self.preview)
        self.status = plain_label()
        self._storing = HeldInDialog(session, self, self.status.setText)
        self.status.setAccessibleName("Status")
        self._preview_timer = QTimer(self)
        self._preview_timer.setSingleShot(True)
        self._preview_timer.setInterval(PREVIEW_AFTER_MS)
        self._preview_timer.timeout.connect(self._read_preview)
        self._lay_out()
        chosen = (self.suite, self.limit, self.repeats, self.finding.gain, self.name, *self.terms.edits)
        connect_edits(chosen, self._preview_timer.start)
        self.version.edited.connect(self._on_version_edited)
        self.version.endpoint_saved.connect(self._on_endpoint_saved)
        self.suite.currentIndexChanged.connect(lambda _index: self._show_suite())
        self._read_all()

    def _add_fields(self) -> None:
        self.suite.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.form.add("&Suite", self.suite, check=self._suite)
        self.form.add("First &cases only", self.limit, check=self._limit)
        self.form.add("&Repeats of each", self.repeats, check=self._repeats)
        self.finding.add_to(self.form)
        self.form.add("Name of the r&un", self.name)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 2 * GRID, 0)
        column.setSpacing(2 * GRID)
        for widget in (self.form, self.connection):
            column.addWidget(widget)
        column.addStretch(1)
        left = QWidget()
        left.setLayout(column)
        right = QVBoxLayout()
        right.addWidget(plain_label("The first request, as it will be sent:", wrap=False))
        right.addWidget(self._covered, 1)
        right.addWidget(self.requests)
        sides = QHBoxLayout()
        sides.setSpacing(3 * GRID)
        sides.addWidget(scrolled(left), 5)
        sides.addLayout(right, 5)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addLayout(sides, 1)
        layout.addWidget(self.status)
        layout.addLayout(self._make_buttons())
        self.start_button.setDefault(True)
        self.resize(132 * GRID, 84 * GRID)

    def _make_buttons(self) -> QHBoxLayout:
        cancel, self.start_button = QPushButton("Cancel"), QPushButton("Start")
        self.store_button = QPushButton("Store only")
        self.store_button.setToolTip("Create the run without sending anything: for a batch file, or for later")
        self.start_button.clicked.connect(lambda _checked=False: self.start())
        self.store_button.clicked.connect(lambda _checked=False: self.start(send=False))
        cancel.clicked.connect(self.reject)
        return row(self.store_button, None, cancel, self.start_button)

    # choices

    def _read_all(self, endpoint: str = "") -> None:
        def show(choices: NewRunChoices) -> None:
            self._show_choices(choices, endpoint)
            self.end_filling()

        def not_read(error: Exception) -> None:
            self._on_failed(error)
            self.end_filling()

        self._reading.append(self._session.read(_read_choices, show, not_read))

    def _show_choices(self, choices: NewRunChoices, endpoint: str) -> None:
        first_time = self.suite.count() == 0
        if first_time:
            self._suites = choices.suites
            self.suite.addItems([preview(suite.name) for suite in choices.suites])
            wanted = next((n for n, suite in enumerate(self._suites) if suite.id == self._session.suite_id), 0)
            self.suite.setCurrentIndex(wanted)
            self._show_suite()
        if not choices.suites:
            self.form.show_problem(self.suite, "There are no cases yet. Import some first.")
        self.version.show_known(choices.known, endpoint=endpoint or (choices.last_endpoint if first_time else ""))

    def _show_suite(self) -> None:
        index = self.suite.currentIndex()
        if 0 <= index < len(self._suites):
            counts = self._suites[index].n_cases
            there = sum(count for status, count in counts.items() if status != CaseStatus.RETIRED)
            self.limit.setPlaceholderText(f"all {there:,}")

    def _on_endpoint_saved(self, endpoint: Endpoint) -> None:
        self._read_all(endpoint.name)

    def _on_version_edited(self) -> None:
        self.connection.forget()
        self._preview_timer.start()

    def _on_failed(self, error: Exception) -> None:
        self.start_button.setEnabled(True)
        self.store_button.setEnabled(True)
        self.status.setText(error_words(error))

    # what is in the fields

    def _suite(self) -> str:
        if self.suite.currentIndex() < 0:
            raise InputError("There are no cases yet.", "Import some first.")
        return self._suites[self.suite.currentIndex()].name

    def _limit(self) -> int | None:
        return whole_number(self.limit.text(), "The number of cases", low=1, high=MOST_CASES)

    def _repeats(self) -> int:
        return whole_number(self.repeats.text(), "The number of repeats", low=1, high=MOST_REPEATS) or 1

    def request(self) -> RunRequest:
        """What the form asks for. Raises InputError."""
        version = self.version.version()
        return RunRequest(self._suite(), version, self._repeats(), self._limit(), self.name.text().strip())

    def _to_test(self) -> tuple[Endpoint, str] | None:
        if not self.form.is_sound():
            return None
        return self.version.endpoint(), self.version.model_id()

    # preview

    def _read_preview(self) -> None:
        if 0 <= self.suite.currentIndex() < len(self._suites):
            # what the run can find is said also while the endpoint's fields are not filled in yet
            self.finding.ask(self._suites[self.suite.currentIndex()].id, self._repeats, self._limit)
        if self._previewing is not None:
            self._previewing.cancel()
        try:
            request, terms = self.request(), self.terms.terms()
        except InputError as error:
            self._on_no_preview(error)
            return
        self._previewing = self._session.read(
            lambda workspace: preview_run(workspace, request), partial(self._show_preview, terms), self._on_no_preview
        )

    def _show_preview(self, terms: Terms, preview: RunPreview) -> None:
        self._covered.show_text("request", preview.first_request, preview.category)
        self.name.setPlaceholderText(preview.name)
        repeats = preview.n_requests // preview.n_cases
        each = "" if repeats == 1 else f", each {repeats} times"
        what = counted(preview.n_requests, "request")
        cases = counted(preview.n_cases, "case")
        received = f", at most {preview.most_received:,} come back" if preview.most_received is not None else ""
        price = price_words(terms.budget, preview.tokens, preview.most_received)
        sent = f"About {preview.tokens:,} tokens are sent{received}."
        told = f"{what} in all: {cases}{each}. {sent} {price}".rstrip()
        self.requests.setText(f"{told}\n{plain_text(preview.cannot_send)}".rstrip())

    def _on_no_preview(self, error: Exception) -> None:
        self._covered.show_text("request", error_words(error), "")
        self.requests.clear()

    # the start

    def start(self, *, send: bool = True) -> None:
        """Make the run and, but for `send`, send it; where something is missing, say so and stay."""
        if not self.form.is_sound():
            self.status.setText("Not started: see the marked fields.")
            return
        try:
            request, terms = self.request(), self.terms.terms()
        except InputError as error:
            self._on_failed(error)
            return
        self.start_button.setEnabled(False)
        self.store_button.setEnabled(False)
        self.status.setText("Making the run…")
        work = partial(_create, request=request, terms=terms)
        self._storing.write("Your new run", work, partial(self._on_created, send), self._on_failed)

    def _on_created(self, send: bool, line: RunLine) -> None:
        gone = self._storing.is_gone
        if not gone:
            self.accept()
        self._session.select(suite_id=line.suite_id, run_id=line.id)
        if send and not gone:
            running_of(self._session).send(line)
        else:
            self._session.notice.emit(
                f"The run {line.name} is stored and nothing was sent. {key_or_name('runs.resume')} sends it."
            )

    def done(self, result: int) -> None:
        """However it ends, nothing that was asked for reaches a dialog that is gone."""
        self._preview_timer.stop()
        self.finding.stop()
        self.version.stop()
        self.connection.stop()
        for task in (*self._reading, self._previewing):
            if task is not None:
                task.cancel()
        super().done(result)


def _create(workspace: Workspace, request: RunRequest, terms: Terms) -> tuple[RunLine, Changes]:
    line = create_run(workspace, request)
    keep_terms(workspace, line.id, terms)
    remember(workspace, key=REMEMBERED, value={"endpoint": request.version.endpoint.name})
    return line, Changes(runs=True, endpoints=True, run_ids=frozenset({line.id}))
