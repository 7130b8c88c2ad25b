"""Potato's annotations: the folder with one folder for each user, or what `potato.export` writes (CSV, JSON Lines).

They hold the ids of the items and no texts: those stand in the project's data files, which its config.yaml names.
`exports` inside the folder is a copy that was written now and then, and is not read: the users' own folders are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reviewer.core.decisions import DecisionKind
from reviewer.core.errors import InputError
from reviewer.exchange.kit.annotated import RATING, TASK_FIELDS, AnnotatedTask, task_records
from reviewer.exchange.kit.beside import file_in, lies_in
from reviewer.exchange.kit.delimited import read_named
from reviewer.exchange.kit.foreign import ForeignFile, Json, PersonSaid, object_at, text_at
from reviewer.exchange.kit.json_items import json_lines_or_items, json_parts
from reviewer.exchange.kit.jsonl import json_objects
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.logs import kept_text
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.parquet_rows import parquet_columns, parquet_rows
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source, faults_named, read_head
from reviewer.exchange.kit.task_fields import TaskFields

_STATE, _OLD_STATE = "user_state.json", "annotated_instances.jsonl"
_CONFIGS = ("config.yaml", "config.yml")
_DATA_FILES = re.compile(
    r"^data_files:[ \t]*(?:\[(?P<inline>[^\]]*)\]|(?P<block>(?:\r?\n[ \t]*-[ \t]*[^\r\n]+)+))", re.M
)
_PROPERTY = r"\b{name}[ \t]*:[ \t]*[\"']?(?P<value>[\w.-]+)"
_ROW = frozenset({"instance_id", "user_id"})
_OLD_ROW = frozenset({"instance_id", "user", "displayed_text"})
"""A table of versions before 2 (`annotated_instances.csv`, `.tsv`), which has what was shown."""
_OLDEST = ":::"
"""Between a question and its label in a table of those versions, which may lack what was shown."""
_OLD_LINE = frozenset({"displayed_text", "label_annotations"})
_ADJUDICATED = frozenset({"instance_id", "schema", "value", "adjudicator_id"})
_PACKED, _PACKED_ITEMS = "annotations.parquet", "items.parquet"
_SKIPPED = "exports"
_NUMBERED = re.compile(r"[0-9]")
_NOT_A_LABEL = re.compile(r"text|number|slider|scale_", re.IGNORECASE)
"""How versions before 2 name what is typed; a label stands there with the number of its key."""
_SCHEME = re.compile(r"(?P<scheme>.+?)(?:\.|:::)(?P<name>.+)\Z")
_STALE = "The folder “exports” is a copy that Potato wrote now and then; the users' own folders were read instead."
_UNREACHED = "{n|item was|items were} given to an annotator and not reached."
_MISSING = (
    "{n|annotation is of an item|annotations are of items} whose text is in no file here: put the "
    "project's data files and "
    "config.yaml beside."
)
_SEVERAL = (
    "{n|answer is to a question|answers are to questions} whose words nobody knows. Name one with --map "
    "QUESTION=rating."
)
_ON, _OFF = ("on", "true", "1"), ("", "off", "false", "0")
Answers = dict[str, dict[str, str]]
"""{question: {label: what stands there}}: `on` for a chosen one, the text of a text field."""


@dataclass(frozen=True)
class _ByUser:
    """What one user answered to one item."""

    line: int
    item: str
    user: str
    answers: Answers
    shown: str = ""
    at: str = ""
    kind: DecisionKind = DecisionKind.DECISION
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Items:
    """The project's items by id, and what its configuration calls the id and the text."""

    data: dict[str, Json] = field(default_factory=dict)
    id_key: str = "id"
    text_key: str = "text"


