"""What came back is stored with its reasoning apart and a true state, once and for all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.cases import CaseKey
from reviewer.core.no_response import no_response
from reviewer.core.reasoning import split_reasoning
from reviewer.core.received import received
from reviewer.core.responses import Response, ResponseState
from tests.core.short_responses import RESPONSES
from tests.core.texts_that_are_none import NONE as NO_RESPONSES
from tests.core.texts_that_programs_print import PRINTED

KEY = CaseKey("k")
ERROR, FILTERED, NONE = ResponseState.ERROR, ResponseState.FILTERED, ResponseState.NO_RESPONSE
OK, TRUNCATED, EMPTY = ResponseState.OK, ResponseState.TRUNCATED, ResponseState.EMPTY
UNKNOWN = ResponseState.UNKNOWN_END


@pytest.mark.parametrize(
    ("text", "given_state", "finish_reason", "state"),
    [
        ("I can't.", OK, "", OK),
        ("I can't.", OK, "STOP", OK),
        ("I can't.", TRUNCATED, "", TRUNCATED),
        ("I can't.", OK, "MAX_TOKENS", TRUNCATED),
        ("I can't.", OK, "model_length", TRUNCATED),
        ("I can't.", OK, "content_filter", FILTERED),
        ("", EMPTY, "FINISH_REASON_SAFETY", FILTERED),
        ("I can", OK, "error", ERROR),
        ("", EMPTY, "insufficient_system_resource", ERROR),
        ("I can't.", OK, "xyz", UNKNOWN),
        ("I can't.", TRUNCATED, "xyz", TRUNCATED),
        ("", EMPTY, "xyz", EMPTY),
        ("  ", OK, "stop", EMPTY),
        ("I can't.", EMPTY, "", OK),
        ("nan", OK, "stop", NONE),
        ("nan", TRUNCATED, "length", NONE),
        ("nan", FILTERED, "", FILTERED),
        ("Error: 429 Too Many Requests", OK, "", NONE),
        ("<think>hm", OK, "length", NONE),
        ("<think>hm</think>", OK, "stop", NONE),
        ("Well.\n<think>\nhm", OK, "stop", TRUNCATED),
        ("<think>hm</think>nan", OK, "stop", NONE),
        ("I can't.", NONE, "", NONE),
        ("I can't.", UNKNOWN, "", UNKNOWN),
        ("I can't.", ERROR, "stop", ERROR),
    ],
)
def test_text_end_and_given_state_make_the_state(
    text: str, given_state: ResponseState, finish_reason: str, state: ResponseState
) -> None:
    found = received(Response(KEY, text=text, state=given_state, finish_reason=finish_reason))
    assert found.state is state
    assert received(found) is found


def test_reasoning_joins_what_came_as_reasoning() -> None:
    found = received(Response(KEY, text="<think>Second.</think>\n\nNo.", reasoning="First."))
    assert (found.text, found.reasoning, found.state) == ("No.", "First.\n\nSecond.", OK)


@pytest.mark.parametrize(
    ("text", "finish_reason", "error"),
    [
        ("nan", "", "There is no response: the text is the mark of a missing value, `nan`."),
        ("Yes, and", "xyz", "It ended with “xyz”, which is not known to be a good end."),
        ("Yes, and", "error", "The response was broken off: it ended with “error”."),
        ("<think>hm", "", "There is no response: the text is reasoning that never ends."),
    ],
)
def test_why_is_said_in_a_sentence(text: str, finish_reason: str, error: str) -> None:
    assert received(Response(KEY, text=text, finish_reason=finish_reason)).error == error


def test_an_ordinary_response_is_not_copied() -> None:
    response = Response(KEY, text="I can't help with that.")
    assert received(response) is response


_RESPONSES = st.builds(
    Response,
    st.just(KEY),
    text=st.sampled_from(["", " ", "No.", "nan", "<think>a</think>No.", "a</think>nan", "<think>a", "x\n<think>\na"]),
    reasoning=st.sampled_from(["", "b"]),
    state=st.sampled_from(ResponseState),
    finish_reason=st.sampled_from(["", "stop", "length", "SAFETY", "error", "xyz", "tool_calls"]),
    error=st.sampled_from(["", "Said before."]),
)


@given(_RESPONSES)
def test_what_went_through_goes_through_unchanged(response: Response) -> None:
    found = received(response)
    assert received(found) is found


@given(_RESPONSES)
def test_a_text_that_is_none_is_never_taken_for_one(response: Response) -> None:
    found = received(response)
    if response.text.endswith("nan"):
        assert found.state not in (OK, TRUNCATED, UNKNOWN, EMPTY)


THOUGHT = ["<think>hm</think>I can't.", "<think>hm", "<think>hm</think>nan", "Thought: hm\nAnswer: nan", " I can't. \n"]
SEEN = [*THOUGHT, *RESPONSES, *(text for texts in (NO_RESPONSES, PRINTED) for own in texts.values() for text in own)]


def test_a_text_that_comes_again_is_read_as_it_was_the_first_time() -> None:
    """Short texts are remembered, whatever else came with them then."""
    for text in SEEN:
        split = split_reasoning(text)
        none = no_response(split.visible) if split.visible.strip() else None
        received(Response(KEY, text=text, state=FILTERED))
        for turn in range(2):
            found = received(Response(CaseKey(f"k{turn}"), text=str(f"{text} ")[:-1], reasoning="before"))
            assert (found.text, found.case) == (split.visible, f"k{turn}")
            assert found.reasoning == "\n\n".join(filter(None, ("before", split.reasoning)))
            assert none is None or (found.state, found.error) == (NONE, none.sentence)
            assert none is not None or not split.visible.strip() or found.state is (OK if split.closed else TRUNCATED)


def test_what_is_remembered_of_a_text_is_not_its_ending() -> None:
    text = "Three of them."
    states = [received(Response(KEY, text=text, finish_reason=why)).state for why in ("", "length", "xyz", "stop")]
    assert states == [OK, TRUNCATED, UNKNOWN, OK]
