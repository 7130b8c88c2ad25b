"""Fields from outside to facts: every check that a case, response or decision line must pass, whatever its format."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Set
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import NO_BAND, Band, checked_band, neighbours_band
from reviewer.core.cases import MAX_KEY_CHARACTERS, Case, CaseKey, CaseStatus, Message, SuiteHead, checked_messages
from reviewer.core.decisions import DecisionKind
from reviewer.core.errors import InputError
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.kit.records import DecisionRecord

Fields = Mapping[str, object]
E = TypeVar("E", bound=StrEnum)

SUITE_FIELDS = ("name", "version", "scale", "guideline", "description", "licence")
CASE_FIELDS = (
    "key",
    "prompt",
    "messages",
    "label",
    "band",
    "borderline",
    "category",
    "tags",
    "pair",
    "segment",
    "source",
    "licence",
    "rationale",
    "status",
)
RESPONSE_FIELDS = (
    "case",
    "run",
    "repeat",
    "text",
    "reasoning",
    "state",
    "finish_reason",
    "usage",
    "model",
    "latency_ms",
    "error",
    "attempts",
)
DECISION_FIELDS = (
    "id",
    "case",
    "run",
    "repeat",
    "response_hash",
    "reviewer",
    "action",
    "kind",
    "note",
    "at",
    "blind",
    "bulk",
    "undoes",
)

_SUITE_NAMES = frozenset(SUITE_FIELDS)
_CASE_NAMES = frozenset(CASE_FIELDS)
_RESPONSE_NAMES = frozenset(RESPONSE_FIELDS)
_DECISION_NAMES = frozenset(DECISION_FIELDS)
_MESSAGE_NAMES = frozenset({"role", "content"})

MAX_REPEAT = 10_000
_MAX_COUNT = 2**53
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class ActionNames:
    """Which action a label value means: an id or a name on the scale, else what the person said it stands for."""

    def __init__(self, scale: ActionScale, label_map: Mapping[str, ActionId]) -> None:
        for meant in label_map.values():
            scale.rank(meant)
        self._known = ", ".join(scale.ids)
        self._names = {_fold(value): meant for value, meant in label_map.items()}
        for action in scale.actions:
            self._names.update(dict.fromkeys((_fold(action.name), _fold(action.short_name)), action.id))
        self._names.update((_fold(known), known) for known in scale.ids)
        self._exact: dict[str, ActionId] = {str(known): known for known in scale.ids}

    def find(self, value: str) -> ActionId | None:
        return self._exact.get(value) or self._names.get(_fold(value))

    def __call__(self, value: str) -> ActionId:
        """The action, or InputError naming the value. A number is never taken for a rank."""
        action = self.find(value)
        if action is None:
            raise InputError(
                f"The label {value.strip()[:80]!r} is not on the scale.",
                f"Use one of {self._known}, or say with --map-label which action it stands for.",
            )
        return action


def _fold(value: str) -> str:
    return " ".join(value.replace("_", " ").replace("-", " ").casefold().split())


class Duplicates:
    """Which line used a key first. Equal content may come again; other content under the same key may not."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._seen: dict[Hashable, tuple[int, Hashable]] = {}

    def check(self, line: int, key: Hashable, shown: str, content: Hashable) -> None:
        first, before = self._seen.setdefault(key, (line, content))
        if before != content:
            raise InputError(
                f"{self._what} {shown[:80]!r} is already on line {first} with other content.",
                "Give each its own or leave one out.",
            )


def check_known(fields: Fields, known: Set[str], what: str) -> None:
    if not fields.keys() <= known:
        unknown = [field for field in fields if field not in known]
        raise InputError(
            f"A {what} has no field {unknown[0][:80]!r}.",
            f"Leave it out or use one of: {', '.join(sorted(known))}.",
        )


