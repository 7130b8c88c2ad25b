"""Rows that Argilla wrote flat, as its records: `to_datasets` of version 2, the Hub form of version 1, and version 0.

Version 2 has `label.responses`, `label.responses.users`, `label.responses.status` and `label.suggestion` beside each
other; version 1 a list of answers under the question and `label-suggestion`; version 0 one `annotation`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from reviewer.exchange.kit.foreign import Json, object_at, text_at
from reviewer.exchange.kit.python_cells import python_value
from reviewer.exchange.kit.watched import like, untouched

_ANSWERS, _SUGGESTED = ".responses", ".suggestion"
_NEWEST = (
    *(_ANSWERS, f"{_ANSWERS}.users", f"{_ANSWERS}.status"),
    *(_SUGGESTED, f"{_SUGGESTED}.score", f"{_SUGGESTED}.agent"),
)
"""What is read of the newest form; whatever else stands beside a question is kept as a field."""
_HUB_SUGGESTED, _HUB_METADATA = "-suggestion", "-suggestion-metadata"
_HUB_COLUMN = "_suggestion_metadata"
_FIRST = frozenset({"annotation", "annotation_agent", "prediction"})
_OF_TOOL = frozenset({"id", "status", "_server_id", "external_id", "metadata", "vectors"})
_STRUCTURED = frozenset({"annotation", "prediction", "inputs", "metadata", "vectors"})
_FIRST_OF_TOOL = _FIRST | _OF_TOOL | {"inputs", "text", "prediction_agent"}
_STATUS = {"validated": "submitted", "discarded": "discarded", "default": "draft", "edited": "draft"}
_DONE = "submitted"


def is_flat(names: Collection[str]) -> bool:
    """Whether these are the names of a flat form's fields."""
    newest = any(f"{name.removesuffix(_ANSWERS)}{_ANSWERS}.users" in names for name in names if name.endswith(_ANSWERS))
    hub = any(name.endswith(_HUB_METADATA) and name.removesuffix("-metadata") in names for name in names)
    return newest or hub or set(names) >= _FIRST


def are_columns(columns: Collection[str]) -> bool:
    """Whether these are the folded names of a table's columns of a flat form."""
    hub = any(name.endswith(_HUB_COLUMN) and name.removesuffix(_HUB_COLUMN) in columns for name in columns)
    return hub or is_flat(columns)


def of_cells(cells: Mapping[str, str]) -> dict[str, object]:
    """A row of a table: lists and objects of answers stand in it as Python or JSON writes them. A field keeps its text,
    also one that looks like a list, except a conversation."""
    questions = {name.removesuffix(_HUB_METADATA) for name in cells if name.endswith(_HUB_METADATA)}
    found: dict[str, object] = {}
    for name, cell in cells.items():
        held = _value(cell)
        structured = name in questions | _STRUCTURED or name.endswith((*_NEWEST[:3], _HUB_METADATA))
        found[name] = held if structured or _is_chat(held) else cell or None
    return found


def _is_chat(value: object) -> bool:
    turns = _list(value)
    return bool(turns) and all(isinstance(turn, dict) and {"role", "content"} <= turn.keys() for turn in turns)


def _value(cell: str) -> object:
    if cell[:1] not in ("[", "{"):
        return cell or None
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return python_value(cell)


def as_record(row: Json) -> Json:
    """A flat row in the form of a record; a record as it is."""
    if "fields" in row or not is_flat(row.keys()):
        return row
    if row.keys() >= _FIRST:
        return _of_first(row)
    return _of_newest(row) if any(name.endswith(_ANSWERS) for name in row) else _of_hub(row)


def _of_newest(row: Json) -> Json:
    questions = {name.removesuffix(_ANSWERS) for name in row if name.endswith(_ANSWERS)}
    questions |= {name.removesuffix(_SUGGESTED) for name in row if name.endswith(_SUGGESTED)}
    responses: dict[str, object] = {}
    suggestions: dict[str, object] = {}
    for question in sorted(questions):
        values, users, states = (_list(row.get(f"{question}{_ANSWERS}{part}")) for part in ("", ".users", ".status"))
        responses[question] = [
            {"user_id": _at(users, at), "value": value, "status": _at(states, at) or _DONE}
            for at, value in enumerate(values)
        ]
        said = row.get(f"{question}{_SUGGESTED}")
        if said is not None:
            parts = {part: row.get(f"{question}{_SUGGESTED}.{part}") for part in ("score", "agent")}
            suggestions[question] = {"value": said, **parts}
    used = {f"{question}{part}" for question in questions for part in _NEWEST}
    left = {name: value for name, value in untouched(row) if name not in used}
    return _record(row, left, responses, suggestions)


def _of_hub(row: Json) -> Json:
    questions = [name.removesuffix(_HUB_METADATA) for name in row if name.endswith(_HUB_METADATA)]
    responses: dict[str, object] = {question: _list(row.get(question)) for question in questions}
    suggestions: dict[str, object] = {
        question: _with_value(object_at(row.get(f"{question}{_HUB_METADATA}")), row[f"{question}{_HUB_SUGGESTED}"])
        for question in questions
        if row.get(f"{question}{_HUB_SUGGESTED}") is not None
    }
    used = {f"{question}{part}" for question in questions for part in ("", _HUB_SUGGESTED, _HUB_METADATA)}
    return _record(row, {name: value for name, value in untouched(row) if name not in used}, responses, suggestions)


def _with_value(metadata: Json, value: object) -> Json:
    return like(metadata, {"value": value, **dict(untouched(metadata))})


def _of_first(row: Json) -> Json:
    status = _STATUS.get(text_at(row.get("status")).lower(), _DONE)
    said = row.get("annotation")
    answer = {"user_id": row.get("annotation_agent"), "value": said, "status": status}
    predicted = _list(row.get("prediction"))
    word, score = _predicted(predicted[0]) if predicted else (None, None)
    suggestions: dict[str, object] = {}
    if word is not None:
        suggestions["annotation"] = {"value": word, "score": score, "agent": row.get("prediction_agent")}
    inputs = row.get("inputs")
    fields = inputs if isinstance(inputs, dict) else {"text": inputs or row.get("text")}
    left = {**{name: value for name, value in untouched(row) if name not in _FIRST_OF_TOOL}, **fields}
    if len(predicted) > 1:
        left["prediction"] = predicted
    return _record(row, left, {"annotation": [answer]} if said is not None else {}, suggestions)


def _predicted(prediction: object) -> tuple[object, object]:
    """(label, score): a pair, or an object of older exports."""
    if isinstance(prediction, dict):
        return prediction.get("label", prediction.get("class")), prediction.get("score")
    pair = _list(prediction)
    return (pair[0], pair[1]) if len(pair) == 2 else (None, None)


def _record(row: Json, fields: Json, responses: Mapping[str, object], suggestions: Mapping[str, object]) -> Json:
    own = {name: value for name, value in untouched(row) if name in _OF_TOOL and name != "metadata"}
    data = {name: value for name, value in fields.items() if name not in _OF_TOOL}
    metadata = _metadata(row.get("metadata"))
    made = {**own, "fields": data, "metadata": metadata, "responses": responses, "suggestions": suggestions}
    return like(row, made)


def _metadata(value: object) -> Json:
    """An object, or the text of one."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            return object_at(json.loads(value))
        except (ValueError, RecursionError):
            return {}
    return object_at(value)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _at(values: list[object], at: int) -> object:
    return values[at] if at < len(values) else None
