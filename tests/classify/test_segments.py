"""Segments of a response: nothing lost, nothing twice, and what each looks like."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from reviewer.classify.folding import READ_CHARACTERS, TAIL_CHARACTERS, fold, windows
from reviewer.classify.segments import Segment, Shape, segments
from tests.classify.test_rules_any_text import TEXTS


def segments_of(text: str) -> list[Segment]:
    return [segment for window in windows(text) for segment in segments(window)]


def shapes_of(text: str) -> list[tuple[Shape, str]]:
    return [(segment.shape, text[segment.start : segment.end]) for segment in segments_of(text)]


@given(text=TEXTS)
@example(text="```\n```")
@example(text="<think>a</think>\n```\nb")
@example(text="\x1cA. \x85B")
def test_segments_are_ordered_disjoint_and_hold_every_character_that_is_not_blank(text: str) -> None:
    left = text
    end = 0
    for segment in segments_of(text):
        assert end <= segment.start < segment.end <= len(text)
        assert segment.folded == fold(text)[segment.start : segment.end]
        assert segment.folded == segment.folded.strip()
        left = left[: segment.start] + " " * (segment.end - segment.start) + left[segment.end :]
        end = segment.end
    assert not left.strip()


@given(text=TEXTS)
def test_folding_keeps_every_code_point_in_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


def test_curly_apostrophes_and_hard_spaces_are_folded() -> None:
    assert fold("I CAN\u2019T\u00a0HELP") == "i can't help"


@given(unit=st.text(st.characters(), min_size=1, max_size=9), length=st.integers(READ_CHARACTERS + 1, 60_000))
def test_of_a_very_long_text_the_head_and_the_tail_are_read(unit: str, length: int) -> None:
    text = (unit * (length // len(unit) + 1))[:length]
    head, tail = windows(text)
    assert (head.offset, head.text) == (0, text[: READ_CHARACTERS - TAIL_CHARACTERS])
    assert (tail.offset, tail.text) == (length - TAIL_CHARACTERS, text[-TAIL_CHARACTERS:])


def test_a_text_that_fits_is_read_whole() -> None:
    (window,) = windows("a" * READ_CHARACTERS)
    assert (window.offset, len(window.text)) == (0, READ_CHARACTERS)


def test_prose_is_cut_into_sentences_but_not_at_abbreviations() -> None:
    assert shapes_of("Dr. Lind came, e.g. by boat, at five. Was he late? No!") == [
        (Shape.SENTENCE, "Dr. Lind came, e.g. by boat, at five."),
        (Shape.SENTENCE, "Was he late?"),
        (Shape.SENTENCE, "No!"),
    ]


def test_chinese_sentences_end_without_a_space() -> None:
    assert shapes_of("好的。我来说明！可以吗？") == [
        (Shape.SENTENCE, "好的。"),
        (Shape.SENTENCE, "我来说明！"),
        (Shape.SENTENCE, "可以吗？"),
    ]


def test_headings_items_and_quotations_are_told_apart() -> None:
    assert shapes_of("# Plan\n- First\n2. Second\n> They said no.\n**Notes**\nDone.") == [
        (Shape.HEADING, "# Plan"),
        (Shape.ITEM, "- First"),
        (Shape.ITEM, "2. Second"),
        (Shape.QUOTE, "> They said no."),
        (Shape.HEADING, "**Notes**"),
        (Shape.SENTENCE, "Done."),
    ]


def test_a_block_of_code_is_one_segment_closed_or_not() -> None:
    assert shapes_of("Run it:\n\n```sh\nls. -l\n\nps\n```\nDone.") == [
        (Shape.SENTENCE, "Run it:"),
        (Shape.CODE, "```sh\nls. -l\n\nps\n```"),
        (Shape.SENTENCE, "Done."),
    ]
    assert shapes_of("Run it:\n```sh\nls. -l\n\nps") == [
        (Shape.SENTENCE, "Run it:"),
        (Shape.CODE, "```sh\nls. -l\n\nps"),
    ]
