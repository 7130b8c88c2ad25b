"""Label Studio: exports as JSON, JSON_MIN, CSV and TSV, and tasks to import with predictions.

Each annotation is a decision of its annotator. A skipped one (`was_cancelled`) and a draft are none; a prediction is a
verdict of its model version, where the export still has its words: most have only its number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from reviewer.exchange.kit.annotated import RATING, TASK_FIELDS, AnnotatedTask, task_records
from reviewer.exchange.kit.delimited import read_named
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
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.task_fields import TaskFields

_ROW = frozenset({"annotator", "annotation_id", "lead_time"})
_LISTS = ("annotations", "completions")
"""The name now, and the one before version 1.0."""
_OF_ROW = frozenset({*_ROW, "id", "created_at", "updated_at", "agreement"})
_CHOICES = frozenset({"choices", "labels", "taxonomy", "pairwise", "radio"})
_CASE_LABELS = frozenset({"label", "expected", "expected_action", "right_action", "labelled_action", "gold"})
_REVIEWER = "reviewer"
"""The field in which our export names who decided: an import into Label Studio can name no people."""
_SKIPPED = "{n|task was|tasks were} skipped by an annotator, which is no decision."
_DRAFTS = "{n|draft was|drafts were} never submitted: no decision, but kept in words beside the responses."
_COMPARED = (
    "{n|task compares|tasks compare} several responses: each is of a run of its own, and what was said of them is kept "
    "beside them."
)
_BARE = "{n|prediction is|predictions are} only a number in this export, which does not have what was predicted."
_TRUTH = "{n|annotation is|annotations are} marked as ground truth, and a decision of the annotator like the others."
_SEVERAL = (
    "{n|annotation answers|annotations answer} no question whose words are known. Name the one with --map NAME=rating."
)


_OF_TASK = "what Label Studio counts and numbers of a task"


class LabelStudioJson:
    name = "label-studio"
    description = "A Label Studio export (JSON, JSON_MIN, CSV, TSV), or tasks with predictions: annotators' decisions."
    suffixes = (".json", ".csv", ".tsv")
    general = False

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        if {*keys, *head.columns} >= _ROW:
            return True
        results = any(f"{name}[].result" in keys for name in (*_LISTS, "predictions"))
        return "data" in keys and (results or keys >= {"annotations", "predictions", "drafts"})

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        uses = {"annotator": "reviewer", "annotation_id": "decision", "lead_time": "seconds spent", "updated_at": "at"}
        file = ForeignFile(options, label_table("label_studio"), source.name, Ledger(uses), TASK_FIELDS)
        reading = _LabelStudio(file, options)
        yield from file.begin()
        is_json = source.start().lstrip("\ufeff \t\r\n")[:1] in ("[", "{")
        for row in json_lines_or_items(source) if is_json else read_named(source, _ROW):
            yield from (row,) if isinstance(row, BadRow) else reading.row(*row)
        yield from file.end()


class _LabelStudio:
    def __init__(self, file: ForeignFile, options: ImportOptions) -> None:
        self._file, self._options = file, options
        self._rating = options.mapping.get(RATING, "")

    def row(self, line: int, row: Json) -> Iterator[Record]:
        if "annotation_id" in row or "annotator" in row:
            yield from self._flat(line, row)
        elif isinstance(row.get("data"), dict):
            yield from self._task(line, row)
        else:
            yield BadRow(line, "The item is no task of Label Studio: it has no data. Leave it out.")

    def _task(self, line: int, task: Json) -> Iterator[Record]:
        """A task with all its annotations: the JSON export, and what is imported there."""
        file, data = self._file, object_at(task.get("data"))
        annotations = [each for name in _LISTS for each in objects_at(task.get(name))]
        kept: dict[str, str] = {}
        said, judged = [], {}
        for each in annotations:
            found = self._annotation(line, each, kept)
            said += [found] if found is not None else []
            judged.update(self._predicted(line, object_at(each.get("prediction"))))
        held = task.get("predictions")
        for prediction in held if isinstance(held, list) else ():
            judged.update(self._predicted(line, object_at(prediction)))
        bare = sum(not isinstance(each, dict) for each in held) if isinstance(held, list) else 0
        if bare:
            file.tell(_BARE, bare)
        for number, draft in enumerate(objects_at(task.get("drafts")), 1):
            file.tell(_DRAFTS)
            words = {name: value for name, (_, value) in _answers(draft).items()}
            kept.update(file.ledger.kept({"user": draft.get("user"), **words}, f"draft {number}: "))
        for name in task.keys() - {"data", "meta", "predictions", "drafts", *_LISTS}:
            file.ledger.passed_over(f"task: {name}", _OF_TASK, task[name])
        kept.update(file.ledger.kept({"meta": task.get("meta")} if task.get("meta") else {}, "task: "))
        fields = TaskFields.of(data, self._options.mapping)
        sides = fields.sides(data)
        if not sides:
            yield from task_records(file, AnnotatedTask(line, data, fields, said, list(judged.values()), kept))
            return
        for each in annotations:
            words = {name: value for name, (_, value) in _answers(each).items() if value}
            kept.update(file.ledger.kept(words, f"{_person(each.get('completed_by'))}: "))
        if annotations:
            file.tell(_COMPARED)
        for side, of_side in sides.items():
            model = fields.model_of(data, side)
            yield from task_records(file, AnnotatedTask(line, data, of_side, kept=kept, by=model))

    def _annotation(self, line: int, annotation: Json, kept: dict[str, str]) -> PersonSaid | None:
        person, at = (
            _person(annotation.get("completed_by")),
            annotation.get("updated_at") or annotation.get("created_at"),
        )
        if annotation.get("was_cancelled") is True or annotation.get("skipped") is True:
            self._file.tell(_SKIPPED)
            kept[f"skipped by {person}"] = text_at(at) or "yes"
            return None
        if annotation.get("ground_truth") is True:
            self._file.tell(_TRUTH)
            kept["ground truth"] = person
        answers = _answers(annotation)
        chosen = self._chosen({name: value for name, (kind, value) in answers.items() if kind in _CHOICES})
        self._list(answers, chosen)
        if not chosen:
            return None
        others = {name: found for name, found in answers.items() if name not in (chosen, _REVIEWER)}
        if _REVIEWER in answers and not annotation.get("completed_by"):
            person = answers[_REVIEWER][1] or person
        return PersonSaid(
            line, person, answers[chosen][1], _note(others), text_at(at), text_at(annotation.get("id")),
            _seconds(annotation.get("lead_time")),
        )  # fmt: skip

    def _list(self, answers: Mapping[str, tuple[str, str]], chosen: str) -> None:
        """Enter the questions in the ledger, where a person may say which asks what the response did."""
        ledger = self._file.ledger
        ledger.read_as({name: "action" if name == chosen else "note" for name in answers})
        ledger.offer((name for name, (kind, _) in answers.items() if kind in _CHOICES), (RATING,))
        ledger.kept({name: value for name, (_, value) in answers.items()})

    def _chosen(self, choices: Mapping[str, str]) -> str:
        """The question that asks what the response did: the one that was named, the one whose word is known, or the
        only one. What it says is asked about where nobody knows it."""
        if self._rating in choices:
            return self._rating
        known = [name for name, value in choices.items() if self._file.names.find(value) is not None]
        found = known or (list(choices) if len(choices) == 1 else [])
        if not found:
            self._file.tell(_SEVERAL)
        return found[0] if found else ""

    def _predicted(self, line: int, prediction: Json) -> dict[str, Judged]:
        """{prediction: what it said}; the same one stands in every annotation that began from it."""
        choices = {name: value for name, (kind, value) in _answers(prediction).items() if kind in _CHOICES}
        if not choices:
            return {}
        chosen = self._chosen(choices)
        if not chosen:
            return {}
        model = text_at(prediction.get("model_version")) or "prediction"
        number = text_at(prediction.get("id")) or f"{model} {choices[chosen]}"
        at = text_at(prediction.get("created_at"))
        return {number: Judged(line, model, choices[chosen], chance(prediction.get("score")), at)}

    def _flat(self, line: int, row: Json) -> Iterator[Record]:
        """One row for each annotation, the task's data and the answers side by side: JSON_MIN, CSV and TSV."""
        values = {name: _flat_value(value) for name, value in row.items()}
        chosen = self._rating_column(values)
        controls = frozenset({*_OF_ROW, chosen, *(name for name, value in row.items() if _is_answer(value))})
        fields = TaskFields.of(row, self._options.mapping, controls)
        answers = controls - _OF_ROW - {chosen}
        others = {name: (_kind(row[name]), value) for name, value in values.items() if name in answers}
        if not chosen:
            self._file.tell(_SEVERAL)
        at = text_at(row.get("updated_at") or row.get("created_at"))
        said = PersonSaid(
            line, _person(row.get("annotator")), values.get(chosen, ""), _note(others), at,
            text_at(row.get("annotation_id")), _seconds(row.get("lead_time")),
        )  # fmt: skip
        self._file.ledger.read_as({chosen: "action", **dict.fromkeys(answers, "note")})
        self._file.ledger.offer({chosen, *answers} - {""}, (RATING,))
        kept = self._file.ledger.kept({name: row[name] for name in row if name in controls})
        data = {name: value for name, value in row.items() if name not in controls}
        said_by = [said] if chosen and said.word else []
        yield from task_records(self._file, AnnotatedTask(line, data, fields, said_by, kept=kept))

    def _rating_column(self, values: Mapping[str, str]) -> str:
        """The column with the annotator's word, the same in all rows once one is known; "" where none is."""
        if not self._rating:
            names = [name for name, value in values.items() if name not in _OF_ROW and self._file.names.find(value)]
            found = [name for name in names if name not in _CASE_LABELS] or names
            self._rating = found[0] if len(found) == 1 else next((n for n in found if n == "action"), "")
        return self._rating