def text_of(fields: Fields, name: str, *, nul: bool = False) -> str:
    """The text of a field, "" where it is missing or null. NUL is refused unless `nul`: not every store can hold it."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"The field {name!r} is not a text.", 'Write it in quotes, "like this".')
    if not nul and "\0" in value:
        raise InputError(f"The field {name!r} holds a NUL character.", "Remove it.")
    return value


def flag_of(fields: Fields, name: str) -> bool:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise InputError(f"The field {name!r} is neither true nor false.", "Write true or false.")
    return bool(value)


def count_of(fields: Fields, name: str, most: int) -> int:
    """A whole number from 1 to `most`, 1 where it is missing."""
    value = fields.get(name)
    if value is None:
        return 1
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise InputError(f"The field {name!r} is not a whole number from 1 to {most:,}.", "Count from 1.")
    return value


def choice_of(fields: Fields, name: str, choices: type[E], default: E) -> E:
    value = text_of(fields, name)
    if not value:
        return default
    try:
        return choices(value)
    except ValueError:
        known = ", ".join(choices)
        raise InputError(f"The {name} {value[:80]!r} is not known.", f"Use one of: {known}.") from None


def key_of(fields: Fields, name: str) -> CaseKey:
    key = text_of(fields, name)
    if not key.strip():
        raise InputError(f"The field {name!r} is missing.", "Give every case a key of its own.")
    if len(key) > MAX_KEY_CHARACTERS:
        raise InputError(f"The key has {len(key):,} characters; the most is {MAX_KEY_CHARACTERS}.", "Shorten it.")
    if key != key.strip() or _CONTROL.search(key):
        raise InputError(
            f"The key {key[:80]!r} has a space at an end, a line break or a control character.", "Remove it."
        )
    return CaseKey(key)


def suite_head(fields: object, default_scale: ActionScale) -> SuiteHead:
    """A suite line's content. Raises InputError."""
    if not isinstance(fields, dict):
        raise InputError("The suite is not an object.", 'Write {"suite": {"name": …, "scale": […]}}.')
    check_known(fields, _SUITE_NAMES, "suite")
    scale = fields.get("scale")
    if scale is not None and not isinstance(scale, list):
        raise InputError("The suite's scale is not a list.", "List its actions from least to most cautious.")
    name = text_of(fields, "name")
    if not name.strip():
        raise InputError("The suite has no name.", 'Write {"suite": {"name": …}}.')
    return SuiteHead(
        name=name,
        version=text_of(fields, "version") or "1",
        scale=default_scale if scale is None else ActionScale.from_json(scale),
        guideline=text_of(fields, "guideline"),
        description=text_of(fields, "description"),
        licence=text_of(fields, "licence"),
    )


def case_of(fields: Fields, scale: ActionScale, names: ActionNames) -> Case:
    """A case from the fields of a native line. Raises InputError with what is wrong and what to do."""
    check_known(fields, _CASE_NAMES, "case")
    key = key_of(fields, "key")
    messages = _messages(fields)
    status = choice_of(fields, "status", CaseStatus, CaseStatus.LABELLED)
    value = text_of(fields, "label")
    label = names(value) if value else None
    if label is None and status is CaseStatus.LABELLED:
        raise InputError("The label is missing.", 'Give the right action or "status": "unreviewed".')
    borderline = flag_of(fields, "borderline")
    return Case(
        key=key,
        messages=messages,
        label=label,
        band=_band(fields.get("band"), label, scale, borderline=borderline),
        borderline=borderline,
        category=text_of(fields, "category"),
        tags=_tags(fields.get("tags")),
        pair=text_of(fields, "pair"),
        segment=text_of(fields, "segment"),
        source=text_of(fields, "source"),
        licence=text_of(fields, "licence"),
        rationale=text_of(fields, "rationale"),
        status=status,
    )


def _messages(fields: Fields) -> tuple[Message, ...]:
    items = fields.get("messages")
    if fields.get("prompt") is not None:
        if items is not None:
            raise InputError("The case has both a prompt and messages.", "Give one of them.")
        items = [{"role": "user", "content": text_of(fields, "prompt")}]
    messages = checked_messages(items)
    for item, message in zip(items if isinstance(items, list) else (), messages, strict=True):
        check_known(item, _MESSAGE_NAMES, "message")
        if "\0" in message.content:
            raise InputError("A message holds a NUL character.", "Remove it.")
    return messages


