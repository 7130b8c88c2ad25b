"""The program's own table of cases, as export writes it: escaped cells, nothing trimmed, a label or status a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reviewer.core.cases import SuiteHead
from reviewer.core.codec import unescape_cell
from reviewer.core.errors import InputError
from reviewer.exchange.kit.cells import CONVERTERS
from reviewer.exchange.kit.checks import (
    BESIDE_FIELDS,
    CASE_FIELDS,
    ActionNames,
    Duplicates,
    PairStakes,
    beside_of,
    case_of,
)
from reviewer.exchange.kit.columns import guess_mapping
from reviewer.exchange.kit.delimited import Row
from reviewer.exchange.kit.naming_columns import listed_columns
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, CaseRecord, Record, SuiteRecord


def resolve_mapping(columns: Sequence[str], mapping: Mapping[str, str], where: str) -> dict[str, int]:
    """{field: position of its column}: what the person said, then what the names say of the columns left.

    Raises InputError for a field or a column that does not exist, and if no column holds the request.
    """
    shown = listed_columns(columns)
    for field, column in mapping.items():
        if field not in CASE_FIELDS:
            raise InputError(
                f"A case has no field {field[:80]!r}.", f"Map a column to one of: {', '.join(CASE_FIELDS)}."
            )
        if column and list(columns).count(column) != 1:
            found = "has no column" if column not in columns else "has more than one column"
            raise InputError(f"{where} {found} {column[:80]!r}; its columns are {shown}.", "Correct the mapping.")
    left = [column for column in columns if column not in mapping.values()]
    own = {column: column for column in left if column in CASE_FIELDS or column in BESIDE_FIELDS}
    guessed = {field: column for field, column in guess_mapping(left).items() if field in CASE_FIELDS}
    chosen = {**guessed, **own, **mapping}
    resolved = {field: columns.index(column) for field, column in chosen.items() if column}
    if not {"prompt", "messages"} & resolved.keys():
        raise InputError(
            f"No column of {where} is known to hold the request; its columns are {shown}.",
            "Say which one does with --map COLUMN=prompt.",
        )
    return resolved


def read_table(
    columns: Sequence[str], rows: Iterator[Row | BadRow], options: ImportOptions, where: str, name: str
) -> Iterator[Record]:
    """The suite and its cases. `where` names the file in errors, `name` the suite if nobody does."""
    positions = resolve_mapping(columns, options.mapping, where)
    names = ActionNames(options.scale, options.label_map)
    duplicates, stakes = Duplicates("The key"), PairStakes()
    yield SuiteRecord(0, SuiteHead(options.suite or name, scale=options.scale))
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            fields, beside = beside_of(_fields(row.cells, positions, names))
            case = case_of(fields, options.scale, names)
            duplicates.check(row.line, case.key, case.key, case.content_hash)
            stakes.check(case)
        except InputError as fault:
            yield BadRow(row.line, str(fault))
        else:
            yield CaseRecord(row.line, case, beside.kept, beside.non_commercial)


def _fields(cells: Sequence[str], positions: Mapping[str, int], names: ActionNames) -> dict[str, object]:
    fields: dict[str, object] = {}
    for field, position in positions.items():
        if cell := unescape_cell(cells[position]):
            fields[field] = CONVERTERS[field](cell, field) if field in CONVERTERS else cell
    if isinstance(band := fields.get("band"), dict):
        fields["band"] = {names(action): credit for action, credit in band.items()}
    if "prompt" not in fields and "messages" not in fields:
        raise InputError("The request is empty.", "Write the text or leave the row out.")
    return fields
