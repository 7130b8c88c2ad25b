"""Long texts made to slow a reader down are read to their end like any other. How their time grows is measured by
`python -m tests.benchmarks rules`.
"""

from __future__ import annotations

import pytest

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import Message, Role
from reviewer.core.responses import ResponseState
from tests.benchmarks.rules import ADVERSARIAL
from tests.classify.reading import classify_response

LENGTH = 1_000_000


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_a_million_adversarial_characters_are_classified(piece: str) -> None:
    text = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
    verdict = classify_response([Message(Role.USER, text)], text, ResponseState.OK, DEFAULT_SCALE)
    assert verdict.reason
    assert all(0 <= evidence.start < evidence.end <= len(text) for evidence in verdict.evidence)


@pytest.mark.parametrize("opener", ["<think>", "```\n", "~~~\n", '"', "\u201c", "**", "> "])
def test_what_is_opened_and_never_closed_hides_nothing_after_a_million_characters(opener: str) -> None:
    text = opener + "a word and another. " * (LENGTH // 20)
    assert classify_response([], text, ResponseState.OK, DEFAULT_SCALE).reason
