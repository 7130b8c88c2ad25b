"""How figures, limits and p-values are written."""

from __future__ import annotations

import pytest

from reviewer.core.precision import bracketed, limits, p_words


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.06, 0.04, "[−0.06, +0.04]"),
        (-0.0043, 0.0041, "[−0.004, +0.004]"),
        (0.9761, 0.9779, "[+0.976, +0.978]"),
        (-0.00004, 0.00004, "[−0.00004, +0.00004]"),
        (0.0, 0.0, "[0.00, 0.00]"),
        (None, 0.3, "[no bound, +0.30]"),
    ],
)
def test_limits_that_would_be_written_alike_have_the_digits_that_tell_them_apart(
    low: float | None, high: float | None, said: str
) -> None:
    assert bracketed(low, high) == said


def test_points_have_one_digit_as_long_as_that_tells_the_limits_apart() -> None:
    assert limits(-0.004, 0.004, of_share=True) == "[−0.4, +0.4]"
    assert limits(-0.0004, 0.0004, of_share=True) == "[−0.04, +0.04]"


def test_a_p_value_is_never_nothing() -> None:
    assert (p_words(0.00004), p_words(0.00087), p_words(0.5)) == ("< 0.0001", "0.0009", "0.5000")
