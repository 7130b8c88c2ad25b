"""Cases, responses and decisions as the program can hold them, with the characters that break files."""

from __future__ import annotations

import base64

from hypothesis import strategies as st

from reviewer.classify.turn_actions import TurnAction
from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale
from reviewer.core.bands import neighbours_band
from reviewer.core.cases import Case, CaseKey, CaseStatus, Message, Role
from reviewer.core.decisions import (
    Cause,
    DecisionKind,
    DecisionOrigin,
    Engagement,
    Evidence,
    EvidenceKind,
    Hidden,
    RefusalKind,
    Verdict,
    VerdictSource,
)
from reviewer.core.hashing import canonical_json
from reviewer.core.messages import (
    FileKind,
    FilePart,
    ForeignPart,
    MessagePart,
    TextPart,
    ToolCall,
    message_of,
)
from reviewer.core.responses import Earlier, Response, ResponseState
from reviewer.exchange.kit.records import DecisionRecord, LabelRecord, ResponseRecord, VerdictRecord
from reviewer.store.facts.suites import LabelEvent

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
nul_text = any_text | st.lists(st.sampled_from(["\0", *AWKWARD, "\\u0000", "a"]), max_size=5).map("".join)
filled_text = any_text.filter(lambda text: bool(text.strip()))
keys = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=10).map(CaseKey)
hashes = st.sampled_from(["", "0f" * 32])
times = st.sampled_from(["", "2025-03-01T09:30:00Z", "2025-03-01T09:30:00.123456+02:00"])
uids = st.just("") | st.text("0123456789abcdef", min_size=32, max_size=32).map(lambda hex_: f"{hex_[:16]}-{hex_[16:]}")
scales = st.lists(st.sampled_from(["yes", "no", "perhaps", "answer"]), min_size=2, unique=True).map(
    ActionScale.from_json
)
actions = st.sampled_from(DEFAULT_SCALE.ids)


def files() -> st.SearchStrategy[FilePart]:
    """Pictures, sounds and files with data of their own, or known by an address or an id only."""
    typed = st.sampled_from(["image/png", "audio/wav", "audio/mpeg", "video/mp4", "application/pdf", "text/plain"])
    kinds = {"image": FileKind.IMAGE, "audio": FileKind.AUDIO, "video": FileKind.VIDEO}

    def made(media_type: str, content: bytes, name: str) -> FilePart:
        kind = kinds.get(media_type.partition("/")[0], FileKind.FILE)
        return FilePart(kind, media_type, name, base64.b64encode(content).decode())

    held = st.builds(made, typed, st.binary(min_size=1, max_size=9), any_text)
    addresses = st.sampled_from(["https://example.org/a.png", "https://example.org/b?c=d"])
    linked = st.builds(
        FilePart, st.just(FileKind.IMAGE), name=any_text, url=addresses, detail=st.sampled_from(["", "low"])
    )
    return held | linked | st.builds(FilePart, st.just(FileKind.FILE), file_id=st.just("file-1"))


foreign = st.sampled_from(["thinking", "server_thing"]).map(
    lambda kind: ForeignPart(kind, canonical_json({"type": kind, "thinking": "Well.", "deep": [{"x": None}]}))
)


@st.composite
def tool_turns(draw: st.DrawFn) -> list[Message]:
    """The assistant's calls and their results."""
    names, given_ids = draw(st.lists(filled_text, min_size=1, max_size=2)), draw(st.booleans())
    calls = [
        ToolCall(name, draw(st.sampled_from(["", "{}", '{"a": "é"}', "not JSON"])), f"c{n}" if given_ids else "")
        for n, name in enumerate(names)
    ]
    said: list[MessagePart] = [TextPart(draw(filled_text))] if draw(st.booleans()) else []
    results = [
        message_of(
            Role.TOOL,
            tuple(draw(st.lists(files(), max_size=1))) or (TextPart(draw(any_text)),),
            name=call.name,
            call_id=call.id,
            failed=draw(st.booleans()),
        )
        for call in calls
    ]
    return [message_of(Role.ASSISTANT, (*said, *calls)), *results]


@st.composite
def messages(draw: st.DrawFn) -> tuple[Message, ...]:
    turns: list[Message] = []
    for role in draw(st.lists(st.sampled_from([Role.USER, Role.ASSISTANT, Role.TOOL]), max_size=3)):
        turns += draw(tool_turns()) if role is Role.TOOL else [Message(role, draw(filled_text), draw(any_text))]
    if draw(st.booleans()):
        turns.insert(0, Message(draw(st.sampled_from([Role.SYSTEM, Role.DEVELOPER])), draw(filled_text)))
    if turns and turns[-1].role is Role.TOOL and draw(st.booleans()):
        return tuple(turns)
    parts = st.lists(filled_text.map(TextPart) | files() | foreign, min_size=1, max_size=3)
    asked = st.builds(lambda parts, name: message_of(Role.USER, tuple(parts), name=name), parts, any_text)
    return (*turns, draw(asked.filter(lambda turn: not turn.is_reasoning)))


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
        stakes=draw(st.sampled_from([1.0, 0.5, 3.0])),
        status=status,
    )


