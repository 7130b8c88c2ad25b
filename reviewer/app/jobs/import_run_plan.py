"""What one run of a file gets, decided a part of the file at a time: its responses, and what is said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import merge
from operator import attrgetter
from typing import TypeVar

from reviewer.app.jobs.import_histories import Histories
from reviewer.app.jobs.import_places import CaseDigests, CaseNumbers, NumberSet, PlaceStanding, RunPlaces, digest_of
from reviewer.core.actions import ActionScale
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision, Verdict, VerdictSource
from reviewer.core.responses import DOUBTED_STATES, UNSCORED_STATES, Response, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.exchange.kit.records import BadRow, DecisionRecord, ResponseRecord, VerdictRecord
from reviewer.store.facts.runs import RunLine
from reviewer.wording.plural import counted, noun
from reviewer.wording.states import DoubtCounts, doubt_sentences, state_words

Place = tuple[CaseKey, int]
"""Case and repeat."""
_ON_FORMER_SCALE = "given on a former scale of their suite and to be given again."
RecordT = TypeVar("RecordT", DecisionRecord, VerdictRecord)


@dataclass(frozen=True)
class RunPresent:
    """What the workspace has of a run that a file names: `line` None where there is no such run, and then in `homes`
    the suites that have its cases. `cases` are what the run is over, `responses` its texts' hashes and states; its
    events and verdicts are read where the file has such."""

    line: RunLine | None
    homes: Sequence[str] = ()
    cases: Iterable[CaseKey] = ()
    responses: Iterable[tuple[CaseKey, int, str, ResponseState]] = ()
    events: Callable[[], Sequence[tuple[str, int, Decision]]] = tuple
    verdicts: Callable[[], Iterable[tuple[CaseKey, int, str, str, Verdict]]] = tuple


@dataclass(frozen=True)
class PlannedEvent:
    """A decision, adjudication or undo to append. `id` counts on from the run's last event; `undoes` is such an id."""

    id: int
    record: DecisionRecord
    undoes: int | None


@dataclass(frozen=True)
class RunTarget:
    """The run that gets something; a new one is made with `model` over `suite`."""

    name: str
    line: RunLine | None
    suite: str
    scale: ActionScale
    model: str


@dataclass(frozen=True)
class RunPlan:
    """What one run gets of a part of a file: responses where it has none, and those in the place of failed ones."""

    run: RunTarget
    fresh: tuple[ResponseRecord, ...] = ()
    retried: tuple[ResponseRecord, ...] = ()
    verdicts: tuple[VerdictRecord, ...] = ()
    events: tuple[PlannedEvent, ...] = ()
    repeats: int = 1

    @property
    def responses(self) -> Iterator[Response]:
        """In the file's order."""
        return (record.response for record in merge(self.fresh, self.retried, key=attrgetter("line")))


@dataclass
class Left:
    """What is not written of a part and why, counted while it is decided."""

    bad: list[BadRow]
    unchanged: int = 0
    skipped: int = 0
    conflicts: list[int] = field(default_factory=list)


