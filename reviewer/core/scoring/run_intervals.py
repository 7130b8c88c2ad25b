"""The intervals that stand beside one run's figures."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np

from reviewer.core.scoring.cases import CaseTable, Flags, Floats, Ints
from reviewer.core.scoring.discrimination import held_back, is_constant_policy
from reviewer.core.scoring.intervals import MOVER, Limits, Trials, criterion_limits, d_prime_limits, modified_wilson
from reviewer.core.scoring.order_limits import somers_d_limits
from reviewer.core.scoring.probit import ProbitFit, fit_probit
from reviewer.core.scoring.rates import FEW_EVENTS, FEW_FOR_Z, PoleCases, Rates, cluster_tables, pole_cases, rates_of
from reviewer.core.scoring.resampling import FEW, FEWEST_IN_SHARE, WILSON, LabelMeans, Sample
from reviewer.core.scoring.score import LOWER_BOUND, SMALL_SAMPLE, FigureKey, Interval

Intervals = Mapping[FigureKey, Interval]


def interval(limits: Limits, method: str) -> Interval:
    """An infinite limit is none."""
    low, high = (limit if math.isfinite(limit) else None for limit in limits)
    return Interval(low, high, method)


def single_fit(table: CaseTable) -> ProbitFit | None:
    """The probit of this run alone; None as `fit_probit`, or with one pole only."""
    cases = pole_cases([table])
    if cases is None:
        return None
    clusters = cluster_tables(cases)
    return fit_probit(clusters.sum(axis=0), clusters)


def run_intervals(
    table: CaseTable, hold_back: Collection[str], ceiling: float | None, fit: ProbitFit | None, pairs: tuple[int, int]
) -> tuple[Intervals, Intervals]:
    """(by figure, Miller's closed forms of the two scores). `ceiling` is the best constant policy's score.

    The best constant's score is taken as given in the interval of the skill: it depends on the cases alone.
    """
    rows = np.flatnonzero(table.is_scored)
    if not len(rows):
        return {}, {}
    sample = Sample.of(table, rows)
    whole = _is_whole(table, sample)
    found, closed = _scores(LabelMeans(sample, table.credit[rows, None]), whole=whole)
    if ceiling is not None and ceiling < 1 and (score := found.get("balanced")) is not None:
        found["skill"] = _moved(score, ceiling)
    for name, (values, possible) in _shares(table).items():
        here = LabelMeans(sample, possible[rows, None].astype(np.float64)).means
        if here.any():
            figure = LabelMeans(sample, values[rows, None], possible=here)
            found[name] = interval(*figure.limits(sample.plain()[None]))
    bias = LabelMeans(sample, table.distance[rows, None], shares=False)
    found["caution_bias"] = interval(*bias.limits(sample.plain()[None]))
    if whole:
        found["caution_bias_by_label"] = interval(*bias.limits(sample.balanced()[None]))
    found.update(_discrimination(table, hold_back, fit))
    if pairs[1]:
        few = pairs[1] < FEWEST_IN_SHARE or min(pairs[0], pairs[1] - pairs[0]) < FEW
        found["pairs"] = interval(modified_wilson(*pairs), SMALL_SAMPLE if few else WILSON)
    return found, closed


def score_intervals(table: CaseTable) -> tuple[Intervals, Intervals]:
    """Those of `run_intervals` that are of the two scores."""
    rows = np.flatnonzero(table.is_scored)
    if not len(rows):
        return {}, {}
    sample = Sample.of(table, rows)
    return _scores(LabelMeans(sample, table.credit[rows, None]), whole=_is_whole(table, sample))


def _is_whole(table: CaseTable, sample: Sample) -> bool:
    """Whether each label that occurs has something scored."""
    return sample.labels == len(np.unique(table.label))


def _scores(credit: LabelMeans, *, whole: bool) -> tuple[dict[FigureKey, Interval], dict[FigureKey, Interval]]:
    weights: dict[FigureKey, Floats] = {
        "plain": credit.sample.plain(),
        **({"balanced": credit.sample.balanced()} if whole else {}),
    }
    found = {name: interval(*credit.limits(weight[None])) for name, weight in weights.items()}
    if credit.sample.clusters < 2:
        return found, {}
    return found, {name: interval(credit.closed(weight[None]), "normal") for name, weight in weights.items()}


def _shares(table: CaseTable) -> dict[FigureKey, tuple[Floats, Flags]]:
    """(n,) each share by case, and on which cases it can be anything but 0."""
    everywhere = np.ones(len(table), dtype=bool)
    inside = ((table.distances == 0).sum(axis=1) > 1)[table.kind]
    outside = (table.distances != 0).any(axis=1)[table.kind]
    return {
        "exact": (table.exact, everywhere),
        "in_band": (table.accepted - table.exact, inside),
        "out_of_band": (table.over + table.under, outside),
        "over_cautious": (table.over, table.reaches(len(table.scale) - 1)),
        "under_cautious": (table.under, table.reaches(0)),
    }


def _moved(score: Interval, ceiling: float) -> Interval:
    """Limits of the skill from those of the score."""
    low, high = (None if limit is None else (limit - ceiling) / (1 - ceiling) for limit in (score.low, score.high))
    return Interval(low, high, score.method)


def _discrimination(table: CaseTable, hold_back: Collection[str], fit: ProbitFit | None) -> dict[FigureKey, Interval]:
    found: dict[FigureKey, Interval] = {}
    if fit is not None:
        found["d_a"] = d_a_interval(fit, 0, _fewest(table, hold_back))
    counts = held_back(table, hold_back)
    if counts is not None and not is_constant_policy(table):
        trials, correlation = _trials(table, hold_back)
        form = SMALL_SAMPLE if counts.fewest < FEW_FOR_Z else MOVER
        found["d_prime"] = interval(d_prime_limits(counts, trials, correlation=correlation), form)
        found["criterion"] = interval(criterion_limits(counts, trials, correlation=correlation), form)
    if (order := somers_d_limits(table)) is not None:
        found["somers_d"] = interval(*order)
    return found


def d_a_interval(fit: ProbitFit, version: int, fewest: float) -> Interval:
    """Of one version's d_a; `fewest` of its cases at a pole ended otherwise than the rest there.

    Where nearly all end alike, d_a is only known to be at least so large.
    """
    form = LOWER_BOUND if fewest < FEW_EVENTS else SMALL_SAMPLE if fewest < FEW_FOR_Z else "normal"
    return interval(fit.limits(version, saturated=form == LOWER_BOUND), form)


def _fewest(table: CaseTable, hold_back: Collection[str]) -> float:
    cases = pole_cases([table])
    return math.inf if cases is None else _rates(table, cases, hold_back).fewest(0)


def _rates(table: CaseTable, cases: PoleCases, hold_back: Collection[str]) -> Rates:
    return rates_of(cases, {table.scale.rank(action) for action in hold_back})


def _trials(table: CaseTable, hold_back: Collection[str]) -> tuple[Trials | None, float]:
    """What the cases at the poles are worth, and how far the two rates go together; None and 0 where each case has one
    response and stands for itself."""
    cases = pole_cases([table])
    if cases is None or not (table.is_clustered or (table.scored > 1).any()):
        return None, 0.0
    rates = _rates(table, cases, hold_back)
    return rates.trials(0), rates.correlation(0)


def slice_interval(table: CaseTable, rows: Ints) -> Interval | None:
    """Of the plain score of the scored cases at these places, (n,)."""
    if not len(rows):
        return None
    sample = Sample.of(table, rows)
    return interval(*LabelMeans(sample, table.credit[rows, None]).quick_limits(sample.plain()[None]))
