"""`reviewer classify`: the rules on any responses, without a workspace. `reclassify`: on a run's, once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.classify.engines import Engine
from reviewer.cli.options import JsonOption, RunOption, WorkspaceOption, opened
from reviewer.cli.output import ProgressLine, complain, emit_json, say, table
from reviewer.core.actions import scale_named
from reviewer.core.errors import ExitStatus, InputError
from reviewer.wording.plural import counted, noun

if TYPE_CHECKING:
    from reviewer.app.figures.rereading import Reread, Rereading
    from reviewer.classify.lines import Counts
    from reviewer.classify.tables import TableReading
    from reviewer.store.database import Workspace
    from reviewer.store.facts.runs import RunLine


def classify_command(
    source: Annotated[
        Path,
        typer.Argument(metavar="IN", help="Lines (JSON) or a table (Parquet) of id, messages or prompt, response."),
    ],
    out: Annotated[Path, typer.Option(help="File of verdicts to write: lines of lines, Parquet of Parquet.")],
    scale: Annotated[
        str, typer.Option("--scale", help="Actions to choose from: five, six, agent, or ids with commas.")
    ] = "five",
    below: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Mark what needs a person: no action, or one that is less sure than this."),
    ] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="COL=id, prompt, messages or response; of Parquet only.")
    ] = None,
    engine: Annotated[Engine, typer.Option(help="Who reads Parquet: this process, or a Ray cluster.")] = Engine.LOCAL,
    json: JsonOption = False,
) -> None:
    """Read the action off each response of a JSON Lines or Parquet file.

    Languages read: English, Spanish, French, German, Portuguese, Chinese. A response in another one is unscored.
    With --below each line has "needs_person": its action_confidence is compared with that.
    """
    from reviewer.app.figures.thresholds import below_figures
    from reviewer.classify.tables import TableReading

    counts = _counted(source, out, TableReading(mapped_columns(mapping or []), scale_named(scale), below), engine)
    figures = None if below is None else below_figures(counts.needs_person, counts.good, below)
    complain(f"{counted(counts.good, 'response')} classified, {counted(counts.bad, 'bad line')} left out.")
    if figures is not None:
        needs = noun(counts.needs_person, "response needs", "responses need")
        complain(f"{counts.needs_person:,} {needs} a person. {figures.sentence} {figures.source}")
    if json:
        emit_json({"good": counts.good, "bad": counts.bad, "below": figures.as_json() if figures else None})
    if counts.bad:
        raise typer.Exit(ExitStatus.INPUT_WRONG)


def _counted(source: Path, out: Path, reading: TableReading, engine: Engine) -> Counts:
    """Classify a file by what it is. Raises InputError where the options or the name of `out` are of the other kind."""
    from reviewer.classify.engines import batch_reader
    from reviewer.classify.lines import classify_lines
    from reviewer.classify.tables import classify_table, is_table

    def tell(line: int, reason: str) -> None:
        complain(f"{source}, {'row' if of_table else 'line'} {line}: {reason}")

    of_table = is_table(source)
    if of_table != (out.suffix.lower() in (".parquet", ".pq")) and (of_table or out.suffix):
        kind, ending = ("a Parquet", ".parquet") if of_table else ("a JSON Lines", ".jsonl")
        raise InputError(
            f"The verdicts on {kind} file are one too, and {out} is not called so.", f"End it in {ending}."
        )
    if of_table:
        return classify_table(source, out, tell, reading, batch_reader(engine))
    if reading.columns or engine is not Engine.LOCAL:
        raise InputError(f"--map and --engine are for Parquet, and {source} is none.", "Leave them out.")
    return classify_lines(source, out, tell, reading.scale, below=reading.below)


def mapped_columns(pairs: Sequence[str]) -> dict[str, str]:
    """COL=FIELD as {field: column}. Raises InputError."""
    found: dict[str, str] = {}
    for pair in pairs:
        column, sign, field = pair.rpartition("=")
        if not sign or not column or not field or field in found:
            raise InputError(f"--map {pair!r} does not say COL=FIELD once.", "For example: --map answer=response.")
        found[field] = column
    return found


def reclassify_command(
    run: RunOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; store nothing.")] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Let the present rules read the responses of a run that older ones have read.

    First it says what changes. Older verdicts stay in the history, and so do people's decisions.
    """
    from reviewer.app.figures.rereading import rereading
    from reviewer.store.queries import runs

    with opened(workspace, create=False) as opened_workspace:
        line = runs.run_named(opened_workspace, run)
        found = rereading(opened_workspace, line.id, _reread(opened_workspace, line))
        stored = 0 if dry_run else _store(opened_workspace, line)
    if json:
        emit_json({**found.as_json(), "stored": stored})
        return
    _print(found)
    say(
        "Nothing was stored."
        if dry_run
        else f"{counted(stored, 'verdict')} of the present rules {noun(stored, 'was', 'were')} stored."
    )


def _reread(workspace: Workspace, line: RunLine) -> Iterator[Reread]:
    from reviewer.app.figures.rereading import read_anew, waiting_pages

    shown, done, pages = ProgressLine(), 0, waiting_pages(workspace, line.id)
    total = sum(map(len, pages))
    for page in pages:
        yield from read_anew(workspace, page, line.scale)
        done += len(page)
        shown.show_count(done, total, "responses read")
    shown.end()


def _store(workspace: Workspace, line: RunLine) -> int:
    from reviewer.app.jobs.classification import ClassifyJob
    from reviewer.cli.interrupting import until_interrupted

    return until_interrupted(
        workspace,
        ClassifyJob(line.id).perform,
        lambda shown, moment: shown.show_count(moment.done, moment.total, "verdicts stored"),
    ).done


def _print(found: Rereading) -> None:
    say(found.sentence)
    if found.changes:
        say()
        table(found.table.headings, found.table.rows)
        say()
