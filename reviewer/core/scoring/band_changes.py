"""What the change of the balanced score is under each choice of tolerance bands, with the headline's paired limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reviewer.core.bands import BandChoice
from reviewer.core.scoring.cases import Floats
from reviewer.core.scoring.excuses import earned_under
from reviewer.core.scoring.paired import Difference, PairedCases, weighted_difference
from reviewer.core.scoring.resampling import LabelMeans

_SAME = 1e-12


@dataclass(frozen=True)
class ChangeUnder:
    """Second version less first of the balanced score with these bands; None where nothing can be compared."""

    bands: BandChoice
    change: Difference | None


def changes_under(
    cases: PairedCases, choices: Sequence[BandChoice], headline: Difference | None
) -> tuple[ChangeUnder, ...]:
    """In the order of `choices`. `headline` is the change of the balanced score of `cases`, None where there is none.

    Where bands give every compared case the credit that the headline counted, its change stands; the others share one
    bootstrap's draws.
    """
    if headline is None:
        return tuple(ChangeUnder(choice, None) for choice in choices)
    own = _credits(cases, None)
    earned = [_credits(cases, choice) for choice in choices]
    others = [each for each in earned if not _are_same(each, own)]
    means = LabelMeans(cases.sample, np.concatenate(others, axis=1)) if others else None
    found, place = [], 0
    for each in earned:
        if means is None or _are_same(each, own):
            found.append(headline)
            continue
        found.append(_change(means, place))
        place += 2
    return tuple(ChangeUnder(choice, change) for choice, change in zip(choices, found, strict=True))


def _credits(cases: PairedCases, choice: BandChoice | None) -> Floats:
    """(n, 2) what each case earned in either version, with the bands that it was scored with by default."""
    columns = (side.credit if choice is None else earned_under(side, choice) for side in (cases.a, cases.b))
    return np.stack(list(columns), axis=1)


def _are_same(one: Floats, other: Floats) -> bool:
    return bool(np.abs(one - other).max(initial=0.0) < _SAME)


def _change(means: LabelMeans, at: int) -> Difference:
    """Of the figures in columns `at` and the one after it."""
    own = means.sample.balanced()
    weights = np.zeros((means.values.shape[1], len(own)))
    weights[at], weights[at + 1] = -own, own
    return weighted_difference(means, weights, bootstrap=True)
