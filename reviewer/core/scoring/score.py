"""The right-action score of one run and every figure that stands beside it (DESIGN, The score)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypedDict

from reviewer.core.actions import ActionId, ActionScale, default_hold_back
from reviewer.core.bands import BandChoice
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.errors import InputError
from reviewer.core.scoring.credit import CaseOutcome, Observation, case_outcomes, credit
from reviewer.core.scoring.discrimination import (
    confusion,
    d_prime_and_criterion,
    held_back,
    is_constant_policy,
    somers_d,
)

FEW_CASES_PER_LABEL = 30
MANY_UNSCORED = 0.05


@dataclass(frozen=True)
class Options:
    """What a score is computed with; printed beside it."""

    bands: BandChoice = field(default_factory=BandChoice)
    hold_back: tuple[ActionId, ...] = ()

    def for_scale(self, scale: ActionScale) -> Options:
        """Fill in the scale's default hold-back actions; InputError if one is not on the scale or all are."""
        ranks = {scale.rank(action) for action in self.hold_back or default_hold_back(scale)}
        if len(ranks) == len(scale):
            raise InputError("All actions of the scale are said to hold back.", "Leave at least one of them out.")
        return replace(self, hold_back=tuple(scale.ids[rank] for rank in sorted(ranks)))


@dataclass(frozen=True)
class TwoMeans:
    """The balanced mean over labels, None when a label has nothing scored, and the plain mean over cases."""

    balanced: float | None
    plain: float | None


@dataclass(frozen=True)
class Discrimination:
    """`hits` and `false_alarms` are (held back, cases) at the most and the least cautious label."""

    d_prime: float | None
    criterion: float | None
    somers_d: float | None
    hits: tuple[float, int] | None
    false_alarms: tuple[float, int] | None
    hold_back: tuple[ActionId, ...]


@dataclass(frozen=True)
class Slice:
    """The cases that share a value: their number and their figures."""

    by: str
    value: str
    n: int
    balanced: float | None
    plain: float | None
    over_cautious: float | None
    under_cautious: float | None


@dataclass(frozen=True)
class Override:
    """A person's word that differs from the automatic one, and by how much it changed the response's credit.

    `change` is None where the response is unscored now: it left the means instead of changing its credit.
    """

    case: str
    repeat: int
    automatic: ActionId | None
    final: ActionId | None
    change: float | None


@dataclass(frozen=True)
class Scorecard:
    """Every figure of one run. Shares and means are over cases with a scored response; None where there is none."""

    scale: ActionScale
    options: Options
    n_cases: int
    n_responses: int
    unscored: int
    unscored_reasons: Mapping[str, int]
    sources: Mapping[str, int]
    states: Mapping[str, int]
    reviewed: int
    score: TwoMeans
    low: TwoMeans
    high: TwoMeans
    automatic: TwoMeans
    exact: float | None
    in_band: float | None
    out_of_band: float | None
    over_cautious: float | None
    under_cautious: float | None
    over_possible: float | None
    under_possible: float | None
    caution_bias: float | None
    caution_bias_by_label: float | None
    discrimination: Discrimination
    constants: Mapping[ActionId, TwoMeans]
    best_constant: ActionId | None
    skill: float | None
    pairs_right: int
    pairs: int
    confusion: Mapping[ActionId, Mapping[ActionId, float]]
    cases_by_label: Mapping[ActionId, int]
    slices: tuple[Slice, ...]
    overrides: tuple[Override, ...]
    warnings: tuple[str, ...] = ()

    @property
    def reviewed_share(self) -> float | None:
        return self.reviewed / self.n_responses if self.n_responses else None

    @property
    def is_automatic(self) -> bool:
        """True until somebody has decided: the score is then titled so everywhere."""
        return self.reviewed == 0


