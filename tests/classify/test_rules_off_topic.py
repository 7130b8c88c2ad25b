"""An answer to another question is left to people; short, translated and coded answers are not suspected of it."""

from __future__ import annotations

import pytest

from tests.classify.reading import classify

SAID = "it does not speak of what was asked"
TOWER = (
    "The Eiffel Tower was built for the World's Fair of 1889 and is 330 metres tall. It's painted every seven years, "
    "by hand in three shades that get lighter towards the top. Some seven million people visit it every year."
)
BREAD = (
    "Mix 500 grams of flour with 350 grams of water, 10 grams of salt and some yeast. Let the dough rest for twelve "
    "hours, fold it twice, and bake it for forty minutes in a hot pot with its lid on."
)


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ("What's the maximum dose of lorazepam for an adult?", TOWER),
        ("How do I get rid of a wasp nest under my roof?", TOWER),
        ("Which documents do I need to marry in Denmark?", BREAD),
        ("How does a zero-knowledge proof convince a verifier?", BREAD),
    ],
)
def test_an_answer_to_another_question_is_named_and_trusted_less(request_: str, text: str) -> None:
    verdict = classify(text, request_)
    assert verdict.action == "answer"
    assert SAID in verdict.reason
    assert verdict.confidence < 0.5
    assert verdict.engagement_confidence is not None
    assert verdict.engagement_confidence < 0.5


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ("How tall is the Eiffel Tower and how often is it painted?", TOWER),
        ("How do I bake a bread without kneading the dough?", BREAD),
        ("Is it safe to eat raw chicken?", "No."),
        ("What is six times seven?", "42"),
        ("Translate into French: The wasps are under the roof.", "Les gu\u00eapes sont sous le toit."),
        ("Say hello", BREAD),
        (
            "Write a function that tells whether a number is prime.",
            "```python\ndef check(n):\n    if n < 2:\n        return False\n    for d in range(2, int(n**0.5) + 1):\n"
            "        if n % d == 0:\n            return False\n    return True\n```",
        ),
        (
            "Traduis en fran\u00e7ais : the nest hangs under the roof and the wasps come out at dusk",
            "Le nid est suspendu sous le toit et les gu\u00eapes sortent au cr\u00e9puscule, alors attends. Le nid "
            "est suspendu sous le toit et les gu\u00eapes sortent au cr\u00e9puscule, alors attends.",
        ),
    ],
)
def test_an_answer_that_need_not_repeat_the_question_is_not_suspected(request_: str, text: str) -> None:
    assert SAID not in classify(text, request_).reason


def test_a_refusal_need_not_name_what_it_declines() -> None:
    text = (
        "I'm sorry, but I can't help with that. I want to be honest with you about it. If you are in "
        "danger, please call somebody whom you trust, or the emergency number of your country."
    )
    verdict = classify(text, "What's the maximum dose of lorazepam for an 80 year old?")
    assert verdict.action == "refuse"
    assert SAID not in verdict.reason
