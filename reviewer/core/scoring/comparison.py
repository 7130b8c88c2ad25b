"""What changed from one version to another, over the responses that both gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.credit import Observation, case_outcomes
from reviewer.core.scoring.discrimination import HeldBack
from reviewer.core.scoring.intervals import Limits, criterion_limits, d_prime_limits, mover_difference
from reviewer.core.scoring.movement import Change, Movement, PairedResponses, movement
from reviewer.core.scoring.paired import (
    Difference,
    Homogeneity,
    Pair,
    RightWrong,
    SliceChange,
    credit_values,
    flip_matrix,
    mean_difference,
    modal_action,
    oscillation,
    right_wrong,
    slice_changes,
    stuart_maxwell,
)
from reviewer.core.scoring.score import Options, Scorecard, scorecard

_FEW_CLUSTERS = 30


@dataclass(frozen=True)
class Comparison:
    """`a` and `b` are the scores over the shared responses; `dropped` are shared cases with nothing scored in both."""

    a: Scorecard
    b: Scorecard
    pairs: tuple[Pair, ...]
    only_a: tuple[CaseKey, ...]
    only_b: tuple[CaseKey, ...]
    changed: tuple[CaseKey, ...]
    dropped: tuple[CaseKey, ...]
    deltas: Mapping[str, Difference | None]
    right_wrong: RightWrong
    homogeneity: Homogeneity
    matrix: Mapping[ActionId, Mapping[ActionId, int]]
    unstable: int
    movement: Movement | None
    oscillates: bool
    slices: tuple[SliceChange, ...]
    warnings: tuple[str, ...]

    @property
    def flips(self) -> int:
        """Cases whose modal action differs."""
        return sum(n for a, row in self.matrix.items() for b, n in row.items() if a != b)


def compare(
    first: Sequence[Observation],
    second: Sequence[Observation],
    scale: ActionScale,
    options: Options | None = None,
    changed: frozenset[CaseKey] = frozenset(),
) -> Comparison:
    """Compare two runs' labelled responses; `changed` cases asked something else and are left out and named.

    Raises InputError for an action that is not on the scale.
    """
    options = (options or Options()).for_scale(scale)
    one, two = ({(o.case, o.repeat): _banded(o, scale, options) for o in side} for side in (first, second))
    cases_a, cases_b = ({case for case, _ in side} for side in (one, two))
    relabelled = {o.case for key, o in one.items() if key in two and not _same_label(o, two[key])}
    left_out = frozenset(changed) | relabelled
    keys = sorted(key for key in one.keys() & two.keys() if key[0] not in left_out and _both(one[key], two[key]))
    shared_a, shared_b = [one[key] for key in keys], [two[key] for key in keys]
    pairs = tuple(
        Pair(a, b)
        for a, b in zip(*(case_outcomes(side, scale, options.hold_back) for side in (shared_a, shared_b)), strict=True)
    )
    card_a, card_b = scorecard(shared_a, scale, options), scorecard(shared_b, scale, options)
    moved = _movement(shared_a, shared_b, scale, options)
    matrix = flip_matrix(pairs, scale)
    return Comparison(
        a=card_a,
        b=card_b,
        pairs=pairs,
        only_a=tuple(sorted(cases_a - cases_b)),
        only_b=tuple(sorted(cases_b - cases_a)),
        changed=tuple(sorted(left_out & cases_a & cases_b)),
        dropped=tuple(sorted((cases_a & cases_b) - left_out - {key[0] for key in keys})),
        deltas=_deltas(pairs, card_a, card_b, moved),
        right_wrong=right_wrong(pairs, scale),
        homogeneity=stuart_maxwell(matrix),
        matrix=matrix,
        unstable=sum(None in (modal_action(pair.a, scale), modal_action(pair.b, scale)) for pair in pairs),
        movement=moved,
        oscillates=oscillation(pairs, scale) if pairs else False,
        slices=tuple(slice_changes(pairs)),
        warnings=tuple(_warnings(pairs, card_a, card_b)),
    )


def _banded(observation: Observation, scale: ActionScale, options: Options) -> Observation:
    return replace(observation, band=options.bands.band(observation.label, observation.band, scale))


def _same_label(a: Observation, b: Observation) -> bool:
    return a.label == b.label and dict(a.band) == dict(b.band)


def _both(a: Observation, b: Observation) -> bool:
    return a.final.action is not None and b.final.action is not None


def _movement(
    first: Sequence[Observation], second: Sequence[Observation], scale: ActionScale, options: Options
) -> Movement | None:
    ranks = {scale.rank(o.label) for o in first}
    if len(ranks) < 2:
        return None
    poles = {min(ranks): 0, max(ranks): 1}
    repeats: dict[CaseKey, int] = {}
    for o in first:
        repeats[o.case] = repeats.get(o.case, 0) + 1
    clusters: dict[str, int] = {}
    rows = []
    for a, b in zip(first, second, strict=True):
        if (pole := poles.get(scale.rank(a.label))) is None or a.final.action is None or b.final.action is None:
            continue
        cluster = clusters.setdefault(f"pair {a.pair}" if a.pair else f"case {a.case}", len(clusters))
        rows.append((pole, scale.rank(a.final.action), scale.rank(b.final.action), cluster, 1 / repeats[a.case]))
    pole_, action_a, action_b, cluster_, weight = (np.array(column) for column in zip(*rows, strict=True))
    responses = PairedResponses(pole_, action_a, action_b, weight, cluster_)
    return movement(responses, len(scale), {scale.rank(action) for action in options.hold_back})


def _deltas(pairs: Sequence[Pair], a: Scorecard, b: Scorecard, moved: Movement | None) -> dict[str, Difference | None]:
    credits_ = credit_values(pairs)
    distances = [(pair.a.distance, pair.b.distance) for pair in pairs]
    first, second = a.discrimination, b.discrimination
    return {
        "balanced": mean_difference(pairs, credits_, balanced=True) if pairs else None,
        "plain": mean_difference(pairs, credits_, balanced=False) if pairs else None,
        "d_a": _of_change(moved.d_a) if moved else None,
        "d_prime": _mover(moved, "d_prime", first.d_prime, second.d_prime),
        "criterion": _mover(moved, "criterion", first.criterion, second.criterion),
        "somers_d": _plain(first.somers_d, second.somers_d),
        "caution_bias": mean_difference(pairs, distances, balanced=False) if pairs else None,
    }


def _of_change(change: Change | None) -> Difference | None:
    return Difference(change.value, change.low, change.high, change.p) if change else None


def _mover(moved: Movement | None, figure: str, first: float | None, second: float | None) -> Difference | None:
    """Limits by MOVER; an infinite one is unknown."""
    if moved is None or first is None or second is None:
        return None
    limits_a, limits_b = (_figure_limits(figure, counts) for counts in (moved.counts_a, moved.counts_b))
    low, high = mover_difference(second, limits_b, first, limits_a)
    finite = [limit if np.isfinite(limit) else None for limit in (low, high)]
    return Difference(second - first, finite[0], finite[1], None)


def _figure_limits(figure: str, counts: HeldBack) -> Limits:
    return d_prime_limits(counts) if figure == "d_prime" else criterion_limits(counts)


def _plain(first: float | None, second: float | None) -> Difference | None:
    return None if first is None or second is None else Difference(second - first, None, None, None)


def _warnings(pairs: Sequence[Pair], a: Scorecard, b: Scorecard) -> list[str]:
    found = []
    if not pairs:
        found.append("No response of the two runs can be compared.")
    elif (clusters := len({pair.cluster for pair in pairs})) < _FEW_CLUSTERS:
        found.append(f"Only {clusters} cases or contrast pairs are shared: no interval can be relied on.")
    for name, card in (("A", a), ("B", b)):
        found += [f"{name}: {warning}" for warning in card.warnings]
    return found
