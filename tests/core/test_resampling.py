"""Intervals of means over labels: the fast bootstrap against one that draws row by row, and what must always hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.core.scoring.cases import Floats, Ints
from reviewer.core.scoring.intervals import wilson
from reviewer.core.scoring.resampling import LabelMeans, Sample
from tests.support.effort import often

Drawn = tuple[Sample, Floats]


def drawn(seed: int, clusters: int, sizes: int, labels: int) -> Drawn:
    """Clusters of 1 to `sizes` cases whose credits depend on each other."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), rng.integers(1, sizes + 1, clusters))
    label = rng.integers(0, labels, len(cluster))
    label[:labels] = np.arange(labels)
    lean = rng.normal(size=clusters)[cluster]
    values = np.stack([np.digitize(lean + rng.normal(size=len(cluster)), edges) / 2 for edges in ([-0.5, 0.5], [0, 1])])
    return Sample(label.astype(np.intp), cluster), values.T


def row_by_row(figures: LabelMeans, replicates: int) -> Floats:
    """(B, V, L) the plain way: draw whole clusters with replacement within each stratum, and average their cases."""
    sample, rng = figures.sample, np.random.default_rng(3)
    sums = sample.sums(np.concatenate([figures.values, np.ones((len(figures.values), 1))], axis=1))
    members = [np.flatnonzero(sample.strata == stratum) for stratum in range(sample.strata_count)]
    found: list[Floats] = []
    while len(found) < replicates:
        chosen = np.concatenate([rng.choice(own, len(own)) for own in members])
        total = sums[chosen].sum(axis=0)
        if (total[-1] > 0).all():
            found.append(total[:-1] / total[-1])
    return np.array(found)


@pytest.mark.parametrize(("clusters", "sizes", "labels"), [(300, 1, 2), (200, 2, 2), (150, 3, 3), (40, 6, 4)])
def test_patterns_give_what_rows_give(clusters: int, sizes: int, labels: int) -> None:
    sample, values = drawn(1, clusters, sizes, labels)
    figures = LabelMeans(sample, values, replicates=4_000)
    slow, fast = row_by_row(figures, 4_000), figures.draws
    error = slow.std(axis=0) / np.sqrt(4_000)
    assert np.abs(fast.mean(axis=0) - slow.mean(axis=0)).max() <= (6 * error).max()
    assert fast.std(axis=0) == pytest.approx(slow.std(axis=0), rel=0.08)
    for share in (0.025, 0.975):
        assert np.quantile(fast, share, axis=0) == pytest.approx(np.quantile(slow, share, axis=0), abs=10 * error.max())


def test_the_bootstrap_and_the_closed_form_agree_on_many_cases() -> None:
    sample, values = drawn(5, 4_000, 2, 3)
    figures = LabelMeans(sample, values[:, :1])
    weights = sample.balanced()[None]
    (low, high), method = figures.limits(weights)
    assert method == "bootstrap"
    assert (low, high) == pytest.approx(figures.closed(weights), abs=0.05 * (high - low))


def test_a_stratum_is_a_composition_and_rare_ones_are_pooled() -> None:
    label = np.array([0, 1] * 12 + [1, 0] * 3 + [0] * 15 + [1] * 4)
    cluster = np.concatenate([np.repeat(np.arange(15), 2), np.arange(15, 34)])
    strata = Sample(label, cluster).strata
    assert len(set(strata[:15].tolist())) == 1
    assert len(set(strata.tolist())) == 3
    sizes = sorted(np.bincount(strata).tolist())
    assert sizes == [4, 15, 15]


def test_every_label_keeps_its_number_where_nothing_is_pooled() -> None:
    sample, values = drawn(2, 200, 1, 3)
    ones = LabelMeans(sample, np.ones_like(values))
    assert ones.draws == pytest.approx(1.0)
    assert sample.strata_count == 3


@settings(max_examples=often(40, 15), deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(1, 3), st.integers(1, 4))
def test_limits_hold_the_value_and_do_not_depend_on_order(seed: int, clusters: int, sizes: int, labels: int) -> None:
    sample, values = drawn(seed, max(clusters, labels), sizes, labels)
    figures = LabelMeans(sample, values, replicates=400)
    order = np.random.default_rng(seed).permutation(len(values))
    other = replace(figures, sample=_reordered(sample, order), values=values[order])
    own = sample.balanced()
    for weights in (np.stack([own, 0 * own]), np.stack([-own, own])):
        (low, high), method = figures.limits(weights)
        assert low <= figures.value(weights) + 1e-9
        assert high >= figures.value(weights) - 1e-9
        assert other.limits(weights)[0] == pytest.approx((low, high))
        assert method in ("bootstrap", "wilson", "widened", "small-sample")
        assert figures.closed(weights)[0] <= figures.value(weights) + 1e-9


