"""`reviewer report`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.encrypting import EncryptOption, new_file_passphrase, tell_if_plain
from reviewer.cli.options import (
    CountingOptions,
    JsonOption,
    OptionGroup,
    RunOption,
    WorkspaceOption,
    opened,
    takes_options,
)
from reviewer.cli.output import emit_json, say
from reviewer.core.errors import ExitStatus, InputError
from reviewer.host.files import name_as_written, sealed_as_written
from reviewer.host.small_files import small_text

if TYPE_CHECKING:
    from reviewer.report.facts import RunReport
    from reviewer.report.options import ReportOptions
    from reviewer.report.redacting import Redaction

MOST_NAMED = 20


@dataclass(frozen=True)
class ShowingOptions(OptionGroup):
    """What the report shows; what is given here goes before what the template says."""

    sections: Annotated[str, typer.Option(help="Sections to have, with commas between; all without this.")] = ""
    level: Annotated[str, typer.Option(help="Detail: decision, summary or all (every case).")] = ""
    cover: Annotated[str, typer.Option(help="What is covered: none, prompts, responses or neither shown.")] = ""
    cover_category: Annotated[list[str] | None, typer.Option(help="CoverChoice only in this category; repeatable.")] = (
        None
    )
    redact: Annotated[
        list[str] | None,
        typer.Option(help="Regular expression of what is taken out, or @FILE with one on each line; repeatable."),
    ] = None
    template: Annotated[str, typer.Option(help="Report template: a TOML file, or a name that was saved.")] = ""
    save_template: Annotated[str, typer.Option(help="Save these choices under a name, or as a .toml file.")] = ""

    @property
    def parsed(self) -> ReportOptions:
        """Raises InputError for words and patterns that are not usable, and for a template that is not."""
        from reviewer.app.report_templates import load_template
        from reviewer.report.options import EVERYTHING, CoverChoice, Level, choice

        found = load_template(self.template) if self.template else EVERYTHING
        if self.sections:
            found = replace(found, sections=tuple(each.strip() for each in self.sections.split(",") if each.strip()))
        if self.level:
            found = replace(found, level=Level(choice(Level, self.level, "--level")))
        if self.cover:
            found = replace(found, cover=CoverChoice(choice(CoverChoice, self.cover, "--cover")))
        if self.cover_category:
            found = replace(found, cover_categories=tuple(self.cover_category))
        if self.redact:
            found = replace(found, redact=(*found.redact, *(one for each in self.redact for one in _patterns(each))))
        return found


def _patterns(given: str) -> list[str]:
    """One pattern, or those of a file: one on each line, but for empty lines and what begins with #."""
    if not given.startswith("@"):
        return [given]
    path = Path(given[1:]).expanduser()
    lines = small_text(path, "The file of patterns", "Give a text file.").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@takes_options
def report_command(
    run: RunOption,
    options: CountingOptions,
    showing: ShowingOptions,
    out: Annotated[
        Path | None, typer.Option(help="File to write: .html, .pdf, .json, .jsonl, .csv, .xlsx or .md.")
    ] = None,
    against: Annotated[str, typer.Option("--against", help="Name of the run of the version before.")] = "",
    policy: Annotated[Path | None, typer.Option("--policy", help="TOML file with the rules of a gate.")] = None,
    house_template: Annotated[
        Path | None,
        typer.Option("--house-template", help="Jinja2 file that lays the report out as .html, .md or .txt."),
    ] = None,
    redact_preview: Annotated[
        bool, typer.Option("--redact-preview", help="Only say what the patterns find; writes nothing.")
    ] = False,
    encrypt: EncryptOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write the report of a run, or of a run against the version before; with a policy, whether it passes."""
    from reviewer.app.figures.gating import read_policy
    from reviewer.app.report_templates import save_template
    from reviewer.app.reporting import preview_redaction, write_run_report

    counted, shown, rules = options.parsed, showing.parsed, read_policy(policy) if policy else None
    if out is None and not redact_preview:
        raise InputError("No file is named.", "Give one with --out FILE.")
    saved = save_template(showing.save_template, shown) if showing.save_template else None
    secret = new_file_passphrase(out, encrypt and not redact_preview) if out else ""
    with opened(workspace, create=False) as opened_workspace, sealed_as_written(secret):
        if redact_preview or out is None:
            _tell_preview(preview_redaction(opened_workspace, run, counted, against=against, shown=shown), json)
            return
        report = write_run_report(
            opened_workspace, run, counted, out, against=against, policy=rules, shown=shown, house=house_template
        )
        out = name_as_written(out)
        tell_if_plain(opened_workspace, secret)
    _tell(report, out, saved, json)


def _tell(report: RunReport, out: Path, saved: Path | None, json: bool) -> None:
    from reviewer.report.covering import said

    passed = report.gate.passed if report.gate else None
    against = report.versus.run if report.versus else None
    if json:
        hidden = {"redacted": report.covering.places} if report.covering else {}
        emit_json({"run": report.run, "against": against, "file": str(out), "passed": passed, **hidden})
    else:
        say(f"Report of {report.run}{f' against {against}' if against else ''} written to {out}.")
        for sentence in (*said(report.covering), *([f"The template is in {saved}."] if saved else [])):
            say(sentence)
        if report.gate:
            say(report.gate.sentence)
    if passed is False:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)


def _tell_preview(found: Redaction, json: bool) -> None:
    if json:
        examples = [vars(each) for each in found.examples]
        emit_json({"places": found.places, "cases": list(found.cases), "examples": examples})
        return
    from reviewer.wording.plain_text import plain_text, preview
    from reviewer.wording.plural import counted

    say(f"{counted(found.places, 'place')} would be redacted, in {counted(len(found.cases), 'case')} and around them.")
    if found.cases:
        more = len(found.cases) - MOST_NAMED
        say(
            f"Cases: {', '.join(map(plain_text, found.cases[:MOST_NAMED]))}{f' and {more:,} more' if more > 0 else ''}."
        )
    for each in found.examples:
        say(f"  {plain_text(each.case) or 'outside the cases'}: {preview(f'{each.before}»{each.found}«{each.after}')}")
