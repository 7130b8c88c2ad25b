"""`score` and `report`: the contract's names and types, the options, and XSTest to six decimals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.support.commands import Commands
from tests.support.golden import Golden
from tests.support.oracle import VersionFigures

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
    assert told == {"run": "v1", "against": None, "file": str(path), "passed": None}
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


EMPTY: dict[str, tuple[str, ...]] = {
    "plain": ("score", "plain", "value"),
    "balanced": ("score", "balanced", "value"),
    "over": ("over_cautious", "value"),
    "under": ("under_cautious", "value"),
    "bias": ("caution_bias", "value"),
    "bias_by_label": ("caution_bias_by_label", "value"),
    "somers_d": ("discrimination", "somers_d", "value"),
    "d_prime": ("discrimination", "d_prime", "value"),
    "criterion": ("discrimination", "criterion", "value"),
    "hits": ("discrimination", "hits"),
    "false_alarms": ("discrimination", "false_alarms"),
    "pairs_right": ("pairs", "both_right"),
    "pairs": ("pairs", "n"),
}
NEIGHBOURS = {"near_plain": ("score", "plain", "value"), "near_balanced": ("score", "balanced", "value")}


def test_a_known_set_gives_the_golden_figures(reviewer: Commands, golden: Golden) -> None:
    reviewer.done("import", *golden.files)
    for run, expected in golden.versions.items():
        assert_golden(reviewer, run, expected)


def assert_golden(reviewer: Commands, run: str, expected: VersionFigures) -> None:
    document = reviewer.done("score", "--run", run, "--bands", "none", "--json").document
    near = reviewer.done("score", "--run", run, "--bands", "neighbours:0.5", "--json").document
    for told, paths in ((document, EMPTY), (near, NEIGHBOURS)):
        for name, path in paths.items():
            assert figure(told, *path) == pytest.approx(getattr(expected, name), abs=5e-7), name
    assert figure(document, "shares", "exact", "value") == pytest.approx(expected.plain, abs=5e-7)
    assert document["unscored"] == 0
    constants = document["constants"]
    assert isinstance(constants, dict)
    assert constants.keys() == expected.constants.keys()
    for action, means in constants.items():
        assert (means["balanced"], means["plain"]) == pytest.approx(expected.constants[action], abs=5e-7), action
