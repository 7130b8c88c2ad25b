"""What two versions' responses to one case have in common: chances of each action given the shared evidence.

Evidence of version v on case i is pole + spread·(√ρ·u_i + √o·w_iv + √(1 − ρ − o)·e), with u shared by versions, w by
the repeats of one version, e by nothing; the poles are those of `frontier_change`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from reviewer.core.scoring.cases import Floats

OWN_EFFECT = 0.2
"""Share of the evidence that a version's repeats of one case have in common beyond other versions', where no repeats
say how much it is."""
_NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(48)
NODE_WEIGHTS = NODE_WEIGHTS / NODE_WEIGHTS.sum()
"""Of the nodes by which chances `given_share` are averaged over what is shared."""


@dataclass(frozen=True)
class Expected:
    """What is expected of two versions: `thresholds` (2, K − 1), the further pole's mean and slope, the change δ, and
    which share of the evidence on a case is common to all versions (`rho`) and to a version's own repeats (`own`).

    Actions from `first_held` on hold back. Of the cases at each pole the part `paired` has a twin at the other pole,
    which shares what versions share.
    """

    thresholds: Floats
    mean: float
    first_held: int
    slope: float = 1.0
    delta: float = 0.0
    rho: float = 0.5
    own: float = 0.0
    repeats: int = 1
    paired: float = 0.0


def cells(expected: Expected, pole: int, version: int, share: float) -> Floats:
    """(nodes, K) chances of each action given the shared part of the evidence."""
    unit = math.sqrt((1 + expected.slope**2) / 2)
    mean = (expected.mean + version * expected.delta * unit) if pole else 0.0
    spread = expected.slope if pole else 1.0
    return given_share((expected.thresholds[version] - mean) / spread, share)


def given_share(z: Floats, share: float) -> Floats:
    """(nodes, K) chances of falling between thresholds `z` (K − 1,) given the part of the evidence that is shared."""
    share = min(max(share, 0.0), 0.99)
    below = ndtr((z[None, :] - math.sqrt(share) * _NODES[:, None]) / math.sqrt(1 - share))
    edge = np.ones((len(_NODES), 1))
    return np.diff(np.concatenate([0 * edge, below, edge], axis=1), axis=1)


def together(first: Floats, second: Floats, share: float) -> Floats:
    """(K, K) chances of two responses to one case, of thresholds (K − 1,) each, whose evidence shares so much."""
    return np.asarray((given_share(first, share) * NODE_WEIGHTS[:, None]).T @ given_share(second, share))
