"""Import in three steps: read a file and what the workspace has, decide (`import_plan`), write in one transaction.

Good rows are kept and bad ones listed; with `strict`, or where the file cannot be read at all, nothing is written. A
dry run is the plan without the writing.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from reviewer.app.jobs.classification import rules_verdicts
from reviewer.app.jobs.import_first import FirstRow, first_rows
from reviewer.app.jobs.import_origin import origin_of
from reviewer.app.jobs.import_plan import (
    FileContents,
    ImportPlan,
    ImportRequest,
    Place,
    PlannedEvent,
    Present,
    RunPlan,
    RunPresent,
    SuitePlan,
    decide,
)
from reviewer.core.changes import Changes
from reviewer.core.decisions import DecisionKind, DecisionOrigin
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.runs import RunStatus
from reviewer.exchange import registry as formats
from reviewer.exchange.formats.native import ReviewerDecisions, ReviewerVerdicts
from reviewer.exchange.guarded import read_guarded
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, ColumnUse, LabelWord, OriginRecord, Record
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified, RunLine
from reviewer.store.facts.suites import OnConflict
from reviewer.store.queries import origins, review, runs, suites
from reviewer.store.writes import decisions as decision_writes
from reviewer.store.writes import origins as origin_writes
from reviewer.store.writes import runs as run_writes
from reviewer.store.writes import suites as suite_writes

__all__ = ["ImportReport", "ImportRequest", "import_file", "options_for", "store_records"]

WATCHED_EVERY = 500


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: what its plan counts, and whether it was written. `conflicts` are lines whose key is taken
    by other content."""

    path: Path
    format: str
    suite: str = ""
    runs: list[str] = field(default_factory=list)
    cases_added: int = 0
    cases_updated: int = 0
    responses_added: int = 0
    verdicts_added: int = 0
    decisions_added: int = 0
    unchanged: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    conflicts: list[int] = field(default_factory=list)
    written: bool = True
    changes: Changes = field(default_factory=Changes)
    columns: list[ColumnUse] = field(default_factory=list)
    """The ledger: what each column or field of the file was read as, and why."""
    origin: OriginRecord | None = None
    words: list[LabelWord] = field(default_factory=list)
    """The words of another tool's labels, and what each was read as."""
    first_rows: int = 0
    """How many records were looked at where a preview did not read the whole file, else 0."""
    first: tuple[FirstRow, ...] = ()

    @staticmethod
    def of(plan: ImportPlan, path: Path, format_name: str, changes: Changes | None) -> ImportReport:
        """Of a plan that was written with these changes, None where it was not."""
        return ImportReport(
            path,
            format_name,
            plan.suite.head.name if plan.suite else "",
            [run.name for run in plan.runs],
            cases_added=len(plan.suite.new) if plan.suite else 0,
            cases_updated=len(plan.suite.changed) if plan.suite else 0,
            responses_added=sum(len(run.responses) for run in plan.runs),
            verdicts_added=sum(len(run.verdicts) for run in plan.runs),
            decisions_added=sum(len(run.events) for run in plan.runs),
            unchanged=plan.unchanged,
            skipped=plan.skipped,
            notes=list(plan.notes),
            bad=list(plan.bad),
            conflicts=list(plan.conflicts),
            written=changes is not None,
            changes=changes or Changes(),
            columns=list(plan.ledger),
            origin=plan.origin,
            words=list(plan.words),
            first=first_rows(plan),
        )


class _StoppedError(Exception):
    """Ends an import that somebody stopped, and takes back what was written of it."""


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
    format_ = (
        formats.format_named(request.format)
        if request.format
        else formats.detect(request.path, request.options.encoding)
    )
    options = options_for(workspace, request, format_.name)
    records = read_guarded(request.path, options, format_.name, lambda: _stop_if(stop))
    return store_records(workspace, records, request, format_.name, stop, progress)


def options_for(workspace: Workspace, request: ImportRequest, format_name: str) -> ImportOptions:
    """The options with the scale of the suite that the file goes into, if that suite exists already.

    A file of decisions or verdicts names runs and no suite: where the workspace has one suite, it is that one.
    """
    options = request.options
    known = {suite.name: suite.scale for suite in suites.stored_suites(workspace)}
    runs_known = {run.name: run.scale for run in runs.runs(workspace)} if options.run else {}
    scale = known.get(options.suite or request.path.stem) or runs_known.get(options.run)
    about_runs = format_name in (ReviewerDecisions.name, ReviewerVerdicts.name)
    if scale is None and about_runs and not options.suite and len(known) == 1:
        scale = next(iter(known.values()))
    if scale is None:
        return options
    if options.scale_is_asked and scale.hash != options.scale.hash:
        raise InputError(
            f"{options.suite or request.path.stem!r} has another scale than was asked for.",
            "Leave --scale out, or import into a suite of another name with --suite.",
        )
    return replace(options, scale=scale)


