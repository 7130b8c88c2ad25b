"""Import in three steps: read a part of a file and what the workspace has of it, decide (`import_plan`), write.

The first parts are decided before the workspace is locked, and all are written in one transaction. Good rows are kept
and bad ones listed; with `strict`, or where the file cannot be read at all, nothing is written. A dry run is the plan
without the writing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from reviewer.app.jobs.import_ahead import HeldParts, RulesAhead
from reviewer.app.jobs.import_contents import FileContents, ImportRequest
from reviewer.app.jobs.import_first import FirstRow, FirstRows
from reviewer.app.jobs.import_plan import FileDeciding, ImportPlan
from reviewer.app.jobs.import_present import PresentInWorkspace
from reviewer.app.jobs.import_writing import READ_WITH_IMPORT, Writing, unread
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.exchange import registry as formats
from reviewer.exchange.formats.native import ReviewerDecisions, ReviewerVerdicts
from reviewer.exchange.guarded import read_guarded
from reviewer.exchange.kit.arriving import as_received
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.packed import unpacked_name
from reviewer.exchange.kit.records import BadRow, ColumnUse, LabelWord, OriginRecord, Record
from reviewer.host.collecting import collector_paused
from reviewer.host.holding import IMPORT, holding
from reviewer.store.database import Workspace
from reviewer.store.queries import runs, suites

__all__ = ["ImportReport", "ImportRequest", "import_file", "options_for", "store_records"]


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
    unread: int = 0
    """How many of the new responses the rules have still to read: `ClassifyJob` does."""
    act_id: int = field(default=0, compare=False)
    """The import, for who would take it back; 0 where nothing was added."""


class _Tally:
    """What the plans of a file's parts come to, added to a report."""

    def __init__(self, report: ImportReport) -> None:
        self._report, self._runs, self._first, self._fresh = report, dict[str, None](), FirstRows(), 0

    def add(self, plan: ImportPlan) -> None:
        report, suite = self._report, plan.suite
        self._first.add(plan)
        report.bad.extend(plan.bad)
        report.conflicts.extend(plan.conflicts)
        self._runs.update((run.run.name, None) for run in plan.runs)
        self._fresh += sum(len(run.fresh) for run in plan.runs)
        self._report = replace(
            report,
            suite=suite.head.name if suite else report.suite,
            cases_added=report.cases_added + (len(suite.new) if suite else 0),
            cases_updated=report.cases_updated + (len(suite.changed) if suite else 0),
            responses_added=report.responses_added + sum(len(run.fresh) + len(run.retried) for run in plan.runs),
            verdicts_added=report.verdicts_added + sum(len(run.verdicts) for run in plan.runs),
            decisions_added=report.decisions_added + sum(len(run.events) for run in plan.runs),
            unchanged=report.unchanged + plan.unchanged,
            skipped=report.skipped + plan.skipped,
        )

    @property
    def has_bad(self) -> bool:
        return bool(self._report.bad)

    def report(self, contents: FileContents, notes: Iterable[str]) -> ImportReport:
        return replace(
            self._report,
            runs=list(self._runs),
            notes=list(notes),
            bad=sorted(self._report.bad, key=lambda row: row.line),
            columns=list(contents.ledger),
            origin=contents.origin,
            words=list(contents.words),
            first=self._first.rows(),
            unread=unread(self._fresh),
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
    scale = known.get(options.suite or unpacked_name(request.path).stem) or runs_known.get(options.run)
    about_runs = format_name in (ReviewerDecisions.name, ReviewerVerdicts.name)
    if scale is None and about_runs and not options.suite and len(known) == 1:
        scale = next(iter(known.values()))
    if scale is None:
        return options
    if options.scale_is_asked and scale.hash != options.scale.hash:
        raise InputError(
            f"{options.suite or unpacked_name(request.path).stem!r} has another scale than was asked for.",
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
    """Plan what the records come to and write it, all in one transaction or, for a dry run, not at all.

    Who writes meanwhile does not wait while a file of up to `AHEAD_RECORDS` is read and decided.
    """

    def watch(count: int) -> None:
        progress(count)
        _stop_if(stop)

    contents, report = FileContents(), ImportReport(request.path, format_name, written=False)
    try:
        with collector_paused():
            parts = contents.parts(as_received(records), watch)
            moment = workspace.moment()
            deciding = FileDeciding(contents, PresentInWorkspace(workspace), request)
            if request.dry_run:
                return _through(map(deciding.part, parts), contents, deciding, _Tally(report))
            ahead = RulesAhead(workspace, request, READ_WITH_IMPORT, lambda: _stop_if(stop))
            held = HeldParts(parts, deciding, ahead)
            # whoever else writes waits from here on; that is told until all of it is on the disk
            with ExitStack() as told, workspace.write() as session:
                session.connection()  # it has waited for others by now
                told.enter_context(holding(workspace.path, IMPORT))
                if workspace.moment() != moment:
                    deciding = FileDeciding(contents, PresentInWorkspace(workspace), request)
                    held.decided_again(deciding)
                writing = Writing(workspace, request, format_name, deciding.numbers, ahead, lambda: _stop_if(stop))
                plans = chain(held.plans(), map(deciding.part, parts))
                report = _through(plans, contents, deciding, _Tally(report), writing, strict=request.strict)
                _stop_if(lambda: request.strict and bool(report.bad))
    except _StoppedError:
        return report
    return replace(report, written=True, changes=writing.changes, act_id=writing.act_id)


def _through(
    plans: Iterable[ImportPlan],
    contents: FileContents,
    deciding: FileDeciding,
    tally: _Tally,
    writing: Writing | None = None,
    *,
    strict: bool = False,
) -> ImportReport:
    """Write the plan of one part after the other; where a bad row forbids that, the rest is only decided."""
    for plan in plans:
        tally.add(plan)
        if writing is not None and not (strict and tally.has_bad):
            writing.part(plan, contents.origin)
    plan = deciding.last()
    tally.add(plan)
    if writing is not None and not (strict and tally.has_bad):
        writing.last(plan, deciding.runs, deciding.numbers)
    return tally.report(contents, deciding.notes(writing.unasked if writing else {}))


def _stop_if(stop: Callable[[], bool]) -> None:
    if stop():
        raise _StoppedError
