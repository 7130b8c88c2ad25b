from __future__ import annotations

import json

import pytest

from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.score import Options
from reviewer.report.json import report_document, score_document
from tests.report.samples import ANSWER, AUTOMATIC, HOSTILE, REFUSE, REVIEWED, failed, observed, report_of

CONTRACT_KEYS = {
    "run",
    "suite",
    "n_cases",
    "n_responses",
    "unscored",
    "sources",
    "score",
    "bounds",
    "states",
    "reviewed_share",
    "shares",
    "over_cautious",
    "under_cautious",
    "caution_bias",
    "discrimination",
    "constants",
    "skill",
    "best_constant",
    "pairs",
    "confusion",
    "slices",
    "correction",
    "warnings",
}


def test_score_document_has_every_key_of_the_contract() -> None:
    document = json.loads(json.dumps(score_document(report_of(REVIEWED))))
    assert set(document) >= CONTRACT_KEYS
    assert document["sources"] == {"adjudicated": 0, "decided": 2, "judge": 0, "rules": 4}


def test_figures_equal_the_scorecard() -> None:
    report = report_of(REVIEWED)
    card = report.scorecard
    document = json.loads(json.dumps(score_document(report), allow_nan=False))
    limits = card.intervals["balanced"]
    assert document["score"]["balanced"] == {"value": card.score.balanced, "low": limits.low, "high": limits.high}
    assert document["bounds"]["plain"] == [card.low.plain, card.high.plain]
    assert document["over_cautious"]["value"] == card.over_cautious
    assert document["discrimination"]["d_a"]["value"] == card.discrimination.d_a
    assert document["discrimination"]["hits"] == [1.0, 2]
    assert document["correction"]["automatic"]["value"] == card.automatic.balanced
    assert document["correction"]["patched"]["value"] == card.score.balanced
    assert document["correction"]["corrected"] is None
    moved = document["correction"]["moved_by"]
    assert {"case": "f", "repeat": 1, "from": "refuse", "to": "answer", "change": -1.0} in moved
    assert {"case": "g", "repeat": 1, "from": "answer_with_caveat", "to": "answer", "change": 1.0} in moved


def test_options_are_printed() -> None:
    document = score_document(report_of(AUTOMATIC, options=Options(BandChoice.parse("neighbours:0.4"), (REFUSE,))))
    assert document["options"] == {"bands": "neighbours:0.4", "hold_back": ["refuse"]}


@pytest.mark.parametrize("observations", [(), (failed("a", ANSWER),)], ids=["empty", "nothing scored"])
def test_unknown_is_null(observations: tuple[Observation, ...]) -> None:
    document = json.loads(json.dumps(report_document(report_of(observations)), allow_nan=False))
    assert document["score"]["balanced"]["value"] is None
    assert document["skill"]["value"] is None
    assert document["caution_bias"]["value"] is None
    assert document["discrimination"]["hits"] is None
    assert document["best_constant"] is None


def test_cases_hold_each_repeat_with_its_decisions() -> None:
    observations = (observed("a", ANSWER, ANSWER, repeat=2), observed("a", ANSWER, REFUSE, automatic=ANSWER))
    said = {(CaseKey("a"), 1): [Decision(1, "reviewer-1", REFUSE, note="declines")]}
    document = json.loads(json.dumps(report_document(report_of(observations, decisions=said))))
    case = document["cases"][0]
    assert (case["credit"], case["signed_distance"], case["reviewed"]) == (0.5, 2.0, True)
    assert [(r["repeat"], r["final"], r["source"]) for r in case["responses"]] == [
        (1, "refuse", "decided"),
        (2, "answer", "rules"),
    ]
    assert case["responses"][0]["decisions"][0]["note"] == "declines"


def test_no_key_and_no_header_in_any_value() -> None:
    text = json.dumps(report_document(report_of(AUTOMATIC, text=HOSTILE)))
    assert "hunter2" not in text
    assert "SECRET_VARIABLE" not in text


def test_preview_is_short_and_the_same_document_comes_out_twice() -> None:
    report = report_of(REVIEWED, text="word " * 500)
    assert json.dumps(report_document(report)) == json.dumps(report_document(report))
    assert all(len(case.request) <= 200 for case in report.cases)
