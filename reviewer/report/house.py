"""A report laid out by a house's own template: Jinja2 in a sandbox, in a child process with limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import cast

from reviewer.core.errors import InputError
from reviewer.host.children import ChildFailedError, TookTooLongError, answer_of
from reviewer.host.files import replacing
from reviewer.host.small_files import small_text
from reviewer.report import limited
from reviewer.report.behind import multiline
from reviewer.report.blocks import Block, DataTable
from reviewer.report.document import document
from reviewer.report.facts import RunReport
from reviewer.report.json import report_document
from reviewer.report.md import MEANT

SECONDS = 20.0
MEGABYTES = 1024
MOST_CHARACTERS = 64_000_000
ESCAPES = {".html": "html", ".md": "markdown", ".txt": "text"}


def write_house_report(report: RunReport, path: Path, template: Path, check: Callable[[], object] = bool) -> None:
    """Write `report` to `path` as the house template lays it out.

    The template sees `report` (the document that the JSON report is), `title` and `sections`, and nothing else. Texts
    are escaped as the ending of `path` asks. What `check` raises keeps what was at `path`. Raises InputError for
    another ending and for a template that cannot be read, is wrong, asks for what it may not have, or goes on for
    longer than it may.
    """
    escape = escape_for(path)
    text = _rendered(report, escape, _source(template), template)
    with replacing(path) as out:
        out.write(text.encode("utf-8", "backslashreplace"))
        check()


def escape_for(path: Path) -> str:
    """How texts enter a file of this ending. Raises InputError for one that no house template writes."""
    suffix = path.suffix.lower()
    if suffix not in ESCAPES:
        raise InputError(
            f"A house template cannot write {path.name}: the ending {suffix or '(none)'} is not known to it.",
            f"Use one of: {', '.join(ESCAPES)}.",
        )
    return ESCAPES[suffix]


def _source(template: Path) -> str:
    return small_text(template, "The house template", "Give a Jinja2 file.")


def _rendered(report: RunReport, escape: str, source: str, template: Path) -> str:
    asked = {
        "work": "render",
        "template": source,
        "values": house_values(report),
        "escape": escape,
        "meant": MEANT.pattern,
        "most": MOST_CHARACTERS,
    }
    try:
        answer = cast(dict[str, str], answer_of(Path(limited.__file__), asked, seconds=SECONDS, megabytes=MEGABYTES))
    except TookTooLongError:
        raise InputError(
            f"The house template {template} was stopped after {SECONDS:g} seconds; nothing was written.",
            "Look for a loop in it that does not end.",
        ) from None
    except ChildFailedError:
        raise InputError(
            f"The house template {template} needs more time or memory than it may have; nothing was written.",
            "Make it smaller.",
        ) from None
    if "error" in answer:
        raise InputError(
            f"The house template {template} does not work: {answer['error']}.",
            "Mend it; sample_cases/house-report.html.jinja is one that works.",
        )
    return answer["text"]


def house_values(report: RunReport) -> dict[str, object]:
    """What a house template sees, as JSON has it."""
    whole = document(report)
    sections = [
        {"key": each.key, "title": each.title, "blocks": [_block(block) for block in each.blocks]}
        for each in whole.sections
    ]
    return {"title": whole.title, "sections": sections, "report": _shown(report_document(report))}


def _shown(value: object) -> object:
    """With every text fit to be shown: what has no shape, or turns the words around it, is named instead."""
    if isinstance(value, str):
        return multiline(value)
    if isinstance(value, Mapping):
        return {key: _shown(each) for key, each in value.items()}
    return [_shown(each) for each in value] if isinstance(value, list | tuple) else value


def _block(block: Block) -> dict[str, object]:
    """A block by name with its parts; a table has its headings, its rows and how many of its columns are words."""
    kind = type(block).__name__.lower()
    if isinstance(block, DataTable):
        return {"kind": kind, **vars(block.table)}
    values = {each.name: getattr(block, each.name) for each in fields(block)}
    return {"kind": kind, **{name: _plain(value) for name, value in values.items()}}


def _plain(value: object) -> object:
    """Rows of cases as mappings, everything else as it is."""
    if isinstance(value, tuple):
        return [vars(each) if hasattr(each, "__dict__") else each for each in value]
    return value