def _band(value: object, label: ActionId | None, scale: ActionScale, *, borderline: bool) -> Band:
    if value is not None and not isinstance(value, dict):
        raise InputError("The band is not an object.", 'Write {"action": credit}, for example {"clarify": 0.5}.')
    if label is None:
        if value:
            raise InputError("The case has a band and no label.", "Give the label or leave the band out.")
        return NO_BAND
    if value:
        return checked_band(label, value, scale)
    return neighbours_band(label, scale) if borderline else NO_BAND


def _tags(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InputError("The tags are not a list of texts.", 'Write ["one", "two"].')
    for tag in value:
        if not isinstance(tag, str) or not tag.strip() or "\0" in tag:
            raise InputError("A tag is not a text, is empty or holds a NUL character.", "Correct it or leave it out.")
    return tuple(value)


def response_of(fields: Fields) -> Response:
    """A response from the fields of a response line. Raises InputError."""
    check_known(fields, _RESPONSE_NAMES, "response")
    text = text_of(fields, "text", nul=True)
    return Response(
        case=key_of(fields, "case"),
        repeat=count_of(fields, "repeat", MAX_REPEAT),
        text=text,
        reasoning=text_of(fields, "reasoning", nul=True),
        state=choice_of(fields, "state", ResponseState, state_of(text)),
        finish_reason=text_of(fields, "finish_reason"),
        usage=_usage(fields.get("usage")),
        model=text_of(fields, "model"),
        latency_ms=_latency(fields.get("latency_ms")),
        error=text_of(fields, "error"),
        attempts=count_of(fields, "attempts", MAX_REPEAT),
    )


def state_of(text: str) -> ResponseState:
    """The state of a response of which only the text is known."""
    return ResponseState.OK if text.strip() else ResponseState.EMPTY


def _usage(value: object) -> dict[str, int]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(
        isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= _MAX_COUNT for count in value.values()
    ):
        raise InputError("The usage is not a set of counts.", 'Write {"prompt_tokens": 12, …} with whole numbers.')
    return dict(value)


def _latency(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MAX_COUNT:
        raise InputError("The latency_ms is not a number of milliseconds.", "Give a number or leave it out.")
    return float(value)


def decision_of(fields: Fields, line: int, run: str, names: ActionNames) -> DecisionRecord:
    """A decision from the fields of a decision line; `run` is for lines that name none. Raises InputError."""
    check_known(fields, _DECISION_NAMES, "decision")
    reviewer, value, note = text_of(fields, "reviewer"), text_of(fields, "action"), text_of(fields, "note")
    if not reviewer.strip():
        raise InputError("The reviewer is missing.", "Say who decided.")
    kind = choice_of(fields, "kind", DecisionKind, DecisionKind.DECISION)
    undoes = text_of(fields, "undoes")
    if (kind is DecisionKind.UNDO) != bool(undoes):
        raise InputError(
            "Only an undo takes a decision back, and it must say which.",
            'Write "kind": "undo" and "undoes" with the id of an earlier line, or neither.',
        )
    response_hash = text_of(fields, "response_hash")
    if response_hash and not _HASH.match(response_hash):
        raise InputError("The response_hash is not a SHA-256.", "Give 64 hexadecimal digits or leave it out.")
    return DecisionRecord(
        line=line,
        case=key_of(fields, "case"),
        run=text_of(fields, "run") or run,
        repeat=count_of(fields, "repeat", MAX_REPEAT),
        response_hash=response_hash,
        reviewer=reviewer,
        action=names(value) if value else None,
        kind=kind,
        note=note,
        at=_time(text_of(fields, "at")),
        blind=flag_of(fields, "blind"),
        bulk=flag_of(fields, "bulk"),
        undoes=undoes,
        id=text_of(fields, "id"),
    )


def _time(text: str) -> str:
    """The time as written, if it is RFC 3339 with an offset; "" is a time that nobody knows."""
    remedy = "Write it like 2025-03-01T09:30:00Z."
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"The time {text[:40]!r} cannot be read.", remedy) from None
    if moment.tzinfo is None:
        raise InputError(f"The time {text[:40]!r} has no offset from UTC.", remedy)
    return text
