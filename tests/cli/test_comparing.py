"""`compare`: the contract's names, the golden pair to six decimals, and mistakes said in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.commands import Commands, case_file, lines, response_file
from tests.support.golden import Golden
from tests.support.judges import always, good
from tests.support.loopback import Behaviour, LoopbackServer

FIELDS = {
    *(
        "a",
        "b",
        "n_shared",
        "only_a",
        "only_b",
        "changed",
        "dropped",
        "delta",
        "right_wrong",
        "mcnemar_p",
        "with_stakes",
    ),
    *(
        "with_stakes",
        "stuart_maxwell",
        "flips",
        "movement",
        "direction",
        "sentence",
        "tests",
        "oscillation",
        "slices",
        "warnings",
        "judges",
    ),
}
DELTAS = {
    "balanced",
    "plain",
    "d_a",
    "d_prime",
    "criterion",
    "somers_d",
    "caution_bias",
    "over_cautious",
    "under_cautious",
    "exact",
    "corrected",
}


def _odds(golden: Golden) -> str:
    """What is known of the odds of the pair that everybody has; the made set's are its own."""
    if golden.a == "llama2orig":
        return "about as likely the same frontier as a worse one, 5 to 1 against a better one"
    return " to 1 against a "


@pytest.fixture
def taken(golden_copy: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """The commands on a workspace with a set whose figures are known."""
    return Commands(golden_copy, capsys)


def compared(commands: Commands, golden: Golden, *options: str) -> dict[str, Any]:
    document = commands.done("compare", "--a", golden.a, "--b", golden.b, *options, "--json").document
    assert isinstance(document, dict)
    return document


def test_the_golden_pair(taken: Commands, golden: Golden) -> None:
    document, expected = compared(taken, golden, "--bands", "none"), golden.pair
    a, b = (golden.versions[version] for version in (golden.a, golden.b))
    assert document.keys() >= FIELDS
    assert document["delta"].keys() == DELTAS
    assert document["n_shared"] == a.n
    counts = ("both_right", "only_a", "only_b", "neither")
    assert document["right_wrong"] == {name: getattr(expected, name) for name in counts}
    assert document["mcnemar_p"] == pytest.approx(expected.mcnemar_p, abs=5e-7)
    assert document["flips"]["n"] == expected.flips
    homogeneity = document["stuart_maxwell"]
    assert homogeneity["statistic"] == pytest.approx(expected.stuart_maxwell, abs=5e-7)
    assert homogeneity["df"] == expected.df
    for name in ("balanced", "somers_d"):
        assert document["delta"][name]["value"] == pytest.approx(getattr(b, name) - getattr(a, name), abs=1e-6)
    assert document["delta"]["d_prime"]["low"] is None
    assert (document["oscillation"], document["trade"]) == (False, True), "a reversal takes three versions"


def test_the_golden_movement_is_not_decidable_and_says_why(taken: Commands, golden: Golden) -> None:
    document, expected = compared(taken, golden, "--bands", "none"), golden.probit
    a, b = (golden.versions[version] for version in (golden.a, golden.b))
    assert (document["movement"], document["direction"]) == ("not_decidable", "")
    tests = document["tests"]
    assert tuple(tests[name]["value"] for name in ("d_a_a", "d_a_b")) == pytest.approx(expected.d_a, abs=5e-4)
    assert tests["slope"] == pytest.approx(expected.slope, abs=5e-4)
    assert tests["one_frontier"]["statistic"] == pytest.approx(expected.one_frontier, abs=5e-3)
    assert tests["equal_slopes"]["statistic"] == pytest.approx(expected.equal_slopes, abs=5e-3)
    assert tests["ranges_overlap"] is False
    assert {"anything_level", "moved_level", "agreement", "equivalence", "prior_sd"} <= tests["thresholds"].keys()
    frontier = tests["frontier"]
    assert frontier["change"].keys() == {"value", "low", "high", "decides"}
    assert (frontier["change"]["decides"], tests["d_a"]["decides"]) == (True, False)
    assert frontier["odds"]["gain"] < min(frontier["odds"]["loss"], frontier["odds"]["same"])
    assert sum(frontier["odds"].values()) == pytest.approx(1)
    for piece in (
        "held back {}/{} where it should (A {}/{})".format(*b.hits, *a.hits),
        "{}/{} where it should not (A {}/{})".format(*b.false_alarms, *a.false_alarms),
        "B is far less cautious",
        _odds(golden),
        "Whether it left A's frontier cannot be decided",
        "cases at each end",
    ):
        assert piece in document["sentence"]


def test_rankings_that_disagree_are_said(taken: Commands, golden: Golden) -> None:
    a, b = (golden.versions[version] for version in (golden.a, golden.b))
    assert (a.plain > b.plain, a.near_plain < b.near_plain) == (True, True)
    near = compared(taken, golden, "--bands", "neighbours:0.5")
    assert "exact shares put A first, the plain score puts B first" in near["sentence"]
    text = taken.done("compare", "--a", golden.a, "--b", golden.b, "--bands", "neighbours:0.5").out
    assert near["sentence"] in text
    assert f"{golden.pair.mcnemar_p:.4f}" in text.split("McNemar")[1].splitlines()[0]


@pytest.mark.parametrize(("runs", "said"), [(("v1", "v1"), "given twice"), (("v1", "v9"), "v9"), (("v8", "v1"), "v8")])
def test_mistakes_are_said(filled: Commands, runs: tuple[str, str], said: str) -> None:
    assert said in filled("compare", "--a", runs[0], "--b", runs[1]).refused()


def judged_and_decided(commands: Commands, tmp_path: Path, server: LoopbackServer, judging: Behaviour) -> None:
    """Two runs of eight cases that one judge reads: people see that B refuses what A answers."""
    server.default = judging
    keys = [f"c{n:02}" for n in range(8)]
    commands.done("import", case_file(tmp_path, 8), "--suite", "cases")
    for run, action, text in (("a", "answer", "Here is how."), ("b", "refuse", "I cannot do that.")):
        responses = ({"case": key, "run": run, "text": text} for key in keys)
        commands.done("import", lines(tmp_path / f"{run}.jsonl", responses), "--suite", "cases")
        decisions = ({"case": key, "run": run, "reviewer": "ana", "action": action} for key in keys)
        commands.done("import", lines(tmp_path / f"{run}-d.jsonl", decisions), "--suite", "cases")
        commands.done("judge", "--run", run, "--base-url", server.base_url, "--model", "j")


@pytest.mark.parametrize(("judging", "alike", "ties"), [(always("answer"), 0, 8), (good, 8, 0)], ids=["blind", "good"])
def test_a_judge_that_cannot_tell_the_versions_apart_is_named(
    reviewer: Commands, tmp_path: Path, server: LoopbackServer, judging: Behaviour, alike: int, ties: int
) -> None:
    judged_and_decided(reviewer, tmp_path, server, judging)
    said = "of 8 pairs in which people see a difference it orders 0 as they do, and sees none in 8"
    assert (said in reviewer.done("compare", "--a", "a", "--b", "b").out) is (alike == 0)
    document = reviewer.done("compare", "--a", "a", "--b", "b", "--json").document
    (found,) = cast("list[dict[str, object]]", document["judges"])
    assert (found["n"], found["alike"], found["ties"], found["better_than_chance"]) == (8, alike, ties, alike == 8)
    assert any("no better than chance" in str(warning) for warning in cast("list[str]", document["warnings"])) is (
        alike == 0
    )


def test_the_order_given_is_kept_and_said_where_time_runs_the_other_way(filled: Commands, tmp_path: Path) -> None:
    filled.done("import", response_file(tmp_path, run_name="v2", name="second.jsonl"))
    forwards = filled.done("compare", "--a", "v1", "--b", "v2")
    assert "backwards" not in forwards.out
    backwards = filled.done("compare", "--a", "v2", "--b", "v1", "--json").document
    assert (backwards["a"], backwards["b"]) == ("v2", "v1")
    assert "v2 was begun after v1: every change is told backwards" in str(backwards["warnings"])
