"""The chance of being right, from what tells right verdicts from wrong ones."""

from __future__ import annotations

import math

import pytest

from reviewer.classify.confidence import WITHHELD, Signs, chance, kind_of, withheld
from reviewer.core.decisions import Engagement

SIGNS = Signs(level=0.8, segments=0.5, openings=0.9, beside=0.999999, tokens=math.e - 1)


def test_the_chance_is_a_logistic_form_in_bounded_log_odds() -> None:
    assert chance(SIGNS.numbers(), [0.5, 1.0, 7.0, 0.0, 0.0, 0.0]) == pytest.approx(
        1 / (1 + math.exp(-0.5) / 4), abs=5e-4
    )
    assert chance(SIGNS.numbers(), [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]) == 0.999
    assert chance(SIGNS.numbers(), [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]) == pytest.approx(1 / (1 + math.exp(-1)), abs=5e-4)


def test_a_number_of_weights_that_does_not_fit_is_told() -> None:
    with pytest.raises(ValueError, match="zip"):
        chance(SIGNS.numbers(), [1.0])


@pytest.mark.parametrize(
    ("engagement", "silent", "caveat", "asks", "kind"),
    [
        (Engagement.FULL, False, False, True, "full"),
        (Engagement.FULL, False, True, False, "full with caveat"),
        (Engagement.PARTIAL, False, True, False, "partial"),
        (Engagement.PARTIAL, True, True, False, WITHHELD),
        (Engagement.PARTIAL, True, False, True, "asks"),
        (Engagement.NONE, False, True, False, "none"),
        (Engagement.NONE, False, False, True, "asks"),
    ],
)
def test_each_kind_of_verdict_has_a_name(
    engagement: Engagement, *, silent: bool, caveat: bool, asks: bool, kind: str
) -> None:
    assert kind_of(engagement, silent=silent, caveat=caveat, asks=asks) == kind


def test_a_refusal_withholds_openly() -> None:
    assert not withheld(Engagement.NONE, 0.99, 0.1, tokens=60, alone=True)
    assert withheld(Engagement.FULL, 0.99, 0.1, tokens=60, alone=True)
    assert not withheld(Engagement.FULL, 0.1, 0.1, tokens=60, alone=True)
