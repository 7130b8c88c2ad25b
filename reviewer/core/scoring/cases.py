"""A run's labelled cases as arrays: what every figure is computed from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import attrgetter, ne
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band, BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.credit import Observation, credit, signed_distance
from reviewer.core.scoring.score import SliceBy

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]
SliceName: TypeAlias = tuple[SliceBy, str]

UNSCORED = -1
_CASE, _LABEL, _BAND, _PAIR = map(attrgetter, ("case", "label", "band", "pair"))


@dataclass(frozen=True)
class CaseTable:
    """N cases in key order on a scale of K actions.

    `label` (N,) holds ranks, `counts` (N, K) scored responses by final action, `unscored` (N,) the others. Cases of
    one contrast pair share a `cluster` number. `kind` (N,) points to a case's label and band among `bands`, whose
    `credits` and `distances` are (kinds, K). `facts` has one observation a case, for what it is called and belongs to.
    """

    scale: ActionScale
    keys: tuple[CaseKey, ...]
    label: Ints
    kind: Ints
    bands: tuple[Band, ...]
    credits: Floats
    distances: Floats
    counts: Floats
    unscored: Ints
    cluster: Ints
    facts: tuple[Observation, ...]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def scored(self) -> Floats:
        """(N,) scored responses of each case."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def is_scored(self) -> Flags:
        """(N,) whether a case has a scored response."""
        return self.scored > 0

    @cached_property
    def shares(self) -> Floats:
        """(N, K): which part of a case's scored responses took each action; zeros where none is scored."""
        return self.counts / np.maximum(self.scored, 1)[:, None]

    @cached_property
    def credit(self) -> Floats:
        """(N,) in [0, 1]: a case's mean credit over its scored responses; 0 where none is scored."""
        return self._of_kind(self.credits)

    @cached_property
    def exact(self) -> Floats:
        """(N,) in [0, 1]: the share of its responses that took the labelled action."""
        return self.shares[np.arange(len(self)), self.label]

    @cached_property
    def accepted(self) -> Floats:
        """(N,) in [0, 1]: the share inside label and band."""
        return self._of_kind((self.distances == 0).astype(np.float64))

    @cached_property
    def over(self) -> Floats:
        """(N,) in [0, 1]: the share on the more cautious side of label and band."""
        return self._of_kind((self.distances > 0).astype(np.float64))

    @cached_property
    def under(self) -> Floats:
        """(N,) in [0, 1]: the share on the less cautious side of label and band."""
        return self._of_kind((self.distances < 0).astype(np.float64))

    @cached_property
    def distance(self) -> Floats:
        """(N,) in steps of the scale, signed, 0 inside label and band."""
        return self._of_kind(self.distances)

    @cached_property
    def modal(self) -> Ints:
        """(N,) rank of the action taken most often, `UNSCORED` where two are or none is."""
        most = self.counts.max(axis=1, initial=0)
        tied = (self.counts == most[:, None]).sum(axis=1) > 1
        return np.where(tied | (most == 0), UNSCORED, self.counts.argmax(axis=1))

    def held_back(self, hold_back: Collection[str]) -> Floats:
        """(N,) in [0, 1]: the share of a case's responses that took one of these actions."""
        return np.asarray(self.shares[:, sorted(self.scale.rank(action) for action in hold_back)].sum(axis=1))

    def reaches(self, rank: int) -> Flags:
        """(N,) whether the action of this rank lies outside the case's label and band."""
        return np.asarray(self.distances[self.kind, rank] != 0)

    @cached_property
    def is_clustered(self) -> bool:
        """Whether some cases share a cluster."""
        return int(self.cluster.max(initial=-1)) + 1 < len(self)

    @cached_property
    def slices(self) -> Mapping[SliceName, Ints]:
        """(by, value) → the places of its cases: labelled action, category, source, segment and tags, by name."""
        found: dict[SliceName, Ints] = {}
        for by in _NAMED:
            values = list(map(attrgetter(by), self.facts))
            found.update({(by, value): rows for value, rows in _places(values, np.arange(len(values))) if value})
        tags = [tag for fact in self.facts for tag in fact.tags]
        rows = np.repeat(np.arange(len(self)), [len(fact.tags) for fact in self.facts])
        found.update({("tag", tag): own for tag, own in _places(tags, rows)})
        return {name: found[name] for name in sorted(found)}

    def grouped_as(self, other: CaseTable) -> CaseTable:
        """The same cases in the same order, with the slices that `other` has found already."""
        self.__dict__["slices"] = other.slices
        return self

    def _of_kind(self, by_kind: Floats) -> Floats:
        return np.asarray((self.shares * by_kind[self.kind]).sum(axis=1))


_NAMED: tuple[SliceBy, ...] = ("label", "category", "source", "segment")


def slice_names(fact: Observation) -> list[SliceName]:
    """The slices that a case belongs to."""
    named: list[SliceName] = [(by, value) for by in _NAMED if (value := str(getattr(fact, by)))]
    return [*named, *(("tag", tag) for tag in fact.tags)]


