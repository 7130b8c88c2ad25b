"""The corrected score while a run is being reviewed: kept as columns, so that one more decision costs milliseconds.

`LiveSheet.score` is `sampled.corrected_score` with the bands as labelled; a test holds them together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter, ne
from typing import NamedTuple

import numpy as np

from reviewer.core.actions import ActionScale
from reviewer.core.scoring.cases import Flags, Floats, Ints
from reviewer.core.scoring.correction import Reviewed, correct
from reviewer.core.scoring.live_rows import Drawn, LiveRow
from reviewer.core.scoring.sampled import inclusion_probabilities
from reviewer.core.scoring.score import (
    LABEL_WITHOUT_SCORE,
    NO_SAMPLE,
    NOTHING_DECIDED,
    NOTHING_LABELLED,
    SAMPLE_BEFORE,
    Correction,
)

_ROUNDING = 1e-9
_NOT_DRAWN = (-1, 0.0)


@dataclass(frozen=True)
class LiveScore:
    """The corrected score, and how much of the random sample it rests on: `drawn` of `frame` responses."""

    correction: Correction
    drawn: int = 0
    frame: int = 0

    def further(self, width: float) -> int | None:
        """How many more reviews of the sample bring the score of this run's responses to ± `width`, 0 where it is.

        None where there is no score. What is not reviewed yet is taken to err like what is: the variance of a mean of
        m of N falls as 1/m − 1/N.
        """
        found = self.correction.of_run
        if found is None or found.low is None or found.high is None:
            return None
        half = (found.high - found.low) / 2
        if half <= width or not 0 < self.drawn < self.frame:
            return 0
        part = (width / half) ** 2 * (1 / self.drawn - 1 / self.frame)
        return max(math.ceil(1 / (part + 1 / self.frame) - _ROUNDING) - self.drawn, 1)


class _Worked(NamedTuple):
    inclusion: Floats
    drawn: int


class _Plan(NamedTuple):
    """Where each response stands in a review plan, and with what probability; −1 where it does not."""

    position: Ints
    chance: Floats

    @classmethod
    def over(cls, ids: Sequence[int], plan: Drawn) -> _Plan:
        planned = [plan.get(id_, _NOT_DRAWN) for id_ in ids]
        position = np.array([position for position, _ in planned], dtype=np.int64)
        return cls(position, np.array([chance for _, chance in planned], dtype=np.float64))

    def worked(self, frame: Ints, seen: Flags) -> Ints:
        """(M,) places of the `frame` (F,) in the plan's order, up to the first that nobody has looked at, by `seen`
        (N,).
        """
        drawn = frame[self.position[frame] >= 0]
        order = drawn[np.argsort(self.position[drawn], kind="stable")]
        unseen = np.flatnonzero(~seen[order])
        return np.asarray(order[: int(unseen[0])] if len(unseen) else order)


class LiveSheet:
    """The responses of one run to labelled cases, one place for each, in the order of case and repeat; and the run's
    review plans, of which it rests on the one that was worked furthest, of equals the first.
    """

    def __init__(self, rows: Iterable[LiveRow], plans: Sequence[Drawn], scale: ActionScale) -> None:
        # by columns: a loop over each row holds up the window's thread for as long as it takes
        ordered = sorted(rows, key=itemgetter(1, 2))
        ids, keys = [row.response_id for row in ordered], [row.case for row in ordered]
        self.scale = scale
        self._places = dict(zip(ids, range(len(ids)), strict=True))
        self._rank: Ints = np.array([row.label for row in ordered], dtype=np.int64)
        self._case = _numbered_in_order(keys)
        self._cluster = _clusters(self._case, [row.pair for row in ordered])
        self._verdict: Floats = np.array([row.verdict for row in ordered], dtype=np.float64)
        self._decision: Floats = np.array([row.decision for row in ordered], dtype=np.float64)
        self._seen: Flags = np.array([row.seen for row in ordered], dtype=bool)
        self._plans = tuple(_Plan.over(ids, plan) for plan in plans or ({},))

    def take(self, rows: Sequence[LiveRow]) -> bool:
        """Other facts of responses that are here; False where one is not, and the sheet has to be made anew."""
        for row in rows:
            place = self._places.get(row.response_id)
            if place is None or self._rank[place] != row.label:
                return False
            self._verdict[place], self._decision[place] = row.verdict, row.decision
            self._seen[place] = row.seen
        return True

    def copy(self) -> LiveSheet:
        """As it is now, for another thread: what is taken in here from now on is not in it."""
        found = copy(self)
        found._verdict, found._decision, found._seen = self._verdict.copy(), self._decision.copy(), self._seen.copy()
        return found

    def score(self) -> LiveScore:
        """As far as the sample was worked by now."""
        if not len(self._rank):
            return LiveScore(Correction(reason=NOTHING_LABELLED))
        automatic, decided = ~np.isnan(self._verdict), ~np.isnan(self._decision)
        kept = automatic | decided
        if not decided.any():
            return LiveScore(Correction(reason=NOTHING_DECIDED))
        if len(np.unique(self._rank)) != len(np.unique(self._rank[kept])):
            return LiveScore(Correction(reason=LABEL_WITHOUT_SCORE))
        drawn = _Worked(np.ones(int(kept.sum())), 0)
        if not decided[kept].all():
            plan, worked = self._furthest(automatic)
            if (plan.position < 0).all():
                return LiveScore(Correction(reason=NO_SAMPLE))
            if (plan.position[automatic] < 0).any():
                return LiveScore(Correction(reason=SAMPLE_BEFORE))
            drawn = self._drawn(plan, worked[decided[worked]], automatic, kept)
        found = Reviewed(
            label=_closed_up(self._rank[kept]),
            case=_closed_up(self._case[kept]),
            cluster=_closed_up(self._cluster[kept]),
            verdict=np.nan_to_num(self._verdict[kept]),
            decision=self._decision[kept],
            inclusion=drawn.inclusion,
        )
        return LiveScore(self._told(correct(found), kept), drawn.drawn, int(automatic.sum()))

    def _told(self, found: Correction, kept: Flags) -> Correction:
        if not found.missing:
            return found
        ranks = np.unique(self._rank[kept])
        names = ", ".join(self.scale.actions[ranks[number]].name for number in found.missing)
        return replace(found, reason=f"too few of the random sample are decided for: {names}")

    def _furthest(self, automatic: Flags) -> tuple[_Plan, Ints]:
        """The plan that was worked furthest from its top without a gap, and the places that were looked at there."""
        begun = [(plan, plan.worked(np.flatnonzero(automatic), self._seen)) for plan in self._plans]
        return max(begun, key=lambda each: len(each[1]))  # the first of equals

    def _drawn(self, plan: _Plan, worked: Ints, automatic: Flags, kept: Flags) -> _Worked:
        """π of what was worked in the plan's order, 1 of unscored responses that were decided, NaN of the others."""
        found = np.where(automatic, np.nan, 1.0)
        frame = np.flatnonzero(automatic)
        for label in np.unique(self._rank[worked]).tolist():
            own = frame[self._rank[frame] == label]
            sampled = worked[self._rank[worked] == label]
            probability = np.full(len(self._rank), np.nan)
            probability[own] = inclusion_probabilities(plan.chance[own], len(sampled))
            found[sampled] = probability[sampled]
        return _Worked(found[kept], len(worked))


def _numbered_in_order(ascending: Sequence[str]) -> Ints:
    """Numbers from 0, equal for equal values."""
    changes = np.fromiter(map(ne, ascending, chain(ascending[:1], ascending)), dtype=np.int64, count=len(ascending))
    return np.asarray(np.cumsum(changes))


def _clusters(case: Ints, pairs: Sequence[str]) -> Ints:
    """The number of each place's case, or of its pair, which has one behind those of all cases."""
    found = case.copy()
    number = {pair: at for at, pair in enumerate(sorted(set(pairs) - {""}), start=len(case))}
    if number:
        paired = [at for at, pair in enumerate(pairs) if pair]
        found[paired] = [number[pairs[at]] for at in paired]
    return found


def _closed_up(numbers: Ints) -> Ints:
    """The same without gaps, from 0."""
    return np.asarray(np.unique(numbers, return_inverse=True)[1])
