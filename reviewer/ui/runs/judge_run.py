"""A judge for a run: which model, beside which control set, what exactly will be asked and what it takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.app.jobs.asking import check_sendable
from reviewer.app.jobs.judging import JudgeJob, JudgeRequest, Judging
from reviewer.app.jobs.terms import Pace, Terms, price_words
from reviewer.classify.judge.admission import ADMISSION_BAR, check_bar
from reviewer.classify.judge.excerpt import MOST_CHARACTERS, check_most_characters
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.memory import recalled, remember
from reviewer.store.queries import runs, suites
from reviewer.ui.jobs.judging import judges_of
from reviewer.ui.kit.covered_text import CoveredText
from reviewer.ui.kit.fields import FieldForm, connect_edits, number, scrolled, whole_number
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.keys_ahead import FilledLater, show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.runs.connection import ConnectionCheck, ConnectionTest
from reviewer.ui.runs.table import duration_words
from reviewer.ui.runs.terms_fields import TermsFields
from reviewer.ui.runs.version_form import Known, VersionFields
from reviewer.wording.judging import states_left_out
from reviewer.wording.plain_text import in_sentence
from reviewer.wording.plural import counted

REMEMBERED = "judge"
ESTIMATE_AFTER_MS = 250
MOST_RESPONSES = 100_000_000
DEFAULT_SAMPLING = Sampling(temperature=0.0, max_tokens=1000)
NO_CONTROL = "none"
_ESCAPED = re.compile(r'\\([nt"\\])')
_MEANT = {"n": "\n", "t": "\t"}


@dataclass(frozen=True)
class WantedJudge:
    """What the fields begin with."""

    endpoint: str = ""
    model: str = ""
    sampling: Sampling = DEFAULT_SAMPLING
    control_suite: str = ""
    limit: int | None = None
    terms: Terms = field(default_factory=Terms)
    bar: float = ADMISSION_BAR
    most_characters: int = MOST_CHARACTERS

    @staticmethod
    def of(request: JudgeRequest, terms: Terms) -> WantedJudge:
        version = request.version
        return WantedJudge(
            version.endpoint.name,
            version.model,
            version.sampling,
            request.control_suite,
            request.limit,
            terms,
            request.bar,
            request.most_characters,
        )

    def as_json(self) -> dict[str, object]:
        """What is remembered; a limit is for one judging only."""
        return {
            "endpoint": self.endpoint,
            "model": self.model,
            "sampling": self.sampling.as_json(),
            "control_suite": self.control_suite,
            "terms": asdict(self.terms),
            "bar": self.bar,
            "most_characters": self.most_characters,
        }

    @staticmethod
    def remembered(found: object) -> WantedJudge:
        if not isinstance(found, dict) or not isinstance(found.get("sampling"), dict):
            return WantedJudge()
        names = ("temperature", "top_p", "max_tokens", "seed")
        sampling = Sampling(**{name: found["sampling"].get(name) for name in names})
        said = {name: str(found.get(name, "")) for name in ("endpoint", "model", "control_suite")}
        terms = Terms.of_json(found["terms"]) if isinstance(found.get("terms"), dict) else Terms()
        bar, most = found.get("bar", ADMISSION_BAR), found.get("most_characters", MOST_CHARACTERS)
        return WantedJudge(
            said["endpoint"],
            said["model"],
            sampling,
            said["control_suite"],
            terms=terms,
            bar=bar if isinstance(bar, float) else ADMISSION_BAR,
            most_characters=most if isinstance(most, int) else MOST_CHARACTERS,
        )


@dataclass(frozen=True)
class JudgeChoices:
    """What the workspace offers to a judging, and the judge that was asked last."""

    known: Known
    suites: Sequence[str]
    last: WantedJudge


def _read_choices(workspace: Workspace) -> JudgeChoices:
    return JudgeChoices(
        Known.of((), runs.endpoints(workspace)),
        [suite.name for suite in suites.stored_suites(workspace)],
        WantedJudge.remembered(recalled(workspace, REMEMBERED)),
    )


class JudgeDialog(FilledLater):
    """Nothing is sent before Start, but by the connection test; Start comes with the estimate of what is shown."""

    def __init__(self, session: Session, line: RunLine, parent: QWidget, wanted: WantedJudge | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Judge a run")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._line, self._wanted = session, line, wanted
        self._filled = False
        self._reading: list[Task[JudgeChoices]] = []
        self._estimating: Task[Judging] | None = None
        self._estimated: tuple[Judging, Terms] | None = None
        self._checking: ConnectionCheck[None] | None = None
        self.control = QComboBox()
        self.limit, self.bar, self.most = QLineEdit(), QLineEdit(), QLineEdit()
        self.form = FieldForm()
        self.version = VersionFields(session, self.form, self, judge=True)
        self._add_fields()
        self.connection = ConnectionTest(session.tasks, self._to_test)
        self.estimate = plain_label()
        self.estimate.setAccessibleName("What will be sent")
        self.prompt = ReadingPane("The first prompt in full")
        self._covered = CoveredText(session, self.prompt)
        self.prompt.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.status = plain_label()
        self.status.setAccessibleName("Status")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ESTIMATE_AFTER_MS)
        self._timer.timeout.connect(self._read_estimate)
        self._lay_out()
        connect_edits((self.control, self.limit, self.bar, self.most, *self.terms.edits), self._on_edited)
        self.version.edited.connect(self._on_version_edited)
        self.version.endpoint_saved.connect(lambda endpoint: self._read_all(endpoint.name))
        self._read_all()

    def _add_fields(self) -> None:
        add = self.form.add
        self.control.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        add(
            "&Control set",
            self.control,
            hint="A suite with frozen responses, judged first: it shows whether the judge still judges as it did.",
        )
        add(
            "Bar it must reach",
            self.bar,
            check=self._bar,
            hint="Its verdicts count where the lower 95 % limits of both its rates against people reach this share.",
        )
        add(
            "C&ut texts over",
            self.most,
            check=self._most,
            hint="In characters; of longer responses and conversations only the beginning and the end are sent.",
        )
        add("First &responses only", self.limit, check=self._limit)
        self.terms = TermsFields(self.form)
        self.limit.setPlaceholderText(f"all {self._line.stored:,}")

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
        right.setSpacing(GRID)
        right.addWidget(self.estimate)
        right.addWidget(
            plain_label("The first prompt in full, with line ends and quotation marks as the judge reads it:")
        )
        right.addWidget(self._covered, 1)
        sides = QHBoxLayout()
        sides.setSpacing(3 * GRID)
        sides.addWidget(scrolled(left), 5)
        sides.addLayout(right, 7)
        layout = QVBoxLayout(self)
        margins(layout)
        about = "The judge is asked what each response did. It sees the conversation and the response, nothing else."
        layout.addWidget(plain_label(f"The run {in_sentence(self._line.name)}. {about}"))
        layout.addLayout(sides, 1)
        layout.addWidget(self.status)
        cancel, self.start_button = QPushButton("Cancel"), QPushButton("Start")
        self.start_button.clicked.connect(lambda _checked=False: self.start())
        self.start_button.setEnabled(False)
        cancel.clicked.connect(self.reject)
        layout.addLayout(row(None, cancel, self.start_button))
        self.start_button.setDefault(True)
        self.resize(144 * GRID, 84 * GRID)

    # choices

    def _read_all(self, endpoint: str = "") -> None:
        def show(choices: JudgeChoices) -> None:
            self._show_choices(choices, endpoint)
            self.end_filling()

        def not_read(error: Exception) -> None:
            self._on_failed(error)
            self.end_filling()

        self._reading.append(self._session.read(_read_choices, show, not_read))

    def _show_choices(self, choices: JudgeChoices, endpoint: str) -> None:
        wanted = self._wanted or choices.last
        if not self._filled:
            self.control.addItem(NO_CONTROL, "")
            for suite in choices.suites:
                self.control.addItem(suite, suite)
        self.version.show_known(choices.known, endpoint=endpoint or ("" if self._filled else wanted.endpoint))
        if not self._filled:
            self._fill(wanted)
        self._filled = True

    def _fill(self, wanted: WantedJudge) -> None:
        place = next((n for n in range(self.control.count()) if self.control.itemData(n) == wanted.control_suite), 0)
        self.control.setCurrentIndex(place)
        self.version.show_sampling(wanted.model, wanted.sampling)
        self.limit.setText("" if wanted.limit is None else str(wanted.limit))
        self.bar.setText(f"{wanted.bar:g}")
        self.most.setText(str(wanted.most_characters))
        self.terms.show_terms(wanted.terms)

    # what is in the fields

    def _limit(self) -> int | None:
        return whole_number(self.limit.text(), "The number of responses", low=1, high=MOST_RESPONSES)

    def _bar(self) -> float:
        return check_bar(number(self.bar.text(), "The bar", low=0.0, high=1.0) or ADMISSION_BAR)

    def _most(self) -> int:
        wanted = whole_number(self.most.text(), "The number of characters", low=1, high=MOST_RESPONSES)
        return check_most_characters(wanted or MOST_CHARACTERS)

    def request(self) -> JudgeRequest:
        """What the form asks for. Raises InputError."""
        version = self.version.version()
        # a judge that does not take what the form began with is asked without it
        begun, sent = DEFAULT_SAMPLING.as_json(), version.sampling.as_json()
        return JudgeRequest(
            self._line.name,
            version,
            self.control.currentData() or "",
            self._limit(),
            bar=self._bar(),
            most_characters=self._most(),
            unasked=frozenset(name for name, value in begun.items() if sent.get(name) == value),
        )

    def _to_test(self) -> tuple[Endpoint, str] | None:
        if not self.form.is_sound():
            return None
        return self.version.endpoint(), self.version.model_id()

    # the estimate

    def _on_version_edited(self) -> None:
        self.connection.forget()
        self._on_edited()

    def _on_edited(self) -> None:
        """What is shown is not what the fields say any more: it must be read again before Start."""
        self._estimated = None
        if self._estimating is not None:
            self._estimating.cancel()
        self.start_button.setEnabled(False)
        self._timer.start()

    def _read_estimate(self) -> None:
        try:
            job, terms = JudgeJob(self.request()), self.terms.terms()
        except InputError as error:
            self._on_no_estimate(error)
            return
        self._estimating = self._session.read(job.estimate, partial(self._show_estimate, terms), self._on_no_estimate)

    def _show_estimate(self, terms: Terms, judging: Judging) -> None:
        try:
            prompt = judging.first_prompt()
        except InputError as error:
            self._on_no_estimate(error)
            return
        self._estimated = judging, terms
        self.estimate.setText("\n".join(estimate_lines(judging, terms)))
        self._covered.show_text("prompt", as_read(prompt) or "Nothing will be sent.", judging.first_category)
        self.start_button.setEnabled(judging.n_requests > 0)

    def _on_no_estimate(self, error: Exception) -> None:
        self.estimate.setText(error_words(error))
        self._covered.show_text("prompt", "", "")

    # the start

    def start(self) -> None:
        """See whether the judge can be asked, then begin; where something is missing, say so and stay."""
        if not self.form.is_sound() or self._estimated is None or self._checking is not None:
            return
        request, terms = self._estimated[0].request, self._estimated[1]
        self.start_button.setEnabled(False)
        self.status.setText("Checking that the judge can be asked…")
        self._checking = ConnectionCheck(
            self._session.tasks,
            lambda: check_sendable(request.version, terms),
            lambda _nothing: self._on_sendable(request, terms),
            self._on_failed,
        )

    def _on_sendable(self, request: JudgeRequest, terms: Terms) -> None:
        self._checking = None
        wanted = WantedJudge.of(request, terms)

        def keep(workspace: Workspace) -> tuple[None, Changes]:
            return None, remember(workspace, key=REMEMBERED, value=wanted.as_json())

        self._session.write(keep, held=Held(slot=REMEMBERED))
        judges, line = judges_of(self._session), self._line
        self.accept()
        judges.send(line, request, terms)

    def _on_failed(self, error: Exception) -> None:
        self._checking = None
        self.start_button.setEnabled(self._estimated is not None and self._estimated[0].n_requests > 0)
        self.status.setText(error_words(error))

    def done(self, result: int) -> None:
        """However it ends, nothing that was asked for reaches a dialog that is gone."""
        self._timer.stop()
        self.version.stop()
        self.connection.stop()
        if self._checking is not None:
            self._checking.stop()
        for task in (*self._reading, self._estimating):
            if task is not None:
                task.cancel()
        super().done(result)


def as_read(shown_request: str) -> str:
    """A shown request with line ends, tabs and quotation marks as they reach the judge, and not as JSON writes them."""
    return _ESCAPED.sub(lambda found: _MEANT.get(found.group(1), found.group(1)), shown_request)


def estimate_lines(judging: Judging, terms: Terms) -> list[str]:
    """What it will take, before anything is sent: requests, tokens, time, what is left out, and what to know."""
    lines = [_requests_words(judging)]
    if judging.n_requests:
        lines.append(
            f"About {judging.prompt_tokens:,} tokens to send and {judging.reply_tokens:,} to receive, "
            "estimated from characters / 4; retries come on top."
        )
        lines.append(_time_words(judging, terms.pace))
        if price := price_words(terms.budget, judging.prompt_tokens, judging.most_received):
            lines.append(price)
    if judging.already:
        lines.append(f"Not sent: {_responses(judging.already)} that this judge has replied to before.")
    if judging.not_sent:
        lines.append(f"Not sent: {states_left_out(judging.not_sent)}, because there is no text to judge.")
    return [*lines, *(f"▸ {warning}" for warning in judging.warnings)]


def _requests_words(judging: Judging) -> str:
    what = counted(judging.n_requests, "request")
    if judging.control_run is None:
        return f"{what} in all, to {in_sentence(judging.classifier)}."
    on = f"{len(judging.control_asked):,} of them first for the control set {in_sentence(judging.control_run.name)}"
    return f"{what} in all, to {in_sentence(judging.classifier)}, {on}."


def _time_words(judging: Judging, pace: Pace) -> str:
    seconds = judging.seconds(pace)
    if seconds is None:
        return "How long it takes is known after the first replies; a pace was not given."
    paces = [f"{pace.requests_per_minute:g} requests a minute"] if pace.requests_per_minute else []
    paces += [f"{pace.tokens_per_minute:g} tokens a minute"] if pace.tokens_per_minute else []
    if judging.mean_latency_ms is not None:
        at_once = judging.request.version.endpoint.concurrency
        paces.append(f"{judging.mean_latency_ms / 1000:.1f} s a reply so far, {at_once} at once")
    return f"About {duration_words(seconds)}, at {' and '.join(paces)}."


def _responses(count: int) -> str:
    return counted(count, "response")


def judge_run(session: Session, line: RunLine, window: QWidget, wanted: WantedJudge | None = None) -> JudgeDialog:
    """Ask which judge; it is asked when the dialog is accepted."""
    dialog = JudgeDialog(session, line, window, wanted)
    show_over(dialog)
    return dialog


def wanted_again(version: ModelVersion, control_suite: str) -> WantedJudge:
    """The fields of a judging that was asked for before the workspace was opened."""
    return WantedJudge(version.endpoint.name, version.model, version.sampling, control_suite)
