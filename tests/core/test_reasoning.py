"""Reasoning is taken off by the marks of the families of models, and nothing else is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.reasoning import SplitText, split_reasoning
from tests.support.counted_work import lines_run

ANSWER = "I can't help with that."
THOUGHT = "The user asks how. I should say no."
NAMES = [
    *(
        "think",
        "thinking",
        "reasoning",
        "thought",
        "reflection",
        "scratchpad",
        "analysis",
        "seed:think",
        "ns:reasoning",
    ),
    *(
        "antml:thinking",
        "antThinking",
        "SCRATCHPAD_REASONING",
        "inner_monologue",
        "chain_of_thought",
        "thought_process",
    ),
]
BLOCKS = [
    *(f"<{name}>{THOUGHT}</{name}>" for name in NAMES),
    *(f"<{name.upper()}>\n{THOUGHT}\n</{name.upper()}>" for name in NAMES),
    f"<think>\n{THOUGHT}\n</think>",
    f"<think>\r\n{THOUGHT}\r\n</think>",
    f"< think >{THOUGHT}</ think >",
    f"<think >{THOUGHT}</think >",
    f"<think time=\"3\" note='x'>{THOUGHT}</think>",
    f"<think\n  budget='low'>{THOUGHT}</think>",
    f"&lt;think&gt;{THOUGHT}&lt;/think&gt;",
    f"<think>{THOUGHT}</thinking>",
    f"\ufeff<think>{THOUGHT}</think>",
    f"Assistant: <think>{THOUGHT}</think>",
    f"**Assistant:** <think>{THOUGHT}</think>",
    f"<|im_start|><think>{THOUGHT}</think>",
    f"{THOUGHT}</think>",
    f"{THOUGHT}\n</think>",
    f"{THOUGHT}</THINKING>",
    f"{THOUGHT} And so on until</seed:think>",
    f"<|think|>{THOUGHT}<|/think|>",
    f"<|think|>{THOUGHT}<|end|>",
    f"<|begin_of_thought|>\n{THOUGHT}\n<|end_of_thought|>",
    f"<|START_THINKING|>{THOUGHT}<|END_THINKING|>",
    f"<\uff5cbegin\u2581of\u2581thinking\uff5c>{THOUGHT}<\uff5cend\u2581of\u2581thinking\uff5c>",
    f"<|inner_prefix|>{THOUGHT}<|inner_suffix|>",
    f"<|channel>thought\n{THOUGHT}<channel|>",
    f"<unused94>thought\n{THOUGHT}<unused95>",
    f"[THINK]{THOUGHT}[/THINK]",
    f"[think]\n{THOUGHT}\n[/think]",
    f"[Thinking]\n{THOUGHT}\n[/Thinking]",
    f"[Thinking] {THOUGHT} [end of thinking]",
    f"\u25c1think\u25b7{THOUGHT}\u25c1/think\u25b7",
    f'<details type="reasoning" done="true" duration="3">\n<summary>Some seconds</summary>\n> {THOUGHT}\n</details>',
    f"<details>\n<summary>Thought for 3 seconds</summary>\n{THOUGHT}\n</details>",
    f"<details open><summary>Reasoning</summary>\n<details><summary>x</summary>y</details>{THOUGHT}</details>",
    f"```thinking\n{THOUGHT}\n```\n",
    f":::thinking\n{THOUGHT}\n:::\n",
    f"*Thinking...*\n\n> {THOUGHT}\n> So no.\n",
    f"Thinking...\n{THOUGHT}\n...done thinking.\n",
    f"<glm_think>{THOUGHT}</glm_think>",
    f"<self_reflection>{THOUGHT}</self_reflection>",
    f"<ctrl94>thought\n{THOUGHT}<ctrl95>",
    f'<details class="thinking"><summary>Click to see my thoughts</summary>{THOUGHT}</details>',
    f"<details>\n<summary><b>Thinking...</b></summary>\n{THOUGHT}\n</details>",
    f"<!-- thinking: {THOUGHT} -->",
    f"Thinking\u2026 \n\n{THOUGHT}\n\n\u2026done thinking.\n",
    f"> **Thinking**\n> {THOUGHT}\n> So no.\n\n",
    f"<think>{THOUGHT}</think>\n<think>Once more.</think>",
    f"<think>{THOUGHT}</think><thinking>Once more.</thinking>",
    f"<think>a <think>b</think> {THOUGHT}</think>",
    f"<thinking>{THOUGHT}\n<reflection>Right?</reflection>\nYes.</thinking>",
    f"<think>They ask of the <think> tag. {THOUGHT}</think>",
    f"<think>They ask of `</think>`. {THOUGHT}</think>",
    f"<think>They ask of a </think> tag. {THOUGHT}</think>",
    f"<think>{THOUGHT} ```python\nx = 1\nand no end of code.\n</think>",
    f"{THOUGHT} ```python\nx = 1\nand no end of code.\n</think>",
    f"<think>{THOUGHT}</think>{THOUGHT}</think>",
    f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>",
    f"<|CHANNEL|>Analysis<|MESSAGE|>{THOUGHT}<|END|><|START|>assistant<|CHANNEL|>Final<|MESSAGE|>",
    f"<|start|>assistant<|channel|>analysis<|message|>{THOUGHT}<|end|>"
    "<|start|>assistant<|channel|>commentary to=functions.look <|constrain|>json<|message|>{}<|call|>"
    "<|start|>assistant<|channel|>final<|message|>",
    f"{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>",
    f"analysis{THOUGHT}assistantfinal",
    f"analysis\n{THOUGHT}\nassistant\nfinal\n",
    f"analysis{THOUGHT}assistantcommentary to=functions.look json{{}}assistantfinal",
    f"{THOUGHT}assistantfinal",
    f"analysis {THOUGHT} assistant final ",
    f"<lobeThinking>{THOUGHT}</lobeThinking>",
    f"<think1>{THOUGHT}</think1>",
    f"<\u601d\u8003>{THOUGHT}</\u601d\u8003>",
    f"\u3010\u601d\u8003\u3011{THOUGHT}\u3010/\u601d\u8003\u3011",
    f"\\u003cthink\\u003e{THOUGHT}\\u003c/think\\u003e",
    f"[[think]]{THOUGHT}[[/think]]",
    f"[BEGIN THOUGHT]{THOUGHT}[END THOUGHT]",
    f"<|im_start|>assistant<|im_sep|><think>{THOUGHT}</think>",
    f"```think\n{THOUGHT}\n```\n",
    f"*(thinking: {THOUGHT})*\n\n",
    f"\u27e8think\u27e9{THOUGHT}\u27e8/think\u27e9",
    f"<<think>>{THOUGHT}<</think>>",
    f"<<THINK>>{THOUGHT}<<END>>",
    *(
        f"<{name}>{THOUGHT}</{name}>\n"
        for name in ("denken", "pensamiento", "pensiero", "tankar", "생각", "düşünce", "सोच")
    ),
    f"[Gedanken]\n{THOUGHT}\n[/Gedanken]\n",
    f"<-- think -->{THOUGHT}<-- /think -->\n",
    f"Thought for 12 seconds\n\n{THOUGHT}\n\n---\n\n",
    f"Okay, the user wants this. {THOUGHT}\n\n**Final Answer:** ",
    f"Hmm, the user wants this. {THOUGHT}\n\n#### Final response:\n",
    f"<reason>{THOUGHT}</reason>",
    f"<contemplation>{THOUGHT}</contemplation>",
    f"<Raisonnement>{THOUGHT}</Raisonnement>",
    f"> \U0001f4ad Thinking\n> {THOUGHT}\n\n",
    f"assistant analysis {THOUGHT} assistant final ",
]
SECTIONS = [
    f"Thought process:\n{THOUGHT}\n\nAnswer:\n",
    f"Thought process: {THOUGHT}\nFinal response: ",
    f"**Reasoning**\n{THOUGHT}\n\n**Answer**\n",
    f"**Reasoning:** {THOUGHT}\n\n**Answer:** ",
    f"## Thinking\n{THOUGHT}\n\n## Response\n",
    f"### My thoughts\n{THOUGHT}\n\n### Final answer\n",
    f"[Thinking]\n{THOUGHT}\n[Answer]\n",
    f"Here is my thought process:\n{THOUGHT}\n\nHere is my response:\n",
    f"(Thinking)\n{THOUGHT}\n(Answer)\n",
    f"Denkprozess:\n{THOUGHT}\n\nAntwort:\n",
    f"\u601d\u8003\u8fc7\u7a0b\uff1a\n{THOUGHT}\n\n\u56de\u7b54\uff1a\n",
    f"R\u00e9flexion :\n{THOUGHT}\n\nR\u00e9ponse :\n",
    f"Internal monologue:\n{THOUGHT}\n---\n**Response to the user:** ",
    f"Here's my thought process: {THOUGHT} Here's my response: ",
    f"analysis: {THOUGHT}\nfinal: ",
    f"**Analysis**\n{THOUGHT}\n\n**Final**\n",
    f"<plan>{THOUGHT}</plan>\n<answer>",
    f"**Gedachtegang:**\n{THOUGHT}\n\n**Antwoord:**\n",
    f"Размышления:\n{THOUGHT}\n\nОтвет:\n",
    f"### Pemikiran\n{THOUGHT}\n### Jawaban\n",
    f"Suy nghĩ:\n{THOUGHT}\n\nTrả lời:\n",
    f"التفكير:\n{THOUGHT}\n\nالإجابة:\n",
    f"思考：{THOUGHT}\n\n回覆：",
    f"【思考】{THOUGHT}\n【回答】",
    f"INTERNAL ANALYSIS (not shown to user):\n{THOUGHT}\n\nUSER-FACING RESPONSE:\n",
    f"Thought: {THOUGHT}\nAction: respond\nAction Input: ",
    f"1. Thinking\n{THOUGHT}\n\n2. Response\n",
    f"--- thinking ---\n{THOUGHT}\n--- answer ---\n",
    f"=== REASONING ===\n{THOUGHT}\n=== FINAL ANSWER ===\n",
    f"<SUMMARY>{THOUGHT}</SUMMARY><CAPTION>None.</CAPTION><REASONING>x</REASONING><CONCLUSION>",
]
WRAPPINGS = [
    f"<answer>{ANSWER}</answer>",
    f"\n<answer>\n{ANSWER}\n</answer>\n",
    f"<response>{ANSWER}</response>",
    f"<Output>{ANSWER}</Output>",
    f"<final_answer>{ANSWER}",
    f"<|begin_of_solution|>{ANSWER}<|end_of_solution|>",
    f"<|begin_of_answer|>{ANSWER}<|end_of_answer|>",
    f"<|START_RESPONSE|>{ANSWER}<|END_RESPONSE|>",
    f"<|begin_of_box|>{ANSWER}<|end_of_box|>",
    f"<CONCLUSION>{ANSWER}</CONCLUSION>",
    f"<user_response>\n{ANSWER}\n</user_response>",
]
UNCLOSED = [
    "<think>",
    *(f"<{name}>{THOUGHT}" for name in NAMES),
    f"<think>\n{THOUGHT}\n\nStep 2",
    f"<think>{THOUGHT}</think><think>Once more",
    "<think>They ask of `</think>`. I",
    f"<thinking>{THOUGHT}<reflection>x</reflection> y",
    f"[THINK]{THOUGHT}",
    f"[Thinking]\n{THOUGHT}",
    f"\u25c1think\u25b7{THOUGHT}",
    f"<unused94>thought\n{THOUGHT}",
    f"<|START_THINKING|>{THOUGHT}",
    f"<|begin_of_thought|>{THOUGHT}",
    f'<details type="reasoning" done="false">\n<summary>Thinking\u2026</summary>\n> {THOUGHT}',
    f"```thinking\n{THOUGHT}",
    f"<|channel|>analysis<|message|>{THOUGHT}",
    f"<|channel|>analysis<|message|>{THOUGHT}<|end|>"
    "<|start|>assistant<|channel|>commentary to=f<|message|>{}<|call|>",
    "analysisWe need to see what they ask",
    f"analysis\n{THOUGHT}",
]
VISIBLE = [
    "",
    "No.",
    "The <think> tag opens reasoning and </think> closes it.",
    "Models emit `<think>` and `</think>`.",
    "Use this:\n```xml\n<think>\nfoo\n</think>\n```\nDone.",
    "~~~\n<think>\n</think>\n~~~\n",
    "```\n<think>foo\n",
    "```\n[THINK]foo[/THINK]\n```\nis Mistral's.",
    "<think> tags are used by models.",
    "Put it between <think> and </think>, then answer.",
    "A closing </think> alone means that the template opened it.",
    'The marks are "<think>" and "</think>".',
    "The marks are \u201c[THINK]\u201d and \u201c[/THINK]\u201d.",
    "Use a <thinking> block and a </thinking> end tag.",
    "It opens with <think>. Then it closes with </think>.",
    "Das Tag <think> wird von Modellen benutzt und endet mit </think> und dann folgt die Antwort.",
    "Here is an example of the format:\n\n<think>\nsteps\n</think>\nanswer\n",
    "Some models use\n<think> tags to show it.",
    "<analysis> is an element, and </analysis> ends it.",
    "<report>\n<analysis>x</analysis>\n</report>",
    "> <think> is quoted\n> and so is </think>.\nThat is all.",
    "I think <b>not</b>.",
    "x < think > y",
    "if a <think: pass",
    "Dear <name>, because of <reason>, goodbye.",
    "The harmony format uses `<|channel|>analysis<|message|>` marks.",
    'It writes "<|channel|>final" first.',
    "The model writes <|channel|>analysis<|message|> before it thinks.",
    "analysisResults = read(x)",
    "analysis of the text: it is good",
    "The assistant final answer",
    "Analysis: it is fine.\n\nConclusion: yes.",
    "## Analysis\nx\n\n## Answer\ny",
    "Reasoning: because of x.\n\nSo no.",
    "Answer: B\n\nReasoning: because",
    "Reasoning: a\nAnswer: 1\n\nReasoning: b\nAnswer: 2",
    "**Reasoning** is a skill.\nAnswer the call",
    "Thinking about it, I would say no.\nAnswer: none",
    "Thought leaders say:\nResponse rates are low",
    "Thought: the greatest gift",
    "[thinking] Well, I guess.",
    "[Reasoning](http://x) is good",
    "<details>\n<summary>Click</summary>\nx</details>\nMore.",
    "Here:\n<details><summary>Reasoning behind the law</summary>x</details>",
    "<p>Hi</p><details><summary>More</summary>x</details>",
    "<answer>42</answer>",
    "Analysis: it is fine.\n\nFinal answer: 42",
    "**Analysis**\nIt rises.\n\n**Final thoughts**\nBuy.",
    "Here's my thought process: start with the roof, then the gutter.",
    "*(thinking)* Hm, no.",
    "<plan>\n1. Wait.\n</plan>",
    "<summary>It rose.</summary>\n<answer>42</answer>\n<sources>none</sources>",
    "[[Think tank]] is a page of the wiki.",
    "\u3010\u601d\u8003\u9898\u3011\u4e3a\u4ec0\u4e48\uff1f",
    "<rethink>x</rethink>",
    "\u00abThinking\u00bb is a word.",
    "\u300a\u601d\u8003\u300b\u662f\u4e00\u672c\u4e66\u3002",
    "\u3010\u601d\u8003\u3011\n\u8fd9\u9053\u9898\u4e0d\u96be\u3002",
    "--- thinking ---\nIs a title.",
    "\U0001f4ad Thinking of you.",
    "<pensiero> is Italian for thought.",
    "[Gedanken]\nSind frei.",
    "Gedanken sind frei.\nAntwort: keine.",
    "Réflexion : la mer est belle.",
    "思考：人生的意义是什么？",
    "Thought for 12 seconds about it. Then he left.",
    "The train leaves at nine.\n\nFinal answer: take the bus.",
    "Let me think. The user guide says: press and hold.\n\nFinal answer: hold it for five seconds.",
    "Let me think of three.\n<output>\n3\n</output>",
    "Thought: the mind's work.\nAction: the body's work.",
    "1. Thinking\nThink first.\n\n2. Acting\nThen act.",
    "  as it came  ",
]


@pytest.mark.parametrize("before", [*BLOCKS, *SECTIONS])
def test_what_stands_before_the_answer_is_split_off(before: str) -> None:
    found = split_reasoning(before + ANSWER)
    assert (found.visible, found.closed) == (ANSWER, True)
    assert THOUGHT in found.reasoning


@pytest.mark.parametrize("before", BLOCKS)
@pytest.mark.parametrize("between", ["\n", "\n\n", " "])
def test_white_space_between_changes_nothing(before: str, between: str) -> None:
    assert split_reasoning(before + between + ANSWER + "\n").visible == ANSWER


@pytest.mark.parametrize("wrapped", WRAPPINGS)
def test_a_wrapper_after_reasoning_is_taken_off(wrapped: str) -> None:
    assert split_reasoning(f"<think>{THOUGHT}</think>{wrapped}").visible == ANSWER


def test_prose_about_the_user_ends_before_the_element_that_the_text_ends_with() -> None:
    thought = "The user asks how to do it, so I should decline."
    found = split_reasoning(f"{thought}\n<output>{ANSWER}</output>")
    assert (found.visible, found.reasoning) == (ANSWER, thought)


def test_a_block_without_end_ends_before_the_element_of_an_answer() -> None:
    found = split_reasoning(f"<think>\n{THOUGHT}\n<answer>\n{ANSWER}\n</answer>")
    assert (found.visible, found.reasoning, found.closed) == (ANSWER, THOUGHT, True)
    assert not split_reasoning(f"<think>\n{THOUGHT}\n<answer>\n{ANSWER}\n</answer>\nOr not").closed


@pytest.mark.parametrize("text", UNCLOSED)
def test_reasoning_that_never_ends_leaves_no_response(text: str) -> None:
    found = split_reasoning(text)
    assert (found.visible, found.closed) == ("", False)


@pytest.mark.parametrize(
    ("marks", "answer"),
    [
        ("<think>a</think>", f"\n\n{ANSWER}"),
        ("<thought>a</thought>b", f"\n\n{ANSWER}"),
        ("<|channel|>analysis<|message|>a<|end|>", f"<|channel|>final<|message|>{ANSWER}"),
    ],
)
def test_marks_without_end_leave_no_response(marks: str, answer: str) -> None:
    assert split_reasoning(marks * 2_000 + answer).visible.endswith(ANSWER)
    text = marks * 20_001 + answer
    endless = split_reasoning(text)
    assert (endless.visible, endless.closed, endless.spans) == ("", False, ((0, len(text)),))


@pytest.mark.parametrize("text", VISIBLE)
def test_what_is_no_reasoning_comes_back_as_it_is(text: str) -> None:
    found = split_reasoning(text)
    assert found == SplitText(text, "", True, ())
    assert found.visible is text


def test_an_answer_before_a_block_is_kept() -> None:
    found = split_reasoning(f"First this.\n\n<think>{THOUGHT}</think>\n\n{ANSWER}")
    assert found == SplitText(f"First this.\n\n{ANSWER}", THOUGHT, True, ((13, 13 + 15 + len(THOUGHT)),))


def test_what_was_said_before_reasoning_that_never_ends_is_visible() -> None:
    found = split_reasoning(f"First this.\n\n<think>\n{THOUGHT}")
    assert (found.visible, found.reasoning, found.closed) == ("First this.", THOUGHT, False)


def test_an_empty_block_leaves_the_answer() -> None:
    assert split_reasoning(f"<think>\n\n</think>\n\n{ANSWER}") == SplitText(ANSWER, "", True, ((0, 17),))


@pytest.mark.parametrize("before", [*BLOCKS, *SECTIONS])
def test_the_spans_are_what_is_not_visible(before: str) -> None:
    text = before + ANSWER
    found = split_reasoning(text)
    kept = list(text)
    for start, end in reversed(found.spans):
        del kept[start:end]
    assert "".join(kept).strip() == found.visible


_LOOSE = """
    <think> </think> <thi nk> ``` ` [THINK] [/THINK] x X. : <|channel|> final <|message|> assistantfinal analysis
    <details> </details> Answer: </
