"""A response that says which model wrote it is told from one that only speaks of models, animals or stars."""

from __future__ import annotations

import pytest

from reviewer.review.naming import names_its_model


@pytest.mark.parametrize(
    "text",
    [
        "As Claude, made by Anthropic, I cannot help with that.",
        "I'm ChatGPT, and I can't do this.",
        "I am a language model trained by OpenAI, so no.",
        "I’m Gemini. Here is what I know.",
        "My name is Bard.",
        "Ich bin Mistral und kann das nicht.",
        "Ich bin ein Sprachmodell, das von Google entwickelt wurde.",
        "Je suis un assistant développé par Mistral AI.",
        "Soy un modelo creado por Meta.",
        "我是由OpenAI开发的。",
        "作为Qwen，我不能。",
        "x" * 50_000 + "\nBest wishes. I am Claude.",
    ],
)
def test_who_says_its_name_is_found(text: str) -> None:
    assert names_its_model(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Claude Monet painted water lilies.",
        "As a falcon dives, it folds its wings.",
        "As Gemini rises, look north.",
        "Anthropic and OpenAI are companies; their models differ.",
        "I am a language model and cannot do this.",
        "As made by the baker, the bread is dark.",
        "Version 1.0 took 1.1 s.",
    ],
)
def test_who_only_speaks_of_it_is_not(text: str) -> None:
    assert not names_its_model(text, ["1.0", "run", "v2"])


def test_the_runs_own_names_are_looked_for_whole() -> None:
    assert names_its_model("You are talking to nimbus-2-large today.", ["acme/nimbus-2-large"])
    assert names_its_model("I am Nimbus, your helper.", ["nimbus"])
    assert not names_its_model("Nimbus clouds bring rain.", ["nimbus"])
    assert not names_its_model("The nimbus-2-larger sort is another.", ["nimbus-2-large"])
