"""The first things that an import would make, to be looked at before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import NamedTuple

from reviewer.app.jobs.import_plan import ImportPlan
from reviewer.core.cases import Case, CaseKey
from reviewer.core.responses import Response

FIRST = 20
CHARACTERS = 300
MOST_CATEGORIES = 10_000
"""Of so many of the file's first cases the category is known beside their responses, however it is read in parts."""


class FirstRow(NamedTuple):
    """`run` is "" for the case itself; `category` None where the cases before it do not say."""

    case: str
    run: str
    text: str
    label: str
    category: str | None


class FirstRows:
    """Cases first, then the responses of each run; those that the workspace has already are not among them."""

    def __init__(self) -> None:
        self._new: list[FirstRow] = []
        self._changed: list[FirstRow] = []
        self._runs: dict[str, list[FirstRow]] = {}
        self._categories: dict[CaseKey, str] = {}

    def add(self, plan: ImportPlan) -> None:
        if plan.suite is not None:
            left = max(0, MOST_CATEGORIES - len(self._categories))
            self._categories |= {
                case.key: case.category for case in islice(chain(plan.suite.new, plan.suite.changed), left)
            }
            self._new += map(_of_case, plan.suite.new[: FIRST - len(self._new)])
            self._changed += map(_of_case, plan.suite.changed[: FIRST - len(self._changed)])
        for run in plan.runs:
            name = run.run.name
            if name in self._runs or len(self._runs) < FIRST:
                found = self._runs.setdefault(name, [])
                more = islice(run.responses, FIRST - len(found))
                found += (_of_response(name, each, self._categories) for each in more)

    def rows(self) -> tuple[FirstRow, ...]:
        return (*[*self._new, *self._changed][:FIRST], *islice(self._responses(), FIRST))

    def _responses(self) -> Iterator[FirstRow]:
        """In turn of each run, so that several are seen side by side."""
        for at in range(FIRST):
            yield from (found[at] for found in self._runs.values() if at < len(found))


def _of_case(case: Case) -> FirstRow:
    return FirstRow(case.key, "", case.request[:CHARACTERS], case.label or "", case.category)


def _of_response(run: str, response: Response, categories: Mapping[CaseKey, str]) -> FirstRow:
    said = response.text[:CHARACTERS] or f"({response.state})"
    return FirstRow(response.case, run, said, "", categories.get(response.case))
