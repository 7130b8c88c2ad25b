"""How many cases and repeats decide a change, before a request is paid for; and what the cases that are there find."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from reviewer.app.figures.trends import newest_of_suite
from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.facts.suites import CaseSlices, StoredSuite
from reviewer.store.queries import runs, suites
from reviewer.wording.plain_text import NAME_CHARACTERS, preview
from reviewer.wording.plural import counted

if TYPE_CHECKING:
    from reviewer.core.scoring.cases import CaseTable
    from reviewer.core.scoring.expecting import Expecting

DEFAULT_GAIN = 0.5
MOST_REPEATS = 1000
MOST_GAIN, LEAST_GAIN = 2.0, 0.05
LIMIT_CASES = 250
"""The plain limit is said for so many cases a pole, which is a large suite written by hand."""
LIMIT_POWER = 0.7


@dataclass(frozen=True)
class Assumed:
    """What the person says in place of what runs or defaults say; None: nothing."""

    d_a: float | None = None
    rho: float | None = None
    own: float | None = None

    def check(self) -> None:
        """Raises InputError for what cannot be."""
        if self.d_a is not None and not 0 < self.d_a <= 6:
            raise InputError(f"d_a cannot be {self.d_a:g} here.", "Give a number above 0 and up to 6.")
        for name, share in (("rho", self.rho), ("own", self.own)):
            if share is not None and not 0 <= share <= 0.95:
                raise InputError(f"{name} cannot be {share:g}.", "It is a share: give a number from 0 to 0.95.")
        if (self.rho or 0) + (self.own or 0) > 0.99:
            raise InputError("rho and own together leave nothing to chance.", "Give shares that add up to under 1.")


class PlanningBasis:
    """What a plan rests on: the suite's cases in key order, and what earlier runs showed, the newest last.

    Read once; every question to it is then answered without the workspace. Raises InputError for an action that the
    scale does not have.
    """

    def __init__(
        self,
        suite: str,
        scale: ActionScale,
        cases: Sequence[CaseSlices] = (),
        options: Options | None = None,
        seen: Sequence[tuple[RunLine, CaseTable]] = (),
        assumed: Assumed | None = None,
    ) -> None:
        self.suite, self.scale, self.cases = suite, scale, tuple(cases)
        self.options = (options or Options()).for_scale(scale)
        self.runs = tuple(line.name for line, _ in seen)
        self._tables = [table for _, table in seen]
        self._versions = [line.version for line, _ in seen]
        self._assumed = assumed or Assumed()
        self._assumed.check()
        self._known: dict[tuple[int, int], tuple[Expecting, dict[int, dict[float, int]]]] = {}

    @cached_property
    def _hold_back(self) -> set[int]:
        return {self.scale.rank(action) for action in self.options.hold_back}

    def expecting(self, poles: tuple[int, int]) -> Expecting:
        """At two labels, by rank."""
        return self._at(poles)[0]

    def cases_by_gain(self, poles: tuple[int, int], repeats: int) -> dict[float, int]:
        """Change of d_a → cases at each of the two labels that find it."""
        from reviewer.core.scoring.power import cases_by_gain

        expecting, known = self._at(poles)
        if repeats not in known:
            known[repeats] = cases_by_gain(lambda gain: expecting.at(gain, repeats))
        return known[repeats]

    def _at(self, poles: tuple[int, int]) -> tuple[Expecting, dict[int, dict[float, int]]]:
        if poles not in self._known:
            self._known[poles] = (self._expecting(poles), {})
        return self._known[poles]

    def _expecting(self, poles: tuple[int, int]) -> Expecting:
        from reviewer.core.scoring.expecting import Expecting, from_runs

        found = Expecting(len(self.scale), min(self._hold_back))
        if self._tables:
            found = from_runs(self._tables, self._versions, self._hold_back, poles)
        said = self._assumed
        if said.d_a is not None:
            # around the middle of what is said; the run's thresholds belong to the run's d_a
            found = replace(found, d_a=said.d_a, thresholds=(), slope=1.0)
        if said.rho is not None:
            found = replace(found, rho=said.rho, rho_seen_by=0)
        if said.own is not None:
            found = replace(found, own=said.own, own_seen_by=0)
        return found

    def words(self, expecting: Expecting) -> list[str]:
        """What is assumed and from what, a sentence each."""
        said, seen = self._assumed, "said by you"
        where = f"as the newest run {self.runs[-1]!r} does" if self.runs else ""
        standing = where if expecting.thresholds else seen if said.d_a is not None else "the default"
        rho = _from(said.rho is not None, expecting.rho_seen_by, "two versions")
        own = _from(said.own is not None, expecting.own_seen_by, "one version")
        return [
            f"Versions tell the two ends apart with judgement (d_a) {expecting.d_a:.1f} ({standing or 'the default'}).",
            f"Two versions share {expecting.rho:.2f} of what decides on a case (rho; {rho}).",
            f"A version's own repeats share {expecting.own:.2f} beyond that (own case effect; {own}).",
        ]


def _from(said: bool, pairs: int, whose: str) -> str:
    if said:
        return "said by you"
    return f"from {counted(pairs, 'pair')} of responses of {whose} to one case" if pairs else "the default"


@dataclass(frozen=True)
class PlanQuestion:
    """Changes of d_a to find; how often each case is asked; only the suite's first `limit` cases; other sizes."""

    gains: tuple[float, ...] = (DEFAULT_GAIN,)
    repeats: int = 1
    limit: int | None = None
    sizes: tuple[int, ...] = ()

    def check(self) -> None:
        """Raises InputError."""
        for gain in self.gains:
            # not the other way round: a NaN compares as false
            if not LEAST_GAIN <= gain <= MOST_GAIN:
                raise InputError(
                    f"A change of {gain:g} cannot be planned for.", f"Give {LEAST_GAIN:g} to {MOST_GAIN:g} (in d_a)."
                )
        if not 1 <= self.repeats <= MOST_REPEATS:
            raise InputError(f"{self.repeats:,} repeats cannot be planned for.", f"Give 1 to {MOST_REPEATS:,}.")
        if any(size < 1 for size in self.sizes):
            raise InputError("A slice has at least 1 case.", "Give a whole number above 0.")


