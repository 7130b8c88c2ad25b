"""Messages of other interfaces and of chat exports, turned into the form of a chat message before they are read.

Known are Gemini's contents (`parts`), Bedrock's Converse, the messages of LangChain, Cohere, Ollama and the AI SDK, the
exports of ChatGPT and Claude, turns that are named by who speaks, and pairs of a role and a text. Fields that none of
them has stay, and are refused later.
"""

from __future__ import annotations

from collections.abc import Mapping

from reviewer.core.hashing import canonical_json

Given = Mapping[str, object]

_LANGCHAIN = {"human": "user", "ai": "assistant", "system": "system", "tool": "tool", "function": "tool"}
_CLASSES = {"HumanMessage": "human", "AIMessage": "ai", "AIMessageChunk": "ai", "SystemMessage": "system"}
_CLASSES |= {"ToolMessage": "tool", "FunctionMessage": "function"}
_SPEAKERS = ("speaker", "sender", "author")
_TEXTS = ("content", "text", "message", "utterance", "value")
_BESIDE_LANGCHAIN = frozenset(
    ("additional_kwargs", "response_metadata", "usage_metadata", "invalid_tool_calls", "example", "artifact")
)
_BESIDE_EXPORT = frozenset(
    ("create_time", "update_time", "end_turn", "metadata", "recipient", "channel", "content_type", "is_complete")
)
_SDK = ("tool-call", "tool-result", "document")
# kept as they are, under their name
_FOREIGN = ("executableCode", "executable_code", "codeExecutionResult", "code_execution_result", "guardContent")
_KINDS = ("image", "audio", "video")


def in_chat_form(item: object, roles: Mapping[str, object]) -> object:
    """The same message with `role` and `content`; what is in no form that is known comes back as it is."""
    if isinstance(item, list) and len(item) == 2 and all(isinstance(each, str) for each in item):
        return {"role": item[0], "content": item[1]} if item[0].lower() in roles else item
    if not isinstance(item, dict):
        return item
    given = _of_langchain(_of_export(item))
    given = _named_by_speaker(given, roles)
    if "content" not in given and ("role" in given or set(given) == {"parts"}):
        given = _content_elsewhere({"role": "user", **given})
    given = _with_pictures(_with_name(given))
    if isinstance(given.get("content"), list):
        parts = [_part(part) for part in _listed(given["content"]) if not _is_mark(part)]
        answers = any(isinstance(part, dict) and part.get("type") == "tool_result" for part in parts)
        given = {**given, "content": parts, **({"role": "user"} if answers and given.get("role") == "tool" else {})}
    return given


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _without(item: Given, names: frozenset[str] | set[str]) -> dict[str, object]:
    return {name: value for name, value in item.items() if name not in names}


def _of_langchain(item: Given) -> Given:
    """`{"type": "human", "content": …}`, the same under `data`, or as a constructor with its arguments."""
    kind, inner = item.get("type"), item.get("data")
    if kind == "constructor" and isinstance(path := item.get("id"), list) and path:
        kind, inner = _CLASSES.get(str(path[-1])), item.get("kwargs")
    if not isinstance(kind, str) or kind not in _LANGCHAIN or "role" in item:
        return item
    fields = inner if isinstance(inner, dict) else item
    if "content" not in fields:
        return item
    calls = fields.get("tool_calls")
    return {
        **_without(fields, _BESIDE_LANGCHAIN | {"type", "tool_calls"}),
        "role": _LANGCHAIN[kind],
        **({"tool_calls": [_langchain_call(call) for call in calls]} if isinstance(calls, list) and calls else {}),
    }


def _langchain_call(call: object) -> object:
    if not isinstance(call, dict) or "args" not in call:
        return call
    return {**_without(call, {"args"}), "arguments": call["args"]}


def _of_export(item: Given) -> Given:
    """ChatGPT's: the author is an object, and so is the content."""
    author, content = item.get("author"), item.get("content")
    if not isinstance(author, dict) or "role" not in author or not isinstance(content, dict):
        return item
    said = content.get("parts", content.get("text"))
    return {**_without(item, _BESIDE_EXPORT | {"author"}), "role": author["role"], "content": said}


def _named_by_speaker(item: Given, roles: Mapping[str, object]) -> Given:
    """`{"speaker": "user", "text": …}`, or `{"user": …}`, whose only field is who speaks."""
    if "role" in item:
        return item
    if "from" in item:
        return _with_value(item, roles)
    for name in _SPEAKERS:
        said = next((text for text in _TEXTS if text in item), None)
        if said and isinstance(speaker := item.get(name), str) and speaker.lower() in roles:
            # Claude's export has the text twice
            left = _without(item, {name, *_TEXTS, "uuid", "updated_at"})
            return {**left, "role": speaker, "content": item[said]}
    if len(item) == 1 and (only := next(iter(item))).lower() in roles and isinstance(item[only], str):
        return {"role": only, "content": item[only]}
    return item


def _with_value(item: Given, roles: Mapping[str, object]) -> Given:
    """ShareGPT's turn with another name for its text, or with parts in place of it."""
    if "value" not in item and (other := next((text for text in _TEXTS if text in item), None)):
        item = {**_without(item, {other}), "value": item[other]}
    if isinstance(item.get("value"), list) and str(item["from"]).lower() in roles and not _is_calling(item["from"]):
        return {**_without(item, {"from", "value"}), "role": item["from"], "content": item["value"]}
    return item


