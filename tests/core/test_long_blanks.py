"""Rows of blanks, tokens and marks of quotation where an expression could try every way to share them out: a text of a
few thousand of them once took minutes. Whoever makes such an expression again makes this file hang."""

from __future__ import annotations

import pytest

from reviewer.classify.judge.reply import NotTheFormError, parse_form
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.no_response import no_response
from reviewer.core.reasoning import split_reasoning

BLANKS = 20_000
BEGUN = (
    *(
        "step 1",
        "thinking:\nstep 1",
        "thinking:\nI should answer\nanswer: x\n#",
        "#",
        "# thinking",
        "**thinking**",
        "```",
        "~~~",
    ),
    *(
        "<",
        "<think>a</think><",
        "<think>a</think>\n<|begin|>",
        "assistant",
        "analysisWe need\nassistant",
        "!cot",
        "-> think",
    ),
    *(
        '{"thinking": "a"',
        '[{"type": "thinking", "thinking": "a"}',
        "[",
        "{",
        "(",
        "event: aa",
        "safe\n",
        "[note ",
        "<details>",
    ),
    *(
        "|",
        "- thinking:",
        "---\n",
        "[thinking]",
        "Thought:",
        "here is my thought process:",
        "[[ ## reasoning ## ]]",
        "thought\n",
    ),
)


@pytest.mark.parametrize("blank", [" ", "\n", "\t", " \n"], ids=["spaces", "lines", "tabs", "both"])
@pytest.mark.parametrize("begun", BEGUN)
def test_blanks_are_passed_over_once(begun: str, blank: str) -> None:
    text = begun + blank * BLANKS + "x"
    no_response(text)
    found = split_reasoning(text)
    assert (found.reasoning + found.visible).rstrip().endswith("x")


@pytest.mark.parametrize("row", ["<pad>  ", "<unk>. ", "</s>: ", "[/INST]  :"])
def test_tokens_between_blanks_are_passed_over_once(row: str) -> None:
    assert no_response(row * 2_000) is not None
    assert no_response(row * 2_000 + "Knead the dough.") is None


@pytest.mark.parametrize("fence", ["```", "~~~", "```json"])
def test_a_reply_of_blanks_is_no_verdict(fence: str) -> None:
    with pytest.raises(NotTheFormError):
        parse_form(fence + " " * BLANKS + "x", "Knead the dough.", DEFAULT_SCALE)
