"""The swing by slice: the slice that swings is found, no other is, and small ones are told with their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.slice_swings import FEWEST_AT_POLE, SliceSwing
from reviewer.core.scoring.swing import swing, swings
from reviewer.core.scoring.trend import trend
from reviewer.wording.swing import slice_words, too_few_words
from tests.core.test_swing import HOLDING, versions
from tests.support.builders import scale_of

SCALE = scale_of(5)
MEDICAL, OTHER = ("topic", "medical"), ("category", "other")
SWINGING, STEADY = (0.0, 0.8, 0.0, 0.8), (0.0, 0.0, 0.0, 0.0)


def keys(name: str, places: range) -> list[CaseKey]:
    return [CaseKey(f"{name}-{place:03}") for place in places]


def sides(dials: Mapping[str, Sequence[float]], n: int = 150) -> list[list[Observation]]:
    """Four versions over 2n cases of each name, those of even number labelled answer."""
    found: list[list[Observation]] = [[], [], [], []]
    for name, own in dials.items():
        cases = versions(own, n)
        for side, shares in zip(found, cases.shares, strict=True):
            for key, pole, rank in zip(keys(name, range(2 * n)), cases.pole, shares.argmax(axis=1), strict=True):
                final = FinalAction(SCALE.ids[rank], FinalSource.RULES)
                side.append(Observation(key, SCALE.ids[4 if pole else 0], final))
    return found


def by_slice(dials: Mapping[str, Sequence[float]]) -> dict[tuple[str, str], SliceSwing]:
    slices = {MEDICAL: keys("medical", range(300)), OTHER: keys("other", range(300))}
    return {(each.by, each.value): each for each in trend(sides(dials), SCALE, slices=slices).by_slice}


@pytest.mark.parametrize(
    ("medical", "other", "swing_in"),
    [(SWINGING, STEADY, {MEDICAL}), (STEADY, STEADY, set()), (SWINGING, SWINGING, {MEDICAL, OTHER})],
)
def test_only_the_slices_that_swing_are_said_to(
    medical: Sequence[float], other: Sequence[float], swing_in: set[tuple[str, str]]
) -> None:
    found = by_slice({"medical": medical, "other": other})
    assert {name for name, each in found.items() if each.swing and each.swing.oscillates} == swing_in
    for name, each in found.items():
        assert (each.n, each.n_refuse, each.n_answer) == (300, 150, 150)
        assert slice_words(each.swing).startswith("swings: ") == (name in swing_in)


def test_a_slice_of_all_cases_is_told_as_all_cases_are() -> None:
    made = sides({"medical": SWINGING}, 40)
    found = trend(made, SCALE, slices={MEDICAL: keys("medical", range(80))})
    assert found.by_slice[0].swing == found.swing


@pytest.mark.parametrize("at_pole", [FEWEST_AT_POLE - 1, FEWEST_AT_POLE])
def test_a_slice_with_too_few_cases_at_a_pole_is_listed_with_its_counts(at_pole: int) -> None:
    """At the even places are the cases labelled answer; the slice has all of them."""
    chosen = [*keys("other", range(0, 300, 2)), *keys("other", range(1, 2 * at_pole, 2)), CaseKey("not there")]
    found = trend(sides({"other": SWINGING}), SCALE, slices={OTHER: chosen}).by_slice
    assert (found[0].n, found[0].n_refuse, found[0].n_answer) == (150 + at_pole, at_pole, 150)
    assert (found[0].swing is None) == (at_pole < FEWEST_AT_POLE)
    assert any(f"other {at_pole} + 150" in line for line in too_few_words(found)) == (at_pole < FEWEST_AT_POLE)


def test_among_more_slices_every_p_of_a_step_is_larger() -> None:
    own, steady = versions((0, 0.3, 0, 0.3), 100), versions(STEADY, 100)
    alone, among = swing(own, HOLDING), swings([own, steady, steady], HOLDING)[0]
    for one, other in zip(alone.steps, among.steps, strict=True):
        assert other.dial == one.dial
        assert (other.reversal_p or 1) >= (one.reversal_p or 1)
    assert [step.reversal_p for step in among.steps] != [step.reversal_p for step in alone.steps]


def test_of_one_label_no_slice_is_told() -> None:
    made = [[each for each in side if each.label == SCALE.ids[0]] for side in sides({"other": STEADY}, 20)]
    assert trend(made, SCALE, slices={OTHER: keys("other", range(40))}).by_slice == ()