@dataclass(frozen=True)
class PlannedGain:
    """A change, the cases at each pole that find it with the power asked for, how often the cases that are there would
    have to be asked (None: no number helps, or there are none), and the power that they have as planned.
    """

    gain: float
    cases: int
    repeats: int | None
    power: float | None


@dataclass(frozen=True)
class PlannedSlice:
    """Cases at two labels, and the smallest change that they find; None where they find none."""

    by: str
    value: str
    n: tuple[int, int]
    smallest: float | None


@dataclass(frozen=True)
class SizePlan:
    """The answer to one question. `n` are the cases at the two poles, (0, 0) without a suite."""

    basis: PlanningBasis
    question: PlanQuestion
    poles: tuple[ActionId, ActionId]
    n: tuple[int, int]
    expecting: Expecting
    smallest: float | None
    gains: tuple[PlannedGain, ...]
    pairs: tuple[PlannedSlice, ...]
    slices: tuple[PlannedSlice, ...]
    sizes: tuple[tuple[int, float | None], ...]
    limit_power: float

    @property
    def a_pole(self) -> int:
        """How many cases at each pole those there are worth."""
        return math.floor(at_each(self.n))


def read_basis(
    workspace: Workspace,
    suite: str,
    names: Sequence[str] = (),
    options: Options | None = None,
    assumed: Assumed | None = None,
) -> PlanningBasis:
    """Of a suite and its newest runs, or of the runs that are named. Raises InputError for an unknown suite or run, and
    for runs of several suites; a run's own suite is meant where `suite` is empty.
    """
    chosen = [runs.run_named(workspace, name) for name in dict.fromkeys(names)]
    suite = suite or (chosen[0].suite if chosen else "")
    stored = suites.suite_named(workspace, suite)
    for line in chosen:
        if line.suite_id != stored.id:
            raise InputError(
                f"The run {line.name!r} is of the suite {line.suite!r}, not of {stored.name!r}.",
                "Give runs of one suite.",
            )
    if not names:
        chosen, _ = newest_of_suite(runs.runs(workspace), stored.id)
    return _basis(workspace, stored, chosen, options, assumed)


def basis_of(workspace: Workspace, suite_id: int) -> PlanningBasis:
    """Of a suite and its newest runs. Raises InputError where it is gone."""
    stored = next((suite for suite in suites.stored_suites(workspace) if suite.id == suite_id), None)
    if stored is None:
        raise InputError("The suite is gone.", "Choose another one.")
    chosen, _ = newest_of_suite(runs.runs(workspace), stored.id)
    return _basis(workspace, stored, chosen, None, None)


