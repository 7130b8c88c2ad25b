"""Responses that come piece by piece: events of `text/event-stream` and JSON lines, put together to one document.

What is put together has the form of the same protocol's whole answer, so that both are read by the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reviewer.endpoints.untrusted import parsed_json

Document = Mapping[str, object]

_LINE_END = re.compile(r"\r\n|\n|\r")
_EVENT_STREAM = re.compile(rb"\s*(?:\xef\xbb\xbf)?(?::|(?:data|event|id|retry):)")
_DONE = "[DONE]"
_LAST_BYTES = 400
_ENDS = (b"data: [DONE]", b"data:[DONE]")
_LAST_EVENTS = (b"message_stop", b"response.completed", b"response.incomplete", b"response.failed")
_JOINED = frozenset(
    {
        "content",
        "reasoning_content",
        "reasoning",
        "thinking",
        "refusal",
        "arguments",
        "text",
        "partial_json",
        "transcript",
    }
)


@dataclass(frozen=True)
class Stream:
    """The JSON objects of a stream. `is_whole`: it said that it is at its end, and its last line is not cut off."""

    events: tuple[dict[str, object], ...]
    is_whole: bool

    @property
    def failed(self) -> bool:
        """Whether an event says that something went wrong."""
        return any(map(_error_in, self.events))

    @property
    def error(self) -> dict[str, object]:
        """The first event that says so, else the last of all."""
        found = [{"error": error} for error in map(_error_in, self.events) if error]
        return found[0] if found else self.events[-1] if self.events else {}


def looks_like_events(untrusted_body: bytes) -> bool:
    """Whether a body begins as `text/event-stream` does."""
    return bool(_EVENT_STREAM.match(untrusted_body))


def events_of(untrusted_body: bytes) -> Stream | None:
    """The stream that a body is, whatever its content type; None where it is none."""
    if looks_like_events(untrusted_body):
        return _event_stream(untrusted_body.decode("utf-8-sig", errors="replace"))
    lines = [line for line in untrusted_body.splitlines() if line.strip()]
    first = _object(lines[0].decode("utf-8-sig", errors="replace")) if len(lines) > 1 else None
    if first is None:
        return None
    found = [_object(line.decode("utf-8", errors="replace")) for line in lines]
    return Stream(tuple(each for each in found if each is not None), found[-1] is not None and _says_end(found[-1]))


def _error_in(event: Document) -> object:
    """What an event says of an error: at its top, or in the response that it holds."""
    if event.get("error"):
        return event["error"]
    if event.get("type") == "error":
        return {name: value for name, value in event.items() if name != "type"}
    whole = event.get("response")
    return whole.get("error") if isinstance(whole, dict) else None


def is_at_its_end(untrusted_tail: bytes) -> bool:
    """Whether the last bytes of a stream say that nothing more comes, so that nobody need wait for the connection."""
    tail = untrusted_tail[-_LAST_BYTES:]
    if tail.rstrip().endswith(_ENDS):
        return True
    if not tail.endswith((b"\n\n", b"\r\n\r\n")):
        return False
    last = re.split(rb"\n\n|\r\n\r\n", tail.rstrip())[-1]
    return any(b"event: " + name in last for name in _LAST_EVENTS)


def _says_end(event: Mapping[str, object]) -> bool:
    return event.get("done") is True


def _event_stream(text: str) -> Stream:
    events, name, data, done, is_cut = list[dict[str, object]](), "", list[str](), False, False
    for line in [*_LINE_END.split(text), ""]:
        field, _, value = line.partition(":")
        if field == "data":
            data.append(value.removeprefix(" "))
        elif field == "event":
            name = value.strip()
        elif not line and data:
            read = _event(name, data)
            events += read
            done = done or data[-1].strip() == _DONE
            is_cut = not read and not done
            name, data = "", []
    ended = done or any(event.get("type") == "message_stop" for event in events[-1:])
    return Stream(tuple(events), ended and not is_cut and not _is_left_open(events))


def _is_left_open(events: Iterable[Document]) -> bool:
    """Whether it kept a field for why it ended and never filled it: servers close a stream that was interrupted so."""
    ends = [end for event in events for end in _ends_in(event)]
    return bool(ends) and not any(ends)


def _ends_in(event: Document) -> list[object]:
    """What an event says of the end, None among it, where its protocol says that in every event or in the first."""
    holders = (_first(event.get("choices")), event.get("message"), event.get("delta"))
    fields = ("finish_reason", "stop_reason")
    return [each[name] for each in holders if isinstance(each, Mapping) for name in fields if name in each]


def _event(name: str, data: Sequence[str]) -> list[dict[str, object]]:
    """The objects of one event: one of all its lines, or one of each where servers leave out the blank line between."""
    whole = _object("\n".join(data))
    found = [whole] if whole is not None else [each for each in map(_object, data) if each is not None]
    if name != "error":
        return found
    if not found:
        return [{"error": {"message": "\n".join(data)}}] if any(data) else []
    return [each if each.get("error") else {"error": each} for each in found]


def _object(text: str) -> dict[str, object] | None:
    try:
        value = parsed_json(text.encode("utf-8", errors="replace"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


# each protocol's events as its whole answer


def chat_document(events: Iterable[Document]) -> dict[str, object]:
    """Of chat-completion chunks, also where the message stands at the top, as Ollama's and Cohere's does."""
    document, message, choice, last_message = dict[str, object](), dict[str, object](), dict[str, object](), None
    for event in events:
        _keep(document, event, leave=("choices", "message", "done"))
        given = _first(event.get("choices"))
        for piece in (given.get("delta"), event.get("message"), event.get("delta")):
            if isinstance(piece, dict):
                _add(message, piece)
        if isinstance(given.get("text"), str) and "delta" not in given:
            _add(message, {"content": given["text"]})
        last_message = given.get("message") or last_message
        _keep(choice, given, leave=("delta", "message", "text"))
    if isinstance(last_message, dict) and not message.get("content"):
        message = {**message, **last_message}
    if not (message or choice):
        return document
    # the end of a message at the top is said beside it
    return {**document, "choices": [{**document, **choice, "message": message}]}


def responses_document(events: Iterable[Document]) -> dict[str, object]:
    """Of the events of OpenAI Responses: what the last of them holds whole, else what the pieces give."""
    document, items, texts = dict[str, object]({"status": "in_progress"}), list[object](), _Pieces()
    for event in events:
        kind, whole = str(event.get("type", "")), event.get("response")
        if isinstance(whole, dict):
            document.update(whole)
        if kind == "response.output_item.done":
            items.append(event.get("item"))
        elif kind.endswith(".delta"):
            texts.add(kind, event.get("delta"))
    if not document.get("output"):
        document["output"] = items or texts.items()
    return document


class _Pieces:
    """Text and reasoning of the deltas of OpenAI Responses."""

    def __init__(self) -> None:
        self._texts = {"output_text": "", "reasoning_text": ""}

    def add(self, kind: str, piece: object) -> None:
        name = "reasoning_text" if "reasoning" in kind else "output_text"
        if isinstance(piece, str) and ("text" in kind or "refusal" in kind):
            self._texts[name] += piece

    def items(self) -> list[object]:
        kinds = {"reasoning_text": "reasoning", "output_text": "message"}
        return [
            {"type": kinds[name], "content": [{"type": name, "text": text}]}
            for name, text in self._texts.items()
            if text
        ]


def messages_document(events: Iterable[Document]) -> dict[str, object]:
    """Of the events of Anthropic Messages."""
    document, blocks = dict[str, object](), dict[object, dict[str, object]]()
    for event in events:
        started, delta, index = event.get("message"), event.get("delta"), event.get("index")
        if isinstance(started, dict):
            document.update(started)
        if isinstance(block := event.get("content_block"), dict):
            blocks[index] = dict(block)
        elif isinstance(delta, dict) and event.get("type") == "content_block_delta":
            _add(blocks.setdefault(index, {"type": "text"}), {k: v for k, v in delta.items() if k != "type"})
        elif isinstance(delta, dict):
            _keep(document, delta)
        if isinstance(usage := event.get("usage"), dict):
            before = document.get("usage")
            document["usage"] = {**(before if isinstance(before, dict) else {}), **usage}
    if blocks or document:
        document["content"] = list(blocks.values())
    return document


def generated_document(events: Iterable[Document]) -> dict[str, object]:
    """Of the chunks of Gemini's streamGenerateContent."""
    document, candidate, parts = dict[str, object](), dict[str, object](), list[object]()
    for event in events:
        _keep(document, event, leave=("candidates",))
        given = _first(event.get("candidates"))
        content = given.get("content")
        pieces = content.get("parts") if isinstance(content, dict) else None
        parts += pieces if isinstance(pieces, list) else []
        _keep(candidate, given, leave=("content",))
    if candidate or parts:
        document["candidates"] = [{**candidate, "content": {"role": "model", "parts": parts}}]
    return document


