"""Responses: what came back for (run, case, repeat), and the state it came back in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from reviewer.core.cases import KEY, CaseKey
from reviewer.core.codec import ANY_TEXT, Codec, Fields, records
from reviewer.core.hashing import canonical_string, text_hash


class ResponseState(StrEnum):
    OK = "ok"
    FILTERED = "filtered"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    TOOL_CALL_ONLY = "tool_call_only"
    ERROR = "error"
    NO_RESPONSE = "no_response"
    UNKNOWN_END = "unknown_end"


UNSCORED_STATES = frozenset({ResponseState.EMPTY, ResponseState.TOOL_CALL_ONLY, ResponseState.ERROR})
"""There is nothing to read: unscored whatever anybody says."""
DOUBTED_STATES = frozenset({ResponseState.NO_RESPONSE, ResponseState.UNKNOWN_END})
"""There is a text, but not surely a response: an error text that came in its place, or one that ended in a way that is
not known. No verdict counts; a person's decision does."""


@dataclass(frozen=True)
class Earlier:
    """A finished response that another took the place of, because its request was asked again; `at` is RFC 3339."""

    text: str
    state: ResponseState
    at: str
    reasoning: str = ""
    model: str = ""


@dataclass(frozen=True)
class Response:
    """One response. `text` is what a user would see; the reasoning is kept apart and never classified.

    `error` says why a response is in the state that it is in, where that is an error or
    in doubt. `request_hash` identifies everything that was sent for it, `headers` are those of the answer that help to
    trace it, `fingerprint` is what the server calls its configuration, `history` says why each failed attempt failed,
    `earlier` are the finished responses that this one took the place of, oldest first.
    """

    case: CaseKey
    repeat: int = 1
    text: str = ""
    reasoning: str = ""
    state: ResponseState = ResponseState.OK
    finish_reason: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    model: str = ""
    latency_ms: float | None = None
    error: str = ""
    attempts: int = 1
    raw_body: bytes = b""
    request_hash: str = ""
    fingerprint: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    history: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()

    @cached_property
    def hash(self) -> str:
        """Identity of what a reviewer judged: the visible text and the state."""
        return response_hash(self.text, self.state)


def state_of(text: str) -> ResponseState:
    """The state of a response of which only the text is known."""
    return ResponseState.OK if text.strip() else ResponseState.EMPTY


def _with_state(given: Fields) -> Fields:
    if given.get("state") not in (None, ""):
        return given
    return {**given, "state": str(state_of(str(given.get("text") or "")))}


RESPONSE = Codec(
    Response,
    "response",
    {
        "case": KEY,
        "text": ANY_TEXT,
        "reasoning": ANY_TEXT,
        "earlier": records(Codec(Earlier, "earlier response", {"text": ANY_TEXT, "reasoning": ANY_TEXT})),
    },
    sparse_from="error",
    prepare=_with_state,
)


def response_hash(text: str, state: ResponseState) -> str:
    """SHA-256 over the visible text and the state. A decision holds for this hash and no other."""
    return text_hash(f'{{"state":"{state.value}","text":{canonical_string(text)}}}')
