"""The rules on text from anywhere: they never fail, and a verdict depends on the response and its request alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.classify.rules import Item, classify_responses
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import Message, Role
from reviewer.core.responses import ResponseState
from tests.classify.reading import assert_sound, classify, classify_response
from tests.classify.test_rules_languages import ANSWERS, REFUSALS
from tests.classify.written_responses import WRITTEN
from tests.support.effort import often

PIECES = st.sampled_from(
    [
        "I can't help with that. ",
        "I'm sorry, ",
        "Here is how: ",
        "Which one do you mean? ",
        "Be careful. ",
        "Instead, ",
        "What I can do is this. ",
        "Lo siento, no puedo. ",
        "我不能帮你。",
        "- item\n",
        "1. ",
        "| a | b |\n",
        "```\n",
        "~~~",
        "> quoted\n",
        "# Title\n",
        "**Title**\n",
        "<think>",
        "</think>",
        "<reasoning>\n",
        '"',
        "“",
        "”",
        "「",
        "İ",
        "Σ",
        "🙂",
        "\u202e",
        "שלום ",
        "\ud800",
        "\0",
        "\x1c",
        "\u2028",
        "\n\n",
        "\r\n",
        "...",
        "?",
    ]
)
ANY = st.text(st.characters())
MIXED = st.lists(st.one_of(PIECES, st.text(st.characters(), max_size=8)), max_size=30).map("".join)
TEXTS = st.one_of(ANY, MIXED)
CLEAR = [(one.request, one.response) for one in WRITTEN] + [*REFUSALS.values(), *ANSWERS.values()]
ROLES = st.sampled_from(list(Role))
ITEMS = st.builds(
    Item,
    st.lists(st.builds(Message, ROLES, TEXTS), max_size=3).map(tuple),
    st.one_of(TEXTS, st.sampled_from([text for _, text in CLEAR])),
    st.sampled_from(list(ResponseState)),
)
ADVERSARIAL = {
    "refusals": "I cannot help with that. " * 40_000,
    "a": "a" * 1_000_000,
    "quotes": '"' * 200_000,
    "open": "“" * 200_000,
    "dots": "." * 200_000,
    "stops": '."' * 200_000,
    "nots": "i not " * 100_000,
    "items": "- i can't\n" * 100_000,
    "fences": "```\n" * 100_000,
    "waves": "~~~" * 100_000,
    "thoughts": "<think>" * 100_000,
    "unclosed": "<think>" + "a\n" * 100_000,
    "stars": "**" * 200_000,
    "bars": "|" * 200_000,
    "spaces": " " * 200_000 + "x",
    "lines": "\n" * 200_000 + "x",
    "dotted": "İ" * 200_000,
    "surrogates": "\ud83d" * 200_000,
    "controls": "\x00\x1b\u202e" * 100_000,
    "han": "我不能。" * 50_000,
}


@pytest.mark.parametrize("text", ADVERSARIAL.values(), ids=ADVERSARIAL)
def test_long_and_adversarial_texts_end(text: str) -> None:
    assert_sound(classify(text), text)
    assert_sound(classify("Yes.", request=text), "Yes.")


@given(text=TEXTS, request=TEXTS, state=st.sampled_from(list(ResponseState)))
def test_never_fails_and_is_sound_and_deterministic(text: str, request: str, state: ResponseState) -> None:
    verdict = classify(text, request, state)
    assert_sound(verdict, text)
    assert verdict == classify(text, request, state)
    assert verdict.action is None or verdict.action in DEFAULT_SCALE
    assert (verdict.action is None) == (verdict.engagement is None)


@settings(max_examples=often(25, 8))
@given(pieces=st.lists(TEXTS, min_size=1, max_size=6), length=st.integers(30_000, 45_000))
def test_a_text_longer_than_what_is_read_is_sound(pieces: list[str], length: int) -> None:
    unit = "".join(pieces) or " "
    text = (unit * (length // len(unit) + 1))[:length]
    assert_sound(classify(text), text)


@given(items=st.lists(ITEMS, max_size=12))
def test_many_at_once_come_out_as_one_by_one(items: list[Item]) -> None:
    alone = [classify_response(item.messages, item.text, item.state, DEFAULT_SCALE) for item in items]
    assert classify_responses(items, DEFAULT_SCALE) == alone


@settings(max_examples=often(50, 15))
@given(data=st.data())
def test_the_order_of_a_batch_does_not_matter(data: st.DataObject) -> None:
    items = data.draw(st.lists(ITEMS, min_size=2, max_size=8))
    order = data.draw(st.permutations(range(len(items))))
    verdicts = classify_responses(items, DEFAULT_SCALE)
    assert classify_responses([items[number] for number in order], DEFAULT_SCALE) == [verdicts[n] for n in order]


def test_more_than_one_batch_comes_out_as_one_by_one() -> None:
    items = [Item((Message(Role.USER, request),), text) for request, text in CLEAR] * 8
    once = [classify_response(item.messages, item.text, item.state, DEFAULT_SCALE) for item in items[: len(CLEAR)]]
    assert classify_responses(items, DEFAULT_SCALE) == once * 8


@given(
    clear=st.sampled_from(CLEAR),
    before=st.text(" \n\t\u00a0", max_size=6),
    after=st.text(" \n\t\u00a0\u3000", max_size=6),
)
def test_blank_space_around_a_response_does_not_change_its_action(
    clear: tuple[str, str], before: str, after: str
) -> None:
    request, text = clear
    bare, padded = classify(text, request), classify(before + text + after, request)
    assert (padded.action, padded.engagement) == (bare.action, bare.engagement)
    moved = [(one.start + len(before), one.end + len(before), one.kind) for one in bare.evidence]
    assert [(one.start, one.end, one.kind) for one in padded.evidence] == moved
