"""Export of what a workspace holds: into files that import reads back, and into those of other tools."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from reviewer.app.export_choice import EVERYTHING, ExportFilter, Place, chosen_cases, chosen_places
from reviewer.app.outgoing import outgoing_cases, outgoing_run
from reviewer.classify.turn_actions import turn_actions
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import DecisionKind
from reviewer.core.errors import InputError
from reviewer.exchange.formats.native_out import ExportForm, write_cases, write_records
from reviewer.exchange.kit.records import (
    DECISION_LINE,
    LABEL_LINE,
    RESPONSE_LINE,
    VERDICT_LINE,
    DecisionRecord,
    LabelRecord,
    ResponseRecord,
    VerdictRecord,
)
from reviewer.exchange.kit.spreadsheet_limits import CELL_CHARACTERS, long_cells
from reviewer.exchange.outgoing.facts import Holds, Written
from reviewer.exchange.outgoing_registry import EXPORTS, ExportFormat
from reviewer.host.files import name_as_written
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import origins, runs, suites
from reviewer.wording.plural import counted, noun


class ExportWhat(StrEnum):
    """What can be exported: the cases and label histories of a suite; the responses, verdicts, decisions of a run."""

    CASES = "cases"
    LABELS = "labels"
    RESPONSES = "responses"
    VERDICTS = "verdicts"
    DECISIONS = "decisions"

    @property
    def is_of_suite(self) -> bool:
        return self in (ExportWhat.CASES, ExportWhat.LABELS)


@dataclass(frozen=True)
class ExportRequest:
    """What to export, and how.

    `what` may be "" for a form of another tool, which says itself what it is made of. A suite or run that is the only
    one need not be named; `against` is the second run of a form that is made of pairs. `form` is one of `form_names`;
    "" takes it from the file's ending.
    """

    path: Path
    what: str = ""
    suite: str = ""
    run: str = ""
    against: str = ""
    form: str = ""
    wanted: ExportFilter = EVERYTHING


def form_names() -> list[str]:
    return [*ExportForm, *EXPORTS]


def export(workspace: Workspace, request: ExportRequest) -> Written:
    """Write the file; how many rows it has, and what a person must know of it.

    Cases are the current ones, the retired ones too, in key order; events come oldest first, undone ones too. Raises
    InputError for what is not there or not known, EnvironmentFault if the file cannot be written.
    """
    form = EXPORTS.get(request.form)
    if form is not None:
        return _export_for_others(workspace, request, form)
    if not request.what:
        raise InputError(
            "Nobody said what is to be exported.",
            f"Say --what with one of {', '.join(ExportWhat)}, or --format with the form of another tool.",
        )
    if request.what not in list(ExportWhat):
        raise InputError(f"{request.what[:80]!r} cannot be exported.", f"Export one of: {', '.join(ExportWhat)}.")
    what = ExportWhat(request.what)
    own = export_form(request.path, request.form or None)
    if what.is_of_suite:
        written = _export_of_suite(workspace, what, request, own)
    else:
        line = _run_of(workspace, request, what)
        written = _export_of_run(workspace, what, line, request, own)
    return replace(written, notes=(*written.notes, *_long_cells(request.path, own)))


def _long_cells(path: Path, form: ExportForm) -> tuple[str, ...]:
    if form is ExportForm.CSV and name_as_written(path) != path:
        return ("Whether a cell is too long for a spreadsheet was not looked at, because the file is encrypted.",)
    n = long_cells(path) if form is ExportForm.CSV else 0
    said = f"{counted(n, 'cell')} {noun(n, 'is', 'are')} longer than the {CELL_CHARACTERS:,} characters"
    return (f"{said} that a spreadsheet holds; jsonl keeps them whole.",) if n else ()


def _export_for_others(workspace: Workspace, request: ExportRequest, form: ExportFormat) -> Written:
    if request.what and request.what != form.holds and not (form.holds is Holds.PAIRS and request.what == "responses"):
        raise InputError(
            f"{form.name} is made of {form.holds}, not of {request.what[:80]}.",
            f"Leave --what out, or say {form.holds}.",
        )
    if form.holds is Holds.CASES:
        outgoing, chosen = outgoing_cases(workspace, _suite_of(workspace, request), request.wanted)
        what = "case"
    else:
        line = _run_of(workspace, request, "responses")
        against = (
            runs.run_named(workspace, _second_run(workspace, request, line)) if form.holds is Holds.PAIRS else None
        )
        outgoing, chosen = outgoing_run(workspace, line, against, request.wanted)
        what = "response"
    written = form.write(request.path, outgoing)
    return Written(written.count, (*written.notes, *chosen.notes(what)))


def _second_run(workspace: Workspace, request: ExportRequest, line: RunLine) -> str:
    if request.against == line.name:
        raise InputError("A run cannot be set against itself.", "Say another one with --against.")
    if request.against:
        return request.against
    others = [each.name for each in runs.runs(workspace) if each.suite_id == line.suite_id and each.name != line.name]
    if len(others) != 1:
        there = (
            f"The other runs of {line.suite}: {', '.join(others)[:300]}." if others else "There is no other run yet."
        )
        raise InputError(f"Say with --against which run is set against {line.name}.", there)
    return others[0]


def _export_of_suite(workspace: Workspace, what: ExportWhat, request: ExportRequest, form: ExportForm) -> Written:
    line = suites.suite_named(workspace, _suite_of(workspace, request))
    chosen = chosen_cases(workspace, line.id, request.wanted, form_tells=True)
    there = list(suites.iterate_cases(workspace, line.id))
    asked_for = [case for case in there if request.wanted.takes_case(case)]
    if not asked_for:
        chosen.others = request.wanted.none_taken(len(there), "case")
    taken = (case for case in asked_for if chosen.allows(case.key, case.key))
    if what is ExportWhat.CASES:
        count = write_cases(request.path, line.head, taken, form, origins.beside_cases(workspace, line.id))
        return Written(count, chosen.notes("case"))
    keys = {case.key for case in taken}
    records = (
        LabelRecord(0, line.name, key, version, event)
        for key, version, event in suites.iterate_labels(workspace, line.id)
        if key in keys
    )
    return Written(write_records(request.path, LABEL_LINE, records, form), chosen.notes("case"))


def _export_of_run(
    workspace: Workspace, what: ExportWhat, line: RunLine, request: ExportRequest, form: ExportForm
) -> Written:
    places, chosen = chosen_places(workspace, line.id, line.suite_id, request.wanted, form_tells=True)
    taken = {(each.key, each.repeat) for each in places}
    return Written(_write_of_run(workspace, what, line, taken, request.path, form), chosen.notes("response"))


def _write_of_run(
    workspace: Workspace, what: ExportWhat, line: RunLine, taken: Set[Place], path: Path, form: ExportForm
) -> int:
    if what is ExportWhat.RESPONSES:
        return write_records(path, RESPONSE_LINE, _responses(workspace, line, taken), form)
    if what is ExportWhat.DECISIONS:
        return write_records(path, DECISION_LINE, _decisions(workspace, line, taken), form)
    records = (
        VerdictRecord(0, case, line.name, repeat, hash_, at, verdict)
        for case, repeat, hash_, at, verdict in runs.iterate_verdicts(workspace, line.id)
        if (case, repeat) in taken
    )
    return write_records(path, VERDICT_LINE, records, form)


def _responses(workspace: Workspace, line: RunLine, taken: Set[Place]) -> Iterator[ResponseRecord]:
    scripted = suites.keys_with_assistant_turns(workspace, line.id)
    cases = suites.cases_of_run(workspace, line.id, scripted) if scripted else []
    earlier = {case.key: turn_actions(case, line.scale) for case in cases}
    kept = origins.kept_of_responses(workspace, line.id)
    for each in runs.iterate_responses(workspace, line.id, raw=True):
        if (each.case, each.repeat) in taken:
            beside = kept.get((each.case, each.repeat), {})
            yield ResponseRecord(0, line.name, each, earlier.get(each.case, ()), beside)


def _decisions(workspace: Workspace, line: RunLine, taken: Set[Place]) -> Iterator[DecisionRecord]:
    for key, repeat, event in runs.iterate_decisions(workspace, line.id):
        if (key, repeat) not in taken:
            continue
        references = {"id": str(event.id), "undoes": "" if event.undoes is None else str(event.undoes)}
        # that nobody knows whether it was blind is not that it was not
        blind = event.blind if event.kind is DecisionKind.UNDO else event.verdict_hidden
        said = {**event.__dict__, **references, "blind": blind}
        del said["carried_from"]
        yield DecisionRecord(line=0, case=CaseKey(key), run=line.name, repeat=repeat, **said)


def export_form(path: Path, form: str | None = None) -> ExportForm:
    """The form asked for, else the one that the suffix names. Raises InputError for another."""
    wanted = form if form is not None else path.suffix.lower().lstrip(".")
    if wanted not in list(ExportForm):
        said = f"the form {wanted[:40]!r}" if form is not None else f"a {path.suffix or 'nameless'} file"
        raise InputError(f"Nothing can be exported as {said}.", f"Use one of: {', '.join(form_names())}.")
    return ExportForm(wanted)


def _suite_of(workspace: Workspace, request: ExportRequest) -> str:
    """The one that was named, else that of the run that was, else the only one."""
    if request.run:
        return request.suite or _run_of(workspace, request, "cases").suite
    return request.suite or _only([suite.name for suite in suites.stored_suites(workspace)], "suite", "--suite")


def _run_of(workspace: Workspace, request: ExportRequest, what: str) -> RunLine:
    """The one that was named, else the only one of the suite that was. Raises InputError where they do not fit."""
    if request.suite:
        suites.suite_named(workspace, request.suite)
    there = [run.name for run in runs.runs(workspace) if request.suite in ("", run.suite)]
    line = runs.run_named(workspace, request.run or _only(there, f"run whose {what} are meant", "--run"))
    if request.suite not in ("", line.suite):
        raise InputError(f"{line.name} is a run of {line.suite}, not of {request.suite[:80]}.", "Leave --suite out.")
    return line


def _only(names: list[str], kind: str, option: str) -> str:
    if len(names) == 1:
        return names[0]
    there = f"There are: {', '.join(names)[:300]}." if names else "There is none yet."
    raise InputError(f"Say with {option} which {kind}.", there)
