"""How often the 95 % intervals of a run and of a comparison hold the true figure, over simulated suites.

Each suite has its own cases: a case's difficulty is drawn anew, both versions and all repeats share it, twins share a
part of it. The true figures are computed: those of all cases of the same kind.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from scipy.special import ndtr, ndtri

from reviewer.core.actions import Action, ActionId, ActionScale
from reviewer.core.bands import NO_BAND
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.cases import CaseTable, Floats, Ints
from reviewer.core.scoring.discrimination import HeldBack, d_prime_and_criterion, somers_d
from reviewer.core.scoring.intervals import Limits, criterion_limits, d_prime_limits, modified_wilson, mover_difference
from reviewer.core.scoring.movement import frontier_test
from reviewer.core.scoring.order_limits import somers_d_change, somers_d_limits
from reviewer.core.scoring.paired import Difference
from reviewer.core.scoring.probit import fit_probit
from reviewer.core.scoring.rates import FEW_EVENTS, FEW_FOR_Z, PoleCases, cluster_tables, rates_of
from reviewer.core.scoring.resampling import FEW, FEWEST_IN_SHARE, LabelMeans, Sample
from reviewer.core.scoring.rulers import both_rulers, ruler_changes
from reviewer.core.scoring.run_intervals import d_a_interval
from reviewer.core.scoring.score import SMALL_SAMPLE, Interval, rough_word
from reviewer.core.scoring.swing import dial_change

ACTIONS = 5
HOLDING = (3, 4)
REPLICATES = 1_000
BOOTSTRAP = 1_000
TRUTH = 200_000
SLICE = 4
"""Every so manieth case is in the slice whose change is looked at."""
FRONTIER_EVERY = 8
"""The limits of the frontier's change, which take long, are of every so manieth suite."""
SEED, SCORE_SEED = 20_261_201, 20_261_131
COLUMNS = (
    *("score", "plain", "exact", "in band", "over-cautious", "under-cautious", "bias", "bias by label", "pairs"),
    *(
        "Somers",
        "d′",
        "c",
        "d_a",
        "refused",
        "Δ score",
        "Δ plain",
        "Δ exact",
        "Δ over-cautious",
        "Δ under-cautious",
        "Δ bias",
    ),
    *("Δ slice", "Δ Somers", "Δ d′", "Δ c", "Δ d_a", "Δ frontier", "Δ refused", "Δ dial"),
)
EVERYTHING = (-math.inf, math.inf)

Row: TypeAlias = dict[str, str | float]
Found: TypeAlias = dict[str, tuple[Limits, bool]]
"""By figure its limits and whether they are flagged: called rough, or open at an end."""


@dataclass(frozen=True)
class Setting:
    """A kind of suite: cases by label (rank → n), the versions' dial and gain, repeats, half-credit bands.

    `group` cases of several labels form a cluster; `unscored` is the share of responses without an action.
    """

    name: str
    cases: dict[int, int]
    dial: tuple[float, float] = (0.0, 0.3)
    gain: tuple[float, float] = (1.2, 1.4)
    repeats: int = 1
    group: int = 1
    band: bool = False
    actions: int = ACTIONS
    unscored: float = 0.0

    @property
    def holding(self) -> tuple[int, ...]:
        return self.actions - 2, self.actions - 1


TWO, FIVE, FIVE_90 = {0: 200, 4: 200}, dict.fromkeys(range(5), 200), dict.fromkeys(range(5), 90)
SEVEN = dict.fromkeys(range(7), 60)
SETTINGS = (
    Setting("30 a label, two labels", {0: 30, 4: 30}),
    Setting("30 a label, five labels, bands", dict.fromkeys(range(5), 30), band=True),
    Setting("60 a label, seven labels", SEVEN, actions=7),
    Setting("20 a label, seven labels, bands", dict.fromkeys(range(7), 20), actions=7, band=True),
    Setting("60 a label, seven labels, groups of 3, 10 % unscored", SEVEN, actions=7, group=3, unscored=0.1),
    Setting("100 a label, two labels, groups of 5", {0: 100, 4: 100}, group=5),
    Setting("90 a label, five labels, groups of 4, 10 % unscored", FIVE_90, group=4, unscored=0.1),
    Setting("90 a label, five labels, good versions", FIVE_90, gain=(3.0, 3.2), dial=(0.0, 0.1), band=True),
    Setting("200 a label, two labels", TWO),
    Setting("200 a label, twins", TWO, group=2),
    Setting("200 a label, five repeats", TWO, repeats=5),
    Setting("200 a label, twins, five repeats", TWO, repeats=5, group=2),
    Setting("200 a label, five labels, bands", FIVE, band=True),
    Setting("unbalanced, 1,000 and 60", {0: 1_000, 4: 60}),
    Setting("unbalanced, 60 to 1,000, five labels, bands", {0: 1_000, 1: 60, 2: 100, 3: 60, 4: 600}, band=True),
    Setting("shares near 0.98, 200 a label", TWO, gain=(2.9, 2.9), dial=(0.0, 0.1)),
    Setting("shares near 0.98, 60 a label", {0: 60, 4: 60}, gain=(2.9, 2.9), dial=(0.0, 0.1)),
    Setting("15 a label, two labels", {0: 15, 4: 15}),
)


