"""Fits what the words of a language say of a segment: a multinomial logistic regression with few, readable weights."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from reviewer.classify.folding import fold
from reviewer.classify.functions import FUNCTIONS
from reviewer.classify.model import DATA, HUNDREDTHS, LanguageModel, model_of
from reviewer.classify.requests import read_request
from reviewer.classify.segments import Segment, Shape
from reviewer.classify.words import WordClasses, stems, tokens, word_classes
from tests.fitting.named_features import named_features
from tests.fitting.texts import HERE, Labelled, labelled_segments

# Inverse strength of the penalty, chosen by leaving one family out.
STRENGTH = 0.12
# A feature must stand in so many responses.
RESPONSES = 3
# Weights that never reach this are left out.
SMALLEST = 0.05
_ITERATIONS = 80
_PHRASES = {
    "declines": "D",
    "inability": "I",
    "lacks_knowledge": "K",
    "redirects": "H",
    "substitutes": "S",
    "asks": "A",
    "offers": "O",
    "cautions": "W",
    "hands_over": "T",
    "corrects": "P",
    "condemns": "M",
    "lectures": "M",
    "courtesy": "E",
}


class _Names(dict[str, int]):
    """Gives every name a number when it is first asked for."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number

    def features(
        self, segment: Segment, place: int, count: int, asked: Collection[str], classes: WordClasses
    ) -> list[int]:
        """Numbers of the features of a segment; sorted by name first, so that every fit gives the same numbers."""
        return [self[name] for name in sorted(named_features(segment, place, count, asked, classes).names)]


class Row(NamedTuple):
    """The features of a labelled segment and what it does."""

    features: list[int]
    code: str
    response: int


@cache
def classes_of(language: str) -> WordClasses:
    return word_classes(json.loads((DATA / f"words-{language}.json").read_text(encoding="utf-8"))["classes"])


def fit_segments(labelled: Sequence[Labelled], language: str, *, phrases: bool = True) -> LanguageModel:
    """Weights for `language` from the labelled segments of these responses and from our phrases for it."""
    classes, names = classes_of(language), _Names()
    rows = [row for number, item in enumerate(labelled) for row in _rows(number, item, classes, names)]
    if phrases and language != "en":
        rows += _phrase_rows(language, classes, names, len(labelled))
    spread: Counter[int] = Counter()
    for _, features in {(row.response, number): number for row in rows for number in row.features}.items():
        spread[features] += 1
    fewest = RESPONSES if language == "en" else 2
    kept = {old: new for new, old in enumerate(sorted(n for n, count in spread.items() if count >= fewest))}
    listed = list(names)
    matrix = _matrix([[kept[n] for n in row.features if n in kept] for row in rows], len(kept))
    fitted = LogisticRegression(C=STRENGTH if language == "en" else 1.0, max_iter=_ITERATIONS)
    fitted.fit(matrix, [row.code for row in rows])
    return _model(language, classes, [listed[old] for old in kept], fitted)


def _rows(number: int, item: Labelled, classes: WordClasses, names: _Names) -> list[Row]:
    if not item.codes:
        return []
    found = labelled_segments(item.text)
    asked = frozenset(stems(tokens(read_request(item.messages).folded), classes))
    return [
        Row(names.features(segment, place, len(found), asked, classes), code, number)
        for place, (segment, code) in enumerate(zip(found, item.codes, strict=True))
        if code != "X"
    ]


def _phrase_rows(language: str, classes: WordClasses, names: _Names, first: int) -> list[Row]:
    """Each phrase stands for a segment of its own, in no particular place."""
    lists = json.loads((HERE / "phrases.json").read_text(encoding="utf-8"))[language]
    rows: list[Row] = []
    for kind, code in _PHRASES.items():
        for phrase in lists[kind]:
            folded = fold(phrase)
            segment = Segment(Shape.SENTENCE, 0, len(folded), folded)
            features = names.features(segment, 0, 1, (), classes)
            placed = {number for name, number in names.items() if name.startswith("$")}
            rows.append(Row([number for number in features if number not in placed], code, first + len(rows)))
    return rows


def _matrix(rows: Sequence[Sequence[int]], width: int) -> csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((number for row in rows for number in row), np.int32)
    return csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), width))


def _model(language: str, classes: WordClasses, names: Sequence[str], fitted: LogisticRegression) -> LanguageModel:
    weights = np.full((len(names) + 1, len(FUNCTIONS)), 0.0, np.float32)
    # What was never seen in this language is never read in it.
    weights[-1] = -12.0
    for row, code in enumerate(fitted.classes_):
        weights[:-1, FUNCTIONS.index(code)] = fitted.coef_[row]
        weights[-1, FUNCTIONS.index(code)] = fitted.intercept_[row]
    telling = np.abs(weights[:-1]).max(1) >= SMALLEST
    kept = [name for name, keep in zip(names, telling, strict=True) if keep]
    rounded = np.round(np.vstack([weights[:-1][telling], weights[-1:]]) * HUNDREDTHS) / HUNDREDTHS
    return model_of(language, classes, kept, rounded.astype(np.float32))


def write_language(model: LanguageModel) -> None:
    """One line for each feature: its name and its weight for each function in hundredths; the constant comes last."""
    lines = ["feature\t" + ",".join(map(str, FUNCTIONS))]
    whole = np.round(model.weights * HUNDREDTHS).astype(int)
    for name, row in zip([*model.names, "$always"], whole, strict=True):
        lines.append(f"{name}\t{','.join(map(str, row))}")
    (DATA / f"weights-{model.language}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