def _basis(
    workspace: Workspace,
    suite: StoredSuite,
    lines: Sequence[RunLine],
    options: Options | None,
    assumed: Assumed | None,
) -> PlanningBasis:
    # NumPy and SciPy are read when the first plan is asked for
    from reviewer.core.scoring.cases import case_table

    counted = (options or Options()).for_scale(suite.scale)
    tables = [
        (line, case_table(runs.observed(workspace, line.id).labelled, suite.scale, counted.bands)) for line in lines
    ]
    cases = suites.labels_and_slices(workspace, suite.id)
    return PlanningBasis(suite.name, suite.scale, cases, counted, [each for each in tables if len(each[1])], assumed)


def plan_suite(basis: PlanningBasis, question: PlanQuestion) -> SizePlan:
    """Raises InputError for a suite whose cases have one label only, and for a question that cannot be answered."""
    from reviewer.core.scoring.power import power_of, smallest_found

    question.check()
    cases = basis.cases[: question.limit]
    counts = Counter(case.label for case in cases if case.label is not None)
    if basis.suite and len(counts) < 2:
        raise InputError(_one_label(basis, counts), "Label cases at both ends of the scale.")
    ranks = sorted(map(basis.scale.rank, counts)) or [0, len(basis.scale) - 1]
    poles = ranks[0], ranks[-1]
    low, high = basis.scale.ids[poles[0]], basis.scale.ids[poles[1]]
    n = counts[low], counts[high]
    by_gain = basis.cases_by_gain(poles, question.repeats)
    expecting = basis.expecting(poles)
    return SizePlan(
        basis=basis,
        question=question,
        poles=(low, high),
        n=n,
        expecting=expecting,
        smallest=smallest_found(by_gain, at_each(n)),
        gains=tuple(_planned(expecting, gain, question.repeats, at_each(n)) for gain in question.gains),
        pairs=tuple(_pairs(basis, counts, question.repeats)),
        slices=tuple(_slices(cases, (low, high), by_gain)),
        sizes=tuple((size, smallest_found(by_gain, size)) for size in question.sizes),
        limit_power=power_of(expecting.at(min(question.gains), question.repeats), LIMIT_CASES, min(question.gains)),
    )


def _one_label(basis: PlanningBasis, counts: Counter[ActionId]) -> str:
    what = f"labelled {next(iter(counts))!r} only" if counts else "no labelled cases"
    suite = preview(basis.suite, NAME_CHARACTERS)
    return f"The suite {suite} has {'cases ' if counts else ''}{what}, so there are no two ends to tell apart."


def at_each(n: tuple[int, int]) -> float:
    """Cases at each pole that as many at two poles are worth: the harmonic mean."""
    return 2 / (1 / n[0] + 1 / n[1]) if min(n) else 0.0


def _planned(expecting: Expecting, gain: float, repeats: int, there: float) -> PlannedGain:
    from reviewer.core.scoring.power import cases_for, power_of, repeats_for

    expected = expecting.at(gain, repeats)
    if not there:
        return PlannedGain(gain, cases_for(expected, gain), None, None)
    return PlannedGain(
        gain,
        cases_for(expected, gain),
        repeats_for(expected, there, gain),
        power_of(expected, there, gain),
    )


def _pairs(basis: PlanningBasis, counts: Counter[ActionId], repeats: int) -> Iterator[PlannedSlice]:
    """Every two labels that have cases."""
    from reviewer.core.scoring.power import smallest_found

    for low, high in combinations(sorted(counts, key=basis.scale.rank), 2):
        n = counts[low], counts[high]
        by_gain = basis.cases_by_gain((basis.scale.rank(low), basis.scale.rank(high)), repeats)
        yield PlannedSlice(low, high, n, smallest_found(by_gain, at_each(n)))


def _slices(
    cases: Sequence[CaseSlices], poles: tuple[ActionId, ActionId], by_gain: dict[float, int]
) -> Iterator[PlannedSlice]:
    """Those with cases at both poles."""
    from reviewer.core.scoring.power import smallest_found

    found = Counter((by, value, case.label) for case in cases if case.label in poles for by, value in case.slices)
    for by, value in sorted({(by, value) for by, value, _ in found}):
        n = found[by, value, poles[0]], found[by, value, poles[1]]
        if min(n):
            yield PlannedSlice(by, value, n, smallest_found(by_gain, at_each(n)))
