"""What was typed finds what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.ui.kit.matching import mismatch, slips_to_beginning

letters = st.text("abcde", max_size=7)


@pytest.mark.parametrize(
    "typed", ["undo", "Undo last", "last undo", "undp", "unod", "decsion", "lst", "deciison", "decisoin", "ecision"]
)
def test_parts_and_slips_find_the_command(typed: str) -> None:
    assert mismatch(typed, "Undo the last decision") is not None


@pytest.mark.parametrize("typed", ["xy", "undo guideline", "zzzzzz", "dxxixxon"])
def test_something_else_finds_nothing(typed: str) -> None:
    assert mismatch(typed, "Undo the last decision") is None


def test_the_beginning_of_a_word_comes_before_a_part_and_a_part_before_a_slip() -> None:
    beginning, part, slip = (mismatch("note", name) for name in ("Note", "Footnotes", "Nose"))
    assert beginning is not None
    assert part is not None
    assert slip is not None
    assert beginning < part < slip


def by_definition(typed: str, word: str) -> int:
    """The fewest single edits, found by trying all of them: slow, and plainly right."""

    def distance(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        found = min(distance(a[1:], b) + 1, distance(a, b[1:]) + 1, distance(a[1:], b[1:]) + (a[0] != b[0]))
        if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
            found = min(found, distance(a[2:], b[2:]) + 1)
        return found

    return min(distance(typed, word[:end]) for end in range(len(word) + 1))


@given(letters.filter(lambda text: len(text) <= 5), letters)
def test_slips_are_counted_as_defined(typed: str, word: str) -> None:
    expected = by_definition(typed, word)
    assert slips_to_beginning(typed, word) == expected
