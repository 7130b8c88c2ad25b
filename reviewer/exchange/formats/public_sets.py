"""Published sets of cases, known by their columns. What each has where is data: `tables/public_sets.json`.

A case is labelled only where the set itself says what is right; else it waits for a person. The file may be CSV, JSON,
JSON Lines or Parquet: sets are published in all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from importlib import resources
from pathlib import Path

from reviewer.core.errors import InputError
from reviewer.core.responses import Response
from reviewer.exchange.kit.delimited import read_named
from reviewer.exchange.kit.foreign import Answered, ForeignCase, ForeignFile, Json, PersonSaid, object_at, text_at
from reviewer.exchange.kit.json_items import json_items, json_lines_or_items, json_parts
from reviewer.exchange.kit.label_tables import LabelTable
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.naming_columns import listed_columns
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.parquet_rows import is_parquet, parquet_columns, parquet_rows
from reviewer.exchange.kit.python_cells import python_value
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source, folded

_MAPPED = ("key", "prompt", "category", "label", "response", "model")
_MOST_NAMES = 4_096
_QUOTED = ("['", '["')
_RESPONSE = ["response", "completion", "model_response", "model_output", "generation"]
"""A set's own files have none of these; whoever ran a model on the set adds one."""
_PARTS = (("solution", "answer", "response", "text", "content", "output"), ("thinking", "reasoning", "thought"))
"""Of a response that is an object: its text, its reasoning."""
_BLANK = "{n|row has|rows have} a blank where the set's own response stands: a case is imported, and no response."
_NOTHING = (
    "{n|row has|rows have} neither a request nor a response, as where an attack found no prompt: left out, for nothing "
    "was asked."
)
_MODEL = ["model", "model_name", "model_id"]


@dataclass(frozen=True)
class SetTable:
    """A set: the columns that it is known by (folded), a pattern that the file's name must or must not have, and which
    columns hold what, the first that says something; of `prompt` all that do, joined.

    `every_label` is the right action of all its cases, `labels` and `ratings` are {column: {word: action}} of the right
    action and of people's labels of the responses, `file_labels` go by the file's name. `responses` is the pattern of
    columns with a model's responses, `rated` that of people's labels of them, whose words are in `ratings` under any
    name; `model` are columns with the model's name; `turns` is the pattern of numbered requests, each a case behind
    what stands in `before`; with `reference` its responses are the set's own words, of which some are blank.
    """

    name: str
    title: str
    licence: str
    description: str
    columns: list[str]
    prompt: list[str]
    without: list[str] = field(default_factory=list)
    file_name: str = ""
    not_file_name: str = ""
    joined_by: str = "\n\n"
    key: list[str] = field(default_factory=list)
    key_prefix: str = ""
    category: list[str] = field(default_factory=list)
    response: list[str] = field(default_factory=lambda: _RESPONSE)
    responses: str = ""
    rated: str = ""
    model: list[str] = field(default_factory=lambda: _MODEL)
    every_label: str = ""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ratings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    file_labels: Mapping[str, str] = field(default_factory=dict)
    annotator: str = ""
    items: str = ""
    model_at: list[str] = field(default_factory=list)
    turns: str = ""
    before: list[str] = field(default_factory=list)
    non_commercial: bool = False
    reference: bool = False

    def fits(self, path: Path, columns: set[str]) -> bool:
        named = not self.file_name or re.search(self.file_name, path.name, re.IGNORECASE)
        other = self.not_file_name and re.search(self.not_file_name, path.name, re.IGNORECASE)
        if not named or other or columns & set(self.without):
            return False
        numbered = not self.turns or any(re.fullmatch(self.turns, column) for column in columns)
        return bool(columns) and columns >= set(self.columns) and numbered

    @property
    def uses(self) -> dict[str, str]:
        """{column: what it becomes}, for the ledger."""
        named = {"messages": [*self.prompt, *self.before], "key": self.key, "category": self.category}
        named["model"] = self.model
        found = {column: use for use, columns in named.items() for column in columns}
        found |= dict.fromkeys(self.response, "text") | dict.fromkeys(self.ratings, "decision")
        return found | dict.fromkeys(self.labels, "label")

    def mapped(self, mapping: Mapping[str, str]) -> SetTable:
        """The set with the columns that a person named; "" for a field that no column holds. A label or a request that
        is said so takes the place of what the set says itself."""
        said = {wanted: [folded(column)] if column else [] for wanted, column in mapping.items()}
        table = replace(
            self,
            key=said.get("key", self.key),
            prompt=said.get("prompt", self.prompt),
            category=said.get("category", self.category),
            response=said.get("response", self.response),
            model=said.get("model", self.model),
        )
        if "label" in said:
            table = replace(table, labels={column: {} for column in said["label"]}, every_label="", file_labels={})
        return table


