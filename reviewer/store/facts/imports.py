"""An import as an act that can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ImportAct:
    """A file that was imported: table → first and last id of the rows that it added, the cases that runs of before took
    in for it, and how many rows that were there it changed.
    """

    id: int
    file: str
    format: str
    author: str
    at: str
    added: Mapping[str, tuple[int, int]]
    extended: Sequence[tuple[int, int]] = ()
    changed: int = 0
