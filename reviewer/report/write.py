"""Write a report to a file in the form that its ending names, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

from reviewer.core.errors import InputError
from reviewer.host.files import write_file
from reviewer.report.csv import cases_csv
from reviewer.report.facts import RunReport
from reviewer.report.html import render_html
from reviewer.report.json import case_document, report_document
from reviewer.report.md import markdown

FORMATS = {
    ".html": "one page that reads anywhere",
    ".json": "every figure and every case",
    ".jsonl": "one case on each line",
    ".csv": "one response on each row",
    ".md": "the figures as text",
}


def write_report(report: RunReport, path: Path, template_folder: Path) -> None:
    """Write `report` to `path`, replacing what is there.

    Raises InputError for an ending that is not known, EnvironmentFault where the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise InputError(
            f"A report cannot be written as {path.name}: the ending {suffix or '(none)'} is not known.",
            f"Use one of: {', '.join(FORMATS)}.",
        )
    # half surrogates cannot be written; in JSON the escape is the character, elsewhere they were made visible
    write_file(path, _render(report, suffix, template_folder).encode("utf-8", "backslashreplace"))


def _render(report: RunReport, suffix: str, template_folder: Path) -> str:
    match suffix:
        case ".html":
            return render_html(report, template_folder)
        case ".json":
            return _json(report_document(report), indent=2) + "\n"
        case ".jsonl":
            return "".join(f"{_json(case_document(case))}\n" for case in report.cases)
        case ".csv":
            return cases_csv(report)
        case _:
            return markdown(report)


def _json(document: dict[str, object], indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)
