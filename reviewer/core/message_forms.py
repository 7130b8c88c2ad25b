"""Conversations in the forms that exports and data sets have them in, read into messages and checked.

Read are OpenAI's chat messages (parts, `tool_calls`, the older `function_call` and role `function`), items of its
Responses interface, Anthropic's content blocks, and ShareGPT's turns (`from` and `value`); messages of other interfaces
are turned into these before (`message_dialects.py`). A result of a tool gets the name of the tool from the call that
it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json
from reviewer.core.message_dialects import in_chat_form
from reviewer.core.message_parts import NO_CONTENT, check_fields, read_part, tool_call
from reviewer.core.messages import (
    INSTRUCTING,
    ForeignPart,
    Message,
    MessagePart,
    Role,
    TextPart,
    ToolCall,
    message_of,
    strings_in,
)

Given = Mapping[str, object]

MAX_MESSAGE_CHARACTERS = 2_000_000
_PLAIN = {"role", "content"}
_TEXT_ROLES = {role.value: role for role in Role}
_ROLES = {role.value: role for role in Role} | {
    "human": Role.USER,
    "gpt": Role.ASSISTANT,
    "chatgpt": Role.ASSISTANT,
    "bot": Role.ASSISTANT,
    "ai": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "chatbot": Role.ASSISTANT,
    "bing": Role.ASSISTANT,
    "bard": Role.ASSISTANT,
    "claude": Role.ASSISTANT,
    "prompter": Role.USER,
    "function": Role.TOOL,
    "observation": Role.TOOL,
    "function_response": Role.TOOL,
    "tool_response": Role.TOOL,
    "ipython": Role.TOOL,
    "function_call": Role.ASSISTANT,
    "tool_call": Role.ASSISTANT,
}
_CALLING = frozenset({"function_call", "tool_call"})
_SAID = frozenset({"value", "text"})
_CALLS = [*_CALLING, "custom_tool_call"]
_FIELDS = {
    *("role", "content", "name", "tool_calls", "function_call", "tool_call_id", "refusal", "is_error"),
    *("reasoning_content", "reasoning", "thinking"),
}
_SIDES = {
    **{name: Role.USER for name in ("user", "human", "question", "prompt", "query", "instruction", "request", "input")},
    **dict.fromkeys(
        ("assistant", "gpt", "bot", "model", "ai", "chatgpt", "answer", "response", "output"), Role.ASSISTANT
    ),
}
"""The sides of a pair that is one item of a conversation."""
_NOT_SENT = NO_CONTENT | {
    *("weight", "train", "loss", "mask", "timestamp", "created_at", "createdAt", "updatedAt", "create_time"),
    *("model", "modelName", "modelIdx", "models", "language", "country", "state", "hashed_ip", "header", "toxic"),
    *("redacted", "turn_identifier", "openai_id", "parentId", "childrenIds", "done", "userContext", "rating"),
}
"""Fields of a message that say how it was trained on, who wrote it, when and where, or what was thought of it; nothing
of what is sent."""


@dataclass(frozen=True)
class _Turn:
    """A message and the number of the item that it stands in."""

    number: int
    message: Message


def read_messages(items: Sequence[object]) -> tuple[Message, ...]:
    """The messages of a conversation in any form, whoever has the last turn. Raises InputError."""
    return tuple(turn.message for turn in _read(items))


def checked_messages(items: object) -> tuple[Message, ...]:
    """Messages that can be sent, from JSON in any form; InputError says which message is wrong, and how.

    A list that ends with the user's turn or a tool's result, instructions at its beginning, and behind every call its
    result.
    """
    if not isinstance(items, list) or not items:
        raise InputError(
            "The messages are missing.", 'Give "messages": [{"role": "user", "content": "..."}] or "prompt".'
        )
    turns = _read(items)
    last = turns[-1].message.role
    if last not in (Role.USER, Role.TOOL):
        raise InputError(
            f"The last turn is the {last}'s; it must be the user's, or a tool's result.",
            "End the conversation with the request that is to be answered, and leave out what was answered to it.",
        )
    _check_order(turns)
    return tuple(turn.message for turn in _with_tool_names(turns))


def is_said_by_assistant(item: object) -> bool:
    """Whether a message in any form, read or not, is the model's, by whatever name it is called."""
    given = in_chat_form(item, _ROLES)
    role = given.get("role", given.get("from")) if isinstance(given, dict) else None
    return isinstance(role, str) and _ROLES.get(role.strip().lower()) is Role.ASSISTANT


