"""What the first and last words of a response are, and how their weights become probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.classify.folding import windows
from reviewer.classify.model import DATA
from reviewer.classify.openings import FIRST, LAST, openings_of, stored_openings
from reviewer.classify.segments import Segment, segments
from tests.fitting.named_features import named_openings


def read(text: str) -> list[Segment]:
    return [segment for window in windows(text) for segment in segments(window)]


def features(text: str) -> list[str]:
    return named_openings(read(text))


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
    openings = openings_of(
        ("full", "none"),
        ["a", "b"],
        np.array([3.0, 4.0], np.float32),
        np.array([[5.0, 0.0], [0.0, 10.0], [1.0, 0.0]], np.float32),
    )
    found = openings.probabilities([read("A b, a unknown."), [], read("A")])
    # 3 * 5 / 5 + 1 against 4 * 10 / 5; nothing known but the constant; 5 + 1 against 0.
    expected = 1 / (1 + np.exp(np.array([[8.0 - 4.0], [-1.0], [-6.0]])))
    assert np.allclose(found[:, :1], expected, atol=1e-6)
    assert np.allclose(found.sum(axis=1), 1)


PIECES = [
    *("i", "i'm", "sorry", "^", "<", "can't", "help", ".", ". ", "\n", "\u201c", "caf\u00e9", "\u6211"),
    *("''", "? ", "unheard-of"),
]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=120).map(" ".join), min_size=1, max_size=4))
def test_a_batch_has_the_features_that_are_named(texts: list[str]) -> None:
    every = [read(text) for text in texts]
    names = [*dict.fromkeys(name for one in every for name in named_openings(one)[::2]), "< ", "elsewhere"]
    weights = np.arange(2.0 * len(names) + 2, dtype=np.float32).reshape(-1, 2) % 7
    openings = openings_of(("full", "none"), names, np.ones(len(names), np.float32), weights)
    for segments_of_one, found in zip(every, openings.probabilities(every), strict=True):
        rows = sorted({names.index(name) for name in named_openings(segments_of_one) if name in names})
        sums = weights[rows].sum(axis=0) / max(len(rows), 1) ** 0.5 + weights[-1]
        expected = np.exp(sums - sums.max())
        assert np.allclose(found, expected / expected.sum(), atol=1e-4)


def test_a_response_has_the_same_probabilities_alone_and_among_others() -> None:
    openings = stored_openings("en")
    assert openings is not None
    texts = ("I'm sorry, but I can't help with that.", "Here is how: wait until dusk.", "", "42", "a\n\nb " * 90)
    every = [read(text) for text in texts]
    together = openings.probabilities(every)
    assert np.array_equal(together, np.vstack([openings.probabilities([one]) for one in every]))
    assert together[0].argmax() == openings.classes.index("none")
    assert together[1].argmax() == openings.classes.index("full")


def test_the_stored_weights_are_few_and_only_english() -> None:
    assert (DATA / "openings-en.tsv").stat().st_size < 1_000_000
    assert stored_openings("de") is None
