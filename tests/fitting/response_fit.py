"""Fits what the segments say of a response: for each question, boosted trees and a linear form, averaged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from reviewer.classify.confidence import Signs
from reviewer.classify.document import Floats, document_features
from reviewer.classify.model import DATA, DocumentModel, Head, LanguageModel
from reviewer.classify.rules import Item, RulesReading, gathered, read_item
from tests.fitting.segment_fit import fit_segments
from tests.fitting.texts import Labelled, set_of

FOLDS = 3
_TREES = {"max_iter": 120, "learning_rate": 0.06, "max_leaf_nodes": 16, "max_depth": 6, "l2_regularization": 5.0}
# Most of our own responses were written to show differences, not to be usual: each counts for less than one that was
# met. Those of these families were written as the world writes.
OWN_WEIGHT = 0.5
_USUAL = ("brief", "contested", "long_", "pointed", "refusing", "voices", "apart-typical")
_OF_OTHER_LANGUAGES = 3.0
_SMALLEST_LEAF = 12
_LINEAR_STRENGTH = 0.02
_ITERATIONS = 400
Models = Mapping[str, LanguageModel]


# The columns of `document_features` that grow with the length of a response: (first, one after the last).
_GROWING = ((0, 30), (75, 98), (113, 114), (115, 122))


class Rows(NamedTuple):
    """Features (B, F) of responses, and which of the labelled ones they are: what cannot be read is left out."""

    features: Floats
    numbers: NDArray[np.intp]


def language_models(labelled: Sequence[Labelled]) -> dict[str, LanguageModel]:
    """A model for each language that has labelled segments here."""
    languages = sorted({item.language for item in labelled if item.codes})
    return {
        language: fit_segments([item for item in labelled if item.language == language], language)
        for language in languages
    }


def rows_with(models: Models, labelled: Sequence[Labelled]) -> Rows:
    """Features of responses as these models read them."""
    read: dict[str, dict[int, RulesReading]] = {}
    for number, item in enumerate(labelled):
        found = read_item(Item(item.messages, item.text), models)
        if isinstance(found, RulesReading):
            read.setdefault(found.model.language, {})[number] = found
    rows: dict[int, Floats] = {}
    for own in read.values():
        more = np.array([found.more for found in own.values()], np.float32)
        rows.update(zip(own, document_features(gathered(list(own.values())).segments, more), strict=True))
    numbers = sorted(rows)
    return Rows(np.stack([rows[number] for number in numbers]), np.array(numbers, np.intp))


def crossed_rows(labelled: Sequence[Labelled]) -> Rows:
    """Features of each response as models read it that were fitted without it."""
    fold = np.random.default_rng(20_261_123).permutation(len(labelled)) % FOLDS
    features: dict[int, Floats] = {}
    for held in range(FOLDS):
        models = language_models([item for item, own in zip(labelled, fold, strict=True) if own != held])
        own_numbers = np.flatnonzero(fold == held)
        rows = rows_with(models, [labelled[int(number)] for number in own_numbers])
        for row, number in zip(rows.features, own_numbers[rows.numbers], strict=True):
            features[int(number)] = row
    numbers = sorted(features)
    return Rows(np.stack([features[number] for number in numbers]), np.array(numbers, np.intp))


def fit_heads(rows: Rows, labelled: Sequence[Labelled]) -> dict[str, Head]:
    """One head for each question but the engagement elsewhere, fitted on responses for which its answer is known."""
    found = [labelled[number] for number in rows.numbers]
    asked: dict[str, list[str | None]] = {
        "engagement": [item.engagement for item in found],
        "asks": [None if item.action is None else str(item.action == "clarify") for item in found],
        "caveat": [
            None if item.caveat is None or item.engagement != "full" else str(bool(item.caveat)) for item in found
        ],
        "says_so": [None if item.said_so is None else str(item.said_so) for item in found],
    }
    weights = weights_of(found)
    steady = steady_columns(rows.features.shape[1])
    heads = {}
    for name, answers in asked.items():
        known = np.array([answer is not None for answer in answers])
        given = np.array([answer for answer in answers if answer is not None])
        columns = steady if name == "engagement" else np.arange(rows.features.shape[1])
        heads[name] = _fit_head(rows.features[known], given, weights[known], columns)
    return heads


def fit_elsewhere(rows: Rows, labelled: Sequence[Labelled]) -> Head:
    """The head for the engagement in languages without weights for openings. Theirs are few: they count in threes."""
    found = [labelled[number] for number in rows.numbers]
    weights = np.array([1.0 if item.language == "en" else _OF_OTHER_LANGUAGES for item in found])
    given = np.array([item.engagement for item in found])
    return _fit_head(rows.features, given, weights, np.arange(rows.features.shape[1]))


def weights_of(labelled: Sequence[Labelled]) -> NDArray[np.float64]:
    """How much each response counts in a fit."""
    unusual = (set_of(item) == "own" and not item.family.startswith(_USUAL) for item in labelled)
    return np.array([OWN_WEIGHT if own else 1.0 for own in unusual])


def steady_columns(count: int) -> NDArray[np.intp]:
    """Those of `count` columns of document features that do not grow with the length of a response."""
    growing = np.concatenate([np.arange(*ends) for ends in _GROWING])
    return np.setdiff1d(np.arange(count), growing)


def _fit_head(every: Floats, answers: NDArray[Any], weights: NDArray[np.float64], columns: NDArray[np.intp]) -> Head:
    """A head that reads some `columns` of the features."""
    features = every[:, columns]
    trees = HistGradientBoostingClassifier(
        **_TREES, min_samples_leaf=_SMALLEST_LEAF, early_stopping=False, random_state=0
    )
    trees.fit(features, answers, sample_weight=weights)
    linear = make_pipeline(StandardScaler(), LogisticRegression(C=_LINEAR_STRENGTH, max_iter=_ITERATIONS))
    linear.fit(features, answers, logisticregression__sample_weight=weights)
    scale, regression = linear[0], linear[1]
    own = regression.coef_.T / scale.scale_[:, None]
    intercept = regression.intercept_ - scale.mean_ @ own
    coefficients = np.zeros((every.shape[1], own.shape[1]))
    coefficients[columns] = own
    stages = [[predictor.nodes for predictor in stage] for stage in trees._predictors]
    nodes = [tree for stage in stages for tree in stage]
    width = max(map(len, nodes))
    stacked = {
        name: np.array([np.pad(_column(tree, name), (0, width - len(tree))) for tree in nodes])
        for name in ("feature_idx", "num_threshold", "left", "right", "value")
    }
    return Head(
        tuple(map(str, trees.classes_)),
        columns[stacked["feature_idx"].astype(np.intp)],
        stacked["num_threshold"].astype(np.float32),
        stacked["left"].astype(np.intp),
        stacked["right"].astype(np.intp),
        stacked["value"].astype(np.float32),
        np.array([column for stage in stages for column in range(len(stage))], np.intp),
        np.asarray(trees._baseline_prediction, np.float32).ravel(),
        coefficients.astype(np.float32),
        intercept.astype(np.float32),
    )


def _column(tree: NDArray[Any], name: str) -> NDArray[Any]:
    """A column of a tree's nodes; a leaf leads to itself."""
    if name in ("left", "right"):
        return np.where(tree["is_leaf"], np.arange(len(tree)), tree[name])
    return np.asarray(tree[name])


