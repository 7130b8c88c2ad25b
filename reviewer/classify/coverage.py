"""What a threshold of confidence buys: how many responses the rules then read, and how often people agree with them.

Measured on sets of responses labelled by people, each read by weights that were fitted without it
(`python -m tests.fitting`); stored with the weights. It says what to expect of responses like those, not of a run.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).parent / "data" / "risk_coverage.json"


class CoverageRow(NamedTuple):
    """At `threshold` so large a share of the responses is read, and people agree with so large a share of those.

    `n` is how many were read; `agreement` is about full, partial or no engagement.
    """

    threshold: float
    coverage: float
    agreement: float
    n: int


class RiskCoverage(NamedTuple):
    """The table: for which version of the rules, on which `sets`, of how many responses; `rows` by threshold."""

    rules: str
    sets: tuple[str, ...]
    total: int
    rows: tuple[CoverageRow, ...]

    def at(self, threshold: float) -> CoverageRow:
        """The row of the greatest threshold that is not above this one."""
        # Hundredths do not add up in binary: 0.29 is what 0.29 is called, whatever it was computed from.
        below = [row for row in self.rows if row.threshold <= threshold + 1e-9]
        return below[-1] if below else self.rows[0]


@cache
def risk_coverage() -> RiskCoverage:
    """The stored table, read once."""
    stored = json.loads(TABLE.read_text(encoding="utf-8"))
    rows = tuple(CoverageRow(**row) for row in stored["rows"])
    return RiskCoverage(stored["rules"], tuple(stored["sets"]), stored["total"], rows)
