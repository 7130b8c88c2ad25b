"""Compute the score of one run and every figure that stands beside it (DESIGN, The score)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter, eq
from typing import Any, TypedDict

import numpy as np

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.decisions import FinalSource
from reviewer.core.scoring.cases import CaseTable, Flags, Floats, Ints, case_table, named_counts
from reviewer.core.scoring.credit import Observation, credit
from reviewer.core.scoring.discrimination import (
    confusion,
    d_prime_and_criterion,
    held_back,
    is_constant_policy,
    somers_d,
)
from reviewer.core.scoring.excuses import excused
from reviewer.core.scoring.run_intervals import run_intervals, score_intervals, single_fit, slice_interval
from reviewer.core.scoring.score import (
    BalancedScore,
    Discrimination,
    Options,
    Override,
    Repeats,
    Scorecard,
    Slice,
    TwoMeans,
)
from reviewer.core.scoring.stakes import staked
from reviewer.core.scoring.warnings import run_warnings


def scorecard(observations: Iterable[Observation], scale: ActionScale, options: Options | None = None) -> Scorecard:
    """Score one run's responses. Raises InputError for an action that is not on the scale."""
    items = list(observations)
    options = (options or Options()).for_scale(scale)
    return scored_table(case_table(items, scale, options.bands), items, options)


def balanced_score(items: Sequence[Observation], scale: ActionScale) -> BalancedScore:
    """The headline of `scorecard` with the options that are usual, to the bit, and nothing beside it: for a list."""
    table = case_table(items, scale, Options().bands)
    intervals, _ = score_intervals(table)
    return BalancedScore(means(table, table.credit).balanced, intervals.get("balanced"))


def scored_table(
    table: CaseTable, items: Sequence[Observation], options: Options, *, among_others: bool = False
) -> Scorecard:
    """`scorecard` of what is grouped already; `items` are the same responses one by one.

    A version `among_others` has no slices, no d_a of its own and only the intervals of the two scores.
    """
    scale = table.scale
    constants = _constants(table)
    best = max(constants, key=lambda action: constants[action].balanced or 0.0) if table.is_scored.any() else None
    score = means(table, table.credit)
    ceiling = constants[best].balanced if best else None
    fit = None if among_others else single_fit(table)
    total = np.maximum(table.scored + table.unscored, 1)
    earned = table.credit * table.scored
    everything = np.ones(len(table), dtype=bool)
    pairs = _pairs(table)
    intervals, closed_forms = (
        score_intervals(table) if among_others else run_intervals(table, options.hold_back, ceiling, fit, pairs)
    )
    card = Scorecard(
        scale=scale,
        options=options,
        n_cases=len(table),
        cases_by_label=_by_label(table),
        score=score,
        low=means(table, earned / total, everything),
        high=means(table, (earned + table.unscored) / total, everything),
        automatic=_automatic(items, table, score, options),
        discrimination=_discrimination(table, options, float(fit.d_a[0]) if fit else None),
        constants=constants,
        best_constant=best,
        skill=_skill(score.balanced, ceiling),
        pairs_right=pairs[0],
        pairs=pairs[1],
        confusion=_named_confusion(table),
        slices=() if among_others else tuple(_slices(table)),
        overrides=tuple(_overrides(items, scale, options)),
        distances=_distances(table),
        repeats=_repeats(table),
        intervals=intervals,
        closed_forms=closed_forms,
        excused=excused(table, options.bands, None if among_others else intervals.get("balanced")),
        staked=staked(table),
        **_response_counts(items),
        **_shares(table),
    )
    return replace(card, warnings=tuple(run_warnings(card, table)))


