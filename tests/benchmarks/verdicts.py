"""How often the movement verdict is wrong, and how often it finds a gain: simulated pairs of versions.

Latent caution of case i under version v is pole · gain_v · easy_i + spread · (√ρ·u_i + √(1 − ρ)·e_iv): u is shared by
both versions and by twins, which half of the cases are; spread is 1 at the benign pole and `slope` at the other. The
action is the number of thresholds below it, which the dial of the second version shifts all at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reviewer.core.scoring.cases import Floats, Ints
from reviewer.core.scoring.movement import IN_BETWEEN, movement
from reviewer.core.scoring.rates import PoleCases
from tests.benchmarks.coverage import ACTIONS, HOLDING, Row

REPLICATES = 300
CASES = (60, 100, 250, 450)
SHARED = (0.3, 0.7)
_MOVES = ("moved", "moved_and_slid")
_EDGES = (-0.6, 0.0, 0.6, 1.2)


@dataclass(frozen=True)
class Relation:
    """How two versions differ: the second one's dial and gain, and where its thresholds stand.

    `binary` is the share of all responses that go to the end of the scale on their side of holding back, `halved` that
    of the responses in between; `hard` is the share of cases whose poles nobody tells apart. `kind` says what the
    verdict must not be, or that its power is looked at.
    """

    name: str
    dial: float = 0.0
    gain: tuple[float, float] = (2.0, 2.0)
    slope: tuple[float, float] = (1.0, 1.0)
    binary: float = 0.0
    halved: float = 0.0
    hard: float = 0.0
    edges: tuple[float, ...] = _EDGES
    kind: str = "move"


def _equal(slope: float) -> float:
    """The gain that makes d_a 2 at this slope."""
    return 2.0 * math.sqrt((1 + slope**2) / 2)


_CAVEATS = (-1.3, -0.4, 0.6, 1.0)
RELATIONS = (
    Relation("same policy", kind="anything"),
    Relation("shift 0.4", 0.4),
    Relation("shift 1", 1.0),
    Relation("shift 0.8, slope 0.7", 0.8, slope=(0.7, 0.7)),
    Relation("shift 0.8, slope 1.4", 0.8, slope=(1.4, 1.4)),
    Relation("shift 0.8, near-binary", 0.8, binary=0.97),
    Relation("shift 0.8, near-binary, slope 0.7", 0.8, slope=(0.7, 0.7), binary=0.97),
    Relation("shift 0.8, ceiling d_a 4", 0.8, (4.0, 4.0)),
    Relation("shift -0.8, d_a 3", -0.8, (3.0, 3.0)),
    Relation("shift 0.8, 30 % hard", 0.8, (2.6, 2.6), hard=0.3),
    Relation("shift -0.8, 30 % hard", -0.8, (2.6, 2.6), hard=0.3),
    Relation("caveats used otherwise", edges=_CAVEATS),
    Relation("caveats used otherwise, shift 0.5", 0.5, edges=_CAVEATS),
    Relation("shift 0.8, ceiling d_a 3", 0.8, (3.0, 3.0)),
    Relation("half-binary, shift 0.8", 0.8, halved=0.5),
    Relation("half-binary, shift 0.8, slope 0.7", 0.8, slope=(0.7, 0.7), halved=0.5),
    Relation("slopes 0.8 and 1.2, d_a equal, shift 0.4", 0.4, (_equal(0.8), _equal(1.2)), (0.8, 1.2)),
    Relation("a third of one version is noise", 0.4, (2.6, 2.6), hard=0.35),
    Relation("gain 0.3", gain=(2.0, 2.3), kind="power"),
    Relation("gain 0.5", gain=(2.0, 2.5), kind="power"),
    Relation("gain 0.8", gain=(2.0, 2.8), kind="power"),
    Relation("gain 0.5, shift 0.5", 0.5, (2.0, 2.5), kind="power"),
    Relation("gain 0.5, near-binary", gain=(2.0, 2.5), binary=0.97, kind="power"),
    Relation("gain 1 at d_a 3, shift 0.5", 0.5, (3.0, 4.0), kind="power"),
    Relation("loss 0.5", gain=(2.5, 2.0), kind="power"),
)


def responses(relation: Relation, cases: int, rng: np.random.Generator, shared: float = 0.5) -> PoleCases:
    """Of two versions to `cases` cases at each pole; `shared` is ρ."""
    n = 2 * cases
    pole = np.arange(n) % 2
    twins = np.arange(n) < cases
    cluster = np.where(twins, np.arange(n) // 2, np.arange(n))
    own = np.where(twins, _of_clusters(cluster, rng), rng.normal(size=n))
    easy = rng.random(n) >= relation.hard
    shares = np.zeros((2, n, ACTIONS))
    for version, edges in enumerate((np.array(_EDGES), np.array(relation.edges) + relation.dial)):
        noise = math.sqrt(shared) * own + math.sqrt(1 - shared) * rng.normal(size=n)
        spread = np.where(pole == 1, relation.slope[version], 1.0)
        action = np.searchsorted(edges, pole * easy * relation.gain[version] + spread * noise)
        shares[version, np.arange(n), _to_the_ends(relation, action, rng)] = 1
    return PoleCases(pole, shares, np.unique(cluster, return_inverse=True)[1])


def _to_the_ends(relation: Relation, action: Ints, rng: np.random.Generator) -> Ints:
    ends = np.where(action >= min(HOLDING), ACTIONS - 1, 0)
    between = (action > 0) & (action < ACTIONS - 1)
    chance = np.where(between, max(relation.binary, relation.halved), relation.binary)
    return np.where(rng.random(len(action)) < chance, ends, action)


def _of_clusters(cluster: Ints, rng: np.random.Generator) -> Floats:
    return rng.normal(size=int(cluster.max()) + 1)[cluster]


def verdicts(
    replicates: int = REPLICATES, sizes: tuple[int, ...] = CASES, shared: tuple[float, ...] = SHARED, seed: int = 1
) -> Iterator[Row]:
    """A row for each relation, number of cases a pole and ρ: the share of each verdict."""
    for number, relation in enumerate(RELATIONS):
        for rho in shared:
            for cases in sizes:
                rng = np.random.default_rng([seed, number, cases, round(10 * rho)])
                found = [movement(responses(relation, cases, rng, rho), HOLDING) for _ in range(replicates)]
                counted = Counter(str(each.verdict) for each in found)
                yield {
                    "versions": relation.name,
                    "ρ": f"{rho:g}",
                    "cases a pole": str(cases),
                    **{name: counted[name] / replicates for name in ("none", "moved", "moved_and_slid", "slid")},
                    "in between": sum(each.direction == IN_BETWEEN for each in found) / replicates,
                    "not decidable": counted["not_decidable"] / replicates,
                    "false": _false(relation, counted) / replicates if relation.kind != "power" else math.nan,
                }


def _false(relation: Relation, found: Counter[str]) -> int:
    """Verdicts that say more than is there."""
    if relation.kind == "anything":
        return sum(found.values()) - found["none"]
    return sum(found[name] for name in _MOVES)
