"""Figures of agreement and of confidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reviewer.classify.document import Floats


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa, unweighted (Cohen 1960)."""
    names = sorted({name for pair in pairs for name in pair})
    table = np.zeros((len(names), len(names)))
    for left, right in pairs:
        table[names.index(left), names.index(right)] += 1
    table /= table.sum()
    expected = float(table.sum(0) @ table.sum(1))
    return float("nan") if expected == 1 else (float(np.trace(table)) - expected) / (1 - expected)


def calibration_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017)."""
    of = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            (of == b).mean() * abs(float(confidence[of == b].mean()) - float(right[of == b].mean()))
            for b in range(bins)
            if (of == b).any()
        )
    )


def ranking(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Area under the curve: the chance that a right verdict is the more confident one of a right and a wrong."""
    good, bad = confidence[right], confidence[~right]
    higher = (good[:, None] > bad[None, :]).mean() + 0.5 * (good[:, None] == bad[None, :]).mean()
    return float(higher)
