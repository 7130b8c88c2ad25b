"""How often a swing of versions is found, and how often it is seen where there is none: simulated sequences.

Latent caution of a case is as in `verdicts`; a version's dial is added to every threshold, each repeat has noise of its
own. `turned` of a sequence says which steps truly turn the one before back.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from reviewer.core.scoring.rates import PoleCases, rates_of
from reviewer.core.scoring.swing import REVERSAL_LEVEL, dial_changes, reversal_ps
from tests.benchmarks.coverage import ACTIONS, HOLDING, Row

_EDGES = np.array([-0.6, 0.0, 0.6, 1.2])


@dataclass(frozen=True)
class Sequence:
    """The dials of the versions; `gain` is how far the poles lie apart, `shared` the case's part of the noise."""

    name: str
    dials: tuple[float, ...]
    cases: int = 250
    twins: bool = False
    repeats: int = 1
    gain: float = 2.0
    shared: float = 0.5

    @property
    def turned(self) -> tuple[bool, ...]:
        steps = np.diff(self.dials)
        return (False, *(bool(a * b < 0) for a, b in pairwise(steps)))


_SWING = (0.0, 0.5, 0.0, 0.5, 0.0, 0.5)
_STAIRS = (0.0, 0.5, 0.5, 1.0, 1.0, 1.5)
SEQUENCES = (
    *(Sequence(f"{n} versions of one policy", (0.0,) * n) for n in (3, 4, 5, 6)),
    Sequence("6 of one policy, 60 a pole", (0.0,) * 6, 60),
    Sequence("6 of one policy, twins", (0.0,) * 6, twins=True),
    Sequence("6 of one policy, twins, 3 repeats", (0.0,) * 6, twins=True, repeats=3),
    Sequence("6 of one policy, near the ceiling", (0.0,) * 6, gain=4.0),
    Sequence("stairs of 0.5, every second step nothing", _STAIRS),
    Sequence("swing of 0.5, 3 versions", _SWING[:3]),
    Sequence("swing of 0.5, 6 versions", _SWING),
    Sequence("swing of 0.5, 6 versions, rho 0.3", _SWING, shared=0.3),
    Sequence("swing of 0.5, 6 versions, twins", _SWING, twins=True),
    Sequence("swing of 0.5, 6 versions, twins, 3 repeats", _SWING, twins=True, repeats=3),
    Sequence("swing of 0.5, 6 versions, 100 a pole", _SWING, 100),
)


def versions(sequence: Sequence, rng: np.random.Generator) -> PoleCases:
    """Responses of every version to `cases` cases at each pole; twins share their noise across the poles."""
    n = 2 * sequence.cases
    pole = np.arange(n) % 2
    cluster = np.arange(n) // 2 if sequence.twins else np.arange(n)
    own = math.sqrt(sequence.shared) * rng.normal(size=n)[cluster]
    shares = np.zeros((len(sequence.dials), n, ACTIONS))
    for version, dial in enumerate(sequence.dials):
        for _ in range(sequence.repeats):
            noise = own + math.sqrt(1 - sequence.shared) * rng.normal(size=n)
            action = np.searchsorted(_EDGES + dial, pole * sequence.gain + noise)
            shares[version, np.arange(n), action] += 1 / sequence.repeats
    return PoleCases(pole, shares, cluster)


def swings(replicates: int = 300, seed: int = 1) -> Iterator[Row]:
    """A row for each sequence: how often any swing is seen, each true reversal found, and one seen that is none."""
    for number, sequence in enumerate(SEQUENCES):
        rng = np.random.default_rng([seed, number])
        turned = np.array(sequence.turned)
        found = np.array([_seen(versions(sequence, rng)) for _ in range(replicates)])
        yield {
            "versions": sequence.name,
            "cases a pole": str(sequence.cases),
            "swing": float(found.any(axis=1).mean()),
            "each reversal": float(found[:, turned].mean()) if turned.any() else math.nan,
            "false": float(found[:, ~turned].any(axis=1).mean()),
        }


def _seen(cases: PoleCases) -> list[bool]:
    """By step, whether it is called a reversal."""
    adjusted = reversal_ps([dial_changes(rates_of(cases, HOLDING))])[0]
    return [p is not None and p <= REVERSAL_LEVEL for p in adjusted]
