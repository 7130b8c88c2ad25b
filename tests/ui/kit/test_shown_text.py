"""Whatever stands in the place of characters, each of the original is found again, and nothing else is copied."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewer.ui.kit.shown_text import BLANK_LINES, PIECE, ShownText, Swap, Swapped, units

HOSTILE = st.text(st.sampled_from("\r\n\x00\x85\ud800\ufdd0\u202e\u200b\u200d\U000e0041\U000e0042a·🙂אé`\t "))


@given(st.one_of(st.text(), HOSTILE))
def test_every_place_is_found_again(text: str) -> None:
    shown = ShownText(text)
    for place in range(len(text) + 1):
        back = shown.original_place(shown.document_place(place))
        in_a_mark = any(swap.start < place < swap.end for swap in shown.swaps) and back <= place
        between_pair = text[place - 1 : place + 1] == "\r\n"
        assert back == place or in_a_mark or between_pair or "\r" in text


@given(st.one_of(st.text(), HOSTILE), st.data())
def test_a_copy_is_a_part_of_the_original_and_all_of_it_is_the_original(text: str, data: st.DataObject) -> None:
    shown = ShownText(text)
    length = units(shown.shown)
    assert shown.part(0, length) == text
    low, high = sorted((data.draw(st.integers(0, length)), data.draw(st.integers(0, length))))
    assert shown.part(low, high) in text


@given(st.one_of(st.text(), HOSTILE))
def test_nothing_is_hidden_or_breaks_the_document(text: str) -> None:
    shown = ShownText(text).shown
    assert not set(shown) & set("\x00\x85\r\u2028\u2029\ufdd0\ufdd1\u202a\u202b\u202c\u202d\u202e\u200b\U000e0041")


def test_positions_count_utf16_units() -> None:
    text = "🙂🙂\r\nSorry, \x00no"
    shown = ShownText(text)
    assert shown.shown == "🙂🙂\nSorry, ⟨NUL⟩no"
    assert shown.document_place(text.index("Sorry")) == 5
    assert shown.document_place(text.index("no")) == 5 + len("Sorry, ⟨NUL⟩")
    assert shown.part(5, 10) == "Sorry"
    assert shown.part(2, 10) == "🙂\r\nSorry"


def test_marks_in_lines_that_run_both_ways_reorder_nothing() -> None:
    assert ShownText("שלום \u202eabc").shown == "שלום \u2068⟨RLO⟩\u2069abc"
    assert ShownText("peace \u202eabc").shown == "peace ⟨RLO⟩abc"


def test_a_line_is_cut_between_sentences_and_never_in_a_character() -> None:
    text = "This is a sentence. " * 1_000
    pieces = ShownText(text).shown.split("\n")
    assert all(len(piece) <= PIECE for piece in pieces)
    assert all(piece.endswith(". ") for piece in pieces)
    family = "👩\u200d👩\u200d👧" * 2_000
    assert all(piece[0] == "👩" and piece[-1] == "👧" for piece in ShownText(family).shown.split("\n")[:-1])


def test_many_blank_lines_are_one_that_says_how_many() -> None:
    n = BLANK_LINES + 23
    text = "top\n" + " \n" * n + "end"
    shown = ShownText(text)
    assert shown.shown == f"top\n⟨{n} blank lines⟩\nend"
    assert ShownText(text, opened=[4]).shown == text
    few = "top\n" + "\n" * (BLANK_LINES - 1) + "end"
    assert ShownText(few).shown == few


def test_what_is_folded_is_copied_whole() -> None:
    text = "User:\nOne\u200b\r\ntwo\n\nAssistant:\nThree"
    fold = Swap(6, text.index("two") + 3, "⟨2 lines folded⟩", Swapped.FOLD)
    shown = ShownText(text, [fold])
    assert shown.shown == "User:\n⟨2 lines folded⟩\n\nAssistant:\nThree"
    assert shown.part(0, units(shown.shown)) == text
    assert shown.shown[shown.document_place(text.index("Three")) :] == "Three"


def test_code_is_known_by_its_fences() -> None:
    text = "Say\n```py\nprint(1)\n```\nmore\n~~~\nopen"
    shown = ShownText(text)
    lines = text.split("\n")
    starts = [len("\n".join(lines[:at])) + (at > 0) for at in range(len(lines))]
    assert [shown.is_code(start) for start in starts] == [False, True, True, True, False, True, True]
