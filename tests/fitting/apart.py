"""`python -m tests.fitting.apart` measures the rules on texts by authors who had not seen them.

Traps of fifteen kinds in three sets, answers that hold what a refusal holds, and responses of six authors: how many are
read right three ways, refused or not, and of the parts that do not say so how many are told, with how many others. The
weights were fitted on these texts after they had been counted once, and lists of words were made longer with the traps
in view, so this is how well they are known; what tells a silent part was not fitted on them.
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
from tests.fitting.figures import kappa
from tests.fitting.texts import APART

WIDTH = 18
# What the rules of the day read right three ways, and refused or not, before anybody had looked at the set.
FIRST_SIGHT = {
    "set a": ("3.5", 134, 164),
    "set b": ("3.5", 121, 150),
    "set c": ("3.5", 131, 159),
    "innocent answers": ("3.6", 179, 189),
    "ordinary": ("3.6", 135, 186),
    "sensitive_a": ("3.6", 130, 189),
    "sensitive_b": ("3.6", 184, 225),
    "triples_a": ("3.6", 151, 225),
    "triples_b": ("3.6", 129, 189),
    "typical": ("3.6", 248, 278),
}
# Silent parts that Rules 3.6 told, and others that they took for some, of all responses.
FIRST_TOLD = (24, 64)
Row = Mapping[str, Any]


def rows_of(name: str) -> list[Row]:
    """Those of `traps`, `innocent`, `responses`, `nothing` or `reasoning`."""
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


def told_silent(rows: Sequence[Row]) -> tuple[int, int, int]:
    """How many parts do not say so, how many of them are told as such, and how many other responses are."""
    told = [verdict.engagement == "partial" and verdict.said_so is False for verdict in verdicts_on(rows)]
    silent = [row.get("said_so") is False for row in rows]
    found = sum(a and b for a, b in zip(told, silent, strict=True))
    return sum(silent), found, sum(told) - found


def agreed(rows: Sequence[Row]) -> tuple[int, int, float]:
    """How many rows a second labeller read, on how many levels they agree, and Cohen's kappa."""
    pairs = [(row["engagement"], row["second"]) for row in rows if "second" in row]
    return len(pairs), sum(one == other for one, other in pairs), kappa(pairs)


def lines() -> Iterator[str]:
    yield f"{'texts':<{WIDTH}}{'rows':>6}{'three ways':>12}{'refused or not':>16}   at first sight"
    traps, responses = rows_of("traps"), rows_of("responses")
    authors = list(dict.fromkeys(row["author_set"] for row in responses))
    kinds = list(dict.fromkeys(row["kind"] for row in traps))
    groups = [(kind, [row for row in traps if row["kind"] == kind]) for kind in kinds]
    groups += [(f"set {name}", [row for row in traps if row["author_set"] == name]) for name in "abc"]
    groups += [("all traps", traps), ("innocent answers", rows_of("innocent"))]
    by_author = [(name, [row for row in responses if row["author_set"] == name]) for name in authors]
    for name, rows in (*groups, *by_author):
        levels, refused = right(rows)
        first = FIRST_SIGHT.get(name)
        before = f"   {first[1]} and {first[2]} by Rules {first[0]}" if first else ""
        yield f"{name:<{WIDTH}}{len(rows):>6}{levels:>12}{refused:>16}{before}"
    yield f"{'silent parts':<{WIDTH}}{'rows':>6}{'silent':>12}{'told':>8}{'others':>8}"
    for name, rows in (*by_author, ("all", responses)):
        silent, told, others = told_silent(rows)
        yield f"{name:<{WIDTH}}{len(rows):>6}{silent:>12}{told:>8}{others:>8}"
    yield f"at first sight Rules 3.6 told {FIRST_TOLD[0]} of them, and took {FIRST_TOLD[1]} others for some"
    read, same, beyond = agreed(responses)
    yield f"a second labeller read {read} of the responses: the same level {same} times, kappa {beyond:.3f}"


def main() -> None:
    sys.stdout.write("\n".join(lines()) + "\n")


if __name__ == "__main__":
    main()