def turns_apart(items: Sequence[object]) -> list[object]:
    """The turns of a conversation whose items hold a request and what was answered to it, `{"human", "assistant"}` or
    `{"question", "answer"}`; any other item as it is."""
    return [turn for item in items for turn in _pair_apart(item)]


def _pair_apart(item: object) -> tuple[object, ...]:
    if not isinstance(item, dict) or len(item) != 2 or not all(isinstance(text, str) for text in item.values()):
        return (item,)
    asks, answers = (_SIDES.get(name.strip().lower()) for name in item)
    if (asks, answers) not in ((Role.USER, Role.ASSISTANT), (Role.ASSISTANT, Role.USER)):
        return (item,)
    said = sorted(item.items(), key=lambda pair: _SIDES[pair[0].strip().lower()] is Role.ASSISTANT)
    roles = ("user", "assistant")
    turns = [{"role": role, "content": text} for role, (_, text) in zip(roles, said, strict=True)]
    return tuple(turns if said[1][1].strip() else turns[:1])


def _check_order(turns: Sequence[_Turn]) -> None:
    begun = False
    for turn in turns:
        role = turn.message.role
        if begun and role in INSTRUCTING:
            raise InputError(f"A {role} message stands after the first turn.", "Put it first.")
        begun = begun or role not in INSTRUCTING


def _read(items: Sequence[object]) -> list[_Turn]:
    turns: list[_Turn] = []
    for number, item in enumerate(items, start=1):
        plain = _plain(item)
        found = _any_form(number, item) if plain is None else [plain]
        for message in found:
            _check_length(number, message)
            if turns and _goes_on(item, turns[-1].message, message):
                before = turns.pop().message
                message = _joined(before, message)
            turns.append(_Turn(number, message))
    return turns


def _plain(item: object) -> Message | None:
    """What nearly all are: a role and a text."""
    if not isinstance(item, dict) or item.keys() != _PLAIN:
        return None
    role, content = item["role"], item["content"]
    known = _TEXT_ROLES.get(role) if isinstance(role, str) and isinstance(content, str) else None
    return None if known is None else Message(known, content)


def _goes_on(item: object, before: Message, message: Message) -> bool:
    """Whether a call that is an item of its own belongs to the assistant's turn before it, or a turn to the reasoning
    before it."""
    thought = before.is_reasoning
    alone = thought or (isinstance(item, dict) and any(item.get(name) in _CALLS for name in ("type", "from", "role")))
    return alone and before.role is Role.ASSISTANT and message.role is Role.ASSISTANT


def _joined(before: Message, message: Message) -> Message:
    parts = (*before.body, *before.calls, *message.body, *message.calls)
    return message_of(Role.ASSISTANT, parts, name=before.name or message.name)


def _role(number: int, role: object) -> Role:
    found = _ROLES.get(role.strip().lower()) if isinstance(role, str) else None
    if found is None:
        raise InputError(
            f"Message {number} has the unknown role {str(role)[:40]!r}.",
            "Use system, developer, user, assistant or tool.",
        )
    return found


