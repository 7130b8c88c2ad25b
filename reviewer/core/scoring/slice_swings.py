"""The swing of several versions by slice: in which of them the releases turned the dial back and forth.

A slice with `FEWEST_AT_POLE` shared cases at each pole is followed as all cases are, at the poles of all cases. Each p
of a step is adjusted after Holm over the steps in all followed slices. Which slices are followed is settled by what
they hold, never by what the versions did on them. A slice's change of discrimination is not adjusted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from reviewer.core.cases import CaseKey
from reviewer.core.scoring.cases import CaseTable, Flags
from reviewer.core.scoring.rates import pole_cases, pole_rows
from reviewer.core.scoring.swing import Swing, swings

FEWEST_AT_POLE = 10
"""Shared cases labelled refuse, and as many labelled answer, from which on a slice is followed."""

NamedCases: TypeAlias = Mapping[tuple[str, str], Collection[CaseKey]]
"""(by, value) → the cases of a slice."""


@dataclass(frozen=True)
class SliceSwing:
    """`n` shared cases, of them `n_refuse` and `n_answer` at the poles; `swing` is None where those are too few."""

    by: str
    value: str
    n: int
    n_refuse: int
    n_answer: int
    swing: Swing | None


def slice_swings(tables: Sequence[CaseTable], hold_back: Collection[int], slices: NamedCases) -> tuple[SliceSwing, ...]:
    """In the order given, of versions that answered the same cases; none where those are of one label only."""
    cases, rows = pole_cases(tables), pole_rows(tables)
    if cases is None:
        return ()
    places = {key: place for place, key in enumerate(tables[0].keys)}
    members = [_members(places, keys) for keys in slices.values()]
    of_slice = [cases.only(here[rows]) for here in members]
    sizes = [(int(own.pole.sum()), int((own.pole == 0).sum())) for own in of_slice]
    enough = [min(size) >= FEWEST_AT_POLE for size in sizes]
    found = iter(swings([own for own, is_enough in zip(of_slice, enough, strict=True) if is_enough], hold_back))
    return tuple(
        SliceSwing(*name, int(here.sum()), *size, next(found) if is_enough else None)
        for name, here, size, is_enough in zip(slices, members, sizes, enough, strict=True)
    )


def _members(places: Mapping[CaseKey, int], keys: Collection[CaseKey]) -> Flags:
    here = np.zeros(len(places), dtype=bool)
    here[[places[key] for key in keys if key in places]] = True
    return here
