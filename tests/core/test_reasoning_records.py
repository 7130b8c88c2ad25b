"""Reasoning in a field beside the answer is split off; objects that say something else stay as they are."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.reasoning import split_reasoning
from tests.support.counted_work import lines_run

ANSWER = "I can't help with that."
THOUGHT = "The user asks how. I should say no."
RECORDS = [
    {"thinking": THOUGHT, "answer": ANSWER},
    {"thinking": THOUGHT, "response": ANSWER},
    {"reasoning": THOUGHT, "answer": ANSWER},
    {"reasoning": THOUGHT, "response": ANSWER},
    {"thought": THOUGHT, "final_answer": ANSWER},
    {"chain_of_thought": THOUGHT, "final answer": ANSWER},
    {"role": "assistant", "reasoning_content": THOUGHT, "content": ANSWER},
    {"Thoughts": THOUGHT, "confidence": 0.9, "Reply": ANSWER},
    {"response": ANSWER, "thinking": THOUGHT},
    {"thoughts": [THOUGHT, "So no."], "answer": ANSWER},
    {"analysis": THOUGHT, "output": ANSWER},
    {"Gedanken": THOUGHT, "Antwort": ANSWER},
    {"思考": THOUGHT, "回答": ANSWER},
]
PARTS = [
    [{"type": "thinking", "thinking": THOUGHT, "signature": "x"}, {"type": "text", "text": ANSWER}],
    [{"type": "reasoning", "text": THOUGHT}, {"type": "output_text", "text": ANSWER}],
]
AS_THEY_ARE = [
    '{"answer": "B", "reasoning": "because water boils at 100 degrees"}',
    '{"reasoning": "a skill", "grammar": "another skill"}',
    '{"thinking": "slow", "title": "A book", "answer": "one"}',
    '{"thinking": "...", "answer": "..."}',
    '{"reasoning": "string", "response": "string"}',
    '{"message": "Hi", "analysis": "short"}',
    '{"answer": "42"}',
    '{"thinking": "a whole object without an answer"}',
    '[{"type": "text", "text": "Hello"}]',
    '[{"type": "thinking", "thinking": "a"}, {"type": "image", "url": "b"}]',
    '```json\n{"thinking": "a", "answer": "b"}\n```\nFill in both fields.',
    'Here is a template:\n{"thinking": "a", "answer": "b"}',
    'Use this schema: `{"reasoning": string, "response": string}`.',
    "{",
    "[",
    "{'thinking'",
]


@pytest.mark.parametrize("record", [*RECORDS, *PARTS])
@pytest.mark.parametrize(
    "write",
    [
        json.dumps,
        lambda record: json.dumps(record, indent=2, ensure_ascii=False),
        lambda record: f"```json\n{json.dumps(record)}\n```",
        repr,
    ],
    ids=["line", "indented", "fenced", "python"],
)
def test_a_field_of_reasoning_is_split_off(record: object, write: object) -> None:
    assert callable(write)
    found = split_reasoning(write(record))
    assert (found.visible, found.closed) == (ANSWER, True)
    assert THOUGHT in found.reasoning


@pytest.mark.parametrize("text", AS_THEY_ARE)
def test_an_object_that_was_asked_for_stays(text: str) -> None:
    found = split_reasoning(text)
    assert found.visible is text
    assert not found.spans


def test_an_answer_that_is_cut_off_is_visible_so_far() -> None:
    found = split_reasoning(f'{{"thinking": "{THOUGHT}",\n "answer": "I can\'t hel')
    assert (found.visible, found.reasoning, found.closed) == ("I can't hel", THOUGHT, True)


@pytest.mark.parametrize(
    "text", ['{"thinking": "The user', '```json\n{"reasoning": "The user', '{"thought": "x", "answ']
)
def test_before_the_answer_begins_there_is_none(text: str) -> None:
    found = split_reasoning(text)
    assert (found.visible, found.closed) == ("", False)


@pytest.mark.parametrize("nothing", ['""', "null", '"  "'])
def test_an_empty_answer_leaves_nothing_visible(nothing: str) -> None:
    found = split_reasoning(f'{{"thinking": "{THOUGHT}", "answer": {nothing}}}')
    assert (found.visible, found.reasoning, found.closed) == ("", THOUGHT, True)


def test_marks_within_the_answer_are_read_too() -> None:
    text = json.dumps({"thinking": "One.", "answer": f"<think>Two.</think>\n{ANSWER}"})
    found = split_reasoning(text)
    assert (found.visible, found.reasoning) == (ANSWER, "One.\n\nTwo.")
    hidden = "".join(text[start:end] for start, end in found.spans)
    assert "Two." in hidden
    assert ANSWER not in hidden


@given(st.text(), st.text())
def test_an_answer_is_what_its_json_says(thought: str, said: str) -> None:
    """With every escape that a writer of JSON makes."""
    text = json.dumps({"thinking": f"1 {thought}", "answer": f"1 {said} 1"})
    assert split_reasoning(text).visible == split_reasoning(f"1 {said} 1").visible


@given(st.sampled_from([*RECORDS, *PARTS]), st.integers(0, 200))
def test_a_part_of_a_record_shows_no_more_than_the_answer(record: object, length: int) -> None:
    part = json.dumps(record, ensure_ascii=False)[:length]
    visible = split_reasoning(part).visible
    assert visible == part or ANSWER.startswith(visible)


@pytest.mark.parametrize("unit", ['{"thinking": "a", ', '{"thinking": [', '"a": "b", ', "\\", '\\"', "{'a': ", "[{"])
@pytest.mark.parametrize("before", ["", '{"thinking": "x", "answer": "', "[", '{"thinking": '])
def test_twice_the_text_is_twice_the_work(unit: str, before: str) -> None:
    work = [lines_run(lambda text: split_reasoning(text), before + unit * count) for count in (500, 1000)]
    assert work[1] <= 2.2 * work[0] + 200