def _check_length(number: int, message: Message) -> None:
    if not message.parts and message.role is not Role.TOOL and not message.content.strip():
        raise InputError(f"Message {number} ({message.role}) is empty.", "Write the text or leave the turn out.")
    if message.role is not Role.ASSISTANT and message.is_reasoning:
        raise InputError(
            f"Message {number} ({message.role}) holds nothing but reasoning, which is sent to no model.",
            "Write its text, or make it the assistant's turn.",
        )
    if len(message.content) > MAX_MESSAGE_CHARACTERS:
        raise InputError(
            f"Message {number} has {len(message.content):,} characters; the most is {MAX_MESSAGE_CHARACTERS:,}.",
            "Shorten it or leave the case out.",
        )


# the forms


def _any_form(number: int, item: object) -> list[Message]:
    item = in_chat_form(item, _ROLES)
    if not isinstance(item, dict):
        raise InputError(f"Message {number} is not a role with a text.", 'Give {"role", "content"}.')
    if "from" in item and "role" not in item:
        return [_of_share_gpt(number, item)]
    if "role" in item and "content" not in item and (said := _SAID & item.keys()):
        # ShareGPT's turns with half of their names changed
        (name, *_) = sorted(said)
        item = {"content": item[name], **{field: value for field, value in item.items() if field != name}}
    if isinstance(item.get("role"), str) and item["role"] in _CALLING:
        return [message_of(Role.ASSISTANT, _calls_in(number, item.get("content")))]
    kind = item.get("type")
    if "role" not in item and kind in ("function_call", "custom_tool_call"):
        return [_of_call_item(number, item)]
    if "role" not in item and kind in ("function_call_output", "custom_tool_call_output"):
        _check_known(number, item, {"call_id", "output", "name"})
        output = {"role": "tool", "content": item.get("output"), "tool_call_id": item.get("call_id")}
        return _of_chat(number, {**output, "name": item.get("name")})
    if "role" not in item and kind == "reasoning":
        return [message_of(Role.ASSISTANT, (ForeignPart("reasoning", canonical_json(dict(item))),))]
    return _of_chat(number, item)


def _of_share_gpt(number: int, item: Given) -> Message:
    _check_known(number, item, {"from", "value", "content", "name"})
    role, value = _role(number, item["from"]), item.get("value", item.get("content"))
    if item["from"] in _CALLING:
        return message_of(Role.ASSISTANT, _calls_in(number, value))
    if role is Role.TOOL:
        value = _result_json(value)
    if not isinstance(value, str):
        raise InputError(f'Message {number} has no "value" that is a text.', 'Give {"from", "value"}.')
    return Message(role, value, _short(number, item, "name"))


def _calls_in(number: int, value: object) -> tuple[MessagePart, ...]:
    """The calls of a turn of ShareGPT's: an object with name and arguments, or a list of such, as text or as it is."""
    found = value
    if isinstance(value, str):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            found = None
    calls = [call for call in (found if isinstance(found, list) else [found]) if isinstance(call, dict)]
    if not calls or (isinstance(found, list) and len(calls) < len(found)):
        raise InputError(
            f"Message {number} calls a tool, but its value is no call.", 'Write {"name": "...", "arguments": {...}}.'
        )
    return tuple(_function(call, f"Message {number}", call.get("id")) for call in calls)


def _of_call_item(number: int, item: Given) -> Message:
    _check_known(number, item, {"call_id", "name", "arguments", "input"})
    arguments = item.get("arguments", item.get("input"))
    call = tool_call(item.get("name"), arguments, item.get("call_id"), f"Message {number}")
    return message_of(Role.ASSISTANT, (call,))


def _function(given: Given, where: str, call_id: object) -> ToolCall:
    check_fields(given, {"name", "arguments", "id", "parameters"}, where)
    return tool_call(given.get("name"), given.get("arguments", given.get("parameters")), call_id, where)


