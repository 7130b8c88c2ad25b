"""Which of a run's decisions are a random sample of it, and with what probability each was drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TypeAlias

import numpy as np

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.cases import Floats, Ints, ranks
from reviewer.core.scoring.correction import Reviewed, correct
from reviewer.core.scoring.credit import Observation, credit
from reviewer.core.scoring.score import Correction

Plan: TypeAlias = Mapping[tuple[CaseKey, int], tuple[int, float]]
"""(case, repeat) → its place in the review plan and its inclusion probability there."""

_ROUNDS = 50


def corrected_score(
    observations: Iterable[Observation], scale: ActionScale, bands: BandChoice, plan: Plan
) -> Correction:
    """The corrected score of a run as far as its plan was worked, or the reason why there is none.

    Where everything is decided it is the mean of the decisions. Else the plan's responses count up to the first that
    nobody has looked at: a sample of each label with known probabilities. Decisions further on were picked by hand and
    change the patched score only. Unscored responses that nobody decided are left out, as in every mean.
    """
    given = list(observations)
    items = sorted((o for o in given if o.automatic or _is_decided(o)), key=attrgetter("case", "repeat"))
    if not any(_is_decided(o) for o in items):
        return Correction(reason="nobody has decided a response yet")
    if {o.label for o in given} != {o.label for o in items}:
        return Correction(reason="a labelled action has no scored response")
    drawn = _Drawn(tuple(items), ranks((o.label for o in items), scale))
    if not all(_is_decided(o) for o in items):
        frame = [place for place, o in enumerate(items) if o.automatic]
        if not plan:
            return Correction(reason="no random sample was drawn for review")
        if any((items[place].case, items[place].repeat) not in plan for place in frame):
            return Correction(reason="responses came after the sample was drawn; draw another")
        drawn = replace(drawn, inclusion=_inclusion(drawn, frame, plan))
    found = correct(drawn.reviewed(scale, bands))
    if found.missing:
        names = ", ".join(scale[drawn.labels(scale)[number]].name for number in found.missing)
        return replace(found, reason=f"too few of the random sample are decided for: {names}")
    return found


@dataclass(frozen=True)
class _Drawn:
    """Responses in case order, their labels' ranks and inclusion probabilities, by default 1."""

    items: Sequence[Observation]
    label: Ints
    inclusion: Floats | None = None

    def labels(self, scale: ActionScale) -> list[ActionId]:
        """The labels that occur, by rank."""
        return [scale.ids[rank] for rank in np.unique(self.label).tolist()]

    def reviewed(self, scale: ActionScale, bands: BandChoice) -> Reviewed:
        counted = {
            key: bands.band(key[0], dict(key[1]), scale)
            for key in {(o.label, tuple(o.band.items())) for o in self.items}
        }
        own = [counted[o.label, tuple(o.band.items())] for o in self.items]
        pairs = list(zip(self.items, own, strict=True))
        verdict = [credit(o.label, band, o.automatic) if o.automatic else 0.0 for o, band in pairs]
        decision = [
            credit(o.label, band, o.final.action) if o.reviewed and o.final.action else np.nan for o, band in pairs
        ]
        return Reviewed(
            label=_numbered(self.label.tolist()),
            case=_numbered([o.case for o in self.items]),
            cluster=_numbered([f"pair {o.pair}" if o.pair else f"case {o.case}" for o in self.items]),
            verdict=np.array(verdict),
            decision=np.array(decision),
            inclusion=np.ones(len(self.items)) if self.inclusion is None else self.inclusion,
        )


def _is_decided(o: Observation) -> bool:
    return o.reviewed and o.final.action is not None


def _numbered(values: Sequence[object]) -> Ints:
    """Numbers from 0 without gaps, in ascending order of the values."""
    return np.asarray(np.unique(np.array(values, dtype=object), return_inverse=True)[1])


def _inclusion(drawn: _Drawn, frame: Sequence[int], plan: Plan) -> Floats:
    """π of the responses worked in the plan's order, 1 of the unscored ones that were decided, NaN of the others."""
    items = drawn.items
    order = sorted(frame, key=lambda place: plan[items[place].case, items[place].repeat][0])
    worked = next((at for at, place in enumerate(order) if not items[place].reviewed), len(order))
    found = np.where([o.automatic is None for o in items], 1.0, np.nan)
    for label in np.unique(drawn.label).tolist():
        own = [place for place in frame if drawn.label[place] == label]
        sampled = [place for place in order[:worked] if drawn.label[place] == label and _is_decided(items[place])]
        if own and sampled:
            sizes = np.array([plan[items[place].case, items[place].repeat][1] for place in own])
            probability = dict(zip(own, inclusion_probabilities(sizes, len(sampled)).tolist(), strict=True))
            found[sampled] = [probability[place] for place in sampled]
    return np.asarray(found)


def inclusion_probabilities(sizes: Floats, n: int) -> Floats:
    """In proportion to `sizes` > 0, at most 1, with sum n; of a sample of n in the order of uniform number / size.

    Source: Ohlsson 1998, Journal of Official Statistics 14, 149-162 (sequential Poisson sampling).
    """
    if n >= len(sizes):
        return np.ones(len(sizes))
    capped = np.zeros(len(sizes), dtype=bool)
    found = np.array(sizes, dtype=np.float64)
    for _ in range(_ROUNDS):
        found = np.where(capped, 1.0, sizes * (n - capped.sum()) / sizes[~capped].sum())
        if not (found > 1).any():
            break
        capped |= found >= 1
    return np.minimum(found, 1.0)
