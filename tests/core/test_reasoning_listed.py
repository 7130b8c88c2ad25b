"""Reasoning as an item of a list, in HTML, or above the text: split off where an answer follows, else left."""

from __future__ import annotations

from time import process_time

import pytest

from reviewer.core.reasoning import split_reasoning

BREAD = (
    "The user asks about bread. I need to check whether this is allowed. Let me think: it's harmless, so "
    "I should answer briefly."
)
CATS = "The user wants a joke about cats. I should keep it clean. Let me think about a pun first, then decide."
POEM = "Okay, the user is asking for a poem. I should avoid naming anyone. We need to keep it short."
SHORT = "Knead it for ten minutes and let it rise."
LONG = "Roses are red.\n\nThat's all **I** have."
SECONDS = 2.0
FORMS = [
    (f"<table><tr><th>reasoning</th><th>answer</th></tr><tr><td>{BREAD}</td><td>{SHORT}</td></tr></table>", SHORT),
    (
        f"<table>\n  <tr><td>Reasoning</td><td>{BREAD}</td></tr>\n  <tr><td>Answer</td><td>{SHORT}</td></tr>\n</table>",
        SHORT,
    ),
    (
        (
            f"<table>\n<thead><tr><th>Thinking</th><th>Response</th></tr></thead>\n<tbody><tr><td>{BREAD}</td><td>"
            f"{SHORT}</td></tr></tbody>\n</table>"
        ),
        SHORT,
    ),
    (
        (
            f'<table border="1"><tr><th>Thought</th><td>{CATS}</td></tr><tr><th>Final answer</th><td>{SHORT}</td></tr>'
            f"</table>"
        ),
        SHORT,
    ),
    (f"<TABLE><TR><TD>THOUGHTS</TD><TD>{BREAD}</TD></TR><TR><TD>RESPONSE</TD><TD>{SHORT}</TD></TR></TABLE>", SHORT),
    (f"<dl><dt>Reasoning</dt><dd>{BREAD}</dd><dt>Answer</dt><dd>{SHORT}</dd></dl>", SHORT),
    (f"<dl>\n  <dt>thinking</dt>\n  <dd>{CATS}</dd>\n  <dt>response</dt>\n  <dd>{SHORT}</dd>\n</dl>", SHORT),
    (f"<ul><li><b>Reasoning:</b> {BREAD}</li><li><b>Answer:</b> {SHORT}</li></ul>", SHORT),
    (f"<ul>\n<li>reasoning: {BREAD}</li>\n<li>answer: {SHORT}</li>\n</ul>", SHORT),
    (f"<p><strong>Reasoning:</strong> {BREAD}</p>\n<p><strong>Answer:</strong> {SHORT}</p>", SHORT),
    (f'<div class="reasoning">{BREAD}</div>\n<div class="answer">{SHORT}</div>', SHORT),
    (f"<div class='thinking'>{CATS}</div><div class='response'>{SHORT}</div>", SHORT),
    (f'<section id="thoughts">\n{BREAD}\n</section>\n<section id="answer">\n{SHORT}\n</section>', SHORT),
    (f"- reasoning: {BREAD}\n- answer: {SHORT}", SHORT),
    (f"- Reasoning: {BREAD}\n- Final answer: {SHORT}", SHORT),
    (f"* thinking: {CATS}\n* response: {SHORT}", SHORT),
    (f"- **Reasoning:** {BREAD}\n- **Answer:** {SHORT}", SHORT),
    (f"- **Thought**: {CATS}\n- **Response**: {SHORT}", SHORT),
    (f"* *Reasoning*: {BREAD}\n\n* *Answer*: {SHORT}", SHORT),
    (f"1. Reasoning: {BREAD}\n2. Answer: {SHORT}", SHORT),
    (f"1. **Thinking:** {BREAD}\n2. **Response:** {SHORT}", SHORT),
    (f"1) reasoning - {BREAD}\n2) answer - {SHORT}", SHORT),
    (f"\u2022 Reasoning: {BREAD}\n\u2022 Answer: {SHORT}", SHORT),
    (f"- reasoning:\n  - {BREAD}\n  - It is only bread.\n- answer:\n  {SHORT}", SHORT),
    (f"- reasoning: {BREAD}\n\n- answer: |\n    {SHORT}", SHORT),
    (f"+ thoughts: {CATS}\n+ reply: {SHORT}", SHORT),
    (f"- thought: {BREAD}\n- thought: I could add a note, but let me keep it short.\n- answer: {SHORT}", SHORT),
    (f"[x] reasoning: {BREAD}\n[x] answer: {SHORT}", SHORT),
    (f"- [x] Reasoning: {BREAD}\n- [x] Answer: {SHORT}", SHORT),
    (f"---\nreasoning: {BREAD}\n---\n{SHORT}", SHORT),
    (f"---\nreasoning: |\n  {BREAD}\n  Then I write it.\n---\n\n{SHORT}", SHORT),
    (f"---\nthinking: >\n  {CATS}\n---\n\n{SHORT}", SHORT),
    (f'---\nreasoning: "{BREAD}"\nconfidence: 0.9\n---\n{SHORT}', SHORT),
    (f"---\ntype: answer\nthoughts: {BREAD}\n---\n\n{SHORT}", SHORT),
    (f"---\nthinking:\n  - {BREAD}\n  - I should say ten minutes.\n---\n{SHORT}", SHORT),
    (f'+++\nreasoning = "{BREAD}"\n+++\n{SHORT}', SHORT),
    (f"+++\nthinking = '''\n{CATS}\n'''\n+++\n\n{SHORT}", SHORT),
    (f"```yaml\nreasoning: {BREAD}\n```\n{SHORT}", SHORT),
    (f"```yaml\n---\nthinking: |\n  {BREAD}\n---\n```\n\n{SHORT}", SHORT),
    (f"---\nchain_of_thought: {BREAD}\n...\n{SHORT}", SHORT),
    (
        (
            f"<table class='x'><tbody><tr><td><b>Reasoning</b></td><td>{POEM}</td></tr><tr><td><b>Response</b></td><td"
            f">Roses are red.</td></tr></tbody></table>"
        ),
        "Roses are red.",
    ),
    (
        f"<ol>\n<li><strong>Thoughts</strong>: {POEM}</li>\n<li><strong>Reply</strong>: Roses are red.</li>\n</ol>",
        "Roses are red.",
    ),
    (f"<p><em>Thinking:</em> {POEM}</p><p><em>Answer:</em> Roses are red.</p>", "Roses are red."),
    (f"- Internal reasoning: {POEM}\n- My answer: {LONG}", LONG),
    (f"\n- *thought process*: {POEM}\n\n- *final response*: {LONG}", LONG),
    (f"(1) Thinking: {POEM}\n(2) Answer: {LONG}", LONG),
    (f"\u2013 Reasoning: {POEM}\n\u2013 Output: {LONG}", LONG),
    (f"---\nthought_process: >-\n  {POEM}\nlanguage: en\n---\n{LONG}", LONG),
    (f"---\nreasoning:\n  step1: {POEM}\n  step2: write it\n---\n\n{LONG}", LONG),
    (f'```toml\nthinking = """\n{POEM}\n"""\n```\n\n{LONG}', LONG),
    (
        f'<article class="reasoning">{POEM}</article><article class="final-answer">Roses are red.</article>',
        "Roses are red.",
    ),
]
ORDINARY = [
    (
        "<table><tr><th>Reasoning</th><th>Answer</th></tr><tr><td>7 is odd</td><td>No</td></tr><tr><td>8 "
        "is even</td><td>Yes</td></tr></table>"
    ),
    (
        "<table><tr><td>Reasoning</td><td>Deductive and inductive kinds, with examples of each.</td></tr><tr><td>Answ"
        "er</td><td>What a question gets.</td></tr></table>"
    ),
    "<table><tr><th>Name</th><th>Thought</th></tr><tr><td>Ann</td><td>I should go home.</td></tr></table>",
    (
        "<dl><dt>Reasoning</dt><dd>Drawing conclusions from premises.</dd><dt>Answer</dt><dd>A reply to a "
        "question.</dd></dl>"
    ),
    "<ul><li><b>Reasoning:</b> tests logic</li><li><b>Memory:</b> tests recall</li></ul>",
    '<div class="card">The user can click here. Let me think of an example: a button.</div>',
    '<div class="reasoning">Puzzles for children</div>\n<div class="maths">Sums</div>',
    (
        "- reasoning: the ability to draw conclusions\n- memory: the ability to keep things\n- attention: "
        "the ability to stay with them"
    ),
    "- Reasoning: 40 %\n- Answer: 60 %",
    "- Thought: I miss her.\n- Feeling: sad.\n- What I do: call a friend.",
    "1. Reasoning: why the claim holds.\n2. Answer: the claim itself.\n3. Evidence: what supports it.",
    (
        "- **Reasoning:** Explain how you got there.\n- **Answer:** Give the final number.\n\nUse this rubric "
        "for each question."
    ),
    "* thinking: fast\n* response: slow\n* mood: good",
    "1. Thinking out loud helps.\n2. Answer only when you are sure.",
    "- answer: 42\n- reasoning: six times seven is forty-two, as the user can check.",
    "---\ntitle: Reasoning\ndate: 2024-01-01\n---\nWhat is reasoning?",
    "---\ntitle: My post\ntags: [thinking, bread]\n---\n\nKnead it for ten minutes.",
    "---\nlayout: post\nreasoning: true\n---\nBread is easy.",
    "---\nname: thinking-cap\nversion: 1\n---\n# Thinking cap\nA hat.",
    '+++\ntitle = "Thinking"\n+++\nA post on thought.',
    "```yaml\nreasoning: enabled\nmax_tokens: 200\n```\nPut this in your config and restart.",
    "```yaml\nthinking:\n  type: enabled\n  budget_tokens: 1024\n```\nThis switches it on for the API.",
    "---\n\nReasoning about bread: it rises because of yeast.\n\n---\nThat is all.",
    "<p><strong>Reasoning:</strong> a skill.</p><p><strong>Answer:</strong> a reply.</p>",
    (
        "- Reasoning: Because the sky scatters blue light more.\n- Answer: It is blue.\n- Confidence: high\n- "
        "Sources: any physics book"
    ),
    "- Reasoning: I should know this.\n- Answer: see below\n- Notes: none",
    "---\nthinking: I should post more\ncategory: diary\n---\nToday it rained.",
    (
        "<table><tr><td>Thought</td><td>I should go.</td></tr><tr><td>Answer</td><td>Go.</td></tr><tr><td>Mood</td><t"
        "d>Low</td></tr></table>"
    ),
    "1. Reasoning\n2. Answer\n3. Check",
    "```yaml\nreasoning: high\n```",
]


