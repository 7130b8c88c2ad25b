"""What an import would do: decided from what a file holds and what the workspace has, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reviewer.app.jobs.import_histories import Histories, known_events, record_identity
from reviewer.core.actions import ActionScale
from reviewer.core.cases import Case, CaseKey, SuiteHead
from reviewer.core.decisions import Decision, Verdict, VerdictSource
from reviewer.core.errors import InputError
from reviewer.core.received import received
from reviewer.core.responses import UNSCORED_STATES, Response, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    BadRow,
    CaseRecord,
    ColumnUse,
    DecisionRecord,
    LabelRecord,
    LabelWord,
    OriginRecord,
    Record,
    ResponseRecord,
    RunRecord,
    SuiteRecord,
    Told,
    VerdictRecord,
)
from reviewer.store.facts.origins import Beside
from reviewer.store.facts.runs import RunLine
from reviewer.store.facts.suites import OnConflict, check_scale, merged_head
from reviewer.wording.plural import counted, noun
from reviewer.wording.states import DoubtCounts, doubt_sentences, state_words

Place = tuple[CaseKey, int]
"""Case and repeat."""


@dataclass(frozen=True)
class ImportRequest:
    """What to import and how; `format` empty means that the file is looked at."""

    path: Path
    format: str = ""
    options: ImportOptions = field(default_factory=ImportOptions)
    on_conflict: OnConflict = OnConflict.REPORT
    strict: bool = False
    dry_run: bool = False
    author: str = "import"


@dataclass
class FileContents:
    """The records of a file by kind, and by run where they belong to one; `models` are the runs' as the file says."""

    head: SuiteRecord | None = None
    origin: OriginRecord | None = None
    ledger: list[ColumnUse] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    words: list[LabelWord] = field(default_factory=list)
    cases: list[CaseRecord] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)
    responses: dict[str, list[ResponseRecord]] = field(default_factory=dict)
    decisions: dict[str, list[DecisionRecord]] = field(default_factory=dict)
    verdicts: dict[str, list[VerdictRecord]] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)
    _hashes: dict[tuple[str, CaseKey, int], tuple[str, str]] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Raises InputError for what has no place in a workspace."""
        match record:
            case BadRow():
                self.bad.append(record)
            case SuiteRecord():
                self.head = self.head or record
            case OriginRecord():
                self.origin = self.origin or record
            case ColumnUse():
                self.ledger.append(record)
            case Told():
                self.told.append(record.sentence)
            case LabelWord():
                self.words.append(record)
            case CaseRecord():
                self.cases.append(record)
            case RunRecord():
                self.models.setdefault(record.name, record.model)
            case ResponseRecord():
                self._add_response(record)
            case DecisionRecord():
                self.decisions.setdefault(record.run, []).append(self._about_what_is_kept(record))
            case VerdictRecord():
                self.verdicts.setdefault(record.run, []).append(record)
            case LabelRecord():
                raise InputError(
                    "A label history cannot be imported: the workspace writes its own.",
                    "Import the cases; their labels come with them.",
                )

    def _add_response(self, record: ResponseRecord) -> None:
        response = received(record.response)
        if response is not record.response:
            self._hashes[record.run, response.case, response.repeat] = (record.response.hash, response.hash)
            record = replace(record, response=response)
        self.responses.setdefault(record.run, []).append(record)

    def _about_what_is_kept(self, record: DecisionRecord) -> DecisionRecord:
        """A decision on a text of the same file as it came holds for what is kept of it."""
        came, kept = self._hashes.get((record.run, record.case, record.repeat), ("", ""))
        return replace(record, response_hash=kept) if came and record.response_hash == came else record

    def rename_run(self, old: str, new: str) -> None:
        self.models = {new if name == old else name: model for name, model in self.models.items()}
        self.responses = {new if name == old else name: found for name, found in self.responses.items()}
        self.decisions = {new if name == old else name: found for name, found in self.decisions.items()}
        self.verdicts = {new if name == old else name: found for name, found in self.verdicts.items()}

    @property
    def runs(self) -> Iterable[str]:
        return dict.fromkeys([*self.models, *self.responses, *self.decisions, *self.verdicts])

    def suite_name(self, request: ImportRequest) -> str:
        """Where the cases go, "" if there are none: a file of bad rows makes no suite unless it names one itself."""
        if not self.cases and not (self.head is not None and self.head.line > 0):
            return ""
        return request.options.suite or (self.head.head.name if self.head else request.path.stem)


@dataclass(frozen=True)
class RunPresent:
    """What the workspace has of a run that a file names: `line` None where there is no such run, and then in `homes`
    the suites that have its cases. `cases` are what the run is over, `responses` its texts' hashes and states."""

    line: RunLine | None
    homes: Sequence[str] = ()
    cases: frozenset[CaseKey] = frozenset()
    responses: Mapping[Place, tuple[str, ResponseState]] = field(default_factory=dict)
    events: Sequence[tuple[str, int, Decision]] = ()
    verdicts: Sequence[tuple[CaseKey, int, str, str, Verdict]] = ()