class RunDeciding:
    """One run of a file, from part to part."""

    def __init__(self, run: RunTarget, there: RunPresent, numbers: CaseNumbers, suite: CaseDigests) -> None:
        self.run = run
        self._numbers, self._suite = numbers, suite
        self._of_run = NumberSet(map(numbers, there.cases))
        self._takes_cases = run.line is None or run.line.status is RunStatus.IMPORTED
        self.extends = NumberSet()
        """Numbers of the cases that the run does not have yet and takes in for the responses."""
        self.repeats = 1
        self._places = RunPlaces()
        for key, repeat, hash_, state in there.responses:
            self._places.put(numbers(key), repeat, digest_of(hash_), state, came=False)
        self._kept: set[Place] = set()
        self._n_fresh, self._doubts = 0, Counter[tuple[str, str, str]]()
        self._there = there
        self._ids: dict[str, int] = {}
        self._lapsed: set[str] = set()
        self._of_rules = self._about_others = 0
        self._waiting_decisions: list[DecisionRecord] = []
        self._waiting_verdicts: list[VerdictRecord] = []

    @cached_property
    def _history(self) -> Histories:
        return Histories(self._there.events())

    @cached_property
    def _known_verdicts(self) -> set[tuple[object, ...]]:
        return {
            (key, repeat, digest_of(hash_), at, said)
            for key, repeat, hash_, when, said in self._there.verdicts()
            for at in (when, "")
        }

    def part(
        self,
        responses: Sequence[ResponseRecord],
        decisions: Sequence[DecisionRecord],
        verdicts: Sequence[VerdictRecord],
        left: Left,
    ) -> RunPlan:
        """What is said of a response that has not come yet waits for it, or for the file's end."""
        fresh, retried = self._decide_responses(responses, left)
        said = self._verdicts(self._ready(verdicts, self._waiting_verdicts), left)
        events = self._events(self._ready(decisions, self._waiting_decisions), left)
        return RunPlan(self.run, tuple(fresh), tuple(retried), tuple(said), tuple(events), self.repeats)

    def last(self, left: Left) -> RunPlan:
        """What has waited until the end."""
        decisions, self._waiting_decisions = self._waiting_decisions, []
        verdicts, self._waiting_verdicts = self._waiting_verdicts, []
        said, events = tuple(self._verdicts(verdicts, left)), tuple(self._events(decisions, left))
        left.skipped += len(self._lapsed) + self._of_rules + self._about_others
        return RunPlan(self.run, verdicts=said, events=events, repeats=self.repeats)

    def notes(self, unasked: Mapping[str, int]) -> Iterator[str]:
        """What a person must know of what became of the run's rows, when all have been decided. `unasked` are those
        that are no responses to their requests, by the rules' sentence.
        """
        groups = [(state, error, reason, n) for (state, error, reason), n in self._doubts.items()]
        groups += [(ResponseState.NO_RESPONSE, said, "", n) for said, n in unasked.items()]
        yield from doubt_sentences(DoubtCounts.of(groups), self._n_fresh)
        yield from _left_out(
            "decision", len(self._lapsed), "given on a former scale of their suite and to be given again."
        )
        yield from _left_out("verdict", self._of_rules, "of rules: the rules of this program have read the responses.")
        yield from _left_out("verdict", self._about_others, "about other texts than the run has.")

    # responses

    def _decide_responses(
        self, records: Sequence[ResponseRecord], left: Left
    ) -> tuple[list[ResponseRecord], list[ResponseRecord]]:
        fresh: list[ResponseRecord] = []
        retried: list[ResponseRecord] = []
        for record in records:
            response = record.response
            number = self._numbers(response.case)
            if number not in self._of_run and not self._takes(number):
                left.bad.append(BadRow(record.line, self._no_case(response.case, number)))
                continue
            self.repeats = max(self.repeats, response.repeat)
            standing = self._places.get(number, response.repeat)
            if standing is None:
                fresh.append(record)
            elif self._gives_way(standing, record, left):
                retried.append(record)
            else:
                self._places.came(number, response.repeat)
                continue
            self._places.put(number, response.repeat, digest_of(response.hash), response.state, came=True)
            self._count(response)
        return fresh, retried

    def _takes(self, number: int) -> bool:
        """Whether the run takes in a case that it does not have; one that was edited since stays as it was answered."""
        if not (self._takes_cases and number in self._suite):
            return False
        self._of_run.add(number)
        self.extends.add(number)
        return True

    def _no_case(self, key: CaseKey, number: int) -> str:
        where = f"the run {self.run.name!r}" if number in self._suite else self.run.suite
        return f"There is no case {key!r} in {where}."

    def _gives_way(self, standing: PlaceStanding, record: ResponseRecord, left: Left) -> bool:
        """Whether what the run has at that place is a failed response and the file brings another one."""
        response = record.response
        if standing.came or standing.digest == digest_of(response.hash):
            left.unchanged += 1
        elif standing.state is ResponseState.ERROR:
            return True
        else:
            self._kept.add((response.case, response.repeat))
            reason = f"The run {self.run.name!r} has another response to {response.case!r}; it was kept."
            left.bad.append(BadRow(record.line, reason))
        return False

    def _count(self, response: Response) -> None:
        self._n_fresh += 1
        if response.state in DOUBTED_STATES:
            self._doubts[response.state, response.error, response.finish_reason] += 1

    # what is said of them

    def _standing(self, record: DecisionRecord | VerdictRecord) -> PlaceStanding | None:
        return self._places.get(self._numbers(record.case), record.repeat)

    def _ready(self, records: Sequence[RecordT], waiting: list[RecordT]) -> list[RecordT]:
        """Those about responses that there are; behind one that waits, all about its place wait."""
        places = {(record.case, record.repeat) for record in waiting}
        ready = []
        for record in records:
            if (record.case, record.repeat) in places or self._standing(record) is None:
                places.add((record.case, record.repeat))
                waiting.append(record)
            else:
                ready.append(record)
        return ready

    def _events(self, records: Sequence[DecisionRecord], left: Left) -> Iterator[PlannedEvent]:
        for record in records:
            there = self._history.known(record)
            if not there and (record.waits or record.undoes in self._lapsed):
                self._lapsed.add(record.id or str(record.line))
                continue
            if reason := self._undecidable(record):
                left.bad.append(BadRow(record.line, reason))
                continue
            if there:
                left.unchanged += 1
                event_id = there.pop(0) if len(there) > 1 else there[0]
            else:
                event_id = self._history.next_id
                if reason := self._history.refuses(record, event_id, self._ids):
                    left.bad.append(BadRow(record.line, reason))
                    continue
                yield PlannedEvent(event_id, record, self._ids.get(record.undoes))
            if record.id:
                self._ids[record.id] = event_id

    def _undecidable(self, record: DecisionRecord) -> str:
        """Why the run cannot take a decision, "" if it can."""
        standing = self._standing(record)
        if standing is None:
            return f"The run {self.run.name!r} has no response to {record.case!r}, repeat {record.repeat}."
        if (record.case, record.repeat) in self._kept or _about_another(record.response_hash, standing):
            return f"The decision is about another text than the response that {self.run.name!r} has."
        if record.action is not None and record.action not in self.run.scale:
            return f"The action {record.action!r} is not on the scale of {self.run.suite}."
        if standing.state in UNSCORED_STATES:
            return f"The response is {state_words(standing.state)} and has nothing to decide on."
        return ""

    def _verdicts(self, records: Sequence[VerdictRecord], left: Left) -> Iterator[VerdictRecord]:
        """Those of judges on the texts that the run has. The rules here read every response themselves."""
        for record in records:
            standing, said = self._standing(record), record.verdict
            is_of_rules = said.source is VerdictSource.RULES
            if standing is None:
                reason = f"The run {self.run.name!r} has no response to {record.case!r}, repeat {record.repeat}."
                left.bad.append(BadRow(record.line, reason))
            elif said.action is not None and said.action not in self.run.scale:
                reason = f"The action {said.action!r} is not on the scale of {self.run.suite}."
                left.bad.append(BadRow(record.line, reason))
            elif self._is_known(record, standing, "" if is_of_rules else record.at):
                left.unchanged += 1
            elif is_of_rules:
                self._of_rules += 1
            elif (record.case, record.repeat) in self._kept or _about_another(record.response_hash, standing):
                self._about_others += 1
            else:
                yield record

    def _is_known(self, record: VerdictRecord, standing: PlaceStanding, at: str) -> bool:
        if not self._known_verdicts:
            return False
        digest = digest_of(record.response_hash) if record.response_hash else standing.digest
        return (record.case, record.repeat, digest, at, record.verdict) in self._known_verdicts


def _about_another(hash_: str, standing: PlaceStanding) -> bool:
    return hash_ != "" and digest_of(hash_) != standing.digest


def _left_out(kind: str, count: int, why: str) -> Iterator[str]:
    if count:
        yield f"{counted(count, kind)} {noun(count, 'was', 'were')} left out, {why}"
