"""The first things that an import would make, to be looked at before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from reviewer.app.jobs.import_plan import ImportPlan

FIRST = 20
CHARACTERS = 300
FirstRow = tuple[str, str, str, str]
"""Case, run ("" for the case itself), text, label."""


def first_rows(plan: ImportPlan) -> tuple[FirstRow, ...]:
    """Cases first, then the responses of each run; those that the workspace has already are not among them."""
    return tuple(islice(_cases(plan), FIRST)) + tuple(islice(_responses(plan), FIRST))


def _cases(plan: ImportPlan) -> Iterator[FirstRow]:
    if plan.suite is not None:
        for case in (*plan.suite.new[:FIRST], *plan.suite.changed[:FIRST]):
            yield case.key, "", case.request[:CHARACTERS], case.label or ""


def _responses(plan: ImportPlan) -> Iterator[FirstRow]:
    """In turn of each run, so that several are seen side by side."""
    most = max((len(run.responses) for run in plan.runs), default=0)
    for at in range(min(most, FIRST)):
        for run in plan.runs:
            if at < len(run.responses):
                response = run.responses[at]
                yield response.case, run.name, response.text[:CHARACTERS] or f"({response.state})", ""