@dataclass(frozen=True)
class Present:
    """What the workspace has of all that a file is about. `cases` are key → content hash of the suites concerned."""

    suites: Mapping[str, SuiteHead]
    cases: Mapping[str, Mapping[str, str]]
    runs: Mapping[str, RunPresent]


@dataclass(frozen=True)
class SuitePlan:
    head: SuiteHead
    new: tuple[Case, ...] = ()
    changed: tuple[Case, ...] = ()
    beside: Mapping[CaseKey, Beside] = field(default_factory=dict)
    """What stands beside the new and changed ones."""


@dataclass(frozen=True)
class PlannedEvent:
    """A decision, adjudication or undo to append. `id` counts on from the run's last event; `undoes` is such an id."""

    id: int
    record: DecisionRecord
    undoes: int | None


@dataclass(frozen=True)
class RunPlan:
    """What one run gets; a new one is made with `model` over `suite`. `cases` are those that it does not have yet."""

    name: str
    line: RunLine | None
    suite: str
    scale: ActionScale
    model: str = ""
    repeats: int = 1
    cases: tuple[CaseKey, ...] = ()
    responses: tuple[Response, ...] = ()
    kept: Mapping[Place, Mapping[str, str]] = field(default_factory=dict)
    verdicts: tuple[VerdictRecord, ...] = ()
    events: tuple[PlannedEvent, ...] = ()


@dataclass(frozen=True)
class ImportPlan:
    """All that an import would write, and what it would not. `conflicts` are lines whose key other content has."""

    suite: SuitePlan | None = None
    runs: tuple[RunPlan, ...] = ()
    unchanged: int = 0
    skipped: int = 0
    notes: tuple[str, ...] = ()
    bad: tuple[BadRow, ...] = ()
    conflicts: tuple[int, ...] = ()
    ledger: tuple[ColumnUse, ...] = ()
    origin: OriginRecord | None = None
    words: tuple[LabelWord, ...] = ()

    @property
    def adds_rows(self) -> bool:
        """Whether cases or responses come in: what has an origin."""
        suite = self.suite is not None and bool(self.suite.new or self.suite.changed)
        return suite or any(run.responses for run in self.runs)


@dataclass
class _Left:
    """What is not written and why, counted while it is decided."""

    bad: list[BadRow]
    unchanged: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)
    conflicts: list[int] = field(default_factory=list)


def decide(gathered: FileContents, present: Present, request: ImportRequest) -> ImportPlan:
    """The plan of an import. Raises InputError where the whole file has no place in the workspace."""
    left = _Left(list(gathered.bad), notes=list(gathered.told))
    suite = _decide_suite(gathered, present, request, left)
    runs = tuple(_RunDecision(name, gathered, present, request, suite, left).plan() for name in gathered.runs)
    return ImportPlan(
        suite,
        runs,
        left.unchanged,
        left.skipped,
        tuple(left.notes),
        tuple(sorted(left.bad, key=lambda row: row.line)),
        tuple(left.conflicts),
        tuple(gathered.ledger),
        gathered.origin,
        tuple(gathered.words),
    )


def _decide_suite(gathered: FileContents, present: Present, request: ImportRequest, left: _Left) -> SuitePlan | None:
    name = gathered.suite_name(request)
    if not name:
        return None
    known = present.suites.get(name)
    said = gathered.head is not None and gathered.head.line > 0
    head = gathered.head.head if gathered.head else SuiteHead(name, scale=request.options.scale)
    head = replace(known if known is not None and not said else head, name=name)
    options = request.options
    if options.scale_is_asked and head.scale.hash != options.scale.hash:
        raise InputError(
            f"{request.path.name} says another scale than was asked for: {', '.join(head.scale.ids)}.",
            "Leave --scale out.",
        )
    if known is not None:
        check_scale(known, head.scale)
        if merged_head(known, head) != known:
            left.notes.append(_suite_note(known, head))
    there = present.cases.get(name, {})
    # A key comes twice only with equal content: formats make other content a bad row.
    first = {record.case.key: record for record in reversed(gathered.cases)}
    differing = [record for key, record in first.items() if there.get(key) not in (None, record.case.content_hash)]
    new = [record.case for key, record in first.items() if key not in there]
    left.unchanged += len(gathered.cases) - len(new) - len(differing)
    changed = _decide_differing(differing[::-1], request.on_conflict, left)
    written = {*(case.key for case in new), *(case.key for case in changed)}
    flag = gathered.origin is not None and gathered.origin.non_commercial
    beside = {
        key: Beside(record.kept, record.non_commercial or flag) for key, record in first.items() if key in written
    }
    return SuitePlan(head, tuple(new[::-1]), changed, beside)


