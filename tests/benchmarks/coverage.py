"""How often the 95 % intervals of a run and of a comparison hold the true figure, over simulated suites.

Each suite has its own cases: a case's difficulty is drawn anew, both versions and all repeats share it, twins share a
part of it. The true figures are those of a suite of 400,000 cases of the same kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from reviewer.core.scoring.cases import Floats, Ints
from reviewer.core.scoring.discrimination import HeldBack, d_prime_and_criterion
from reviewer.core.scoring.intervals import Limits, criterion_limits, d_prime_limits
from reviewer.core.scoring.probit import fit_probit
from reviewer.core.scoring.rates import FEW_EVENTS, PoleCases, cluster_tables, rates_of
from reviewer.core.scoring.resampling import LabelMeans, Sample

ACTIONS = 5
HOLDING = (3, 4)
REPLICATES = 1_000
BOOTSTRAP = 1_000
TRUTH = 400_000
EVERYTHING = (-math.inf, math.inf)

Row: TypeAlias = dict[str, str | float]


@dataclass(frozen=True)
class Setting:
    """A kind of suite: cases by label (rank → n), the versions' dial and gain, repeats, twins, half-credit bands."""

    name: str
    cases: dict[int, int]
    dial: tuple[float, float] = (0.0, 0.3)
    gain: tuple[float, float] = (1.2, 1.4)
    repeats: int = 1
    twins: bool = False
    band: bool = False


TWO, FIVE = {0: 200, 4: 200}, dict.fromkeys(range(5), 200)
SETTINGS = (
    Setting("30 a label, two labels", {0: 30, 4: 30}),
    Setting("30 a label, five labels, bands", dict.fromkeys(range(5), 30), band=True),
    Setting("200 a label, two labels", TWO),
    Setting("200 a label, twins", TWO, twins=True),
    Setting("200 a label, five repeats", TWO, repeats=5),
    Setting("200 a label, twins, five repeats", TWO, repeats=5, twins=True),
    Setting("200 a label, five labels, bands", FIVE, band=True),
    Setting("unbalanced, 1,000 and 60", {0: 1_000, 4: 60}),
    Setting("unbalanced, 60 to 1,000, five labels, bands", {0: 1_000, 1: 60, 2: 100, 3: 60, 4: 600}, band=True),
    Setting("5,000 a label", {0: 5_000, 4: 5_000}),
    Setting("shares near 0.98, 200 a label", TWO, gain=(2.9, 2.9), dial=(0.0, 0.1)),
    Setting("shares near 0.98, 60 a label", {0: 60, 4: 60}, gain=(2.9, 2.9), dial=(0.0, 0.1)),
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
    if setting.twins:
        cluster = np.concatenate([np.arange(k * times) for k in setting.cases.values()])
    shared = rng.normal(size=int(cluster.max()) + 1)[cluster]
    case = math.sqrt(0.3) * shared + math.sqrt(0.3) * rng.normal(size=n) if setting.twins else rng.normal(size=n) * 0.7
    spread = math.sqrt(max(1 - 0.6 if setting.twins else 1 - 0.49, 0))
    edges = np.array([-0.9, -0.3, 0.3, 0.9])
    shares = np.zeros((2, n, ACTIONS))
    for version in range(2):
        centre = (label - 2) / 2 * setting.gain[version] + setting.dial[version] + case
        for _ in range(setting.repeats):
            action = np.searchsorted(edges, centre + spread * rng.normal(size=n))
            shares[version, np.arange(n), action] += 1 / setting.repeats
    return Suite(label, cluster, shares)


def credit_of(found: Suite, setting: Setting) -> Floats:
    """(n, V): 1 for the label, half for its neighbours where there are bands."""
    steps = np.abs(np.arange(ACTIONS)[None, :] - np.arange(ACTIONS)[:, None])
    table = (steps == 0) + (0.5 * (steps == 1) if setting.band else 0.0)
    return np.asarray((found.shares * table[found.label][None]).sum(axis=2).T)


def poles(found: Suite) -> PoleCases:
    rows = np.flatnonzero((found.label == found.label.min()) | (found.label == found.label.max()))
    cluster = np.unique(found.cluster[rows], return_inverse=True)[1]
    high = (found.label[rows] == found.label.max()).astype(np.intp)
    return PoleCases(high, found.shares[:, rows], cluster)


def counts(cases: PoleCases) -> HeldBack:
    """Of the first version."""
    held = cases.shares[0][:, HOLDING].sum(axis=1)
    should = cases.pole == 1
    return HeldBack(float(held[should].sum()), int(should.sum()), float(held[~should].sum()), int((~should).sum()))


def figures(found: Suite, setting: Setting) -> LabelMeans:
    label = np.unique(found.label, return_inverse=True)[1]
    return LabelMeans(Sample(label, found.cluster), credit_of(found, setting), replicates=BOOTSTRAP)


def truths(setting: Setting) -> dict[str, float]:
    """The figures of a very large suite of this kind."""
    times = max(TRUTH // sum(setting.cases.values()), 1)
    large = suite(setting, np.random.default_rng(99), times)
    means = figures(large, setting)
    own = means.sample.balanced()
    cases = poles(large)
    tables = cluster_tables(cases)
    fit = fit_probit(tables.sum(axis=0), tables)
    d_prime, criterion = d_prime_and_criterion(counts(cases))
    assert fit is not None
    return {
        "score": means.value(np.stack([own, 0 * own])),
        "Δ score": means.value(np.stack([-own, own])),
        "d_a": float(fit.d_a[0]),
        "Δ d_a": fit.difference()[0],
        "d′": d_prime,
        "c": criterion,
    }


def limits(found: Suite, setting: Setting) -> tuple[dict[str, Limits], str]:
    """Every interval of one suite as the program gives it, and the score's method."""
    means = figures(found, setting)
    own = means.sample.balanced()
    score, method = means.limits(np.stack([own, 0 * own]))
    change, _ = means.limits(np.stack([-own, own]))
    cases = poles(found)
    tables = cluster_tables(cases)
    fit = fit_probit(tables.sum(axis=0), tables)
    rates = rates_of(cases, HOLDING)
    a, b = (rates.fewest(version) < FEW_EVENTS for version in (0, 1))
    d_a = (fit.limits(0)[0], math.inf if a else fit.limits(0)[1]) if fit else EVERYTHING
    apart = (-math.inf if a else fit.difference()[1], math.inf if b else fit.difference()[2]) if fit else EVERYTHING
    by_name = {"score": score, "Δ score": change, "d_a": d_a, "Δ d_a": apart}
    at, trials = counts(cases), rates.trials(0)
    return {**by_name, "d′": d_prime_limits(at, trials), "c": criterion_limits(at, trials)}, method


def coverage(replicates: int = REPLICATES, settings: tuple[Setting, ...] = SETTINGS) -> Iterator[Row]:
    """A row for each setting: the share of suites whose interval holds the truth, by figure."""
    for number, setting in enumerate(settings):
        true, rng = truths(setting), np.random.default_rng(number)
        held, methods = dict.fromkeys(true, 0), 0
        for _ in range(replicates):
            found, method = limits(suite(setting, rng), setting)
            methods += method == "small-sample"
            for name, (low, high) in found.items():
                held[name] += low <= true[name] <= high
        yield {
            "setting": setting.name,
            **{name: count / replicates for name, count in held.items()},
            "small-sample": methods / replicates,
        }


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