def _of_chat(number: int, item: Given) -> list[Message]:
    if "content" not in item and "role" in item and not (item.get("tool_calls") or item.get("function_call")):
        raise InputError(f"Message {number} is not a role with a text.", 'Give {"role", "content"}.')
    role = _role(number, item.get("role"))
    _check_known(number, item, _FIELDS)
    content = _result_json(item.get("content")) if role is Role.TOOL else item.get("content")
    parts = [*_reasoning(item), *_said(number, content)]
    if isinstance(refusal := item.get("refusal"), str) and refusal and item.get("content") in (None, "", []):
        parts.append(TextPart(refusal))
    calls = _chat_calls(number, item)
    name = _short(number, item, "name")
    results = [part for part in parts if isinstance(part, Message)]
    own = [part for part in parts if not isinstance(part, Message)]
    if role is Role.TOOL:
        failed = item.get("is_error") is True
        return [_result(number, own, name, _short(number, item, "tool_call_id"), failed)]
    if (calls or any(isinstance(part, ToolCall) for part in own)) and role is not Role.ASSISTANT:
        raise InputError(f"Message {number} ({role}) calls a tool.", "Only the assistant can; correct the role.")
    if results and role is not Role.USER:
        raise InputError(f"Message {number} ({role}) holds a tool's result.", "Give it the role tool.")
    if not own and not calls:
        return results or [Message(role, "", name)]
    message = message_of(role, (*own, *calls), name=name)
    if role in INSTRUCTING and message.parts:
        raise InputError(f"Message {number} ({role}) holds more than text.", "Put pictures and files into a user turn.")
    return [*results, message]


def _said(number: int, content: object) -> list[MessagePart | Message]:
    """Texts, files, calls and results in a message's content. A part with an empty text says nothing."""
    if content is None:
        return []
    if isinstance(content, str):
        return [TextPart(content)] if content else []
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list):
        raise InputError(f"Message {number} is not a role with a text.", 'Give {"role", "content"}.')
    found: list[MessagePart | Message] = []
    for rank, part in enumerate(content, start=1):
        where = f"Part {rank} of message {number}"
        if isinstance(part, dict) and part.get("type") == "tool_result":
            found.append(_result_block(number, part, where))
            continue
        read = read_part(part, where)
        if not (isinstance(read, TextPart) and not read.text.strip() and len(content) > 1):
            found.append(read)
    return found


def _result_block(number: int, block: Given, where: str) -> Message:
    """Anthropic's: a block of the user's turn."""
    check_fields(block, {"tool_use_id", "content", "is_error", "name"}, where)
    parts = [part for part in _said(number, block.get("content")) if not isinstance(part, Message)]
    name = _short(number, block, "name")
    return _result(number, parts, name, _short(number, block, "tool_use_id"), block.get("is_error") is True)


def _result_json(content: object) -> object:
    """What a tool gave as plain JSON becomes its text; texts and lists of parts stay."""
    items = content if isinstance(content, list) else [content]
    in_parts = all(isinstance(each, str) or (isinstance(each, dict) and "type" in each) for each in items)
    return content if content is None or in_parts else canonical_json(content)


def _result(number: int, parts: list[MessagePart], name: str, call_id: str, failed: bool) -> Message:
    if any(isinstance(part, ToolCall) for part in parts):
        raise InputError(f"Message {number} is a tool's result and calls a tool.", "Put the call into a turn before.")
    return message_of(Role.TOOL, tuple(parts), name=name, call_id=call_id, failed=failed)


def _reasoning(item: Given) -> list[MessagePart]:
    thought = item.get("reasoning_content") or item.get("reasoning") or item.get("thinking")
    if not isinstance(thought, str) or not thought.strip():
        return []
    return [ForeignPart("reasoning", canonical_json({"type": "reasoning", "text": thought}))]


