"""Tables as cases: which column holds which field, and rows to cases. CSV, workbooks and pasted tables share it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from reviewer.core.cases import CaseStatus, SuiteHead, stakes_cell
from reviewer.core.codec import flag_cell, json_cell, unescape_cell
from reviewer.core.errors import InputError
from reviewer.core.json_text import JsonObject
from reviewer.exchange.kit.checks import CASE_FIELDS, ActionNames, Duplicates, PairStakes, case_of
from reviewer.exchange.kit.delimited import Row
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, CaseRecord, Record, SuiteRecord
from reviewer.exchange.kit.sources import folded

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "key": ("key", "case_key", "case_id", "id", "case", "uid"),
    "prompt": ("prompt", "question", "request", "text", "user_prompt", "input", "instruction", "query"),
    "messages": ("messages", "conversation", "conversations"),
    "label": ("label", "labelled_action", "action", "expected_action", "expected", "right_action"),
    "band": ("band", "tolerance_band", "also_acceptable"),
    "borderline": ("borderline",),
    "category": ("category", "type", "topic", "domain"),
    "tags": ("tags", "tag"),
    "pair": ("pair", "pair_key", "contrast_pair"),
    "segment": ("segment",),
    "source": ("source",),
    "licence": ("licence", "license"),
    "rationale": ("rationale", "reason", "explanation"),
    "stakes": ("stakes",),
    "status": ("status",),
}
TABLE_FIELDS = tuple(_SYNONYMS)

_VERBATIM = {"prompt", "rationale"}


def guess_mapping(columns: Sequence[str]) -> dict[str, str]:
    """{field: column} for the columns whose names say what they hold."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(folded(column), column)
    guessed = {}
    for field, names in _SYNONYMS.items():
        found = next((by_name[name] for name in names if name in by_name), None)
        if found is not None:
            guessed[field] = found
    return guessed


def resolve_mapping(columns: Sequence[str], mapping: Mapping[str, str], where: str) -> dict[str, int]:
    """{field: position of its column}: what the person said, then what the names say of the columns left.

    Raises InputError for a field or a column that does not exist, and if no column holds the request.
    """
    shown = ", ".join(columns)[:300]
    for field, column in mapping.items():
        if field not in CASE_FIELDS:
            raise InputError(
                f"A case has no field {field[:80]!r}.", f"Map a column to one of: {', '.join(TABLE_FIELDS)}."
            )
        if column and list(columns).count(column) != 1:
            found = "has no column" if column not in columns else "has more than one column"
            raise InputError(f"{where} {found} {column[:80]!r}; its columns are {shown}.", "Correct the mapping.")
    left = [column for column in columns if column not in mapping.values()]
    chosen = {**guess_mapping(left), **mapping}
    resolved = {field: columns.index(column) for field, column in chosen.items() if column}
    if not {"prompt", "messages"} & resolved.keys():
        raise InputError(
            f"No column of {where} is known to hold the request; its columns are {shown}.",
            "Say which one does with --map COLUMN=prompt.",
        )
    return resolved


def read_table(
    columns: Sequence[str],
    rows: Iterator[Row | BadRow],
    options: ImportOptions,
    where: str,
    name: str,
    *,
    native: bool = False,
) -> Iterator[Record]:
    """The suite and its cases. `where` names the file in errors, `name` the suite if nobody does.

    `native` is the form that export writes: escaped cells, nothing trimmed, and a label or a status on every row. Any
    other table may come without a label column (its cases are unreviewed) and without keys (the key is then drawn
    from the request, so that the same table again adds nothing).
    """
    positions = resolve_mapping(columns, options.mapping, where)
    names = ActionNames(options.scale, options.label_map)
    duplicates, stakes = Duplicates("The key"), PairStakes()
    yield SuiteRecord(0, SuiteHead(options.suite or name, scale=options.scale))
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            fields = _fields(row.cells, positions, names, native=native)
            case = case_of(fields, options.scale, names)
            duplicates.check(row.line, case.key, case.key, case.content_hash)
            stakes.check(case)
        except InputError as fault:
            yield BadRow(row.line, str(fault))
        else:
            yield CaseRecord(row.line, case)


def _fields(
    cells: Sequence[str], positions: Mapping[str, int], names: ActionNames, *, native: bool
) -> dict[str, object]:
    fields: dict[str, object] = {}
    for field, position in positions.items():
        cell = cells[position]
        if not cell:
            continue
        if native:
            cell = unescape_cell(cell) if cell[0] == "'" else cell
        elif cell.isspace():
            continue
        elif field not in _VERBATIM:
            cell = cell.strip()
        fields[field] = _CONVERT[field](cell, field) if field in _CONVERT else cell
    if isinstance(band := fields.get("band"), dict):
        fields["band"] = {names(action): credit for action, credit in band.items()}
    if "prompt" not in fields and "messages" not in fields:
        raise InputError("The request is empty.", "Write the text or leave the row out.")
    if not native:
        _fill(fields, positions)
    return fields


def _fill(fields: dict[str, object], positions: Mapping[str, int]) -> None:
    if "label" not in positions:
        fields.setdefault("status", str(CaseStatus.UNREVIEWED))
    if "key" not in positions:
        asked = json.dumps(fields.get("messages", fields.get("prompt")), ensure_ascii=False)
        fields["key"] = f"case-{hashlib.sha256(asked.encode()).hexdigest()[:12]}"


def _to_tags(cell: str, _name: str) -> object:
    if cell.startswith("["):
        return json_cell(cell, "tags")
    parts = cell.split(";" if ";" in cell else ",")
    return [tag for part in parts if (tag := part.strip())]


def _to_band(cell: str, _name: str) -> object:
    """`{"clarify": 0.5}` or `clarify: 0.5; refuse: 0.25`."""
    if cell.startswith("{"):
        return json_cell(cell, "band")
    band: JsonObject = {}
    for part in cell.replace(",", ";").split(";"):
        action, _, credit = part.replace("=", ":").partition(":")
        try:
            band[action.strip()] = float(credit)
        except ValueError:
            raise InputError(
                f"The band {part.strip()[:80]!r} is not an action with a credit.", "Write it like clarify: 0.5."
            ) from None
    return band


_CONVERT = {"messages": json_cell, "tags": _to_tags, "band": _to_band, "borderline": flag_cell, "stakes": stakes_cell}
