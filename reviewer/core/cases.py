"""Cases and suites: one request each, with its labelled action and tolerance band."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import NewType

from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale
from reviewer.core.bands import NO_BAND, Band
from reviewer.core.codec import TEXT, Codec, Kind, json_cell, read_text
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json, canonical_string, content_hash, pieces_hash, text_hash
from reviewer.core.message_forms import MAX_MESSAGE_CHARACTERS, check_storable, checked_messages
from reviewer.core.messages import Message, Role

__all__ = [
    "CASE",
    "KEY",
    "MAX_KEY_CHARACTERS",
    "MAX_MESSAGE_CHARACTERS",
    "Case",
    "CaseKey",
    "CaseStatus",
    "Message",
    "Role",
    "SuiteHead",
    "check_pair_stakes",
    "checked_key",
    "checked_messages",
    "checked_stakes",
    "stakes_cell",
    "suite_hash",
]

CaseKey = NewType("CaseKey", str)

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


class CaseStatus(StrEnum):
    LABELLED = "labelled"
    UNREVIEWED = "unreviewed"
    DISPUTED = "disputed"
    RETIRED = "retired"


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
    stakes: float = 1.0
    """What a miss costs on this case, in either direction, against one on a case that says nothing; above 0."""
    status: CaseStatus = CaseStatus.LABELLED

    @property
    def request(self) -> str:
        """The last user turn, and the calls of tools with their results behind it: what a person reads first."""
        return "\n".join(message.shown for message in self.messages[self.request_at :])

    @property
    def request_at(self) -> int:
        """Where the last user turn stands; behind it can be calls of tools with their results."""
        users = (at for at in range(len(self.messages) - 1, -1, -1) if self.messages[at].role is Role.USER)
        return next(users, len(self.messages) - 1)

    @property
    def is_prompt(self) -> bool:
        """Whether it is one user turn that is a text and nothing else."""
        return len(self.messages) == 1 and self.messages[0].role is Role.USER and self.messages[0].is_plain

    @cached_property
    def messages_json(self) -> str:
        """The messages in canonical JSON."""
        return f"[{','.join(map(_message_json, self.messages))}]"

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


def _message_json(message: Message) -> str:
    """A plain one is put together from its two fields: four times as fast as the encoder."""
    if not message.is_plain:
        return canonical_json(message.as_json())
    return f'{{"content":{canonical_string(message.content)},"role":"{message.role.value}"}}'


def _turns(value: object, _name: str) -> tuple[Message, ...]:
    messages = checked_messages(value)
    check_storable(messages)
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


MAX_STAKES = 1_000_000.0


def checked_stakes(value: object, _name: str = "stakes") -> float:
    """A number above 0, or InputError."""
    good = not isinstance(value, bool) and isinstance(value, int | float)
    if not good or not isinstance(value, int | float) or not 1 / MAX_STAKES <= value <= MAX_STAKES:
        raise InputError(
            f"The stakes {str(value)[:20]!r} are not a number above 0.",
            "Give how much a miss costs here against one elsewhere, such as 3, or leave it out for 1.",
        )
    return float(value)


def stakes_cell(cell: str, _name: str = "stakes") -> float:
    """The stakes in a cell of a table, or what a person typed. Raises InputError."""
    try:
        return checked_stakes(float(cell))
    except ValueError:
        return checked_stakes(cell)


def check_pair_stakes(case: Case, others: Mapping[CaseKey, float]) -> None:
    """Raises InputError where another member of the case's pair says other stakes; 1 leaves them to the other."""
    for key, stakes in others.items():
        if case.stakes not in {1.0, stakes} and stakes != 1:
            raise InputError(
                f"The case {key[:80]!r} of the same pair has stakes of {stakes:g}, and this one {case.stakes:g}.",
                "Give both the same, or leave the stakes of one empty: a pair shares what one of its cases says.",
            )


CASE = Codec(
    Case,
    "case",
    {
        "key": KEY,
        "messages": Kind(_turns, lambda messages: [message.as_json() for message in messages], json_cell),
        "label": TEXT,
        "band": Kind(_band, dict, json_cell),
        "tags": Kind(_tags, list, json_cell),
        "stakes": Kind(checked_stakes, None, stakes_cell),
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
    return sorted_suite_hash(scale, sorted(case_hashes))


def sorted_suite_hash(scale: ActionScale, case_hashes: Iterable[str]) -> str:
    """The same of hashes that come in their order, none of which is kept."""
    scale_text = canonical_json(list(scale.ids))
    return pieces_hash(chain(['{"cases":['], _listed(case_hashes), [f'],"scale":{scale_text}}}']))


def _listed(hashes: Iterable[str]) -> Iterator[str]:
    between = ""
    for each in hashes:
        yield f'{between}"{each}"'
        between = ","
