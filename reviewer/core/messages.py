"""Messages: the turns of a conversation as a model is sent them, with tool calls, their results, pictures and files.

A message is a role and a text, and most are nothing more: those keep the two fields that they have always had, byte for
byte, and with them their hash. What a text alone cannot hold stands in `parts`, in order; `content` is then the texts
among them. In JSON such a message has OpenAI's form (a list of parts, `tool_calls`, `tool_call_id`), whatever form it
came in. A list that holds only texts is one text, joined by line breaks: it asks the same thing and has the same hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

NAME_CHARACTERS = 80
FILE_COST = 4_000
"""Characters that a picture counts as: about a thousand tokens."""
_HASH_DIGITS = 12
_LINE_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


class Role(StrEnum):
    """Whose turn it is. A developer's message is a system message under the name that newer servers have for it; a
    tool's is the result of a call that the assistant made."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    DEVELOPER = "developer"
    TOOL = "tool"


INSTRUCTING = frozenset({Role.SYSTEM, Role.DEVELOPER})
"""Who says how to answer, and not what."""


class FileKind(StrEnum):
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"

    @property
    def word(self) -> str:
        return "picture" if self is FileKind.IMAGE else str(self)


@dataclass(frozen=True)
class TextPart:
    """A text that stands among other parts."""

    text: str

    @property
    def shown(self) -> str:
        return self.text

    def as_json(self) -> dict[str, object]:
        return {"type": "text", "text": self.text}


@dataclass(frozen=True)
class FilePart:
    """A picture, sound or file: its `data` in base64, or only where it is (`url`, never fetched, or a provider's
    `file_id`)."""

    kind: FileKind
    media_type: str = ""
    name: str = ""
    data: str = ""
    url: str = ""
    file_id: str = ""
    detail: str = ""

    @property
    def shown(self) -> str:
        """A placeholder: what it is, its name, media type, size and the first digits of its SHA-256."""
        said = [self.kind.word, _one_line(self.name)]
        if self.data:
            content = base64.b64decode(self.data)
            digits = hashlib.sha256(content).hexdigest()[:_HASH_DIGITS]
            facts = [*filter(None, said), self.media_type or "of no known type", _size(len(content))]
            return f"[{', '.join(facts)}, SHA-256 {digits}]"
        where = f"at {_one_line(self.url)}, not fetched" if self.url else f"kept by the provider as {self.file_id}"
        return f"[{', '.join(filter(None, [*said, self.media_type]))} {where}]"

    @property
    def cost(self) -> int:
        """Characters of text that cost about as many tokens; rough: providers count pixels, pages and seconds."""
        if self.media_type.startswith("text/"):
            return len(self.data) * 3 // 4
        return FILE_COST if self.kind is FileKind.IMAGE else max(FILE_COST, len(self.data) // 10)

    @property
    def address(self) -> str:
        """The data as a data: URL, else where it is."""
        return f"data:{self.media_type};base64,{self.data}" if self.data else self.url

    def as_json(self) -> dict[str, object]:
        """OpenAI's form; what that has no field for stands beside it."""
        held = {"file_id": self.file_id, "detail": self.detail, "media_type": "" if self.data else self.media_type}
        if self.kind is FileKind.FILE:
            place = "file_data" if self.data else "file_url"
            return {"type": "file", "file": _filled({"filename": self.name, place: self.address, **held})}
        named = {"name": self.name} if self.name else {}
        if self.kind is FileKind.AUDIO and self.data:
            sound = {"data": self.data, "format": audio_format(self.media_type)}
            return {"type": "input_audio", "input_audio": sound, **named}
        return {"type": f"{self.kind}_url", f"{self.kind}_url": _filled({"url": self.address, **held}), **named}


@dataclass(frozen=True)
class ToolCall:
    """What the assistant asked a tool to do; the arguments as they were written, mostly a JSON object."""

    name: str
    arguments: str = ""
    id: str = ""

    @property
    def shown(self) -> str:
        return f"calls {_one_line(self.name)}({self.arguments})"

    def as_json(self) -> dict[str, object]:
        given = {"id": self.id} if self.id else {}
        return {**given, "type": "function", "function": {"name": self.name, "arguments": self.arguments}}

    @property
    def parsed_arguments(self) -> dict[str, object] | None:
        """As an object, {} where there are none, None where they are no object."""
        if not self.arguments.strip():
            return {}
        try:
            found = json.loads(self.arguments)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


REASONING_TYPES = frozenset({"thinking", "redacted_thinking", "reasoning"})
"""Parts that hold what a model thought before an earlier turn."""


@dataclass(frozen=True)
class ForeignPart:
    """A part that is only kept: of an unknown type, or the reasoning of an earlier turn. `json` is all of it."""

    type: str
    json: str

    @property
    def is_reasoning(self) -> bool:
        return self.type in REASONING_TYPES

    @property
    def shown(self) -> str:
        if not self.is_reasoning:
            return f"[part of the type {_one_line(self.type)}]"
        held = self.as_json()
        texts = [held.get(name) for name in ("thinking", "text")]
        return f"[reasoning: {next((text for text in texts if isinstance(text, str)), 'not readable')}]"

    def as_json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.json)
        return found


MessagePart = TextPart | FilePart | ToolCall | ForeignPart


