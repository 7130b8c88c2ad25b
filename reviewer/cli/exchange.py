"""`reviewer import`, `export` and `formats`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.encrypting import EncryptOption, new_file_passphrase, tell_if_plain, unlock_file_for_command
from reviewer.cli.options import JsonOption, ScaleOption, WorkspaceOption, opened
from reviewer.cli.output import complain, emit_json, say, table
from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale, known_action, scale_named
from reviewer.core.errors import ExitStatus, InputError, KnownError
from reviewer.endpoints.untrusted import excerpt
from reviewer.exchange.kit.field_names import REPEATABLE
from reviewer.exchange.kit.options import Numbered
from reviewer.host.files import name_as_written, sealed_as_written
from reviewer.store.facts.suites import OnConflict
from reviewer.wording.plural import counted

if TYPE_CHECKING:
    from reviewer.app.jobs.imports import ImportReport, ImportRequest
    from reviewer.exchange.kit.records import ColumnUse
    from reviewer.store.database import Workspace

ReportDocument = dict[str, object]
SHOWN_BAD_ROWS = 50
SHOWN_COLUMNS = 40
SHOWN_RUNS = 3
VERDICTS = "reviewer-verdicts"


def import_command(
    files: Annotated[
        list[Path], typer.Argument(help="Files, folders and patterns to import, in this order.", show_default=False)
    ],
    format_: Annotated[
        str, typer.Option("--format", help="One of `reviewer formats`; else the file is looked at.")
    ] = "",
    suite: Annotated[str, typer.Option(help="Suite to import into; default the file's own name for it.")] = "",
    run: Annotated[str, typer.Option(help="Name of an imported run.")] = "",
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="COL=FIELD, once for each column; FIELD:NAME for one of several.")
    ] = None,
    scale: ScaleOption = "",
    label_map: Annotated[list[str] | None, typer.Option("--map-label", help="VALUE=ACTION.")] = None,
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook, or list of a JSON file.")] = "",
    encoding: Annotated[str, typer.Option(help="Of a text file, such as gbk; else its bytes are looked at.")] = "",
    numbered: Annotated[
        Numbered | None, typer.Option(help="What prompt1 … prompt20 are: turns of one conversation, or a family.")
    ] = None,
    on_conflict: Annotated[OnConflict, typer.Option(help="What to do with a key taken by other content.")] = (
        OnConflict.REPORT
    ),
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing if a row is bad.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")] = False,
    read_all: Annotated[
        bool, typer.Option("--read-all", help="End when the rules have read all responses, also of a very long file.")
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Import cases, responses, verdicts or decisions."""
    from reviewer.app.jobs.imports import ImportRequest
    from reviewer.exchange.kit.options import ImportOptions

    chosen = scale_named(scale) if scale else DEFAULT_SCALE
    options = ImportOptions(
        chosen,
        suite,
        run,
        _columns(mapping or []),
        _labels(label_map or [], chosen),
        sheet,
        scale_is_asked=bool(scale),
        encoding=encoding,
        numbered=numbered,
    )
    asked = ImportRequest(Path(), format_, options, on_conflict, strict, dry_run)
    _import_all(files, asked, workspace, json, read_all=read_all)


def _import_all(
    files: Sequence[Path], asked: ImportRequest, workspace: str | None, json: bool, *, read_all: bool
) -> None:
    """One file after the other, each as `asked` says; what one added stays where a later one cannot be read.

    Of encrypted ones the passphrase is asked for first.
    """
    from reviewer.app.jobs.imports import import_file
    from reviewer.exchange.folders import chosen_files

    reports: list[ImportReport] = []
    try:
        with opened(workspace) as opened_workspace:
            for each in files:
                unlock_file_for_command(each)
            found = chosen_files(files, asked.format, asked.options.encoding)
            for path in found.files:
                report = import_file(opened_workspace, replace(asked, path=path))
                if read_all and report.written and report.unread:
                    report = _all_read(opened_workspace, report)
                reports.append(report)
                if not json:
                    _tell(reports[-1], asked.dry_run)
    except KnownError:
        if json and reports:
            emit_json(_documents(reports))  # what the files before the unreadable one added stays, so it is said
        raise
    if json:
        left_out = [{"file": str(path), "reason": reason} for path, reason in found.left_out]
        emit_json(_documents(reports) | ({"left_out": left_out} if left_out else {}))
    else:
        for path, reason in found.left_out:
            say(f"Left out: {path}. {reason.partition(' Say which')[0]}")
    if any(report.bad for report in reports):
        raise typer.Exit(ExitStatus.INPUT_WRONG)