@dataclass(frozen=True)
class Suite:
    """Labels, clusters, and the share of each action by version, (V, n, K)."""

    label: Ints
    cluster: Ints
    shares: Floats


def suite(setting: Setting, rng: np.random.Generator, times: int = 1) -> Suite:
    """One suite of this kind, `times` as large."""
    label = np.concatenate([np.full(n * times, rank) for rank, n in setting.cases.items()])
    n = len(label)
    cluster = np.arange(n)
    if setting.group > 1:
        # neighbours in their label's order, so that a group holds several labels
        order = np.argsort(np.concatenate([np.arange(k * times) / k for k in setting.cases.values()]), kind="stable")
        cluster[order] = np.arange(n) // setting.group
    shared = rng.normal(size=int(cluster.max()) + 1)[cluster]
    own = math.sqrt(0.3) if setting.group > 1 else 0.7
    case = own * rng.normal(size=n) + (math.sqrt(0.3) * shared if setting.group > 1 else 0.0)
    spread = math.sqrt(1 - 0.6 if setting.group > 1 else 1 - 0.49)
    middle, edges = (setting.actions - 1) / 2, _edges(setting)
    counts = np.zeros((2, n, setting.actions))
    for version in range(2):
        centre = (label - middle) / middle * setting.gain[version] + setting.dial[version] + case
        for _ in range(setting.repeats):
            action = np.searchsorted(edges, centre + spread * rng.normal(size=n))
            counts[version, np.arange(n), action] += rng.random(n) >= setting.unscored
    scored = counts.sum(axis=2)
    both = (scored > 0).all(axis=0)
    return Suite(
        label[both],
        np.unique(cluster[both], return_inverse=True)[1],
        counts[:, both] / scored[:, both, None],
    )


def _edges(setting: Setting) -> Floats:
    """(K − 1,) thresholds of the latent caution."""
    middle = (setting.actions - 1) / 2
    return np.asarray((np.arange(setting.actions - 1) - middle + 0.5) * (2.4 / setting.actions) * 1.25)


def credit_of(found: Suite, setting: Setting) -> Floats:
    """(n, V): 1 for the label, half for its neighbours where there are bands."""
    steps = _steps(setting)
    return _of_label(found, (steps == 0) + (0.5 * (np.abs(steps) == 1) if setting.band else 0.0))


def _steps(setting: Setting) -> Ints:
    """(K, K) by label and action, above 0 where more cautious."""
    return np.asarray(np.arange(setting.actions)[None, :] - np.arange(setting.actions)[:, None])


def _of_label(found: Suite, table: Floats) -> Floats:
    return np.asarray((found.shares * table[found.label][None]).sum(axis=2).T)


def poles(found: Suite) -> PoleCases:
    rows = np.flatnonzero((found.label == found.label.min()) | (found.label == found.label.max()))
    cluster = np.unique(found.cluster[rows], return_inverse=True)[1]
    high = (found.label[rows] == found.label.max()).astype(np.intp)
    return PoleCases(high, found.shares[:, rows], cluster)


def counts(cases: PoleCases, setting: Setting, version: int = 0) -> HeldBack:
    """Of one version."""
    held = cases.shares[version][:, setting.holding].sum(axis=1)
    should = cases.pole == 1
    return HeldBack(float(held[should].sum()), int(should.sum()), float(held[~should].sum()), int((~should).sum()))


Figure: TypeAlias = tuple[LabelMeans, Floats, bool]
"""Means, their weights, and whether the closed form stands in for the bootstrap."""


