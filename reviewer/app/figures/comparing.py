"""Compare two stored runs case by case."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from reviewer.app.figures.judge_orders import judge_orders
from reviewer.app.figures.scores import damage_warnings
from reviewer.core.actions import ActionId
from reviewer.core.errors import InputError
from reviewer.core.scoring.flips import CaseFlip, FlipKind
from reviewer.core.scoring.score import Options, rough_word
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Observed, RunLine
from reviewer.store.queries import runs
from reviewer.wording.decision import sure
from reviewer.wording.excuses import change_under_bands, rankings_disagree

if TYPE_CHECKING:
    from reviewer.classify.judge.ordering import JudgeOrder
    from reviewer.core.scoring.comparison import Comparison
    from reviewer.core.scoring.movement import Change, FrontierTest, Movement
    from reviewer.core.scoring.paired import Difference
    from reviewer.core.scoring.probit import ProbitFit
    from reviewer.core.scoring.rates import Rates


@dataclass(frozen=True)
class ComparedRuns:
    """Two runs and what changed from the first to the second; `judges` are those that have read both."""

    a: RunLine
    b: RunLine
    comparison: Comparison
    judges: tuple[JudgeOrder, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before the figures are believed, judges that cannot tell the two apart included."""
        judges = filter(None, (judge.sentence for judge in self.judges))
        return (*([self.backwards] if self.backwards else []), *self.comparison.warnings, *judges)

    @property
    def backwards(self) -> str:
        """Said where the second run was begun before the first; empty where time runs forwards."""
        if older_first(self.a, self.b)[0] is self.a:
            return ""
        return (
            f"{self.a.name} was begun after {self.b.name}: every change is told backwards, from the newer run to the "
            "older one."
        )


def older_first(one: RunLine, other: RunLine) -> tuple[RunLine, RunLine]:
    """By when they were begun, then by when they came into the workspace: what is told of versions runs this way."""
    first, second = sorted((one, other), key=attrgetter("created_at", "id"))
    return first, second


def compare_runs(workspace: Workspace, a: str, b: str, options: Options | None = None) -> ComparedRuns:
    """Raises InputError for an unknown run, two runs on different scales or an action that the scale does not have."""
    first, second = runs.run_named(workspace, a), runs.run_named(workspace, b)
    check_comparable(first, second)
    one, two = (runs.observed(workspace, line.id) for line in (first, second))
    return compare_observed(workspace, (first, one), (second, two), options)


def check_comparable(first: RunLine, second: RunLine) -> None:
    """Raises InputError for a run given twice and for two on different scales."""
    if first.id == second.id:
        raise InputError(f"{first.name!r} was given twice.", "Give two different runs.")
    check_one_scale(first, second)


def check_one_scale(first: RunLine, second: RunLine) -> None:
    """Raises InputError for two runs on different scales."""
    if first.scale.ids != second.scale.ids:
        raise InputError(
            f"The runs {first.name!r} and {second.name!r} are on different action scales.",
            "Only runs on one scale can be compared.",
        )


def compare_observed(
    workspace: Workspace,
    a: tuple[RunLine, Observed],
    b: tuple[RunLine, Observed],
    options: Options | None = None,
    *,
    other: Workspace | None = None,
) -> ComparedRuns:
    """Two runs that were read already, `b` from `other` where that is another workspace.

    Raises InputError for an action that the scale does not have.
    """
    # NumPy and SciPy are read when the first comparison is asked for
    from reviewer.core.scoring.comparison import compare

    (first, one), (second, two) = a, b
    compared = compare(one.labelled, two.labelled, first.scale, options, (one.plan, two.plan))
    damaged = [said for line, each in (a, b) for said in damage_warnings(line.name, each.damaged)]
    warnings = [*damaged, *_former_scale_warning(first.name, one, second.name, two), *compared.warnings]
    whole = replace(compared, warnings=tuple(warnings))
    return ComparedRuns(first, second, whole, judge_orders(workspace, first, second, other))


def _former_scale_warning(a: str, one: Observed, b: str, two: Observed) -> Iterator[str]:
    """Of runs that were read on different scales: a difference may be the scales' and not the models'."""
    said = [each.on_former_scale for each in (one, two)]
    numbers = [each.decided + each.classified for each in said]
    totals = [len(each.labelled) for each in (one, two)]
    if numbers[0] * totals[1] != numbers[1] * totals[0]:
        yield (
            f"{numbers[0]:,} of {a}'s and {numbers[1]:,} of {b}'s responses were read before the suite got its scale: "
            "some of the difference may be between the scales."
        )