def _first(value: object) -> Mapping[str, object]:
    first = value[0] if isinstance(value, list) and value else None
    return first if isinstance(first, dict) else {}


def _keep(kept: dict[str, object], given: Document, leave: Sequence[str] = ()) -> None:
    """The latest of each field that says anything."""
    kept.update({name: value for name, value in given.items() if name not in leave and value not in (None, "")})


def _add(whole: dict[str, object], piece: Mapping[str, object]) -> None:
    """A delta on top of what came before: texts are joined, calls go by their index, the rest is as first said."""
    for name, value in piece.items():
        before = whole.get(name)
        if isinstance(value, list) or (isinstance(before, list) and value):
            whole[name] = _added(_parts(before), _parts(value))
        elif isinstance(value, str):
            whole[name] = before + value if isinstance(before, str) and name in _JOINED else before or value
        elif isinstance(value, dict) and isinstance(before, dict):
            _add(before, value)
        elif value is not None:
            whole[name] = dict(value) if isinstance(value, dict) else value


def _parts(value: object) -> list[object]:
    """What came as text before parts came is a part."""
    if isinstance(value, str):
        return [{"type": "text", "text": value}] if value else []
    return value if isinstance(value, list) else []


def _added(whole: list[object], pieces: Sequence[object]) -> list[object]:
    known = {each["index"]: each for each in whole if isinstance(each, dict) and "index" in each}
    for piece in pieces:
        if not isinstance(piece, dict):
            whole.append(piece)
        elif (index := piece.get("index")) in known:
            _add(known[index], {name: value for name, value in piece.items() if name != "index"})
        else:
            whole.append(copied := dict(piece))
            if index is not None:
                known[index] = copied
    return whole