def _decide_differing(differing: Sequence[CaseRecord], on_conflict: OnConflict, left: _Left) -> tuple[Case, ...]:
    """Those that become new versions; the others are left as they are, with a word or without."""
    if on_conflict is OnConflict.NEW_VERSION:
        return tuple(record.case for record in differing)
    if on_conflict is OnConflict.SKIP:
        left.skipped += len(differing)
        return ()
    for record in differing:
        left.conflicts.append(record.line)
        left.bad.append(BadRow(record.line, _conflict(record.case)))
    return ()


class _RunDecision:
    """What one run of a file gets, decided step by step: where it belongs, its responses, what is said of them."""

    def __init__(
        self,
        name: str,
        gathered: FileContents,
        present: Present,
        request: ImportRequest,
        suite: SuitePlan | None,
        left: _Left,
    ) -> None:
        self._left = left
        self._there = present.runs[name]
        self._responses = gathered.responses.get(name, [])
        self._decisions = gathered.decisions.get(name, [])
        self._verdicts = gathered.verdicts.get(name, [])
        self._new_suite = suite
        heads = {**present.suites, **({suite.head.name: suite.head} if suite else {})}
        home = self._home(name, request)
        if home not in heads:
            raise InputError(f"There is no suite {home!r} in this workspace.", f"Suites: {', '.join(heads) or 'none'}.")
        line = self._there.line
        self._plan = RunPlan(
            line.name if line else name,
            line,
            home,
            line.scale if line else heads[home].scale,
            gathered.models.get(name) or name,
            max((record.response.repeat for record in self._responses), default=1),
        )
        self._suite_cases: set[str] = set(present.cases.get(home, {}))
        if suite is not None and suite.head.name == home:
            self._suite_cases.update(case.key for case in suite.new)
        self._texts = dict(self._there.responses)
        self._kept: set[Place] = set()

    def _home(self, name: str, request: ImportRequest) -> str:
        """The run's suite; for a new one that asked for, else the file's, else the only one that has these cases."""
        if self._there.line is not None:
            return self._there.line.suite
        if not self._responses:
            what = "decisions" if self._decisions else "verdicts"
            raise InputError(
                f"The {what} are about the run {name!r}, which is not in this workspace.", "Import it first."
            )
        asked = request.options.suite or (self._new_suite.head.name if self._new_suite else "")
        if asked:
            return asked
        homes = self._there.homes
        if not homes:
            raise InputError(
                f"No suite in this workspace has the cases that {request.path.name} answers.",
                "Import the cases first, or name their suite with --suite.",
            )
        if len(homes) > 1:
            raise InputError(f"Several suites have these cases: {', '.join(homes)}.", "Name one with --suite.")
        return homes[0]

    def plan(self) -> RunPlan:
        cases, fresh = self._decide_responses()
        events = self._decide_events()
        return replace(self._plan, cases=cases, responses=fresh, verdicts=self._decide_verdicts(), events=events)

    def _decide_responses(self) -> tuple[tuple[CaseKey, ...], tuple[Response, ...]]:
        """The cases that the run takes in for them, and those that it does not have yet."""
        line, of_run = self._plan.line, set(self._there.cases)
        extends: set[CaseKey] = set()
        if line is None or line.status is RunStatus.IMPORTED:
            # a case that was edited since stays in the run as it was answered
            extends = {r.response.case for r in self._responses if r.response.case in self._suite_cases} - of_run
        of_run |= extends
        good: dict[Place, ResponseRecord] = {}
        for record in self._responses:
            place = (record.response.case, record.response.repeat)
            if place[0] not in of_run:
                where = f"the run {self._plan.name!r}" if place[0] in self._suite_cases else self._plan.suite
                self._left.bad.append(BadRow(record.line, f"There is no case {place[0]!r} in {where}."))
            elif good.setdefault(place, record) is not record:
                self._left.unchanged += 1
        fresh = [record.response for place, record in good.items() if self._is_fresh(place, record)]
        self._left.notes += doubt_sentences(DoubtCounts.of_responses(fresh), len(fresh))
        taken = {(response.case, response.repeat) for response in fresh}
        self._plan = replace(self._plan, kept={p: r.kept for p, r in good.items() if r.kept and p in taken})
        return tuple(sorted(extends)), tuple(fresh)

    def _is_fresh(self, place: Place, record: ResponseRecord) -> bool:
        """Whether the run takes it: it has none at that place, or one that failed otherwise."""
        hash_, state = self._texts.get(place, ("", ResponseState.ERROR))
        if hash_ == record.response.hash:
            self._left.unchanged += 1
        elif state is ResponseState.ERROR:
            self._texts[place] = (record.response.hash, record.response.state)
            return True
        else:
            self._kept.add(place)
            reason = f"The run {self._plan.name!r} has another response to {place[0]!r}; it was kept."
            self._left.bad.append(BadRow(record.line, reason))
        return False

    def _decide_events(self) -> tuple[PlannedEvent, ...]:
        known = known_events(self._there.events)
        last = max((event.id for _, _, event in self._there.events), default=0)
        history = Histories(self._there.events)
        ids: dict[str, int] = {}
        planned: list[PlannedEvent] = []
        lapsed: set[str] = set()
        for record in self._decisions:
            there = known.get(record_identity(record))
            if not there and (record.waits or record.undoes in lapsed):
                lapsed.add(record.id or str(record.line))
                continue
            if reason := self._undecidable(record):
                self._left.bad.append(BadRow(record.line, reason))
                continue
            if there:
                self._left.unchanged += 1
                event_id = there.pop(0) if len(there) > 1 else there[0]
            else:
                event_id = last + len(planned) + 1
                if reason := history.refuses(record, event_id, ids):
                    self._left.bad.append(BadRow(record.line, reason))
                    continue
                planned.append(PlannedEvent(event_id, record, ids.get(record.undoes)))
            ids.update({record.id: event_id} if record.id else {})
        self._tell("decision", len(lapsed), "given on a former scale of their suite and to be given again.")
        return tuple(planned)

    def _undecidable(self, record: DecisionRecord) -> str:
        """Why the run cannot take a decision, "" if it can."""
        place = (record.case, record.repeat)
        if place not in self._texts:
            return f"The run {self._plan.name!r} has no response to {record.case!r}, repeat {record.repeat}."
        hash_, state = self._texts[place]
        if place in self._kept or record.response_hash not in ("", hash_):
            return f"The decision is about another text than the response that {self._plan.name!r} has."
        if record.action is not None and record.action not in self._plan.scale:
            return f"The action {record.action!r} is not on the scale of {self._plan.suite}."
        if state in UNSCORED_STATES:
            return f"The response is {state_words(state)} and has nothing to decide on."
        return ""

    def _decide_verdicts(self) -> tuple[VerdictRecord, ...]:
        """Those of judges on the texts that the run has. The rules here read every response themselves."""
        known = {(*place, hash_, at, said) for *place, hash_, when, said in self._there.verdicts for at in (when, "")}
        planned, about_others, of_rules = [], 0, 0
        for record in self._verdicts:
            place, said = (record.case, record.repeat), record.verdict
            hash_ = self._texts.get(place, ("", ResponseState.OK))[0]
            is_of_rules = said.source is VerdictSource.RULES
            if place not in self._texts:
                reason = f"The run {self._plan.name!r} has no response to {record.case!r}, repeat {record.repeat}."
                self._left.bad.append(BadRow(record.line, reason))
            elif said.action is not None and said.action not in self._plan.scale:
                reason = f"The action {said.action!r} is not on the scale of {self._plan.suite}."
                self._left.bad.append(BadRow(record.line, reason))
            elif (*place, record.response_hash or hash_, "" if is_of_rules else record.at, said) in known:
                self._left.unchanged += 1
            elif is_of_rules:
                of_rules += 1
            elif place in self._kept or record.response_hash not in ("", hash_):
                about_others += 1
            else:
                planned.append(record)
        self._tell("verdict", of_rules, "of rules: the rules of this program have read the responses.")
        self._tell("verdict", about_others, "about other texts than the run has.")
        return tuple(planned)

    def _tell(self, kind: str, count: int, why: str) -> None:
        if count:
            self._left.skipped += count
            what = f"{counted(count, kind)} {noun(count, 'was', 'were')}"
            self._left.notes.append(f"{what} left out, {why}")


def _suite_note(known: SuiteHead, head: SuiteHead) -> str:
    """What an import changes of a suite that was there; a new guideline changes what labels mean."""
    if head.guideline and known.guideline and head.guideline != known.guideline:
        return f"The guideline of {known.name!r} was replaced by the file's; it is the suite's next guideline version."
    return f"The description of {known.name!r} was filled in from the file."


def _conflict(case: Case) -> str:
    return (
        f"The key {case.key!r} is taken by a case with other content, which was kept. "
        "Import again with new-version for conflicts to replace it, or with skip to leave it."
    )
