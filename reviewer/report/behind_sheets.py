"""What stands behind the figures as sheets of a workbook: every figure a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reviewer.core.decisions import Hidden
from reviewer.report import behind, deciding
from reviewer.report.facts import RunReport
from reviewer.report.options import Level
from reviewer.wording.tables import Table

Cell: TypeAlias = str | float | bool | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: `intro` above, then the heading and the rows. `wide` are the columns that hold sentences.

    A chart draws the columns `bars` by the names in column `names`, of the first `most_bars` rows where that is not 0.
    """

    name: str
    headings: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]
    intro: tuple[str, ...] = ()
    wide: frozenset[int] = frozenset()
    bars: tuple[int, ...] = ()
    names: int = 0
    most_bars: int = 0


def workbook_sheets(report: RunReport) -> Iterator[Sheet]:
    """Overrides, labels, agreement, adjudications, unscored responses and reviewers."""
    changes = [each.change for each in sorted(report.scorecard.overrides, key=behind.weight)]
    found = behind.overrides(report)
    rows = ((*row[:6], int(row[6]), change) for row, change in zip(found.rows, changes, strict=True))
    yield Sheet("Overrides", found.headings, rows, wide=frozenset({5}))
    yield _numbered("Labels", behind.label_edits(report), (behind.labels_words(report),), frozenset({1, 2, 5}))
    if report.provenance.agreement is not None:
        said = report.provenance.agreement.sentences
        yield Sheet("Agreement", AGREEMENT, _agreement_rows(report), said, frozenset({1}), (4,), 1)
    yield _numbered("Adjudications", behind.adjudications(report), wide=frozenset({1, 6}))
    if report.shown.level is Level.ALL:
        yield _numbered("Unscored", behind.unscored_responses(report), wide=frozenset({2, 4}))
    yield Sheet("Reviewers", REVIEWERS, _reviewer_rows(report), (deciding.SIGHT_NOTE,), frozenset({12}))


def _numbered(name: str, table: Table, intro: tuple[str, ...] = (), wide: frozenset[int] = frozenset()) -> Sheet:
    """A table of words whose last column is a whole number."""
    return Sheet(name, table.headings, ((*row[:-1], int(row[-1])) for row in table.rows), intro, wide)


AGREEMENT = ("Kind", "Between", "n", "Same", "κ", "κ weighted", "95 % from", "95 % to")


def _agreement_rows(report: RunReport) -> Iterator[Sequence[Cell]]:
    facts = report.provenance.agreement
    found: Mapping[str, object] = facts.document if facts else {}
    alpha = _part(found, "alpha_ordinal")
    yield "All reviewers", "Krippendorff's ordinal α", None, None, _number(alpha, "value"), None, *_limits(alpha)
    yield "All reviewers", "mean of the pairs", *(_number(found, key) for key in ("n", "raw")), None, *_weighted(found)
    for kind, key, name in _KINDS:
        for each in _parts(found, key):
            between = each[name]
            words = " and ".join(map(str, between)) if isinstance(between, list) else str(between)
            same = _number(each, "accuracy" if "accuracy" in each else "raw")
            yield kind, words, _number(each, "n"), same, _number(each, "kappa"), *_weighted(each)


_KINDS = (
    ("Two reviewers", "by_pair", "reviewers"),
    ("One reviewer, asked again", "intra_reviewer", "reviewer"),
    ("Classifier with people", "classifiers", "name"),
)


def _weighted(found: Mapping[str, object]) -> tuple[Cell, Cell, Cell]:
    return _number(found, "weighted_kappa"), None, None


def _limits(found: Mapping[str, object]) -> tuple[Cell, Cell]:
    return _number(found, "low"), _number(found, "high")


def _number(found: Mapping[str, object], key: str) -> float | None:
    value = found.get(key)
    return value if isinstance(value, int | float) else None


def _part(found: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = found.get(key)
    return value if isinstance(value, Mapping) else {}


def _parts(found: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = found.get(key)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


REVIEWERS = (
    *("Reviewer", "Decisions", "Of them blind", "Adjudications", "In bulk", "First", "Last"),
    *("Version hidden", "Others hidden", "Label hidden", "Earlier hidden", "Not recorded", "Interests, own words"),
)


def _reviewer_rows(report: RunReport) -> Iterator[Sequence[Cell]]:
    interests = dict(zip(report.reviewers, behind.interests(report), strict=True))
    for name, one in deciding.reviewed_by(report).items():
        hidden = (one.hidden[each] for each in deciding.SIGHTS if each is not Hidden.VERDICT)
        counts = (one.decided, one.blind, one.settled, one.in_bulk)
        yield name, *counts, min(one.days), max(one.days), *hidden, one.unknown, interests[name][1]
