"""A request with a list of several models' answers in each row, as UltraFeedback has it: a run of each model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, objects_at
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.parquet_rows import is_parquet, parquet_columns, parquet_rows
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.streams import flattened, text_of

_ASKED = ("instruction", "prompt", "question", "query", "input", "request")
_LISTS = ("completions", "responses", "outputs", "answers", "generations", "candidates", "model_outputs")
_TEXTS = ("response", "text", "output", "completion", "answer", "content", "generation")
_MODELS = ("model", "model_name", "model_id", "generator")
_NO_ANSWER = "{n|answer holds|answers hold} no text: an error, and no response that can be scored."
_EMPTY = "The file has an answer of this model without a text."


class _Names(NamedTuple):
    """Which names a file has for the request, the list, and an answer's text and model."""

    asked: str
    answers: str
    text: str
    model: str


class AnswerLists:
    name = "answer-lists"
    description = "Rows with a request and a list of models' answers (UltraFeedback): a run of each model."
    suffixes = (".json", ".jsonl", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        return _names(head) is not None

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        packed = source.text is None and is_parquet(source.path)
        if not packed:
            source.check()
        start = b"" if packed else source.start().encode("utf-8", "replace")
        names = _names(FileHead(source.path, start)) or _Names("instruction", "completions", "response", "model")
        uses = {names.asked: "messages", names.text: "text", names.model: "model"}
        file = ForeignFile(options, label_table("training"), source.name, Ledger(uses))
        yield from file.begin()
        for row in parquet_rows(source.path) if packed else json_lines_or_items(source):
            yield from (row,) if isinstance(row, BadRow) else _row(file, names, *row)
        yield from file.end()


def _names(head: FileHead) -> _Names | None:
    keys = head.json_keys | parquet_columns(head)
    asked = next((name for name in _ASKED if name in keys), "")
    for answers in _LISTS if asked else ():
        text = next((name for name in _TEXTS if f"{answers}[].{name}" in keys), "")
        model = next((name for name in _MODELS if f"{answers}[].{name}" in keys), "")
        if text and model:
            return _Names(asked, answers, text, model)
    return None


def _row(file: ForeignFile, names: _Names, line: int, row: Json) -> Iterator[Record]:
    beside = {name: value for name, value in row.items() if name != names.answers}
    kept = file.ledger.kept(flattened(beside))
    key, said = file.case(ForeignCase(line, text_of(row.get(names.asked)), kept=kept))
    yield from said
    if key is None:
        return
    for answer in objects_at(row.get(names.answers)):
        text, model = text_of(answer.get(names.text)), text_of(answer.get(names.model))
        run, said = file.run(model, line)
        yield from said
        came = Response(key, text=text, model=model)
        if not text.strip():
            file.tell(_NO_ANSWER)
            came = Response(key, state=ResponseState.ERROR, error=_EMPTY, model=model)
        yield from file.response(line, run, came, file.ledger.kept(flattened(answer)))[1]
