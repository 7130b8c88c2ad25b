"""Several versions over the cases that all of them answered: the points, and from five on the frontier through them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from reviewer.core.actions import ActionScale
from reviewer.core.scoring.cases import case_table
from reviewer.core.scoring.computing import scored_table
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.intervals import Limits
from reviewer.core.scoring.models import ManyModels, many_models
from reviewer.core.scoring.probit import ProbitFit, fit_probit
from reviewer.core.scoring.rates import FEW_EVENTS, PoleCases, cluster_tables, pole_cases, rates_of
from reviewer.core.scoring.score import Options, Scorecard
from reviewer.core.scoring.slice_swings import NamedCases, SliceSwing, slice_swings
from reviewer.core.scoring.swing import Swing, swing

FEWEST_FOR_FRONTIER = 5
_ALPHA = 0.05


@dataclass(frozen=True)
class TrendPoint:
    """A version over the shared cases. `d_a` is of the probit fitted to all versions at once.

    `residual` is its d_a − that of the one frontier through all, None under five versions. `is_at_the_edge` says that a
    rate of holding back is too near 0 or 1 for d_a to have an upper limit.
    """

    card: Scorecard
    d_a: float | None
    limits: Limits | None
    residual: float | None
    is_at_the_edge: bool


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
    by_key = [{(o.case, o.repeat): o for o in side} for side in sides]
    everything = set().union(*by_key)
    shared = sorted(key for key in everything if _is_shared([side.get(key) for side in by_key]))
    items = [[side[key] for key in shared] for side in by_key]
    tables = [case_table(side, scale, options.bands) for side in items]
    cards = [scored_table(table, side, options, with_slices=False) for table, side in zip(tables, items, strict=True)]
    cases, held = pole_cases(tables), [scale.rank(action) for action in options.hold_back]
    fit, edges = _fitted(cases, len(tables), held)
    points = tuple(_point(number, card, fit, edges[number]) for number, card in enumerate(cards))
    left_out = len({case for case, _ in everything}) - len(tables[0])
    p = fit.one_frontier_p if fit and len(sides) >= FEWEST_FOR_FRONTIER else None
    swung, models = (swing(cases, held), many_models(cases, held)) if cases else (None, None)
    by_slice = slice_swings(tables, held, slices) if slices else ()
    return Trend(len(tables[0]), left_out, points, p, swung, models, by_slice)


def _is_shared(found: Sequence[Observation | None]) -> bool:
    there = [o for o in found if o is not None and o.final.action is not None]
    return len(there) == len(found) and len({(o.label, o.message_hash) for o in there}) == 1


def _fitted(cases: PoleCases | None, versions: int, hold_back: Collection[int]) -> tuple[ProbitFit | None, list[bool]]:
    if cases is None:
        return None, [False] * versions
    clusters = cluster_tables(cases)
    rates = rates_of(cases, hold_back)
    edges = [rates.fewest(version) < FEW_EVENTS for version in range(versions)]
    return fit_probit(clusters.sum(axis=0), clusters), edges


def _point(number: int, card: Scorecard, fit: ProbitFit | None, at_the_edge: bool) -> TrendPoint:
    if fit is None:
        return TrendPoint(card, None, None, None, at_the_edge)
    value, residual = float(fit.d_a[number]), None
    if len(fit.d_a) >= FEWEST_FOR_FRONTIER:
        residual = value - fit.common_mu * float(np.sqrt(2 / (1 + fit.common_slope**2)))
    return TrendPoint(card, value, fit.limits(number), residual, at_the_edge)


def sentence(found: Trend, names: Sequence[str]) -> str:
    """Whether the versions lie on one frontier, as far as it can be said."""
    if not found.n_shared:
        return "The runs share no scored case with equal messages and label."
    if found.points[0].d_a is None:
        return "No frontier can be fitted: the shared cases are not of both poles, or a version took one action only."
    if found.one_frontier_p is None:
        return f"{len(names)} versions; a frontier through all of them is fitted from {FEWEST_FOR_FRONTIER} on."
    p = f"p = {found.one_frontier_p:.3f}"
    if found.one_frontier_p > _ALPHA:
        return f"One frontier fits all {len(names)} versions ({p}): the differences between them can be caution alone."
    residuals = [point.residual or 0.0 for point in found.points]
    best, worst = names[int(np.argmax(residuals))], names[int(np.argmin(residuals))]
    return f"No single frontier fits the {len(names)} versions ({p}): {best} lies farthest outward, {worst} inward."
