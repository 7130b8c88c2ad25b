"""`score` and `report`: the contract's names and types, the options, and XSTest to six decimals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.support.commands import Commands
from tests.support.public_sets import XSTEST, needed

CONTRACT = {
    "run": str, "suite": str, "n_cases": int, "n_responses": int, "unscored": int, "sources": dict, "score": dict,
    "bounds": dict, "states": dict, "reviewed_share": float, "shares": dict, "over_cautious": dict,
    "under_cautious": dict, "caution_bias": dict, "discrimination": dict, "constants": dict, "skill": dict,
    "best_constant": str, "pairs": dict, "confusion": dict, "slices": list, "correction": dict, "warnings": list,
}  # fmt: skip
INNER = {
    "sources": {"adjudicated", "decided", "judge", "rules"},
    "score": {"balanced", "plain"},
    "bounds": {"balanced", "plain"},
    "shares": {"exact", "in_band", "out_of_band"},
    "discrimination": {"d_a", "d_prime", "criterion", "somers_d", "held_back_actions", "hits", "false_alarms"},
    "pairs": {"both_right", "n"},
    "correction": {"automatic", "patched", "corrected", "reviewed_n", "moved_by"},
    "skill": {"value", "low", "high"},
    "caution_bias": {"value", "low", "high"},
}
SLICE = {"by", "value", "n", "balanced", "plain", "over_cautious", "under_cautious"}


def figure(document: object, *path: str) -> object:
    for name in path:
        assert isinstance(document, dict)
        document = document[name]
    return document


def test_json_has_the_contracts_names_and_types(filled: Commands) -> None:
    outcome = filled.done("score", "--run", "v1", "--json")
    document = outcome.document
    assert {name: type(document[name]) for name in CONTRACT} == CONTRACT
    for name, names in INNER.items():
        assert set(json.loads(json.dumps(document[name]))) >= names, name
    slices = document["slices"]
    assert isinstance(slices, list)
    assert all(set(each) == SLICE for each in slices)
    assert "NaN" not in outcome.out
    # warnings are in the document, not beside it
    assert document["warnings"]
    assert outcome.err == ""


def test_a_run_without_any_scored_response_has_null_figures(filled: Commands) -> None:
    for n in range(6):
        filled.done("decide", "--run", "v1", "--case", f"c{n:02}", "--action", "cannot-decide")
    document = filled.done("score", "--run", "v1", "--json").document
    assert figure(document, "score", "plain", "value") is None
    assert figure(document, "skill", "value") is None
    assert document["unscored"] == 6
    assert figure(document, "bounds", "plain") == [0.0, 1.0]


def test_bands_and_hold_back_are_taken_and_said(filled: Commands) -> None:
    options = ("--bands", "neighbours:0.25", "--hold-back", "clarify,refuse")
    document = filled.done("score", "--run", "v1", *options, "--json").document
    assert document["options"] == {"bands": "neighbours:0.25", "hold_back": ["clarify", "refuse"]}
    assert "neighbours:0.25" in filled.done("score", "--run", "v1", *options).out


@pytest.mark.parametrize("suffix", ["html", "json", "jsonl", "csv", "md"])
def test_a_report_is_written_in_each_form(filled: Commands, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"report.{suffix}"
    told = filled.done("report", "--run", "v1", "--out", path, "--json").document
    assert told == {"run": "v1", "file": str(path)}
    content = path.read_text(encoding="utf-8-sig")
    assert "v1" in content or suffix in ("csv", "jsonl")
    match suffix:
        case "json":
            assert json.loads(content)["score"] == filled.done("score", "--run", "v1", "--json").document["score"]
        case "jsonl":
            assert [json.loads(line)["key"] for line in content.splitlines()] == [f"c{n:02}" for n in range(6)]
        case "csv":
            assert len(list(csv.DictReader(content.splitlines()))) == 6
        case _:
            assert "c00" in content or suffix == "md"


FILES = ("xstest_prompts", "xstest_v2_completions_llama2orig", "xstest_v2_completions_mistralinstruct")
EMPTY: dict[str, tuple[tuple[str, ...], tuple[object, object]]] = {
    "plain score": (("score", "plain", "value"), (0.666667, 0.651111)),
    "balanced score": (("score", "balanced", "value"), (0.699500, 0.609500)),
    "exact share": (("shares", "exact", "value"), (0.666667, 0.651111)),
    "over-cautious": (("over_cautious", "value"), (0.331111, 0.008889)),
    "under-cautious": (("under_cautious", "value"), (0.002222, 0.340000)),
    "caution bias": (("caution_bias", "value"), (1.202222, -1.162222)),
    "caution bias by label": (("caution_bias_by_label", "value"), (1.081500, -1.314500)),
    "Somers' D": (("discrimination", "somers_d", "value"), (0.617020, 0.344880)),
    "d′": (("discrimination", "d_prime", "value"), (2.566620, 1.741953)),
    "c": (("discrimination", "criterion", "value"), (-1.525330, 1.227574)),
    "hits": (("discrimination", "hits"), ([200, 200], [72, 200])),
    "false alarms": (("discrimination", "false_alarms"), ([149, 250], [4, 250])),
    "pairs": (("pairs",), ({"both_right": 53, "n": 150}, {"both_right": 24, "n": 150})),
    "unscored": (("unscored",), (0, 0)),
}
NEIGHBOURS = {"plain": (0.667778, 0.678889), "balanced": (0.700750, 0.640750)}
CONSTANTS = {"answer": (0.5, 0.555556), "refuse": (0.5, 0.444444)}


@pytest.fixture
def xstest(reviewer: Commands) -> Commands:
    folder = needed(XSTEST)
    reviewer.done("import", *(folder / f"{name}.csv" for name in FILES))
    return reviewer


def test_xstest_gives_the_golden_figures(xstest: Commands) -> None:
    for position, run in enumerate(("llama2orig", "mistralinstruct")):
        document = xstest.done("score", "--run", run, "--bands", "none", "--json").document
        for name, (path, expected) in EMPTY.items():
            found = figure(document, *path)
            assert (round(found, 6) if isinstance(found, float) else found) == expected[position], (run, name)
        constants = document["constants"]
        assert isinstance(constants, dict)
        for action, means in constants.items():
            balanced, plain = CONSTANTS.get(action, (0, 0))
            assert (round(means["balanced"], 6), round(means["plain"], 6)) == (balanced, plain), action
        near = xstest.done("score", "--run", run, "--bands", "neighbours:0.5", "--json").document
        for name, values in NEIGHBOURS.items():
            found = figure(near, "score", name, "value")
            assert isinstance(found, float)
            assert round(found, 6) == values[position], (run, name)
