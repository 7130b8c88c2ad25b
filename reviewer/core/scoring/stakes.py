"""The score with stakes: a case may say how much a miss costs on it, in either direction. Never the headline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from reviewer.core.cases import CaseKey
from reviewer.core.scoring.cases import CaseTable, Floats, Ints
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.excuses import balanced_over_labels
from reviewer.core.scoring.paired import Difference, PairedCases, difference
from reviewer.core.scoring.resampling import LabelMeans, Sample
from reviewer.core.scoring.run_intervals import interval
from reviewer.core.scoring.score import Interval, Staked, TwoMeans


def case_stakes(facts: Sequence[Observation]) -> Floats:
    """(N,) what is at stake on each case: its own word, else that of the other members of its pair, else 1."""
    by_pair = _said(facts)
    return np.array([_stake(fact, by_pair) for fact in facts], dtype=np.float64)


def _are_said(facts: Sequence[Observation]) -> bool:
    """Whether a case has stakes other than 1; most suites have none, and ask this of 100,000 cases."""
    return not set(map(attrgetter("stakes"), facts)) <= {1}


def _stake(fact: Observation, by_pair: dict[str, dict[CaseKey, float]]) -> float:
    said = set(by_pair[fact.pair].values()) if fact.stakes == 1 and fact.pair in by_pair else set()
    return said.pop() if len(said) == 1 else fact.stakes


def _said(facts: Sequence[Observation]) -> dict[str, dict[CaseKey, float]]:
    found: dict[str, dict[CaseKey, float]] = defaultdict(dict)
    for fact in facts:
        if fact.pair and fact.stakes != 1:
            found[fact.pair][fact.case] = fact.stakes
    return dict(found)


def staked(table: CaseTable) -> Staked | None:
    """None where every case has stakes of 1: there is then nothing beside the headline.

    Within a label the mean of credit is Σ stakes × credit / Σ stakes; labels weigh the same, as in the headline.
    """
    if not _are_said(table.facts):
        return None
    stakes = case_stakes(table.facts)
    rows = np.flatnonzero(table.is_scored)
    balanced, plain = _intervals(table, stakes) if len(rows) else (None, None)
    unlike = tuple(sorted(pair for pair, said in _said(table.facts).items() if len(set(said.values())) > 1))
    return Staked(staked_means(table, table.credit, stakes), balanced, plain, int((stakes != 1).sum()), unlike)


def staked_means(table: CaseTable, values: Floats, stakes: Floats) -> TwoMeans:
    """Balanced and plain mean of `values` (N,) over the scored cases, each weighing its stakes (N,)."""
    rows = table.is_scored
    if not rows.any():
        return TwoMeans(None, None)
    plain = float(np.average(values[rows], weights=stakes[rows]))
    return TwoMeans(balanced_over_labels(table, values, rows, stakes), plain)


def _intervals(table: CaseTable, stakes: Floats) -> tuple[Interval | None, Interval]:
    """As those of the headline, of the credits that have the same means and errors without weights."""
    rows = np.flatnonzero(table.is_scored)
    sample = Sample.of(table, rows)
    whole = sample.labels == len(np.unique(table.label))
    means = LabelMeans(sample, linear(table.credit[rows], stakes[rows], sample.label)[:, None])
    in_label = np.bincount(sample.label, stakes[rows])
    balanced = interval(*means.limits(sample.balanced()[None])) if whole else None
    return balanced, interval(*means.limits((in_label / in_label.sum())[None]))


@dataclass(frozen=True)
class StakedChange:
    """What the change of the two scores is where each case weighs its stakes; `cases` have stakes other than 1."""

    balanced: Difference
    plain: Difference
    cases: int


def staked_change(cases: PairedCases) -> StakedChange | None:
    """None where every compared case has stakes of 1. The stakes are those that the first version's cases have now."""
    if not _are_said(cases.a.facts):
        return None
    sample, stakes = cases.sample, case_stakes(cases.a.facts)
    credits_ = [linear(side.credit, stakes, sample.label) for side in (cases.a, cases.b)]
    means, in_label = LabelMeans(sample, np.stack(credits_, axis=1)), np.bincount(sample.label, stakes)
    return StakedChange(
        difference(means, sample.balanced(), bootstrap=True),
        difference(means, in_label / in_label.sum(), bootstrap=True),
        int((stakes != 1).sum()),
    )


def linear(values: Floats, stakes: Floats, group: Ints) -> Floats:
    """(n,) whose plain means within each `group` (n,) are the weighted means of `values` (n,), with their errors.

    m + n · w (v − m) / Σ w, the first order of a ratio. Source: Cochran 1977, Sampling Techniques, section 6.
    """
    n, weight = np.bincount(group), np.bincount(group, stakes)
    mean = np.bincount(group, stakes * values) / weight
    return np.asarray(mean[group] + (n / weight)[group] * stakes * (values - mean[group]))
