"""Export of cases, responses, decisions, verdicts and label histories, in forms that import reads back to the same.

JSON Lines hold everything, and so does Parquet. CSV has no suite line; a case that is more than one user turn has its
messages as JSON in a column of their own; and a cell that a spreadsheet would run as a formula gets a leading
apostrophe, which import takes off again (`escape_cell`).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from reviewer.core.cases import CASE, Case, CaseKey, SuiteHead
from reviewer.core.codec import Codec, Fields, cells_of
from reviewer.exchange.formats.native_parquet import write_parquet
from reviewer.exchange.kit.checks import BESIDE_FIELDS, CASE_FIELDS
from reviewer.host.files import replacing_text
from reviewer.store.facts.origins import Beside

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

BESIDE_TYPES: dict[str, type | None] = {"kept": None, "non_commercial": bool}
"""Of the fields that stand beside a case."""
T = TypeVar("T", bound="DataclassInstance")


class ExportForm(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def write_cases(
    path: Path,
    head: SuiteHead,
    cases: Iterable[Case],
    form: ExportForm,
    beside: Mapping[CaseKey, Beside] | None = None,
) -> int:
    """Write the cases with what stands `beside` them, and in JSON Lines the suite line first; the number of cases.

    Raises InputError for text that the form cannot hold, EnvironmentFault if the file cannot be written. Either way a
    file that was there stays as it was.
    """
    if form is not ExportForm.CSV:
        lines = ({**CASE.line(case), **_beside(case, beside)} for case in cases)
        suite: Fields = {"suite": head.as_json()}
        if form is ExportForm.JSONL:
            return _write_jsonl(path, lines, head=suite)
        return write_parquet(path, {**CASE.plain_types, **BESIDE_TYPES}, lines, suite)
    if not beside:
        return _write_csv(path, CASE_FIELDS, map(case_cells, cases))
    rows = ([*case_cells(case), *cells_of(_beside(case, beside), BESIDE_FIELDS)] for case in cases)
    return _write_csv(path, (*CASE_FIELDS, *BESIDE_FIELDS), rows)


def _beside(case: Case, beside: Mapping[CaseKey, Beside] | None) -> dict[str, object]:
    found = beside.get(case.key) if beside else None
    if found is None:
        return {}
    kept: dict[str, object] = {"kept": dict(found.kept)} if found.kept else {}
    return {**kept, "non_commercial": True} if found.non_commercial else kept


def write_records(path: Path, codec: Codec[T], records: Iterable[T], form: ExportForm) -> int:
    """Write records in the order given; the number of them. Raises as `write_cases`."""
    if form is ExportForm.JSONL:
        return _write_jsonl(path, map(codec.line, records))
    if form is ExportForm.PARQUET:
        return write_parquet(path, codec.plain_types, map(codec.line, records))
    return _write_csv(path, codec.names, map(codec.cells, records))


def case_cells(case: Case) -> list[str]:
    """The case as cells under CASE_FIELDS."""
    fields = CASE.line(case)
    fields["tags"] = _tags_cell(case.tags)
    fields["band"] = "; ".join(f"{action}: {credit!r}" for action, credit in case.band.items())
    if case.is_prompt:
        del fields["messages"]
        fields["prompt"] = case.request
    return cells_of(fields, CASE_FIELDS)


def _tags_cell(tags: tuple[str, ...]) -> str:
    """`one; two`, or JSON where a tag itself would read as a list."""
    if any(tag != tag.strip() or tag[0] in "['" or ";" in tag or "," in tag for tag in tags):
        return json.dumps(tags, ensure_ascii=False)
    return "; ".join(tags)


def _write_jsonl(path: Path, lines: Iterable[Fields], head: Fields | None = None) -> int:
    count = 0
    with replacing_text(path) as out:
        if head is not None:
            out.write(_json_line(head))
        for line in lines:
            out.write(_json_line(line))
            count += 1
    return count


def _json_line(line: Fields) -> str:
    return json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n"


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[list[str]]) -> int:
    count = 0
    # With the mark, spreadsheets take the file for UTF-8.
    with replacing_text(path, "utf-8-sig") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count
