"""Prodigy's annotations (`db-out`): a label that was accepted or rejected, and choices among labels or answers.

An accepted label is what that person said. A rejected one says only what the response did not do, and an ignored task
says nothing: both are kept. Where the options differ from task to task they are answers, and which was preferred is no
action.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from reviewer.exchange.kit.annotated import RATING, TASK_FIELDS, AnnotatedTask, task_records
from reviewer.exchange.kit.foreign import ForeignFile, Json, PersonSaid, object_at, objects_at, text_at
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.task_fields import TaskFields

_OF_TOOL = frozenset(
    {
        *("_input_hash", "_task_hash", "_session_id", "_annotator_id", "_view_id", "_timestamp", "answer", "accept"),
        *("options", "config", "label", "spans", "tokens", "html", "flagged", "meta"),
    }
)
_REJECTED = "{n|label was|labels were} rejected, which does not say what the response did: kept beside it."
_IGNORED = "{n|task was|tasks were} ignored by the person who saw it: imported without a decision."
_PREFERRED = (
    "{n|task asks|tasks ask} which answer is better: each answer is a response of the model that its option is named "
    "after, and who was preferred, which is no action, is kept beside them."
)
_NO_TEXT = "{n|option has|options have} no text: no response."
_MORE = "{n|task has|tasks have} several labels, which is no one decision; they are kept beside the response."
_MOST_SHOWN = 50


class Prodigy:
    name = "prodigy"
    description = (
        "Prodigy's annotations (db-out, JSON Lines): texts with what people accepted, or answers to choose from."
    )
    suffixes = (".jsonl", ".json")
    general = False

    def recognises(self, head: FileHead) -> bool:
        return head.json_keys >= {"_input_hash", "_task_hash", "answer"}

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        source.check()
        file = ForeignFile(options, label_table("prodigy"), source.name, Ledger({"answer": "action"}), TASK_FIELDS)
        are_answers = _options_are_answers(source)
        yield from file.begin()
        for row in json_lines_or_items(source):
            yield from (row,) if isinstance(row, BadRow) else _task(file, *row, options, are_answers=are_answers)
        yield from file.end()


def _options_are_answers(source: Source) -> bool:
    """Whether an option of one name has other texts from task to task, as the answers of models have."""
    texts: dict[str, set[str]] = {}
    for row in json_lines_or_items(source):
        for option in () if isinstance(row, BadRow) else objects_at(row[1].get("options")):
            held = texts.setdefault(text_at(option.get("id")), set())
            if len(held) < _MOST_SHOWN:
                held.add(text_at(option.get("text")))
    return any(len(held) > 1 for held in texts.values())


def _task(file: ForeignFile, line: int, row: Json, options: ImportOptions, *, are_answers: bool) -> Iterator[Record]:
    data = {name: row[name] for name in row if name not in _OF_TOOL}
    meta = object_at(row.get("meta"))
    data.update({name: held for name, held in meta.items() if name not in data})
    kept = file.ledger.kept({name: row[name] for name in row if name in _OF_TOOL and name != "meta"})
    fields = TaskFields.of(data, {name: held for name, held in options.mapping.items() if name != RATING})
    if row.get("answer") == "ignore":
        file.tell(_IGNORED)
    choices = {text_at(each.get("id")): text_at(each.get("text")) for each in objects_at(row.get("options"))}
    if choices and are_answers:
        file.tell(_PREFERRED)
        for model, text in choices.items():
            if text.strip():
                answer = AnnotatedTask(line, data, fields, kept=kept, written=text, by=model)
                yield from task_records(file, answer)
            else:
                file.tell(_NO_TEXT)
        return
    yield from task_records(file, AnnotatedTask(line, data, fields, _said(file, line, row), kept=kept))


def _said(file: ForeignFile, line: int, row: Json) -> list[PersonSaid]:
    """What the person's answer says of the response, in a word of theirs."""
    picked = row.get("accept")
    words = [text_at(each) for each in picked] if isinstance(picked, list) else [text_at(row.get("label"))]
    words = [word for word in words if word]
    answer = row.get("answer")
    if answer == "reject" and words:
        file.tell(_REJECTED)
    if answer != "accept" or not words:
        return []
    if len(words) > 1:
        file.tell(_MORE)
        return []
    person = text_at(row.get("_annotator_id")) or text_at(row.get("_session_id")) or "Prodigy user"
    return [PersonSaid(line, person, words[0], at=_moment(row))]


def _moment(row: Mapping[str, object]) -> str:
    """Seconds since 1970."""
    seconds = row.get("_timestamp")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds < 1e11:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
