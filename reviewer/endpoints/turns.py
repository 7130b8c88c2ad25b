"""Messages as each protocol has them: texts, pictures and files, tool calls and their results.

What a protocol has no form for raises UnsendableError; nothing is left out in silence. Where there is no field for a
speaker's name or for a tool's failure, a word before the text says it. What a model thought before an earlier turn is
not sent, as providers want it, but for the signed blocks that Anthropic takes back. An outside address is sent as it
is and never fetched here.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from reviewer.core.messages import (
    INSTRUCTING,
    FileKind,
    FilePart,
    ForeignPart,
    Message,
    MessagePart,
    Role,
    TextPart,
    ToolCall,
    audio_format,
)
from reviewer.endpoints.protocol import UnsendableError

Json = dict[str, object]
CHAT, RESPONSES, ANTHROPIC, GEMINI = "OpenAI chat completions", "OpenAI Responses", "Anthropic Messages", "Gemini"
TEMPLATE = "A template without {{messages}}"

_ANTHROPIC_IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_ANTHROPIC_ID = re.compile(r"[^a-zA-Z0-9_-]")
_GOOGLE_FILES = ("gs://", "https://generativelanguage.googleapis.com/", "https://www.youtube.com/")
_DATA = re.compile(r"(?:data:[^,\s]{0,200},)?[A-Za-z0-9+/]+={0,2}")
MOST_SHOWN, _SHOWN = 2_000, 80
_WEB = ("https://", "http://")


# OpenAI chat completions


def chat_messages(messages: Sequence[Message], *, instructing: str = "") -> list[Json]:
    """`messages` of a request. `instructing` is the one role for instructions, where a server knows only that."""
    return [_chat_message(message, instructing) for message in _with_ids(messages)]


def _chat_message(message: Message, instructing: str) -> Json:
    role = instructing if instructing and message.role in INSTRUCTING else str(message.role)
    if message.role is Role.TOOL:
        return {"role": role, "tool_call_id": message.call_id, "content": _result_text(message, CHAT)}
    named: Json = {"name": message.name} if message.name else {}
    if not message.parts:
        return {"role": role, "content": message.content, **named}
    content: object = [_chat_part(part, message.role) for part in _sent(message)] or None
    if all(isinstance(part, TextPart) for part in _sent(message)):
        content = message.content or None
    calls: Json = {"tool_calls": [call.as_json() for call in message.calls]} if message.calls else {}
    return {"role": role, "content": content, **named, **calls}


def _chat_part(part: MessagePart, role: Role) -> Json:
    if isinstance(part, TextPart):
        return part.as_json()
    file = _file(part, role, CHAT)
    if role is not Role.USER:
        raise UnsendableError(CHAT, f"{_a(file)} in the {role}'s turn")
    if file.kind is FileKind.FILE and (file.data or file.file_id):
        given = {"filename": file.name or "file", "file_data": file.address} if file.data else {"file_id": file.file_id}
        return {"type": "file", "file": given}
    if file.kind is FileKind.AUDIO and file.data:
        return {"type": "input_audio", "input_audio": {"data": file.data, "format": audio_format(file.media_type)}}
    if file.kind in (FileKind.IMAGE, FileKind.VIDEO) and file.address:
        detail = {"detail": file.detail} if file.detail else {}
        return {"type": f"{file.kind}_url", f"{file.kind}_url": {"url": file.address, **detail}}
    raise UnsendableError(CHAT, f"{_a(file)} by {'its address' if file.url else 'the id of a stored file'}")


# OpenAI Responses


def response_items(messages: Sequence[Message]) -> list[Json]:
    """`input` of a request: a call and its result are items of their own."""
    items: list[Json] = []
    for message in _with_ids(messages):
        if message.role is Role.TOOL:
            items.append({"type": "function_call_output", "call_id": message.call_id, "output": _output(message)})
            continue
        content: object = _named(message, message.content)
        if message.files or any(_refused(part) for part in message.parts):
            content = [_response_part(part, message.role) for part in _named_parts(message)]
        if content:
            items.append({"role": str(message.role), "content": content})
        items += [
            {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments or "{}"}
            for call in message.calls
        ]
    return items


def _output(message: Message) -> object:
    if not message.files:
        return _result_text(message, RESPONSES)
    failed: list[MessagePart] = [TextPart("The tool failed:")] if message.failed else []
    return [_response_part(part, Role.TOOL) for part in (*failed, *_sent(message))]


def _response_part(part: MessagePart, role: Role) -> Json:
    if isinstance(part, TextPart):
        return {"type": "input_text", "text": part.text}
    file = _file(part, role, RESPONSES)
    if role not in (Role.USER, Role.TOOL):
        raise UnsendableError(RESPONSES, f"{_a(file)} in the {role}'s turn")
    stored = {"file_id": file.file_id}
    if file.kind is FileKind.IMAGE:
        place = {"image_url": file.address} if file.address else stored
        return {"type": "input_image", **place, "detail": file.detail or "auto"}
    if file.kind is not FileKind.FILE:
        raise UnsendableError(RESPONSES, _a(file))
    if file.data:
        return {"type": "input_file", "filename": file.name or "file", "file_data": file.address}
    return {"type": "input_file", **({"file_url": file.url} if file.url else stored)}


# Anthropic Messages


def anthropic_turns(messages: Sequence[Message]) -> Json:
    """`system`, `messages`, and where there are calls the `tools` that the protocol then wants, not to be called."""
    system = "\n\n".join(message.content for message in messages if message.role in INSTRUCTING)
    turns: list[Json] = []
    for message in _with_ids(messages):
        if message.role in INSTRUCTING:
            continue
        turn = _anthropic_turn(message)
        # results and what the user says behind them are one turn
        if message.role in (Role.USER, Role.TOOL) and turns and _has_results(turns[-1]):
            turns[-1]["content"] = [*_blocks(turns[-1]["content"]), *_blocks(turn["content"])]
        else:
            turns.append(turn)
    names = dict.fromkeys(call.name for message in messages for call in message.calls)
    tools: Json = {
        "tools": [{"name": name, "input_schema": {"type": "object"}} for name in names],
        "tool_choice": {"type": "none"},
    }
    return {**({"system": system} if system else {}), "messages": turns, **(tools if names else {})}


def _anthropic_turn(message: Message) -> Json:
    if message.role is Role.TOOL:
        content = [_anthropic_part(part, message.role) for part in _sent(message)] if message.parts else message.content
        failed = {"is_error": True} if message.failed else {}
        result = {"type": "tool_result", "tool_use_id": _anthropic_id(message.call_id), "content": content, **failed}
        return {"role": "user", "content": [result]}
    role = str(message.role)
    if not message.parts:
        return {"role": role, "content": _named(message, message.content)}
    signed = [part.as_json() for part in message.parts if _is_signed(part)]
    said = [_anthropic_part(part, message.role) for part in _named_parts(message)]
    return {"role": role, "content": [*signed, *said, *map(_tool_use, message.calls)]}


def _is_signed(part: MessagePart) -> bool:
    return isinstance(part, ForeignPart) and part.is_reasoning and bool({"signature", "data"} & part.as_json().keys())


def _anthropic_part(part: MessagePart, role: Role) -> Json:
    if isinstance(part, TextPart):
        return part.as_json()
    file = _file(part, role, ANTHROPIC)
    if role is Role.ASSISTANT or file.kind in (FileKind.AUDIO, FileKind.VIDEO) or not file.address:
        where = " in the assistant's turn" if role is Role.ASSISTANT else "" if file.address else " of another provider"
        raise UnsendableError(ANTHROPIC, f"{_a(file)}{where}")
    if file.kind is FileKind.IMAGE:
        if file.data and file.media_type not in _ANTHROPIC_IMAGES:
            raise UnsendableError(ANTHROPIC, f"a picture of the type {file.media_type or 'nobody knows'}")
        return {"type": "image", "source": _source(file)}
    titled = {"title": file.name} if file.name else {}
    if file.data and file.media_type == "text/plain":
        text = base64.b64decode(file.data).decode("utf-8", "replace")
        return {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}, **titled}
    if file.data and file.media_type != "application/pdf":
        raise UnsendableError(ANTHROPIC, f"a file of the type {file.media_type or 'nobody knows'}")
    return {"type": "document", "source": _source(file), **titled}


def _source(file: FilePart) -> Json:
    if file.data:
        return {"type": "base64", "media_type": file.media_type, "data": file.data}
    return {"type": "url", "url": file.url}


def _tool_use(call: ToolCall) -> Json:
    return {"type": "tool_use", "id": _anthropic_id(call.id), "name": call.name, "input": _arguments(call, ANTHROPIC)}


def _anthropic_id(call_id: str) -> str:
    return _ANTHROPIC_ID.sub("_", call_id)


def _has_results(turn: Json) -> bool:
    content = turn["content"]
    return isinstance(content, list) and any(block.get("type") == "tool_result" for block in content)


def _blocks(content: object) -> list[object]:
    return content if isinstance(content, list) else [{"type": "text", "text": content}]


# Gemini


def gemini_turns(messages: Sequence[Message]) -> Json:
    """`systemInstruction` and `contents`; results that follow each other are one content."""
    system = [{"text": message.content} for message in messages if message.role in INSTRUCTING]
    contents: list[Json] = []
    before: Role | None = None
    for message in _with_ids(messages):
        if message.role in INSTRUCTING:
            continue
        parts: list[object] = [*_gemini_parts(message)]
        if message.role is Role.TOOL and before is Role.TOOL:
            contents[-1]["parts"] = [*_blocks(contents[-1]["parts"]), *parts]
        else:
            contents.append({"role": "model" if message.role is Role.ASSISTANT else "user", "parts": parts})
        before = message.role
    return {**({"systemInstruction": {"parts": system}} if system else {}), "contents": contents}


def _gemini_parts(message: Message) -> list[Json]:
    if message.role is Role.TOOL:
        response = _gemini_result(_texts_only(message, GEMINI), failed=message.failed)
        return [{"functionResponse": {"name": message.name, "response": response}}]
    said = [_gemini_part(part, message.role) for part in _named_parts(message)]
    calls: list[Json] = [
        {"functionCall": {"name": call.name, "args": _arguments(call, GEMINI)}} for call in message.calls
    ]
    return [*said, *calls]


def _gemini_result(text: str, *, failed: bool) -> Json:
    """An object as it is; anything else under the name that the protocol gives it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and not failed:
        return found
    return {"error" if failed else "result": text}


