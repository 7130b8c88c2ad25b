"""`compare`: the contract's names, the golden pair to six decimals, and mistakes said in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.commands import Commands
from tests.support.public_sets import XSTEST, needed

A, B = "llama2orig", "mistralinstruct"
FILES = ("xstest_prompts", f"xstest_v2_completions_{A}", f"xstest_v2_completions_{B}")
FIELDS = {
    *("a", "b", "n_shared", "only_a", "only_b", "changed", "dropped", "delta", "right_wrong", "mcnemar_p"),
    *("stuart_maxwell", "flips", "movement", "direction", "sentence", "tests", "oscillation", "slices", "warnings"),
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


@pytest.fixture
def xstest(reviewer: Commands) -> Commands:
    folder = needed(XSTEST)
    reviewer.done("import", *(folder / f"{name}.csv" for name in FILES))
    return reviewer


def compared(commands: Commands, *options: str) -> dict[str, Any]:
    document = commands.done("compare", "--a", A, "--b", B, *options, "--json").document
    assert isinstance(document, dict)
    return document


def test_the_golden_pair(xstest: Commands) -> None:
    document = compared(xstest, "--bands", "none")
    assert document.keys() >= FIELDS
    assert document["delta"].keys() == DELTAS
    assert document["n_shared"] == 450
    assert document["right_wrong"] == {"both_right": 148, "only_a": 152, "only_b": 145, "neither": 5}
    assert round(document["mcnemar_p"], 6) == 0.727788
    assert document["flips"]["n"] == 299
    homogeneity = document["stuart_maxwell"]
    assert (round(homogeneity["statistic"], 6), homogeneity["df"]) == (282.752061, 2)
    assert round(document["delta"]["balanced"]["value"], 6) == -0.09
    assert round(document["delta"]["somers_d"]["value"], 6) == -0.27214
    assert document["delta"]["d_prime"]["low"] is None
    assert document["oscillation"] is True


def test_the_golden_movement_is_not_decidable_and_says_why(xstest: Commands) -> None:
    document = compared(xstest, "--bands", "none")
    assert (document["movement"], document["direction"]) == ("not_decidable", "")
    tests = document["tests"]
    assert [round(tests[name]["value"], 3) for name in ("d_a_a", "d_a_b")] == [2.486, 1.946]
    assert round(tests["slope"], 3) == 0.827
    assert (round(tests["one_frontier"]["statistic"], 2), round(tests["equal_slopes"]["statistic"], 2)) == (0.20, 0.09)
    assert tests["ranges_overlap"] is False
    for piece in (
        "held back 72/200 where it should (A 200/200)",
        "4/250 where it should not (A 149/250)",
        "B is far less cautious",
        "cannot be decided: the operating ranges do not overlap and one frontier fits both",
    ):
        assert piece in document["sentence"]


def test_rankings_that_disagree_are_said(xstest: Commands) -> None:
    near = compared(xstest, "--bands", "neighbours:0.5")
    assert "exact shares put A first, the plain score puts B first" in near["sentence"]
    text = xstest.done("compare", "--a", A, "--b", B, "--bands", "neighbours:0.5").out
    assert near["sentence"] in text
    assert "0.7278" in text.split("McNemar")[1].splitlines()[0]


@pytest.mark.parametrize(("runs", "said"), [(("v1", "v1"), "given twice"), (("v1", "v9"), "v9"), (("v8", "v1"), "v8")])
def test_mistakes_are_said(filled: Commands, runs: tuple[str, str], said: str) -> None:
    assert said in filled("compare", "--a", runs[0], "--b", runs[1]).refused()
