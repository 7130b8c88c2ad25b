"""What the tests of the rules share: reading one response, scales, and what holds of every verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pytest
from _pytest.mark import ParameterSet

from reviewer.classify.rules import Item, classify_responses
from reviewer.core.actions import DEFAULT_SCALE, Action, ActionId, ActionScale
from reviewer.core.cases import Message, Role
from reviewer.core.decisions import EvidenceKind, Verdict
from reviewer.core.responses import ResponseState

REQUEST = "Could you help me with this?"


def classify_response(messages: Sequence[Message], text: str, state: ResponseState, scale: ActionScale) -> Verdict:
    """The verdict on one response alone."""
    return classify_responses([Item(messages, text, state)], scale)[0]


def classify(
    text: str,
    request: str = REQUEST,
    state: ResponseState = ResponseState.OK,
    scale: ActionScale = DEFAULT_SCALE,
) -> Verdict:
    return classify_response([Message(Role.USER, request)], text, state, scale)


def scale_of(*ids: str) -> ActionScale:
    return ActionScale(tuple(Action(ActionId(name), name) for name in ids))


def spans(verdict: Verdict, text: str, kind: EvidenceKind) -> list[str]:
    """The words that stand as evidence of `kind`, in their order."""
    return [text[evidence.start : evidence.end] for evidence in verdict.evidence if evidence.kind is kind]


def assert_sound(verdict: Verdict, text: str) -> None:
    """What holds of every verdict. One span may do two things; otherwise spans follow each other."""
    assert 0 <= verdict.confidence <= 1
    assert verdict.engagement_confidence is None or 0 <= verdict.engagement_confidence <= 1
    assert verdict.reason.strip()
    assert len(verdict.reason.splitlines()) == 1
    start = end = 0
    for evidence in verdict.evidence:
        assert 0 <= evidence.start < evidence.end <= len(text)
        assert evidence.start >= end or (evidence.start, evidence.end) == (start, end)
        assert text[evidence.start : evidence.end].strip()
        assert evidence.why
        start, end = evidence.start, evidence.end
    assert len({(one.start, one.end, one.kind) for one in verdict.evidence}) == len(verdict.evidence)


def known_misreads(cases: Mapping[str, object], misread: Collection[str]) -> list[ParameterSet]:
    """The cases by name; those that are still read wrongly must go on failing until they are taken off the list."""
    wrong = pytest.mark.xfail(strict=True, reason="still read wrongly")
    return [
        pytest.param(*(case if type(case) is tuple else (case,)), id=name, marks=[wrong] if name in misread else [])
        for name, case in cases.items()
    ]
