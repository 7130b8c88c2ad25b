"""Messages and replies in Inspect's form."""

from __future__ import annotations

from collections.abc import Iterable

from reviewer.core.cases import Case
from reviewer.core.messages import FileKind, FilePart, ForeignPart, Message, MessagePart, Role, TextPart
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.outgoing.writing import JsonRow

STOP_REASONS = {
    ResponseState.FILTERED: "content_filter",
    ResponseState.TRUNCATED: "max_tokens",
    ResponseState.TOOL_CALL_ONLY: "tool_calls",
    ResponseState.UNKNOWN_END: "unknown",
}


def inspect_input(case: Case) -> str | list[JsonRow]:
    """A sample's input: the request as a text, of a conversation its messages."""
    return case.request if case.is_prompt else list(inspect_messages(case.messages))


def inspect_messages(messages: Iterable[Message]) -> list[JsonRow]:
    return [_message(message) for message in messages]


def _message(message: Message) -> JsonRow:
    role = Role.SYSTEM if message.role is Role.DEVELOPER else message.role
    found: dict[str, object] = {"role": str(role), "content": _content(message)}
    if message.role is Role.TOOL:
        found |= {"tool_call_id": message.call_id or None, "function": message.name or None}
        found |= {"error": {"type": "unknown", "message": message.content}} if message.failed else {}
    if message.calls:
        found["tool_calls"] = [
            {
                "id": call.id or f"call_{number}",
                "function": call.name,
                "arguments": call.parsed_arguments or {},
                "type": "function",
            }
            for number, call in enumerate(message.calls, 1)
        ]
    return found


def _content(message: Message) -> object:
    if all(isinstance(part, TextPart) for part in message.body):
        return message.content
    return [_part(part) for part in message.body]


def _part(part: MessagePart) -> JsonRow:
    """A picture, sound or reasoning as such; what Inspect has no form for, as the words that stand for it."""
    if isinstance(part, FilePart) and part.address and part.kind is FileKind.IMAGE:
        return {"type": "image", "image": part.address}
    if isinstance(part, FilePart) and part.data and part.kind is FileKind.AUDIO:
        return {"type": "audio", "audio": part.address, "format": "wav" if "wav" in part.media_type else "mp3"}
    if isinstance(part, ForeignPart) and part.is_reasoning:
        return {"type": "reasoning", "reasoning": part.shown}
    return {"type": "text", "text": part.shown}


def inspect_reply(response: Response) -> JsonRow:
    """The assistant's message."""
    if not response.reasoning:
        return {"role": "assistant", "source": "generate", "content": response.text}
    thought = {"type": "reasoning", "reasoning": response.reasoning}
    return {
        "role": "assistant",
        "source": "generate",
        "content": [thought, {"type": "text", "text": response.text}],
    }