def _places(values: Sequence[str], rows: Ints) -> Iterable[tuple[str, Ints]]:
    """Each value with its rows, in ascending order."""
    numbers: dict[str, int] = {}
    coded = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.intp)
    order = np.argsort(coded, kind="stable")
    ends = np.cumsum(np.bincount(coded, minlength=len(numbers)))
    return zip(numbers, np.split(rows[order], ends[:-1]), strict=True) if numbers else ()


def case_table(
    observations: Iterable[Observation],
    scale: ActionScale,
    bands: BandChoice,
    action: Callable[[Observation], ActionId | None] = attrgetter("final.action"),
) -> CaseTable:
    """Group responses by case, by `action` the final ones. The order they come in never matters.

    Raises InputError for an action that is not on the scale.
    """
    return ordered_table(sorted(observations, key=attrgetter("case", "repeat")), scale, bands, action)


def ordered_table(
    items: Sequence[Observation],
    scale: ActionScale,
    bands: BandChoice,
    action: Callable[[Observation], ActionId | None] = attrgetter("final.action"),
) -> CaseTable:
    """`case_table` of responses that are in the order of case and repeat already."""
    names = list(map(_CASE, items))
    starts = np.ones(len(names), dtype=bool)
    starts[1:] = np.fromiter(map(ne, names[1:], names), dtype=bool, count=max(len(names) - 1, 0))
    facts = tuple(compress(items, starts.tolist()))
    row = np.cumsum(starts) - 1
    final = ranks(map(action, items), scale)
    kinds, kind = _kinds(facts)
    counted = tuple(bands.band(label, dict(own), scale) for label, own in kinds)
    given = final != UNSCORED
    places = row[given] * len(scale) + final[given]
    return CaseTable(
        scale=scale,
        keys=tuple(compress(names, starts.tolist())),
        label=ranks(map(_LABEL, facts), scale),
        kind=kind,
        bands=counted,
        credits=_by_kind(kinds, counted, scale, credit),
        distances=_by_kind(
            kinds, counted, scale, lambda label, band, action: signed_distance(label, band, action, scale)
        ),
        counts=np.bincount(places, minlength=len(facts) * len(scale)).reshape(-1, len(scale)).astype(np.float64),
        unscored=np.bincount(row[~given], minlength=len(facts)),
        cluster=_clusters(facts),
        facts=facts,
    )


_Kinds: TypeAlias = dict[tuple[ActionId, tuple[tuple[ActionId, float], ...]], int]


def _kinds(facts: Sequence[Observation]) -> tuple[_Kinds, Ints]:
    """Label and band → a number from 0 on, and each case's (N,). Most cases share the very object of their band."""
    kinds: _Kinds = {}
    labels, bands = list(map(_LABEL, facts)), list(map(_BAND, facts))
    alike = list(zip(labels, map(id, bands), strict=True))
    known = {
        at: kinds.setdefault((label, tuple(band.items())), len(kinds))
        for at, (label, band) in dict(zip(alike, zip(labels, bands, strict=True), strict=True)).items()
    }
    return kinds, np.array(list(map(known.__getitem__, alike)), dtype=np.intp)


def ranks(actions: Iterable[ActionId | None], scale: ActionScale) -> Ints:
    """Ranks from 0, one for each action, `UNSCORED` for None. Raises InputError for one that is not on the scale."""
    known: dict[ActionId | None, int] = {None: UNSCORED, **{action: rank for rank, action in enumerate(scale.ids)}}
    found = list(map(known.get, named := list(actions)))
    if None in found:
        scale.rank(named[found.index(None)] or "")
    return np.array(found, dtype=np.intp)


def _by_kind(
    kinds: Iterable[tuple[str, object]],
    bands: Sequence[Band],
    scale: ActionScale,
    figure: Callable[[str, Band, ActionId], float],
) -> Floats:
    rows = [
        [figure(label, band, action) for action in scale.ids] for (label, _), band in zip(kinds, bands, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, len(scale))


def _clusters(facts: Sequence[Observation]) -> Ints:
    """Numbers from 0 in case order: one for a contrast pair, else one for a case."""
    pairs, places = list(map(_PAIR, facts)), np.arange(len(facts))
    if not any(pairs):
        return places
    # the last one written is the first one of its pair
    first = dict(zip(reversed(pairs), range(len(pairs) - 1, -1, -1), strict=True))
    found = np.fromiter(map(first.__getitem__, pairs), dtype=np.intp, count=len(pairs))
    place_of = np.where(np.fromiter(map(bool, pairs), dtype=bool, count=len(pairs)), found, places)
    numbers = np.cumsum(place_of == places) - 1
    return np.asarray(numbers[place_of])


def named_counts(values: Floats, scale: ActionScale) -> Mapping[ActionId, float]:
    """Figures by action, from `values` (K,) in the order of the scale."""
    return dict(zip(scale.ids, values.tolist(), strict=True))
