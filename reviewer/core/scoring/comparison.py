"""What changed from one version to another, over the responses that both gave."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.cases import CaseKey
from reviewer.core.plural import counted, noun
from reviewer.core.scoring.band_changes import ChangeUnder, changes_under
from reviewer.core.scoring.cases import UNSCORED, ordered_table, slice_names
from reviewer.core.scoring.computing import scored_table
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.flips import CaseFlip, FlipKind, flip_kind
from reviewer.core.scoring.intervals import (
    LEVEL,
    MOVER,
    Limits,
    criterion_limits,
    d_prime_limits,
    mover_difference,
    z_of,
)
from reviewer.core.scoring.movement import Movement, movement
from reviewer.core.scoring.order_limits import somers_d_change
from reviewer.core.scoring.paired import (
    Difference,
    Homogeneity,
    PairedCases,
    RightWrong,
    SliceChange,
    clustered_homogeneity,
    counts_apart,
    flip_table,
    is_trade,
    mean_difference,
    named_flips,
    right_wrong,
    score_differences,
    share_difference,
    slice_changes,
    stuart_maxwell,
)
from reviewer.core.scoring.rates import FEW_EVENTS, Rates, pole_cases
from reviewer.core.scoring.sampled import Plan, corrected_difference
from reviewer.core.scoring.score import SMALL_SAMPLE, FigureKey, Options, Scorecard
from reviewer.core.scoring.stakes import StakedChange, staked_change
from reviewer.core.scoring.warnings import FEW_CLUSTERS, MANY_UNSCORED

FEW_REVIEWED = 10
_OF_RATES = {"d_prime": (1.0, -1.0), "criterion": (1.0, 1.0)}
"""What figures are of z of the rates of holding back, where it should be and where it should not."""


@dataclass(frozen=True)
class Comparison:
    """`a` and `b` are the scores over the shared responses, without slices; `dropped` are shared
    cases with nothing scored in both.

    `homogeneity` is Stuart–Maxwell, `clustered_homogeneity` its form for contrast pairs and repeats, else None.
    """

    a: Scorecard
    b: Scorecard
    cases: PairedCases
    only_a: tuple[CaseKey, ...]
    only_b: tuple[CaseKey, ...]
    changed: tuple[CaseKey, ...]
    dropped: tuple[CaseKey, ...]
    deltas: Mapping[FigureKey, Difference | None]
    right_wrong: RightWrong
    homogeneity: Homogeneity
    clustered_homogeneity: Homogeneity | None
    matrix: Mapping[ActionId, Mapping[ActionId, int]]
    unstable: int
    movement: Movement | None
    trades: bool
    slices: tuple[SliceChange, ...]
    warnings: tuple[str, ...]
    staked: StakedChange | None = None

    @cached_property
    def under_bands(self) -> tuple[ChangeUnder, ...]:
        """The balanced score's change with each choice of bands, as `excused.under` of both sides has them."""
        return changes_under(self.cases, [each.bands for each in self.a.excused.under], self.deltas["balanced"])

    @property
    def in_band(self) -> Difference | None:
        """The change of the share inside the band and not exact, found when it is asked for; None without cases."""
        shares = [side.accepted - side.exact for side in (self.cases.a, self.cases.b)]
        return share_difference(self.cases, *shares) if len(self.cases) else None

    @property
    def n_shared(self) -> int:
        return len(self.cases)

    @property
    def flips(self) -> int:
        """Cases whose modal action differs."""
        return counts_apart(self.matrix)


