"""What a spreadsheet cannot hold of a table that was written."""

from __future__ import annotations

import csv
from pathlib import Path

CELL_CHARACTERS = 32_767
"""Excel's limit; it cuts a longer cell when it opens the file."""


def long_cells(path: Path) -> int:
    """How many cells of a CSV that export wrote are longer than a spreadsheet's cell."""
    csv.field_size_limit(max(csv.field_size_limit(), 2**31 - 1))
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return sum(len(cell) > CELL_CHARACTERS for cells in csv.reader(handle) for cell in cells)
