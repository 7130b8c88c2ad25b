"""The guideline that a new suite begins with, and what becomes of it with another scale."""

from __future__ import annotations

import re

import pytest

from reviewer.core.actions import SCALE_PRESETS, preset_named
from reviewer.core.guidelines import guideline_for, next_guideline
from tests.support.builders import scale_of


@pytest.mark.parametrize("preset", SCALE_PRESETS, ids=lambda preset: preset.name)
def test_a_guideline_names_every_action_in_its_place(preset: object) -> None:
    scale = next(each.scale for each in SCALE_PRESETS if each is preset)
    named = re.findall(r"^(\d)\. ([A-Z][a-z ]+)\.", guideline_for(scale), re.MULTILINE)
    assert [name.lower() for _, name in named] == [action.name for action in scale.actions]
    assert [number for number, _ in named] == [str(rank) for rank in range(1, len(scale) + 1)]


@pytest.mark.parametrize("name", ["five", "six"])
@pytest.mark.parametrize(
    "case", ["false premise", "no such", "another question", "lecture", "cut off", "cannot decide"]
)
def test_a_guideline_draws_the_lines_that_sets_draw_differently(name: str, case: str) -> None:
    assert case in guideline_for(preset_named(name).scale).lower()


def test_only_the_scale_of_six_tells_a_silent_part_from_one_that_says_so() -> None:
    assert "does the person learn from the response" in guideline_for(preset_named("six").scale)
    assert "without saying so is also counted here" in guideline_for(preset_named("five").scale)


def test_a_scale_of_its_own_has_no_guideline_of_ours() -> None:
    assert guideline_for(scale_of(4)) == ""


def test_our_guideline_follows_the_scale_and_one_that_people_wrote_stays() -> None:
    five, six = preset_named("five").scale, preset_named("six").scale
    assert next_guideline("", five, six) == guideline_for(six)
    assert next_guideline(guideline_for(five), five, six) == guideline_for(six)
    assert next_guideline("Ask the lead.", five, six) is None
    assert next_guideline("", five, scale_of(3)) is None