def _gemini_part(part: MessagePart, role: Role) -> Json:
    if isinstance(part, TextPart):
        return {"text": part.text}
    file = _file(part, role, GEMINI)
    if file.data and file.media_type:
        return {"inlineData": {"mimeType": file.media_type, "data": file.data}}
    if file.url.startswith(_GOOGLE_FILES):
        typed = {"mimeType": file.media_type} if file.media_type else {}
        return {"fileData": {**typed, "fileUri": file.url}}
    why = "of no known type" if file.data else "by an address that is not Google's" if file.url else "of OpenAI's store"
    raise UnsendableError(GEMINI, f"{_a(file)} {why}")


# templates


def template_values(messages: Sequence[Message], *, whole: bool) -> Json:
    """What `messages`, `prompt` and `system` stand for. Where a template sends not the `whole` conversation, files and
    tool turns cannot go with it.
    """
    if not whole:
        for message in messages:
            if message.calls or message.role is Role.TOOL:
                raise UnsendableError(TEMPLATE, "calls of tools and their results")
            if others := [part for part in _sent(message) if not isinstance(part, TextPart)]:
                raise UnsendableError(TEMPLATE, _a(_file(others[0], message.role, TEMPLATE)))
    users = [message.content for message in messages if message.role is Role.USER]
    system = "\n\n".join(message.content for message in messages if message.role in INSTRUCTING)
    return {
        "messages": [_template_message(message) for message in _with_ids(messages)] if whole else [],
        "prompt": users[-1] if users else "",
        "system": system or None,
    }


