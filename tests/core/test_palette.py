from __future__ import annotations

from itertools import pairwise

import pytest

from reviewer.core.palette import DARK, LIGHT, Theme

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def channels(colour: str) -> tuple[float, float, float]:
    """Linear red, green and blue in [0, 1] (IEC 61966-2-1)."""
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blueness(colour: str) -> float:
    """The blue-yellow axis that people without red or green cones still see."""
    red, green, blue = channels(colour)
    return blue - (red + green) / 2


@BOTH
def test_text_reaches_its_contrast(theme: Theme) -> None:
    for text in (theme.ink, theme.muted):
        assert contrast(text, theme.page) >= 4.5
        assert contrast(text, theme.shade) >= 4.5
    for ramp in theme.ramps.values():
        assert all(contrast(theme.on_action, colour) >= 4.5 for colour in ramp)


@BOTH
def test_marks_reach_their_contrast(theme: Theme) -> None:
    assert contrast(theme.edge, theme.page) >= 3
    for ramp in theme.ramps.values():
        assert all(contrast(colour, surface) >= 3 for colour in ramp for surface in (theme.page, theme.shade))


@BOTH
def test_no_action_weighs_more_than_another(theme: Theme) -> None:
    for ramp in theme.ramps.values():
        levels = [luminance(colour) for colour in ramp]
        assert max(levels) / min(levels) < 1.05


@BOTH
def test_ramp_is_ordered_where_colour_blind_people_see_it(theme: Theme) -> None:
    for n_actions, ramp in theme.ramps.items():
        assert len(ramp) == n_actions
        assert all(blueness(one) < blueness(other) for one, other in pairwise(ramp))


@BOTH
def test_every_scale_has_a_ramp_with_the_same_ends(theme: Theme) -> None:
    assert sorted(theme.ramps) == list(range(2, 10))
    assert len({(ramp[0], ramp[-1]) for ramp in theme.ramps.values()}) == 1
    assert theme.action(0, 5) == theme.ramps[5][0]