def figures(found: Suite, setting: Setting) -> dict[str, Figure]:
    """The means over cases that are printed with limits, by name; all share one bootstrap's draws."""
    label = np.unique(found.label, return_inverse=True)[1]
    sample, steps = Sample(label, found.cluster), _steps(setting)
    outside = np.where(np.abs(steps) > setting.band, steps, 0)
    tables = {
        "exact": steps == 0,
        "in band": (outside == 0) & (steps != 0),
        "over-cautious": outside > 0,
        "under-cautious": outside < 0,
    }
    shares = {name: _of_label(found, table.astype(np.float64)) for name, table in tables.items() if table.any()}
    own, plain = sample.balanced(), sample.plain()
    columns = {"credit": credit_of(found, setting), **shares, "bias": _of_label(found, outside.astype(np.float64))}
    ranks = np.unique(found.label)
    here = {name: (tables[name].max(axis=1) if name in shares else np.ones(len(steps)))[ranks] for name in columns}
    every = LabelMeans(
        sample,
        np.concatenate(list(columns.values()), axis=1),
        replicates=BOOTSTRAP,
        possible=np.repeat(np.stack(list(here.values())), 2, axis=0).astype(np.float64),
    )
    steps_of = _with_the_same_draws(every)

    def at(name: str, first: Floats, second: Floats) -> Floats:
        weights = np.zeros((2 * len(columns), sample.labels))
        place = 2 * list(columns).index(name)
        weights[place], weights[place + 1] = first, second
        return weights

    none = 0 * own
    rows = np.arange(0, len(label), SLICE)
    part = Sample(
        np.unique(label[rows], return_inverse=True)[1], np.unique(found.cluster[rows], return_inverse=True)[1]
    )
    sliced = LabelMeans(part, columns["credit"][rows])
    return {
        "score": (every, at("credit", own, none), False),
        "plain": (every, at("credit", plain, none), False),
        **{name: (every, at(name, plain, none), False) for name in shares},
        "bias": (steps_of, at("bias", plain, none), False),
        "bias by label": (steps_of, at("bias", own, none), False),
        "Δ score": (every, at("credit", -own, own), False),
        "Δ plain": (every, at("credit", -plain, plain), False),
        **{f"Δ {name}": (every, at(name, -plain, plain), False) for name in shares if name != "in band"},
        "Δ bias": (steps_of, at("bias", -plain, plain), True),
        "Δ slice": (sliced, np.stack([-part.plain(), part.plain()]), True),
    }


def _with_the_same_draws(means: LabelMeans) -> LabelMeans:
    """The same for figures that are no shares."""
    other = replace(means, shares=False)
    other.__dict__["draws"] = means.draws
    return other


def case_tables(found: Suite, setting: Setting) -> tuple[CaseTable, CaseTable]:
    """Of both versions, as far as Somers' D looks at them."""
    scale = ActionScale(tuple(Action(ActionId(f"a{rank}"), f"action {rank}") for rank in range(setting.actions)))
    n, steps = len(found.label), _steps(setting)
    first, second = (
        CaseTable(
            scale=scale,
            keys=(CaseKey("case"),) * n,
            label=found.label,
            kind=found.label,
            bands=(NO_BAND,) * setting.actions,
            credits=(steps == 0).astype(np.float64),
            distances=steps.astype(np.float64),
            counts=shares,
            unscored=np.zeros(n, dtype=np.intp),
            cluster=found.cluster,
            facts=(),
        )
        for shares in found.shares
    )
    return first, second


def pairs_right(found: Suite) -> tuple[int, int]:
    """Clusters of several cases that the first version got right in every case and repeat, and all of them."""
    sides = np.bincount(found.cluster)
    right = np.bincount(found.cluster, found.shares[0][np.arange(len(found.label)), found.label] > 1 - 1e-9)
    whole = sides >= 2
    return int((right[whole] == sides[whole]).sum()), int(whole.sum())


def chances(setting: Setting, version: int) -> Floats:
    """(K, K) the chance of each action by label: the latent caution of a response is normal with variance 1."""
    middle = (setting.actions - 1) / 2
    centres = (np.arange(setting.actions) - middle) / middle * setting.gain[version] + setting.dial[version]
    below = ndtr(_edges(setting)[None, :] - centres[:, None])
    ends = np.zeros((setting.actions, 1)), np.ones((setting.actions, 1))
    return np.asarray(np.diff(np.concatenate([ends[0], below, ends[1]], axis=1), axis=1))


