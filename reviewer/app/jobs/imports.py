"""Import: read a file with its format, then store what it holds in one transaction.

Good rows are kept and bad ones listed; with `strict`, or where the file cannot be read at all, nothing is written.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from reviewer.app.jobs.classification import rules_verdicts
from reviewer.app.runs import free_name
from reviewer.core.cases import Case, SuiteHead
from reviewer.core.changes import Changes
from reviewer.core.decisions import Decision, DecisionKind
from reviewer.core.errors import InputError, KnownError
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import UNSCORED_STATES, ResponseState
from reviewer.exchange import registry as formats
from reviewer.exchange.formats.native import ReviewerDecisions
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    BadRow,
    CaseRecord,
    DecisionRecord,
    Record,
    ResponseRecord,
    RunRecord,
    SuiteRecord,
)
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified, RunLine
from reviewer.store.facts.suites import OnConflict
from reviewer.store.queries import review, runs, suites
from reviewer.store.writes import decisions as decision_writes
from reviewer.store.writes import runs as run_writes
from reviewer.store.writes import suites as suite_writes

WATCHED_EVERY = 500


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
class ImportReport:
    """What became of a file. `conflicts` are lines whose key is taken by other content."""

    path: Path
    format: str
    suite: str = ""
    runs: list[str] = field(default_factory=list)
    cases_added: int = 0
    cases_updated: int = 0
    responses_added: int = 0
    decisions_added: int = 0
    unchanged: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    conflicts: list[int] = field(default_factory=list)
    written: bool = True
    changes: Changes = field(default_factory=Changes)


class _TakeBackError(Exception):
    """Ends the transaction without keeping anything: a dry run, strictness, a cancel."""


def _never() -> bool:
    return False


def _unwatched(_count: int) -> None:
    """Nobody looks at the progress."""


def import_file(
    workspace: Workspace,
    request: ImportRequest,
    *,
    stop: Callable[[], bool] = _never,
    progress: Callable[[int], None] = _unwatched,
) -> ImportReport:
    """Import one file. Raises KnownError where it cannot be read at all; nothing is written then.

    `progress` is told now and then how many records have been read; `stop` is asked as often and takes all back.
    """
    format_ = formats.format_named(request.format) if request.format else formats.detect(request.path)
    options = options_for(workspace, request, format_.name)
    records = formats.read_file(request.path, options, format_.name)
    return store_records(workspace, records, request, ImportReport(request.path, format_.name), stop, progress)


def options_for(workspace: Workspace, request: ImportRequest, format_name: str) -> ImportOptions:
    """The options with the scale of the suite that the file goes into, if that suite exists already.

    A file of decisions names runs and no suite: where the workspace has one suite, it is that one.
    """
    options = request.options
    known = {suite.name: suite.scale for suite in suites.stored_suites(workspace)}
    runs_known = {run.name: run.scale for run in runs.runs(workspace)} if options.run else {}
    scale = known.get(options.suite or request.path.stem) or runs_known.get(options.run)
    if scale is None and format_name == ReviewerDecisions.name and not options.suite and len(known) == 1:
        scale = next(iter(known.values()))
    return replace(options, scale=scale) if scale is not None else options


def store_records(
    workspace: Workspace,
    records: Iterable[Record],
    request: ImportRequest,
    report: ImportReport,
    stop: Callable[[], bool] = _never,
    progress: Callable[[int], None] = _unwatched,
) -> ImportReport:
    """Store records in one transaction and fill the report. `stop` is asked now and then and takes everything back."""
    try:
        with _collector_paused(), workspace.write():
            _Import(workspace, request, report, stop).take(_watched(records, stop, progress))
            report.bad.sort(key=lambda row: row.line)
            _keep_or_take_back(request, report, stop)
    except _TakeBackError:
        report.written, report.changes = False, Changes()
    return report


def _watched(records: Iterable[Record], stop: Callable[[], bool], progress: Callable[[int], None]) -> Iterator[Record]:
    for count, record in enumerate(records):
        if count % WATCHED_EVERY == 0:
            progress(count)
            if stop():
                raise _TakeBackError
        yield record


@contextmanager
def _collector_paused() -> Iterator[None]:
    """An import makes many small objects and no cycles; looking for some took a sixth of its time (80,000 cases)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _keep_or_take_back(request: ImportRequest, report: ImportReport, stop: Callable[[], bool]) -> None:
    if request.dry_run or (request.strict and report.bad) or stop():
        raise _TakeBackError