def _all_read(workspace: Workspace, report: ImportReport) -> ImportReport:
    """Let the rules read what they have not; the report with what is left where that was stopped."""
    from reviewer.app.jobs.classification import ClassifyJob
    from reviewer.cli.interrupting import until_interrupted
    from reviewer.store.queries import runs

    left = 0
    for name in report.runs:
        moment = until_interrupted(
            workspace,
            ClassifyJob(runs.run_named(workspace, name).id).perform,
            lambda shown, moment: shown.show_count(moment.done, moment.total, "responses read"),
        )
        left += moment.total - moment.done
    return replace(report, unread=left)


def _ledger_line(use: ColumnUse) -> dict[str, str]:
    """Without what only the window offers."""
    return {"name": use.name, "used_as": use.used_as, "why": use.why, "example": use.example}


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    """COL=FIELD as {field: column}; of a field that several columns may hold, the later ones as `field:column`."""
    found: dict[str, str] = {}
    for pair in pairs:
        column, sign, field = pair.rpartition("=")
        if not sign or not column or not field:
            raise InputError(f"--map {pair!r} does not say COL=FIELD.", "For example: --map question=prompt.")
        if field in found and field not in REPEATABLE:
            raise InputError(
                f"--map says two columns for the {field}: {found[field]} and {column}.", "Leave one of them out."
            )
        found[f"{field}:{column}" if field in found else field] = column
    return found


def _labels(pairs: Sequence[str], scale: ActionScale) -> dict[str, ActionId]:
    """VALUE=ACTION; an action of another preset is left to the scale that the suite turns out to have."""
    found = {}
    for pair in pairs:
        value, sign, action = pair.rpartition("=")
        if not sign or not value or not action:
            raise InputError(
                f"--map-label {pair!r} does not say VALUE=ACTION.", "For example: --map-label safe=answer."
            )
        found[value] = ActionId(action) if known_action(action) else scale.parse(action)
    return found


def _documents(reports: Sequence[ImportReport]) -> ReportDocument:
    return {"files": [_document(report) for report in reports]}


def _document(report: ImportReport) -> ReportDocument:
    return {
        "file": str(report.path),
        "format": report.format,
        "suite": report.suite or None,
        "runs": report.runs,
        "written": report.written,
        "cases_added": report.cases_added,
        "cases_updated": report.cases_updated,
        "responses_added": report.responses_added,
        **({"verdicts_added": report.verdicts_added} if report.format == VERDICTS else {}),
        "decisions_added": report.decisions_added,
        "unchanged": report.unchanged,
        "skipped": report.skipped,
        **({"unread": report.unread} if report.unread else {}),
        **({"import": report.act_id} if report.act_id else {}),
        "notes": report.notes,
        "bad": [{"line": row.line, "reason": row.reason} for row in report.bad],
        **({"columns": [_ledger_line(use) for use in report.columns]} if report.columns else {}),
    }


def _tell(report: ImportReport, dry_run: bool) -> None:
    gained = [
        (report.cases_added, "new case"),
        (report.cases_updated, "updated case"),
        (report.responses_added, "new response"),
        (report.verdicts_added, "new verdict"),
        (report.decisions_added, "new decision"),
    ]
    others = ((report.unchanged, "unchanged"), (report.skipped, "skipped"))
    left = [*(f"{n:,} {word}" for n, word in others if n), _counted([(len(report.bad), "bad row")])]
    verb = "would add" if dry_run else "added" if report.written else "took back"
    said = [f"{verb} {_counted(gained) or 'nothing new'}", ", ".join(filter(None, left))]
    say(f"{report.path} ({report.format}): {'; '.join(part for part in said if part)}.")
    for note in report.notes:
        say(f"{report.path}: {note}")
    if report.written and report.unread:
        say(f"{report.path}: {_unread(report)}")
    for use in sorted(report.columns, key=_rank)[:SHOWN_COLUMNS]:
        say(f"  {_use(use)}")
    if len(report.columns) > SHOWN_COLUMNS:
        say(f"  … and {counted(len(report.columns) - SHOWN_COLUMNS, 'more column')}; --json lists them all.")
    for row in report.bad[:SHOWN_BAD_ROWS]:
        complain(f"{report.path}, line {row.line}: {row.reason}")
    if len(report.bad) > SHOWN_BAD_ROWS:
        complain(f"… and {len(report.bad) - SHOWN_BAD_ROWS} more; --json lists them all.")
    if not report.written and not dry_run:
        complain(f"{report.path}: nothing was written because of --strict.")