_ANSWERS = ("model_output", "model_response", "completion", "generation", "prediction", "output")
_EVALUATOR = "evaluator"
"""A file with this column has a row for each judge of a response."""


class PublicCaseSet:
    general = False
    suffixes = (".csv", ".jsonl", ".json", ".parquet")

    def __init__(self, table: SetTable, version: str) -> None:
        self.table, self._version = table, version
        self.name = table.name
        self.description = f"{table.title}: {table.description}"

    def recognises(self, head: FileHead) -> bool:
        return self.table.fits(head.path, columns_of(head))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        table = self.table.mapped(options.mapping)
        rated = {
            word: action
            for words in (*table.ratings.values(), *table.labels.values())
            for word, action in words.items()
        }
        labels = LabelTable(table.title, self._version, rated)
        file = ForeignFile(options, labels, table.title, Ledger(table.uses), _MAPPED)
        yield from file.begin(licence=table.licence, non_commercial=table.non_commercial, description=table.description)
        reading = _SetReading(table, file, source, options.mapping)
        for row in rows_of(source, table.columns, table.items):
            yield from (row,) if isinstance(row, BadRow) else reading.row(*row)
        reading.tell_of_missing()
        yield from file.end()


def columns_of(head: FileHead) -> set[str]:
    """The names of the columns or fields, folded; those of a Parquet file from its schema."""
    packed = parquet_columns(head)
    if packed:
        return {folded(name) for name in packed}
    return set(head.columns) or {folded(name) for name in head.json_keys}


def rows_of(source: Source, columns: list[str], items: str = "") -> Iterator[tuple[int, Json] | BadRow]:
    """(line, {folded column: value})."""
    if source.text is None and is_parquet(source.path):
        for number, cells in parquet_rows(source.path):
            yield number, {folded(name): value for name, value in cells.items()}
        return
    if source.start().lstrip("\ufeff \t\r\n")[:1] not in ("[", "{"):
        yield from read_named(source, columns)
        return
    for row in json_items(source, items) if items else json_lines_or_items(source):
        yield row if isinstance(row, BadRow) else (row[0], {folded(name): value for name, value in row[1].items()})


def whole_rows_of(source: Source, columns: list[str]) -> Iterator[tuple[int, Json] | BadRow]:
    """As `rows_of`; a column that a row lacks is empty in it. Raises InputError where the first row lacks one."""
    is_first = True
    for row in rows_of(source, columns):
        missing = [] if isinstance(row, BadRow) or not is_first else [name for name in columns if name not in row[1]]
        if missing:
            raise InputError(
                f"{source.path} has no column {listed_columns(missing)}.", "Choose another format or rename the column."
            )
        is_first = False
        yield row if isinstance(row, BadRow) else (row[0], {**dict.fromkeys(columns, ""), **row[1]})


