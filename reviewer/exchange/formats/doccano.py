"""doccano's text classification: JSON Lines, JSON or CSV with a text and labels, one file for each user.

The user's name is the file's: doccano exports `admin.jsonl` beside `anna.jsonl`. `all` is everybody's labels at once,
and does not say whose: they are the words of an unnamed person then. A label may be a text that somebody
wrote, which is a response.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from reviewer.exchange.kit.annotated import RATING, TASK_FIELDS, AnnotatedTask, task_records
from reviewer.exchange.kit.delimited import read_named
from reviewer.exchange.kit.foreign import ForeignFile, Json, PersonSaid, object_at, objects_at, text_at
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.task_fields import TaskFields

_LABELS = ("label", "labels", "cats", "categories", "annotations")
_OF_TOOL = frozenset({*_LABELS, "comments", "annotation_approver", "approver", "meta"})
_FORMER_TEXT = "data"
"""What versions before 1.3 called the text."""
_CELLS = {"id", _FORMER_TEXT, "label"}
_NEWER_CELLS = {"id", "text", "label", "comments"}
_JOINED = ("label", "comments")
"""What a table has several of in one cell, with a # between."""
_FEWEST_WORDS, _MANY_WORDS, _ENDS = 4, 12, (".", "!", "?", "…", "。", "！", "？")
"""A label that is a sentence, or has many words, is a text that somebody wrote, as where one sequence is asked for
another."""
_WRITTEN = "{n|text has|texts have} words of a person's own as the label: imported as that person's response."
_EVERYBODY = frozenset({"all", "unknown"})
_MORE = "{n|text has|texts have} several labels, which is no one decision; they are kept beside the responses."


class Doccano:
    name = "doccano"
    description = "A doccano export (JSON Lines or CSV, one file for each user): texts with that user's labels."
    suffixes = (".jsonl", ".json", ".csv")
    general = False

    def recognises(self, head: FileHead) -> bool:
        """`text` and a list of labels; a label that is a single text could be anybody's table."""
        if set(head.columns) == _CELLS or set(head.columns) >= _NEWER_CELLS:
            return True
        keys = head.json_keys
        former = _FORMER_TEXT in keys and not any(key.startswith(f"{_FORMER_TEXT}.") for key in keys)
        if not ("text" in keys or (former and "annotations" not in keys)) or not keys & set(_LABELS):
            return False
        listed = any(f'"{name}": [' in head.text or f'"{name}":[' in head.text for name in _LABELS)
        return listed and bool(
            keys & {"id", "Comments", "comments", "annotation_approver", "meta", "annotations[].label"}
        )

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        uses = dict.fromkeys((*_LABELS, options.mapping.get(RATING, "label")), "action")
        suite = source.path.parent.name or source.name
        file = ForeignFile(options, label_table("doccano"), suite, Ledger(uses), TASK_FIELDS)
        yield from file.begin()
        is_json = source.start().lstrip("\ufeff \t\r\n")[:1] in ("[", "{")
        for row in json_lines_or_items(source) if is_json else _cells(source):
            yield from (row,) if isinstance(row, BadRow) else _text(file, row[0], row[1], source.name, options)
        yield from file.end()


def _cells(source: Source) -> Iterator[tuple[int, Json] | BadRow]:
    """The rows of a table, several labels or comments of a cell apart."""
    for row in read_named(source, ("label",)):
        if isinstance(row, BadRow):
            yield row
        else:
            apart = {name: row[1][name].split("#") for name in _JOINED if row[1].get(name)}
            yield row[0], {**row[1], **apart}


def _text(file: ForeignFile, line: int, row: Json, name: str, options: ImportOptions) -> Iterator[Record]:
    data = {field: value for field, value in row.items() if field not in _OF_TOOL}
    if "text" not in data and isinstance(data.get(_FORMER_TEXT), str):
        data["text"] = data.pop(_FORMER_TEXT)
    data.update({field: value for field, value in _meta(row).items() if field not in data})
    said, kept = [], {}
    by_person: dict[str, list[str]] = {}
    for person, word in _labels(row, name):
        by_person.setdefault(person, []).append(word)
    note = "\n".join(_comments(row))
    fields = TaskFields.of(data, options.mapping, frozenset({"label", "id"}))
    if "response" not in fields.names and _are_texts(file, by_person):
        file.ledger.kept({field: row[field] for field in row if field in _OF_TOOL})
        file.tell(_WRITTEN)
        for person, texts in by_person.items():
            for text in texts:
                yield from task_records(file, AnnotatedTask(line, data, fields, written=text, by=person))
        return
    for person, words in by_person.items():
        if len(words) == 1:
            said.append(PersonSaid(line, person, words[0], note))
        else:
            file.tell(_MORE)
            kept.update(file.ledger.kept({person: words}, "labels of "))
    file.ledger.kept({field: row[field] for field in row if field in _OF_TOOL})
    yield from task_records(file, AnnotatedTask(line, data, fields, said, (), kept))


def _meta(row: Json) -> Json:
    """What was uploaded beside the text: an object, in the first versions its JSON."""
    held = row.get("meta")
    if isinstance(held, str) and held.lstrip().startswith("{"):
        try:
            held = json.loads(held)
        except (ValueError, RecursionError):
            return {}  # the text stays in the ledger as it is
    return object_at(held)


def _are_texts(file: ForeignFile, by_person: Mapping[str, list[str]]) -> bool:
    words = [word for held in by_person.values() for word in held]
    return bool(words) and all(_is_prose(word) and file.names.find(word) is None for word in words)


def _is_prose(word: str) -> bool:
    n = len(word.split())
    return n >= _MANY_WORDS or (n >= _FEWEST_WORDS and word.rstrip().endswith(_ENDS))


def _labels(row: Json, name: str) -> Iterator[tuple[str, str]]:
    """(person, label): the file's name says whose labels they are, except where each says it itself."""
    person = "doccano user" if name.lower() in _EVERYBODY else name
    for field in _LABELS:
        held = row.get(field)
        for item in held if isinstance(held, list) else [held] if isinstance(held, str) and held else []:
            if isinstance(item, dict):
                user = text_at(item.get("user"))
                yield f"annotator-{user}" if user else person, text_at(item.get("label"))
            elif text_at(item):
                yield person, text_at(item)


def _comments(row: Json) -> list[str]:
    held = row.get("Comments", row.get("comments"))
    if isinstance(held, list):
        return [text_at(item) for item in held if text_at(item)] + [
            text_at(item.get("text")) for item in objects_at(held)
        ]
    return [text_at(held)] if text_at(held) else []