@dataclass(frozen=True)
class Message:
    """One turn. `content` is its text; where there are `parts`, `message_of` makes both.

    `name` is the speaker's, of a tool's result the tool's; `call_id` says which call it is the result of, `failed` that
    the tool said so.
    """

    role: Role
    content: str
    name: str = ""
    parts: tuple[MessagePart, ...] = ()
    call_id: str = ""
    failed: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether role and content are all of it."""
        return not (self.parts or self.name or self.call_id or self.failed)

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return tuple(part for part in self.parts if isinstance(part, ToolCall))

    @property
    def body(self) -> tuple[MessagePart, ...]:
        """What the message says, without its calls."""
        if not self.parts:
            return (TextPart(self.content),) if self.content else ()
        return tuple(part for part in self.parts if not isinstance(part, ToolCall))

    @property
    def is_reasoning(self) -> bool:
        """Whether it is nothing but what a model thought, which no wire sends."""
        return bool(self.parts) and all(isinstance(part, ForeignPart) and part.is_reasoning for part in self.parts)

    @property
    def files(self) -> tuple[FilePart, ...]:
        return tuple(part for part in self.parts if isinstance(part, FilePart))

    @cached_property
    def shown(self) -> str:
        """Everything as a text for people, judges and searches: calls and results in words, files as placeholders."""
        said = "\n".join(part.shown for part in self.parts) if self.parts else self.content
        if self.role is not Role.TOOL:
            return said
        failed = " (the tool failed)" if self.failed else ""
        return f"result of {_one_line(self.name) or 'a tool'}{failed}: {said or '(nothing)'}"

    @property
    def length(self) -> int:
        """Characters of what is sent, a picture or file counted as so many as it costs about."""
        texts = sum(len(part.text) for part in self.body if isinstance(part, TextPart))
        calls = sum(len(call.name) + len(call.arguments) for call in self.calls)
        return texts + calls + sum(file.cost for file in self.files)

    @property
    def speaker(self) -> str:
        """`user`, or `user p1` for one with a name; a tool's name stands in what is shown."""
        return f"{self.role} {_one_line(self.name)}" if self.name and self.role is not Role.TOOL else str(self.role)

    def as_json(self) -> dict[str, object]:
        fields: dict[str, object] = {"role": str(self.role), "content": self._content_json()}
        if self.is_plain:
            return fields
        if self.calls:
            fields["tool_calls"] = [call.as_json() for call in self.calls]
        given = {"name": self.name, "tool_call_id": self.call_id, "is_error": self.failed}
        return {**fields, **{name: value for name, value in given.items() if value}}

    def _content_json(self) -> object:
        """A text where there is no more than one, null where there are only calls, else the list of parts."""
        if not self.parts:
            return self.content
        if all(isinstance(part, TextPart) for part in self.body):
            return self.content if self.body else None
        return [part.as_json() for part in self.body]


def message_of(
    role: Role, parts: tuple[MessagePart, ...], *, name: str = "", call_id: str = "", failed: bool = False
) -> Message:
    """The message of these parts: plain where all of them are texts; calls stand behind what was said."""
    texts = [part.text for part in parts if isinstance(part, TextPart)]
    content = "\n".join(texts)
    if len(texts) == len(parts):
        return Message(role, content, name, (), call_id, failed)
    calls = tuple(part for part in parts if isinstance(part, ToolCall))
    said = tuple(part for part in parts if not isinstance(part, ToolCall))
    if all(isinstance(part, TextPart) for part in said):
        said = (TextPart(content),) if content else ()
    return Message(role, content, name, (*said, *calls), call_id, failed)


def with_text(message: Message, text: str) -> Message:
    """The message with another text in place of the one that it has; pictures, files and calls stay.

    Only for messages whose text stands in one piece.
    """
    if not message.parts:
        return Message(message.role, text, message.name, (), message.call_id, message.failed)
    at = next((at for at, part in enumerate(message.parts) if isinstance(part, TextPart)), 0)
    others: list[MessagePart] = [part for part in message.parts if not isinstance(part, TextPart)]
    if text.strip():
        others.insert(at, TextPart(text))
    return message_of(message.role, tuple(others), name=message.name, call_id=message.call_id, failed=message.failed)


def texts_in(message: Message) -> int:
    """In how many pieces its text stands."""
    return sum(isinstance(part, TextPart) for part in message.parts) if message.parts else 1


def strings_in(value: object) -> Iterator[str]:
    """Every text that a JSON value holds, names of fields too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)


def audio_format(media_type: str) -> str:
    """OpenAI's word for a sound's media type."""
    return "mp3" if media_type == "audio/mpeg" else media_type.removeprefix("audio/")


def _filled(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _one_line(untrusted_name: str) -> str:
    """A name from outside that cannot break the line or turn it round."""
    line = " ".join(_LINE_BREAKING.sub(" ", untrusted_name).split())
    return line if len(line) <= NAME_CHARACTERS else f"{line[: NAME_CHARACTERS - 1]}…"


def _size(n_bytes: int) -> str:
    """`512 bytes`, `12.3 KB`, `1.5 MB`."""
    if n_bytes < 1000:
        return f"{n_bytes} bytes"
    return f"{n_bytes / 1000:.1f} KB" if n_bytes < 1_000_000 else f"{n_bytes / 1_000_000:.1f} MB"
