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

from reviewer.classify.document import Floats, document_features
from reviewer.classify.model import DATA, DocumentModel, Head, LanguageModel
from reviewer.classify.rules import Item, RulesReading, gathered, read_item
from tests.fitting.segment_fit import fit_segments
from tests.fitting.texts import Labelled

FOLDS = 5
_TREES = {"max_iter": 200, "learning_rate": 0.06, "max_leaf_nodes": 16, "max_depth": 6, "l2_regularization": 5.0}
# Two people labelled each response of this set; ours were labelled by their author.
_TWICE_LABELLED, _TWICE_WEIGHT = "xstest", 2.0
_SMALLEST_LEAF = 12
_LINEAR_STRENGTH = 0.02
_ITERATIONS = 400
Models = Mapping[str, LanguageModel]


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
    """One head for each question, fitted on the responses for which its answer is known."""
    found = [labelled[number] for number in rows.numbers]
    asked = {
        "engagement": [item.engagement for item in found],
        "asks": [None if item.action is None else str(item.action == "clarify") for item in found],
        "caveat": [
            None if item.caveat is None or item.engagement != "full" else str(bool(item.caveat)) for item in found
        ],
    }
    weights = np.array([_TWICE_WEIGHT if item.family.startswith(_TWICE_LABELLED) else 1.0 for item in found])
    heads = {}
    for name, answers in asked.items():
        known = np.array([answer is not None for answer in answers])
        given = np.array([answer for answer in answers if answer is not None])
        heads[name] = _fit_head(rows.features[known], given, weights[known])
    return heads


def _fit_head(features: Floats, answers: NDArray[Any], weights: NDArray[np.float64]) -> Head:
    trees = HistGradientBoostingClassifier(
        **_TREES, min_samples_leaf=_SMALLEST_LEAF, early_stopping=False, random_state=0
    )
    trees.fit(features, answers, sample_weight=weights)
    linear = make_pipeline(StandardScaler(), LogisticRegression(C=_LINEAR_STRENGTH, max_iter=_ITERATIONS))
    linear.fit(features, answers, logisticregression__sample_weight=weights)
    scale, regression = linear[0], linear[1]
    coefficients = regression.coef_.T / scale.scale_[:, None]
    intercept = regression.intercept_ - scale.mean_ @ coefficients
    stages = [[predictor.nodes for predictor in stage] for stage in trees._predictors]
    nodes = [tree for stage in stages for tree in stage]
    width = max(map(len, nodes))
    stacked = {
        name: np.array([np.pad(_column(tree, name), (0, width - len(tree))) for tree in nodes])
        for name in ("feature_idx", "num_threshold", "left", "right", "value")
    }
    return Head(
        tuple(map(str, trees.classes_)),
        stacked["feature_idx"].astype(np.intp),
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


def fit_calibration(probability: Floats, beside: Floats, right: NDArray[np.bool_]) -> Floats:
    """Weights of the logistic form by which `rules.calibrated` turns probabilities into the chance of being right."""
    odds = np.column_stack([_log_odds(probability), _log_odds(beside)])
    fitted = LogisticRegression(C=1.0).fit(odds, right)
    return np.array([fitted.intercept_[0], *fitted.coef_[0]], np.float32)


def _log_odds(probability: Floats) -> Floats:
    bounded = np.clip(probability, 0.001, 0.999)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float32)


def write_responses(model: DocumentModel) -> None:
    """The document model as JSON, numbers rounded to what they need."""
    heads = {name: {key: _plain(value) for key, value in head._asdict().items()} for name, head in model.heads.items()}
    calibration = {name: _plain(values) for name, values in model.calibration.items()}
    text = json.dumps({"heads": heads, "calibration": calibration}, separators=(",", ":"))
    (DATA / "responses.json").write_text(text + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            return json.loads(json.dumps(np.vectorize(lambda v: float(f"{v:.6g}"))(value).tolist()))
        return value.tolist()
    return [value] if isinstance(value, int) else list(value) if isinstance(value, tuple) else value
