"""What is looked up for many at once, or asked before a slow expression, says the same as the plain way."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.classify.features import Passage, segment_features, words_owned
from reviewer.classify.folding import windows
from reviewer.classify.functions import FUNCTIONS, INDEX
from reviewer.classify.mangled import BARE, may_be_bare
from reviewer.classify.model import language_model
from reviewer.classify.openings import first_and_last, words_of
from reviewer.classify.requests import found_in_request, read_request, stems_of
from reviewer.classify.segments import STOP, Segment, segments
from reviewer.classify.words import stems
from reviewer.core.cases import Message, Role

PLAIN_STOP = re.compile(r"[.!?\u2026][\"'\u201d)\]*_]{0,4}\s+|[\u3002\uff01\uff1f][\u201d\u300d\u300f\uff09*]{0,3}\s*")
texts = st.text(max_size=200) | st.text("aI'.!? \n\"\u201c\u201d\u2019\u2026\u6211\u3002\u0130-0", max_size=200)


def segments_of(text: str) -> list[Segment]:
    return [segment for window in windows(text) for segment in segments(window)]


@given(st.text(".!?\u2026\u3002\uff01\uff1f \"')*_\u201d\u300d\uff09ab\n", max_size=60))
def test_a_sentence_ends_where_it_ends(line: str) -> None:
    assert [found.span() for found in STOP.finditer(line)] == [found.span() for found in PLAIN_STOP.finditer(line)]


@given(
    st.from_regex(BARE) | st.sampled_from(["Im sure", "x. IVE", "(cant)", "dont_", "\u0130m ok", "hasn\u017ft"]) | texts
)
def test_no_word_that_lost_its_apostrophe_is_missed(text: str) -> None:
    assert may_be_bare(text) or BARE.search(text) is None


@given(texts)
def test_words_that_were_taken_apart_before_are_the_words_of_the_response(text: str) -> None:
    own = segments_of(text)
    if own and (words := words_owned(own).words()) is not None:
        assert words == words_of(own)
        assert first_and_last(own, words_of(own, words)) == first_and_last(own, words_of(own))


@given(texts)
def test_the_stems_of_a_request_are_those_of_its_words(text: str) -> None:
    classes = language_model("en").classes
    request = read_request([Message(Role.USER, text)])
    assert stems_of(request, classes) == frozenset(stems(request.words, classes))


@given(texts)
def test_what_is_remembered_of_a_request_is_what_stands_in_it(text: str) -> None:
    pattern = re.compile(r"\ba+\b")
    found = found_in_request(pattern)
    assert [found(text), found(text)] == [pattern.search(text) is not None] * 2


@pytest.mark.parametrize("language", ["en", "zh"])
@given(data=st.data())
def test_the_most_telling_words_are_those_of_each_segment_alone(language: str, data: st.DataObject) -> None:
    model = language_model(language)
    words = st.lists(st.sampled_from([*model.classes.of, "i", "can't", "?", ".", "\n", "river"]), max_size=40).map(
        " ".join
    )
    passages = [Passage(own, ()) for text in data.draw(st.lists(words, max_size=4)) if (own := segments_of(text))]
    if not passages:
        return
    features = segment_features(passages, model.vocabulary, model.classes)
    rows = np.array([row for row in range(len(features.starts)) for _ in FUNCTIONS], np.intp)
    functions = np.array([INDEX[function] for _ in range(len(features.starts)) for function in FUNCTIONS], np.intp)
    for row, function, found in zip(rows, functions, model.telling(features, rows, functions), strict=True):
        numbers = [number for number in features.of(int(row)).tolist() if model.worded[number]]
        weights = [float(model.weights[number, function]) for number in numbers]
        expected = model.names[numbers[weights.index(max(weights))]] if weights and max(weights) > 0 else ""
        assert found == expected
