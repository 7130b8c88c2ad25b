"""The features of a whole batch at once are those that the plain definition names, segment by segment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.classify.features import TOKENS_READ, Passage, segment_features
from reviewer.classify.folding import fold, windows
from reviewer.classify.language import COVERED_LANGUAGES
from reviewer.classify.model import LanguageModel, language_model
from reviewer.classify.segments import segments
from reviewer.classify.words import MARK, marked_tokens, stems, tokens
from tests.fitting.named_features import named_features

OUTSIDE = [
    *(
        '"',
        "\u201c",
        "\u201d",
        "\u300c",
        "\u300d",
        "'",
        "''",
        "\u2019",
        "?",
        "!",
        ":",
        "\uff1f",
        ".",
        ". ",
        "\n",
        "\n\n",
    ),
    *("- ", "1. ", "# ", "> ", "**", "```\n", "<think>", "</think>", "^", "^ ", "\0", "$", "#me", "_", "-", "\u2014"),
    *("\u6211", "\u4e0d\u80fd", "\u3002", "caf\u00e9", "\u00df", "\U0001f642", "rock'n'roll", "2nd", "zyzzyva", " "),
]
languages = pytest.mark.parametrize("language", [*COVERED_LANGUAGES])


def written(model: LanguageModel) -> st.SearchStrategy[str]:
    """Texts of the model's own words and runs of them, and of what else stands in responses."""
    runs = [name.removeprefix(f"{MARK} ") for name in model.names if name[0] not in "$#"]
    named = st.sampled_from([*runs, *model.classes.of]).map(lambda run: f"{run} ")
    pieces = st.one_of(named, named, st.sampled_from(OUTSIDE), st.text(max_size=6))
    return st.lists(pieces, max_size=120).map("".join)


def passage(text: str, request: str, model: LanguageModel) -> Passage | None:
    found = [segment for window in windows(text) for segment in segments(window)]
    return Passage(found, frozenset(stems(tokens(fold(request)), model.classes))) if found else None


def plainly(passages: list[Passage], model: LanguageModel) -> Iterator[tuple[set[str], int]]:
    known = set(model.names)
    for one in passages:
        for place, segment in enumerate(one.segments):
            named = named_features(segment, place, len(one.segments), one.asked, model.classes)
            yield named.names & known, named.length


def assert_the_same(passages: list[Passage], model: LanguageModel) -> None:
    found = segment_features(passages, model.vocabulary, model.classes)
    expected = list(plainly(passages, model))
    assert found.lengths.tolist() == [length for _, length in expected]
    for row, (names, _) in enumerate(expected):
        numbers = found.of(row).tolist()
        assert numbers == sorted(set(numbers))
        assert {model.names[number] for number in numbers} == names


@languages
@given(data=st.data())
def test_a_batch_has_the_features_that_are_named(language: str, data: st.DataObject) -> None:
    model = language_model(language)
    text = written(model)
    pairs = data.draw(st.lists(st.tuples(text, text), min_size=1, max_size=4))
    passages = [one for response, request in pairs if (one := passage(response, request, model))]
    if passages:
        assert_the_same(passages, model)


@languages
def test_every_run_of_words_with_a_weight_is_found(language: str) -> None:
    model = language_model(language)
    runs = {name: None for name in model.names if name[0] not in "$#" and name != f"{MARK} "}
    lines = [name.removeprefix(f"{MARK} ") for name in runs]
    passages = [one for line in lines if (one := passage(line, "", model))]
    found = segment_features(passages, model.vocabulary, model.classes)
    numbers = set(found.numbers.tolist())
    missing = [name for number, name in enumerate(model.names) if name in runs and number not in numbers]
    assert missing == []


def test_what_stands_beyond_the_words_that_are_read_counts_for_the_length_alone() -> None:
    model = language_model("en")
    short, long = "the " * TOKENS_READ, "the " * TOKENS_READ + "I can't help with that request, sorry"
    passages = [one for text in (short, long) if (one := passage(text, "", model))]
    found = segment_features(passages, model.vocabulary, model.classes)
    assert found.lengths.tolist() == [TOKENS_READ, TOKENS_READ + 7]
    assert found.of(0).tolist() == found.of(1).tolist()


def test_a_response_has_the_same_probabilities_alone_and_among_others() -> None:
    model = language_model("en")
    words = [*model.classes.of, "about", "river", "?", ".", "\n"]
    # Steps of 7 and 13 mix the words; a response of every length comes up.
    texts = [" ".join(words[(7 * n + 13 * n * k) % len(words)] for k in range(1, 2 * n + 2)) for n in range(45)]
    passages = [one for text in texts if (one := passage(text, texts[0], model))]
    together = model.functions(segment_features(passages, model.vocabulary, model.classes))
    alone = [model.functions(segment_features([one], model.vocabulary, model.classes)) for one in passages]
    assert np.array_equal(together, np.vstack(alone))


@given(st.lists(st.one_of(st.text(), st.lists(st.sampled_from(OUTSIDE)).map("".join)).map(fold), max_size=6))
def test_marked_tokens_are_those_of_each_piece(pieces: list[str]) -> None:
    assert marked_tokens(pieces) == [token for piece in pieces for token in (MARK, *tokens(piece))]
