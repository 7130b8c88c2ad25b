from __future__ import annotations

import pytest

from reviewer.wording.plural import counted, noun


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 responses"), (1, "1 response"), (2, "2 responses"), (12_345, "12,345 responses")]
)
def test_a_number_takes_its_noun(number: int, said: str) -> None:
    assert counted(number, "response") == said


def test_a_plural_that_takes_more_than_an_s_is_given() -> None:
    assert counted(3, "retry", "retries") == "3 retries"
    assert [noun(steps, "step") for steps in (-1, 1, -2)] == ["step", "step", "steps"]
