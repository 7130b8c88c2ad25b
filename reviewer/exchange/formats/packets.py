"""Review packets as files: a line that says what it is about, then cases, responses, decisions, disputes and marks.

Each line is an object with one field that names what it holds, so that the file is read line by line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from reviewer.core.actions import ActionScale
from reviewer.core.cases import CASE, KEY, SuiteHead
from reviewer.core.codec import ANY_TEXT, JSON_OF, Codec, Fields, Kind, read_count
from reviewer.core.errors import InputError
from reviewer.core.json_text import JsonObject, parse_object
from reviewer.core.responses import RESPONSE
from reviewer.exchange.kit.checks import ActionNames, case_of, suite_head
from reviewer.exchange.kit.jsonl import json_objects
from reviewer.exchange.kit.records import BadRow, read_hash, read_time, read_uid
from reviewer.exchange.kit.sources import Source
from reviewer.host.files import replacing_text, write_file
from reviewer.host.sealed_files import content_of, is_sealed, sealed
from reviewer.store.facts.packets import (
    Packet,
    PacketHead,
    PlacedResponse,
    TravellingDecision,
    TravellingDispute,
    TravellingMark,
)

FORMAT = 1
_WHOLE = Kind(partial(read_count, least=0, most=2**53, missing=0))
_HASH, _UID, _TIME = Kind(read_hash), Kind(read_uid), Kind(read_time)
_HIDDEN_WORDS = frozenset({"verdict", "versions", "sides", "others", "label", "earlier"})
_ORIGINS = frozenset({"", "window", "command", "import", "packet", "carried"})
_HIDDEN = Kind(
    lambda value, name: None if value is None else tuple(_texts(value, name)),
    lambda hidden: None if hidden is None else list(hidden),
)
_HEAD = Codec(
    PacketHead,
    "packet",
    {
        "token": _HASH,
        "scale_hash": _HASH,
        "uid": _UID,
        "at": _TIME,
        "seed": Kind(partial(read_count, least=-(2**63), most=2**63)),
    },
)
_DECISION = Codec(
    TravellingDecision,
    "decision",
    {
        "uid": _UID,
        "undoes": _UID,
        "case": KEY,
        "response_hash": _HASH,
        "scale_hash": _HASH,
        "at": _TIME,
        "note": ANY_TEXT,
        "hidden": _HIDDEN,
        "origin": Kind(lambda value, name: _known(str(value or ""), name, _ORIGINS)),
    },
)
_DISPUTE = Codec(
    TravellingDispute,
    "label dispute",
    {"uid": _UID, "case": KEY, "message_hash": _HASH, "at": _TIME, "reason": ANY_TEXT, "band": JSON_OF[float]},
)
_MARK = Codec(
    TravellingMark,
    "mark",
    {"case": KEY, "response_hash": _HASH, "at": _TIME, "revealed": _HIDDEN, "nth": _WHOLE},
)
_PLACED = Codec(
    PlacedResponse,
    "response",
    {"position": _WHOLE},
    inner={"response": RESPONSE},
)


def _texts(value: object, name: str) -> Iterator[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InputError(f"The field {name!r} is not a list of texts.", "Leave it out.")
    yield from (_known(each, name, _HIDDEN_WORDS) for each in value)


def _known(word: str, name: str, words: frozenset[str]) -> str:
    if word not in words:
        raise InputError(f"The {name} {word[:40]!r} is not known.", "A newer Reviewer may have written it.")
    return word


def write_packet(path: Path, packet: Packet, passphrase: str = "") -> None:
    """Whole or not at all, encrypted where there is a passphrase.

    Raises InputError where `path` cannot be a file, EnvironmentFault where it fails.
    """
    if passphrase:
        text = "".join(json.dumps(line, allow_nan=False) + "\n" for line in _lines(packet))
        write_file(path, sealed(text.encode("ascii"), passphrase))
        return
    with replacing_text(path) as out:
        for line in _lines(packet):
            out.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")


def _lines(packet: Packet) -> Iterator[Fields]:
    yield {"packet": _HEAD.line(packet.head)}
    if packet.suite is not None:
        yield {"suite": packet.suite.as_json()}
    yield from ({"case": CASE.line(case)} for case in packet.cases)
    yield from ({"response": _PLACED.line(each)} for each in packet.responses)
    yield from ({"decision": _DECISION.line(each)} for each in packet.decisions)
    yield from ({"dispute": _DISPUTE.line(each)} for each in packet.disputes)
    yield from ({"mark": _MARK.line(each)} for each in packet.marks)


def read_packet(path: Path) -> Packet:
    """Raises InputError with the line for a file that is no packet or is damaged: nothing of it is then taken in;
    SealedError for an encrypted one that is locked.
    """
    reading = _Reading()
    for found in _sealed_objects(path) if is_sealed(path) else json_objects(Source(path)):
        if isinstance(found, BadRow):
            raise InputError(f"{path.name}, line {found.line}: {found.reason}", _AGAIN)
        line, fields = found
        try:
            reading.take(fields)
        except InputError as error:
            raise InputError(f"{path.name}, line {line}: {error.what}", error.remedy or _AGAIN) from None
    return reading.packet(path)


def _sealed_objects(path: Path) -> Iterator[tuple[int, JsonObject] | BadRow]:
    """As `json_objects`, of an encrypted file, whose text stays in memory."""
    text = content_of(path).decode("utf-8", "replace")
    for line, written in enumerate(text.split("\n"), start=1):
        if written.strip():
            value = parse_object(written)
            yield BadRow(line, value) if isinstance(value, str) else (line, value)


_AGAIN = "Ask for the packet again."


class _Reading:
    """A packet while it is read, line by line."""

    def __init__(self) -> None:
        self._head: PacketHead | None = None
        self._suite: SuiteHead | None = None
        self._found: dict[str, list[object]] = {}

    def take(self, fields: Fields) -> None:
        kind, value = next(iter(fields.items()), ("", None))
        if self._head is None and "packet" not in fields:
            raise InputError("This is no review packet.", "Import other files with `reviewer import`.")
        if len(fields) != 1 or not isinstance(value, dict):
            raise InputError("A line of a packet holds one thing with its kind.", _AGAIN)
        if self._head is None:
            self._begin(value)
        elif kind == "suite":
            self._suite = suite_head(value, ActionScale.from_json(_actions(value)))
        elif kind in _READERS:
            self._found.setdefault(kind, []).append(_READERS[kind](value, self._suite))
        else:
            raise InputError(f"A packet holds no {kind[:40]!r}.", "A newer Reviewer may have written it.")

    def _begin(self, value: Fields) -> None:
        if value.get("format") != FORMAT:
            raise InputError("The packet was written by another version of Reviewer.", "Use the same version for both.")
        self._head = _HEAD.read(value)

    def packet(self, path: Path) -> Packet:
        if self._head is None:
            raise InputError(f"{path.name} is empty.", _AGAIN)
        found = {f"{kind}s": tuple(each) for kind, each in self._found.items()}
        return Packet(self._head, self._suite, **found)  # type: ignore[arg-type]  # each reader gives its own kind


def _actions(suite: Fields) -> list[object]:
    scale = suite.get("scale")
    if not isinstance(scale, list):
        raise InputError("The suite of the packet has no scale.", _AGAIN)
    return scale


def _case(value: Fields, suite: SuiteHead | None) -> object:
    if suite is None:
        raise InputError("The packet has a case before its suite.", _AGAIN)
    return case_of(value, suite.scale, ActionNames(suite.scale, {}))


_READERS: dict[str, Callable[[Fields, SuiteHead | None], object]] = {
    "case": _case,
    "response": lambda value, _suite: _PLACED.read(value),
    "decision": lambda value, _suite: _DECISION.read(value),
    "dispute": lambda value, _suite: _DISPUTE.read(value),
    "mark": lambda value, _suite: _MARK.read(value),
}