def means(table: CaseTable, values: Floats, rows: Flags | None = None) -> TwoMeans:
    """Balanced and plain mean of a figure `values` (N,) over `rows` (N,), by default the scored cases.

    The balanced mean is None where a label that occurs has none of them.
    """
    rows = table.is_scored if rows is None else rows
    if not rows.any():
        return TwoMeans(None, None)
    size = len(table.scale)
    present = np.bincount(table.label, minlength=size) > 0
    n = np.bincount(table.label[rows], minlength=size)
    sums = np.bincount(table.label[rows], values[rows], minlength=size)
    whole = bool((n[present] > 0).all())
    balanced = float(np.mean(sums[present] / n[present])) if whole else None
    return TwoMeans(balanced, float(np.mean(values[rows])))


def _mean(values: Floats, rows: Flags | Ints) -> float | None:
    chosen = values[rows]
    return float(chosen.mean()) if len(chosen) else None


class _ResponseCounts(TypedDict):
    n_responses: int
    unscored: int
    unscored_reasons: Mapping[str, int]
    sources: Mapping[str, int]
    states: Mapping[str, int]
    reviewed: int


def _response_counts(items: Sequence[Observation]) -> _ResponseCounts:
    alike = Counter(map(_COUNTED, items))
    sources, states, reasons = (_counts(alike, place) for place in range(3))
    return _ResponseCounts(
        n_responses=len(items),
        unscored=list(map(_FINAL, items)).count(None),
        unscored_reasons=reasons,
        sources={str(source): sources.get(source, 0) for source in FinalSource},
        states=states,
        reviewed=sum(n for each, n in alike.items() if each[3]),
    )


_FINAL, _AUTOMATIC, _PAIR = map(attrgetter, ("final.action", "automatic", "pair"))
_COUNTED = attrgetter("final.source", "state", "final.reason", "reviewed")


def _counts(alike: Mapping[tuple[Any, Any, Any, Any], int], place: int) -> dict[str, int]:
    """By the name that stands at this place of `alike`, without what has none."""
    found: Counter[str] = Counter()
    for each, n in alike.items():
        if each[place]:
            found[str(each[place])] += n
    return dict(sorted(found.items()))


class _Shares(TypedDict):
    exact: float | None
    in_band: float | None
    out_of_band: float | None
    over_cautious: float | None
    under_cautious: float | None
    over_possible: float | None
    under_possible: float | None
    caution_bias: float | None
    caution_bias_by_label: float | None


def _shares(table: CaseTable) -> _Shares:
    scored = table.is_scored
    return _Shares(
        exact=_mean(table.exact, scored),
        in_band=_mean(table.accepted - table.exact, scored),
        out_of_band=_mean(table.over + table.under, scored),
        over_cautious=_mean(table.over, scored),
        under_cautious=_mean(table.under, scored),
        over_possible=_mean(table.over, scored & table.reaches(len(table.scale) - 1)),
        under_possible=_mean(table.under, scored & table.reaches(0)),
        caution_bias=_mean(table.distance, scored),
        caution_bias_by_label=means(table, table.distance).balanced,
    )


def _by_label(table: CaseTable) -> dict[ActionId, int]:
    counts = np.bincount(table.label, minlength=len(table.scale)).tolist()
    return {action: n for action, n in zip(table.scale.ids, counts, strict=True) if n}


def _automatic(items: Sequence[Observation], table: CaseTable, score: TwoMeans, options: Options) -> TwoMeans:
    """The score of the verdicts alone."""
    if all(map(eq, map(_FINAL, items), map(_AUTOMATIC, items))):
        return score
    verdicts = case_table(items, table.scale, options.bands, attrgetter("automatic"))
    return means(verdicts, verdicts.credit)


def _constants(table: CaseTable) -> dict[ActionId, TwoMeans]:
    return {action: means(table, table.credits[table.kind, rank]) for rank, action in enumerate(table.scale.ids)}


def _skill(score: float | None, best: float | None) -> float | None:
    """(score − best constant) / (1 − best constant): 0 is no better than the best constant policy, 1 perfect."""
    if score is None or best is None or best >= 1:
        return None
    return (score - best) / (1 - best)


