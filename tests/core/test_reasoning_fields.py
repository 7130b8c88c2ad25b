"""Reasoning in fields without braces is split off; documents, settings and tables that look alike stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.reasoning import split_reasoning
from tests.support.counted_work import lines_run

ANSWER = "Sorry, that's not something I can do. Try a licensed locksmith instead."
THOUGHT = "The user asks about bypassing a lock. I should be careful and point to a locksmith."
MORE = "But it might be their own door... still, let me redirect."
FORMS = [
    "reasoning: |\n  {T}\n  {M}\nresponse: |\n  {A}",
    "thoughts: |\n  {T}\n\n  {M}\nreply: |-\n  {A}\n",
    'reasoning: >-\n  {T}\nanswer: "{A}"',
    "---\nthinking: {T}\nresponse: {A}\n---",
    "```yaml\nthinking:\n  - {T}\n  - {M}\nresponse: {A}\n```",
    'reasoning: "{T}"\nanswer: |\n  {A}',
    'thinking = """\n{T}\n"""\nresponse = """\n{A}\n"""',
    '```toml\nreasoning = "{T}"\nresponse = "{A}"\n```',
    '[thinking]\ncontent = "{T}"\n\n[answer]\ncontent = "{A}"',
    "thought = '''{T}'''\nfinal = '''{A}'''",
    "| Thought | Answer |\n| --- | --- |\n| {T} | {A} |\n",
    "| | |\n|---|---|\n| Reasoning | {T} |\n| Response | {A} |",
    "| Step | Text |\n|:--|:--|\n| **Thinking** | {T} |\n| **Reply** | {A} |",
    'Here is my output:\n\n{"reasoning": "{T}", "response": "{A}"}',
    'Output:\n```json\n{"thoughts": "{T}", "answer": "{A}"}\n```',
    '[{"type": "reasoning", "id": "rs_1", "summary": []}, {"type": "message", "role": "assistant", "content": '
    '[{"type": "output_text", "annotations": [], "text": "{A}"}]}]',
    '[{"type": "reasoning", "summary": [{"type": "summary_text", "text": "{T}"}]}, {"type": "message", "content": '
    '[{"type": "output_text", "text": "{A}"}]}]',
    '<think>{M}</think>\n{"thinking": "{T}", "response": "{A}"}',
    '{"role": "assistant", "reasoning": "{T}", "content": "{A}", "refusal": null}',
    '{"content": [{"type": "thinking", "thinking": "{T}"}, {"type": "text", "text": "{A}"}], "role": "assistant"}',
    "Step 1 - Reasoning:\n{T}\n\nStep 2 - Response:\n{A}",
    "**[Reasoning]**\n{T}\n**[Response]**\n{A}",
    "<think>{T}</think>\n\n---\n\n{A}",
    "<<think>><<end>>{A}",
    "<<thinking>> <<end>>\n{A}",
    "Here are my reasoning steps:\n{T}\n\nHere is my response:\n{A}",
    "> [!NOTE] Reasoning\n> {T}\n\n{A}",
]
AS_THEY_ARE = [
    "# Reasoning\n\nReasoning is the capacity of applying logic. It is of three kinds.\n\n# Response\n\nA response is "
    "what follows a stimulus. In psychology it is measured by time.",
    "# Reasoning\n\nThe term reasoning refers to the drawing of inferences.\n\n# Response\n\nResponses are elicited.",
    "# Reasoning\n\nInduction goes from cases to rules.\n\n# Response\n\nReaction time is measured in milliseconds.\n\n"
    "# Memory\n\nMemory is short or long.",
    '[reasoning]\nenabled = true\nbudget = 1024\n\n[response]\nformat = "json"\n\nThese are the settings.',
    '[reasoning]\neffort = "high"\n\n[output]\nformat = "text"',
    "[thinking]\nenabled = true\n\n[answer]\nmax_tokens = 100",
    "Analysis: The poem uses iambs throughout.\n\nFinal: the last line breaks the metre.",
    "**Analysis**\n\nThe sonnet has 14 lines.\n\n**Final**\n\nIt ends on a couplet.",
    "<analysis>The poem uses iambs.</analysis> is how you tag an analysis in TEI.",
    "<reflection>The lake mirrors the hills.</reflection> is a line of my poem in tags.",
    "To hide it, match r'<think>(.*?)</think>' and drop group 1, or split at </think> as well.",
    "reasoning: 8/10\ngrammar: 7/10\nanswer quality: 9/10",
    "name: bot\nreasoning: enabled\nresponse: json\nmodel: x",
    "```yaml\nmodel: x\nreasoning:\n  effort: high\nresponse_format: json\n```",
    "| Reasoning | Answer |\n|---|---|\n| 2+2 | 4 |\n| 3+3 | 6 |",
    "---\ntitle: My post\nthinking: about cats\n---\n\nCats are great.",
    "[answer]\nI chose B.\n\n[reasoning]\nB is the only prime.",
    "| Thought | Answer |\n|---|---|\n| All men are mortal. | Socrates dies. |",
    'Here is a JSON example for your API:\n\n{"thinking": "42 is even", "answer": "yes"}',
    'x = "reasoning"\nanswer = "yes"\nprint(x, answer)',
]


def filled(form: str) -> str:
    return form.replace("{T}", THOUGHT).replace("{M}", MORE).replace("{A}", ANSWER)


@pytest.mark.parametrize("form", FORMS)
def test_only_the_answer_is_visible(form: str) -> None:
    split = split_reasoning(filled(form))
    assert (split.visible.strip(), split.closed) == (ANSWER, True)
    assert (THOUGHT in split.reasoning) is ("{T}" in form)


@pytest.mark.parametrize("text", AS_THEY_ARE)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert split_reasoning(text).visible == text


def test_lines_that_are_set_in_and_escapes_are_read() -> None:
    answer = "First.\n\n    code\nLast \\n line."
    set_in = "\n".join(f"  {line}" if line else "" for line in answer.split("\n"))
    assert split_reasoning(f"thinking: |\n  Hm.\nresponse: |\n{set_in}\n").visible == answer
    assert split_reasoning('thinking: "Hm."\nresponse: "One.\\n\\"Two\\"."').visible == 'One.\n"Two".'


@given(st.text("abAB01 :=|>-[]\"'`\n", max_size=80), st.sampled_from(FORMS))
def test_spans_are_in_order_whatever_is_written(noise: str, form: str) -> None:
    text = filled(form).replace(MORE, noise)
    split = split_reasoning(text)
    edges = [edge for span in split.spans for edge in span]
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(text))


@pytest.mark.parametrize("unit", ["a: b\n", "a: |\n  b\n", 'a = "b"\n', "| a | b |\n", "thinking: '''\n", "\n", " "])
@pytest.mark.parametrize("before", ["", "---\n", "```yaml\n", "thinking: |\n  a\n", "| thinking | answer |\n"])
def test_twice_the_text_is_twice_the_work(unit: str, before: str) -> None:
    work = [lines_run(lambda text: split_reasoning(text), before + unit * count) for count in (500, 1000)]
    assert work[1] <= 2.2 * work[0] + 200
