"""Agreement as a CSV table: a row for each classifier against people on each level, for each pair of reviewers, and
for each reviewer beside themselves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from reviewer.app.figures.agreement import AgainstPeople, RunAgreement
from reviewer.core.scoring.agreement import Agreement
from reviewer.report.csv import BYTE_ORDER_MARK, cell

COLUMNS = (
    "run",
    "model_version",
    "first",
    "second",
    "told_apart",
    "n",
    "same",
    "kappa",
    "weighted_kappa",
    "first_unscored",
    "missing",
)


def agreement_csv(found: RunAgreement) -> str:
    """The whole table, with a byte order mark; what is not known is empty, and `missing` says why."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(found))
    return BYTE_ORDER_MARK + out.getvalue()


def _rows(found: RunAgreement) -> Iterator[list[str]]:
    head = [cell(found.line.name), cell(found.line.version.name)]
    for one in found.classifiers:
        for level, figures in _levels(one):
            yield [*head, cell(one.name), "people", level, *_figures(figures)]
    for (first, second), figures in sorted(found.reviewers.by_pair.items()):
        yield [*head, cell(first), cell(second), "actions", *_figures(figures)]
    for own in found.consistency:
        yield [*head, cell(own.reviewer), cell(own.reviewer), "actions", *_figures(own.figures)]


def _levels(one: AgainstPeople) -> Iterator[tuple[str, Agreement]]:
    yield "actions", one.actions
    if one.engagement is not None:
        yield "engagement", one.engagement
    yield "held_back", one.held_back


def _figures(found: Agreement) -> list[str]:
    kappas = [_number(found.kappa.value), _number(found.weighted_kappa.value)]
    return [str(found.n), _number(found.raw), *kappas, str(found.first_unscored), cell(found.kappa.reason)]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
