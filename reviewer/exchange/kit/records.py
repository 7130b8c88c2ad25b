"""What import yields and export takes: one frozen record for each line of a file, whatever its format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reviewer.classify.turn_actions import TurnAction
from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.cases import KEY, Case, CaseKey, SuiteHead
from reviewer.core.codec import Codec, Kind, json_cell, read_text, records
from reviewer.core.decisions import (
    VERDICT,
    Cause,
    DecisionKind,
    DecisionOrigin,
    Hidden,
    Verdict,
    hidden_words,
    read_hidden,
)
from reviewer.core.errors import InputError
from reviewer.core.responses import RESPONSE, Response
from reviewer.store.facts.suites import LabelEvent


@dataclass(frozen=True)
class SuiteRecord:
    """The suite that the cases after it belong to. `line` 0: the file does not say, so an existing suite keeps its own
    head and only a new one takes this."""

    line: int
    head: SuiteHead


@dataclass(frozen=True)
class OriginRecord:
    """Where the rows after it come from: the tool that wrote the file and its version, the version of our own reading
    of that format, the licence of the rows, and whether that forbids commercial use. "" where the file does not say."""

    tool: str
    tool_version: str = ""
    mapping_version: str = ""
    licence: str = ""
    non_commercial: bool = False


@dataclass(frozen=True)
class ColumnUse:
    """A line of the ledger: a column or field of the file, the field it was read as ("" for one that was not read),
    why, and a value of it that is not empty. `choices` are the fields that a person may have a named format read it as
    instead."""

    name: str
    used_as: str
    why: str
    example: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a person must know of the file beside its rows: a sentence."""

    sentence: str


@dataclass(frozen=True)
class LabelWord:
    """A word that the file's own labels, ratings or scores use: how many rows have it, and the action that it was read
    as; None where nobody has said what it stands for, so that it was only kept or its rows are bad."""

    word: str
    n: int
    action: ActionId | None


@dataclass(frozen=True)
class CaseRecord:
    """A case. `kept` is what the file says of it that has no field here, {name: text}: labels and scores of others.
    `if_missing`: the file is about responses, and its case is for a workspace that has no suite with these cases."""

    line: int
    case: Case
    kept: Mapping[str, str] = field(default_factory=dict)
    non_commercial: bool = False
    if_missing: bool = False


@dataclass(frozen=True)
class RunRecord:
    """A run that the responses and decisions after it name. It comes once for each run of a file."""

    line: int
    name: str
    model: str


@dataclass(frozen=True)
class ResponseRecord:
    """A response, and beside it what the rules read in the earlier turns of the assistant in its case. Those follow
    from the case: they are written for whoever reads the file, and import goes by the case. `kept` as with a case."""

    line: int
    run: str
    response: Response
    turn_actions: tuple[TurnAction, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DecisionRecord:
    """A decision, adjudication or undo as a file has it.

    `id` and `undoes` are references between the lines of files ("" if none); they are not the store's ids.
    `response_hash` and `at` are "" where the file does not know them. `at` is RFC 3339. `said_as` is the word as it was
    given on a former scale of the suite; without an action it waits to be given again. `uid` names the event in every
    workspace that it travels to. `blind` and `hidden` are None where the file does not say what was in sight.
    """

    line: int
    case: CaseKey
    run: str
    repeat: int
    response_hash: str
    reviewer: str
    action: ActionId | None
    kind: DecisionKind = DecisionKind.DECISION
    note: str = ""
    at: str = ""
    blind: bool | None = None
    bulk: bool = False
    undoes: str = ""
    id: str = ""
    seconds_spent: float | None = None
    cause: Cause | None = None
    said_as: ActionId | None = None
    uid: str = ""
    hidden: frozenset[Hidden] | None = None
    guideline_version: int | None = None
    origin: DecisionOrigin = DecisionOrigin.UNKNOWN

    @property
    def waits(self) -> bool:
        """Whether the word, given on a former scale, is none on the scale of now."""
        return self.action is None and self.said_as is not None


@dataclass(frozen=True)
class VerdictRecord:
    """A classifier's verdict on the text that `response_hash` names; `at` is RFC 3339, "" where nobody knows it."""

    line: int
    case: CaseKey
    run: str
    repeat: int
    response_hash: str
    at: str
    verdict: Verdict


@dataclass(frozen=True)
class LabelRecord:
    """One entry of the label history of a suite's case; edited messages make a new version of a case."""

    line: int
    suite: str
    case: CaseKey
    case_version: int
    event: LabelEvent


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used: its line (from 1, the physical line it starts on) and a sentence."""

    line: int
    reason: str


Record = (
    SuiteRecord
    | OriginRecord
    | ColumnUse
    | Told
    | LabelWord
    | CaseRecord
    | RunRecord
    | ResponseRecord
    | DecisionRecord
    | VerdictRecord
    | LabelRecord
    | BadRow
)

_HASH = re.compile(r"[0-9a-f]{64}\Z")


def read_hash(value: object, name: str) -> str:
    text = read_text(value, name)
    if text and not _HASH.match(text):
        raise InputError(f"The {name} is not a SHA-256.", "Give 64 hexadecimal digits or leave it out.")
    return text


def read_time(value: object, name: str) -> str:
    """The time as written, if it is RFC 3339 with an offset; "" is a time that nobody knows."""
    text, remedy = read_text(value, name), "Write it like 2025-03-01T09:30:00Z."
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"The time {text[:40]!r} cannot be read.", remedy) from None
    if moment.tzinfo is None:
        raise InputError(f"The time {text[:40]!r} has no offset from UTC.", remedy)
    return text


_FORMER_SCALE = Kind(
    lambda value, _name: ActionScale.from_json(value) if isinstance(value, list) else None,
    lambda scale: None if scale is None else list(scale.ids),
    json_cell,
)
_UID = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}\Z")


def read_uid(value: object, name: str) -> str:
    text = read_text(value, name)
    if text and not _UID.match(text):
        raise InputError(f"The {name} is not one of this program's.", "Leave it out, or give it as export wrote it.")
    return text


def _origin(value: object, _name: str) -> DecisionOrigin:
    known = [origin for origin in DecisionOrigin if origin]
    if value not in known:
        raise InputError(f"The origin {str(value)[:80]!r} is not known.", f"Use one of: {', '.join(known)}.")
    return DecisionOrigin(str(value))


_HIDDEN = Kind(read_hidden, lambda hidden: None if hidden is None else hidden_words(hidden), json_cell)
_OWN = {"case": KEY, "response_hash": Kind(read_hash), "at": Kind(read_time)}
RESPONSE_LINE = Codec(
    ResponseRecord,
    "response",
    {"turn_actions": records(Codec(TurnAction, "turn"))},
    inner={"response": RESPONSE},
    sparse_from="turn_actions",
    leave_out=("line",),
)
DECISION_LINE = Codec(
    DecisionRecord,
    "decision",
    {**_OWN, "uid": Kind(read_uid), "hidden": _HIDDEN, "origin": Kind(_origin, str)},
    sparse_from="seconds_spent",
    leave_out=("line",),
)
VERDICT_LINE = Codec(VerdictRecord, "verdict", _OWN, inner={"verdict": VERDICT}, leave_out=("line",))
LABEL_LINE = Codec(
    LabelRecord,
    "label",
    _OWN,
    inner={
        "event": Codec(
            LabelEvent, "label", {"at": Kind(read_time), "former_scale": _FORMER_SCALE}, sparse_from="former_scale"
        )
    },
    leave_out=("line",),
)
