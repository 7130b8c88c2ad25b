"""The runs as a table: one row each, what is stored from the last read, rate and time left from the run itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QModelIndex, QObject

from reviewer.app.jobs.at_work import JUDGED, READ, SENT, Elsewhere
from reviewer.core.runs import RunStatus
from reviewer.host.marks import CONTROL
from reviewer.runner.progress import Progress
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.judging import share_done
from reviewer.ui.jobs.run_jobs import RunJobs
from reviewer.ui.jobs.under_way import Going
from reviewer.ui.kit.called_by_qt import counts
from reviewer.ui.kit.columns import Column, ColumnTable, Index
from reviewer.ui.runs.scores import RunScores
from reviewer.wording.plain_text import preview
from reviewer.wording.states import states_words

RUN, SUITE, VERSION, STATUS, BAR, SCORE, RATE, LEFT, STATES, REVIEWED, STARTED = range(11)
_STATUS_WORDS = {RunStatus.NEW: "not started", RunStatus.RUNNING: "interrupted"}
_ELSEWHERE_WORDS = {
    SENT: "sent elsewhere",
    JUDGED: "judged elsewhere",
    READ: "read elsewhere",
    CONTROL: "control set elsewhere",
}


class RunTable(ColumnTable[RunLine]):
    """Newest run first. A read with the same runs changes cells only, so that nothing on the screen moves."""

    def __init__(self, jobs: RunJobs, scores: RunScores, parent: QObject | None = None) -> None:
        columns: tuple[Column[RunLine], ...] = (
            Column("Run", lambda line: one_line(line.name)),
            Column("Suite", lambda line: one_line(line.suite)),
            Column("Model version", lambda line: one_line(_version_words(line))),
            Column("Status", self.status, self.status_in_full),
            Column("Responses", lambda line: f"{line.stored} of {line.planned}"),
            Column("Score", scores.words, scores.tip),
            Column("Rate", self._rate, right=True),
            Column("Time left", self._time_left, right=True),
            Column("States", lambda line: states_words(line.states)),
            Column("Reviewed", lambda line: share_words(line.reviewed, line.stored), right=True),
            Column("Started", lambda line: local_time(line.created_at)),
        )
        super().__init__(columns, parent)
        self._jobs = jobs
        self.elsewhere: Elsewhere = {}
        scores.known.connect(self._on_moved)
        self._lines: list[RunLine] = []
        for under_way in jobs.kinds:
            under_way.moved.connect(self._on_moved)
            under_way.ended.connect(self._on_moved)

    @counts
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._lines)

    @property
    def lines(self) -> Sequence[RunLine]:
        return self._lines

    def line(self, row: int) -> RunLine | None:
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def row_of(self, run_id: int | None) -> int:
        """The row of a run, -1 where it has none."""
        return next((row for row, line in enumerate(self._lines) if line.id == run_id), -1)

    def show_lines(self, lines: Sequence[RunLine]) -> bool:
        """Show these runs; whether there were other rows before."""
        if [line.id for line in lines] == [line.id for line in self._lines]:
            self.update_lines(lines)
            return False
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()
        return True

    def update_lines(self, lines: Sequence[RunLine]) -> None:
        """New counts for some of the runs that are shown."""
        for line in lines:
            if (row := self.row_of(line.id)) >= 0 and self._lines[row] != line:
                self._lines[row] = line
                self.tell(row, row)

    def show_elsewhere(self, elsewhere: Elsewhere) -> None:
        """What other programs do with these runs."""
        if elsewhere != self.elsewhere:
            self.elsewhere = elsewhere
            if self._lines:
                self.tell(0, len(self._lines) - 1)

    def status(self, line: RunLine) -> str:
        """`interrupted` is a run that calls itself running while nothing says that a program sends it."""
        return self._status(line)[0]

    def status_in_full(self, line: RunLine) -> str:
        """With the program that does it, where it is another one."""
        return "\n".join(filter(None, self._status(line)))

    def elsewhere_words(self, line: RunLine) -> str:
        """What another program does with it, empty where none does anything."""
        return self._status(line)[1]

    def _status(self, line: RunLine) -> tuple[str, str]:
        if not self._jobs.going(line.id):
            for what, words in _ELSEWHERE_WORDS.items():
                if who := self.elsewhere.get((line.id, what)):
                    return words, f"It is being {what} {who}."
        return status_words(line, self._jobs), ""

    def _on_moved(self, run_id: int) -> None:
        if (row := self.row_of(run_id)) >= 0:
            self.tell(row, row)

    def _progress(self, line: RunLine) -> Progress | None:
        """That of its sending, else that of its judging; none while it does not move."""
        sent, judged = self._jobs.sending.of(line.id), self._jobs.judging.of(line.id)
        if sent is not None:
            return sent.progress if sent.moves else None
        return judged.progress.sending if judged and judged.progress and judged.moves else None

    def _rate(self, line: RunLine) -> str:
        progress = self._progress(line)
        return rate_words(progress.rate_per_s) if progress else ""

    def _time_left(self, line: RunLine) -> str:
        progress = self._progress(line)
        return "" if progress is None or progress.seconds_left is None else duration_words(progress.seconds_left)


def _version_words(line: RunLine) -> str:
    version = line.version
    words = version.name if version.model in version.name else f"{version.name} ({version.model})"
    return f"{words} · {version.endpoint.name}"


def status_words(line: RunLine, jobs: RunJobs) -> str:
    """What this program does with it; else how it was left."""
    if (classified := jobs.classifying.of(line.id)) is not None:
        return _going_words(classified) or "classifying"
    if (sent := jobs.sending.of(line.id)) is not None:
        return _going_words(sent) or "running"
    if (judged := jobs.judging.of(line.id)) is not None:
        return _going_words(judged) or share_done(judged.progress)
    return _STATUS_WORDS.get(line.status, str(line.status))


def _going_words(going: Going[Any, Any]) -> str:
    if going.ending or going.paused:
        return "cancelling…" if going.ending else "paused"
    return "waiting" if going.waits_for else ""


def share_words(part: int, whole: int) -> str:
    """A share in whole percent that says 0 % and 100 % only where it is none or all."""
    if not whole:
        return "–"
    percent = round(100 * part / whole)
    if 0 < part < whole:
        percent = min(max(percent, 1), 99)
    return f"{percent} %"


def rate_words(rate_per_s: float) -> str:
    """Requests a second, or a minute where that is under one."""
    if rate_per_s <= 0:
        return ""
    return f"{rate_per_s:.1f}/s" if rate_per_s >= 1 else f"{60 * rate_per_s:.0f}/min"


def pace_words(progress: Progress) -> list[str]:
    """`3.1/s` and `20 s left`, where they are known."""
    words = [rate] if (rate := rate_words(progress.rate_per_s)) else []
    return words if progress.seconds_left is None else [*words, f"{duration_words(progress.seconds_left)} left"]


def duration_words(seconds: float) -> str:
    """The two largest units: `45 s`, `3 min 5 s`, `2 h 10 min`."""
    whole = max(round(seconds), 0)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def local_time(stored: str) -> str:
    """A stored time (RFC 3339) as the clock on the wall showed it; as it is where it is not a time."""
    try:
        return datetime.fromisoformat(stored).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return stored


def one_line(untrusted_text: str) -> str:
    """At most 200 characters, on one line, with what nobody would see made visible."""
    return preview(untrusted_text)