kept = st.dictionaries(any_text, nul_text, max_size=3)


def earlier() -> st.SearchStrategy[Earlier]:
    return st.builds(
        Earlier,
        text=nul_text,
        state=st.sampled_from(ResponseState),
        at=any_text,
        reasoning=nul_text,
        model=any_text,
    )


@st.composite
def responses(draw: st.DrawFn) -> ResponseRecord:
    response = Response(
        case=draw(keys),
        repeat=draw(st.integers(1, 10_000)),
        text=draw(nul_text),
        reasoning=draw(nul_text),
        state=draw(st.sampled_from(ResponseState)),
        finish_reason=draw(any_text),
        usage=draw(st.dictionaries(any_text, st.integers(0, 2**63 - 1), max_size=3)),
        model=draw(any_text),
        latency_ms=draw(st.none() | st.floats(0, 1e9)),
        error=draw(any_text),
        attempts=draw(st.integers(1, 9)),
        raw_body=draw(st.binary(max_size=40)),
        request_hash=draw(hashes),
        fingerprint=draw(any_text),
        headers=draw(st.dictionaries(any_text, any_text, max_size=3)),
        history=tuple(draw(st.lists(any_text, max_size=3))),
        earlier=tuple(draw(st.lists(earlier(), max_size=2))),
    )
    counts, calls = st.integers(1, 10_000), st.lists(any_text, max_size=2).map(tuple)
    turns = st.lists(st.builds(TurnAction, counts, st.none() | actions, calls), max_size=2)
    return ResponseRecord(0, draw(filled_text), response, tuple(draw(turns)), draw(kept))


@st.composite
def decisions(draw: st.DrawFn) -> DecisionRecord:
    kind = draw(st.sampled_from(DecisionKind))
    # an undo is no word on a response, so that nothing was hidden from it
    words = st.none() if kind is DecisionKind.UNDO else st.none() | st.frozensets(st.sampled_from(Hidden))
    hidden = draw(words)
    return DecisionRecord(
        line=0,
        case=draw(keys),
        run=draw(filled_text),
        repeat=draw(st.integers(1, 10_000)),
        response_hash=draw(hashes),
        reviewer=draw(filled_text),
        action=draw(st.none() | actions),
        kind=kind,
        note=draw(any_text),
        at=draw(times),
        # that it was not blind, a file says with what was hidden
        blind=draw(st.sampled_from([None, True])) if hidden is None else Hidden.VERDICT in hidden,
        bulk=draw(st.booleans()),
        undoes=draw(filled_text) if kind is DecisionKind.UNDO else "",
        id=draw(any_text),
        seconds_spent=draw(st.none() | st.floats(0, 1e6)),
        cause=draw(st.none() | st.sampled_from(Cause)) if kind is DecisionKind.ADJUDICATION else None,
        hidden=hidden,
        guideline_version=draw(st.none() | st.integers(1, 10_000)),
        said_as=None if kind is DecisionKind.UNDO else draw(st.none() | st.sampled_from(["yes", "no"]).map(ActionId)),
        uid=draw(uids),
        origin=draw(st.sampled_from(DecisionOrigin)),
    )


def evidence() -> st.SearchStrategy[Evidence]:
    offsets = st.integers(0, 10**6)
    return st.builds(Evidence, start=offsets, end=offsets, why=any_text, kind=st.sampled_from(EvidenceKind))


def verdicts() -> st.SearchStrategy[VerdictRecord]:
    chances = st.floats(0, 1)
    verdict = st.builds(
        Verdict,
        classifier=filled_text,
        action=st.none() | actions,
        confidence=chances,
        reason=any_text,
        evidence=st.lists(evidence(), max_size=3).map(tuple),
        engagement=st.none() | st.sampled_from(Engagement),
        refusal_kind=st.none() | st.sampled_from(RefusalKind),
        caveat=st.booleans(),
        asks=st.booleans(),
        source=st.sampled_from(VerdictSource),
        engagement_confidence=st.none() | chances,
        said_so=st.none() | st.booleans(),
        counted=st.booleans(),
    )
    repeats = st.integers(1, 10_000)
    return st.builds(
        VerdictRecord,
        line=st.just(0),
        case=keys,
        run=filled_text,
        repeat=repeats,
        response_hash=hashes,
        at=times,
        verdict=verdict,
    )


def labels() -> st.SearchStrategy[LabelRecord]:
    event = st.builds(
        LabelEvent,
        version=st.integers(1, 10_000),
        label=st.none() | actions,
        band=st.dictionaries(actions, st.floats(0, 1), max_size=3),
        status=any_text,
        author=any_text,
        reason=any_text,
        at=times,
        guideline_version=st.integers(1, 10_000),
        former_scale=st.none() | scales,
    )
    counts = st.integers(1, 10_000)
    return st.builds(LabelRecord, line=st.just(0), suite=filled_text, case=keys, case_version=counts, event=event)
