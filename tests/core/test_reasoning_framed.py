"""Reasoning in frames that no family of models owns is split off; plans, pages and boxes that are the answer stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.reasoning import SplitText, split_reasoning
from tests.support.counted_work import lines_run

ANSWER = "Vinegar is a mild acid that dissolves limescale."
THOUGHT = "The user asks how vinegar works. Let me consider it; I should explain it simply."
FRAMES = [
    *(f"{left}{word}{right}\n{{}}\n{left}/{word}{right}\n" for left, right, word in [
        ("{", "}", "think"), ("{{", "}}", "thinking"), ("(", ")", "thinking"), ("*", "*", "thinking"),
        ("%%", "%%", "thinking"), ("::", "::", "reasoning"), ("~", "~", "thoughts"), ("|", "|", "thinking"),
        ("[[", "]]", "REASONING"), ("__", "__", "thinking"), ("\u300a", "\u300b", "thinking"),
        ("\uff08", "\uff09", "\u601d\u8003"), ("{", "}", "inner_monologue"),
    ]),
    "\\begin{thinking}\n{}\n\\end{thinking}\n",
    "---BEGIN REASONING---\n{}\n---END REASONING---\n",
    "=== START THINKING ===\n{}\n=== END THINKING ===\n",
    "##thinking##\n{}\n##end thinking##\n",
]  # fmt: skip
ELEMENTS = [
    '<div class="thinking">{}</div>\n',
    '<section id="reasoning">\n{}\n</section>\n\n',
    '<span class="thought">{}</span> ',
    '<div data-role="reasoning" style="display:none">{}<div>x</div></div>\n',
    "<p class='chain-of-thought'>{}</p>\n",
    '<div class="box model-thinking open">{}</div>\n',
]
PLANS = [
    *(f"<{name}>\n{{}}\n</{name}>\n\n" for name in [
        "plan", "planning", "strategy", "brainstorm", "assessment", "safety_check", "intent_analysis", "draft",
        "steps",
    ]),
    "**Plan:** {}\n\n**Answer:** ",
    "## Plan\n{}\n\n## Answer\n",
    "**Approach:**\n{}\n\n**Final Answer:**\n",
    "**Analysis:** {}\n\n**Response:** ",
    "Plan:\n{}\n\nResponse:\n",
    "**Considerations**\n{}\n\n**My Response**\n",
    "\U0001f9e0 Thinking\u2026\n{}\n\n\U0001f4ac Answer:\n",
]  # fmt: skip
BEFORE = [frame.replace("{}", THOUGHT) for frame in (*FRAMES, *ELEMENTS, *PLANS)]
BOXED = [
    f"Okay, so the user asks about vinegar. It is an acid.\n\n\\boxed{{{ANSWER}}}",
    f"Let me think. {THOUGHT}\n\n$$\\boxed{{\\text{{{ANSWER}}}}}$$",
    f"Let's think. {THOUGHT}\n\n\\[\\boxed{{{ANSWER}}}\\]",
]
VISIBLE = [
    "{think} is a macro that prints a bubble.",
    "{thinking} is how the macro starts; use {/thinking} to end it.",
    "(thought) I wonder. (/thought) is the syntax.",
    "(thinking) He paused. Then he left the room.",
    '<div class="thinking">Hello</div> is how you show a bubble.',
    '<p class="reasoning">We hold these truths.</p>\n<p>And more.</p>',
    "**Plan:** Buy eggs, flour and milk.\n\n**Budget:** 20 euros.",
    "**Plan:** Week one, run 5 km.\n\n**Answer:** You will be fitter.",
    "**Analysis:** The force is 3 N.\n\n**Answer:** 3 N",
    "## Plan\n1. Run.\n2. Rest.\n\n## Notes\nDrink water.",
    "<plan>\n1. Run\n2. Rest\n</plan>\nDo it.",
    "<draft>\nDear Sir, I will be late.\n</draft>\n\nWould you like changes?",
    "The sum is 4.\n\n\\boxed{4}",
    "Let's work through it. 2 + 2 = 4.\n\nSo it is 4.",
    "Now, the user manual says so. The answer is \\boxed{4}, as shown above in the text.",
    "\\begin{thinking} starts a box and \\end{thinking} ends it.",
    "*thinking* Hm, you are right, I will help.",
]


@pytest.mark.parametrize("before", BEFORE)
def test_what_stands_in_a_frame_before_the_answer_is_split_off(before: str) -> None:
    found = split_reasoning(before + ANSWER)
    assert (found.visible, found.closed) == (ANSWER, True)
    assert THOUGHT in found.reasoning


@pytest.mark.parametrize("text", BOXED)
def test_what_a_box_holds_after_musing_is_the_answer(text: str) -> None:
    assert split_reasoning(text).visible == ANSWER


def test_braces_within_a_box_are_its_own() -> None:
    assert split_reasoning("Let me think about it.\n\n\\boxed{\\frac{1}{2}}").visible == "\\frac{1}{2}"


@pytest.mark.parametrize("text", VISIBLE)
def test_what_is_no_reasoning_comes_back_as_it_is(text: str) -> None:
    assert split_reasoning(text) == SplitText(text, "", True, ())


@pytest.mark.parametrize("before", BEFORE)
def test_a_frame_without_an_answer_after_it_is_left_alone_or_hides_nothing(before: str) -> None:
    found = split_reasoning(before)
    assert THOUGHT in found.visible or THOUGHT in found.reasoning


_PIECES = st.sampled_from([*BEFORE, *BOXED, *VISIBLE, "\\boxed{", "}", "{/think}", "</plan>", "Answer:\n", "\n", " "])
_NUMBERED = st.integers(1000, 9999).map(" {} ".format)


@given(st.lists(st.one_of(_PIECES, _NUMBERED), max_size=8).map("".join))
def test_nothing_is_lost_and_nothing_is_left(text: str) -> None:
    found = split_reasoning(text)
    said = sorted(re.findall(r"(?<!\d)\d{4}(?!\d)", text))
    assert sorted(re.findall(r"(?<!\d)\d{4}(?!\d)", f"{found.visible} {found.reasoning}")) == said
    assert split_reasoning(found.visible).visible == found.visible


HOSTILE = {
    "frames": "{think}",
    "closed frames": "{think}a{/think}",
    "elements": '<div class="thinking">',
    "plans": "<plan>the user",
    "closed plans": "<plan>the user</plan>a",
    "headings": "**Plan:** the user\n**Answer:**\n",
    "boxes": "\\boxed{",
    "ends": "}",
    "signs": "*",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("before", ["", "{think}", "Let me think. ", "**Plan:** the user "])
def test_twice_the_text_is_twice_the_work(unit: str, before: str) -> None:
    work = [lines_run(split_reasoning, before + unit * count) for count in (200, 400)]
    assert work[1] < 2.6 * work[0] + 400