def compare(
    first: Sequence[Observation],
    second: Sequence[Observation],
    scale: ActionScale,
    options: Options | None = None,
    plans: tuple[Plan, Plan] = ({}, {}),
) -> Comparison:
    """Compare two runs' labelled responses. Cases that asked or were labelled otherwise are left out and named.

    With the runs' review `plans` the change of the corrected score is there too.

    Raises InputError for an action that is not on the scale.
    """
    options = (options or Options()).for_scale(scale)
    cases_a, cases_b = ({o.case for o in side} for side in (first, second))
    shared_a, shared_b, left_out = _shared(first, second, scale, options)
    table_a = ordered_table(shared_a, scale, options.bands)
    cases = PairedCases(table_a, ordered_table(shared_b, scale, options.bands).grouped_as(table_a))
    card_a, card_b = (
        scored_table(side, items, options, among_others=True)
        for side, items in ((cases.a, shared_a), (cases.b, shared_b))
    )
    moved = _moved(cases, options) if len(cases) else None
    dropped = tuple(sorted((cases_a & cases_b) - left_out - {o.case for o in shared_a}))
    table = flip_table(cases)
    return Comparison(
        a=card_a,
        b=card_b,
        cases=cases,
        only_a=tuple(sorted(cases_a - cases_b)),
        only_b=tuple(sorted(cases_b - cases_a)),
        changed=tuple(sorted(left_out)),
        dropped=dropped,
        deltas={
            **_deltas(cases, card_a, card_b, moved),
            "corrected": corrected_difference(shared_a, shared_b, scale, options.bands, plans),
        },
        right_wrong=right_wrong(cases),
        homogeneity=stuart_maxwell(table),
        clustered_homogeneity=clustered_homogeneity(cases) if len(cases) and cases.is_clustered else None,
        matrix=named_flips(table, scale.ids),
        unstable=int(((cases.a.modal == UNSCORED) | (cases.b.modal == UNSCORED)).sum()),
        movement=moved,
        trades=is_trade(cases),
        slices=tuple(slice_changes(cases)),
        warnings=tuple(_warnings(cases, card_a, card_b, (shared_a, shared_b), dropped)),
        staked=staked_change(cases) if len(cases) else None,
    )


def _moved(cases: PairedCases, options: Options) -> Movement | None:
    """None where only one pole has cases."""
    poles, scale = pole_cases([cases.a, cases.b]), cases.a.scale
    if poles is None:
        return None
    names = tuple(scale[action].short_name for action in scale.ids)
    repeats = max(round(float(cases.a.scored.mean())), 1)
    return movement(poles, {scale.rank(action) for action in options.hold_back}, names, repeats)


def _shared(
    first: Sequence[Observation], second: Sequence[Observation], scale: ActionScale, options: Options
) -> tuple[list[Observation], list[Observation], set[CaseKey]]:
    """Both sides' responses to what both answered, in the same order, and the cases asked or labelled otherwise."""
    one, two = ({(o.case, o.repeat): o for o in side} for side in (first, second))
    left_out = {o.case for key, o in one.items() if key in two and not _same_case(o, two[key], scale, options)}
    # in the order that they were given in, which most often is this one already: sorting that again is quick
    keys = sorted([key for key in one if key in two and key[0] not in left_out and _both(one[key], two[key])])
    return [one[key] for key in keys], [two[key] for key in keys], left_out


def case_flips(comparison: Comparison) -> Iterable[CaseFlip]:
    """What became of each compared case, in key order."""
    table, scale = comparison.cases.a, comparison.cases.a.scale
    actions = [
        [None if rank == UNSCORED else scale.ids[rank] for rank in side.modal.tolist()]
        for side in (comparison.cases.a, comparison.cases.b)
    ]
    kinds: dict[tuple[int, ActionId | None, ActionId | None], FlipKind] = {}
    for key, fact, kind, a, b in zip(table.keys, table.facts, table.kind.tolist(), *actions, strict=True):
        band = table.bands[kind]
        if (kind, a, b) not in kinds:
            kinds[kind, a, b] = flip_kind(fact.label, band, a, b, scale)
        yield CaseFlip(key, fact.label, band, a, b, kinds[kind, a, b], tuple(slice_names(fact)))


def _same_case(a: Observation, b: Observation, scale: ActionScale, options: Options) -> bool:
    if a.label != b.label or a.message_hash != b.message_hash:
        return False
    return a.band == b.band or options.bands.band(a.label, a.band, scale) == options.bands.band(b.label, b.band, scale)


def _both(a: Observation, b: Observation) -> bool:
    return a.final.action is not None and b.final.action is not None


def _deltas(
    cases: PairedCases, a: Scorecard, b: Scorecard, moved: Movement | None
) -> dict[FigureKey, Difference | None]:
    one, two = a.discrimination, b.discrimination
    some = len(cases) > 0
    first, second = cases.a, cases.b
    balanced, plain = score_differences(cases) if some else (None, None)
    return {
        "balanced": balanced,
        "plain": plain,
        "d_a": _d_a(moved) if moved else None,
        "d_prime": _mover(moved, "d_prime", one.d_prime, two.d_prime),
        "criterion": _mover(moved, "criterion", one.criterion, two.criterion),
        "somers_d": _somers(cases),
        "caution_bias": mean_difference(cases, first.distance, second.distance, balanced=False) if some else None,
        "over_cautious": share_difference(cases, first.over, second.over) if some else None,
        "under_cautious": share_difference(cases, first.under, second.under) if some else None,
        "exact": share_difference(cases, first.exact, second.exact) if some else None,
    }


