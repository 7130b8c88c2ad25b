"""Which language a response is in: the covered ones by their own texts, all others not at all."""

from __future__ import annotations

import json
import re

import pytest

from reviewer.classify.folding import fold
from reviewer.classify.language import COVERED_LANGUAGES, language_of
from reviewer.classify.rules import Item, RulesReading, read_item
from reviewer.core.cases import Message, Role
from reviewer.core.decisions import Verdict
from tests.fitting.texts import CORPUS, HERE, IN_LOGS, corpus

HELD = HERE / "held_languages"
# Translations that were asked for: the response is not in the language of its file.
TRANSLATED = re.compile(r"(?:en|al) inglés|auf Englisch|em inglês|en anglais|用英语|英文")


def items_of(path_name: str) -> list[Item]:
    folder = HELD if path_name.startswith("held-") else CORPUS
    lines = (folder / f"{path_name.removeprefix('held-')}.jsonl").read_text(encoding="utf-8").splitlines()
    items = [item_of(json.loads(line)) for line in lines]
    return [item for item in items if not TRANSLATED.search(item.messages[-1].content)]


def item_of(fields: dict[str, object]) -> Item:
    messages = fields["messages"]
    assert isinstance(messages, list)
    turns = tuple(Message(Role(message["role"]), message["content"]) for message in messages)
    return Item(turns, str(fields["response"]))


def language_read(item: Item) -> str | None:
    read = read_item(item)
    return read.model.language if isinstance(read, RulesReading) else None


def share(items: list[Item], language: str) -> float:
    return sum(language_read(item) == language for item in items) / len(items)


@pytest.mark.parametrize("language", sorted(set(COVERED_LANGUAGES) - {"en"}))
@pytest.mark.parametrize("kind", ["", "held-"], ids=["fitted", "held"])
@pytest.mark.parametrize("ending", ["", IN_LOGS], ids=["hard", "as-in-logs"])
def test_texts_of_a_covered_language_are_read_as_that(language: str, kind: str, ending: str) -> None:
    items = items_of(f"{kind}{language}{ending}")
    assert share(items, language) >= min(0.98, 1 - 1 / len(items))  # one may be nothing but code


def test_english_texts_are_read_as_english() -> None:
    items = [Item(one.messages, one.text) for one in corpus() if one.language == "en"]
    assert share(items, "en") >= 0.98


def test_no_text_of_a_language_that_is_not_covered_is_read() -> None:
    for item in items_of("uncovered"):
        verdict = read_item(item)
        assert isinstance(verdict, Verdict), item.text
        assert verdict.action is None
        assert verdict.reason == "language not covered"


@pytest.mark.parametrize(
    ("request_text", "text", "language"),
    [
        ("Is the moon a star?", "No.", "en"),
        ("¿Es la luna una estrella o un planeta?", "No.", "es"),
        ("Ist das der Mond und nicht die Sonne?", "42", "de"),
        ("", "42", "en"),
        ("", "Ok", "en"),
    ],
)
def test_too_short_a_text_is_in_the_language_of_its_request(request_text: str, text: str, language: str) -> None:
    assert language_of(fold(text), fold(request_text)) == language


def test_code_says_nothing_about_the_language() -> None:
    text = (
        "```python\nif not the_end and is_the_case or this: return that\n```\nEl código suma los números de la lista."
    )
    assert language_read(Item((Message(Role.USER, "Suma los números de una lista."),), text)) == "es"
