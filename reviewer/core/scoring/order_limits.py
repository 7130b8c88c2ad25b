"""Limits of Somers' D and of its change, from the clusters' parts of its error.

D itself is skewed near its ends, so its limits are those of artanh D, whose error is that of D over 1 − D². Both are
widened as if one more cluster of the usual size had differed, and called rough where few tell of it.

Sources: Newson 2006, Stata Journal 6, 309–334 (limits of Somers' D on this scale over clusters); Bonett and Price 2012,
Journal of Educational and Behavioral Statistics 37, 479–488 (widening); Satterthwaite 1946, Biometrics Bulletin 2,
110–114 (degrees of freedom).
"""

from __future__ import annotations

import math

from scipy.special import stdtrit

from reviewer.core.scoring.cases import CaseTable, Floats
from reviewer.core.scoring.discrimination import confusion, somers_d, somers_d_parts
from reviewer.core.scoring.intervals import LEVEL, Limits
from reviewer.core.scoring.resampling import FEW_APART, FEWEST_CLUSTERS, WIDENED
from reviewer.core.scoring.score import SMALL_SAMPLE

_NO_SPREAD = 1e-15


def somers_d_limits(table: CaseTable) -> tuple[Limits, str] | None:
    """Limits and how they were found; None as `somers_d`, and where no cluster tells of an error."""
    value, parts = somers_d(confusion(table)), somers_d_parts(table)
    if value is None or parts is None:
        return None
    half, form = _half(parts, _labels(table), few_tell=True)
    if half == 0 or abs(value) >= 1:
        return None
    middle, reach = math.atanh(value), half / (1 - value * value)
    return (math.tanh(middle - reach), math.tanh(middle + reach)), form


def somers_d_change(first: CaseTable, second: CaseTable) -> tuple[float, Limits, str] | None:
    """Second minus first over the same cases, its limits and how they were found; None as `somers_d`."""
    values = [somers_d(confusion(table)) for table in (first, second)]
    parts = [somers_d_parts(table) for table in (first, second)]
    if values[0] is None or values[1] is None or parts[0] is None or parts[1] is None:
        return None
    value = values[1] - values[0]
    half, form = _half(parts[1] - parts[0], _labels(first))
    if half == 0:
        # no cluster differs in its part of the error: that is no sign of certainty
        return value, (-math.inf, math.inf), form
    return value, (max(value - half, -2.0), min(value + half, 2.0)), form


def _labels(table: CaseTable) -> int:
    return len(set(table.label[table.is_scored].tolist()))


def _half(parts: Floats, labels: int, *, few_tell: bool = False) -> tuple[float, str]:
    """Half the length on Student's t with the widened error of `parts` (G,), and its form; 0 where nothing differs.

    With `few_tell` the degrees of freedom are at most twice the clusters that tell of the error: of 60 cases of one
    label beside 1,000 of another, its few rare outcomes.
    """
    size, squares = len(parts), parts**2
    total = float(squares.sum())
    if total <= _NO_SPREAD or size < 2:
        return 0.0, SMALL_SAMPLE
    effective = total**2 / float(squares @ squares)
    error = math.sqrt(total * size / (size - 1) * (1 + 1 / effective))
    form = SMALL_SAMPLE if effective < FEW_APART or size < FEWEST_CLUSTERS else WIDENED
    degrees = float(max(size - labels, 1))
    if few_tell:
        degrees = min(degrees, max(2 * effective, 1.0))
    return float(stdtrit(degrees, (1 + LEVEL) / 2)) * error, form