def _d_a(moved: Movement) -> Difference | None:
    """A version whose rates are too near 0 or 1 has no upper limit of its d_a, so the difference has no end there."""
    change = moved.d_a
    if change is None:
        return None
    if change.low == change.high:
        # one version twice
        return Difference(change.value, None, None, None, "normal")
    open_a, open_b = (moved.rates.fewest(version) < FEW_EVENTS for version in (0, 1))
    p = None if open_a or open_b else change.p
    form = SMALL_SAMPLE if moved.rates.few_for_change(0, 1) else "normal"
    return Difference(change.value, None if open_a else change.low, None if open_b else change.high, p, form)


def _mover(moved: Movement | None, figure: str, first: float | None, second: float | None) -> Difference | None:
    """Limits by MOVER, with what both versions have in common on the same cases; an infinite one is unknown."""
    if moved is None or first is None or second is None:
        return None
    limits_a, limits_b = (_figure_limits(figure, moved.rates, version) for version in (0, 1))
    low, high = mover_difference(second, limits_b, first, limits_a, moved.rates.of_versions(_OF_RATES[figure]))
    # where both held back on the same cases nothing tells how sure that is
    known = moved.rates.apart(0, 1) > 0
    finite = [limit if known and math.isfinite(limit) else None for limit in (low, high)]
    form = SMALL_SAMPLE if moved.rates.few_for_change(0, 1) else MOVER
    return Difference(second - first, finite[0], finite[1], None, form)


def _figure_limits(figure: str, found: Rates, version: int) -> Limits:
    counts, trials = found.counts[version], found.trials(version)
    of = d_prime_limits if figure == "d_prime" else criterion_limits
    return of(counts, trials, correlation=found.correlation(version))


def _somers(cases: PairedCases) -> Difference | None:
    """Descriptive: its limits are those of the paired projections."""
    found = somers_d_change(cases.a, cases.b) if len(cases) else None
    if found is None:
        return None
    value, limits, form = found
    low, high = (limit if math.isfinite(limit) else None for limit in limits)
    return Difference(value, low, high, None, form)


def _warnings(
    cases: PairedCases,
    a: Scorecard,
    b: Scorecard,
    responses: tuple[Sequence[Observation], Sequence[Observation]],
    dropped: Sequence[CaseKey],
) -> list[str]:
    found = []
    if not len(cases):
        found.append("No response of the two runs can be compared.")
    elif cases.sample.clusters < FEW_CLUSTERS:
        few = cases.sample.clusters
        shared = noun(few, "case or contrast pair is", "cases or contrast pairs are")
        found.append(f"Only {few} {shared} shared, which is few.")
    found += _left_out(len(dropped), len(cases))
    if differs := _classifier_differs(*responses):
        found.append(differs)
    said = {name: list(card.warnings) for name, card in (("A", a), ("B", b))}
    found += [f"A and B: {warning}" for warning in said["A"] if warning in said["B"]]
    for name, other in (("A", "B"), ("B", "A")):
        found += [f"{name}: {warning}" for warning in said[name] if warning not in said[other]]
    return found


def _left_out(dropped: int, compared: int) -> Iterator[str]:
    """Where many cases that both versions were asked are not compared, because one gave them no scored response."""
    if compared and dropped / (dropped + compared) > MANY_UNSCORED:
        yield (
            f"{dropped:,} of {counted(dropped + compared, 'case')} that both were asked "
            f"{noun(dropped, 'has', 'have')} no scored response in one of them, more than {MANY_UNSCORED * 100:g} %: "
            "they are left out, and what fails is seldom a random part."
        )


def _classifier_differs(first: Sequence[Observation], second: Sequence[Observation]) -> str:
    """A classifier that is corrected more often on one version than on the other does not cancel out."""
    wrong, n = [], []
    for side in (first, second):
        reviewed = [o for o in side if o.reviewed]
        n.append(len(reviewed))
        wrong.append(sum(o.final.action != o.automatic for o in reviewed))
    if min(n) < FEW_REVIEWED:
        return ""
    share = sum(wrong) / sum(n)
    error = math.sqrt(share * (1 - share) * (1 / n[0] + 1 / n[1]))
    if error == 0 or abs(wrong[0] / n[0] - wrong[1] / n[1]) < z_of(LEVEL) * error:
        return ""
    return (
        f"People corrected the classifier in {wrong[0]} of {n[0]} reviewed responses of A and {wrong[1]} of {n[1]} of "
        "B: its error differs between the versions and does not cancel in the comparison."
    )