class _Import:
    """The state of one import: cases are gathered and stored together, responses and decisions by run."""

    def __init__(
        self, workspace: Workspace, request: ImportRequest, report: ImportReport, stop: Callable[[], bool]
    ) -> None:
        self.workspace = workspace
        self.request = request
        self.report = report
        self.stop = stop
        self.at = now()
        self.head: SuiteRecord | None = None
        self.cases: list[CaseRecord] = []
        self.runs: list[RunRecord] = []
        self.responses: dict[str, list[ResponseRecord]] = {}
        self.decisions: dict[str, list[DecisionRecord]] = {}

    def take(self, records: Iterable[Record]) -> None:
        for record in records:
            self._sort(record)
        # a file whose every row is bad leaves no empty suite behind, unless it says itself that there is one
        if self.cases or (self.head is not None and self.head.line > 0):
            self._store_cases()
        for run in dict.fromkeys([*(record.name for record in self.runs), *self.responses, *self.decisions]):
            self._store_run(run)

    def _sort(self, record: Record) -> None:
        match record:
            case BadRow():
                self.report.bad.append(record)
            case SuiteRecord():
                self.head = self.head or record
            case CaseRecord():
                self.cases.append(record)
            case RunRecord():
                self.runs.append(record)
            case ResponseRecord():
                self.responses.setdefault(record.run, []).append(record)
            case DecisionRecord():
                self.decisions.setdefault(record.run, []).append(record)

    def _store_cases(self) -> None:
        suite_id = self._suite_id()
        # A key comes twice only with equal content: formats make other content a bad row.
        records = list({record.case.key: record for record in reversed(self.cases)}.values())[::-1]
        self.report.unchanged += len(self.cases) - len(records)
        added = suite_writes.add_cases(
            self.workspace,
            suite_id=suite_id,
            cases=[record.case for record in records],
            at=self.at,
            author=self.request.author,
            on_conflict=self.request.on_conflict,
        )
        report = self.report
        report.cases_added, report.cases_updated = added.added, added.updated
        report.unchanged += added.unchanged
        report.skipped += added.skipped
        report.changes |= added.changes
        for position in added.conflicts:
            record = records[position]
            report.conflicts.append(record.line)
            report.bad.append(BadRow(record.line, _conflict(record.case)))

    def _suite_id(self) -> int:
        name = self.request.options.suite or (self.head.head.name if self.head else self.request.path.stem)
        head = self.head.head if self.head else SuiteHead(name=name, scale=self.request.options.scale)
        said = self.head is not None and self.head.line > 0
        known = {suite.name: suite.head for suite in suites.stored_suites(self.workspace)}
        if name in known and not said:
            head = known[name]
        self.report.suite = name
        suite_id, changes = suite_writes.ensure_suite(self.workspace, head=replace(head, name=name), at=self.at)
        self.report.changes |= changes
        if name in known and changes:
            self.report.notes.append(_suite_note(known[name], head))
        return suite_id

    def _store_run(self, name: str) -> None:
        responses, decisions = self.responses.get(name, []), self.decisions.get(name, [])
        line = self._run(name, responses)
        self.report.runs.append(line.name)
        kept = self._store_responses(line, responses) if responses else set()
        if decisions:
            self._store_decisions(line, decisions, kept)

    def _run(self, name: str, responses: Sequence[ResponseRecord]) -> RunLine:
        there = {run.name: run for run in runs.runs(self.workspace)}
        if name in there:
            return there[name]
        if not responses:
            raise InputError(
                f"The decisions are about the run {name!r}, which is not in this workspace.", "Import it first."
            )
        suite = self._suite_of(responses)
        model = next((record.model for record in self.runs if record.name == name), "") or name
        version = ModelVersion(name=name, endpoint=Endpoint(name="imported", protocol="imported"), model=model)
        version_id, _ = run_writes.ensure_model_version(self.workspace, version=version, at=self.at)
        run_id, changes = run_writes.create_run(
            self.workspace,
            name=free_name(self.workspace, name),
            suite_id=suite,
            model_version_id=version_id,
            case_ids=[],
            repeats=max(record.response.repeat for record in responses),
            at=self.at,
            status="imported",
        )
        self.report.changes |= changes | Changes(endpoints=True)
        return runs.run_line(self.workspace, run_id)

    def _suite_of(self, responses: Sequence[ResponseRecord]) -> int:
        """The suite asked for, else the only one that has these cases."""
        if self.request.options.suite:
            return suites.suite_named(self.workspace, self.request.options.suite).id
        if self.report.suite:
            return suites.suite_named(self.workspace, self.report.suite).id
        found = suites.suites_with_keys(self.workspace, {record.response.case for record in responses})
        if len(found) == 1:
            return suites.suite_named(self.workspace, found[0]).id
        if not found:
            raise InputError(
                f"No suite in this workspace has the cases that {self.request.path.name} answers.",
                "Import the cases first, or name their suite with --suite.",
            )
        raise InputError(f"Several suites have these cases: {', '.join(found)}.", "Name one with --suite.")

    def _store_responses(self, line: RunLine, records: Sequence[ResponseRecord]) -> set[tuple[str, int]]:
        """Store them and return the (case, repeat) at which the run keeps another text."""
        good = self._answerable(line, records)
        cases = {case.key: case for case in suites.cases_of_run(self.workspace, line.id)}
        items: list[Classified] = []
        for start in range(0, len(good), WATCHED_EVERY):
            if self.stop():
                raise _TakeBackError
            found = [record.response for record in good[start : start + WATCHED_EVERY]]
            verdicts = rules_verdicts(((cases[response.case], response) for response in found), line.scale)
            items += [Classified(one, (verdict,)) for one, verdict in zip(found, verdicts, strict=True)]
        added = run_writes.add_responses(self.workspace, run_id=line.id, responses=items, at=self.at)
        self.report.responses_added += added.added + added.replaced
        self.report.unchanged += added.unchanged
        self.report.changes |= added.changes
        stored = review.response_keys(self.workspace, line.id, added.conflicts) if added.conflicts else {}
        kept: set[tuple[str, int]] = set()
        for record in good:
            place = (record.response.case, record.response.repeat)
            if place in stored and stored[place][1] != record.response.hash:
                kept.add(place)
                reason = f"The run {line.name!r} has another response to {place[0]!r}; it was kept."
                self.report.bad.append(BadRow(record.line, reason))
        return kept

    def _answerable(self, line: RunLine, records: Sequence[ResponseRecord]) -> list[ResponseRecord]:
        """The responses whose case the run has or can take in, each place once; the others are bad rows."""
        ids = suites.current_case_ids(self.workspace, line.suite_id, retired=True)
        of_run = {case.key for case in suites.cases_of_run(self.workspace, line.id)}
        if line.status == "imported":
            # a case that was edited since stays in the run as it was answered
            wanted = {r.response.case for r in records if r.response.case in ids} - of_run
            run_writes.extend_run(self.workspace, run_id=line.id, case_ids=[ids[key] for key in sorted(wanted)])
            of_run |= wanted
        good: dict[tuple[str, int], ResponseRecord] = {}
        for record in records:
            key = record.response.case
            if key not in of_run:
                where = f"in {line.suite}" if key not in ids else f"in the run {line.name!r}"
                self.report.bad.append(BadRow(record.line, f"There is no case {key!r} {where}."))
            elif (key, record.response.repeat) in good:
                self.report.unchanged += 1
            else:
                good[key, record.response.repeat] = record
        return list(good.values())

    def _store_decisions(self, line: RunLine, records: Sequence[DecisionRecord], kept: Set[tuple[str, int]]) -> None:
        places = review.response_keys(self.workspace, line.id)
        states = runs.stored_states(self.workspace, line.id)
        known = _known_events(runs.iterate_decisions(self.workspace, line.id))
        ids: dict[str, int] = {}
        fresh: list[tuple[DecisionRecord, int]] = []
        for record in records:
            place = (record.case, record.repeat)
            response_id, hash_ = places.get(place, (0, ""))
            there = known.get(_record_identity(record))
            other_text = place in kept or record.response_hash not in ("", hash_)
            if reason := _undecidable(record, line, states.get(place), other_text=other_text):
                self.report.bad.append(BadRow(record.line, reason))
            elif there:
                self.report.unchanged += 1
                event_id = there.pop(0) if len(there) > 1 else there[0]
                ids.update({record.id: event_id} if record.id else {})
            else:
                fresh.append((record, response_id))
        self._append(fresh, ids)

    def _append(self, fresh: Sequence[tuple[DecisionRecord, int]], ids: dict[str, int]) -> None:
        """Undo lines go one by one, because each needs what it takes back; runs of decisions go together."""
        waiting: list[tuple[DecisionRecord, int]] = []
        for record, response_id in fresh:
            if record.kind is not DecisionKind.UNDO:
                waiting.append((record, response_id))
                continue
            self._append_decisions(waiting, ids)
            waiting = []
            self._undo(record, ids)
        self._append_decisions(waiting, ids)

    def _append_decisions(self, items: Sequence[tuple[DecisionRecord, int]], ids: dict[str, int]) -> None:
        if not items:
            return
        new = [
            NewDecision(
                response_id=response_id,
                reviewer=record.reviewer,
                action=record.action,
                kind=record.kind,
                note=record.note,
                blind=record.blind,
                bulk=record.bulk,
                at=record.at,
            )
            for record, response_id in items
        ]
        stored, changes = decision_writes.append_decisions(self.workspace, decisions=new, at=self.at)
        ids.update({record.id: event_id for (record, _), event_id in zip(items, stored, strict=True) if record.id})
        self.report.decisions_added += len(stored)
        self.report.changes |= changes

    def _undo(self, record: DecisionRecord, ids: dict[str, int]) -> None:
        if record.undoes not in ids:
            self.report.bad.append(BadRow(record.line, f"The undo takes back {record.undoes!r}, which the file lacks."))
            return
        try:
            undo_id, changes = decision_writes.undo_decision(
                self.workspace, decision_id=ids[record.undoes], reviewer=record.reviewer, at=record.at or self.at
            )
        except KnownError as error:
            self.report.bad.append(BadRow(record.line, str(error)))
            return
        ids.update({record.id: undo_id} if record.id else {})
        self.report.decisions_added += 1
        self.report.changes |= changes


