"""What a run says of itself while it goes on and when it ends."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reviewer.core.cases import CaseKey
from reviewer.core.errors import ExitStatus
from reviewer.core.responses import Response, ResponseState
from reviewer.runner.budget import Used, used_by

RATE_WINDOW_S = 30.0
MAX_ERROR_GROUPS = 50
OTHER_ERRORS = "Other errors; see the responses themselves."


@dataclass(frozen=True)
class ErrorGroup:
    """Failed responses with one sentence: how many, and the first case it happened to."""

    sentence: str
    count: int
    example: CaseKey


@dataclass(frozen=True)
class Progress:
    """A moment of a run. `done` and `states` count durable responses only.

    `rate_per_s` is that of the last 30 s; `seconds_left` is None until there is a rate. `retries` counts repeated
    attempts, `last_retry` says why the latest was needed. `at_once` is how many requests the endpoint gets at present.
    `used` and `spend` are of this start of the run. `waits_for` says what the run itself waits for, if anything.
    """

    done: int
    total: int
    states: Mapping[ResponseState, int]
    rate_per_s: float
    seconds_left: float | None
    in_flight: int
    retries: int
    errors: tuple[ErrorGroup, ...]
    elapsed_s: float
    last_retry: str = ""
    at_once: int = 0
    used: Used = field(default_factory=Used)
    spend: float = 0.0
    held: bool = False
    waits_for: str = ""


class Ending(StrEnum):
    FINISHED = "finished"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended. `sentence` says why it stopped, else it is empty. `progress` is the last count.

    `unreachable` marks a run that stopped because no connection came about any more.
    """

    ending: Ending
    progress: Progress
    sentence: str = ""
    unreachable: bool = False

    @property
    def exit_status(self) -> ExitStatus:
        """What the command answers: failed responses in a finished run are 1."""
        if self.ending is Ending.CANCELLED:
            return ExitStatus.INTERRUPTED
        if self.ending is Ending.STOPPED:
            return ExitStatus.ENVIRONMENT_FAILED if self.unreachable else ExitStatus.INPUT_WRONG
        failed = self.progress.states.get(ResponseState.ERROR, 0)
        return ExitStatus.ANSWER_IS_NO if failed else ExitStatus.DONE


@dataclass
class Tally:
    """The counts of one run as they grow. Times are seconds of the run's clock."""

    total: int
    started_s: float
    in_flight: int = 0
    retries: int = 0
    last_retry: str = ""
    used: Used = field(default_factory=Used)
    _states: Counter[ResponseState] = field(default_factory=Counter)
    _errors: dict[str, ErrorGroup] = field(default_factory=dict)
    _recent: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def done(self) -> int:
        return self._states.total()

    def add(self, batch: Sequence[Response], now_s: float) -> None:
        """Count responses that are durable."""
        self._states.update(response.state for response in batch)
        self._recent.append((now_s, len(batch)))
        for response in batch:
            self.used += used_by(response.usage)
            if response.state is ResponseState.ERROR:
                self._add_error(response.error, response.case)

    def _add_error(self, sentence: str, case: CaseKey) -> None:
        if sentence not in self._errors and len(self._errors) >= MAX_ERROR_GROUPS:
            sentence = OTHER_ERRORS
        known = self._errors.get(sentence)
        self._errors[sentence] = (
            ErrorGroup(sentence, known.count + 1, known.example) if known else ErrorGroup(sentence, 1, case)
        )

    def progress(self, now_s: float) -> Progress:
        while self._recent and self._recent[0][0] < now_s - RATE_WINDOW_S:
            self._recent.popleft()
        elapsed = now_s - self.started_s
        window = min(elapsed, RATE_WINDOW_S)
        rate = sum(count for _, count in self._recent) / window if window > 0 else 0.0
        errors = sorted(self._errors.values(), key=lambda group: (-group.count, group.sentence))
        return Progress(
            done=self.done,
            total=self.total,
            states=dict(self._states),
            rate_per_s=rate,
            seconds_left=(self.total - self.done) / rate if rate > 0 else None,
            in_flight=self.in_flight,
            retries=self.retries,
            errors=tuple(errors),
            elapsed_s=elapsed,
            last_retry=self.last_retry,
            used=self.used,
        )
