"""Export of cases, responses and decisions, in forms that import reads back to the same content.

JSON Lines hold everything. CSV has no suite line; a case that is more than one user turn has its messages as JSON in a
column of their own; and a cell that a spreadsheet would run as a formula gets a leading apostrophe, which import takes
off again (`escape_cell`). Raw bodies of responses are never exported.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from reviewer.core.cases import Case, Role, SuiteHead
from reviewer.core.errors import InputError
from reviewer.core.responses import Response
from reviewer.exchange.kit.checks import CASE_FIELDS, DECISION_FIELDS, RESPONSE_FIELDS
from reviewer.exchange.kit.records import DecisionRecord, ResponseRecord
from reviewer.exchange.kit.table import escape_cell
from reviewer.host.files import replacing_text

Line = Mapping[str, object]


class ExportForm(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"


def write_cases(path: Path, head: SuiteHead, cases: Iterable[Case], form: ExportForm) -> int:
    """Write the cases, and in JSON Lines the suite line first; the number of cases.

    Raises InputError for text that the form cannot hold, EnvironmentFault if the file cannot be written. Either way a
    file that was there stays as it was.
    """
    if form is ExportForm.JSONL:
        lines = (case.as_json() for case in cases)
        return _write_jsonl(path, lines, head={"suite": head.as_json()})
    return _write_csv(path, CASE_FIELDS, (case_cells(case) for case in cases))


def write_responses(path: Path, responses: Iterable[ResponseRecord], form: ExportForm) -> int:
    """Write the responses; the number of them. Raises as `write_cases`."""
    lines = (_response_line(record.run, record.response) for record in responses)
    if form is ExportForm.JSONL:
        return _write_jsonl(path, lines)
    return _write_csv(path, RESPONSE_FIELDS, (_cells(RESPONSE_FIELDS, line) for line in lines))


def write_decisions(path: Path, decisions: Iterable[DecisionRecord], form: ExportForm) -> int:
    """Write the decisions in the order given, with undos and undone ones; their number. Raises as `write_cases`."""
    lines = (_decision_line(record) for record in decisions)
    if form is ExportForm.JSONL:
        return _write_jsonl(path, lines)
    return _write_csv(path, DECISION_FIELDS, (_cells(DECISION_FIELDS, line) for line in lines))


def case_cells(case: Case) -> list[str]:
    """The case as cells under CASE_FIELDS. Raises InputError for a NUL character."""
    fields: dict[str, object] = dict(case.as_json())
    fields["tags"] = _tags_cell(case.tags)
    fields["band"] = "; ".join(f"{action}: {credit!r}" for action, credit in case.band.items())
    if len(case.messages) == 1 and case.messages[0].role is Role.USER:
        del fields["messages"]
        fields["prompt"] = case.request
    return _cells(CASE_FIELDS, fields)


def _tags_cell(tags: tuple[str, ...]) -> str:
    """`one; two`, or JSON where a tag itself would read as a list."""
    if any(tag != tag.strip() or tag[0] in "['" or ";" in tag or "," in tag for tag in tags):
        return json.dumps(tags, ensure_ascii=False)
    return "; ".join(tags)


def _response_line(run: str, response: Response) -> Line:
    line: dict[str, object] = {
        "case": response.case,
        "run": run,
        "repeat": response.repeat,
        "text": response.text,
        "reasoning": response.reasoning,
        "state": str(response.state),
        "finish_reason": response.finish_reason,
        "usage": dict(response.usage),
        "model": response.model,
        "latency_ms": response.latency_ms,
    }
    if response.error:
        line["error"] = response.error
    if response.attempts != 1:
        line["attempts"] = response.attempts
    if response.earlier:
        line["earlier"] = [asdict(each) for each in response.earlier]
    return line


def _decision_line(record: DecisionRecord) -> Line:
    return {name: getattr(record, name) for name in DECISION_FIELDS}


def _write_jsonl(path: Path, lines: Iterable[Line], head: Line | None = None) -> int:
    count = 0
    with replacing_text(path, "utf-8") as handle:
        if head is not None:
            handle.write(_json_line(head))
        for line in lines:
            handle.write(_json_line(line))
            count += 1
    return count


def _json_line(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n"


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[list[str]]) -> int:
    count = 0
    # With the mark, spreadsheets take the file for UTF-8.
    with replacing_text(path, "utf-8-sig") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _cells(columns: tuple[str, ...], line: Line) -> list[str]:
    return [_cell(name, line.get(name)) for name in columns]


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, allow_nan=False) if value else ""
    if isinstance(value, float | int):
        return repr(value)
    text = str(value)
    if "\0" in text:
        raise InputError(f"A {name} holds a NUL character, which CSV cannot.", "Export it as JSON Lines.")
    return escape_cell(text)
