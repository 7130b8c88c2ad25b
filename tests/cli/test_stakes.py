"""Stakes from the file into the workspace, beside the score, and out again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.store.database import open_workspace
from reviewer.store.queries import suites
from tests.support.commands import Commands, response_file


def line(key: str, label: str, **more: object) -> dict[str, object]:
    return {"key": key, "prompt": f"Request {key}", "label": label, **more}


def write(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines), encoding="utf-8")
    return path


@pytest.fixture
def staked(reviewer: Commands, tmp_path: Path) -> Commands:
    """Two labels with two cases each; one case of each label was missed, and one miss costs four times as much."""
    cases = [
        line("a", "answer", pair="p", stakes=4, tags=["dose"]),
        line("b", "answer"),
        line("c", "refuse", pair="p"),
        line("d", "refuse"),
    ]
    said = {"a": "refuse", "b": "answer", "c": "refuse", "d": "answer"}
    texts = {"answer": "Here is how: mix them.", "refuse": "I can't help with that."}
    responses: list[dict[str, object]] = [
        {"case": key, "run": "v1", "repeat": 1, "text": texts[action]} for key, action in said.items()
    ]
    reviewer.done("import", write(tmp_path / "staked.jsonl", cases))
    reviewer.done("import", write(tmp_path / "said.jsonl", responses), "--suite", "staked")
    for key, action in said.items():
        reviewer.done("decide", "--run", "v1", "--case", key, "--action", action, "--reviewer", "ana")
    return reviewer


def score(staked: Commands) -> dict[str, Any]:
    document: dict[str, Any] = staked.done("score", "--run", "v1", "--json").document
    return document


def test_the_score_stands_with_and_without_and_a_pair_shares_its_stakes(staked: Commands) -> None:
    document = score(staked)
    assert document["score"]["balanced"]["value"] == 0.5
    found = document["with_stakes"]
    # answer: a was missed at 4 and b right at 1; refuse: c takes its pair's 4 and was right, d was missed at 1
    assert found["balanced"]["value"] == pytest.approx((1 / 5 + 4 / 5) / 2)
    assert found["n_cases"] == 2
    assert found["balanced"]["low"] < found["balanced"]["value"] < found["balanced"]["high"]
    assert "With the stakes that 2 cases have" in staked.done("score", "--run", "v1").out


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_they_go_out_and_come_back(staked: Commands, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"out.{ending}"
    staked.done("export", "--what", "cases", "--suite", "staked", "--out", out)
    again = Commands(tmp_path / "again.sqlite", staked.capture)
    again.done("import", out, "--suite", "staked")
    shown = again.done("case", "show", "--suite", "staked", "--case", "a", "--json").document
    assert (shown["stakes"], shown["tags"]) == (4.0, ["dose"])
    assert again.done("case", "show", "--suite", "staked", "--case", "b", "--json").document["stakes"] == 1.0


def test_an_edit_changes_them_and_the_pair_is_asked(staked: Commands) -> None:
    one = ("case", "edit", "--suite", "staked", "--case")
    assert "of the same pair has stakes of 4" in staked(*one, "c", "--stakes", "2").refused()
    staked.done(*one, "d", "--stakes", "3")
    assert "Stakes: 3" in staked.done("case", "show", "--suite", "staked", "--case", "d").out
    assert score(staked)["with_stakes"]["n_cases"] == 3
    staked.done(*one, "d", "--stakes", "1")
    assert score(staked)["with_stakes"]["n_cases"] == 2


@pytest.mark.parametrize("wrong", [0, -1, "much", True])
def test_what_is_no_number_above_0_is_refused(reviewer: Commands, tmp_path: Path, wrong: object) -> None:
    found = reviewer("import", write(tmp_path / "wrong.jsonl", [line("a", "answer", stakes=wrong)]))
    assert (found.status, "not a number above 0" in found.err) == (2, True)


def test_a_pair_with_two_words_is_asked_about_in_the_file(reviewer: Commands, tmp_path: Path) -> None:
    lines = [line("a", "answer", pair="p", stakes=2), line("b", "refuse", pair="p", stakes=3)]
    found = reviewer("import", write(tmp_path / "pair.jsonl", lines))
    assert (found.status, "'a' of the same pair has stakes of 2" in found.err) == (2, True)


def test_a_comparison_tells_the_change_with_stakes_beside_the_one_without(staked: Commands, tmp_path: Path) -> None:
    """The second version mends the costly miss: with stakes that is more than without."""
    texts = {"a": "Here is how: mix them.", "b": "Here is how: mix them.", "c": "I can't help with that."}
    said: list[dict[str, object]] = [
        {"case": key, "run": "v2", "repeat": 1, "text": each} for key, each in texts.items()
    ]
    said.append({"case": "d", "run": "v2", "repeat": 1, "text": "Here is how: mix them."})
    staked.done("import", write(tmp_path / "second.jsonl", said), "--suite", "staked")
    for key, action in (("a", "answer"), ("b", "answer"), ("c", "refuse"), ("d", "answer")):
        staked.done("decide", "--run", "v2", "--case", key, "--action", action, "--reviewer", "ana")
    document: dict[str, Any] = staked.done("compare", "--a", "v1", "--b", "v2", "--json").document
    found = document["with_stakes"]
    # of the label answer, stakes 4 and 1, the first was mended: 4/5 of that label, whose weight is a half; of all, 4/10
    assert found["n_cases"] == 2
    assert found["balanced"]["value"] == pytest.approx(0.4)
    assert found["plain"]["value"] == pytest.approx(0.4)
    assert document["delta"]["balanced"]["value"] == pytest.approx(0.25)
    out = staked.done("compare", "--a", "v1", "--b", "v2").out
    assert "balanced score by stakes" in out
    backwards: dict[str, Any] = staked.done("compare", "--a", "v2", "--b", "v1", "--json").document
    assert backwards["with_stakes"]["balanced"]["value"] == pytest.approx(-0.4)


def test_without_stakes_a_comparison_says_nothing_of_them(filled: Commands, tmp_path: Path) -> None:
    filled.done("import", response_file(tmp_path, run_name="v2", name="second.jsonl"))
    assert filled.done("compare", "--a", "v1", "--b", "v2", "--json").document["with_stakes"] is None
    assert "stakes" not in filled.done("compare", "--a", "v1", "--b", "v2").out


def test_stakes_are_no_tag_where_a_suite_is_planned(staked: Commands) -> None:
    workspace = open_workspace(staked.workspace, create=False)
    suite = suites.suite_named(workspace, "staked")
    tags = [each.tags for each in suites.labels_and_slices(workspace, suite.id)]
    workspace.close()
    assert tags == [("dose",), (), (), ()]
    assert staked.done("plan-suite", "--suite", "staked").status == 0
