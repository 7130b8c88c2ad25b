"""Results of the batch services of OpenAI and Anthropic, with the requests and the errors that lie beside them.

Results come in any order, and only the request says what was asked. A reply is read as if it had come over the network:
the text, the reasoning apart, and the state from how it ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.core.cases import checked_key
from reviewer.core.errors import InputError
from reviewer.core.responses import Response
from reviewer.endpoints.protocol import ChatRequest
from reviewer.exchange.formats.batch import BatchResult, read_result
from reviewer.exchange.kit.beside import named_file, only_file, renamed
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, object_at, text_at
from reviewer.exchange.kit.json_items import json_items
from reviewer.exchange.kit.jsonl import json_objects
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import TOO_LONG, FileHead, Source

if TYPE_CHECKING:
    from reviewer.endpoints.http_chat import Wire

REQUESTS, ERRORS = "requests", "errors"
_MAPPED = ("label", "category")
"""What a person may have a parameter or a note of the requests read as."""
_NOTES, _OF_REQUEST = "metadata", "request: "
_RESULT_WORDS = ("output", "results", "result", "errors", "error")
_REQUEST_WORDS = ("input", "requests", "request", "batch")
_ASKS = frozenset({"body.messages", "body.input", "body.prompt"})
_AGAIN = " Resume the run to ask again."
_USES = {
    "custom_id": "key",
    "messages": "messages",
    "input": "messages",
    "prompt": "messages",
    "system": "messages",
    "instructions": "messages",
    "model": "the model that was asked",
    "response": "text, reasoning, state, usage and the model that answered",
    "result": "text, reasoning, state, usage and the model that answered",
    "error": "state and error",
}
_NO_REQUESTS = (
    "The requests are not beside {file}, so nothing says what was asked: the responses go to cases of these keys that "
    "the workspace has. Put the requests' file beside it, or name it with --map FILE=requests."
)
_UNANSWERED = "{n|request has|requests have} no result in these files: a case is imported, and no response."


@dataclass(frozen=True)
class _Asked:
    """A request of a batch, without what was asked: of which model, and the other parameters."""

    model: str
    rest: Mapping[str, str]


class OpenAiBatch:
    name = "openai-batch"
    description = "OpenAI batch results (chat or Responses), with the requests' and the errors' files beside them."
    suffixes = (".jsonl",)
    general = False
    table = "openai_batch"

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        return "custom_id" in keys and (self.asks(head) or "response" in keys)

    def asks(self, head: FileHead) -> bool:
        """Whether it is a file of requests."""
        return head.json_keys >= {"custom_id", "body"} and bool(head.json_keys & _ASKS)

    def requests(self, source: Source) -> Iterator[tuple[int, str, Json] | BadRow]:
        """(line, id, body) of every request."""
        for row in json_objects(source):
            yield row if isinstance(row, BadRow) else (row[0], _id(row[1]), object_at(row[1].get("body")))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        yield from _BatchReading(self, source, options).records()


class AnthropicBatch:
    name = "anthropic-batch"
    description = "Anthropic batch results, with the requests' file beside them."
    suffixes = (".jsonl", ".json")
    general = False
    table = "anthropic_batch"

    def recognises(self, head: FileHead) -> bool:
        return self.asks(head) or head.json_keys >= {"custom_id", "result", "result.type"}

    def asks(self, head: FileHead) -> bool:
        return any(head.json_keys >= {f"{at}custom_id", f"{at}params.messages"} for at in ("", "requests[]."))

    def requests(self, source: Source) -> Iterator[tuple[int, str, Json] | BadRow]:
        listed = '"requests"' in source.start()[:1000] and '"custom_id"' not in source.start().split('"requests"')[0]
        for row in json_items(source, "requests.item") if listed else json_objects(source):
            yield row if isinstance(row, BadRow) else (row[0], _id(row[1]), object_at(row[1].get("params")))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        yield from _BatchReading(self, source, options).records()


def _id(fields: Json) -> str:
    return text_at(fields.get("custom_id"))


class _BatchReading:
    def __init__(self, form: OpenAiBatch | AnthropicBatch, source: Source, options: ImportOptions) -> None:
        self._form, self._source = form, source
        self._is_requests = form.asks(FileHead(source.path, source.start().encode("utf-8", "replace")))
        self._mapping = options.mapping
        self._asked: dict[str, _Asked] = {}
        self._guessed = False
        self._requests = source.path if self._is_requests else self._requests_beside()
        suite = (self._requests or source.path).stem
        self._file = ForeignFile(options, label_table(form.table), suite, Ledger(_USES), (REQUESTS, ERRORS, *_MAPPED))
        self._answered: set[str] = set()

    def records(self) -> Iterator[Record]:
        file = self._file
        yield from file.begin()
        if self._requests is None:
            file.tell(_NO_REQUESTS.replace("{file}", self._source.path.name))
        else:
            yield from self._cases(self._requests)
        if not self._is_requests:
            for path in (self._source.path, *self._errors_beside()):
                yield from self._results(path)
            left = len(self._asked.keys() - self._answered)
            if left:
                file.tell(_UNANSWERED, left)
        yield from file.end()

    def _requests_beside(self) -> Path | None:
        if REQUESTS in self._mapping:
            return named_file(self._source.path, self._mapping[REQUESTS], REQUESTS)
        path = self._source.path
        suffixes = (".jsonl", ".json")
        if found := next(renamed(path, _RESULT_WORDS, _REQUEST_WORDS, suffixes), None):
            return found
        # it has these ids, but may be another batch's: then it does not say which model was asked
        self._guessed = True
        return only_file(path, self._form.asks)

    def _errors_beside(self) -> Iterator[Path]:
        path = self._source.path
        if ERRORS in self._mapping:
            yield named_file(path, self._mapping[ERRORS], ERRORS)
        else:
            yield from list(renamed(path, ("output", "results"), ("errors", "error"), ()))[:1]

    def _cases(self, path: Path) -> Iterator[Record]:
        """The cases of the requests, in their order. Those of another file are told of."""
        file = self._file
        if path != self._source.path:
            file.tell(f"What was asked was read from {path.name} beside the file.")
        for row in self._form.requests(self._source.member(path)):
            if isinstance(row, BadRow):
                yield row
                continue
            line, name, body = row
            asked = _Asked(text_at(body.get("model")), self._rest(body))
            label, category = (text_at(asked.rest.get(self._mapping.get(wanted, ""))) for wanted in _MAPPED)
            kept = asked.rest if self._is_requests else {}
            given = ForeignCase(line, _messages(body), key=name, label=label, category=category, kept=kept)
            key, said = file.case(given)
            yield from said
            if key is not None:
                self._asked[name] = asked

    def _rest(self, body: Json) -> dict[str, str]:
        """The parameters of a request that have no place of their own, and what it notes beside them."""
        ledger, notes = self._file.ledger, object_at(body.get(_NOTES))
        rest = {field: value for field, value in body.items() if field not in _USES and not (notes and field == _NOTES)}
        found = ledger.kept(rest, _OF_REQUEST) | ledger.kept(notes, f"{_OF_REQUEST}{_NOTES}.")
        ledger.offer(found, _MAPPED)
        ledger.read_choice(self._mapping, found)
        return found

    def _results(self, path: Path) -> Iterator[Record]:
        source = self._source.member(path)
        source.check()
        for line, text in source.lines("\n"):
            if text is None:
                yield BadRow(line, TOO_LONG)
            elif not text.isspace():
                yield from self._result(line, text)

    def _result(self, line: int, text: str) -> Iterator[Record]:
        file = self._file
        try:
            result = read_result(text.encode("utf-8", "replace"))
            key = checked_key(result.id, "custom_id")
        except ValueError as fault:
            yield BadRow(line, f"The line is no result of a batch: {fault}. Leave it out or write the file again.")
            return
        except InputError as fault:
            yield BadRow(line, str(fault))
            return
        if result.id in self._answered:
            yield BadRow(line, f"There is a result for {result.id[:80]!r} already. Leave one of them out.")
            return
        asked = self._asked.get(result.id)
        if asked is None and self._requests is not None:
            yield BadRow(line, f"No request has the id {result.id[:80]!r}, so nothing says what was asked.")
            return
        self._answered.add(result.id)
        request = ChatRequest(key, 1, (), asked.model if asked else "")
        sure = asked is not None and not self._guessed
        for choice in _choices(result):
            response = _as_imported(choice, request)
            run, said = file.run((request.model if sure else response.model) or request.model, line)
            yield from said
            kept = file.ledger.kept({"custom_id": result.id, "response": response.text, **result.beside})
            yield from file.response(line, run, response, {**kept, **(asked.rest if asked and sure else {})})[1]


def _choices(result: BatchResult) -> Iterator[BatchResult]:
    """A result for each reply to one request, which become its repeats; what was used counts once."""
    document = result.document or {}
    choices = document.get("choices")
    for number, choice in enumerate(choices if isinstance(choices, list) and len(choices) > 1 else [None]):
        if choice is None:
            yield result
            continue
        own = {name: value for name, value in document.items() if name != "usage" or not number}
        yield replace(result, document={**own, "choices": [choice]}, raw_body=b"" if number else result.raw_body)


def _as_imported(result: BatchResult, request: ChatRequest) -> Response:
    response = result.response(request, _wire(result.document or {}))
    return replace(response, error=response.error.removesuffix(_AGAIN))


def _wire(document: Mapping[str, object]) -> Wire:
    """The wire protocol that the answer has the form of. The modules are heavy, so they are loaded for a batch only."""
    if "output" in document:
        from reviewer.endpoints.openai_responses import WIRE as responses

        return responses
    if "choices" in document:
        from reviewer.endpoints.openai_chat import WIRE as chat

        return chat
    from reviewer.endpoints.anthropic_messages import WIRE as messages

    return messages


def _messages(body: Json) -> object:
    """What a request asks: its messages or its input, with the instructions before them."""
    held = next((body[name] for name in ("messages", "input", "prompt") if name in body), None)
    if isinstance(held, list) and len(held) == 1 and isinstance(held[0], str):
        held = held[0]
    messages = [{"role": "user", "content": held}] if isinstance(held, str) else held
    before = body.get("system", body.get("instructions"))
    if before and isinstance(messages, list):
        return [{"role": "system", "content": before}, *messages]
    return messages