def _template_message(message: Message) -> Json:
    """OpenAI's form, which most servers have taken over; a developer is what they all know as system."""
    found = replace(message, parts=(*_sent(message), *message.calls)) if message.parts else message
    role = str(Role.SYSTEM if message.role in INSTRUCTING else message.role)
    return {**found.as_json(), "role": role}


def abbreviated(body: object) -> object:
    """A request for people to read: the data of pictures and files is cut."""
    if isinstance(body, dict):
        return {name: abbreviated(value) for name, value in body.items()}
    if isinstance(body, list):
        return [abbreviated(value) for value in body]
    if isinstance(body, str) and len(body) > MOST_SHOWN and _DATA.fullmatch(body):
        return f"{body[:_SHOWN]}… ({len(body):,} characters)"
    return body


# what all have in common


def _with_ids(messages: Sequence[Message]) -> list[Message]:
    """Every call with an id, made where it has none, and every result with that of its call.

    A turn that is nothing but reasoning is none.
    """
    taken = {call.id for message in messages for call in message.calls if call.id}
    made = (name for number in count(1) if (name := f"call_{number}") not in taken)
    found: list[Message] = []
    waiting: list[ToolCall] = []
    for message in messages:
        if message.parts and not (message.calls or _sent(message)):
            continue
        if message.calls:
            waiting = [call if call.id else replace(call, id=next(made)) for call in message.calls]
            message = replace(message, parts=(*message.body, *waiting))
        elif message.role is Role.TOOL and waiting:
            own = next((call for call in waiting if _fits(call, message)), waiting[0])
            waiting = [call for call in waiting if call is not own]
            message = replace(message, call_id=message.call_id or own.id)
        found.append(message)
    return found