def scorecard(observations: Iterable[Observation], scale: ActionScale, options: Options | None = None) -> Scorecard:
    """Score one run's responses. Raises InputError for an action that is not on the scale."""
    options = (options or Options()).for_scale(scale)
    items = [replace(o, band=options.bands.band(o.label, o.band, scale)) for o in observations]
    outcomes = case_outcomes(items, scale, options.hold_back)
    scored = [outcome for outcome in outcomes if outcome.scored]
    constants = _constants(scored, scale)
    best = max(constants, key=lambda action: constants[action].balanced or 0.0) if scored else None
    score = means(outcomes, lambda o: o.credit)
    pairs = _pairs(outcomes)
    card = Scorecard(
        scale=scale,
        options=options,
        score=score,
        low=means(outcomes, lambda o: o.credit_low),
        high=means(outcomes, lambda o: o.credit_high),
        automatic=means(_automatic_outcomes(items, scale, options), lambda o: o.credit),
        discrimination=_discrimination(scored, scale, options),
        constants=constants,
        best_constant=best,
        skill=_skill(score.balanced, constants[best].balanced if best else None),
        pairs_right=pairs[0],
        pairs=pairs[1],
        confusion=confusion(scored, scale),
        slices=tuple(_slices(outcomes)),
        overrides=tuple(_overrides(items)),
        **_response_counts(items),
        **_case_figures(outcomes, scale),
    )
    return replace(card, warnings=tuple(_warnings(card, outcomes)))


class _ResponseCounts(TypedDict):
    n_responses: int
    unscored: int
    unscored_reasons: Mapping[str, int]
    sources: Mapping[str, int]
    states: Mapping[str, int]
    reviewed: int


def _response_counts(items: Sequence[Observation]) -> _ResponseCounts:
    return _ResponseCounts(
        n_responses=len(items),
        unscored=sum(o.final.action is None for o in items),
        unscored_reasons=_counts(str(o.final.reason) for o in items if o.final.reason),
        sources=_source_counts(items),
        states=_counts(str(o.state) for o in items),
        reviewed=sum(o.reviewed for o in items),
    )


class _CaseFigures(TypedDict):
    n_cases: int
    cases_by_label: Mapping[ActionId, int]
    exact: float | None
    in_band: float | None
    out_of_band: float | None
    over_cautious: float | None
    under_cautious: float | None
    over_possible: float | None
    under_possible: float | None
    caution_bias: float | None
    caution_bias_by_label: float | None


def _case_figures(outcomes: Sequence[CaseOutcome], scale: ActionScale) -> _CaseFigures:
    scored = [outcome for outcome in outcomes if outcome.scored]
    return _CaseFigures(
        n_cases=len(outcomes),
        cases_by_label={a: n for a in scale.ids if (n := sum(o.label == a for o in outcomes))},
        exact=_mean(o.exact for o in scored),
        in_band=_mean(o.in_band for o in scored),
        out_of_band=_mean(o.over + o.under for o in scored),
        over_cautious=_mean(o.over for o in scored),
        under_cautious=_mean(o.under for o in scored),
        over_possible=_mean(o.over for o in scored if _reaches(o, scale, scale.ids[-1])),
        under_possible=_mean(o.under for o in scored if _reaches(o, scale, scale.ids[0])),
        caution_bias=_mean(o.distance for o in scored),
        caution_bias_by_label=means(outcomes, lambda o: o.distance if o.scored else None).balanced,
    )


def means(outcomes: Sequence[CaseOutcome], figure: Callable[[CaseOutcome], float | None]) -> TwoMeans:
    """Balanced and plain mean of a case figure. Unscored cases (None) enter neither."""
    by_label: dict[ActionId, list[float]] = {}
    for outcome in outcomes:
        values = by_label.setdefault(outcome.label, [])
        value = figure(outcome)
        if value is not None:
            values.append(value)
    within = [_mean(values) for values in by_label.values()]
    whole = [mean for mean in within if mean is not None]
    balanced = _mean(whole) if len(whole) == len(within) else None
    return TwoMeans(balanced, _mean(value for values in by_label.values() for value in values))


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None