def _chat_calls(number: int, item: Given) -> list[ToolCall]:
    given, where = item.get("tool_calls") or [], f"Message {number}"
    if not isinstance(given, list) or not all(isinstance(call, dict) for call in given):
        raise InputError(f"{where} has tool calls that are no list of objects.", 'Write "tool_calls": [{…}].')
    calls = []
    for call in given:
        kind = call.get("type") or "function"
        inner = call.get("function", call if "name" in call else None)
        if kind not in ("function", "tool_call") or not isinstance(inner, dict):
            raise InputError(
                f"{where} has a call of the type {str(kind)[:40]!r} without a function.",
                'Write {"id", "type": "function", "function": {"name", "arguments"}}.',
            )
        if inner is not call:
            check_fields(call, {"function"}, where)
        calls.append(_function(inner, where, call.get("id")))
    if isinstance(older := item.get("function_call"), dict):
        calls.append(_function(older, where, None))
    return calls


def _check_known(number: int, item: Given, known: set[str]) -> None:
    """Raises InputError for a field that there is not: a misspelt one would be lost without a word."""
    for name, value in item.items():
        if name not in known and name not in _NOT_SENT and value not in (None, "", [], {}, False):
            raise InputError(
                f"Message {number} has no field {name[:80]!r}.",
                f"Leave it out or use one of: {', '.join(sorted(known))}.",
            )


def _short(number: int, item: Given, field: str) -> str:
    value = item.get(field)
    if value is not None and not isinstance(value, str):
        raise InputError(f"Message {number} has a {field} that is no text.", "Write it in quotes or leave it out.")
    return value or ""


# calls and their results


def _with_tool_names(turns: Sequence[_Turn]) -> list[_Turn]:
    """Each result with its tool's name. Raises InputError for a result without a call and a call without a result."""
    named: list[_Turn] = []
    waiting: list[tuple[int, ToolCall]] = []
    for turn in turns:
        if turn.message.role is not Role.TOOL:
            _check_answered(waiting)
            waiting = [(turn.number, call) for call in turn.message.calls]
        else:
            found = _call_of(turn, waiting)
            waiting.remove(found)
            turn = replace(turn, message=_named(turn.message, found[1].name))
        named.append(turn)
    _check_answered(waiting)
    return named


def _named(message: Message, name: str) -> Message:
    return message if message.name else replace(message, name=name)


def _call_of(turn: _Turn, waiting: Sequence[tuple[int, ToolCall]]) -> tuple[int, ToolCall]:
    message = turn.message
    if message.call_id:
        found = [each for each in waiting if each[1].id == message.call_id]
    else:
        found = [each for each in waiting if message.name in ("", each[1].name)]
    if not found:
        which = f"a call {message.call_id[:40]!r}" if message.call_id else "a call"
        raise InputError(
            f"Message {turn.number} is a tool's result, but {which} stands in no assistant's turn right before it.",
            "Put the assistant's turn with the call before it, or correct the id.",
        )
    return found[0]


def _check_answered(waiting: Sequence[tuple[int, ToolCall]]) -> None:
    if waiting:
        number, call = waiting[0]
        raise InputError(
            f"Message {number} calls {call.name[:40]!r}, and the result does not follow.",
            "Add the tool's result behind it, or leave the call out.",
        )


def check_storable(messages: Sequence[Message]) -> None:
    """Raises InputError for a NUL character, which not every store can hold."""
    if any("\0" in text for message in messages for text in _strings(message)):
        raise InputError("A message holds a NUL character.", "Remove it.")


def _strings(message: Message) -> Sequence[str]:
    return (message.content,) if message.is_plain else list(strings_in(message.as_json()))


def stored_message(fields: Given) -> Message:
    """A message that `as_json` has written."""
    content = fields["content"]
    if len(fields) == 2 and isinstance(content, str):
        return Message(Role(str(fields["role"])), content)
    parts = tuple(part for part in _said(1, content) if not isinstance(part, Message))
    name, call_id = str(fields.get("name", "")), str(fields.get("tool_call_id", ""))
    calls = _chat_calls(1, fields)
    return message_of(
        Role(str(fields["role"])), (*parts, *calls), name=name, call_id=call_id, failed=fields.get("is_error") is True
    )
