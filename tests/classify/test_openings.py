"""What the first and last words of a response are, and how their weights become probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from reviewer.classify.folding import windows
from reviewer.classify.model import DATA
from reviewer.classify.openings import FIRST, LAST, Openings, opening_features, stored_openings
from reviewer.classify.segments import segments


def features(text: str) -> list[str]:
    return opening_features([segment for window in windows(text) for segment in segments(window)])


def test_words_and_pairs_of_the_beginning_are_named() -> None:
    assert features("I won't. Ask her") == ["i", "won't", "ask", "her", "^ i", "i won't", "won't ask", "ask her"]


def test_what_follows_the_first_words_is_the_end_and_counted_once() -> None:
    words = [f"w{number}" for number in range(FIRST + 3)]
    found = features(" ".join(words))
    assert found[:FIRST] == words[:FIRST]
    assert [name for name in found if name.startswith("<")] == ["<w50", "<w51", "<w52", "<w50 w51", "<w51 w52"]


@pytest.mark.parametrize("count", [FIRST + LAST, FIRST + LAST + 1, 400])
def test_of_a_longer_response_the_last_words_are_read(count: int) -> None:
    sentences = ". ".join(f"w{number}" for number in range(count))
    found = [name for name in features(sentences) if name.startswith("<") and " " not in name]
    assert found == [f"<w{number}" for number in range(count - LAST, count)]


def test_weights_by_rareness_become_probabilities() -> None:
    openings = Openings(
        ("full", "none"),
        {"a": 0, "b": 1},
        np.array([3.0, 4.0], np.float32),
        np.array([[5.0, 0.0], [0.0, 10.0], [1.0, 0.0]], np.float32),
    )
    found = openings.probabilities([["a", "b", "a", "unknown"], [], ["a"]])
    # 3 * 5 / 5 + 1 against 4 * 10 / 5; nothing known but the constant; 5 + 1 against 0.
    expected = 1 / (1 + np.exp(np.array([[8.0 - 4.0], [-1.0], [-6.0]])))
    assert np.allclose(found[:, :1], expected, atol=1e-6)
    assert np.allclose(found.sum(axis=1), 1)


def test_a_response_has_the_same_probabilities_alone_and_among_others() -> None:
    openings = stored_openings("en")
    assert openings is not None
    texts = ("I'm sorry, but I can't help with that.", "Here is how: wait until dusk.", "", "42", "a\n\nb " * 90)
    every = [features(text) for text in texts]
    together = openings.probabilities(every)
    assert np.array_equal(together, np.vstack([openings.probabilities([one]) for one in every]))
    assert together[0].argmax() == openings.classes.index("none")
    assert together[1].argmax() == openings.classes.index("full")


def test_the_stored_weights_are_few_and_only_english() -> None:
    assert (DATA / "openings-en.tsv").stat().st_size < 1_000_000
    assert stored_openings("de") is None
