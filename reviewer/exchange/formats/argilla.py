"""Argilla: a dataset written by `Dataset.to_disk` (settings.json and records.json), or its records alone.

Of each question every user has a response: one that was submitted is a decision, one that is a draft or was discarded
is none. A suggestion is a verdict of the agent that made it. Version 1 wrote the responses in another form, and all
versions have flat forms too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from reviewer.core.errors import InputError
from reviewer.exchange.formats.argilla_rows import are_columns, as_record, is_flat, of_cells
from reviewer.exchange.kit.annotated import RATING, TASK_FIELDS, AnnotatedTask, task_records
from reviewer.exchange.kit.delimited import headed, read_rows
from reviewer.exchange.kit.foreign import (
    ForeignFile,
    Json,
    Judged,
    PersonSaid,
    chance,
    object_at,
    objects_at,
    text_at,
)
from reviewer.exchange.kit.json_items import json_lines_or_items, unusable
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.parquet_rows import is_parquet, parquet_columns, parquet_rows
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source, faults_named
from reviewer.exchange.kit.task_fields import TaskFields
from reviewer.exchange.kit.watched import items_of, like, untouched

_RECORDS, _SETTINGS, _DATASET = "records.json", "settings.json", "dataset.json"
_MOST_BYTES = 20_000_000
_DRAFTS = "{n|answer is a draft or was discarded|answers are drafts or were discarded}: no decision, but kept in words."
_UNKNOWN = (
    "{n|answer is to a question|answers are to questions} whose words nobody knows. Name one with --map "
    "QUESTION=rating."
)
_COMPARED = (
    "{n|record compares|records compare} several responses: each is of a run of its own, and what was said of them "
    "is kept beside them."
)
_NOBODY = "unknown user"


class Argilla:
    name = "argilla"
    description = (
        "An Argilla dataset (folder, records.json, or its rows as JSON Lines, CSV or Parquet): users' answers."
    )
    suffixes = (".json", ".jsonl", ".csv", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        if head.members:
            return {_RECORDS, _SETTINGS} <= {name.rpartition("/")[2] for name in head.members} and head.path.is_dir()
        keys = head.json_keys or parquet_columns(head)
        record = "fields" in keys and keys & {"responses", "suggestions"} and keys & {"metadata", "id", "status"}
        return bool(record) or is_flat(keys) or are_columns(head.columns)

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        path = source.path
        if source.text is None and path.is_dir():
            found = sorted(each for each in path.rglob(_RECORDS) if each.is_file() and not each.is_symlink())
            if not found:
                raise InputError(
                    f"{path} is a folder without {_RECORDS}.", "Write the dataset with its records: to_disk(path)."
                )
            name = text_at(_beside(found[0], _DATASET).get("name")) or path.name
            source = source.member(found[0])
        else:
            name = source.name
        yield from _ArgillaReading(source, options, name).records()


def _beside(path: Path, name: str) -> Json:
    """The object in a file beside, or in `.argilla` there; an empty one where there is none."""
    for place in (path.with_name(name), path.parent / ".argilla" / name):
        with faults_named(place):
            if not place.is_file() or place.stat().st_size > _MOST_BYTES:
                continue
            try:
                held = json.loads(place.read_bytes().decode("utf-8-sig", "replace"))
            except (ValueError, RecursionError):
                continue
        return held if isinstance(held, dict) and not unusable(held) else {}
    return {}


class _ArgillaReading:
    def __init__(self, source: Source, options: ImportOptions, name: str) -> None:
        self._source, self._options = source, options
        settings = _beside(source.path, _SETTINGS) if source.text is None else {}
        self._guideline = text_at(settings.get("guidelines"))
        self._file = ForeignFile(options, label_table("argilla"), name, Ledger({}), TASK_FIELDS)
        self._rating = options.mapping.get(RATING, "")

    def records(self) -> Iterator[Record]:
        yield from self._file.begin(description=self._guideline)
        for row in self._rows():
            if isinstance(row, BadRow):
                yield row
            else:
                yield from self._record(row[0], as_record(self._source.watch.row(row[1])))
        yield from self._file.end()

    def _rows(self) -> Iterator[tuple[int, dict[str, object]] | BadRow]:
        if self._source.text is None and is_parquet(self._source.path):
            yield from parquet_rows(self._source.path)
        elif self._source.start().lstrip("\ufeff \t\r\n")[:1] in ("[", "{"):
            yield from json_lines_or_items(self._source)
        else:
            columns, rows = headed(read_rows(self._source), str(self._source.path))
            for row in rows:
                cells = row if isinstance(row, BadRow) else dict(zip(columns, row.cells, strict=True))
                yield cells if isinstance(cells, BadRow) else (row.line, of_cells(cells))

    def _record(self, line: int, record: Json) -> Iterator[Record]:
        fields, metadata = object_at(record.get("fields")), object_at(record.get("metadata"))
        data = {**metadata, **fields}
        kept: dict[str, str] = {}
        answers = self._answers(record)
        question = self._question(answers, record)
        names = {name: word for _, words in answers.values() for name, word in words.items()}
        said = []
        self._file.ledger.read_as({name: "action" if name == question else "note" for name in names})
        self._file.ledger.offer(names, (RATING,))
        self._file.ledger.kept(names)
        for user, (status, words) in answers.items():
            at = object_at(record).get("updated_at")
            if status not in ("submitted", ""):
                self._file.tell(_DRAFTS)
                kept.update(self._file.ledger.kept(words, f"{status} by {user}: "))
            elif question in words:
                note = "\n".join(f"{name}: {word}" for name, word in words.items() if name != question and word)
                said.append(PersonSaid(line, user, words[question], note, text_at(at)))
        judged = [found for each in _suggestions(record) if (found := _judged(line, each, question))]
        task = TaskFields.of(data, self._options.mapping)
        key = text_at(record.get("external_id") or record.get("id") or record.get("_server_id"))
        sides = task.sides(data)
        if not sides:
            yield from task_records(self._file, AnnotatedTask(line, data, task, said, judged, kept, key))
            return
        for user, (status, words) in answers.items():
            if status in ("submitted", ""):
                kept.update(self._file.ledger.kept(words, f"{user}: "))
        suggested = _suggestions(record)
        for each in suggested:
            words = {text_at(each.get("question_name")): _word(each.get("value")), "score": text_at(each.get("score"))}
            kept.update(self._file.ledger.kept(words, f"suggested by {_agent(each)}: "))
        if names or suggested:
            self._file.tell(_COMPARED)
        for side, fields_of in sides.items():
            model = task.model_of(data, side)
            yield from task_records(self._file, AnnotatedTask(line, data, fields_of, (), (), kept, key, by=model))

    def _question(self, answers: Mapping[str, tuple[str, dict[str, str]]], record: Json) -> str:
        """The question that asks what the response did: the one that was named, or whose words are known."""
        if not self._rating:
            words = [pair for _, held in answers.values() for pair in held.items()]
            words += [(text_at(each.get("question_name")), _word(each.get("value"))) for each in _suggestions(record)]
            known = [name for name, word in words if self._file.names.find(word) is not None]
            only = {name for name, _ in words}
            self._rating = known[0] if known else next(iter(only)) if len(only) == 1 else ""
            if words and not self._rating:
                self._file.tell(_UNKNOWN, len(words))
        return self._rating

    def _answers(self, record: Json) -> dict[str, tuple[str, dict[str, str]]]:
        """{user: (status, {question: word})} in either form: by question since 2.0, by user before."""
        found: dict[str, tuple[str, dict[str, str]]] = {}
        held = record.get("responses")
        for question, responses in items_of(object_at(held), list):
            for response in objects_at(responses):
                user = _user(response.get("user_id") or response.get("user"))
                said = found.setdefault(user, (text_at(response.get("status")), {}))
                said[1][question] = _word(response.get("value"))
        for response in objects_at(held):
            user = _user(response.get("user_id") or response.get("user"))
            values = object_at(response.get("values"))
            words = {name: _word(object_at(value).get("value", value)) for name, value in values.items()}
            found[user] = (text_at(response.get("status")), words)
        return found


def _user(value: object) -> str:
    """A user's id or name; a number becomes a name."""
    text = text_at(value).strip()
    return f"annotator-{text}" if text.isdigit() else text or _NOBODY


def _suggestions(record: Json) -> list[Json]:
    """Each with its question's name, in either form."""
    held = record.get("suggestions")
    if isinstance(held, dict):
        return [like(value, {"question_name": name, **dict(untouched(value))}) for name, value in items_of(held, dict)]
    return objects_at(held)


def _agent(suggestion: Json) -> str:
    return text_at(suggestion.get("agent")) or text_at(suggestion.get("type")) or "suggestion"


def _judged(line: int, suggestion: Json, question: str) -> Judged | None:
    if text_at(suggestion.get("question_name")) != question or not question:
        return None
    return Judged(line, _agent(suggestion), _word(suggestion.get("value")), chance(suggestion.get("score")))


def _word(value: object) -> str:
    """A label's word; several labels are a list that no label is."""
    items = value if isinstance(value, list) else [value]
    return " and ".join(filter(None, (text_at(object_at(item).get("value", item)) for item in items)))
