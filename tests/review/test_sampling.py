"""Queues that are drawn: known probabilities, equal parts of slices, and whose part is what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.review.sampling import equal_parts, impact_queue, uniform_queue


@dataclass(frozen=True)
class Drawn:
    response_id: int
    is_scored: bool = True
    uncertainty: float = 0.5
    stake: float = 0.1
    stratum: str = ""


def of(sizes: dict[str, int], unscored: int = 0) -> list[Drawn]:
    names = [name for name, size in sizes.items() for _ in range(size)]
    scored = [Drawn(number, stratum=name) for number, name in enumerate(names)]
    return [*scored, *(Drawn(len(names) + number, is_scored=False) for number in range(unscored))]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(0, 150))
def test_parts_are_equal_as_far_as_there_is_enough(sizes: list[int], budget: int) -> None:
    parts = equal_parts(sizes, budget)
    assert sum(parts) == min(budget, sum(sizes))
    assert all(part <= size for part, size in zip(parts, sizes, strict=True))
    unspent = [part for part, size in zip(parts, sizes, strict=True) if part < size]
    assert not unspent or max(parts) - min(unspent) <= 1


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 30), min_size=2), st.integers(1, 60), st.integers(0, 9))
def test_a_queue_within_slices_holds_each_response_once_with_its_chance(
    sizes: dict[str, int], budget: int, seed: int
) -> None:
    candidates = of(sizes, unscored=2)
    items = uniform_queue(candidates, budget, seed)
    assert sorted(response_id for response_id, _ in items) == [each.response_id for each in candidates]
    assert [chance for _, chance in items[:2]] == [1.0, 1.0], "what nobody scored comes first"
    asked = min(budget, sum(sizes.values()))
    stratum = {each.response_id: each.stratum for each in candidates}
    first = Counter(stratum[response_id] for response_id, _ in items[2 : 2 + asked])
    assert [first[name] for name in sorted(sizes)] == equal_parts([sizes[name] for name in sorted(sizes)], budget)
    for response_id, chance in items[2:]:
        name = stratum[response_id]
        assert chance == pytest.approx(max(first[name], 1) / sizes[name])


def test_slices_advance_together() -> None:
    items = uniform_queue(of({"large": 500, "small": 50}), 100, seed=3)
    half = [response_id >= 500 for response_id, _ in items[:50]]
    assert 20 <= sum(half) <= 30


def test_how_often_a_response_comes_first_is_its_chance() -> None:
    candidates = of({"a": 6, "b": 3})
    first = Counter(response_id for seed in range(600) for response_id, _ in uniform_queue(candidates, 4, seed)[:4])
    for response_id, chance in uniform_queue(candidates, 4, 0):
        assert first[response_id] / 600 == pytest.approx(chance, abs=0.08)


def test_without_slices_every_response_is_as_likely_as_any_other() -> None:
    assert {chance for _, chance in uniform_queue(of({"": 20}), 5, 1)} == {0.25}
    unsure = [Drawn(0, uncertainty=0.9), *(Drawn(number, uncertainty=0.1) for number in range(1, 10))]
    chances = dict(impact_queue(unsure, 3, 1))
    assert chances[0] > 2 * chances[1]
