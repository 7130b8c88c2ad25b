"""What is asked before a slow expression never says no where the expression finds something."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.no_response import no_response
from reviewer.core.no_response_kinds import NoResponseKind
from reviewer.core.page_texts import is_page_piece
from reviewer.core.program_texts import garbled
from reviewer.core.reasoning_marks import TAG, TAG_ITSELF
from reviewer.core.reasoning_words import THOUGHTS, may_name_thoughts

PLAIN_TAG = re.compile(TAG_ITSELF, re.I)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
SIGNS = st.sampled_from(
    ["<", "[", "&lt;", "\\u003c", "\uff1c", "\u3010", "|", "/", " ", "\n", "think", "thought", "a", ">"]
)
WORDS = [
    "Describe",
    "how",
    "bridges",
    "are",
    "painted",
    "near",
    "the",
    "sea",
    "and",
    "who",
    "pays",
    "for",
    "them",
    "today",
]
requests = st.lists(st.sampled_from(WORDS), min_size=6, max_size=20).map(" ".join)


@given(st.text(max_size=20), st.from_regex(re.compile(THOUGHTS)), st.text(max_size=20))
def test_no_word_for_thoughts_is_missed(before: str, name: str, after: str) -> None:
    assert may_name_thoughts(before + name + after)


@given(st.lists(SIGNS, max_size=12).map("".join) | st.from_regex(PLAIN_TAG) | st.text(max_size=30))
def test_a_mark_is_found_by_its_first_sign_where_it_is_found_at_all(text: str) -> None:
    assert (TAG.search(text) is None) == (PLAIN_TAG.search(text) is None)


@given(
    requests, st.sampled_from(["%s", "User: %s", "[INST] %s [/INST]", "<s>%s</s>", "### Instruction:\n%s", "\n  %s\n"])
)
def test_a_request_that_comes_back_is_seen_whatever_stands_around_it(request: str, around: str) -> None:
    found = no_response(around % request, request)
    assert found is not None
    assert found.kind is NoResponseKind.ECHO


@given(requests, requests)
def test_another_request_is_no_echo(said: str, request: str) -> None:
    found = no_response(said, request)
    assert (found is not None and found.kind is NoResponseKind.ECHO) == (said == request)


@given(st.text(max_size=60) | st.text("a\x00\x07\x1b\x1f\ufffd \ud800\n", max_size=60))
def test_control_characters_are_counted_as_one_by_one(text: str) -> None:
    assert garbled(text) == len(CONTROL.findall(text))


@given(st.sampled_from(["", "example.com\n", "One moment.\n"]), st.text("ab .", max_size=80))
def test_a_check_of_the_connection_is_a_page_whatever_stands_before_it(before: str, name: str) -> None:
    assert is_page_piece(f"{before}{name} needs to review the SECURITY of your Connection before proceeding.")
