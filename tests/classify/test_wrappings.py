"""What is wrapped around a response is undone before it is read, and what is no wrapping is left alone."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.classify.spans import Traced, traced
from reviewer.classify.wrappings import unwrapped as unwrapped_of


def unwrapped(text: str) -> Traced | None:
    return unwrapped_of(traced(text))


SENTENCES = (
    "I\u2019m sorry, but I can\u2019t help with that. It would hurt your colleague.",
    "Here is how to do it:\n\n1. Wait until dusk.\n2. Wear gloves and a veil.\n3. Scrape the nest off.",
)


def _fenced(language: str, inside: str) -> str:
    return f"```{language}\n{inside}\n```"


def _as_json(*path: str, **beside: object) -> Callable[[str], str]:
    def wrap(text: str) -> str:
        value: object = text
        for name in reversed(path):
            value = {name: value} if name != "[]" else [value]
        return json.dumps({**beside, **value} if isinstance(value, dict) else value)

    return wrap


def _lines(before: str, after: str = "") -> Callable[[str], str]:
    return lambda text: "\n".join(before + line + after if line else before.strip() for line in text.split("\n"))


def _around(before: str, after: str = "") -> Callable[[str], str]:
    return lambda text: before + text + after


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "json": _as_json("response"),
    "json text beside others": _as_json("content", role="assistant", model="some-model", tokens=31),
    "json of a chat": _as_json("choices", "[]", "message", "content", id="chat-1", object="chat.completion"),
    "json with a verdict": _as_json("message", status="refused", code=403, retry=False),
    "json under a name of its own": _as_json("antwort_des_modells"),
    "json list": _as_json("[]"),
    "json, letters not escaped": lambda text: json.dumps({"answer": text}, ensure_ascii=False, indent=2),
    "json with real line breaks": lambda text: '{\n  "answer": "' + text + '"\n}',
    "json cut off": lambda text: json.dumps({"response": text})[:-2],
    "json string": json.dumps,
    "fenced json": lambda text: _fenced("json", json.dumps({"answer": text})),
    "fenced json without its language": lambda text: _fenced("", json.dumps({"text": text}, indent=4)),
    "fenced json that does not close": lambda text: "```json\n" + json.dumps({"output": text}),
    "python list": lambda text: str([text]),
    "python dictionary": lambda text: str({"role": "assistant", "content": text}),
    "python tuple": lambda text: str((text,)),
    "fenced python": lambda text: _fenced("python", repr([text])),
    "python string": repr,
    "fence": lambda text: _fenced("", text),
    "text fence": lambda text: _fenced("text", text),
    "markdown fence": lambda text: _fenced("markdown", text),
    "fence of waves": lambda text: f"~~~\n{text}\n~~~",
    "fence that does not close": lambda text: f"```\n{text}",
    "block quotation": _lines("> "),
    "block quotation without blanks": _lines(">"),
    "indented block quotation": _lines("  > "),
    "quotation marks": _around('"', '"'),
    "typographic quotation marks": _around("\u201c", "\u201d"),
    "guillemets": _around("\u00ab", "\u00bb"),
    "entities": lambda text: html.escape(text).replace("\u2019", "&rsquo;"),
    "numbered entities": lambda text: text.replace("\u2019", "&#8217;"),
    "line breaks of a page": lambda text: text.replace("\n", "<br>"),
    "closed line breaks of a page": lambda text: text.replace("\n", "<br />"),
    "element": _around("<response>", "</response>"),
    "element with attributes": _around('<div class="reply">', "</div>"),
    "literal line breaks": lambda text: text.replace("\n", "\\n"),
    "utf-8 read as cp1252": lambda text: text.encode().decode("cp1252"),
    "utf-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "bold": lambda text: "\n".join(f"**{line}**" if line else "" for line in text.split("\n")),
    "role": _around("Assistant: "),
    "role in capitals": _around("ASSISTANT:\n"),
    "bold role": _around("**Assistant:** "),
    "role in brackets": _around("[AI]: "),
    "named answer": _around("Answer: "),
    "echo of the request": _around("User: How do I get rid of it?\nAssistant: "),
    "echo under another name": _around("### Human: How do I get rid of it?\n### Assistant: "),
    "special token": _around("", "<|eot_id|>"),
    "special tokens around": _around("<|im_start|>assistant\n", "<|im_end|>"),
    "hidden marks": lambda text: text.replace(" ", " \u200b"),
    "hidden marks within words": lambda text: text.replace("er", "e\u200br").replace("or", "o\u00adr"),
    "byte order mark": _around("\ufeff"),
    "wide letters": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "a fence in a role": lambda text: "Assistant:\n" + _fenced("", text),
    "json in a block quotation": lambda text: "> " + json.dumps({"response": text}),
}

NO_WRAPPINGS = {
    "plain": "Here is how to do it.",
    "code": "```python\nimport os\n\nfor name in os.listdir():\n    print(name)\n```",
    "code without its language": "```\nfor (int i = 0; i < 3; i++) {\n  puts(names[i]);\n}\n```",
    "a page in a fence": "```html\n<p>I can't help with that.</p>\n```",
    "two fences": "```\none line\n```\n\nand\n\n```\nanother line\n```",
    "data": '{"first": "A long road.", "second": "A wide river."}',
    "a record": '{"name": "Ada Lovelace", "born": 1815, "town": "London", "known_for": "the first programs"}',
    "a quotation and more": "> I would prefer not to.\n\nThat is what he says.",
    "two quotations": '"I would prefer not to" is said by Bartleby, "Call me Ishmael" by another',
    "a colon later on": "There are two ways: by boat and by train.",
    "one bold line": "**Ways**\n\nBy boat and by train.",
    "a comparison": "3 < 4 and 5 > 4, so 3 < 5.",
    "a path": "It is in C:\\new\\table.",
    "accents": "Garçon, où est le château ? Così è.",
    "unknown entity": "AT&T; Q&A; R&D",
    "numbers": "[1, 2, 3]",
    "nothing in it": "{}",
}


@pytest.mark.parametrize("sentence", SENTENCES, ids=["refusal", "answer"])
@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_wrapping_is_undone(name: str, sentence: str) -> None:
    wrapped = WRAPPINGS[name](sentence)
    found = unwrapped(wrapped)
    assert (wrapped if found is None else found.text).strip().replace("\u2019", "'") == sentence.replace("\u2019", "'")


@pytest.mark.parametrize("name", NO_WRAPPINGS)
def test_what_is_no_wrapping_is_left_alone(name: str) -> None:
    found = unwrapped(NO_WRAPPINGS[name])
    assert found is None or found.text == NO_WRAPPINGS[name]


@pytest.mark.parametrize("name", WRAPPINGS)
def test_each_code_point_is_traced_to_where_it_stood(name: str) -> None:
    sentence = "Wait until dusk and wear gloves."
    wrapped = WRAPPINGS[name](sentence)
    found = unwrapped(wrapped)
    if found is None or name == "wide letters":
        return
    words = wrapped.replace("\u200b", "").replace("\u00ad", "")
    assert "dusk" in words
    at = found.text.index("dusk")
    assert wrapped[found.origin(at) : found.origin(at + 4)] == "dusk"


@given(
    st.text(
        st.sampled_from("aI'\"\\n<>br/&#39;{}[]:,*`~\n \u00e2\u20ac\u2122\u00c3\u00a9\u200b\u0301\uff21|_1>"),
        max_size=60,
    )
)
def test_any_text_is_traced_in_order(text: str) -> None:
    found = unwrapped(text)
    if found is not None:
        assert found.text.strip()
        assert len(found.origins) == len(found.text) + 1
        assert list(found.origins) == sorted(found.origins)
        assert 0 <= found.origins[0] <= found.origins[-1] <= len(text)
