from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.wording.plain_text import isolated, names_apart, plain_text, preview, public_address


@given(st.text())
def test_plain_text_can_always_be_written(text: str) -> None:
    plain_text(text).encode("utf-8")


@given(st.text(), st.integers(1, 300))
def test_preview_is_one_short_line(text: str, characters: int) -> None:
    shown = preview(text, characters)
    assert len(shown) <= characters
    assert "\n" not in shown


def test_right_to_left_text_keeps_its_marks() -> None:
    assert plain_text("שלום\u200f") == "שלום\u200f"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://user:secret@host.example:8443/v1?key=secret#secret", "https://host.example:8443/v1"),
        ("http://[::1]:80/v1", "http://[::1]:80/v1"),
        ("http://host:port/", ""),
        ("", ""),
    ],
)
def test_addresses_show_no_secret(address: str, shown: str) -> None:
    assert public_address(address) == shown


def test_what_nobody_sees_is_shown_in_a_preview_too() -> None:
    assert preview("bo\u200bmb \U000e0041\u00ad") == "bo[U+200B]mb [U+E0041][U+00AD]"
    assert preview("👩\u200d👧 می\u200cخواهم") == "👩\u200d👧 می\u200cخواهم"


def test_right_to_left_words_reorder_nothing_beside_them() -> None:
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert isolated("peace") == "peace"


@given(st.lists(st.text(max_size=60), max_size=5), st.integers(10, 40))
def test_names_beside_each_other_are_short(names: list[str], characters: int) -> None:
    shown = names_apart(names, characters)
    assert len(shown) == len(names)
    assert all(len(each) <= characters for each in shown)


@given(st.text("ab -", max_size=60), st.text("ab", max_size=60), st.text("ab", max_size=60), st.integers(12, 40))
def test_names_that_differ_are_told_apart_wherever_they_do(head: str, one: str, other: str, characters: int) -> None:
    one, other = f"{head}1{one}", f"{head}2{other}"
    first, second = names_apart([one, other], characters)
    assert first != second


def test_of_names_that_begin_alike_the_part_that_differs_is_seen() -> None:
    long = "a run with a name that goes on for rather longer than any list is wide"
    assert names_apart([f"{long}, one", f"{long}, two"], 30) == [
        "a run with…list is wide, one",
        "a run with…list is wide, two",
    ]
    assert names_apart(["1.0", f"{long}, one"], 30) == ["1.0", preview(f"{long}, one", 30)]
