"""The program's own formats: cases, responses and decisions as JSON Lines, CSV or Parquet, as `export` writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from typing import Any

from reviewer.core.cases import CASE, SuiteHead
from reviewer.core.codec import Codec, Fields
from reviewer.core.errors import InputError
from reviewer.core.json_text import JsonObject, parse_object
from reviewer.exchange.formats.native_parquet import MAGIC, is_own, own_columns, parquet_objects
from reviewer.exchange.kit.checks import (
    BESIDE_FIELDS,
    CASE_FIELDS,
    SHARE_GPT_NAMES,
    ActionNames,
    Duplicates,
    PairStakes,
    beside_of,
    case_of,
    decision_of,
    label_of,
    suite_head,
    verdict_of,
)
from reviewer.exchange.kit.delimited import headed, read_named, read_rows
from reviewer.exchange.kit.jsonl import json_objects
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    DECISION_LINE,
    LABEL_LINE,
    RESPONSE_LINE,
    VERDICT_LINE,
    BadRow,
    CaseRecord,
    DecisionRecord,
    LabelRecord,
    Record,
    ResponseRecord,
    RunRecord,
    SuiteRecord,
)
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.table import read_table

_LINES_LOOKED_AT = 20


def _is_json(start: str) -> bool:
    return start.lstrip("\ufeff \t\r\n").startswith("{")


def _line_fields(head: FileHead) -> set[str]:
    """The field names of the first lines; those of the first object as far as it can be read where no line can be."""
    if head.start.startswith(MAGIC):
        return set(own_columns(head.path))
    if not _is_json(head.text):
        return set()
    objects = [_lenient(line) for line in head.text.splitlines()[:_LINES_LOOKED_AT] if line.strip()]
    named = {field for value in objects if isinstance(value, dict) for field in value}
    return named or {name for name in head.json_keys if "." not in name}


def _lenient(line: str) -> object:
    """Of a line with NaN in it too, the names still say what the file is."""
    found = parse_object(line)
    if isinstance(found, dict):
        return found
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


class ReviewerCases:
    name = "reviewer-cases"
    description = "Cases of this program, one JSON object on each line with an optional suite line first, or its CSV."
    suffixes = (".jsonl", ".csv", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        columns = set(head.columns)
        if columns:
            return (
                _is_case(columns) and columns <= {*CASE_FIELDS, *BESIDE_FIELDS} and bool(columns & {"label", "status"})
            )
        fields = _line_fields(head)
        if "suite" in fields and "case" not in fields:
            return True
        # a field that a case does not have is another program's, and the mapper takes the file with it
        return _is_case(fields) and fields <= {*CASE_FIELDS, *SHARE_GPT_NAMES, *BESIDE_FIELDS}

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        objects = _objects(source)
        if objects is not None:
            yield from _read_cases(objects, source, options)
            return
        columns, rows = headed(read_rows(source), str(source.path))
        yield from read_table(columns, rows, options, str(source.path), source.name)


def _is_case(fields: Set[str]) -> bool:
    return "key" in fields and bool(fields & {"prompt", "messages", *SHARE_GPT_NAMES})


def _objects(source: Source) -> Iterator[tuple[int, JsonObject] | BadRow] | None:
    """The lines of JSON, or the rows of a Parquet file that export wrote; None for a table of cells."""
    if is_own(source):
        return parquet_objects(source.path)
    return json_objects(source) if _is_json(source.start()) else None


class _CaseLines:
    """The case lines of one file, under the scale of its suite line."""

    def __init__(self, options: ImportOptions) -> None:
        self._options = options
        self._scale = options.scale
        self._names = ActionNames(options.scale, {})
        self._duplicates, self._stakes = Duplicates("The key"), PairStakes()
        self.begun = False

    def begin(self, line: int, head: SuiteHead) -> SuiteRecord:
        self.begun = True
        self._scale = head.scale
        self._names = ActionNames(head.scale, self._options.label_map)
        return SuiteRecord(line, replace(head, name=self._options.suite or head.name))

    def case(self, line: int, fields: JsonObject) -> CaseRecord | BadRow:
        try:
            own, beside = beside_of(fields)
            case = case_of(own, self._scale, self._names)
            self._duplicates.check(line, case.key, case.key, case.content_hash)
            self._stakes.check(case)
        except InputError as fault:
            return BadRow(line, str(fault))
        return CaseRecord(line, case, beside.kept, beside.non_commercial)


def _renamed(fields: JsonObject, mapping: Mapping[str, str], met: set[str]) -> JsonObject:
    """The fields under the names that --map gives them; `met` takes the columns that were there."""
    if not mapping:
        return fields
    columns = {column: field for field, column in mapping.items() if column}
    met |= columns.keys() & fields.keys()
    blocked = {field for field, column in mapping.items() if not column}
    return {
        columns.get(name, name): value
        for name, value in fields.items()
        if name in columns or (name not in blocked and name not in mapping)
    }


def _check_mapping(mapping: Mapping[str, str], met: set[str], source: Source) -> None:
    """Raises InputError for a column that --map names and no line has."""
    for column in mapping.values():
        if column and column not in met:
            raise InputError(f"No line of {source.path} has the field {column[:80]!r} that --map names.", "Correct it.")


def _read_cases(
    objects: Iterator[tuple[int, JsonObject] | BadRow], source: Source, options: ImportOptions
) -> Iterator[Record]:
    lines = _CaseLines(options)
    for field in options.mapping:
        CASE.check_names({"messages" if field == "prompt" else field: None})
    met: set[str] = set()
    for item in objects:
        if isinstance(item, BadRow):
            yield item
            continue
        line, fields = item
        if not lines.begun and fields.keys() == {"suite"}:
            yield lines.begin(line, _head(fields["suite"], line, source, options))
            continue
        if not lines.begun:
            yield lines.begin(0, SuiteHead(source.name, scale=options.scale))
        yield lines.case(line, _renamed(fields, options.mapping, met))
    _check_mapping(options.mapping, met, source)


def _head(untrusted_head: object, line: int, source: Source, options: ImportOptions) -> SuiteHead:
    """The suite line's content. A wrong one stops the import: without its scale no label after it can be read."""
    try:
        return suite_head(untrusted_head, options.scale)
    except InputError as fault:
        raise InputError(f"{source.path}, line {line}: {fault.what}", fault.remedy) from None


