"""Several versions over the cases that all of them answered: the points, and from five on the frontier through them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter, eq

import numpy as np

from reviewer.core.actions import ActionScale
from reviewer.core.cases import CaseKey
from reviewer.core.precision import p_words
from reviewer.core.scoring.cases import ordered_table
from reviewer.core.scoring.computing import scored_table
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.models import ManyModels, many_models
from reviewer.core.scoring.probit import ProbitFit, fit_probit
from reviewer.core.scoring.rates import PoleCases, cluster_tables, pole_cases, rates_of
from reviewer.core.scoring.run_intervals import d_a_interval
from reviewer.core.scoring.score import Interval, Options, Scorecard
from reviewer.core.scoring.slice_swings import NamedCases, SliceSwing, slice_swings
from reviewer.core.scoring.swing import Swing, swing

FEWEST_FOR_FRONTIER = 5
_ALPHA = 0.05
_ACTION = attrgetter("final.action")
_CASE = attrgetter("case")
_PLACE = attrgetter("case", "repeat")
_ASKED = attrgetter("label", "message_hash")


@dataclass(frozen=True)
class TrendPoint:
    """A version over the shared cases. `d_a` is of the probit fitted to all versions at once.

    `residual` is its d_a − that of the one frontier through all, None under five versions.
    """

    card: Scorecard
    d_a: float | None
    limits: Interval | None
    residual: float | None


@dataclass(frozen=True)
class Trend:
    """`one_frontier_p` is of the likelihood-ratio test that one frontier fits all; None under five versions.

    `swing` and `models` are None where the shared cases are of one label only; then `by_slice` is empty too.
    """

    n_shared: int
    n_left_out: int
    points: tuple[TrendPoint, ...]
    one_frontier_p: float | None
    swing: Swing | None
    models: ManyModels | None
    by_slice: tuple[SliceSwing, ...] = ()


def trend(
    sides: Sequence[Sequence[Observation]],
    scale: ActionScale,
    options: Options | None = None,
    slices: NamedCases | None = None,
) -> Trend:
    """Of versions in the order given, over the responses with equal messages and label that all of them have scored.

    Of every one of `slices` it tells the swing, or that its cases are too few.

    Raises InputError for an action that is not on the scale.
    """
    options = (options or Options()).for_scale(scale)
    items, n_cases = _shared(sides)
    tables = [ordered_table(side, scale, options.bands) for side in items]
    cards = [scored_table(table, side, options, among_others=True) for table, side in zip(tables, items, strict=True)]
    cases, held = pole_cases(tables), [scale.rank(action) for action in options.hold_back]
    fit, edges = _fitted(cases, len(tables), held)
    points = tuple(_point(number, card, fit, edges[number]) for number, card in enumerate(cards))
    left_out = n_cases - len(tables[0])
    p = fit.one_frontier_p if fit and len(sides) >= FEWEST_FOR_FRONTIER else None
    swung, models = (swing(cases, held), many_models(cases, held)) if cases else (None, None)
    by_slice = slice_swings(tables, held, slices) if slices else ()
    return Trend(len(tables[0]), left_out, points, p, swung, models, by_slice)


def _shared(sides: Sequence[Sequence[Observation]]) -> tuple[list[list[Observation]], int]:
    """Every side's responses to what all have scored alike asked and labelled, by case and repeat; and all cases."""
    items, n_cases = _by_place(sides)
    asked = list(map(_ASKED, items[0]))
    kept = np.ones(len(asked), dtype=bool)
    for side in items:
        actions = list(map(_ACTION, side))
        if None in actions:
            kept &= np.array([action is not None for action in actions], dtype=bool)
        # one side at a time: the tuples of many versions would be most of what is held
        own = list(map(_ASKED, side))
        if own != asked:
            kept &= np.fromiter(map(eq, asked, own), dtype=bool, count=len(own))
    return [side if kept.all() else list(compress(side, kept)) for side in items], n_cases


def _by_place(sides: Sequence[Sequence[Observation]]) -> tuple[list[list[Observation]], int]:
    """Every side's responses where all have one, by case and repeat; and how many cases there are at all."""
    keys = sorted(set(map(_PLACE, sides[0])))
    if all(list(map(_PLACE, side)) == keys for side in sides):
        # most often all have answered the same, in this order already
        return [list(side) for side in sides], len(set(map(_CASE, sides[0])))
    cases: set[CaseKey] = set()
    for side in sides:
        cases.update(map(_CASE, side))
    by_key = [dict(zip(map(_PLACE, side), side, strict=True)) for side in sides]
    keys = sorted(set(by_key[0]).intersection(*by_key[1:]))
    return [list(map(side.__getitem__, keys)) for side in by_key], len(cases)


def _fitted(cases: PoleCases | None, versions: int, hold_back: Collection[int]) -> tuple[ProbitFit | None, list[float]]:
    """The fit to all, and of each version how few cases at a pole ended otherwise than the rest there."""
    if cases is None:
        return None, [0.0] * versions
    clusters = cluster_tables(cases)
    rates = rates_of(cases, hold_back)
    return fit_probit(clusters.sum(axis=0), clusters), [rates.fewest(version) for version in range(versions)]


def _point(number: int, card: Scorecard, fit: ProbitFit | None, fewest: float) -> TrendPoint:
    if fit is None:
        return TrendPoint(card, None, None, None)
    value, residual = float(fit.d_a[number]), None
    if len(fit.d_a) >= FEWEST_FOR_FRONTIER:
        residual = value - fit.common_mu * float(np.sqrt(2 / (1 + fit.common_slope**2)))
    return TrendPoint(card, value, d_a_interval(fit, number, fewest), residual)


def sentence(found: Trend, names: Sequence[str]) -> str:
    """Whether the versions lie on one frontier, as far as it can be said."""
    if not found.n_shared:
        return "The runs share no scored case with equal messages and label."
    if found.swing is None:
        return "All shared cases have one label: neither a swing nor a frontier can be told from them."
    if found.points[0].d_a is None:
        return "No frontier can be fitted: a version took one action only."
    if found.one_frontier_p is None:
        return f"{len(names)} versions; a frontier through all of them is fitted from {FEWEST_FOR_FRONTIER} on."
    words = p_words(found.one_frontier_p)
    p = f"p {words}" if words.startswith("<") else f"p = {words}"
    if found.one_frontier_p > _ALPHA:
        return f"One frontier fits all {len(names)} versions ({p}): the differences between them can be caution alone."
    residuals = [point.residual or 0.0 for point in found.points]
    best, worst = names[int(np.argmax(residuals))], names[int(np.argmin(residuals))]
    return f"No single frontier fits the {len(names)} versions ({p}): {best} lies farthest outward, {worst} inward."
