"""Annotation tasks of any tool as cases, responses, people's decisions and classifiers' verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reviewer.core.errors import InputError
from reviewer.core.responses import Response
from reviewer.exchange.kit.conversations import split_reply
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Judged, PersonSaid
from reviewer.exchange.kit.one_text import apart
from reviewer.exchange.kit.records import Record
from reviewer.exchange.kit.task_fields import NAMES, TaskFields

RATING = "rating"
TASK_FIELDS = (*NAMES, RATING)
"""What a person may map of a tool's tasks. `--map NAME=rating` names which question of a tool asks what a response
did."""
_NO_RESPONSE = (
    "{n|annotation is of a task|annotations are of tasks} without a response, so there is nothing to decide on, and "
    "nothing of it is imported. If a field holds the response, name it with --map FIELD=response."
)
_APART = (
    "{n|text holds|texts hold} a request and a response under names of their own, as “Prompt:” and “Response:”: each "
    "was read as both."
)
_NO_REQUEST = "No field of the task is known to hold the request. Name it with --map FIELD=prompt."


@dataclass(frozen=True)
class AnnotatedTask:
    """One item with all that people and classifiers said of it. `data` are its fields by the tool's names."""

    line: int
    data: Mapping[str, object]
    fields: TaskFields
    said: Sequence[PersonSaid] = ()
    judged: Sequence[Judged] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    written: str = ""
    """A response that is in no field of the item, because the person it is of wrote it there: `by` is that person."""
    by: str = ""


def task_records(file: ForeignFile, task: AnnotatedTask) -> Iterator[Record]:
    """The records of a task; the same response in several rows is one."""
    fields, data, line = task.fields, task.data, task.line
    file.ledger.read_as(fields.uses)
    file.ledger.offer(data, tuple(NAMES))
    kept = file.ledger.kept(data)
    request, text = _request_and_reply(fields, data)
    if text is None and not task.written and isinstance(request, str) and (both := apart(request)) is not None:
        request, text = both
        file.tell(_APART)
    text = task.written or text
    if not request and not {"prompt", "messages"} & fields.names.keys():
        file.tell(_NO_REQUEST)
    given = ForeignCase(
        line,
        request,
        key=fields.text(data, "key") or task.key,
        label=fields.text(data, "label"),
        category=fields.text(data, "category"),
        kept=kept,
    )
    key, records = file.case(given)
    yield from records
    if key is None:
        return
    if text is None:
        if task.said:
            file.tell(_NO_RESPONSE, len(task.said))
        return
    model = task.by or fields.text(data, "model")
    run, records = file.run(model, line)
    yield from records
    about, records = file.response(line, run, Response(key, text=text, model=model), {**kept, **task.kept}, once=True)
    yield from records
    for said in task.said:
        yield file.decision(about, said)
    for judged in task.judged:
        verdict = file.verdict(about, judged)
        if verdict is not None:
            yield verdict


def _request_and_reply(fields: TaskFields, data: Mapping[str, object]) -> tuple[object, str | None]:
    """What was asked and what was answered: of a whole conversation, its last turn. Messages that nobody can read make
    a bad row later."""
    request = fields.request(data)
    if "response" in fields.names or not isinstance(request, list):
        return request, fields.response(data)
    try:
        return split_reply(request)
    except InputError:
        return request, None
