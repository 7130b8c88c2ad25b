"""Finish reasons as providers and servers write them, and what is in no list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.finish import Finish, finish_of


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("stop", Finish.ENDED),
        ("STOP", Finish.ENDED),
        ("FINISH_REASON_STOP", Finish.ENDED),
        ("endOfTurn", Finish.ENDED),
        ("eos_token", Finish.ENDED),
        ("length", Finish.CUT),
        ("MAX_TOKENS", Finish.CUT),
        ("maxTokens", Finish.CUT),
        ("max-tokens", Finish.CUT),
        ("model_length", Finish.CUT),
        ("SAFETY", Finish.FILTERED),
        ("finish_reason_prohibited_content", Finish.FILTERED),
        ("ContentFilter", Finish.FILTERED),
        ("guardrail_intervened", Finish.FILTERED),
        ("CONTENT_FILTER_PROHIBITED", Finish.FILTERED),
        ("blocked_by_safety", Finish.FILTERED),
        ("content-filter-triggered", Finish.FILTERED),
        ("safety_check_passed", Finish.UNKNOWN),
        ("pause_turn", Finish.CUT),
        ("tool_calls", Finish.CALLS_TOOLS),
        ("error", Finish.BROKEN_OFF),
        ("insufficient_system_resource", Finish.BROKEN_OFF),
        ("abort", Finish.BROKEN_OFF),
        ("", Finish.UNSAID),
        ("null", Finish.UNSAID),
        ("FINISH_REASON_UNSPECIFIED", Finish.UNSAID),
        ("OTHER", Finish.UNKNOWN),
        ("some_new_word", Finish.UNKNOWN),
    ],
)
def test_a_finish_reason_is_read_by_what_it_means(reason: str, ending: Finish) -> None:
    assert finish_of(reason) is ending


@given(st.text(max_size=40))
def test_capitals_and_blanks_around_it_change_nothing_and_no_text_raises(reason: str) -> None:
    assert finish_of(f" {reason.upper().lower()} ") is finish_of(reason.upper().lower())