def truths(setting: Setting) -> dict[str, float]:
    """The figures of all cases of this kind; that of contrast pairs is of a very large suite."""
    by_version = [_true_means(setting, version) for version in (0, 1)]
    first, second = by_version
    changing = ("plain", "exact", "over-cautious", "under-cautious", "bias", "slice", "Somers", "d′", "c", "d_a")
    deltas = {f"Δ {name}": second[name] - first[name] for name in ("score", "refused", *changing)}
    deltas["Δ dial"] = deltas["Δ c"]
    own = {name: value for name, value in first.items() if name != "slice"}
    found = {**own, **deltas, "Δ frontier": deltas["Δ d_a"]}
    if setting.group > 1:
        right, pairs = pairs_right(_large(setting))
        found["pairs"] = right / pairs
    return found if setting.band else {name: value for name, value in found.items() if name != "in band"}


def _true_means(setting: Setting, version: int) -> dict[str, float]:
    chance, steps = chances(setting, version), _steps(setting)
    outside = np.where(np.abs(steps) > setting.band, steps, 0)
    cases = np.array([setting.cases.get(rank, 0) for rank in range(setting.actions)], dtype=np.float64)
    plain, balanced = cases / cases.sum(), (cases > 0) / (cases > 0).sum()
    sliced = np.bincount(np.repeat(np.arange(setting.actions), cases.astype(int))[::SLICE], minlength=setting.actions)
    credit = ((steps == 0) + (0.5 * (np.abs(steps) == 1) if setting.band else 0.0)) * chance
    held = chance[:, setting.holding].sum(axis=1)[[max(setting.cases), min(setting.cases)]]
    hits, alarms = ndtri(held)
    return {
        "score": float(balanced @ credit.sum(axis=1)),
        "plain": float(plain @ credit.sum(axis=1)),
        "slice": float(sliced @ credit.sum(axis=1) / sliced.sum()),
        "exact": float(plain @ np.diag(chance)),
        "in band": float(plain @ (chance * ((outside == 0) & (steps != 0))).sum(axis=1)),
        "over-cautious": float(plain @ (chance * (outside > 0)).sum(axis=1)),
        "under-cautious": float(plain @ (chance * (outside < 0)).sum(axis=1)),
        "bias": float(plain @ (chance * outside).sum(axis=1)),
        "bias by label": float(balanced @ (chance * outside).sum(axis=1)),
        "Somers": somers_d(chance * cases[:, None]) or 0.0,
        "d_a": 2 * setting.gain[version],
        "refused": float(held[0]),
        "d′": float(hits - alarms),
        "c": -float(hits + alarms) / 2,
    }


def limits(found: Suite, setting: Setting, *, with_frontier: bool = True) -> Found:
    """Every interval of one suite as the program gives it."""
    by_name: Found = {}
    for name, (means, weights, quick) in figures(found, setting).items():
        own, form = means.quick_limits(weights) if quick else means.limits(weights)
        by_name[name] = (own, form == SMALL_SAMPLE)
    first, second = case_tables(found, setting)
    order, change = somers_d_limits(first), somers_d_change(first, second)
    by_name["Somers"] = (order[0], order[1] == SMALL_SAMPLE) if order else (EVERYTHING, True)
    by_name["Δ Somers"] = (change[1], change[2] == SMALL_SAMPLE) if change else (EVERYTHING, True)
    right, pairs = pairs_right(found)
    if pairs:
        by_name["pairs"] = (modified_wilson(right, pairs), pairs < FEWEST_IN_SHARE or min(right, pairs - right) < FEW)
    return {**by_name, **_of_poles(poles(found), setting, with_frontier=with_frontier)}


