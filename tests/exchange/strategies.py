"""Cases, responses and decisions as the program can hold them, with the characters that break files."""

from __future__ import annotations

from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE, ActionId
from reviewer.core.bands import neighbours_band
from reviewer.core.cases import Case, CaseKey, CaseStatus, Message, Role
from reviewer.core.decisions import DecisionKind
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.kit.records import DecisionRecord, ResponseRecord

AWKWARD = [
    "=1+1",
    "'=1",
    "''",
    "'",
    "+x",
    "-",
    "@cmd",
    "\t",
    "\r",
    "\n",
    "\r\n",
    '"',
    '""',
    ",",
    ";",
    "|",
    "[",
    "{",
    "\u2028",
]

any_text = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    st.lists(st.sampled_from([*AWKWARD, "a", " ", "é", "\U0001f600", "\x1c", "\ufeff"]), max_size=6).map("".join),
)
filled_text = any_text.filter(lambda text: bool(text.strip()))
keys = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=10).map(CaseKey)
actions = st.sampled_from(DEFAULT_SCALE.ids)


@st.composite
def messages(draw: st.DrawFn) -> tuple[Message, ...]:
    turns = [
        Message(role, draw(filled_text))
        for role in draw(st.lists(st.sampled_from([Role.USER, Role.ASSISTANT]), max_size=3))
    ]
    if draw(st.booleans()):
        turns.insert(0, Message(Role.SYSTEM, draw(filled_text)))
    return (*turns, Message(Role.USER, draw(filled_text)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    status = draw(st.sampled_from(CaseStatus))
    label: ActionId | None = draw(actions if status is CaseStatus.LABELLED else st.none() | actions)
    credit = draw(st.floats(0, 1, exclude_min=True, exclude_max=True))
    band = neighbours_band(label, DEFAULT_SCALE, credit) if label and draw(st.booleans()) else {}
    return Case(
        key=draw(keys),
        messages=draw(messages()),
        label=label,
        band=band,
        borderline=draw(st.booleans()) and (bool(band) or label is None),
        category=draw(any_text),
        tags=tuple(draw(st.lists(filled_text, max_size=3))),
        pair=draw(any_text),
        segment=draw(any_text),
        source=draw(any_text),
        licence=draw(any_text),
        rationale=draw(any_text),
        status=status,
    )


@st.composite
def responses(draw: st.DrawFn) -> ResponseRecord:
    response = Response(
        case=draw(keys),
        repeat=draw(st.integers(1, 10_000)),
        text=draw(any_text),
        reasoning=draw(any_text),
        state=draw(st.sampled_from(ResponseState)),
        finish_reason=draw(any_text),
        usage=draw(st.dictionaries(any_text, st.integers(0, 10**9), max_size=3)),
        model=draw(any_text),
        latency_ms=draw(st.none() | st.floats(0, 1e9)),
        error=draw(any_text),
        attempts=draw(st.integers(1, 9)),
    )
    return ResponseRecord(0, draw(filled_text), response)


@st.composite
def decisions(draw: st.DrawFn) -> DecisionRecord:
    kind = draw(st.sampled_from(DecisionKind))
    return DecisionRecord(
        line=0,
        case=draw(keys),
        run=draw(filled_text),
        repeat=draw(st.integers(1, 10_000)),
        response_hash=draw(st.sampled_from(["", "0f" * 32])),
        reviewer=draw(filled_text),
        action=draw(st.none() | actions),
        kind=kind,
        note=draw(any_text),
        at=draw(st.sampled_from(["", "2025-03-01T09:30:00Z", "2025-03-01T09:30:00.123456+02:00"])),
        blind=draw(st.booleans()),
        bulk=draw(st.booleans()),
        undoes=draw(filled_text) if kind is DecisionKind.UNDO else "",
        id=draw(any_text),
    )
