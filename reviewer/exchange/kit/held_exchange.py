"""What was asked and what was answered, in the forms that tracing tools keep a call's input and output in.

A text, messages (OpenAI's, LangChain's as objects, pairs or constructors, OpenInference's dotted ones), an object with
one of these under a usual name, or any of it as JSON or as Python prints it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewer.exchange.kit.python_cells import python_value

_ASKING = (
    *("messages", "input_messages", "question", "query", "prompt", "input", "inputs", "user_input", "instruction"),
    *("example", "text", "content", "user", "request", "message"),
)
_ANSWERING = (
    *("choices", "generations", "message", "messages", "output", "outputs", "answer", "response", "completion"),
    *("text", "content", "result", "output_text", "prediction", "model_output", "value"),
)
_ROLES = ("system", "developer", "human", "user", "ai", "assistant", "tool")
_DEEPEST = 6
_OPENING = ("{", "[")


@dataclass(frozen=True)
class HeldAnswer:
    """`only_calls`: the model called a tool and said nothing."""

    text: str
    only_calls: bool = False


def asked_in(value: object, depth: int = 0) -> str | list[object]:
    """A text or messages; "" where there is none."""
    value = _opened(value)
    if isinstance(value, str) or depth > _DEEPEST:
        return value if isinstance(value, str) else ""
    if isinstance(value, list):
        return _asked_of(value, depth)
    if isinstance(value, dict):
        if _is_message(value):
            return [_message(value)]
        names = [name for name in _ASKING if value.get(name)]
        found = next((asked for name in names if (asked := asked_in(value[name], depth + 1))), "")
        texts = [each for each in value.values() if isinstance(each, str) and each.strip()]
        return found or (texts[0] if len(texts) == 1 and len(value) == 1 else "")
    return ""


def _asked_of(items: Sequence[object], depth: int) -> str | list[object]:
    pairs = [item for item in items if isinstance(item, list) and len(item) == 2 and all(map(_is_text, item))]
    if items and len(pairs) == len(items) and all(role in _ROLES for role, _ in pairs):
        return [{"role": role, "content": text} for role, text in pairs]
    if len(items) == 1 and isinstance(items[0], list | str):
        return asked_in(items[0], depth + 1)
    messages = [_message(item) for item in items if isinstance(item, dict) and _is_message(item)]
    return list(messages) if items and len(messages) == len(items) else ""


def answer_in(value: object, depth: int = 0) -> HeldAnswer | None:
    """None where nothing was answered."""
    if isinstance(value, str):
        opened = _opened(value)
        inside = answer_in(opened, depth + 1) if depth <= _DEEPEST and _is_called(opened) else None
        return inside or HeldAnswer(value)
    if isinstance(value, list) and depth <= _DEEPEST:
        said = [item for item in value if _is_text(item) or isinstance(item, list | dict)]
        parts = [item for item in said if isinstance(item, dict) and item.get("type") in ("text", "output_text")]
        if parts:
            return HeldAnswer("\n".join(str(part.get("text")) for part in parts if _is_text(part.get("text"))))
        return answer_in(said[-1 if _are_messages(said) else 0], depth + 1) if said else None
    if isinstance(value, dict) and depth <= _DEEPEST:
        return _answer_of(value, depth)
    return None


def _answer_of(held: Mapping[str, object], depth: int) -> HeldAnswer | None:
    if _is_message(held):
        message = _message(held)
        said = answer_in(message["content"], depth + 1)
        calls = bool(message.get("tool_calls")) and (said is None or not said.text.strip())
        refusal = held.get("refusal")
        if isinstance(refusal, str) and refusal and (said is None or not said.text):
            return HeldAnswer(refusal)
        return HeldAnswer("", only_calls=True) if calls else said
    for name in _ANSWERING:
        if held.get(name) and (found := answer_in(held[name], depth + 1)) is not None:
            return found
    texts = [each for each in held.values() if _is_text(each)]
    return HeldAnswer(str(texts[0])) if len(texts) == 1 and len(held) == 1 else None


def _opened(value: object) -> object:
    """What a text holds that is JSON or Python's print of a list, an object or a text; else the value as it is."""
    if not isinstance(value, str) or not value.strip().startswith((*_OPENING, '"')):
        return value
    text = value.strip()
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        held = python_value(text)
    return held if isinstance(held, str | list | dict) else value


def _is_called(value: object) -> bool:
    """Whether an object or a list is what a model's interface answers with, and no text of a model's that is JSON."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) and _is_called(item) for item in value)
    return isinstance(value, dict) and (
        bool({"choices", "generations", "message"} & value.keys()) or _is_message(value)
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are_messages(items: Sequence[object]) -> bool:
    return all(isinstance(item, dict) and _is_message(item) for item in items)


def _is_message(item: Mapping[str, object]) -> bool:
    inner = item.get("kwargs", item.get("data"))
    return (
        ("role" in item and ("content" in item or "parts" in item or "tool_calls" in item))
        or "message.role" in item
        or (isinstance(inner, dict) and "content" in inner)
        or (item.get("type") in ("human", "ai", "system", "tool") and "content" in item)
    )


_LANGCHAIN = {"HumanMessage": "user", "AIMessage": "assistant", "SystemMessage": "system", "ToolMessage": "tool"}


def _message(item: Mapping[str, object]) -> dict[str, object]:
    """A message in any of these forms, as a role with a content."""
    if "message.role" in item:
        content = item.get("message.content") or item.get("message.contents") or ""
        return _made(item["message.role"], content, item.get("message.tool_calls"))
    inner = item.get("kwargs", item.get("data"))
    if isinstance(inner, dict) and "role" not in item:
        names = item.get("id")
        named = _LANGCHAIN.get(str(names[-1]).removesuffix("Chunk"), "") if isinstance(names, list) and names else ""
        role = named or item.get("type") if item.get("type") != "constructor" else named or inner.get("type")
        return _made(role, inner.get("content"), inner.get("tool_calls"))
    return _made(item.get("role", item.get("type")), item.get("content", item.get("parts")), item.get("tool_calls"))


def _made(role: object, content: object, calls: object) -> dict[str, object]:
    if isinstance(content, list):
        content = [_part(part) for part in content]
    made: dict[str, object] = {"role": role, "content": content if content is not None else ""}
    return {**made, "tool_calls": calls} if calls else made


def _part(part: object) -> object:
    if isinstance(part, dict) and "message_content.type" in part:
        return {name.removeprefix("message_content."): held for name, held in part.items()}
    return part