def _person(value: object) -> str:
    """A name for whoever annotated: the e-mail or name where the export has it, else their number."""
    person = object_at(value)
    held = next((text_at(person[name]) for name in ("email", "username", "id") if person.get(name)), "") or text_at(
        value
    )
    return f"annotator-{held}" if held.isdigit() or not held else held.strip()


def _seconds(value: object) -> float | None:
    try:
        seconds = float(text_at(value))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e9 else None


def _answers(annotation: Json) -> dict[str, tuple[str, str]]:
    """{question: (kind, answer)} of an annotation, prediction or draft."""
    found = {}
    for result in objects_at(annotation.get("result")):
        name, kind = text_at(result.get("from_name")), text_at(result.get("type"))
        found[name or kind] = (kind, _answer(object_at(result.get("value"))))
    return found


def _answer(value: Json) -> str:
    """`{"choices": ["refuse"]}` → `refuse`; several are a list that no label is."""
    for name in ("choices", "labels", "text", "rating", "number", "selected", "taxonomy"):
        if name in value:
            held = value[name]
            items = held if isinstance(held, list) else [held]
            items = [item[-1] if isinstance(item, list) and item else item for item in items]
            return ("\n" if name == "text" else " and ").join(filter(None, map(text_at, items)))
    return json.dumps(value, ensure_ascii=False) if value else ""


def _flat_value(value: object) -> str:
    """A cell or field of a flat export: text, or JSON of an answer, in a cell as text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return text_at(value)
    if isinstance(value, list):
        return " and ".join(_answer(item) if isinstance(item, dict) else text_at(item) for item in value)
    return _answer(value) if isinstance(value, dict) else text_at(value)


def _kind(value: object) -> str:
    return "textarea" if _json_start(value).startswith('{"text"') else ""


def _json_start(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict | list) else ""


def _is_answer(value: object) -> bool:
    """Whether a field is an answer in its tool's own form, which no data of a task is."""
    return _json_start(value).startswith(('{"text"', '{"choices"', '[{"rating"', '[{"number"', '{"labels"'))


def _note(others: Mapping[str, tuple[str, str]]) -> str:
    """The free text, then the answers to all other questions with their names."""
    texts = [value for kind, value in others.values() if kind == "textarea" and value]
    named = [f"{name}: {value}" for name, (kind, value) in others.items() if kind != "textarea" and value]
    return "\n".join([*texts, *named])