def store_records(
    workspace: Workspace,
    records: Iterable[Record],
    request: ImportRequest,
    format_name: str,
    stop: Callable[[], bool] = _never,
    progress: Callable[[int], None] = _unwatched,
) -> ImportReport:
    """Plan what the records come to and write it, all in one transaction or, for a dry run, not at all."""
    plan, changes = ImportPlan(), None
    try:
        with _collector_paused():
            gathered = _gathered(records, stop, progress)
            # what was read of the workspace must still be so when the plan is written
            with nullcontext() if request.dry_run else workspace.write():
                plan = decide(gathered, _present(workspace, gathered, request), request)
                if not request.dry_run and not (request.strict and plan.bad):
                    changes = _Writing(workspace, request, format_name, stop).write(plan)
    except _StoppedError:
        changes = None
    return ImportReport.of(plan, request.path, format_name, changes)


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


def _gathered(records: Iterable[Record], stop: Callable[[], bool], progress: Callable[[int], None]) -> FileContents:
    gathered = FileContents()
    for count, record in enumerate(records):
        if count % WATCHED_EVERY == 0:
            progress(count)
            _stop_if(stop)
        gathered.add(record)
    return gathered


def _stop_if(stop: Callable[[], bool]) -> None:
    if stop():
        raise _StoppedError


def _present(workspace: Workspace, gathered: FileContents, request: ImportRequest) -> Present:
    """What the workspace has of the suites and runs that the file is about."""
    lines = {suite.name: suite for suite in suites.suites(workspace)}
    known = {run.name: run for run in runs.runs(workspace)} if gathered.runs else {}
    _keep_runs_apart(gathered, known, request)
    there = {name: _run_present(workspace, known.get(name), gathered, name) for name in gathered.runs}
    wanted = {gathered.suite_name(request), request.options.suite}
    for name in gathered.responses:
        line = there[name].line
        wanted.update(there[name].homes if line is None else [line.suite])
    cases = {name: suites.content_hashes(workspace, lines[name].id) for name in wanted if name in lines}
    return Present({name: line.head for name, line in lines.items()}, cases, there)


def _keep_runs_apart(gathered: FileContents, known: Mapping[str, RunLine], request: ImportRequest) -> None:
    """A file with cases and responses of a model that has a run over another suite has a run of its own beside it."""
    suite = gathered.suite_name(request)
    for name in [name for name in gathered.responses if suite and name in known and known[name].suite != suite]:
        gathered.rename_run(name, f"{name} on {suite}")


def _run_present(workspace: Workspace, line: RunLine | None, gathered: FileContents, name: str) -> RunPresent:
    if line is None:
        answered = {record.response.case for record in gathered.responses.get(name, [])}
        return RunPresent(None, suites.suites_with_keys(workspace, answered) if answered else ())
    states = runs.stored_states(workspace, line.id)
    hashes = review.response_keys(workspace, line.id)
    return RunPresent(
        line,
        cases=frozenset(suites.case_keys_of_run(workspace, line.id)) if name in gathered.responses else frozenset(),
        responses={place: (hash_, states[place]) for place, (_, hash_) in hashes.items()},
        events=list(runs.iterate_decisions(workspace, line.id)) if name in gathered.decisions else (),
        verdicts=list(runs.iterate_verdicts(workspace, line.id)) if name in gathered.verdicts else (),
    )