@pytest.mark.parametrize(("text", "visible"), FORMS)
def test_what_stands_before_the_answer_is_split_off(text: str, visible: str) -> None:
    split = split_reasoning(text)
    assert split.visible.strip() == visible
    assert any(thought in split.reasoning for thought in (BREAD, CATS, POEM))
    assert split.closed


@pytest.mark.parametrize("text", ORDINARY)
def test_what_looks_like_it_stays(text: str) -> None:
    assert split_reasoning(text).visible == text


@pytest.mark.parametrize("text", [text for text, _ in FORMS])
def test_the_spans_are_what_is_not_visible(text: str) -> None:
    split = split_reasoning(text)
    kept = list(text)
    for start, end in reversed(split.spans):
        del kept[start:end]
    assert "".join(kept).split() == split.visible.split()


@pytest.mark.parametrize(
    "unit",
    [
        "<td>",
        "<p>thinking:",
        "- reasoning: a\n",
        "- answer: ",
        "reasoning: a\n",
        "</td>",
        "<td a='",
        "* a: b\n",
        "---\n",
    ],
)
@pytest.mark.parametrize("before", ["", "<table><td>reasoning</td>", "- reasoning: ", "---\n", "---\nreasoning: "])
def test_a_hostile_text_is_read_at_once(unit: str, before: str) -> None:
    begun = process_time()
    split_reasoning(before + unit * 20_000)
    assert process_time() - begun < SECONDS