def summary(found: ComparedRuns) -> str:
    """What a release manager reads first: the movement, and where two rankings of the versions disagree."""
    comparison = found.comparison
    names = f"With A = {found.a.name} and B = {found.b.name}:"
    if comparison.movement is None:
        return f"{names} {_no_movement(comparison)}"
    parts = [
        f"{names} {comparison.movement.sentence}",
        _trade(comparison),
        rankings_disagree(comparison),
        change_under_bands(comparison),
    ]
    return " ".join(filter(None, parts))


def _no_movement(c: Comparison) -> str:
    """Why nothing can be said: no case, or cases of one label."""
    if not c.n_shared:
        return "there is no case that both answered alike asked and labelled, so nothing can be compared."
    scale = c.cases.a.scale
    label = scale[scale.ids[int(c.cases.a.label.min())]].short_name
    all_ = "The one shared case is" if c.n_shared == 1 else f"All {c.n_shared:,} shared cases are"
    return f"{all_} labelled “{label}”. Movement takes cases at both ends of the scale, so nothing can be said of it."


def _trade(c: Comparison) -> str:
    """What was paid for what; a slide has said its price already."""
    from reviewer.core.scoring.movement import MovementVerdict
    from reviewer.core.scoring.movement_words import is_paid, trade

    if not c.trades or c.movement is None or c.movement.verdict is MovementVerdict.SLID:
        return ""
    if is_paid(c.movement.rates):
        return f"It is a trade: {trade(c.movement.rates)}."
    table = c.cases.a
    should = table.label == table.label.max()
    gained = float((c.cases.b.credit[should] - table.credit[should]).mean()) > 0
    better, worse = ("should", "should not") if gained else ("should not", "should")
    return f"It is a trade: right more often where it {better} hold back, less often where it {worse}."


def comparison_document(found: ComparedRuns) -> dict[str, Any]:
    """The contract's `compare --json`. What is unknown or infinite is null."""
    c = found.comparison
    return {
        "a": found.a.name,
        "b": found.b.name,
        "n_shared": c.n_shared,
        "only_a": list(c.only_a),
        "only_b": list(c.only_b),
        "changed": list(c.changed),
        "dropped": list(c.dropped),
        "bands": str(c.a.options.bands),
        "hold_back": list(c.a.options.hold_back),
        "delta": {name: _interval(delta) for name, delta in c.deltas.items()},
        "with_stakes": _staked(c),
        "right_wrong": {
            "both_right": c.right_wrong.both_right,
            "only_a": c.right_wrong.only_a,
            "only_b": c.right_wrong.only_b,
            "neither": c.right_wrong.neither,
        },
        "mcnemar_p": c.right_wrong.p,
        "stuart_maxwell": {"statistic": c.homogeneity.statistic, "df": c.homogeneity.df, "p": c.homogeneity.p},
        "clustered": _clustered(c),
        "flips": {"n": c.flips, "matrix": c.matrix, **_kinds(found)},
        "movement": str(c.movement.verdict) if c.movement else None,
        "direction": c.movement.direction if c.movement else "",
        "sentence": summary(found),
        "sure": sure(c),
        "tests": _tests(c.movement) if c.movement else {},
        # kept for readers of older documents: a reversal takes three versions, and two can only trade
        "oscillation": False,
        "trade": c.trades,
        "slices": _slices(c),
        "under_bands": [
            {"bands": str(one.bands), "a": one.balanced, "b": other.balanced, "delta": _interval(each.change)}
            for one, other, each in zip(c.a.excused.under, c.b.excused.under, c.under_bands, strict=True)
        ],
        "judges": [judge.as_json() for judge in found.judges],
        "warnings": list(found.warnings),
    }


def _slices(c: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "by": each.by,
            "value": each.value,
            "n": each.n,
            "delta": _interval(each.change),
            "p": each.change.p,
            "p_adjusted": each.p_adjusted,
            "flagged": each.flagged,
        }
        for each in c.slices
    ]


def case_flips(found: ComparedRuns) -> tuple[CaseFlip, ...]:
    """What became of each compared case, in key order."""
    from reviewer.core.scoring.comparison import case_flips as flips_of

    return tuple(flips_of(found.comparison))


