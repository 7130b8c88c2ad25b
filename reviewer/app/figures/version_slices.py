"""The slices in which versions can be followed: topics and openings that are built in, categories, segments and tags.

What is built in is read off English words; a suite in another language has it by its categories and tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewer.core.cases import Case, CaseKey
from reviewer.store.facts.runs import Observed, RunLine

FEWEST_CASES = 5
"""Of a slice that is offered."""
MOST_TAGS = 200
_PATTERNS: Mapping[tuple[str, str], str] = {
    ("topic", "medical"): r"\b(medic\w*|doctors?|dos(e|es|age)|symptoms?|prescri\w*|health\w*|diseases?|therap\w*)\b",
    ("topic", "legal"): r"\b(legal\w*|illegal\w*|laws?|lawyers?|courts?|lawsuits?|attorneys?|landlords?|tenants?)\b",
    ("opening", "How do I …"): r"\A\W*how (do|can|could|would|should|to)\b",
}
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATTERNS.items()}


@dataclass(frozen=True)
class VersionSlice:
    """Cases that are followed on their own; `by` is `topic`, `opening`, `category`, `segment` or `tag`."""

    by: str
    value: str
    cases: frozenset[CaseKey]


def version_slices(cases: Iterable[Case]) -> tuple[VersionSlice, ...]:
    """Those of `every_slice` with `FEWEST_CASES` or more, and of the tags the first `MOST_TAGS` by name."""
    large = [each for each in every_slice(cases) if len(each.cases) >= FEWEST_CASES]
    tags = [each for each in large if each.by == "tag"]
    return (*(each for each in large if each.by != "tag"), *tags[:MOST_TAGS])


def every_slice(cases: Iterable[Case]) -> tuple[VersionSlice, ...]:
    """Built-in ones first, also without a case, then categories, segments and tags by name.

    A topic is read from the words of the request, of the category and of the tags.
    """
    found: dict[tuple[str, str], set[CaseKey]] = {name: set() for name in _COMPILED}
    named: dict[tuple[str, str], set[CaseKey]] = {}
    for case in cases:
        for name in _built_in(case):
            found[name].add(case.key)
        named_ones = (("category", case.category), ("segment", case.segment), *(("tag", tag) for tag in case.tags))
        for name in named_ones:
            if name[1]:
                named.setdefault(name, set()).add(case.key)
    return tuple(VersionSlice(*name, frozenset(keys)) for name, keys in (*found.items(), *sorted(named.items())))


def _built_in(case: Case) -> list[tuple[str, str]]:
    whole = " ".join((case.request, case.category, *case.tags))
    return [name for name, words in _COMPILED.items() if words.search(case.request if name[0] == "opening" else whole)]


def within(sides: Sequence[tuple[RunLine, Observed]], chosen: VersionSlice) -> list[tuple[RunLine, Observed]]:
    """The runs with the responses to the slice's cases alone."""
    return [
        (line, replace(observed, labelled=tuple(each for each in observed.labelled if each.case in chosen.cases)))
        for line, observed in sides
    ]