def _fits(call: ToolCall, result: Message) -> bool:
    return call.id == result.call_id if result.call_id else result.name in ("", call.name)


def _sent(message: Message) -> list[MessagePart]:
    """What is said, without reasoning and calls."""
    return [part for part in message.body if not (isinstance(part, ForeignPart) and part.is_reasoning)]


def _refused(part: MessagePart) -> bool:
    return isinstance(part, ForeignPart) and not part.is_reasoning


def _file(part: MessagePart, role: Role, protocol: str) -> FilePart:
    """The part as a file that can go somewhere. Raises UnsendableError for a part that is only kept."""
    if not isinstance(part, FilePart):
        kind = part.type if isinstance(part, ForeignPart) else "tool call"
        raise UnsendableError(protocol, f"a part of the type {kind[:40]!r} in the {role}'s turn")
    if part.url and not part.url.startswith((*_WEB, "gs://")):
        raise UnsendableError(protocol, f"{_a(part)} of which only the place on a disk is known")
    return part


def _a(file: FilePart) -> str:
    return f"an {file.kind.word} file" if file.kind is FileKind.AUDIO else f"a {file.kind.word}"


def _texts_only(message: Message, protocol: str) -> str:
    for part in _sent(message):
        if not isinstance(part, TextPart):
            raise UnsendableError(protocol, f"{_a(_file(part, message.role, protocol))} in a tool's result")
    return message.content


def _result_text(message: Message, protocol: str) -> str:
    text = _texts_only(message, protocol)
    return f"The tool failed: {text}" if message.failed else text


def _named(message: Message, text: str) -> str:
    return f"{message.name}: {text}" if message.name else text


def _named_parts(message: Message) -> list[MessagePart]:
    """What is said, the first of it with the speaker's name."""
    parts = _sent(message)
    if not message.name:
        return parts
    if parts and isinstance(parts[0], TextPart):
        return [TextPart(_named(message, parts[0].text)), *parts[1:]]
    return [TextPart(f"{message.name}:"), *parts]


def _arguments(call: ToolCall, protocol: str) -> Mapping[str, object]:
    found = call.parsed_arguments
    if found is None:
        raise UnsendableError(protocol, f"the call of {call.name[:40]!r}: its arguments are no JSON object")
    return found
