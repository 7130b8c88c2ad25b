"""What tolerance bands excuse: the credit that they offer and that was taken on either side, and the score without."""

from __future__ import annotations

import numpy as np

from reviewer.core.bands import BandChoice, BandSource
from reviewer.core.scoring.cases import CaseTable, Flags, Floats
from reviewer.core.scoring.credit import credit
from reviewer.core.scoring.resampling import LabelMeans, Sample
from reviewer.core.scoring.run_intervals import interval
from reviewer.core.scoring.score import BandCredit, Excused, Interval, UnderBands

BANDS_SHOWN = (BandChoice(BandSource.NONE), BandChoice(), BandChoice(BandSource.NEIGHBOURS))
"""The bands whose scores stand side by side, the strictest first."""
_SAME = 1e-12


def excused(table: CaseTable, chosen: BandChoice, headline: Interval | None = None) -> Excused:
    """Of a run's labelled cases; `chosen` are the bands that the table was made with.

    `headline` is the interval of the balanced score with them. Without it the scores with other bands get none either.
    """
    given = table.credits[table.kind]
    offered, taken = _sides(table, given), _sides(table, given * table.shares)
    shown = BANDS_SHOWN if chosen in BANDS_SHOWN else (*BANDS_SHOWN, chosen)
    return Excused(offered, taken, tuple(_under(table, choice, headline) for choice in shown))


def _sides(table: CaseTable, credits_: Floats) -> BandCredit:
    """`credits_` (N, K) in cases, summed below and above each label."""
    ranks = np.arange(len(table.scale))
    below, above = ranks < table.label[:, None], ranks > table.label[:, None]
    return BandCredit(float(credits_[below].sum()), float(credits_[above].sum()))


def credits_under(table: CaseTable, choice: BandChoice) -> Floats:
    """(kinds, K) what each action earns on each kind of case with other bands."""
    first = np.unique(table.kind, return_index=True)[1].tolist()
    facts = [table.facts[place] for place in first]
    rows = [
        [credit(fact.label, choice.band(fact.label, fact.band, table.scale), action) for action in table.scale.ids]
        for fact in facts
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, len(table.scale))


def earned_under(table: CaseTable, choice: BandChoice) -> Floats:
    """(N,) each case's credit with other bands."""
    return np.asarray((table.shares * credits_under(table, choice)[table.kind]).sum(axis=1))


def _under(table: CaseTable, choice: BandChoice, headline: Interval | None) -> UnderBands:
    credits_ = credits_under(table, choice)[table.kind]
    rows = table.is_scored
    constants = [balanced_over_labels(table, credits_[:, rank], rows) for rank in range(len(table.scale))]
    known = [value for value in constants if value is not None]
    earned = earned_under(table, choice)
    limits = None if headline is None else _limits(table, earned, headline)
    return UnderBands(choice, balanced_over_labels(table, earned, rows), max(known, default=None), limits)


def _limits(table: CaseTable, earned: Floats, headline: Interval) -> Interval:
    """Found as the headline's are, which stands where these bands give every scored case what the headline counted."""
    rows = np.flatnonzero(table.is_scored)
    if np.abs(earned - table.credit)[rows].max(initial=0.0) < _SAME:
        return headline
    sample = Sample.of(table, rows)
    return interval(*LabelMeans(sample, earned[rows, None]).limits(sample.balanced()[None]))


def balanced_over_labels(table: CaseTable, values: Floats, rows: Flags, weights: Floats | None = None) -> float | None:
    """The mean over labels of the mean of `values` (N,) over `rows` (N,), each case with its weight (N,), else 1.

    None where a label that occurs has none of them.
    """
    size = len(table.scale)
    weight = np.ones(len(table)) if weights is None else weights
    present = np.bincount(table.label, minlength=size) > 0
    n = np.bincount(table.label[rows], weight[rows], minlength=size)
    sums = np.bincount(table.label[rows], (values * weight)[rows], minlength=size)
    if not present.any() or not (n[present] > 0).all():
        return None
    return float(np.mean(sums[present] / n[present]))
