"""The fitted weights: what the words of each language say of a segment, and what the segments say of a response.

`tests/fitting` makes the files. They hold words, classes and numbers, no text that they were fitted on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.classify.document import Floats
from reviewer.classify.features import SegmentFeatures
from reviewer.classify.functions import FUNCTIONS
from reviewer.classify.trees import Trees, trees_of
from reviewer.classify.vocabulary import Numbers, Vocabulary, vocabulary
from reviewer.classify.words import WordClasses, word_classes

DATA = Path(__file__).parent / "data"
HUNDREDTHS = 100.0
_TOGETHER = 8


class LanguageModel(NamedTuple):
    """`weights` (V + 1, 15): one row for each of the `names` of features, the last one is always added.

    `rows` are the same with a row of nothing after them; `worded` (V,) says which features are words.
    """

    language: str
    classes: WordClasses
    names: Sequence[str]
    weights: Floats
    rows: Floats
    vocabulary: Vocabulary
    worded: NDArray[np.bool_]

    def functions(self, features: SegmentFeatures) -> Floats:
        """Probabilities (N, 15) that each of N segments does each thing."""
        # Sums over few whole arrays and then over the rows that are left take a fifth of the time of sums over all
        # rows: so each segment is filled up, with the row of nothing, to a multiple of _TOGETHER features.
        sizes = np.diff(features.starts, append=len(features.numbers))
        full = -(-sizes // _TOGETHER)
        starts = np.cumsum(full) - full
        filled = np.full((int(full.sum()), _TOGETHER), len(self.names) + 1)
        moved = np.repeat(starts * _TOGETHER - features.starts, sizes)
        filled.reshape(-1)[np.arange(len(moved)) + moved] = features.numbers
        return softmax(np.add.reduceat(self.rows[filled.T].sum(axis=0), starts))

    def telling(self, features: SegmentFeatures, segments: Numbers, functions: Numbers) -> list[str]:
        """For each of some `segments` (P,), by row, the words that speak most for the function (P,) at its side.

        Empty where only place and shape do.
        """
        owners, numbers = features.of_several(segments)
        worded = self.worded[numbers]
        owners, numbers = owners[worded], numbers[worded]
        weights = self.weights[numbers, functions[owners]]
        # By owner, then the heaviest first; of two that weigh the same the one with the lower number.
        order = np.lexsort((-weights, owners))
        first = order[np.flatnonzero(np.diff(owners, prepend=-1))]
        found = [""] * len(segments)
        for place in first[weights[first] > 0].tolist():
            found[owners[place]] = self.names[numbers[place]]
        return found


def model_of(language: str, classes: WordClasses, names: Sequence[str], weights: Floats) -> LanguageModel:
    """The model with the tables that its names are looked up in; `weights` are of shape (V + 1, 15) for V `names`."""
    worded = np.array([name[:1] not in "$#^" for name in names], bool)
    rows = np.vstack([weights, np.zeros_like(weights[:1])])
    return LanguageModel(language, classes, names, weights, rows, vocabulary(names, classes), worded)


class Head(NamedTuple):
    """One question about a response: trees and a linear form whose probabilities are averaged.

    Trees are stored as (T, nodes) arrays: the feature and threshold of each node, where to go on, and its value;
    `column` (T,) says to which of the `classes` a tree speaks.
    """

    classes: tuple[str, ...]
    feature: NDArray[np.intp]
    threshold: Floats
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: Floats
    column: NDArray[np.intp]
    base: Floats
    coefficients: Floats
    intercept: Floats

    def probabilities(self, rows: Floats) -> Floats:
        """Shape (B, classes)."""
        return self.from_leaves(trees_of([self]).leaves(rows), rows)

    def from_leaves(self, leaves: Floats, rows: Floats) -> Floats:
        """Shape (B, classes), from what each tree says (T, B).

        Sums run along each row by itself, so that a response gets the same numbers alone and among others.
        """
        scores = self.base + np.stack(
            [np.ascontiguousarray(leaves[self.column == k].T).sum(axis=1) for k in range(len(self.base))], axis=1
        )
        linear = np.stack([(rows * column).sum(axis=1) for column in self.coefficients.T.copy()], axis=1)
        return np.asarray((_probabilities(scores) + _probabilities(linear + self.intercept)) / 2, dtype=np.float32)


class DocumentModel(NamedTuple):
    """The heads; how much each level of engagement counts; how probabilities become the chance of being right.

    `cuts` multiply the probabilities of the levels: chosen where the weights were not fitted. `calibration` has
    weights for each kind of verdict, on the engagement and on the action.
    """

    heads: Mapping[str, Head]
    cuts: Mapping[str, float]
    calibration: Mapping[str, Mapping[str, Sequence[float]]]


def levels(model: DocumentModel, segments: Floats, openings: Floats | None) -> Floats:
    """Shape (B, classes): probabilities of the levels of engagement, from what the readers say, each of that shape.

    A language without `openings` is read by its segments alone, and the cuts were not chosen on it.
    """
    if openings is None:
        return segments
    both = (segments + openings) / 2
    cut = both * np.array([model.cuts[name] for name in model.heads["engagement"].classes], np.float32)
    return np.asarray(cut / cut.sum(axis=1, keepdims=True), dtype=np.float32)


def answers(rows: Floats, without: str = "") -> dict[str, Floats]:
    """What the heads of the stored model say of responses, `rows` (B, F): for each head shape (B, classes).

    The head called `without` is not asked.
    """
    heads = {name: head for name, head in document_model().heads.items() if name != without}
    leaves = _stored_trees(without).leaves(rows)
    ends = np.cumsum([len(head.feature) for head in heads.values()])
    parts = np.split(leaves, ends[:-1])
    return {name: head.from_leaves(part, rows) for (name, head), part in zip(heads.items(), parts, strict=True)}


@cache
def _stored_trees(without: str) -> Trees:
    return trees_of([head for name, head in document_model().heads.items() if name != without])


def softmax(scores: Floats) -> Floats:
    """(N, classes) probabilities from scores of that shape; each row adds up to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def _probabilities(scores: Floats) -> Floats:
    """Two classes are scored by one column, the score of the second."""
    return softmax(np.column_stack([np.zeros(len(scores), np.float32), scores]) if scores.shape[1] == 1 else scores)


