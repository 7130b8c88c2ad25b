"""What differs between two texts, by words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.review import difference as subject
from reviewer.review.difference import TextDifference, difference

WORDS = st.sampled_from(["a", "bee", "see", "I can't", "不能", "e\u0301", "👩‍🔬", ".", "\n", "  ", "\t", "‮", "ไม่ได้"])
TEXTS = st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=60)


def told(left: str, right: str) -> list[tuple[str, str]]:
    return [(left[slice(*part.left)], right[slice(*part.right)]) for part in difference(left, right).parts]


def rebuilt(found: TextDifference, left: str, right: str) -> str:
    """The right text made of the left one and what differs."""
    text, at = "", 0
    for part in found.parts:
        text += left[at : part.left[0]] + right[slice(*part.right)]
        at = part.left[1]
    return text + left[at:]


@given(TEXTS, TEXTS)
def test_what_is_no_difference_is_the_same_in_both(left: str, right: str) -> None:
    found = difference(left, right)
    assert rebuilt(found, left, right) == right
    for before, after in zip(found.parts, found.parts[1:], strict=False):
        assert before.left[1] <= after.left[0]
        assert before.right[1] <= after.right[0]


@given(TEXTS)
def test_equal_texts_do_not_differ(text: str) -> None:
    assert difference(text, text).parts == ()


@given(TEXTS, TEXTS, st.data())
def test_a_place_that_stays_is_found_in_the_other_text(left: str, right: str, data: st.DataObject) -> None:
    found = difference(left, right)
    place = data.draw(st.integers(0, max(len(left) - 1, 0)))
    inside = any(part.left[0] <= place < part.left[1] for part in found.parts)
    other = found.opposite(place, from_left=True)
    assert 0 <= other <= len(right)
    if left and not inside:
        assert right[other] == left[place]
        assert found.opposite(other, from_left=False) == place


@pytest.mark.parametrize(
    ("left", "right", "parts"),
    [
        ("I can help with that.", "I can't help with that.", [("can", "can't")]),
        ("a very old house", "a quite new house", [("very old", "quite new")]),
        ("one two", "one  two", [(" ", "  ")]),
        ("Sure. Here it is.", "Here it is.", [("Sure. ", "")]),
        ("我不能帮助你。", "我能帮助你。", [("不", "")]),
        ("e\u0301tude", "etude", [("e\u0301tude", "etude")]),
        ("👩‍🔬 works", "👩 works", [("👩‍🔬", "👩")]),
        ("first\nsecond", "first\nthird", [("second", "third")]),
    ],
)
def test_words_differ_whole(left: str, right: str, parts: list[tuple[str, str]]) -> None:
    assert told(left, right) == parts


def test_a_little_word_that_two_long_passages_share_is_part_of_the_difference() -> None:
    left = "Keeping everybody safe around cleaning products is a fine thing to do first."
    right = "Short sentences, one idea each, because reading is hard after a long shift."
    assert len(told(left, right)) == 1
    assert told("I will go and see him.", "I can go or see him.") == [("will", "can"), ("and", "or")]


def test_lines_that_end_otherwise_are_two_differences() -> None:
    assert told("one\ntwo\n", "uno\ndue\n") == [("one", "uno"), ("two", "due")]


def test_long_texts_are_compared_by_lines_and_by_words_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_PAIRS", 5_000)
    lines = [f"line {number} of the long text\n" for number in range(200)]
    changed = [line.replace("long", "short") if at % 50 == 7 else line for at, line in enumerate(lines)]
    found = difference("".join(lines), "".join(changed))
    assert found.by_lines
    assert told("".join(lines), "".join(changed)) == [("long", "short")] * 4


def test_what_is_too_long_throughout_is_one_difference_of_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_PAIRS", 10)
    assert told("same\na b c d\n", "same\na x c d\n") == [("a b c d\n", "a x c d\n")]
