"""What a record asks and what was answered: a prompt, a list of messages in any form, or numbered turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reviewer.core.codec import json_cell
from reviewer.core.errors import InputError
from reviewer.core.message_forms import is_said_by_assistant, read_messages, turns_apart
from reviewer.core.messages import Role
from reviewer.exchange.kit.streams import text_of

_LAST = "The conversation has no turn of the user's to answer."


def messages_of(value: object) -> list[object]:
    """The items of a conversation: a list of messages, or of texts, which are the user's turns. Raises InputError."""
    if isinstance(value, str):
        value = json_cell(value, "messages")
    if not isinstance(value, list) or not value:
        raise InputError("The messages are no list.", 'Write [{"role": "user", "content": "…"}].')
    if all(isinstance(item, str) for item in value):
        return [{"role": "user", "content": item} for item in value]
    return turns_apart(value)


def split_reply(items: Sequence[object]) -> tuple[list[object], str | None]:
    """The conversation up to the last turn of the assistant, and that turn's text; None where the user has the last
    word, or the turn calls a tool. Raises InputError."""
    if len(items) < 2 or not is_said_by_assistant(items[-1]):
        return list(items), None
    if says_nothing(items[-1]):
        return list(items[:-1]), ""
    last = read_messages(items)[-1]
    if last.role is not Role.ASSISTANT or last.calls:
        return list(items), None
    return list(items[:-1]), last.content


def says_nothing(turn: object) -> bool:
    """Whether a model answered with an empty text, which is a response all the same."""
    fields = turn if isinstance(turn, dict) else {}
    said = [name for name in ("content", "value", "text") if name in fields]
    beside = any(fields.get(name) for name in ("tool_calls", "function_call", "refusal", "parts", "reasoning_content"))
    return bool(said) and not any(fields[name] for name in said if fields[name] != "") and not beside


def with_system(items: Sequence[object], system: str) -> list[object]:
    return [{"role": "system", "content": system}, *items] if system.strip() else list(items)


def turns_of(values: Mapping[str, object], columns: Mapping[str, str]) -> tuple[list[object], str | None]:
    """The messages of numbered columns, {number: column}, `3a` the answer to the third, up to the last request that
    says something; and the answer to that one, None where no column has answers."""
    items: list[object] = []
    numbers = sorted(int(name) for name in columns if not name.endswith("a"))
    asked = [number for number in numbers if text_of(values.get(columns[f"{number}"])).strip()]
    for number in asked:
        items.append({"role": "user", "content": text_of(values.get(columns[f"{number}"]))})
        reply = columns.get(f"{number}a")
        said = text_of(values.get(reply)) if reply else ""
        if number == asked[-1]:
            return items, said if reply else None
        if said.strip():
            items.append({"role": "assistant", "content": said})
    raise InputError(_LAST, "Write one or leave the row out.")