class ReviewerResponses:
    name = "reviewer-responses"
    description = "Responses of this program, one JSON object on each line, or its CSV."
    suffixes = (".jsonl", ".csv", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        fields = set(head.columns) or _line_fields(head)
        return {"case", "text"} <= fields and "reviewer" not in fields

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        runs: set[str] = set()
        duplicates = Duplicates("The response to case")
        default = options.run or source.name

        def record(line: int, fields: Fields) -> ResponseRecord:
            found = RESPONSE_LINE.read({**fields, "run": fields.get("run") or default}, line=line)
            response = found.response
            content = (response.text, response.state, response.reasoning)
            duplicates.check(line, (found.run, response.case, response.repeat), response.case, hash(content))
            return found

        for each in _records(source, ("case", "text"), RESPONSE_LINE, record):
            if isinstance(each, ResponseRecord) and each.run not in runs:
                runs.add(each.run)
                yield RunRecord(each.line, each.run, each.response.model)
            yield each


class ReviewerDecisions:
    name = "reviewer-decisions"
    description = "Decisions, adjudications and undos of this program, one JSON object on each line, or its CSV."
    suffixes = (".jsonl", ".csv", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        fields = set(head.columns) or _line_fields(head)
        return {"case", "reviewer"} <= fields

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        names = ActionNames(options.scale, options.label_map)
        duplicates = Duplicates("The decision id")

        def record(line: int, fields: Fields) -> DecisionRecord:
            decision = decision_of(fields, line, options.run or source.name, names)
            if decision.id:
                duplicates.check(line, decision.id, decision.id, hash(replace(decision, line=0)))
            return decision

        yield from _records(source, ("case", "reviewer"), DECISION_LINE, record)


class ReviewerVerdicts:
    name = "reviewer-verdicts"
    description = "Verdicts of rules and judges of this program, one JSON object on each line, or its CSV."
    suffixes = (".jsonl", ".csv", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        fields = set(head.columns) or _line_fields(head)
        return {"case", "classifier", "confidence"} <= fields

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        names = ActionNames(options.scale, options.label_map)
        run = options.run or source.name
        needed = ("case", "classifier", "confidence")
        yield from _records(source, needed, VERDICT_LINE, lambda line, fields: verdict_of(fields, line, run, names))


class ReviewerLabels:
    name = "reviewer-labels"
    description = "Label histories of this program as JSON Lines or CSV, for audits; labels come in with their cases."
    suffixes = (".jsonl", ".csv", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        fields = set(head.columns) or _line_fields(head)
        return {"case", "version", "author"} <= fields

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        names = ActionNames(options.scale, options.label_map)

        def record(line: int, fields: Fields) -> LabelRecord:
            return label_of({**fields, "suite": options.suite or fields.get("suite") or source.name}, line, names)

        yield from _records(source, ("case", "version", "author"), LABEL_LINE, record)


def _records(
    source: Source, required: tuple[str, ...], codec: Codec[Any], record: Callable[[int, Fields], Record]
) -> Iterator[Record]:
    """The record of each line of either form; what JSON would hold of a row is made of its cells first."""
    objects = _objects(source)
    for item in _rows(source, required, codec) if objects is None else objects:
        if isinstance(item, BadRow):
            yield item
            continue
        try:
            yield record(*item)
        except InputError as fault:
            yield BadRow(item[0], str(fault))


def _rows(source: Source, required: tuple[str, ...], codec: Codec[Any]) -> Iterator[tuple[int, JsonObject] | BadRow]:
    for item in read_named(source, required):
        if isinstance(item, BadRow):
            yield item
            continue
        try:
            yield item[0], codec.from_cells(item[1])
        except InputError as fault:
            yield BadRow(item[0], str(fault))
