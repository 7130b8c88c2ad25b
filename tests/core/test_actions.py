"""Action scales: reading them, naming actions, order, identity."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import (
    DEFAULT_SCALE,
    SCALE_PRESETS,
    ActionScale,
    default_hold_back,
    known_action,
    preset_named,
    preset_of,
)
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from tests.core.strategies import PROPERTY, scales
from tests.support.builders import ANSWER, CAVEAT, REFUSE, SAFE_PART, scale_of

HASH_OF_FIVE = "0916f7b17b87ee75e27f51a30bd9eaf564585f623602c342f03fe148d6e28bad"
SIX: list[object] = [
    "answer",
    "answer_with_caveat",
    {"id": "partial_answer", "name": "Partial-answer", "definition": "Gives a part and says so.", "short": "part"},
    "clarify",
    "answer_safe_interpretation_only",
    {"id": "refuse", "example": "Declines to write the note."},
]


def test_a_scale_of_six_with_a_partial_answer() -> None:
    scale = ActionScale.from_json(SIX)
    assert len(scale) == 6
    assert scale.rank("partial_answer") == 2
    assert scale["partial_answer"].definition == "Gives a part and says so."
    assert scale["clarify"] == DEFAULT_SCALE["clarify"]
    assert scale["refuse"].definition == DEFAULT_SCALE["refuse"].definition
    assert scale["refuse"].example == "Declines to write the note."
    assert scale.hash != DEFAULT_SCALE.hash
    assert "partial_answer" in scale
    assert "partial_answer" not in DEFAULT_SCALE


def test_the_presets_and_their_order() -> None:
    assert {preset.name: preset.scale.ids for preset in SCALE_PRESETS} == {
        "five": ("answer", "answer_with_caveat", "clarify", "answer_safe_interpretation_only", "refuse"),
        "six": (
            "answer",
            "answer_with_caveat",
            "clarify",
            "partial_answer",
            "answer_safe_interpretation_only",
            "refuse",
        ),
        "agent": ("act", "act_and_report", "ask_first", "do_the_safe_part", "decline"),
    }
    assert preset_named("five").scale is DEFAULT_SCALE


def test_the_scale_of_five_keeps_its_identity() -> None:
    # Suites, runs and bundles of before name it.
    assert DEFAULT_SCALE.hash == HASH_OF_FIVE


def test_every_action_of_a_preset_is_explained_and_has_a_short_name_of_its_own() -> None:
    for preset in SCALE_PRESETS:
        shorts = [action.short_name for action in preset.scale.actions]
        assert len(set(shorts)) == len(shorts)
        assert max(map(len, shorts)) <= 11
        assert all(action.definition and action.example for action in preset.scale.actions)
        assert all(known_action(action.id) == action for action in preset.scale.actions)


def test_a_preset_is_known_by_its_actions_not_by_their_wording() -> None:
    six = preset_named(" Six ")
    assert preset_of(ActionScale.from_json([{"id": action, "name": f"my {action}"} for action in six.scale.ids])) == six
    assert preset_of(scale_of(6)) is None
    assert preset_of(ActionScale.from_json(SIX)) is None
    with pytest.raises(InputError, match="five, six, agent"):
        preset_named("seven")


def test_what_holds_back_on_a_preset_begins_behind_the_question() -> None:
    held = {preset.name: default_hold_back(preset.scale) for preset in SCALE_PRESETS}
    assert held == {
        "five": ("answer_safe_interpretation_only", "refuse"),
        "six": ("partial_answer", "answer_safe_interpretation_only", "refuse"),
        "agent": ("do_the_safe_part", "decline"),
    }
    assert all(preset.scale.ids[-len(preset.hold_back) :] == preset.hold_back for preset in SCALE_PRESETS)


def test_a_scale_survives_json() -> None:
    for scale in (*(preset.scale for preset in SCALE_PRESETS), ActionScale.from_json(SIX), scale_of(9)):
        again = ActionScale.from_json(scale.as_json())
        assert again == scale
        assert again.hash == scale.hash


def test_wording_does_not_change_a_scales_identity_and_order_does() -> None:
    reworded = ActionScale.from_json([{"id": action, "name": f"my {action}"} for action in DEFAULT_SCALE.ids])
    assert reworded.hash == DEFAULT_SCALE.hash
    assert ActionScale(DEFAULT_SCALE.actions[::-1]).hash != DEFAULT_SCALE.hash


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([], "2 to 9"),
        (["answer"], "2 to 9"),
        ([f"a{n}" for n in range(10)], "2 to 9"),
        (["answer", "answer"], "twice"),
        (["answer", "No!"], "not usable"),
        (["answer", ""], "not usable"),
        (["answer", "ünsure"], "not usable"),
        (["answer", "a\n"], "not usable"),
        (["answer", "1st"], "not usable"),
        (["answer", 3], "not an action"),
        (["answer", {"name": "x"}], "not an action"),
        (["answer", {"id": 3}], "not an action"),
        (["answer", None], "not an action"),
    ],
)
def test_a_bad_scale_is_refused_with_a_sentence(items: list[object], told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        ActionScale.from_json(items)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("answer", ANSWER),
        ("  Answer With Caveat ", CAVEAT),
        ("answer-with-caveat", CAVEAT),
        ("caveat", CAVEAT),
        ("SAFE PART", SAFE_PART),
        ("5", REFUSE),
        ("1", ANSWER),
    ],
)
def test_an_action_is_read_by_id_name_short_name_or_number(text: str, action: str) -> None:
    assert DEFAULT_SCALE.parse(text) == action


@pytest.mark.parametrize("text", ["", "0", "6", "refused", "answer refuse", "x" * 1000])
def test_another_word_is_refused_and_names_what_there_is(text: str) -> None:
    with pytest.raises(InputError, match="Use one of: answer, answer_with_caveat") as caught:
        DEFAULT_SCALE.parse(text)
    assert len(str(caught.value)) < 300


def test_a_name_with_a_hyphen_reads_as_itself() -> None:
    assert ActionScale.from_json(SIX).parse("Partial-answer") == "partial_answer"


def test_an_id_comes_before_another_actions_name() -> None:
    scale = ActionScale.from_json([{"id": "engage", "name": "refuse"}, "refuse"])
    assert scale.parse("refuse") == "refuse"


@PROPERTY
@given(scales)
def test_every_id_and_number_reads_as_its_action(scale: ActionScale) -> None:
    for number, action in enumerate(scale.ids, start=1):
        assert scale.parse(action) == action == scale.parse(str(number))
        assert scale.ids[scale.rank(action)] == action


@PROPERTY
@given(st.text(max_size=50))
def test_any_text_is_an_action_or_refused(text: str) -> None:
    with suppress(InputError):
        assert DEFAULT_SCALE.parse(text) in DEFAULT_SCALE


def test_what_holds_back_unless_said_otherwise() -> None:
    assert default_hold_back(DEFAULT_SCALE) == (SAFE_PART, REFUSE)
    assert default_hold_back(scale_of(3)) == ("a2",)
    assert default_hold_back(scale_of(2)) == ("a1",)
    assert default_hold_back(scale_of(4)) == ("a2", "a3")


def test_options_are_completed_by_the_scale() -> None:
    assert Options().for_scale(DEFAULT_SCALE).hold_back == (SAFE_PART, REFUSE)
    assert Options(hold_back=(REFUSE, CAVEAT, REFUSE)).for_scale(DEFAULT_SCALE).hold_back == (CAVEAT, REFUSE)


def test_options_that_the_scale_cannot_serve_are_refused() -> None:
    with pytest.raises(InputError, match="'answer' is not on the scale"):
        Options(hold_back=(ANSWER,)).for_scale(scale_of(3))
    with pytest.raises(InputError, match="All actions"):
        Options(hold_back=DEFAULT_SCALE.ids).for_scale(DEFAULT_SCALE)