def _is_calling(role: object) -> bool:
    return isinstance(role, str) and ("call" in role or "observation" in role or "response" in role)


def _content_elsewhere(item: Given) -> Given:
    if isinstance(parts := item.get("parts"), list):
        answers = any(isinstance(part, dict) and _of(part, "functionResponse", "function_response") for part in parts)
        role = "user" if answers else item["role"]
        return {**_without(item, {"parts"}), "role": role, "content": parts}
    for name in ("message", "utterance", "tool_plan"):
        if isinstance(item.get(name), str):
            return {**_without(item, {name}), "content": item[name]}
    return item


def _of(part: Given, *names: str) -> Given | None:
    """The object under one of the names."""
    return next((found for name in names if isinstance(found := part.get(name), dict)), None)


def _part(part: object) -> object:
    """A part of Gemini's or Bedrock's, whose only field says of which kind it is, as one with a type."""
    if isinstance(part, dict) and part.get("type") in _SDK:
        return _sdk_part(part)
    if not isinstance(part, dict) or "type" in part:
        return part
    if isinstance(part.get("text"), str) and part.get("thought") is True:
        return {"type": "thinking", "thinking": part["text"]}
    if call := _of(part, "functionCall", "function_call"):
        return {"type": "tool_use", "name": call.get("name"), "input": call.get("args", {}), "id": call.get("id")}
    if result := _of(part, "functionResponse", "function_response"):
        named = {"name": result.get("name"), "tool_use_id": result.get("id")}
        return {"type": "tool_result", **named, "content": _said_by_tool(result.get("response"))}
    if thought := _of(part, "reasoningContent"):
        text = _of(thought, "reasoningText") or {}
        return {"type": "thinking", "thinking": str(text.get("text", ""))}
    if call := _of(part, "toolUse"):
        return {
            "type": "tool_use",
            "name": call.get("name"),
            "input": call.get("input", {}),
            "id": call.get("toolUseId"),
        }
    if result := _of(part, "toolResult"):
        failed = result.get("status") == "error"
        content = [_said_by_tool(each) for each in _listed(result.get("content"))]
        return {"type": "tool_result", "tool_use_id": result.get("toolUseId"), "content": content, "is_error": failed}
    return _file(part)


def _sdk_part(part: Given) -> object:
    """Of the AI SDK: a call and its result with names of their own; and what Cohere's tools give."""
    if part["type"] == "document":
        held = _of(part, "document") or part
        data = held.get("data")
        is_text = isinstance(data, dict) or (isinstance(data, str) and held is not part and set(held) <= {"data", "id"})
        return {"type": "text", "text": _said_by_tool(data)} if is_text else part
    fields = {"id": part.get("toolCallId"), "name": part.get("toolName")}
    if part["type"] == "tool-call":
        return {"type": "tool_use", **fields, "input": part.get("args", part.get("input"))}
    result = part.get("result", part.get("output"))
    if isinstance(result, dict) and set(result) == {"type", "value"}:
        result = result["value"]
    return {
        "type": "tool_result",
        "tool_use_id": fields["id"],
        "name": fields["name"],
        "content": _said_by_tool(result),
    }


def _is_mark(part: object) -> bool:
    """A place for a cache, which says nothing."""
    return isinstance(part, dict) and set(part) == {"cachePoint"}


def _with_name(item: Given) -> Given:
    """Ollama's name of the tool that gave a result."""
    if "tool_name" not in item or "name" in item:
        return item
    return {**_without(item, {"tool_name"}), "name": item["tool_name"]}


def _with_pictures(item: Given) -> Given:
    """Ollama's pictures, which stand beside the text."""
    pictures, text = item.get("images"), item.get("content")
    if not isinstance(pictures, list) or not pictures or not isinstance(text, str):
        return item
    if not all(isinstance(picture, str) for picture in pictures):
        return item
    said = [{"type": "text", "text": text}] if text else []
    return {**_without(item, {"images"}), "content": [*said, *({"type": "image", "data": each} for each in pictures)]}


def _said_by_tool(value: object) -> object:
    """What a tool gave: a text, or JSON as text."""
    if isinstance(value, dict) and set(value) == {"text"}:
        return value["text"]
    if isinstance(value, dict) and set(value) == {"json"}:
        value = value["json"]
    return value if isinstance(value, str) else canonical_json(value)


def _file(part: Given) -> object:
    if held := _of(part, "inlineData", "inline_data", "fileData", "file_data"):
        media = str(held.get("mimeType", held.get("mime_type", "")))
        kind = next((kind for kind in _KINDS if media.startswith(kind)), "file")
        source = held.get("data", held.get("fileUri", held.get("file_uri")))
        field = "data" if "data" in held else "url"
        known = {"data", "fileUri", "file_uri", "mimeType", "mime_type", "displayName"}
        return {"type": kind, "media_type": media, field: source, **_without(held, known)}
    for kind in (*_KINDS, "document"):
        if (held := _of(part, kind)) and isinstance(source := held.get("source"), dict) and "bytes" in source:
            media = f"{kind}/{held.get('format')}" if kind in _KINDS else f"application/{held.get('format')}"
            name = {"name": held["name"]} if isinstance(held.get("name"), str) else {}
            return {"type": kind, "media_type": media, "data": source["bytes"], **name}
    foreign = next((name for name in _FOREIGN if isinstance(part.get(name), dict)), None)
    return {"type": foreign, **part} if foreign else part
