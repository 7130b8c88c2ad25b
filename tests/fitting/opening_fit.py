"""Fits what the first and the last words of a response say of its engagement: a logistic regression, few features."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from reviewer.classify.model import DATA, HUNDREDTHS
from reviewer.classify.openings import Openings, openings_of
from reviewer.classify.rules import Item, RulesReading, read_item
from reviewer.classify.segments import Segment
from tests.fitting.named_features import named_openings
from tests.fitting.response_fit import weights_of
from tests.fitting.texts import Labelled

# A feature must stand in so many responses, of so many families: what one set alone says is about its topics.
RESPONSES, FAMILIES = 4, 3
STRENGTH = 2.0
# Weights that never reach this are left out.
SMALLEST = 0.06
_ITERATIONS = 300


def segments_of(labelled: Iterable[Labelled]) -> list[Sequence[Segment]]:
    """The segments of responses; none where a response cannot be read."""
    found = (read_item(Item(item.messages, item.text)) for item in labelled)
    return [read.segments if isinstance(read, RulesReading) else () for read in found]


def fit_openings(labelled: Sequence[Labelled], language: str = "en") -> Openings:
    """Weights from the responses in `language` of which the engagement is known."""
    own = [item for item in labelled if item.language == language and item.engagement]
    features = [sorted(set(named_openings(segments))) for segments in segments_of(own)]
    families: defaultdict[str, set[str]] = defaultdict(set)
    spread: Counter[str] = Counter()
    for item, names in zip(own, features, strict=True):
        spread.update(names)
        for name in names:
            families[name].add(item.family)
    kept = sorted(n for n, count in spread.items() if count >= RESPONSES and len(families[n]) >= FAMILIES)
    numbers = {name: number for number, name in enumerate(kept)}
    rows = [[numbers[name] for name in names if name in numbers] for names in features]
    fitted = LogisticRegression(C=STRENGTH, max_iter=_ITERATIONS)
    rareness = np.array([np.log((1 + len(own)) / (1 + spread[name])) + 1 for name in kept])
    rareness = np.round(rareness * HUNDREDTHS) / HUNDREDTHS
    fitted.fit(_matrix(rows, rareness), [item.engagement for item in own], sample_weight=weights_of(own))
    return _openings(kept, rareness, fitted)


def _matrix(rows: Sequence[Sequence[int]], rareness: NDArray[np.float64]) -> csr_matrix:
    """Each row adds up to one in squares."""
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((number for row in rows for number in row), np.int32, int(ends[-1]))
    squares = np.concatenate([[0.0], np.cumsum(rareness[columns] ** 2)])[ends]
    lengths = np.repeat(np.sqrt(np.diff(squares)), np.diff(ends))
    return csr_matrix((rareness[columns] / lengths, columns, ends), shape=(len(rows), len(rareness)))


def _openings(names: Sequence[str], rareness: NDArray[np.float64], fitted: LogisticRegression) -> Openings:
    weights = fitted.coef_.T
    telling = np.abs(weights).max(1) >= SMALLEST
    kept = [name for name, keep in zip(names, telling, strict=True) if keep]
    rounded = np.round(np.vstack([weights[telling], fitted.intercept_]) * HUNDREDTHS) / HUNDREDTHS
    classes = tuple(map(str, fitted.classes_))
    return openings_of(classes, kept, rareness[telling].astype(np.float32), rounded.astype(np.float32))


def write_openings(openings: Openings, language: str = "en") -> None:
    """One line for each feature: its name, its rareness and its weight for each level, in hundredths.

    The constant comes last.
    """
    lines = ["feature\t" + ",".join(("rareness", *openings.classes))]
    columns = np.column_stack([np.append(openings.rareness, 0), openings.weights])
    whole = np.round(columns * HUNDREDTHS).astype(int)
    for name, row in zip([*openings.names, "$always"], whole, strict=True):
        lines.append(f"{name}\t{','.join(map(str, row))}")
    (DATA / f"openings-{language}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