class _Writing:
    """Writes a plan, inside the transaction that it was made in."""

    def __init__(
        self, workspace: Workspace, request: ImportRequest, format_name: str, stop: Callable[[], bool]
    ) -> None:
        self._workspace, self._request, self._format = workspace, request, format_name
        self._origin_id = 0
        self._author = request.author
        self._stop = stop
        self._at = now()
        self._changes = Changes()

    def write(self, plan: ImportPlan) -> Changes:
        if plan.adds_rows:
            origin = origin_of(self._request, self._format, plan.origin, self._at)
            self._origin_id, _ = origin_writes.add_origin(self._workspace, origin=origin)
        if plan.suite is not None:
            self._write_suite(plan.suite)
        for run in plan.runs:
            self._write_run(run)
        _stop_if(self._stop)
        return self._changes

    def _write_suite(self, plan: SuitePlan) -> None:
        suite_id, changes = suite_writes.ensure_suite(self._workspace, head=plan.head, at=self._at)
        added = suite_writes.add_cases(
            self._workspace,
            suite_id=suite_id,
            cases=[*plan.new, *plan.changed],
            at=self._at,
            author=self._author,
            on_conflict=OnConflict.NEW_VERSION,
        )
        self._changes |= changes | added.changes
        if plan.beside:
            self._changes |= origin_writes.put_beside_cases(
                self._workspace, suite_id=suite_id, origin_id=self._origin_id, cases=plan.beside
            )

    def _write_run(self, plan: RunPlan) -> None:
        run_id = plan.line.id if plan.line else self._make_run(plan)
        if plan.cases:
            suite_id = suites.suite_named(self._workspace, plan.suite).id
            ids = suites.current_case_ids(self._workspace, suite_id, retired=True)
            case_ids = [ids[key] for key in plan.cases]
            self._changes |= run_writes.extend_run(self._workspace, run_id=run_id, case_ids=case_ids)
        if plan.responses:
            items = self._classified(plan, run_id)
            after = origins.last_response_id(self._workspace)
            added = run_writes.add_responses(self._workspace, run_id=run_id, responses=items, at=self._at)
            self._changes |= added.changes | origin_writes.put_beside_responses(
                self._workspace, run_id=run_id, origin_id=self._origin_id, after=after, kept=plan.kept
            )
        if plan.verdicts or plan.events:
            places = review.response_keys(self._workspace, run_id)
            self._write_verdicts(plan, places)
            self._write_events(plan.events, places)

    def _make_run(self, plan: RunPlan) -> int:
        endpoint = Endpoint(name="imported", protocol="imported")
        version = ModelVersion(name=plan.name, endpoint=endpoint, model=plan.model)
        version_id, _ = run_writes.ensure_model_version(self._workspace, version=version, at=self._at)
        run_id, changes = run_writes.create_run(
            self._workspace,
            name=plan.name,
            suite_id=suites.suite_named(self._workspace, plan.suite).id,
            model_version_id=version_id,
            case_ids=[],
            repeats=plan.repeats,
            at=self._at,
            status=RunStatus.IMPORTED,
        )
        self._changes |= changes | Changes(endpoints=True)
        return run_id

    def _classified(self, plan: RunPlan, run_id: int) -> list[Classified]:
        cases = {case.key: case for case in suites.cases_of_run(self._workspace, run_id)}
        items: list[Classified] = []
        for start in range(0, len(plan.responses), WATCHED_EVERY):
            _stop_if(self._stop)
            some = plan.responses[start : start + WATCHED_EVERY]
            verdicts = rules_verdicts(((cases[response.case], response) for response in some), plan.scale)
            items += [Classified(one, (verdict,)) for one, verdict in zip(some, verdicts, strict=True)]
        return items

    def _write_verdicts(self, plan: RunPlan, places: dict[Place, tuple[int, str]]) -> None:
        verdicts = [(places[r.case, r.repeat][0], r.verdict, r.at or self._at) for r in plan.verdicts]
        self._changes |= run_writes.append_verdicts(self._workspace, verdicts=verdicts)

    def _write_events(self, events: Sequence[PlannedEvent], places: dict[Place, tuple[int, str]]) -> None:
        """Undos go one by one, because each needs what it takes back; decisions between them go together."""
        ids: dict[int, int] = {}
        waiting: list[PlannedEvent] = []
        for event in events:
            if event.record.kind is not DecisionKind.UNDO:
                waiting.append(event)
                continue
            self._write_decisions(waiting, places, ids)
            waiting = []
            self._undo(event, ids)
        self._write_decisions(waiting, places, ids)

    def _write_decisions(
        self, events: Sequence[PlannedEvent], places: dict[Place, tuple[int, str]], ids: dict[int, int]
    ) -> None:
        if not events:
            return
        new = [_new_decision(event, places[event.record.case, event.record.repeat][0]) for event in events]
        stored, changes = decision_writes.append_decisions(self._workspace, decisions=new, at=self._at)
        ids.update(zip((event.id for event in events), stored, strict=True))
        self._changes |= changes

    def _undo(self, event: PlannedEvent, ids: dict[int, int]) -> None:
        """What it takes back was planned beside it, or is in the workspace under its own id."""
        target = event.undoes if event.undoes is not None else 0
        ids[event.id], changes = decision_writes.undo_decision(
            self._workspace,
            decision_id=ids.get(target, target),
            reviewer=event.record.reviewer,
            at=event.record.at or self._at,
            origin=event.record.origin or DecisionOrigin.IMPORT,
            uid=event.record.uid,
        )
        self._changes |= changes


def _new_decision(event: PlannedEvent, response_id: int) -> NewDecision:
    record = event.record
    return NewDecision(
        response_id=response_id,
        reviewer=record.reviewer,
        action=record.action,
        kind=record.kind,
        note=record.note,
        blind=bool(record.blind),
        bulk=record.bulk,
        seconds_spent=record.seconds_spent,
        cause=record.cause,
        at=record.at,
        uid=record.uid,
        hidden=record.hidden,
        guideline_version=record.guideline_version,
        origin=record.origin or DecisionOrigin.IMPORT,
    )
