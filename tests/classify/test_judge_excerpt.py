"""Long texts reach a judge as beginning and end, with a mark that says what is missing; nothing else is changed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.classify.judge.excerpt import MOST_CHARACTERS, check_most_characters, conversation_excerpt, excerpt
from reviewer.classify.judge.prompt import JudgePrompt
from reviewer.classify.judge.reply import read_reply
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.decisions import JudgeOutcome
from reviewer.core.errors import InputError
from reviewer.core.responses import Response
from tests.support.builders import user
from tests.support.judges import form, read_prompt

MARK = re.compile(r"\[… ([\d,]+) (character|turn)s? left out …\]")
LONG = "".join(f"{n:06}|" for n in range(10_000))


@given(st.text(max_size=400), st.integers(10, 300))
def test_an_excerpt_is_head_and_tail_and_counts_the_rest(text: str, most: int) -> None:
    found = excerpt(text, most)
    assert len(found.head) + len(found.tail) + found.left_out == len(text)
    assert text.startswith(found.head)
    assert text[found.resumes_at :] == found.tail
    assert len(found.head) + len(found.tail) <= most
    assert (found.left_out > 0) == (len(text) > most)


def test_a_short_text_is_sent_as_it_is() -> None:
    text = "x" * MOST_CHARACTERS
    assert excerpt(text).shown == text
    assert excerpt(f"{text}y").shown != text


def test_a_long_response_is_cut_within_its_fence() -> None:
    prompt = JudgePrompt(DEFAULT_SCALE, 1_000)
    system, data = prompt.messages(user("How?"), LONG)
    found = read_prompt(system.content, data.content)
    head, mark, tail = found.response.split("\n")
    assert (head, tail) == (LONG[:500], LONG[-500:])
    assert mark == f"[… {len(LONG) - 1_000:,} characters left out …]"
    assert found.turns == ("How?",)
    assert found.number not in found.response
    assert MARK.search(system.content)


def test_the_longest_turns_are_cut_first() -> None:
    turns = (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, LONG), Message(Role.USER, "How?"))
    first, second, last = conversation_excerpt(turns, 1_000)
    assert (first, last) == (turns[0], turns[2])
    assert second is not None
    assert len(MARK.sub("", second.content)) <= 1_000
    assert second.content.startswith(LONG[:400])
    assert second.content.endswith(LONG[-400:])


def test_of_very_many_turns_the_first_and_the_last_are_sent() -> None:
    turns = tuple(Message(Role.USER if n % 2 else Role.ASSISTANT, f"turn {n} " + "x" * 500) for n in range(1, 1_001))
    prompt = JudgePrompt(DEFAULT_SCALE, 2_000)
    system, data = prompt.messages(turns, "Yes.")
    found = read_prompt(system.content, data.content)
    assert found.turns[0].startswith("turn 1 ")
    assert found.turns[1] == "[… 990 turns left out …]"
    assert found.turns[-1].startswith("turn 1000 ")
    assert len(found.turns) == 11
    assert "[1000, assistant]" in data.content
    assert len(data.content) < 5_000


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=12), st.integers(500, 4_000))
def test_a_conversation_keeps_about_to_its_limit(lengths: list[int], most: int) -> None:
    turns = tuple(Message(Role.USER, "x" * length) for length in lengths)
    shown = conversation_excerpt(turns, most)
    assert len(shown) == len(turns)
    sent = sum(len(MARK.sub("", turn.content).replace("\n", "")) for turn in shown if turn is not None)
    assert sent <= most
    if sum(lengths) <= most:
        assert shown == turns


def test_a_quotation_must_stand_in_what_was_sent() -> None:
    sent = excerpt(LONG, 1_000)

    def read(quote: str) -> JudgeOutcome:
        reply = Response(CaseKey("c"), text=form("answer", quote))
        return read_reply(reply, user("How?"), LONG, DEFAULT_SCALE, "judge/x", sent)[0]

    assert read("000003|000004|") is JudgeOutcome.JUDGED
    assert read("009990|") is JudgeOutcome.JUDGED
    assert read("005000|") is JudgeOutcome.NOT_THE_FORM
    assert read(f"{sent.head[-10:]}{sent.tail[:10]}") is JudgeOutcome.NOT_THE_FORM
    assert read("[… 69,000 characters left out …]") is JudgeOutcome.NOT_THE_FORM


def test_evidence_stands_where_it_does_in_the_whole_response() -> None:
    reply = Response(CaseKey("c"), text=form("answer", "009990|"))
    _, verdict = read_reply(reply, user("How?"), LONG, DEFAULT_SCALE, "judge/x", excerpt(LONG, 1_000))
    (evidence,) = verdict.evidence
    assert LONG[evidence.start : evidence.end] == "009990|"
    assert evidence.start > 60_000


def test_another_limit_is_another_prompt() -> None:
    assert JudgePrompt(DEFAULT_SCALE).hash != JudgePrompt(DEFAULT_SCALE, 5_000).hash


def test_a_limit_that_leaves_nothing_is_refused() -> None:
    assert check_most_characters(500) == 500
    with pytest.raises(InputError, match="at most 20 characters"):
        check_most_characters(20)
