"""Cases and suites: one request each, with its labelled action and tolerance band."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NewType

from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale
from reviewer.core.bands import NO_BAND, Band
from reviewer.core.codec import TEXT, Codec, Kind, json_cell, read_text
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_string, content_hash, text_hash

CaseKey = NewType("CaseKey", str)

MAX_MESSAGE_CHARACTERS = 2_000_000
MAX_KEY_CHARACTERS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def checked_key(value: object, name: str) -> CaseKey:
    """A case's key from outside, or InputError that names the field."""
    key = read_text(value, name)
    if not key.strip():
        raise InputError(f"The field {name!r} is missing.", "Give every case a key of its own.")
    if len(key) > MAX_KEY_CHARACTERS:
        raise InputError(f"The key has {len(key):,} characters; the most is {MAX_KEY_CHARACTERS}.", "Shorten it.")
    if key != key.strip() or _CONTROL.search(key):
        raise InputError(
            f"The key {key[:80]!r} has a space at an end, a line break or a control character.", "Remove it."
        )
    return CaseKey(key)


KEY = Kind(checked_key)


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


_ROLES = {role.value: role for role in Role}


class CaseStatus(StrEnum):
    LABELLED = "labelled"
    UNREVIEWED = "unreviewed"
    DISPUTED = "disputed"
    RETIRED = "retired"


@dataclass(frozen=True)
class Message:
    role: Role
    content: str

    def as_json(self) -> dict[str, str]:
        return {"role": str(self.role), "content": self.content}


def checked_messages(items: object) -> tuple[Message, ...]:
    """Chat messages from JSON, or InputError: a non-empty list of known roles that ends with the user's turn."""
    if not isinstance(items, list) or not items:
        raise InputError(
            "The messages are missing.", 'Give "messages": [{"role": "user", "content": "..."}] or "prompt".'
        )
    messages = []
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict) or not isinstance(item.get("content"), str):
            raise InputError(f"Message {number} is not a role with a text.", 'Give {"role", "content"}.')
        role = _ROLES.get(str(item.get("role")))
        if role is None:
            raise InputError(
                f"Message {number} has the unknown role {str(item.get('role'))[:40]!r}.",
                "Use system, user or assistant.",
            )
        if not item["content"].strip():
            raise InputError(f"Message {number} ({item['role']}) is empty.", "Write the text or leave the turn out.")
        if len(item["content"]) > MAX_MESSAGE_CHARACTERS:
            raise InputError(
                f"Message {number} has {len(item['content']):,} characters; the most is {MAX_MESSAGE_CHARACTERS:,}.",
                "Shorten it or leave the case out.",
            )
        messages.append(Message(role, item["content"]))
    if messages[-1].role is not Role.USER:
        raise InputError(
            f"The last turn is the {messages[-1].role}'s; it must be the user's.",
            "End the conversation with the request that is to be answered.",
        )
    if any(m.role is Role.SYSTEM for m in messages[1:]):
        raise InputError("A system message stands after the first turn.", "Put it first.")
    return tuple(messages)


@dataclass(frozen=True)
class Case:
    """One request. `band` is the band as stored; a borderline case without one gets its neighbours on import."""

    key: CaseKey
    messages: tuple[Message, ...]
    label: ActionId | None = None
    band: Band = field(default_factory=lambda: NO_BAND)
    borderline: bool = False
    category: str = ""
    tags: tuple[str, ...] = ()
    pair: str = ""
    segment: str = ""
    source: str = ""
    licence: str = ""
    rationale: str = ""
    status: CaseStatus = CaseStatus.LABELLED

    @property
    def request(self) -> str:
        """The last user turn: what a person reads first."""
        return self.messages[-1].content

    @cached_property
    def messages_json(self) -> str:
        """The messages in canonical JSON, put together from their two fields: four times as fast as the encoder."""
        turns = (f'{{"content":{canonical_string(m.content)},"role":"{m.role.value}"}}' for m in self.messages)
        return f"[{','.join(turns)}]"

    @cached_property
    def message_hash(self) -> str:
        """Identity of what is sent: two cases with equal hashes ask the same thing."""
        return text_hash(self.messages_json)

    def as_json(self) -> dict[str, object]:
        """The native case line. Empty fields are left out, so that the hash does not change when fields are added."""
        return CASE.line(self)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the case line with the messages' own hash in their place."""
        return content_hash({**self.as_json(), "messages": self.message_hash})


def _turns(value: object, _name: str) -> tuple[Message, ...]:
    messages = checked_messages(value)
    for item, message in zip(value if isinstance(value, list) else (), messages, strict=True):
        _MESSAGE.check_names(item)
        if "\0" in message.content:
            raise InputError("A message holds a NUL character.", "Remove it.")
    return messages


def _band(value: object, _name: str) -> object:
    """As it is: what may stand in it depends on label and scale (`checked_band`)."""
    if value is not None and not isinstance(value, dict):
        raise InputError("The band is not an object.", 'Write {"action": credit}, for example {"clarify": 0.5}.')
    return value


def _tags(value: object, _name: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InputError("The tags are not a list of texts.", 'Write ["one", "two"].')
    for tag in value:
        if not isinstance(tag, str) or not tag.strip() or "\0" in tag:
            raise InputError("A tag is not a text, is empty or holds a NUL character.", "Correct it or leave it out.")
    return tuple(value)


_MESSAGE = Codec(Message, "message")
CASE = Codec(
    Case,
    "case",
    {
        "key": KEY,
        "messages": Kind(_turns, lambda messages: [message.as_json() for message in messages], json_cell),
        "label": TEXT,
        "band": Kind(_band, dict, json_cell),
        "tags": Kind(_tags, list, json_cell),
    },
    sparse_from="label",
    always=("status",),
)


@dataclass(frozen=True)
class SuiteHead:
    """What a suite says of itself, without its cases."""

    name: str
    version: str = "1"
    scale: ActionScale = DEFAULT_SCALE
    guideline: str = ""
    description: str = ""
    licence: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "version": self.version,
            "scale": self.scale.as_json(),
            "guideline": self.guideline,
            "description": self.description,
            "licence": self.licence,
        }


def suite_hash(scale: ActionScale, case_hashes: Sequence[str]) -> str:
    """Content hash of a suite: its scale and its cases, whatever their order (SHA-256)."""
    return content_hash({"scale": list(scale.ids), "cases": sorted(case_hashes)})
