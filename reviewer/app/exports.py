"""Export of what a workspace holds into files that import reads back."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

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
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import origins, runs, suites


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


def export_what(
    workspace: Workspace, what: str, suite: str | None, run: str | None, path: Path, form: str | None = None
) -> int:
    """Export by name and return the number of lines. A suite or run that is the only one need not be named.

    Cases are the current ones, the retired ones too, in key order; events come oldest first, undone ones too. `form`
    is jsonl or csv; None takes it from the file's suffix. Raises InputError for what is not there or not known,
    EnvironmentFault if the file cannot be written.
    """
    if what not in list(ExportWhat):
        raise InputError(f"{what[:80]!r} cannot be exported.", f"Export one of: {', '.join(ExportWhat)}.")
    chosen = ExportWhat(what)
    if chosen.is_of_suite:
        return _export_of_suite(workspace, chosen, suite or _only_suite(workspace), path, export_form(path, form))
    line = runs.run_named(workspace, run or _only_run(workspace, what))
    return _export_of_run(workspace, chosen, line, path, export_form(path, form))


def _export_of_suite(workspace: Workspace, what: ExportWhat, suite: str, path: Path, form: ExportForm) -> int:
    line = suites.suite_named(workspace, suite)
    if what is ExportWhat.CASES:
        return write_cases(
            path, line.head, suites.iterate_cases(workspace, line.id), form, origins.beside_cases(workspace, line.id)
        )
    labels = suites.iterate_labels(workspace, line.id)
    records = (LabelRecord(0, line.name, key, version, event) for key, version, event in labels)
    return write_records(path, LABEL_LINE, records, form)


def _export_of_run(workspace: Workspace, what: ExportWhat, line: RunLine, path: Path, form: ExportForm) -> int:
    if what is ExportWhat.RESPONSES:
        return write_records(path, RESPONSE_LINE, _responses(workspace, line), form)
    if what is ExportWhat.DECISIONS:
        return write_records(path, DECISION_LINE, _decisions(workspace, line), form)
    verdicts = runs.iterate_verdicts(workspace, line.id)
    records = (
        VerdictRecord(0, case, line.name, repeat, hash_, at, verdict) for case, repeat, hash_, at, verdict in verdicts
    )
    return write_records(path, VERDICT_LINE, records, form)


def _responses(workspace: Workspace, line: RunLine) -> Iterator[ResponseRecord]:
    scripted = suites.keys_with_assistant_turns(workspace, line.id)
    cases = suites.cases_of_run(workspace, line.id, scripted) if scripted else []
    earlier = {case.key: turn_actions(case, line.scale) for case in cases}
    kept = origins.kept_of_responses(workspace, line.id)
    for each in runs.iterate_responses(workspace, line.id, raw=True):
        beside = kept.get((each.case, each.repeat), {})
        yield ResponseRecord(0, line.name, each, earlier.get(each.case, ()), beside)


def _decisions(workspace: Workspace, line: RunLine) -> Iterator[DecisionRecord]:
    for key, repeat, event in runs.iterate_decisions(workspace, line.id):
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
        raise InputError(f"Nothing can be exported as {said}.", f"Use one of: {', '.join(ExportForm)}.")
    return ExportForm(wanted)


def _only_suite(workspace: Workspace) -> str:
    return _only([suite.name for suite in suites.stored_suites(workspace)], "suite", "--suite")


def _only_run(workspace: Workspace, what: str) -> str:
    return _only([run.name for run in runs.runs(workspace)], f"run whose {what} are meant", "--run")


def _only(names: list[str], kind: str, option: str) -> str:
    if len(names) == 1:
        return names[0]
    there = f"There are: {', '.join(names)[:300]}." if names else "There is none yet."
    raise InputError(f"Say with {option} which {kind}.", there)