@cache
def language_model(language: str) -> LanguageModel:
    """The model of a covered language, read once."""
    lists = json.loads((DATA / f"words-{language}.json").read_text(encoding="utf-8"))
    lines = (DATA / f"weights-{language}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    names = [line.partition("\t")[0] for line in lines]
    numbers = np.fromstring(",".join(line.partition("\t")[2] for line in lines), dtype=np.float32, sep=",")
    weights = numbers.reshape(len(lines), len(FUNCTIONS)) / HUNDREDTHS
    return model_of(language, word_classes(lists["classes"]), names[:-1], weights)


@cache
def document_model() -> DocumentModel:
    """The model of whole responses, the same for every language, read once."""
    document = json.loads((DATA / "responses.json").read_text(encoding="utf-8"))
    heads = {name: _head(head) for name, head in document["heads"].items()}
    return DocumentModel(heads, document["cuts"], document["calibration"])


def _head(stored: Mapping[str, Sequence[object]]) -> Head:
    feature = np.array(stored["feature"], np.intp)
    return Head(
        tuple(str(name) for name in stored["classes"]),
        feature,
        np.array(stored["threshold"], np.float32),
        np.array(stored["left"], np.intp),
        np.array(stored["right"], np.intp),
        np.array(stored["value"], np.float32),
        np.array(stored["column"], np.intp),
        np.array(stored["base"], np.float32),
        np.array(stored["coefficients"], np.float32),
        np.array(stored["intercept"], np.float32),
    )
