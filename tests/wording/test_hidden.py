"""What nobody sees is named; what writing needs is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.wording.hidden import MANY, hidden_columns, hidden_in
from reviewer.wording.hidden_at_once import hidden_at_once


def marks(text: str) -> list[str]:
    return [each.mark for each in hidden_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u202eb\u202c", ["⟨RLO⟩", "⟨PDF⟩"]),
        ("bo\u200bmb", ["⟨ZWSP⟩"]),
        ("\ufeffhello", ["⟨BOM⟩"]),
        ("soft\u00adhyphen", ["⟨SHY⟩"]),
        ("\x1b[31mred", ["⟨ESC⟩"]),
        ("\x00\x9b\x7f", ["⟨NUL⟩", "⟨CSI⟩", "⟨DEL⟩"]),
        ("x\U000e0041", ["⟨tag A⟩"]),
        ("x\U000e0069\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065", ["⟨tag ignore⟩"]),
        ("x\U000e0001\U000e0041\U000e007f", ["⟨tag [begin]A[end]⟩"]),
        ("a" + "\u200b" * 1200, ["⟨ZWSP ×1,200⟩"]),
        ("a\ud800", ["⟨U+D800⟩"]),
        ("word\ufe0f", ["⟨VS16⟩"]),
        ("😀\U000e0101\U000e0102", ["⟨VS18⟩", "⟨VS19⟩"]),
        ("a\u200db, a\u200cb", ["⟨ZWJ⟩", "⟨ZWNJ⟩"]),
        ("left\u200fright", ["⟨RLM⟩"]),
        ("a\u3164b", ["⟨HF⟩"]),
    ],
)
def test_hidden_characters_are_named(text: str, expected: list[str]) -> None:
    assert marks(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d👩\u200d👧 and ❤\ufe0f\u200d🔥 and 1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",
        "क\u094d\u200dष",
        "שלום (a)\u200f!",
        "葛\U000e0100城",
        "tab\tline\nline e\u0301",
    ],
)
def test_what_emoji_and_scripts_need_stays(text: str) -> None:
    assert marks(text) == []


def test_words_behind_a_flag_are_not_part_of_it() -> None:
    england = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert marks(f"{england}\U000e0068\U000e0069") == ["⟨tag hi⟩"]


@given(st.text(st.one_of(st.characters(), st.sampled_from("\u200b\u200d\u202e\U000e0041\ufe0f\u200fא👩"))))
def test_marks_lie_in_order_and_cover_every_override(text: str) -> None:
    found = list(hidden_in(text))
    ends = [0, *(each.end for each in found)]
    assert all(end <= each.start < each.end for end, each in zip(ends, found, strict=False))
    covered = {place for each in found for place in range(each.start, each.end)}
    assert {place for place, each in enumerate(text) if each in "\u202a\u202e\u2066\u200b\x1b"} <= covered


@given(st.text("ab\n\u200b\u202e\x00\x1b\ud800\ufeff\u00ad\U000e0080é\u4e00", min_size=1, max_size=30))
def test_very_many_are_found_at_once_as_one_by_one(text: str) -> None:
    text = f"{text}a\u200b" * MANY
    assert hidden_columns(text, hidden_at_once) == hidden_columns(text)


@pytest.mark.parametrize("needed", ["\u200e", "\u200d", "\ufe0f", "\U000e0041"])
def test_what_depends_on_its_neighbours_is_never_found_at_once(needed: str) -> None:
    text = f"\u200bא{needed}" * (MANY + 1)
    assert hidden_columns(text, hidden_at_once) == hidden_columns(text)
