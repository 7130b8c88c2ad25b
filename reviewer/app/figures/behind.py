"""Which responses make up a figure of a score: the other half of the answer to "why?"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reviewer.app.figures.scores import ScoredRun
from reviewer.core.actions import ActionId
from reviewer.core.bands import Band
from reviewer.core.scoring.credit import Observation, credit, signed_distance
from reviewer.core.scoring.score import FigureKey, SliceBy
from reviewer.wording.plural import counted


@dataclass(frozen=True)
class JudgedResponse:
    """A labelled response with what it earns; `credit` and `distance` (scale steps outside the band) are None where it
    is unscored.
    """

    seen: Observation
    band: Band
    credit: float | None
    distance: int | None


@dataclass(frozen=True)
class Behind:
    """Responses behind a figure, those that matter most first, and in words what they have in common."""

    words: str
    responses: Sequence[JudgedResponse]


_Holds: TypeAlias = Callable[[JudgedResponse], bool]


@dataclass(frozen=True)
class _Rule:
    words: str
    holds: _Holds


def _exact(one: JudgedResponse) -> bool:
    return one.seen.final.action == one.seen.label


def _lost(one: JudgedResponse) -> bool:
    return one.credit is not None and one.credit < 1


def _overridden(one: JudgedResponse) -> bool:
    return one.seen.reviewed and one.seen.final.action != one.seen.automatic


_LOST = _Rule("earned less than full credit, the least first", _lost)
_OVER = _Rule("were more cautious than label and band", lambda one: (one.distance or 0) > 0)
_UNDER = _Rule("were less cautious than label and band", lambda one: (one.distance or 0) < 0)
_OUTSIDE = _Rule("took an action outside label and band, the farthest first", lambda one: bool(one.distance))
_OVERRIDDEN = _Rule("were decided otherwise than the automatic verdict said", _overridden)
_OTHER = _Rule("took another action than the labelled one", lambda one: one.credit is not None and not _exact(one))
_RULES: Mapping[FigureKey, _Rule] = {
    "balanced": _LOST,
    "plain": _LOST,
    "skill": _LOST,
    "bounds": _Rule("are unscored", lambda one: one.credit is None),
    "automatic": _OVERRIDDEN,
    "corrected": _OVERRIDDEN,
    "exact": _Rule("took the labelled action", _exact),
    "in_band": _Rule("took another action that the band accepts", lambda one: one.distance == 0 and not _exact(one)),
    "out_of_band": _OUTSIDE,
    "under_cautious": _UNDER,
    "under_possible": _UNDER,
    "over_cautious": _OVER,
    "over_possible": _OVER,
    "caution_bias": _OUTSIDE,
    "caution_bias_by_label": _OUTSIDE,
    "somers_d": _OTHER,
}


def behind_figure(run: ScoredRun, key: FigureKey) -> Behind:
    """The responses behind the figure with this key of `formulas.FORMULAS`; where a figure counts what went right, the
    ones that went wrong come with it, for they say why it is not higher.
    """
    if key in ("d_a", "d_prime", "criterion", "held_back_should", "held_back_should_not"):
        return _of_poles(run, key)
    if key == "pairs":
        return _of_pairs(run)
    if key == "best_constant":
        return _of_constant(run)
    return _chosen(run, _RULES[key])


def behind_cell(run: ScoredRun, label: ActionId, final: ActionId) -> Behind:
    """The responses behind one cell of the confusion: this labelled and this final action, by case key and repeat."""
    found = [one for one in _judged(run) if one.seen.label == label and one.seen.final.action == final]
    return Behind(_responses(len(found)), _ordered(found))


def behind_distance(run: ScoredRun, steps: int) -> Behind:
    """The responses that lie so many scale steps outside their band."""
    return _chosen(run, _Rule("lie at this distance from their band", lambda one: one.distance == steps))


def behind_slice(run: ScoredRun, by: SliceBy, value: str) -> Behind:
    """All responses of a slice, those that earned least first."""
    inside = [one for one in _judged(run) if value in (one.seen.tags if by == "tag" else (getattr(one.seen, by),))]
    lost = sum(map(_lost, inside))
    return Behind(f"{_responses(len(inside))}; {lost:,} earned less than full credit, these first", _ordered(inside))


def behind_point(run: ScoredRun) -> Behind:
    """The responses that keep a version from the best corner of the frontier: held back or answered wrongly."""
    return _of_poles(run, "d_a")


def _chosen(run: ScoredRun, rule: _Rule) -> Behind:
    every = list(_judged(run))
    found = [one for one in every if rule.holds(one)]
    return Behind(f"{len(found):,} of {_responses(len(every))} {rule.words}", _ordered(found))


def _of_poles(run: ScoredRun, key: FigureKey) -> Behind:
    """At the least and the most cautious label: what held back where it should not, and the other way round."""
    scored = [one for one in _judged(run) if one.credit is not None]
    ranks = {run.card.scale.rank(label) for label in {one.seen.label for one in scored}}
    if len(ranks) < 2:
        return Behind("There are no two labelled actions to tell apart", ())
    open_label, cautious_label = run.card.scale.ids[min(ranks)], run.card.scale.ids[max(ranks)]
    hold_back = run.card.discrimination.hold_back
    poles = [one for one in scored if one.seen.label in (open_label, cautious_label)]
    held = [one for one in poles if one.seen.label == open_label and one.seen.final.action in hold_back]
    missed = [one for one in poles if one.seen.label == cautious_label and one.seen.final.action not in hold_back]
    n_open = sum(one.seen.label == open_label for one in poles)
    said_held = f"{len(held):,} of {_responses(n_open)} held back where they should not"
    said_missed = f"{len(missed):,} of {_responses(len(poles) - n_open)} did not hold back where they should"
    if key == "held_back_should":
        return Behind(said_missed, _ordered(missed))
    if key == "held_back_should_not":
        return Behind(said_held, _ordered(held))
    return Behind(f"{said_held}, {said_missed}", _ordered([*held, *missed]))


def _of_pairs(run: ScoredRun) -> Behind:
    """The sides of contrast pairs that were not taken as labelled."""
    sides = [one for one in _judged(run) if one.seen.pair and one.credit is not None]
    wrong = [one for one in sides if not _exact(one)]
    return Behind(
        f"{len(wrong):,} of {_responses(len(sides))} to contrast pairs took another action than the labelled one",
        _ordered(wrong),
    )


def _of_constant(run: ScoredRun) -> Behind:
    best = run.card.best_constant
    if best is None:
        return Behind("No case is scored yet", ())
    name = run.card.scale[best].short_name
    rule = _Rule(
        f"earned less than always {name} would have",
        lambda one: one.credit is not None and one.credit < credit(one.seen.label, one.band, best),
    )
    return _chosen(run, rule)


def _judged(run: ScoredRun) -> Iterator[JudgedResponse]:
    """Every labelled response of the run, with the bands that were chosen."""
    scale, bands = run.card.scale, run.card.options.bands
    known: dict[tuple[ActionId, tuple[tuple[ActionId, float], ...]], Band] = {}
    for seen in run.observed.labelled:
        kind = seen.label, tuple(seen.band.items())
        if kind not in known:
            known[kind] = bands.band(seen.label, seen.band, scale)
        band, action = known[kind], seen.final.action
        if action is None:
            yield JudgedResponse(seen, band, None, None)
        else:
            yield JudgedResponse(
                seen, band, credit(seen.label, band, action), signed_distance(seen.label, band, action, scale)
            )


def _ordered(found: Sequence[JudgedResponse]) -> Sequence[JudgedResponse]:
    """Least credit first, then the farthest from the band, unscored ones last; then by case key and repeat."""

    def place(one: JudgedResponse) -> tuple[float, int, str, int]:
        earned = 2.0 if one.credit is None else one.credit
        return earned, -abs(one.distance or 0), one.seen.case, one.seen.repeat

    return sorted(found, key=place)


def _responses(n: int) -> str:
    return counted(n, "response")