"""
_PIECES = st.sampled_from([*BLOCKS, *SECTIONS, *WRAPPINGS, *UNCLOSED, *VISIBLE, *_LOOSE.split(" "), "\n", "```\n", " "])
_TEXTS = st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=8).map("".join)


@given(_TEXTS)
def test_what_is_visible_holds_no_reasoning(text: str) -> None:
    visible = split_reasoning(text).visible
    assert split_reasoning(visible) == SplitText(visible, "", True, ())


@given(st.lists(st.one_of(_PIECES, st.integers(1000, 9999).map(" {} ".format)), max_size=8).map("".join))
def test_nothing_is_lost(text: str) -> None:
    """Numbers stand for what is said: none is part of a mark."""
    found = split_reasoning(text)
    said = sorted(re.findall(r"(?<!\d)\d{4}(?!\d)", text))
    assert sorted(re.findall(r"(?<!\d)\d{4}(?!\d)", f"{found.visible} {found.reasoning}")) == said


HOSTILE = {
    "open": "<think>",
    "close": "</think>",
    "empty blocks": "<think>a</think>",
    "mixed names": "<think>a</thinking><scratchpad>",
    "names without end": "<thinkthinkthink",
    "attributes without end": "<think a ",
    "blocks in marks": "<thi<think>x</think>nk>",
    "ticks": "`",
    "fences": "```\n",
    "fences in blocks": "<think>```</think>`a`<thinking>\n</thinking>\n",
    "brackets": "[think][",
    "details": "<details type='reasoning'>",
    "channels": "<|channel|>final<|message|>",
    "stripped channels": "assistantfinal\nassistant\nfinal\n",
    "headings": "Thought process:\nx\nAnswer:\n",
    "answers": "Answer ",
    "spaces": " ",
    "lines": "\n",
    "quotations": "> a\n",
    "escaped": "&lt;think&gt;",
    "escaped for JSON": "\\u003cthink\\u003e",
    "answers in blocks": "<think>\n<answer>\n",
    "ruled": "--- thinking ---\n",
    "stages": "<plan>a</plan><answer>",
    "asides": "(thinking: a)",
    "told": "here is my thought process: here is my ",
    "closing tokens": "</s>",
    "bars": "<|eot_id|>a",
    "triangles": "\u25c1think\u25b7",
    "smaller than": "<",
    "channel headings": "analysis:\nfinal:\n",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("before", ["", "<think>", "Thought process:\n", "analysisWe "])
def test_twice_the_text_is_twice_the_work(unit: str, before: str) -> None:
    work = [lines_run(split_reasoning, before + unit * count) for count in (200, 400)]
    assert work[1] <= 2.2 * work[0] + 200
