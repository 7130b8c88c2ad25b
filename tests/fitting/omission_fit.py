"""Fits what tells a part that does not say that it is one: a logistic regression over common words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from reviewer.classify.model import DATA, HUNDREDTHS
from reviewer.classify.omissions import Omissions, as_numbers, first_words, omissions_of
from reviewer.classify.requests import Request, read_request
from reviewer.classify.rules import Item, RulesReading, read_item
from reviewer.classify.segments import Segment
from tests.fitting.named_features import named_omissions
from tests.fitting.texts import Labelled, set_of

# So many words count as common, by how many responses and requests have them.
COMMON = 500
# A feature must stand in so many responses.
RESPONSES = 6
STRENGTH = 4.0
# Weights that never reach this are left out.
SMALLEST = 0.15
# Our own responses are to requests like those where parts are given; the public ones are many and mostly clear.
_OWN = 3.0
_ITERATIONS = 500
Read = tuple[Sequence[Segment], Request]


def is_silent(item: Labelled) -> bool:
    """Whether it is a part that does not say that it is one."""
    return item.engagement == "partial" and item.said_so is False


def omitted(omissions: Omissions, labelled: Iterable[Labelled]) -> NDArray[np.float32]:
    """(n,) how likely each leaves out a part in silence."""
    read = _read(labelled)
    return omissions.chances([segments for segments, _ in read], [request for _, request in read])


def fit_omissions(labelled: Iterable[Labelled]) -> Omissions:
    """Weights from the English responses of which it is known."""
    own = [item for item in labelled if item.language == "en" and item.engagement and _is_told(item)]
    read = _read(own)
    common = _common(read)
    features = [sorted(set(named_omissions(segments, request.words, common))) for segments, request in read]
    spread = Counter(name for names in features for name in names)
    # A common word stays one, whatever it weighs.
    kept = sorted({name for name, count in spread.items() if count >= RESPONSES} | common)
    numbers = {name: number for number, name in enumerate(kept)}
    rareness = np.array([np.log((1 + len(own)) / (1 + spread[name])) + 1 for name in kept])
    rareness = np.round(rareness * HUNDREDTHS) / HUNDREDTHS
    rows = [[numbers[name] for name in names if name in numbers] for names in features]
    silent = np.array([is_silent(item) for item in own])
    counted = np.array([_OWN if set_of(item) == "own" else 1.0 for item in own])
    counted[silent] = counted[~silent].sum() / silent.sum()
    fitted = LogisticRegression(C=STRENGTH, max_iter=_ITERATIONS)
    fitted.fit(_matrix(rows, rareness), silent, sample_weight=counted / counted.mean())
    weights = np.round(np.append(fitted.coef_[0], fitted.intercept_) * HUNDREDTHS) / HUNDREDTHS
    telling = np.array([abs(weight) >= SMALLEST or name in common for name, weight in zip(kept, weights, strict=False)])
    names = [name for name, keep in zip(kept, telling, strict=True) if keep]
    left = np.append(weights[:-1][telling], weights[-1])
    return omissions_of(names, rareness[telling].astype(np.float32), left.astype(np.float32))


def _is_told(item: Labelled) -> bool:
    """A part of a public set may say so or not. What was written apart measures the parts that do not: fitted on it
    too, they are told worse by the authors who are held back."""
    return not item.family.startswith("apart-") and (item.engagement != "partial" or item.said_so is not None)


def _read(labelled: Iterable[Labelled]) -> list[Read]:
    """The segments of responses, none where one cannot be read, and the requests."""
    found = ((item, read_item(Item(item.messages, item.text))) for item in labelled)
    return [
        (read.segments, read.request) if isinstance(read, RulesReading) else ((), read_request(item.messages))
        for item, read in found
    ]


def _common(read: Sequence[Read]) -> set[str]:
    spread = Counter(word for segments, request in read for word in {*first_words(segments), *request.words})
    words = [(-count, word) for word, count in spread.items() if not word[0].isdigit()]
    return {word for _, word in sorted(words)[:COMMON]}


def _matrix(rows: Sequence[Sequence[int]], rareness: NDArray[np.float64]) -> csr_matrix:
    """Each row adds up to one in squares."""
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((number for row in rows for number in row), np.int32, int(ends[-1]))
    squares = np.concatenate([[0.0], np.cumsum(rareness[columns] ** 2)])[ends]
    lengths = np.repeat(np.sqrt(np.maximum(np.diff(squares), 1e-9)), np.diff(ends))
    return csr_matrix((rareness[columns] / lengths, columns, ends), shape=(len(rows), len(rareness)))


def write_omissions(omissions: Omissions, language: str = "en") -> None:
    """One line for each feature: its name, its rareness and its weight, in hundredths; the constant comes last."""
    lines = ["feature\trareness,weight"]
    for name, row in zip([*omissions.names, "$always"], as_numbers(omissions), strict=True):
        lines.append(f"{name}\t{','.join(map(str, row))}")
    (DATA / f"omissions-{language}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
