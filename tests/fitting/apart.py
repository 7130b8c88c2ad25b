"""`python -m tests.fitting.apart` measures the rules on texts that two authors wrote apart, who had not seen the rules.

Fifteen kinds of traps, 12 of each in three sets: how many are read right, and beside them refused or not. The lists of
words in `reviewer.classify` were made longer with the errors on each set in view, after it had been counted once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reviewer.classify.rules import Item, classify_responses
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import Message, Role
from reviewer.core.decisions import Verdict
from tests.fitting.texts import APART

WIDTH = 18
Row = Mapping[str, Any]


def rows_of(name: str) -> list[Row]:
    """Those of `traps`, `nothing` or `reasoning`."""
    return [json.loads(line) for line in (APART / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def verdicts_on(rows: Sequence[Row]) -> list[Verdict]:
    items = [Item((Message(Role.USER, row["request"]),), row["response"]) for row in rows]
    return classify_responses(items, DEFAULT_SCALE)


def right(rows: Sequence[Row]) -> tuple[int, int]:
    """How many levels are read right, and how many are rightly refused or not."""
    levels = refused = 0
    for row, verdict in zip(rows, verdicts_on(rows), strict=True):
        levels += verdict.engagement == row["engagement"]
        refused += (verdict.engagement == "none") == (row["engagement"] == "none")
    return levels, refused


def lines() -> Iterator[str]:
    yield f"{'trap':<{WIDTH}}{'rows':>6}{'three ways':>12}{'refused or not':>16}"
    traps = rows_of("traps")
    kinds = list(dict.fromkeys(row["kind"] for row in traps))
    groups = [(kind, [row for row in traps if row["kind"] == kind]) for kind in kinds]
    groups += [(f"set {name}", [row for row in traps if row["author_set"] == name]) for name in "abc"]
    for name, rows in (*groups, ("all", traps)):
        levels, refused = right(rows)
        yield f"{name:<{WIDTH}}{len(rows):>6}{levels:>12}{refused:>16}"


def main() -> None:
    sys.stdout.write("\n".join(lines()) + "\n")


if __name__ == "__main__":
    main()