class Potato:
    name = "potato"
    description = "Potato annotations: the annotation_output folder, or its export (CSV, JSON Lines, Parquet)."
    suffixes = (".csv", ".tsv", ".jsonl", ".json", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        if head.path.is_dir():
            return any(name.rpartition("/")[2] in (_STATE, _OLD_STATE) for name in head.members)
        columns = set(head.columns)
        if columns >= _ADJUDICATED or (head.path.name == _PACKED and set(parquet_columns(head)) > _ROW):
            return True
        if columns >= _ROW or columns >= _OLD_ROW:
            return any(_SCHEME.match(name) for name in columns - _ROW - _OLD_ROW)
        if columns >= _OLD_ROW - {"displayed_text"} and any(_OLDEST in name for name in columns):
            return True
        keys = head.json_keys
        return keys >= {*_ROW, "labels"} or keys >= _OLD_LINE or keys >= {"user_id", "instance_id_to_label_to_value"}

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        path = source.path
        items = _items_of(path) if source.text is None else _Items()
        name = path.name if path.is_dir() else source.name
        file = ForeignFile(options, label_table("potato"), _suite_name(path, name), Ledger({}), TASK_FIELDS)
        yield from file.begin()
        reading = _PotatoReading(file, options, items)
        for row in _answered(source, file):
            yield from (row,) if isinstance(row, BadRow) else reading.row(row)
        yield from file.end()


def _suite_name(path: Path, name: str) -> str:
    """The project's folder, so that its folder of annotations and its exports are of one suite."""
    project = _project(path)
    return project.name if project is not None else name


def _project(path: Path) -> Path | None:
    """The folder with the configuration: the one that was chosen, or the ones above: a user's file lies three deep."""
    places = [path, *path.absolute().parents[:2]] if path.is_dir() else path.absolute().parents[:4]
    return next((place for place in places if any((place / name).is_file() for name in _CONFIGS)), None)


def _items_of(path: Path) -> _Items:
    """The items of the project that the path belongs to. Data files outside its folder are not read."""
    project = _project(path)
    if project is None:
        packed = path.with_name(_PACKED_ITEMS)
        rows = parquet_rows(packed) if path.name == _PACKED and packed.is_file() else ()
        return _Items({text_at(row.get("item_id")): row for _, row in rows}, id_key="item_id")
    config = next(project / name for name in _CONFIGS if (project / name).is_file())
    with faults_named(config):
        text = config.read_bytes()[:1_000_000].decode("utf-8-sig", "replace")
    items = _Items(id_key=_property(text, "id_key") or "id", text_key=_property(text, "text_key") or "text")
    for name in _data_files(text):
        if (held := file_in(project, name)) is not None:
            for row in _rows_of(held):
                if not isinstance(row, BadRow):
                    items.data[text_at(row[1].get(items.id_key))] = row[1]
    return items


def _rows_of(path: Path) -> Iterator[tuple[int, Json] | BadRow]:
    if path.suffix.lower() in (".csv", ".tsv"):
        yield from read_named(Source(path), ())
    else:
        yield from json_lines_or_items(Source(path))


def _property(config: str, name: str) -> str:
    found = re.search(_PROPERTY.format(name=name), config)
    return found["value"] if found else ""


def _data_files(config: str) -> list[str]:
    found = _DATA_FILES.search(config)
    if not found:
        return []
    held = (
        found["inline"].split(",") if found["inline"] is not None else re.findall(r"-[ \t]*([^\r\n]+)", found["block"])
    )
    return [name.strip().strip("\"'") for name in held if name.strip()]


def _answered(source: Source, file: ForeignFile) -> Iterator[_ByUser | BadRow]:
    path = source.path
    if source.text is None and path.is_dir():
        yield from _of_folder(source, file)
    elif source.text is None and path.name == _PACKED:
        yield from _of_packed(source)
    elif source.text is None and path.name == _OLD_STATE:
        yield from _of_folder(Source(path.parent), file) if _is_copy(path) else _of_old(source)
    elif path.name == _STATE or "instance_id_to_label_to_value" in source.start()[:100_000]:
        yield from _of_state(source, file)
    elif source.start().lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        for row in json_lines_or_items(source):
            yield row if isinstance(row, BadRow) else _of_object(*row)
    elif {"schema", "adjudicator_id"} <= set(read_head(path).columns):
        yield from _of_adjudicated(source)
    else:
        for cells in read_named(source, {"instance_id"}):
            yield cells if isinstance(cells, BadRow) else _of_cells(*cells)


def _of_folder(source: Source, file: ForeignFile) -> Iterator[_ByUser | BadRow]:
    """The users' folders, each its newest form; copies and links are passed over."""
    path, found = source.path, False
    for each in sorted(path.rglob("*")):
        inside = each.relative_to(path).parts
        if _SKIPPED in inside[:-1]:
            file.tell(_STALE)
        elif each.name in (_STATE, _OLD_STATE) and each.is_file() and lies_in(path, each):
            if each.name == _OLD_STATE and (each.with_name(_STATE).is_file() or _is_copy(each)):
                continue
            found = True
            held = source.member(each)
            yield from _of_state(held, file) if each.name == _STATE else _of_old(held)
    if not found:
        raise InputError(
            f"{path} is a folder without annotations of Potato.", "Choose the folder that output_annotation_dir names."
        )


def _of_state(source: Source, file: ForeignFile) -> Iterator[_ByUser | BadRow]:
    state = json_parts(source, "user_id", "instance_id_ordering", "instance_id_to_label_to_value")
    user = text_at(state.get("user_id")) or source.path.parent.name
    answered = object_at(state.get("instance_id_to_label_to_value"))
    given = state.get("instance_id_ordering")
    left = len(set(map(text_at, given)) - answered.keys()) if isinstance(given, list) else 0
    if left:
        file.tell(_UNREACHED, left)
    for number, (item, pairs) in enumerate(answered.items(), 1):
        answers: Answers = {}
        if not isinstance(pairs, list):
            yield BadRow(number, f"What was answered to {item[:80]!r} is no list of labels, so it is not read.")
            continue
        for pair in pairs:
            if isinstance(pair, list) and len(pair) == 2:
                about = object_at(pair[0])
                answers.setdefault(text_at(about.get("schema")), {})[text_at(about.get("name"))] = _text(pair[1])
        yield _ByUser(number, item, user, answers)


def _is_copy(path: Path) -> bool:
    """Whether a file is what versions before 2 wrote of all users together, without saying whose it is."""
    return any(path.parent.glob(f"*/{_OLD_STATE}"))


def _of_old(source: Source) -> Iterator[_ByUser | BadRow]:
    """`annotated_instances.jsonl` of versions before 2."""
    user = source.path.parent.name
    for row in json_objects(source):
        if isinstance(row, BadRow):
            yield row
            continue
        line, held = row
        answers = _with_numbers(_named(object_at(held.get("label_annotations"))))
        item = text_at(held.get("id")) or text_at(held.get("instance_id"))
        yield _ByUser(line, item, text_at(held.get("user_id")) or user, answers, text_at(held.get("displayed_text")))


def _with_numbers(answers: Answers) -> Answers:
    """A label that stands there with the number of its key is on."""
    return {
        question: {
            name: "on" if _NUMBERED.fullmatch(value) and name and not _NOT_A_LABEL.search(name) else value
            for name, value in held.items()
        }
        for question, held in answers.items()
    }


def _of_object(line: int, row: Json) -> _ByUser:
    item, user = text_at(row.get("instance_id")), text_at(row.get("user_id"))
    if "label_annotations" in row:
        answers = _with_numbers(_named(object_at(row.get("label_annotations"))))
        return _ByUser(line, item or text_at(row.get("id")), user, answers, text_at(row.get("displayed_text")))
    return _ByUser(line, item, user, _named(object_at(row.get("labels"))))


def _of_packed(source: Source) -> Iterator[_ByUser]:
    """The Parquet export: an answer in a column of its own, several labels as a list."""
    for line, row in parquet_rows(source.path):
        answers: Answers = {}
        for name in row.keys() - _ROW:
            value = row[name]
            if value is not None:
                answers[name] = (
                    dict.fromkeys(map(text_at, value), "on") if isinstance(value, list) else {"": _text(value)}
                )
        yield _ByUser(line, text_at(row.get("instance_id")), text_at(row.get("user_id")), answers)


def _of_adjudicated(source: Source) -> Iterator[_ByUser | BadRow]:
    """What an adjudicator settled, a row for each question of an item."""
    found: dict[tuple[str, str], _ByUser] = {}
    for row in read_named(source, _ADJUDICATED):
        if isinstance(row, BadRow):
            yield row
            continue
        line, cells = row
        item, user = cells["instance_id"], cells["adjudicator_id"]
        beside = {name: cell for name, cell in cells.items() if name not in _ADJUDICATED and cell}
        settled = found.setdefault(
            (item, user),
            _ByUser(line, item, user, {}, "", cells.get("timestamp", ""), DecisionKind.ADJUDICATION, beside),
        )
        settled.answers[cells["schema"]] = {"": cells["value"]}
    yield from found.values()


def _named(labels: Json) -> Answers:
    return {
        question: {name: _text(value) for name, value in held.items()} if isinstance(held, dict) else {"": _text(held)}
        for question, held in labels.items()
    }


def _text(value: object) -> str:
    """What stands for a label, also where a version writes more than a text."""
    if value is None or value is False:
        return ""
    return "true" if value is True else value if isinstance(value, str) else text_at(value) or kept_text(value)


def _of_cells(line: int, cells: Mapping[str, str]) -> _ByUser:
    answers: Answers = {}
    for column, cell in cells.items():
        found = _SCHEME.match(column)
        if found and cell.strip():
            answers.setdefault(found["scheme"], {})[found["name"]] = cell
    user = cells.get("user_id", cells.get("user", ""))
    answers = _with_numbers(answers) if "user" in cells else answers
    return _ByUser(line, cells["instance_id"], user, answers, cells.get("displayed_text", ""))


class _PotatoReading:
    def __init__(self, file: ForeignFile, options: ImportOptions, items: _Items) -> None:
        self._file, self._options, self._items = file, options, items
        self._rating = options.mapping.get(RATING, "")

    def row(self, row: _ByUser) -> Iterator[Record]:
        data = self._items.data.get(row.item) or ({self._items.text_key: row.shown} if row.shown else {})
        if not data:
            self._file.tell(_MISSING)
        words = {question: _chosen(held) for question, held in row.answers.items()}
        question = self._question(words)
        parts = [
            (word if "text" in row.answers[name] else f"{name}: {word}")
            for name, word in words.items()
            if name != question and word
        ]
        typed = [(asked, *pair) for asked, held in row.answers.items() for pair in _typed(held)]
        note = "\n".join([*parts, *(f"{name}: {text}" for _, name, text in typed)])
        beside = {f"{asked}: {name}": text for asked, name, text in typed}
        said = (
            [PersonSaid(row.line, row.user, words[question], note, row.at, kind=row.kind)] if question in words else []
        )
        self._file.ledger.read_as({"user_id": "reviewer", "instance_id": "key"})
        self._file.ledger.read_as({name: "action" if name == question else "note" for name in words})
        self._file.ledger.offer(words, (RATING,))
        self._file.ledger.read_as(dict.fromkeys(beside, "note"))
        self._file.ledger.kept({"user_id": row.user, "instance_id": row.item, **words, **beside})
        fields = self._fields(data)
        kept = self._file.ledger.kept(row.beside)
        yield from task_records(self._file, AnnotatedTask(row.line, data, fields, said, kept=kept, key=row.item))

    def _fields(self, data: Json) -> TaskFields:
        """The configured text is what was shown: the request and the response together where both have own fields."""
        fields = TaskFields.of(data, self._options.mapping, frozenset({self._items.id_key}))
        text = self._items.text_key
        if text in data and text not in fields.names.values() and not {"prompt", "messages"} & fields.names.keys():
            return TaskFields({**fields.names, "prompt": text})
        return fields

    def _question(self, words: Mapping[str, str]) -> str:
        """The question that asks what the response did: the one that was named, or whose word is known."""
        if not self._rating:
            known = [name for name, word in words.items() if self._file.names.find(word) is not None]
            self._rating = known[0] if known else next(iter(words)) if len(words) == 1 else ""
            if words and not self._rating:
                self._file.tell(_SEVERAL, len(words))
        return self._rating


def _chosen(held: Mapping[str, str]) -> str:
    """The label that is on, or the text; several that are on are a list that no label is."""
    on = _on(held)
    return " and ".join(on) if on else "\n".join(filter(None, held.values()))


def _on(held: Mapping[str, str]) -> list[str]:
    return [name for name, value in held.items() if name and value.strip().lower() in (*_ON, name.lower())]


def _typed(held: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was typed beside a label that is on: (name, text)."""
    on = _on(held)
    rest = [(name, value) for name, value in held.items() if on and name not in on]
    return [(name, value) for name, value in rest if value.strip().lower() not in _OFF]
