"""Reading Retry-After and what servers say."""

from __future__ import annotations

import json
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.endpoints.faults import Inquiry, status_fault
from reviewer.endpoints.said import ServerSaid
from reviewer.endpoints.untrusted import EXCERPT_CHARACTERS, excerpt, storable
from reviewer.endpoints.waits import retry_after_s

NOW_S = 1_700_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": formatdate(NOW_S + 30, usegmt=True)}, 30.0),
        ({"retry-after": formatdate(NOW_S - 30, usegmt=True)}, 0.0),
        # the server's clock is an hour ahead of ours: its own Date counts
        (
            {
                "retry-after": formatdate(NOW_S + 3630, usegmt=True),
                "date": formatdate(NOW_S + 3600, usegmt=True),
            },
            30.0,
        ),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, NOW_S) == seconds


@given(st.binary(max_size=300), st.integers(300, 599))
def test_any_body_with_any_status_is_a_sentence(body: bytes, status: int) -> None:
    fault = status_fault(status, {}, body, Inquiry("http://127.0.0.1/v1", "m"))
    assert fault.sentence
    assert fault.sentence.isprintable()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "errors", "message", "code", "detail", "loc", "base_resp", "retryDelay", "metadata"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_read_without_a_crash(value: object) -> None:
    said = ServerSaid.read(json.dumps([value, json.dumps(value)]).encode())
    assert isinstance(said.message, str)
    assert said.filtered in (True, False)


@given(st.text(st.characters(), max_size=5000))
def test_text_from_outside_is_storable_and_excerpts_are_short_lines(text: str) -> None:
    storable(text).encode("utf-8")
    assert "\x00" not in storable(text)
    assert len(excerpt(text)) <= EXCERPT_CHARACTERS
    assert excerpt(text).isprintable()


def test_a_secret_that_straddles_the_cut_is_redacted() -> None:
    assert "sk-abc" not in excerpt("x" * (EXCERPT_CHARACTERS - 8) + "sk-abcdefgh", ["sk-abcdefgh"])