class _SetReading:
    def __init__(self, table: SetTable, file: ForeignFile, source: Source, mapping: Mapping[str, str]) -> None:
        self._table, self._file = table, file
        self._missing = {folded(column): wanted for wanted, column in mapping.items() if column}
        file.ledger.read_choice({wanted: column for column, wanted in self._missing.items()}, {*self._missing})
        self._half = next((word for word in table.file_labels if word in source.name.lower()), "")
        self._label = table.every_label or table.file_labels.get(self._half, "")
        self._model = _model(source, table)
        # asked for every column of every row
        self._response_of = lru_cache(_MOST_NAMES)(partial(_named_by, table.responses))
        self._rating_of = lru_cache(_MOST_NAMES)(partial(_named_by, table.rated))

    def row(self, line: int, row: Json) -> Iterator[Record]:
        table, ledger = self._table, self._file.ledger
        ledger.offer((name for name in row if not self._is_response(name) and not self._is_rating(name)), _MAPPED)
        for column in self._missing.keys() & row.keys():
            del self._missing[column]
        if not table.turns:
            asked = table.joined_by.join(self._texts(row, table.prompt))
            if not asked and row.keys() & {*table.response} and not self._first(row, table.response):
                self._file.tell(_NOTHING)
            else:
                yield from self._case(line, row, asked, "")
            return
        before = [{"role": "user", "content": text} for text in self._texts(row, table.before)]
        for column in row:
            text = text_at(row[column]).strip()
            if re.fullmatch(table.turns, column) and text:
                turns = [*before, {"role": "user", "content": text}]
                yield from self._case(line, row, turns if before else text, f"-{column}")

    def tell_of_missing(self) -> None:
        for column, wanted in self._missing.items():
            self._file.tell(f"No row has a column {column!r}, so nothing was read as {wanted}.")

    def _is_rating(self, column: str) -> bool:
        return column in self._table.ratings or self._rating_of(column) is not None

    @staticmethod
    def _texts(row: Json, columns: list[str]) -> list[str]:
        return [text for column in columns if (text := _text(row.get(column))).strip()]

    def _first(self, row: Json, columns: list[str]) -> str:
        return next(iter(self._texts(row, columns)), "")

    def _case(self, line: int, row: Json, request: object, ending: str) -> Iterator[Record]:
        table, file = self._table, self._file
        kept = file.ledger.kept({column: value for column, value in row.items() if not self._is_response(column)})
        key = "-".join(self._texts(row, table.key))
        key = f"{self._half}-{key}" if key and self._half else key
        label = self._label or self._first(row, list(table.labels))
        given = ForeignCase(
            line,
            request,
            key=f"{table.key_prefix}{key}{ending}" if key else "",
            label=label,
            category=self._first(row, table.category),
            source=table.title,
            licence=table.licence,
            kept=kept,
        )
        case, said = file.case(given)
        yield from said
        if case is None:
            return
        rated = self._rating_columns(row)
        for model, column in self._responses(row):
            run, said = file.run(model, line)
            yield from said
            text, reasoning = _said(row.get(column))
            if text is None:
                yield BadRow(line, f"The response in “{column[:80]}” is an object without a text that is known.")
                continue
            came = Response(case, text=text, reasoning=reasoning, model=model)
            about, said = file.response(line, run, came, kept, once=_EVALUATOR in row)
            yield from said
            yield from self._ratings(line, row, about, rated.get(model, ()) if table.rated else table.ratings)

    def _is_response(self, column: str) -> bool:
        return self._response_of(column) is not None

    def _responses(self, row: Json) -> Iterator[tuple[str, str]]:
        """(model, column) of each response that the row has: of a set with words of its own where a response stands, a
        model's where there is one."""
        answers = [column for column in _ANSWERS if self._table.reference and column in row]
        if answers:
            self._file.ledger.read_as({answers[0]: "text"})
            self._file.ledger.kept({answers[0]: row[answers[0]]})
            yield self._first(row, self._table.model) or self._model, answers[0]
            return
        for column in row:
            model = self._response_of(column)
            if model is not None and row[column] is not None:
                self._file.ledger.read_as({column: "text"})
                self._file.ledger.kept({column: row[column]})
                yield model, column
            elif column in self._table.response and row[column] is not None and not self._is_blank(row[column]):
                yield self._first(row, self._table.model) or self._model, column

    def _is_blank(self, value: object) -> bool:
        """Whether a set that has its own words where a response stands has none here."""
        is_blank = self._table.reference and isinstance(value, str) and not value.strip()
        if is_blank:
            self._file.tell(_BLANK)
        return is_blank

    def _ratings(self, line: int, row: Json, about: Answered, columns: Iterable[str]) -> Iterator[Record]:
        for column in columns:
            self._file.ledger.read_as({column: "decision"})
            word = text_at(row.get(column)).removesuffix(".0")
            if word:
                yield self._file.decision(about, PersonSaid(line, self._table.annotator, word))

    def _rating_columns(self, row: Json) -> dict[str, list[str]]:
        """{model: the columns with people's word on its response} of a wide table."""
        found: dict[str, list[str]] = {}
        for column in row:
            model = self._rating_of(column)
            if model is not None:
                found.setdefault(model, []).append(column)
        return found


def _named_by(pattern: str, column: str) -> str | None:
    """The model in the name of a column that the pattern fits; None where there is no pattern, or it does not."""
    found = re.fullmatch(pattern, column) if pattern else None
    return found[1] if found else None


def _said(value: object) -> tuple[str | None, str]:
    """(text, reasoning) of a response, also of one that is an object with both; None where that holds no text."""
    if not isinstance(value, dict):
        return _text(value), ""
    text, reasoning = (
        next((held for name in names if (held := text_at(value.get(name))).strip()), None) for names in _PARTS
    )
    return text, reasoning or ""


def _text(value: object) -> str:
    """A text, or the first of a list of turns."""
    items = python_value(value) if isinstance(value, str) and value.startswith(_QUOTED) else value
    if isinstance(items, list):
        return "\n\n".join(filter(None, map(text_at, items)))
    return text_at(value)


def _model(source: Source, table: SetTable) -> str:
    """Where the file itself says which model its responses are of."""
    if not table.model_at:
        return ""
    held = json_parts(source, table.model_at[0])
    return text_at(object_at(held.get(table.model_at[0])).get(table.model_at[1]))


def _known() -> tuple[PublicCaseSet, ...]:
    held = json.loads(resources.files("reviewer.exchange").joinpath("tables", "public_sets.json").read_text("utf-8"))
    return tuple(PublicCaseSet(SetTable(**table), held["version"]) for table in held["sets"])


PUBLIC_SETS = _known()
