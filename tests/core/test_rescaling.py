"""Going over to another scale: labels, bands, and words that were said on a former one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE, SCALE_PRESETS, ActionId, ActionScale, preset_named
from reviewer.core.bands import Band, checked_band
from reviewer.core.errors import InputError
from reviewer.core.rescaling import (
    ActionUse,
    Readings,
    Rescaling,
    ScaleUse,
    Step,
    back_answers,
    outcome,
    parse_answers,
    same_answers,
    scale_name,
)
from tests.core.strategies import PROPERTY, labelled
from tests.support.builders import ANSWER, CAVEAT, CLARIFY, REFUSE, SAFE_PART, scale_of

SIX, AGENT = preset_named("six").scale, preset_named("agent").scale
PARTIAL = ActionId("partial_answer")
TO_SIX = Rescaling(DEFAULT_SCALE, SIX, same_answers(DEFAULT_SCALE, SIX))
TO_FIVE = Rescaling(SIX, DEFAULT_SCALE, {**same_answers(SIX, DEFAULT_SCALE), PARTIAL: SAFE_PART})
TO_AGENT_FROM_SIX = Rescaling(
    SIX, AGENT, dict(zip(SIX.ids, [*AGENT.ids[:3], *AGENT.ids[3:4] * 2, AGENT.ids[4]], strict=True))
)
TO_AGENT = Rescaling(DEFAULT_SCALE, AGENT, dict(zip(DEFAULT_SCALE.ids, AGENT.ids, strict=True)))


def test_an_action_that_is_on_both_scales_need_not_be_asked_about() -> None:
    assert same_answers(DEFAULT_SCALE, SIX) == {action: action for action in DEFAULT_SCALE.ids}
    assert PARTIAL not in same_answers(SIX, DEFAULT_SCALE)
    assert same_answers(DEFAULT_SCALE, AGENT) == {}


def test_every_action_of_the_old_scale_must_be_answered() -> None:
    with pytest.raises(InputError, match="what becomes of partial_answer") as caught:
        Rescaling(SIX, DEFAULT_SCALE, same_answers(SIX, DEFAULT_SCALE))
    assert "answer_safe_interpretation_only" in caught.value.remedy
    with pytest.raises(InputError, match="not on the scale"):
        Rescaling(SIX, DEFAULT_SCALE, {**same_answers(SIX, DEFAULT_SCALE), PARTIAL: PARTIAL})
    with pytest.raises(InputError, match="that scale already"):
        Rescaling(SIX, SIX, same_answers(SIX, SIX))


def test_answers_are_read_by_id_name_short_name_or_number() -> None:
    found = parse_answers(["partial=safe part", "6 = 5", "Clarify=?"], SIX, DEFAULT_SCALE)
    assert found == {
        ANSWER: ANSWER,
        CAVEAT: CAVEAT,
        CLARIFY: None,
        PARTIAL: SAFE_PART,
        SAFE_PART: SAFE_PART,
        REFUSE: REFUSE,
    }
    for wrong in ("partial", "=answer", "partial="):
        with pytest.raises(InputError, match="OLD=NEW"):
            parse_answers([wrong], SIX, DEFAULT_SCALE)


def test_what_now_lies_between_the_label_and_an_acceptable_action_is_acceptable() -> None:
    change = TO_SIX.band(CLARIFY, {CAVEAT: 0.5, SAFE_PART: 0.25})
    assert change.band == {CAVEAT: 0.5, PARTIAL: 0.25, SAFE_PART: 0.25}
    assert change.widened
    assert not change.narrowed
    assert TO_SIX.band(CAVEAT, {ANSWER: 0.5, CLARIFY: 0.5}) == ({ANSWER: 0.5, CLARIFY: 0.5}, False, False)


def test_where_two_entries_meet_the_larger_credit_counts_and_the_labels_own_goes() -> None:
    assert TO_FIVE.band(CLARIFY, {PARTIAL: 0.5, SAFE_PART: 0.25}).band == {SAFE_PART: 0.5}
    assert TO_FIVE.band(SAFE_PART, {CLARIFY: 0.25, PARTIAL: 0.5}).band == {CLARIFY: 0.25}


def test_an_entry_that_nobody_can_place_is_lost_and_said_so() -> None:
    asked = Rescaling(DEFAULT_SCALE, SIX, {**TO_SIX.answers, SAFE_PART: None})
    assert asked.band(REFUSE, {SAFE_PART: 0.5}) == ({}, False, True)
    assert asked.band(SAFE_PART, {REFUSE: 0.5}) == ({}, False, True)
    assert asked.action(SAFE_PART) is None


def test_credit_does_not_rise_with_distance_on_a_scale_of_another_order() -> None:
    turned = ActionScale(DEFAULT_SCALE.actions[::-1] + SIX.actions[3:4])
    change = Rescaling(DEFAULT_SCALE, turned, same_answers(DEFAULT_SCALE, turned)).band(CAVEAT, {CLARIFY: 0.5})
    assert change.band == {CLARIFY: 0.5}
    swapped = ActionScale(tuple(DEFAULT_SCALE.actions[i] for i in (0, 2, 1, 3, 4)))
    change = Rescaling(DEFAULT_SCALE, swapped, same_answers(DEFAULT_SCALE, swapped)).band(
        ANSWER, {CAVEAT: 0.75, CLARIFY: 0.25}
    )
    assert change == ({CLARIFY: 0.25, CAVEAT: 0.25}, False, True)


def test_actions_that_meet_are_named() -> None:
    assert TO_FIVE.joined == (SAFE_PART,)
    assert TO_SIX.joined == ()


def test_a_word_goes_through_every_step_since_it_was_said() -> None:
    readings = Readings([Step(TO_SIX), Step(TO_FIVE), Step(TO_AGENT)])
    assert readings.of(PARTIAL, SIX.hash) == "do_the_safe_part"
    assert readings.of(REFUSE, DEFAULT_SCALE.hash) == "decline"
    assert readings.of(ActionId("act"), AGENT.hash) == "act"
    assert readings.of(None, SIX.hash) is None


def test_a_word_said_on_the_scale_that_has_come_back_stands_as_it_was_said() -> None:
    asked = Rescaling(DEFAULT_SCALE, SIX, {**TO_SIX.answers, SAFE_PART: None})
    assert Readings([Step(asked)]).of(SAFE_PART, DEFAULT_SCALE.hash) is None
    assert Readings([Step(asked), Step(TO_FIVE)]).of(SAFE_PART, DEFAULT_SCALE.hash) == SAFE_PART
    assert Readings([Step(asked), Step(TO_FIVE)]).of(PARTIAL, SIX.hash) == SAFE_PART
    assert not Readings()
    assert Readings().of(REFUSE, DEFAULT_SCALE.hash) == REFUSE


def test_a_scale_is_named_by_its_preset() -> None:
    assert [scale_name(preset.scale) for preset in SCALE_PRESETS] == ["five", "six", "agent"]
    assert scale_name(scale_of(3)) == "a scale of 3"


@PROPERTY
@given(labelled())
def test_there_and_back_keeps_label_and_band_where_each_action_has_its_own(
    given_label: tuple[ActionScale, ActionId, Band],
) -> None:
    old, label, band = given_label
    new = ActionScale.from_json([f"b{rank}" for rank in range(len(old))])
    there = Rescaling(old, new, dict(zip(old.ids, new.ids, strict=True)))
    back = Rescaling(new, old, dict(zip(new.ids, old.ids, strict=True)))
    moved = there.action(label)
    assert moved is not None
    change = there.band(label, band)
    assert back.action(moved) == label
    assert back.band(moved, change.band) == (band, False, False)


@PROPERTY
@given(st.data(), labelled(), st.integers(2, 9))
def test_any_answers_leave_a_band_that_may_stand(
    data: st.DataObject, given_label: tuple[ActionScale, ActionId, Band], size: int
) -> None:
    old, label, band = given_label
    new = ActionScale.from_json([f"b{rank}" for rank in range(size)])
    answers = {action: data.draw(st.sampled_from([None, *new.ids])) for action in old.ids}
    rescaling = Rescaling(old, new, answers)
    centre, change = rescaling.action(label), rescaling.band(label, band)
    if centre is None:
        assert not change.band
    else:
        assert checked_band(centre, change.band, new) == change.band
        kept = {answers[action] for action in band} - {None, centre}
        assert kept <= set(change.band)


def test_a_verdict_and_a_label_are_on_the_scale_of_when_they_were_made() -> None:
    readings = Readings([Step(TO_SIX, 10, 20), Step(TO_AGENT_FROM_SIX, 15, 25)])
    assert readings.of_verdict(SAFE_PART, 10) == "do_the_safe_part"
    assert readings.of_verdict(PARTIAL, 11) == "do_the_safe_part"
    assert readings.of_verdict(ActionId("act"), 16) == "act"
    assert readings.scale_of_label(20) == DEFAULT_SCALE
    assert readings.scale_of_label(21) == SIX
    assert readings.scale_of_label(26) is None


def test_what_a_rescaling_does_is_counted_before_it_is_done() -> None:
    use = ScaleUse(
        {SAFE_PART: ActionUse(labels=3, decisions=2, verdicts=5), REFUSE: ActionUse(labels=1, verdicts=1)},
        {(CLARIFY, ((SAFE_PART, 0.5),)): 4, (REFUSE, ((SAFE_PART, 0.5),)): 2},
    )
    found = outcome(use, TO_SIX)
    assert (found.labels, found.decisions, found.verdicts) == ((4, 0, 0), (2, 0, 0), (6, 0, 0))
    assert (found.bands_widened, found.bands_narrowed) == (4, 0)
    asked = outcome(use, Rescaling(DEFAULT_SCALE, SIX, {**TO_SIX.answers, SAFE_PART: None, REFUSE: PARTIAL}))
    assert (asked.labels, asked.decisions, asked.verdicts) == ((0, 1, 3), (0, 0, 2), (0, 1, 5))
    assert (asked.bands_widened, asked.bands_narrowed) == (0, 6)


def test_taking_back_asks_only_where_it_is_not_clear_what_was() -> None:
    assert back_answers(TO_AGENT) == dict(zip(AGENT.ids, DEFAULT_SCALE.ids, strict=True))
    assert PARTIAL not in back_answers(TO_SIX)
    assert SAFE_PART in back_answers(TO_SIX)
