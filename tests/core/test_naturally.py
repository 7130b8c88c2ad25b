"""Keys in the order in which people count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.naturally import natural

KEYS = st.text(st.sampled_from("aB-0129 ä"), max_size=8)


def test_numbers_in_keys_count_as_numbers() -> None:
    keys = ["case-2", "case-10", "Case-3", "case-002b", "a", "10", "9", "case-100000000000000000000"]
    assert sorted(keys, key=natural) == [
        *("9", "10", "a", "case-2", "case-002b", "Case-3", "case-10", "case-100000000000000000000"),
    ]


@given(st.integers(0, 10**30), st.integers(0, 10**30), KEYS)
def test_any_two_numbers_behind_the_same_word_are_in_their_own_order(a: int, b: int, word: str) -> None:
    word = word.rstrip("0129")
    assert (natural(f"{word}{a}") < natural(f"{word}{b}")) is (a < b)


@given(KEYS, KEYS)
def test_only_the_same_key_is_in_the_same_place(a: str, b: str) -> None:
    assert (natural(a) == natural(b)) is (a == b)