def _of_poles(cases: PoleCases, setting: Setting, *, with_frontier: bool) -> Found:
    tables = cluster_tables(cases)
    fit, own = (fit_probit(each.sum(axis=0), each) for each in (tables, tables[:, :1]))
    rates = rates_of(cases, setting.holding)
    a, b = (rates.fewest(version) < FEW_EVENTS for version in (0, 1))
    alone = d_a_interval(own, 0, rates.fewest(0)) if own else None
    few = {"d′": rates.fewest(0) < FEW_FOR_Z, "Δ d′": min(rates.fewest(v) for v in (0, 1)) < FEW_FOR_Z}
    few.update({"c": few["d′"], "Δ c": few["Δ d′"], "Δ d_a": few["Δ d′"]})
    few["d_a"] = alone is None or bool(rough_word(alone.method))
    ends = {
        "d_a": _ends(alone) if alone else EVERYTHING,
        "Δ d_a": (-math.inf if a else fit.difference()[1], math.inf if b else fit.difference()[2])
        if fit
        else EVERYTHING,
    }
    of = {"d′": (d_prime_limits, (1.0, -1.0)), "c": (criterion_limits, (1.0, 1.0))}
    for place, (name, (limits_of, weights)) in enumerate(of.items()):
        at = [counts(cases, setting, version) for version in (0, 1)]
        by_version = [limits_of(at[v], rates.trials(v), correlation=rates.correlation(v)) for v in (0, 1)]
        values = [d_prime_and_criterion(each)[place] for each in at]
        ends[name] = by_version[0]
        ends[f"Δ {name}"] = mover_difference(
            values[1], by_version[1], values[0], by_version[0], rates.of_versions(weights)
        )
    if with_frontier:
        tested = frontier_test(tables, setting.holding)
        ends["Δ frontier"] = tested.limits if tested else EVERYTHING
    found = {name: (pair, few.get(name, False) or not all(map(math.isfinite, pair))) for name, pair in ends.items()}
    ruler, changed = both_rulers(cases, setting.holding)[0].refused, ruler_changes(cases, setting.holding, 0, 1)[0]
    changes = {"Δ refused": changed.change, "Δ dial": dial_change(rates, 0, 1)}
    return {
        **found,
        "refused": ((ruler.low, ruler.high), ruler.method == SMALL_SAMPLE),
        **{name: (_ends(change), change.method == SMALL_SAMPLE) for name, change in changes.items()},
    }


def _ends(change: Difference | Interval) -> Limits:
    """An end that is not known holds everything on its side."""
    low = -math.inf if change.low is None else change.low
    return low, math.inf if change.high is None else change.high


def coverage(replicates: int = REPLICATES, settings: tuple[Setting, ...] = SETTINGS) -> Iterator[Row]:
    """A row for each setting: the share of suites whose interval holds the truth, by figure.

    Behind a plus stands the share of suites in which the interval was flagged, where that was not none.
    """
    for number, setting in enumerate(settings):
        yield coverage_in(setting, number, replicates)


def coverage_in(setting: Setting, number: int, replicates: int) -> Row:
    """The row of the setting with this number, which its seed depends on."""
    true, rng = truths(setting), np.random.default_rng([SEED, number])
    seen, held, flagged = (dict.fromkeys(true, 0) for _ in range(3))
    for replicate in range(replicates):
        found = limits(suite(setting, rng), setting, with_frontier=replicate % FRONTIER_EVERY == 0)
        for name, ((low, high), flag) in found.items():
            seen[name] += 1
            held[name] += low <= true[name] <= high
            flagged[name] += flag
    shares = {
        name: with_flags(held[name] / n, flagged[name] / n) if (n := seen.get(name, 0)) else "–" for name in COLUMNS
    }
    return {"setting": setting.name, **shares}


def coverage_of_score(replicates: int = REPLICATES, settings: tuple[Setting, ...] = SETTINGS) -> Iterator[Row]:
    """The score's interval alone, which is quick, so that many suites can be looked at: a row for each setting.

    How often it held the truth, lay above it and lay below it, and by which form it was found.
    """
    for number, setting in enumerate(settings):
        true, rng = truths(setting)["score"], np.random.default_rng([SCORE_SEED, number])
        above = below = 0
        forms: Counter[str] = Counter()
        for _ in range(replicates):
            (low, high), form = _score(suite(setting, rng), setting)
            above, below = above + (low > true), below + (high < true)
            forms[form] += 1
        yield {
            "setting": setting.name,
            "score": 1 - (above + below) / replicates,
            "above": above / replicates,
            "below": below / replicates,
            "form": ", ".join(f"{form} {n / replicates:.2f}" for form, n in forms.most_common()),
        }


def _score(found: Suite, setting: Setting) -> tuple[Limits, str]:
    """Of the first version's: limits and their form."""
    sample = Sample(np.unique(found.label, return_inverse=True)[1], found.cluster)
    means, weights = LabelMeans(sample, credit_of(found, setting)[:, :1], replicates=BOOTSTRAP), sample.balanced()[None]
    return means.limits(weights)


def _large(setting: Setting) -> Suite:
    """One very large suite of this kind."""
    return suite(setting, np.random.default_rng(99), max(TRUTH // sum(setting.cases.values()), 1))


def with_flags(share: float, flagged: float) -> str:
    return f"{share:.3f} +{flagged:.2f}" if flagged else f"{share:.3f}"


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Markdown, a line at a time."""
    for number, row in enumerate(rows):
        if number == 0:
            yield f"| {' | '.join(row)} |"
            yield f"|{'---|' * len(row)}"
        yield f"| {' | '.join(_cell(value) for value in row.values())} |"


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return "–" if math.isnan(value) else f"{value:.3f}"
