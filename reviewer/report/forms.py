"""The forms that a report has: one class and one line of the registry for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from reviewer.core.errors import InputError
from reviewer.report.csv import cases_csv
from reviewer.report.facts import RunReport
from reviewer.report.html import render_html
from reviewer.report.json import case_document, report_document
from reviewer.report.md import markdown
from reviewer.report.pdf import PdfForm
from reviewer.report.xlsx import WorkbookForm


class Form(Protocol):
    """What a file of one ending holds. `suffix` is that ending with its dot, `name` and `words` say to people what it
    is and what it is for.
    """

    @property
    def suffix(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def words(self) -> str: ...

    def write(self, report: RunReport, out: BinaryIO, templates: Path) -> None:
        """Put the whole report into `out`; `templates` is the folder of `resources/report`."""


@dataclass(frozen=True)
class TextForm:
    """A form that is text. What has no encoding, half a surrogate pair, is escaped: in JSON that is the character."""

    suffix: str
    name: str
    words: str
    text: Callable[[RunReport, Path], str]

    def write(self, report: RunReport, out: BinaryIO, templates: Path) -> None:
        out.write(self.text(report, templates).encode("utf-8", "backslashreplace"))


def _document(report: RunReport, _templates: Path) -> str:
    return _json(report_document(report), indent=2) + "\n"


def _lines(report: RunReport, _templates: Path) -> str:
    return "".join(f"{_json(case_document(case))}\n" for case in report.cases)


_ALL: tuple[Form, ...] = (
    TextForm(".html", "Web page", "one page that reads anywhere", render_html),
    TextForm(".json", "JSON", "every figure and every case", _document),
    TextForm(".jsonl", "JSON lines", "one case on each line", _lines),
    TextForm(".csv", "CSV table", "one response on each row", lambda report, _templates: cases_csv(report)),
    PdfForm(),
    WorkbookForm(),
    TextForm(".md", "Markdown", "the figures as text", lambda report, _templates: markdown(report)),
)

FORMS: dict[str, Form] = {form.suffix: form for form in _ALL}
"""By ending, in the order in which they are offered."""
ONLY_CASES = frozenset({".csv", ".jsonl"})
"""Forms that hold the cases and nothing else."""


def form_for(path: Path) -> Form:
    """The form that the file's ending names. Raises InputError for an ending that none has."""
    suffix = path.suffix.lower()
    if suffix not in FORMS:
        raise InputError(
            f"A report cannot be written as {path.name}: the ending {suffix or '(none)'} is not known.",
            f"Use one of: {', '.join(FORMS)}.",
        )
    return FORMS[suffix]


def _json(document: dict[str, object], indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)
