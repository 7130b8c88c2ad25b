"""Reasoning behind a mark that only leads to it is split off; the same marks in ordinary texts stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.reasoning import split_reasoning
from tests.support.counted_work import lines_run

ANSWER = "Vinegar is a mild acid that dissolves limescale."
THOUGHT = "The user asks how vinegar works. I should explain it simply."
LED = [
    "<aside>thinking: {}</aside>\n\n",
    "/* thinking */\n{}\n/* end thinking */\n",
    "/* thinking: {} */\n\n",
    "->think\n{}\n<-think\n",
    "-> think\n{}\n-> answer\n",
    "=> thinking\n{}\n=> answer\n",
    ">>> thinking\n{}\n>>> answer\n",
    "// thinking: {}\n\n",
    "# thinking\n{}\n# /thinking\n",
    "(* thinking: {} *)\n",
    "@think {}\n@answer ",
    "@thinking\n{}\n@end\n",
    "#+BEGIN_THINKING\n{}\n#+END_THINKING\n",
    "BEGIN THINKING\n{}\nEND THINKING\n",
    "\\think\n{}\n\\endthink\n",
    "\\thinking{{}}\n",
    "[INTERNAL]{}[/INTERNAL]\n",
    "*thinks: {}*\n\n",
    "*Thinking: {}*\n\n",
    "Reasoning - {}\n\nAnswer - ",
    "<thinking>{}<thinking/>\n",
    *(f"<{name}>{{}}</{name}>\n" for name in ("scratch", "hidden", "private", "notes", "self_talk")),
    "<meta>thinking: {}</meta>\n",
    '<note type="thinking">{}</note>\n',
    "\U0001f914 {}\n\n\U0001f4ac ",
    "\U0001f9e0 {}\n---\n",
    "<thinking>\n{}\n\n<answer>",
    "||Thinking: {}||\n",
    "[spoiler=Reasoning]{}[/spoiler]\n",
    ":THINKING:\n{}\n:END:\n",
    "> Thinking: {}\n> So say it.\n\n",
    "~~thinking: {}~~\n\n",
    "*thinks to itself: {}*\n\n",
    "Thinking \u2192 {}\nAnswer \u2192 ",
    '<tool_call>{"name": "think", "arguments": {"thought": "{}"}}</tool_call>\n',
    '<invoke name="think">{}</invoke>\n',
]
VISIBLE = [
    "-> think twice before you mix it.",
    "-> think\nMix it well.\n-> answer\nDone.",
    "/* thinking */ is how C marks a comment.",
    "/* thinking about limits */\nint x = 3;\n/* end */",
    "/* thinking: keep it small */\nint x = 3;",
    "// thinking: this loop is slow\nfor (;;) {}",
    "@think is a handle on a forum.",
    "#thinking is a hashtag.\nIt is used a lot.",
    "# Thinking\nIt is a habit.\n\n# Answering\nThat is another.",
    "*Thinking: Fast and Slow* is a book.\n\nIt is long.",
    "\U0001f914 That is a good question.\n\n\U0001f4ac Ask your doctor.",
    "<aside>Note: wear gloves.</aside>\n\nMix it.",
    "<aside>thinking about it, wear gloves.</aside>\n\nMix it.",
    "Reasoning - the act of thinking - matters.",
    "[Thinking outside the box is hard.]\n\nStill, try.",
    "BEGIN with salt.\nEND with sugar.",
    "[INTERNAL] memo: do not share.\n\nText of the memo.",
    "<private>My diary</private>\nDay one.",
    "<hidden>treasure</hidden>\nFind it.",
    "<notes>\nBuy milk.\n</notes>\nThat is all.",
    "\\thinking{loud} sets the text in a bubble.",
    "||spoiler|| Thinking hurts.",
    ":THINKING: is a drawer of Org mode.",
    "> Thinking: the talking of the soul with itself.\n\nThat is Plato.",
    "~~thinking~~ doing",
    '<tool_call>{"name": "search", "arguments": {"query": "thought"}}</tool_call>\nDone.',
    "<head><title>The user</title></head><body>Hello</body>",
]


@pytest.mark.parametrize("frame", LED)
def test_what_a_mark_leads_to_is_split_off(frame: str) -> None:
    found = split_reasoning(frame.replace("{}", THOUGHT) + ANSWER)
    assert (found.visible, found.closed) == (ANSWER, True)
    assert THOUGHT in found.reasoning


@pytest.mark.parametrize("text", VISIBLE)
def test_ordinary_texts_keep_what_stands_behind_such_marks(text: str) -> None:
    assert split_reasoning(text).visible == text


@pytest.mark.parametrize("frame", LED)
def test_without_an_answer_after_it_nothing_of_it_is_called_an_answer(frame: str) -> None:
    text = frame.replace("{}", THOUGHT).rstrip()
    assert split_reasoning(text).visible in (text, "")


@pytest.mark.parametrize(
    "unit",
    ["-> think\n", "/* thinking: ", "<aside>thinking: ", "[INTERNAL]", "@think a\n", "*thinks: a*", "\U0001f914"],
)
def test_twice_the_text_is_twice_the_work(unit: str) -> None:
    work = [lines_run(lambda text: split_reasoning(text), unit * count) for count in (500, 1000)]
    assert work[1] <= 2.2 * work[0] + 200


@given(st.sampled_from(LED), st.text(max_size=60))
def test_what_is_left_has_nothing_more_to_split(frame: str, said: str) -> None:
    once = split_reasoning(frame.replace("{}", said) + ANSWER).visible
    assert split_reasoning(once).visible == once
