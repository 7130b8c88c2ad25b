"""How often the movement verdict is wrong: simulated pairs of versions whose relation is known.

Every case has its own difficulty, shared by the versions; half of the cases are twins with a shared part. An action is
where evidence = pole × gain + difficulty + noise falls between the thresholds, which the dial shifts all at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reviewer.core.scoring.cases import Floats, Ints
from reviewer.core.scoring.movement import movement
from reviewer.core.scoring.rates import PoleCases
from tests.benchmarks.coverage import ACTIONS, HOLDING, Row

REPLICATES = 500
CASES = (100, 250, 1_000)
_MOVES = ("moved", "moved_and_slid")
_EDGES = np.array([-0.6, 0.0, 0.6, 1.2])


@dataclass(frozen=True)
class Relation:
    """How the second version differs: its dial (thresholds, in standard deviations) and its gain at the further pole.

    `slope` is the spread of evidence at the further pole, `binary` keeps the two ends of the scale only, `hard` is the
    share of cases whose poles nobody tells apart. `kind` is what the verdict must not be.
    """

    name: str
    dial: float = 0.0
    gain: tuple[float, float] = (2.0, 2.0)
    slope: float = 1.0
    binary: bool = False
    hard: float = 0.0
    kind: str = "move"


RELATIONS = (
    Relation("same policy twice", kind="anything"),
    Relation("shift by 0.4", dial=0.4),
    Relation("shift by 1", dial=1.0),
    Relation("shift by 0.8, slope 0.7", dial=0.8, slope=0.7),
    Relation("shift by 0.8, near-binary", dial=0.8, binary=True),
    Relation("shift by 0.8 at the ceiling (d_a 4)", dial=0.8, gain=(4.0, 4.0)),
    Relation("shift by 0.8, 30 % hard cases", dial=0.8, gain=(2.6, 2.6), hard=0.3),
    Relation("true gain of 0.5 in d_a", gain=(2.0, 2.5), kind="power"),
    Relation("true gain of 0.5 in d_a and shift by 0.5", dial=0.5, gain=(2.0, 2.5), kind="power"),
)


def responses(relation: Relation, cases: int, rng: np.random.Generator) -> PoleCases:
    """Of two versions to `cases` cases at each pole."""
    n = 2 * cases
    pole = np.arange(n) % 2
    twins = np.arange(n) < cases
    cluster = np.where(twins, np.arange(n) // 2, np.arange(n))
    difficulty = math.sqrt(0.5) * np.where(twins, _shared(cluster, rng), rng.normal(size=n))
    easy = rng.random(n) >= relation.hard
    spread = np.where(pole == 1, relation.slope, 1.0)
    shares = np.zeros((2, n, ACTIONS))
    for version, dial in enumerate((0.0, relation.dial)):
        noise = difficulty + math.sqrt(0.5) * rng.normal(size=n)
        evidence = pole * easy * relation.gain[version] + spread * noise
        action = np.searchsorted(_EDGES + dial, evidence)
        if relation.binary:
            action = np.where(rng.random(n) < 0.97, np.where(action >= min(HOLDING), ACTIONS - 1, 0), action)
        shares[version, np.arange(n), action] = 1
    return PoleCases(pole, shares, np.unique(cluster, return_inverse=True)[1])


def _shared(cluster: Ints, rng: np.random.Generator) -> Floats:
    return rng.normal(size=int(cluster.max()) + 1)[cluster]


def verdicts(replicates: int = REPLICATES, sizes: tuple[int, ...] = CASES) -> Iterator[Row]:
    """A row for each relation and number of cases a pole: the share of each verdict."""
    for number, relation in enumerate(RELATIONS):
        for cases in sizes:
            rng = np.random.default_rng([number, cases])
            found = Counter(str(movement(responses(relation, cases, rng), HOLDING).verdict) for _ in range(replicates))
            yield {
                "versions": relation.name,
                "cases a pole": str(cases),
                **{name: found[name] / replicates for name in ("none", "moved", "moved_and_slid", "slid")},
                "not decidable": found["not_decidable"] / replicates,
                "false": _false(relation, found) / replicates if relation.kind != "power" else math.nan,
            }


def _false(relation: Relation, found: Counter[str]) -> int:
    """Verdicts that say more than is there."""
    if relation.kind == "anything":
        return sum(found.values()) - found["none"]
    return sum(found[name] for name in _MOVES)
