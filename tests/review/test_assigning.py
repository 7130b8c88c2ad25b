"""Who decides on what: everybody as much, everything as often as needed, and the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.errors import InputError
from reviewer.review.assigning import assignments

NAMES = st.lists(st.sampled_from(["ann", "ben", "cem", "dora", "eve"]), min_size=2, max_size=5, unique=True)


@given(st.integers(0, 60), NAMES, st.integers(1, 2), st.floats(0, 1), st.integers(0, 1000))
def test_every_response_has_enough_and_nobody_more_than_one_above_another(
    size: int, names: list[str], needed: int, overlap: float, seed: int
) -> None:
    found = assignments(size, names, needed=needed, overlap=overlap, seed=seed)
    assert len(found) == size
    assert all(len(set(each)) == len(each) for each in found)
    sizes = Counter(map(len, found))
    shared = round(overlap * size)
    assert sizes == (Counter({2: size}) if needed == 2 else Counter({1: size - shared, 2: shared}))
    load = Counter({name: 0 for name in names})
    load.update(name for each in found for name in each)
    assert max(load.values()) - min(load.values()) <= 1
    assert found == assignments(size, names[::-1], needed=needed, overlap=overlap, seed=seed)


def test_all_meet_all() -> None:
    found = assignments(100, ["ann", "ben", "cem"], overlap=0.6, seed=1)
    met = Counter(each for each in found if len(each) == 2)
    assert len(met) == 3
    assert min(met.values()) >= 10


def test_another_seed_gives_another_split() -> None:
    assert assignments(30, ["ann", "ben"], seed=1) != assignments(30, ["ann", "ben"], seed=2)


@pytest.mark.parametrize(
    ("names", "needed", "overlap", "said"),
    [
        ([], 1, 0.0, "0 reviewers"),
        (["ann"], 1, 0.1, "2 decisions"),
        (["ann", " ann "], 2, 0.0, "1 reviewers"),
        (["ann", "ben"], 0, 0.0, "cannot make"),
        (["ann", "ben"], 1, 1.5, "overlap is 1.5"),
    ],
)
def test_what_cannot_be(names: list[str], needed: int, overlap: float, said: str) -> None:
    with pytest.raises(InputError, match=said):
        assignments(5, names, needed=needed, overlap=overlap)


@given(st.integers(0, 60), st.integers(1, 5), st.data())
def test_every_place_has_as_many_reviewers_as_it_needs(places: int, people: int, data: st.DataObject) -> None:
    names = [f"r{number}" for number in range(people)]
    needed = data.draw(st.integers(1, people))
    overlap = data.draw(st.floats(0, 1))
    parts = assignments(places, names, overlap=overlap, together=needed, seed=7)
    several = sum(len(set(part)) == needed for part in parts)
    assert all(len(set(part)) == len(part) in (1, needed) for part in parts)
    assert several == (places if needed == 1 else round(places * overlap))
    sizes = Counter(who for part in parts for who in part)
    assert max((sizes[name] for name in names), default=0) - min((sizes[name] for name in names), default=0) <= 1
