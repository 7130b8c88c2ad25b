"""Shares of verdicts that another program simulated, with code and seeds of its own, for the same versions.

Per cent of 600 pairs of runs with 60, 100, 250 and 450 cases a pole: moved and slid at ρ = 0.3, moved and slid at 0.7.
"""

from __future__ import annotations

import math

PAIRS = 600
SIZES = (60, 100, 250, 450)
_TABLE = """
same policy | 2.7 2.3 1.7 2.3 | 0.0 0.0 1.0 2.0 | 2.8 2.2 3.0 2.3 | 0.0 0.5 1.8 1.2
shift 0.4 | 3.5 2.3 3.7 2.7 | 1.2 20 83 96 | 3.5 2.3 2.5 1.0 | 23 61 96 99
shift 1 | 3.7 1.5 0.2 0.0 | 1.8 22 84 99 | 1.5 0.8 0.0 0.0 | 22 61 97 100
shift 0.8, slope 0.7 | 4.0 1.7 1.3 1.0 | 0.0 10 76 94 | 3.0 2.0 1.3 1.3 | 13 45 92 98
shift 0.8, slope 1.4 | 3.7 2.5 3.0 1.2 | 3.5 29 88 98 | 3.2 2.8 1.0 0.7 | 34 70 99 99
shift 0.8, near-binary | 1.3 0.0 0.0 0.0 | 0.0 0.0 0.0 0.0 | 1.2 0.0 0.0 0.0 | 0.0 0.0 0.2 0.0
shift 0.8, near-binary, slope 0.7 | 3.7 2.7 0.3 0.0 | 0.0 0.0 0.0 0.0 | 3.0 2.3 0.5 0.0 | 0.0 0.0 0.0 0.0
shift 0.8, ceiling d_a 4 | 0.0 0.2 0.0 0.3 | 0.0 0.0 0.0 0.0 | 0.0 0.0 0.0 0.2 | 0.0 0.0 0.0 0.8
shift -0.8, d_a 3 | 0.3 0.0 1.0 2.0 | 0.0 0.0 0.0 1.2 | 0.2 0.0 0.5 1.3 | 0.0 0.0 0.5 6.3
shift 0.8, 30 % hard | 3.0 2.0 1.2 0.5 | 48 83 98 100 | 1.5 1.2 1.0 1.0 | 81 96 99 99
shift -0.8, 30 % hard | 2.7 2.8 2.3 3.0 | 26 64 95 97 | 2.7 2.3 3.3 2.3 | 60 89 97 98
caveats used otherwise | 3.8 4.3 3.3 4.8 | 0.3 8.7 80 94 | 3.8 2.3 3.3 4.0 | 12 49 95 96
caveats used otherwise, shift 0.5 | 3.0 2.2 2.2 1.2 | 0.0 5.2 63 95 | 3.2 1.5 1.8 0.5 | 8.8 35 92 100
shift 0.8, ceiling d_a 3 | 2.5 3.2 2.0 1.5 | 0.0 0.0 29 73 | 2.2 2.8 0.7 0.5 | 1.0 6.3 58 88
half-binary, shift 0.8 | 2.5 2.2 0.0 0.0 | 0.0 4.5 15 20 | 1.7 1.8 0.2 0.2 | 2.5 15 31 36
half-binary, shift 0.8, slope 0.7 | 4.7 5.7 0.3 0.2 | 0.0 0.0 0.5 0.0 | 5.7 3.2 1.0 0.2 | 0.2 1.3 3.5 0.5
slopes 0.8 and 1.2, d_a equal, shift 0.4 | 4.3 2.5 4.0 2.5 | 1.0 16 65 86 | 3.2 4.0 1.7 1.7 | 20 53 93 98
gain 0.3 | 12 18 36 60 | 0.0 0.7 4.7 20 | 16 24 58 81 | 0.5 1.7 14 15
gain 0.5 | 20 38 78 95 | 0.0 0.3 2.7 2.0 | 35 57 92 99 | 0.3 1.2 3.3 0.5
gain 0.8 | 49 73 98 100 | 0.0 0.0 0.0 0.0 | 69 86 100 100 | 0.0 0.0 0.0 0.0
gain 0.3, shift 0.5 | 13 18 34 58 | 0.2 5.8 31 36 | 18 29 53 74 | 6.8 19 32 24
gain 0.5, shift 0.5 | 27 42 76 96 | 0.0 1.7 3.7 2.0 | 43 62 94 100 | 0.5 5.0 2.0 0.2
gain 0.8, shift 0.5 | 54 79 99 100 | 0.0 0.0 0.0 0.0 | 78 94 100 100 | 0.2 0.0 0.0 0.0
gain 0.5, near-binary | 16 26 62 86 | 0.0 0.0 0.2 0.3 | 24 36 76 97 | 0.0 0.0 0.5 1.2
gain 1 at d_a 3, shift 0.5 | 14 30 75 92 | 0.0 0.0 0.0 0.0 | 16 38 79 93 | 0.2 0.0 0.0 0.0
loss 0.5 | 22 39 77 94 | 0.0 0.2 2.3 1.8 | 35 53 92 100 | 0.7 0.8 3.0 0.0
"""

Known = dict[tuple[str, str, int], tuple[float, float]]
"""Versions, ρ as it is printed and cases a pole: the shares that moved and that slid."""


def known() -> Known:
    found: Known = {}
    for line in _TABLE.strip().splitlines():
        name, *cells = (part.strip() for part in line.split(" | "))
        shares = [[float(share) / 100 for share in cell.split()] for cell in cells]
        for place, size in enumerate(SIZES):
            found[name, "0.3", size] = shares[0][place], shares[1][place]
            found[name, "0.7", size] = shares[2][place], shares[3][place]
    return found


def apart(found: float, expected: float, replicates: int) -> float:
    """How many standard errors lie between a share that was found and the known one."""
    both = (found * replicates + expected * PAIRS + 1) / (replicates + PAIRS + 2)
    return (found - expected) / math.sqrt(both * (1 - both) * (1 / replicates + 1 / PAIRS))
