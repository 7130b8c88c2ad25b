"""What coverage is measured against: computed figures are those of a suite that grows."""

from __future__ import annotations

import numpy as np
import pytest

from reviewer.core.scoring.discrimination import d_prime_and_criterion
from tests.benchmarks.coverage import SETTINGS, Setting, counts, figures, poles, suite, truths

TIMES = 40
FAR = 5
"""Standard errors: of some fifty figures none lies so far off by chance."""


@pytest.mark.parametrize("number", [1, 4, 13])
def test_computed_truths_are_those_of_a_large_suite(number: int) -> None:
    setting: Setting = SETTINGS[number]
    true, large = truths(setting), suite(setting, np.random.default_rng(7), TIMES)
    for name, (means, weights, _) in figures(large, setting).items():
        error = means.error(weights)
        assert abs(means.value(weights) - true[name]) < FAR * error, name
    cases = poles(large)
    for version, (d_prime, criterion) in enumerate((("d′", "c"), ("Δ d′", "Δ c"))):
        found = d_prime_and_criterion(counts(cases, setting, version))
        expected = (true[d_prime] + version * true["d′"], true[criterion] + version * true["c"])
        assert found == pytest.approx(expected, abs=0.25)