def _reordered(sample: Sample, order: Ints) -> Sample:
    return Sample(sample.label[order], sample.cluster[order])


@pytest.mark.parametrize(("right", "n"), [(30, 30), (0, 12), (29, 30), (2, 40)])
def test_one_label_of_few_cases_gets_wilson_limits(right: int, n: int) -> None:
    credit = (np.arange(n) < right).astype(np.float64)
    figures = LabelMeans(Sample(np.zeros(n, dtype=np.intp), np.arange(n)), credit[:, None])
    (low, high), method = figures.limits(np.ones((1, 1)))
    assert method == "small-sample"
    # the variance over clusters has n − 1 below, Wilson's n
    assert (low, high) == pytest.approx(wilson(right, n), abs=0.01)


@pytest.mark.parametrize(("cases", "form"), [(19, "small-sample"), (20, "wilson")])
def test_a_share_of_few_cases_is_rough_however_many_cannot_count(cases: int, form: str) -> None:
    label = np.repeat([0, 1], [cases, 60])
    # nothing at the second label can be over-cautious
    over = (np.arange(cases + 60) % 2 * (label == 0)).astype(np.float64)
    figures = LabelMeans(Sample(label, np.arange(cases + 60)), over[:, None], possible=np.array([[1.0, 0.0]]))
    assert figures.limits(figures.sample.plain()[None])[1] == form


def test_a_constant_policy_has_limits_and_both_ends_are_one_sided() -> None:
    label = np.repeat([0, 1], [250, 200])
    figures = LabelMeans(Sample(label, np.arange(450)), (label == 1).astype(np.float64)[:, None])
    (low, high), method = figures.limits(np.full((1, 2), 0.5))
    assert method == "small-sample"
    # the label that it always gets right can only be worse, the other only better
    assert (low, high) == pytest.approx(((wilson(200, 200)[0]) / 2, (1 + wilson(0, 250)[1]) / 2))


def test_many_labels_whose_cases_differ_are_not_called_rough() -> None:
    """Seven labels of 20 cases, nine in ten right: an ordinary suite."""
    rng = np.random.default_rng(4)
    label = np.repeat(np.arange(7), 20)
    credit = (rng.random((140, 2)) < 0.9).astype(np.float64)
    figures = LabelMeans(Sample(label, np.arange(140)), credit)
    own = figures.sample.balanced()
    assert figures.limits(np.stack([own, 0 * own]))[1] == "wilson"
    assert figures.limits(np.stack([-own, own]))[1] == "widened"


def test_a_change_that_two_cases_bear_is_called_rough() -> None:
    values = np.ones((60, 2))
    values[:2, 1] = 0
    figures = LabelMeans(Sample(np.zeros(60, dtype=np.intp), np.arange(60)), values)
    assert figures.limits(np.array([[-1.0], [1.0]]))[1] == "small-sample"


def test_one_cluster_says_nothing() -> None:
    figures = LabelMeans(Sample(np.array([0, 1]), np.array([0, 0])), np.array([[1.0], [0.0]]))
    assert figures.limits(np.full((1, 2), 0.5)) == ((-np.inf, np.inf), "small-sample")


def test_percentiles_are_as_wide_as_small_strata_need() -> None:
    """Ten labels of 10: a bootstrap of 10 leaves out a tenth of the variance, and Student's quantile is wider."""
    rng = np.random.default_rng(6)
    label = np.repeat(np.arange(10), 10)
    credit = np.round(rng.random(100), 1)[:, None]
    figures = LabelMeans(Sample(label, np.arange(100)), credit)
    weights = figures.sample.balanced()[None]
    (low, high), method = figures.limits(weights)
    drawn = np.quantile(np.tensordot(figures.draws, weights, axes=2), [0.025, 0.975])
    assert method == "bootstrap"
    assert high - low == pytest.approx((drawn[1] - drawn[0]) * np.sqrt(10 / 9), rel=0.04)
    assert high - low > drawn[1] - drawn[0]