def _suite_note(known: SuiteHead, head: SuiteHead) -> str:
    """What an import changed of a suite that was there; a new guideline changes what labels mean."""
    if head.guideline and known.guideline and head.guideline != known.guideline:
        return f"The guideline of {known.name!r} was replaced by the file's; it is the suite's next guideline version."
    return f"The description of {known.name!r} was filled in from the file."


def _conflict(case: Case) -> str:
    return (
        f"The key {case.key!r} is taken by a case with other content, which was kept. "
        "Import again with new-version for conflicts to replace it, or with skip to leave it."
    )


def _undecidable(record: DecisionRecord, line: RunLine, state: ResponseState | None, *, other_text: bool) -> str:
    """Why the run cannot take a decision, "" if it can."""
    if state is None:
        return f"The run {line.name!r} has no response to {record.case!r}, repeat {record.repeat}."
    if other_text:
        return f"The decision is about another text than the response that {line.name!r} has."
    if record.action is not None and record.action not in line.scale:
        return f"The action {record.action!r} is not on the scale of {line.suite}."
    if state in UNSCORED_STATES:
        return f"The response is {state.replace('_', ' ')} and has nothing to decide on."
    return ""


Identity = tuple[object, ...]


def _known_events(events: Iterable[tuple[str, int, Decision]]) -> dict[Identity, list[int]]:
    """How a file may name a stored event → ids: with its time, and without where the file does not know it."""
    known: dict[Identity, list[int]] = {}
    for key, repeat, event in events:
        note = "" if event.kind is DecisionKind.UNDO else event.note
        for at in (event.at, ""):
            identity = (key, repeat, event.reviewer, str(event.kind), event.action, note, at)
            known.setdefault(identity, []).append(event.id)
    return known


def _record_identity(record: DecisionRecord) -> Identity:
    note = "" if record.kind is DecisionKind.UNDO else record.note
    return (record.case, record.repeat, record.reviewer, str(record.kind), record.action, note, record.at)