def _kinds(found: ComparedRuns) -> dict[str, int]:
    counts = Counter(flip.kind for flip in case_flips(found))
    return {kind.name.lower(): counts[kind] for kind in FlipKind}


def _clustered(c: Comparison) -> dict[str, Any] | None:
    """The tests for contrast pairs and repeats; null where cases do not depend on each other."""
    found = c.clustered_homogeneity
    if found is None:
        return None
    homogeneity = {"statistic": found.statistic, "df": found.df, "p": found.p}
    return {"right_wrong_p": c.right_wrong.clustered_p, "stuart_maxwell": homogeneity}


def _staked(c: Comparison) -> dict[str, Any] | None:
    """The change where each case weighs its stakes; null where no compared case has any."""
    if c.staked is None:
        return None
    both = {"balanced": _interval(c.staked.balanced), "plain": _interval(c.staked.plain)}
    return {"n_cases": c.staked.cases, **both}


def _interval(difference: Difference | None) -> dict[str, float | bool | None]:
    """`rough` says of limits that they need not hold in 93 to 97 of 100 suites."""
    if difference is None:
        return {"value": None, "low": None, "high": None, "rough": False}
    ends = {"low": difference.low, "high": difference.high}
    return {"value": difference.value, **ends, "rough": bool(rough_word(difference.method))}


def _tests(moved: Movement) -> dict[str, Any]:
    fit = moved.fit
    return {
        "anything": {"statistic": moved.anything, "df": 2, "p": moved.anything_p},
        "frontier": _frontier(moved.frontier) if moved.frontier else None,
        "thresholds": moved.thresholds,
        "criterion": _change(moved.criterion),
        "d_prime": _change(moved.d_prime),
        "d_a": {**_change(moved.d_a), "decides": False} if moved.d_a else None,
        "d_a_90": list(moved.d_a_equivalence) if moved.d_a_equivalence else None,
        "d_a_a": _version(fit, 0, moved.rates) if fit else None,
        "d_a_b": _version(fit, 1, moved.rates) if fit else None,
        "slope": fit.slope if fit else None,
        "one_frontier": {"statistic": fit.one_frontier, "df": 1, "p": fit.one_frontier_p} if fit else None,
        "equal_slopes": {"statistic": fit.equal_slopes, "df": 1, "p": fit.equal_slopes_p} if fit else None,
        "ranges_overlap": moved.ranges_overlap,
        "whatever_the_frontier": moved.whatever_the_frontier or None,
    }


def _frontier(tested: FrontierTest) -> dict[str, Any]:
    """What decided; an end without a limit is null."""
    low, high = (end if math.isfinite(end) else None for end in tested.limits)
    loss, same, gain = tested.odds
    needed = tested.would_decide
    return {
        "statistic": tested.statistic,
        "held_back_statistic": tested.held_back,
        "misfit": tested.misfit,
        "changed": tested.changed,
        "cases": list(tested.cases),
        "actions": tested.actions,
        # of the two changes of d_a the one that the verdict rests on; that in `delta` adds a part of a case
        "change": {"value": tested.change, "low": low, "high": high, "decides": True},
        "statistic_at_loss": tested.against_loss,
        "statistic_at_gain": tested.against_gain,
        "odds": {"loss": loss, "same": same, "gain": gain},
        "would_decide": {"gain": needed.gain, "cases_a_pole": needed.cases, "repeats": needed.repeats},
    }


def _change(change: Change) -> dict[str, float]:
    return {"value": change.value, "low": change.low, "high": change.high, "p": change.p}


def _version(fit: ProbitFit, version: int, rates: Rates) -> dict[str, Any]:
    from reviewer.core.scoring.run_intervals import d_a_interval

    found = d_a_interval(fit, version, rates.fewest(version))
    ends = {"low": found.low, "high": found.high, "rough": bool(rough_word(found.method))}
    return {"value": float(fit.d_a[version]), **ends}


def flips_between(found: ComparedRuns) -> list[tuple[ActionId, ActionId, int]]:
    """(action of A, action of B, cases), most frequent first, of cases whose action differs."""
    matrix = found.comparison.matrix
    flips = [(a, b, n) for a, row in matrix.items() for b, n in row.items() if a != b and n]
    return sorted(flips, key=lambda flip: -flip[2])
