"""Export of a workspace's cases, responses and decisions into files that import reads back."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError
from reviewer.exchange.formats.native_out import ExportForm, write_cases, write_decisions, write_responses
from reviewer.exchange.kit.records import DecisionRecord, ResponseRecord
from reviewer.host.paths import output_file
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs, suites


class ExportWhat(StrEnum):
    """What can be exported: the cases of a suite, or the responses or decisions of a run."""

    CASES = "cases"
    RESPONSES = "responses"
    DECISIONS = "decisions"


def export_what(
    workspace: Workspace, what: str, suite: str | None, run: str | None, path: Path, form: str | None = None
) -> int:
    """Export by name and return the number of lines. A suite or run that is the only one need not be named.

    `form` is jsonl or csv; None takes it from the file's suffix. Raises InputError for what is not there or not
    known, EnvironmentFault if the file cannot be written.
    """
    if what not in list(ExportWhat):
        raise InputError(f"{what[:80]!r} cannot be exported.", f"Export one of: {', '.join(ExportWhat)}.")
    if what == ExportWhat.CASES:
        return export_cases(workspace, suite or _only_suite(workspace), path, form)
    export = export_responses if what == ExportWhat.RESPONSES else export_decisions
    return export(workspace, run or _only_run(workspace, what), path, form)


def export_cases(workspace: Workspace, suite: str, path: Path, form: str | None = None) -> int:
    """Write the current cases of a suite, the retired ones too, in key order. Raises as `export_what`."""
    line = suites.suite_named(workspace, suite)
    return write_cases(output_file(path), line.head, suites.iterate_cases(workspace, line.id), export_form(path, form))


def export_responses(workspace: Workspace, run: str, path: Path, form: str | None = None) -> int:
    """Write the responses of a run, without raw bodies. Raises as `export_what`."""
    line = runs.run_named(workspace, run)
    records = (ResponseRecord(0, line.name, response) for response in runs.iterate_responses(workspace, line.id))
    return write_responses(output_file(path), records, export_form(path, form))


def export_decisions(workspace: Workspace, run: str, path: Path, form: str | None = None) -> int:
    """Write every decision, adjudication and undo of a run, oldest first. Raises as `export_what`."""
    line = runs.run_named(workspace, run)
    return write_decisions(output_file(path), _decisions(workspace, line), export_form(path, form))


def _decisions(workspace: Workspace, line: RunLine) -> Iterator[DecisionRecord]:
    for key, repeat, event in runs.iterate_decisions(workspace, line.id):
        yield DecisionRecord(
            line=0,
            case=CaseKey(key),
            run=line.name,
            repeat=repeat,
            response_hash=event.response_hash,
            reviewer=event.reviewer,
            action=event.action,
            kind=event.kind,
            note=event.note,
            at=event.at,
            blind=event.blind,
            bulk=event.bulk,
            undoes="" if event.undoes is None else str(event.undoes),
            id=str(event.id),
        )


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