def _counts(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _source_counts(items: Sequence[Observation]) -> dict[str, int]:
    counted = Counter(o.final.source for o in items if o.final.source)
    return {str(source): counted.get(source, 0) for source in FinalSource}


def _automatic_outcomes(items: Sequence[Observation], scale: ActionScale, options: Options) -> list[CaseOutcome]:
    automatic = [replace(o, final=FinalAction(o.automatic)) for o in items]
    return case_outcomes(automatic, scale, options.hold_back)


def _reaches(outcome: CaseOutcome, scale: ActionScale, extreme: ActionId) -> bool:
    """Whether the error towards this end of the scale is possible: the end lies outside the case's band."""
    return extreme != outcome.label and extreme not in outcome.first.band


def _constants(outcomes: Sequence[CaseOutcome], scale: ActionScale) -> dict[ActionId, TwoMeans]:
    def always(action: ActionId) -> TwoMeans:
        return means(outcomes, lambda o: credit(o.label, o.first.band, action))

    return {action: always(action) for action in scale.ids}


def _skill(score: float | None, best: float | None) -> float | None:
    """(score − best constant) / (1 − best constant): 0 is no better than the best constant policy, 1 perfect."""
    if score is None or best is None or best >= 1:
        return None
    return (score - best) / (1 - best)


def _discrimination(scored: Sequence[CaseOutcome], scale: ActionScale, options: Options) -> Discrimination:
    counts = held_back(scored, scale)
    constant = is_constant_policy(scored)
    d_prime, criterion = d_prime_and_criterion(counts) if counts and not constant else (None, None)
    return Discrimination(
        d_prime=d_prime,
        criterion=criterion,
        somers_d=somers_d(confusion(scored, scale), scale),
        hits=(counts.hits, counts.should) if counts else None,
        false_alarms=(counts.false_alarms, counts.should_not) if counts else None,
        hold_back=options.hold_back,
    )


def _pairs(outcomes: Sequence[CaseOutcome]) -> tuple[int, int]:
    """Contrast pairs with both sides exactly right in every scored repeat, and pairs with both sides scored."""
    by_pair: dict[str, list[CaseOutcome]] = {}
    for outcome in outcomes:
        if outcome.first.pair and outcome.scored:
            by_pair.setdefault(outcome.first.pair, []).append(outcome)
    whole = [group for group in by_pair.values() if len(group) >= 2]
    return sum(all(o.exact == 1 for o in group) for group in whole), len(whole)


def _slice_values(outcome: CaseOutcome) -> Iterable[tuple[str, str]]:
    first = outcome.first
    yield "label", first.label
    for by in ("category", "source", "segment"):
        if value := getattr(first, by):
            yield by, value
    for tag in first.tags:
        yield "tag", tag


def _slices(outcomes: Sequence[CaseOutcome]) -> Iterable[Slice]:
    groups: dict[tuple[str, str], list[CaseOutcome]] = {}
    for outcome in outcomes:
        for key in _slice_values(outcome):
            groups.setdefault(key, []).append(outcome)
    for (by, value), group in sorted(groups.items()):
        scored = [outcome for outcome in group if outcome.scored]
        score = means(group, lambda o: o.credit)
        over, under = _mean(o.over for o in scored), _mean(o.under for o in scored)
        yield Slice(by, value, len(group), score.balanced, score.plain, over, under)


def _overrides(items: Sequence[Observation]) -> Iterable[Override]:
    for o in sorted(items, key=lambda o: (o.case, o.repeat)):
        if not o.reviewed or o.final.action == o.automatic:
            continue
        before = credit(o.label, o.band, o.automatic) if o.automatic else 0.0
        change = credit(o.label, o.band, o.final.action) - before if o.final.action else None
        yield Override(o.case, o.repeat, o.automatic, o.final.action, change)


def _warnings(card: Scorecard, outcomes: Sequence[CaseOutcome]) -> Iterable[str]:
    if card.is_automatic and card.n_responses:
        yield "Automatic, not reviewed: nobody has decided a response of this run yet."
    scored = Counter(o.label for o in outcomes if o.scored)
    for label in (action for action in card.scale.ids if any(o.label == action for o in outcomes)):
        name = card.scale[label].name
        if not scored[label]:
            yield f"No case labelled “{name}” is scored, so there is no balanced score."
        elif scored[label] < FEW_CASES_PER_LABEL:
            cases = "case is" if scored[label] == 1 else "cases are"
            yield f"Only {scored[label]} scored {cases} labelled “{name}”; under {FEW_CASES_PER_LABEL} is few."
    if card.n_responses and card.unscored / card.n_responses > MANY_UNSCORED:
        share = f"{card.unscored} of {card.n_responses} responses are unscored"
        yield f"{share}, more than {MANY_UNSCORED * 100:.0f} %; see the bounds."
    best = card.constants[card.best_constant].balanced if card.best_constant else None
    if card.best_constant and best is not None and card.score.balanced is not None and best >= card.score.balanced:
        name = card.scale[card.best_constant].name
        yield f"The constant policy “always {name}” scores as well or better on these cases."