def _discrimination(table: CaseTable, options: Options, d_a: float | None) -> Discrimination:
    counts = held_back(table, options.hold_back)
    constant = is_constant_policy(table)
    d_prime, criterion = d_prime_and_criterion(counts) if counts and not constant else (None, None)
    return Discrimination(
        d_a=d_a,
        d_prime=d_prime,
        criterion=criterion,
        somers_d=somers_d(confusion(table)),
        hits=(counts.hits, counts.should) if counts else None,
        false_alarms=(counts.false_alarms, counts.should_not) if counts else None,
        hold_back=options.hold_back,
    )


def _named_confusion(table: CaseTable) -> dict[ActionId, Mapping[ActionId, float]]:
    scored = set(table.label[table.is_scored].tolist())
    rows = confusion(table)
    return {
        action: named_counts(rows[rank], table.scale) for rank, action in enumerate(table.scale.ids) if rank in scored
    }


def _pairs(table: CaseTable) -> tuple[int, int]:
    """Contrast pairs with both sides exactly right in every scored repeat, and pairs with both sides scored."""
    in_pair = np.fromiter(map(bool, map(_PAIR, table.facts)), dtype=bool, count=len(table))
    paired = in_pair & table.is_scored
    sides = np.bincount(table.cluster[paired])
    right = np.bincount(table.cluster[paired], table.exact[paired] == 1)
    whole = sides >= 2
    return int((right[whole] == sides[whole]).sum()), int(whole.sum())


def _slices(table: CaseTable) -> Iterable[Slice]:
    for (by, value), rows in table.slices.items():
        scored = rows[table.is_scored[rows]]
        yield Slice(
            by,
            value,
            len(rows),
            _slice_balanced(table, rows),
            _mean(table.credit, scored),
            _mean(table.over, scored),
            _mean(table.under, scored),
            slice_interval(table, scored),
        )


def _slice_balanced(table: CaseTable, rows: Ints) -> float | None:
    scored = rows[table.is_scored[rows]]
    labels = np.unique(table.label[rows]).tolist()
    found = [_mean(table.credit, scored[table.label[scored] == label]) for label in labels]
    known = [mean for mean in found if mean is not None]
    return sum(known) / len(known) if known and len(known) == len(found) else None


def _overrides(items: Sequence[Observation], scale: ActionScale, options: Options) -> Iterable[Override]:
    changed = (o for o in items if o.reviewed and o.final.action != o.automatic)
    for o in sorted(changed, key=attrgetter("case", "repeat")):
        band = options.bands.band(o.label, o.band, scale)
        before = credit(o.label, band, o.automatic) if o.automatic else 0.0
        change = credit(o.label, band, o.final.action) - before if o.final.action else None
        yield Override(o.case, o.repeat, o.automatic, o.final.action, change)


def _distances(table: CaseTable) -> dict[int, float]:
    steps = table.distances[table.kind]
    weights = table.shares * table.is_scored[:, None]
    found: dict[int, float] = {}
    for step in np.unique(steps).tolist():
        cases = float(weights[steps == step].sum())
        if cases:
            found[int(step)] = cases
    return found


def _repeats(table: CaseTable) -> Repeats:
    repeated = table.scored >= 2
    most = int((table.scored + table.unscored).max(initial=0))
    if not repeated.any():
        return Repeats(most, 0, None, None, ())
    k = table.scored[repeated]
    squares = (table.shares * table.credits[table.kind] ** 2).sum(axis=1)[repeated]
    within = np.maximum(squares - table.credit[repeated] ** 2, 0) * k / (k - 1)
    spread = float(np.var(table.credit[repeated], ddof=1)) if len(k) > 1 else None
    unstable = np.flatnonzero((table.counts > 0).sum(axis=1) > 1)
    return Repeats(
        most,
        len(k),
        float(within.mean()),
        None if spread is None else max(spread - float((within / k).mean()), 0.0),
        tuple(table.keys[row] for row in unstable.tolist()),
    )
