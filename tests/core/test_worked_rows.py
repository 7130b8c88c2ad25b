"""The rows that the dense modules work out in their own words are right."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from reviewer.classify import features
from reviewer.core.scoring import movement, resampling


@pytest.mark.parametrize("module", [features, movement, resampling], ids=lambda module: str(module.__name__))
def test_a_worked_row_is_what_the_module_computes(module: ModuleType) -> None:
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert not done.failed
