"""How often the movement verdict is wrong, and how often it finds a gain: simulated pairs of versions.

Latent caution of case i under version v is pole · gain_v · easy_i + spread · (√ρ·u_i + √(1 − ρ)·e_iv): u is shared by
both versions and by twins, which half of the cases are; spread is 1 at the benign pole and `slope` at the other. The
action is the number of thresholds below it, which the dial of the second version shifts all at once. Where a version
answers more than once, a share of the evidence is its own and the same in all its answers.

The settings down to "loss 0.5" are those that the rule was chosen on, with other seeds; their shares stand beside what
another program found (`verdicts_known`), in standard errors. Those after it were not looked at before.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from reviewer.core.scoring.cases import Floats, Ints
from reviewer.core.scoring.movement import IN_BETWEEN, movement
from reviewer.core.scoring.rates import PoleCases
from tests.benchmarks.coverage import HOLDING, Row
from tests.benchmarks.verdicts_known import apart, known

REPLICATES = 300
CASES = (60, 100, 250, 450)
SHARED = (0.3, 0.7)
_MOVES = ("moved", "moved_and_slid")
_EDGES = (-0.6, 0.0, 0.6, 1.2)
_SIX = (-0.6, 0.0, 0.6, 0.9, 1.5)
"""A partial answer between the question and the safe part; the last three hold back."""
_AGENT = (0.0, 0.4, 1.0, 1.4)
"""Most tasks are carried out without a word; asking first does not hold back."""
OWN = 0.2
"""The part of the evidence that a version's repeats have in common beyond other versions'."""


@dataclass(frozen=True)
class Relation:
    """How two versions differ: the second one's dial and gain, and where its thresholds stand.

    `binary` is the share of all responses that go to the end of the scale on their side of holding back, `halved` that
    of the responses in between; `hard` is the share of cases whose poles nobody tells apart. `group` near-duplicates
    form a cluster, 0 for twins in half of the cases; `unscored` is the share of responses without an action. `kind`
    says what the verdict must not be, or that its power is looked at.
    """

    name: str
    dial: float = 0.0
    gain: tuple[float, float] = (2.0, 2.0)
    slope: tuple[float, float] = (1.0, 1.0)
    binary: float = 0.0
    halved: float = 0.0
    hard: float = 0.0
    edges: tuple[float, ...] = _EDGES
    first_edges: tuple[float, ...] = _EDGES
    holding: tuple[int, ...] = HOLDING
    repeats: int = 1
    group: int = 0
    unscored: float = 0.0
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
    Relation("gain 0.3", gain=(2.0, 2.3), kind="power"),
    Relation("gain 0.5", gain=(2.0, 2.5), kind="power"),
    Relation("gain 0.8", gain=(2.0, 2.8), kind="power"),
    Relation("gain 0.3, shift 0.5", 0.5, (2.0, 2.3), kind="power"),
    Relation("gain 0.5, shift 0.5", 0.5, (2.0, 2.5), kind="power"),
    Relation("gain 0.8, shift 0.5", 0.5, (2.0, 2.8), kind="power"),
    Relation("gain 0.5, near-binary", gain=(2.0, 2.5), binary=0.97, kind="power"),
    Relation("gain 1 at d_a 3, shift 0.5", 0.5, (3.0, 4.0), kind="power"),
    Relation("loss 0.5", gain=(2.5, 2.0), kind="power"),
)
_SIX_ACTIONS: dict[str, Any] = {"edges": _SIX, "first_edges": _SIX, "holding": (3, 4, 5)}
_AGENTS: dict[str, Any] = {"edges": _AGENT, "first_edges": _AGENT}
OWN_RELATIONS = (
    Relation("same policy, three repeats", repeats=3, kind="anything"),
    Relation("shift 0.8, three repeats", 0.8, repeats=3),
    Relation("gain 0.5, three repeats", gain=(2.0, 2.5), repeats=3, kind="power"),
    Relation("same policy, groups of four", group=4, kind="anything"),
    Relation("shift 0.8, groups of four", 0.8, group=4),
    Relation("shift 0.8, groups of four, three repeats", 0.8, group=4, repeats=3),
    Relation("gain 0.5, groups of four", gain=(2.0, 2.5), group=4, kind="power"),
    Relation("same policy, six actions", kind="anything", **_SIX_ACTIONS),
    Relation("shift 0.8, six actions", 0.8, **_SIX_ACTIONS),
    Relation("gain 0.5, six actions", gain=(2.0, 2.5), kind="power", **_SIX_ACTIONS),
    Relation("same policy, agent", kind="anything", **_AGENTS),
    Relation("shift 0.8, agent", 0.8, **_AGENTS),
    Relation("shift -0.6, agent, slope 1.3", -0.6, slope=(1.3, 1.3), **_AGENTS),
    Relation("gain 0.5, agent", gain=(2.0, 2.5), kind="power", **_AGENTS),
    Relation("same policy, 10 % unscored", unscored=0.1, kind="anything"),
    Relation("shift 0.8, 10 % unscored", 0.8, unscored=0.1),
    Relation("gain 0.5, 10 % unscored", gain=(2.0, 2.5), unscored=0.1, kind="power"),
)


def responses(relation: Relation, cases: int, rng: np.random.Generator, shared: float = 0.5) -> PoleCases:
    """Of two versions to `cases` cases at each pole; `shared` is ρ."""
    n = 2 * cases
    pole = np.arange(n) % 2
    cluster = _clusters(relation, cases)
    alone = np.bincount(cluster)[cluster] == 1
    own = np.where(alone, rng.normal(size=n), _of_clusters(cluster, rng))
    easy = rng.random(n) >= relation.hard
    shares = np.zeros((2, n, len(relation.edges) + 1))
    for version, edges in enumerate((np.array(relation.first_edges), np.array(relation.edges) + relation.dial)):
        at = pole * easy * relation.gain[version]
        spread = np.where(pole == 1, relation.slope[version], 1.0)
        share = OWN if relation.repeats > 1 else 0.0
        steady = math.sqrt(shared) * own + math.sqrt(share) * rng.normal(size=n)
        for _ in range(relation.repeats):
            noise = steady + math.sqrt(1 - shared - share) * rng.normal(size=n)
            action = _to_the_ends(relation, np.searchsorted(edges, at + spread * noise), rng)
            shares[version, np.arange(n), action] += 1 / relation.repeats
    kept = np.all(rng.random((2, n)) >= relation.unscored, axis=0)
    return PoleCases(pole[kept], shares[:, kept], np.unique(cluster[kept], return_inverse=True)[1])


def _clusters(relation: Relation, cases: int) -> Ints:
    place = np.arange(2 * cases)
    if relation.group:
        return place // relation.group
    return np.where(place < cases, place // 2, place)


def _to_the_ends(relation: Relation, action: Ints, rng: np.random.Generator) -> Ints:
    last = len(relation.edges)
    ends = np.where(action >= min(relation.holding), last, 0)
    between = (action > 0) & (action < last)
    chance = np.where(between, max(relation.binary, relation.halved), relation.binary)
    return np.where(rng.random(len(action)) < chance, ends, action)


def _of_clusters(cluster: Ints, rng: np.random.Generator) -> Floats:
    return rng.normal(size=int(cluster.max()) + 1)[cluster]


def verdicts(
    replicates: int = REPLICATES, sizes: tuple[int, ...] = CASES, shared: tuple[float, ...] = SHARED, seed: int = 29
) -> Iterator[Row]:
    """A row for each relation, number of cases a pole and ρ: the share of each verdict."""
    beside = known()
    for number, relation in enumerate((*RELATIONS, *OWN_RELATIONS)):
        for rho in shared:
            for cases in sizes:
                rng = np.random.default_rng([seed, number, cases, round(10 * rho)])
                found = [movement(responses(relation, cases, rng, rho), relation.holding) for _ in range(replicates)]
                counted = Counter(str(each.verdict) for each in found)
                moved, slid = sum(counted[name] for name in _MOVES) / replicates, counted["slid"] / replicates
                expected = beside.get((relation.name, f"{rho:g}", cases), (math.nan, math.nan))
                yield {
                    "versions": relation.name,
                    "ρ": f"{rho:g}",
                    "cases a pole": str(cases),
                    "none": counted["none"] / replicates,
                    "moved": moved,
                    "slid": slid,
                    "in between": sum(each.direction == IN_BETWEEN for each in found) / replicates,
                    "not decidable": counted["not_decidable"] / replicates,
                    "false": _false(relation, counted) / replicates if relation.kind != "power" else math.nan,
                    "moved, off by SE": apart(moved, expected[0], replicates),
                    "slid, off by SE": apart(slid, expected[1], replicates),
                }


def _false(relation: Relation, found: Counter[str]) -> int:
    """Verdicts that say more than is there."""
    if relation.kind == "anything":
        return sum(found.values()) - found["none"]
    return sum(found[name] for name in _MOVES)