def fit_calibration(
    signs: Sequence[Signs],
    kinds: Sequence[str],
    right: NDArray[np.bool_],
    names: Sequence[str],
    weights: NDArray[np.float64],
) -> dict[str, list[float]]:
    """For each kind of verdict, by `names`, the weights by which `confidence.chance` says how likely it is right.

    Kinds share the weights of the signs but for those of the first one, what all readers say together.
    """
    numbers = np.array([one.numbers() for one in signs])
    of = np.array([names.index(kind) for kind in kinds])
    own = np.eye(len(names))[of]
    columns = np.hstack([numbers[:, 1:], own, own * numbers[:, 1:2]])
    fitted = LogisticRegression(C=1.0, max_iter=_ITERATIONS * 5).fit(columns, right, sample_weight=weights)
    shared, constant, slope = np.split(fitted.coef_[0], [numbers.shape[1] - 1, numbers.shape[1] - 1 + len(names)])
    return {
        name: [float(fitted.intercept_[0] + constant[k]), float(shared[0] + slope[k]), *map(float, shared[1:])]
        for k, name in enumerate(names)
    }


def write_responses(model: DocumentModel) -> None:
    """The document model as JSON, numbers rounded to what they need."""
    heads = {name: {key: _plain(value) for key, value in head._asdict().items()} for name, head in model.heads.items()}
    calibration = {
        kind: {name: [round(weight, 5) for weight in weights] for name, weights in own.items()}
        for kind, own in model.calibration.items()
    }
    document = {"heads": heads, "cuts": dict(model.cuts), "calibration": calibration}
    text = json.dumps(document, separators=(",", ":"))
    (DATA / "responses.json").write_text(text + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            return json.loads(json.dumps(np.vectorize(lambda v: float(f"{v:.6g}"))(value).tolist()))
        return value.tolist()
    return [value] if isinstance(value, int) else list(value) if isinstance(value, tuple) else value