def _unread(report: ImportReport) -> str:
    """How the responses that wait are read; a few of many runs are named."""
    named = "; ".join(f"reviewer reclassify --run {shlex.quote(name)}" for name in report.runs[:SHOWN_RUNS])
    more = f"; and {counted(len(report.runs) - SHOWN_RUNS, 'more run')}" if len(report.runs) > SHOWN_RUNS else ""
    return (
        f"the rules have still to read {report.unread:,} of the new responses. "
        f"Let them, now or in parts (Ctrl-C stops, the same again goes on), or import with --read-all: {named}{more}."
    )


def _rank(use: ColumnUse) -> int:
    """What has a field stands before what is kept beside the row, and that before what is not read."""
    from reviewer.exchange.kit.ledger import KEPT

    return 2 if not use.used_as else int(use.used_as.startswith(KEPT))


def _use(use: ColumnUse) -> str:
    """A line of the ledger: `score: kept, no field is known for it (for example 0.5)`."""
    example = f" (for example {excerpt(use.example)[:60]})" if use.example else ""
    return f"{excerpt(use.name)}: {use.used_as or 'not read'}, {use.why}{example}"


def _counted(counts: Sequence[tuple[int, str]]) -> str:
    return ", ".join(counted(count, name) for count, name in counts if count)


def export_command(
    out: Annotated[Path, typer.Option(help="File to write.")],
    what: Annotated[
        str, typer.Option(help="cases, labels, responses, verdicts or decisions; forms of other tools know it.")
    ] = "",
    suite: Annotated[str, typer.Option(help="Suite, for cases and labels.")] = "",
    run: Annotated[str, typer.Option(help="Run, for responses, verdicts and decisions.")] = "",
    against: Annotated[str, typer.Option(help="Second run, for forms that are made of pairs.")] = "",
    format_: Annotated[
        str, typer.Option("--format", help="One of `reviewer formats`; default jsonl, csv or parquet by the ending.")
    ] = "",
    category: Annotated[str, typer.Option(help="Only the cases of this category.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="Only cases with this tag, once for each.")] = None,
    decided: Annotated[
        bool, typer.Option("--decided", help="Only what people decided; of cases, the labelled ones.")
    ] = False,
    disputed: Annotated[bool, typer.Option("--disputed", help="Only what is disputed.")] = False,
    non_commercial: Annotated[
        bool | None,
        typer.Option(
            "--non-commercial/--no-non-commercial",
            help="Rows that may not be used commercially; default only in jsonl, csv and parquet, which mark them.",
        ),
    ] = None,
    encrypt: EncryptOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Export for import to read back (jsonl, csv, parquet), or in the form of another tool (`reviewer formats`)."""
    from reviewer.app.export_choice import ExportFilter
    from reviewer.app.exports import ExportRequest, export
    from reviewer.exchange.outgoing_registry import EXPORTS

    wanted = ExportFilter(category, tuple(tag or ()), decided, disputed, non_commercial)
    secret = new_file_passphrase(out, encrypt)
    with opened(workspace, create=False) as opened_workspace, sealed_as_written(secret):
        request = ExportRequest(out, what, suite, run, against, format_, wanted)
        written, out = export(opened_workspace, request), name_as_written(out)
        tell_if_plain(opened_workspace, secret)
    what = str(EXPORTS[format_].holds) if format_ in EXPORTS else what
    if json:
        notes = {"notes": list(written.notes)} if written.notes else {}
        emit_json({"what": what, "file": str(out), "count": written.count, **notes})
        return
    say(f"{counted(written.count, what.removesuffix('s'), what)} written to {out}.")
    for note in written.notes:
        say(note)


def formats_command(json: JsonOption = False) -> None:
    """The formats that import and export know."""
    from reviewer.app.exports import form_names
    from reviewer.exchange.outgoing_registry import EXPORTS
    from reviewer.exchange.registry import FORMATS

    if json:
        emit_json(
            {
                "import": [
                    {"name": each.name, "suffixes": list(each.suffixes), "description": each.description}
                    for each in FORMATS.values()
                ],
                "export": form_names(),
            }
        )
        return
    table(("format", "endings", "what"), [(f.name, " ".join(f.suffixes), f.description) for f in FORMATS.values()])
    say()
    say("Export writes cases, labels, responses, verdicts and decisions as jsonl, csv or parquet, and for other tools:")
    say()
    table(("format", "endings", "what"), [(f.name, " ".join(f.suffixes), f.description) for f in EXPORTS.values()])
