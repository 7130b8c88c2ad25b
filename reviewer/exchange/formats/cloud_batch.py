"""Batch results of Gemini, Vertex AI and Amazon Bedrock: each line has what was asked beside what came back."""

from __future__ import annotations

import json
from collections.abc import Iterator

from reviewer.core.cases import CaseKey
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest
from reviewer.exchange.formats.batch import BatchResult
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, object_at, objects_at, text_at
from reviewer.exchange.kit.jsonl import json_objects
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source

_USES = {
    "key": "key",
    "recordId": "key",
    "request": "messages",
    "modelInput": "messages",
    "response": "text, reasoning, state, usage and the model that answered",
    "modelOutput": "text, reasoning, state, usage and the model that answered",
    "error": "state and error",
    "instance": "messages",
    "predictions": "text and state",
}
_ASKED = ("request.contents", "request.system_instruction", "request.systemInstruction")
_READ = frozenset(
    {"contents", "systemInstruction", "system_instruction", "messages", "system", "prompt", "inputText", "content"}
)
_OLD = frozenset({"instance", "predictions", "status"})
_BLOCKED = "Vertex AI's safety filter blocked the answer."
_ROLES = {"model": "assistant", "function": "user", "": "user"}


class CloudBatch:
    name = "cloud-batch"
    description = "Batch results of Gemini, Vertex AI or Bedrock: each line has the request and the answer."
    suffixes = (".jsonl", ".out")
    general = False

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        if keys >= _OLD and bool(keys & {"instance.prompt", "instance.content"}):
            return True
        return keys >= {"recordId", "modelInput"} or bool(keys & set(_ASKED) and keys & {"response", "error", "status"})

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        source.check()
        file = ForeignFile(options, label_table("cloud_batch"), source.name, Ledger(_USES))
        yield from file.begin()
        for row in json_objects(source):
            yield from (row,) if isinstance(row, BadRow) else _row(file, *row)
        yield from file.end()


def _row(file: ForeignFile, line: int, fields: Json) -> Iterator[Record]:
    asked = next(filter(None, (object_at(fields.get(name)) for name in ("request", "modelInput", "instance"))), {})
    rest = file.ledger.kept({name: value for name, value in asked.items() if name not in _READ}, "request: ")
    key = text_at(fields.get("key")) or text_at(fields.get("recordId"))
    case, said = file.case(ForeignCase(line, _messages(asked), key=key))
    yield from said
    if case is None:
        return
    document = object_at(fields.get("response")) or object_at(fields.get("modelOutput"))
    response = _response(case, document, fields)
    model = response.model or text_at(asked.get("model")) or text_at(asked.get("modelId"))
    run, said = file.run(model, line)
    yield from said
    kept = {**file.ledger.kept(fields), **_of_predictions(file, objects_at(fields.get("predictions")))}
    yield from file.response(line, run, response, {**kept, **rest})[1]


def _messages(asked: Json) -> object:
    """What was asked, in OpenAI's form; parts and blocks that are no text stay as they are, for the checks to name."""
    system = asked.get("systemInstruction") or asked.get("system_instruction") or asked.get("system")
    before = _content(object_at(system).get("parts") if isinstance(system, dict) else system)
    if isinstance(asked.get("contents"), list):
        turns = [(each.get("role"), each.get("parts")) for each in objects_at(asked["contents"])]
    elif isinstance(asked.get("messages"), list):
        turns = [(each.get("role"), each.get("content")) for each in objects_at(asked["messages"])]
    else:
        turns = [("user", _first_text(asked))]
    messages = [{"role": _ROLES.get(text_at(role), text_at(role)), "content": _content(held)} for role, held in turns]
    messages = [each for each in messages if each["content"] or each["role"] == "assistant"]
    return [{"role": "system", "content": before}, *messages] if before and messages else messages


def _first_text(asked: Json) -> str:
    return next(filter(None, (text_at(asked.get(name)) for name in ("prompt", "inputText", "content"))), "")


def _content(held: object) -> object:
    """A text, of parts that are texts their texts."""
    parts = objects_at(held)
    if isinstance(held, list) and parts and all(isinstance(part.get("text"), str) for part in parts):
        return "\n\n".join(text_at(part["text"]) for part in parts)
    return held


def _response(case: CaseKey, document: Json, fields: Json) -> Response:
    """As if the answer had come over the network; a failed request is an error with what the service said."""
    from reviewer.endpoints.anthropic_messages import WIRE as messages
    from reviewer.endpoints.gemini import WIRE as gemini

    wire = gemini if "candidates" in document or "promptFeedback" in document else messages
    plain = dict(document) if wire is gemini else _as_message(document)
    raw = json.dumps(document).encode("ascii") if document else b""
    error = object_at(fields.get("error"))
    told = next(filter(None, (text_at(error.get(name)) for name in ("message", "errorMessage"))), "")
    told = told or text_at(fields.get("status"))
    why = f"The batch service did not answer this request. It said: “{told}”" if told else ""
    if objects_at(fields.get("predictions")):
        return _predicted(case, objects_at(fields["predictions"])[0])
    if not document:
        return Response(case, state=ResponseState.ERROR, error=why or "The line holds no answer.")
    return BatchResult("", plain, why, False, raw).response(ChatRequest(case, 1, (), ""), wire)


def _predicted(case: CaseKey, prediction: Json) -> Response:
    """An answer of Vertex AI's PaLM models, which has its text or says that it was blocked."""
    blocked = object_at(prediction.get("safetyAttributes")).get("blocked") is True
    text = text_at(prediction.get("content"))
    if blocked and not text.strip():
        return Response(case, state=ResponseState.FILTERED, error=_BLOCKED)
    return Response(case, text=text)


def _of_predictions(file: ForeignFile, found: list[Json]) -> dict[str, str]:
    """What a prediction says beside its text, and the predictions after the first."""
    kept: dict[str, str] = {}
    for number, each in enumerate(found, 1):
        rest = {name: value for name, value in each.items() if name != "content" or number > 1}
        kept |= file.ledger.kept(rest, "prediction: " if number == 1 else f"prediction {number}: ")
    return kept


def _as_message(document: Json) -> dict[str, object]:
    """What Bedrock's models answer in forms of their own, as Anthropic's."""
    own = object_at(object_at(document.get("output")).get("message"))
    results = objects_at(document.get("results"))
    if own:
        blocks = [{"type": "text", **part} for part in objects_at(own.get("content"))]
        return {"content": blocks, "stop_reason": document.get("stopReason"), "usage": document.get("usage")}
    if isinstance(document.get("generation"), str):
        text = [{"type": "text", "text": document["generation"]}]
        return {"content": text, "stop_reason": document.get("stop_reason")}
    if results:
        text = [{"type": "text", "text": text_at(results[0].get("outputText"))}]
        return {"content": text, "stop_reason": results[0].get("completionReason")}
    return dict(document)
