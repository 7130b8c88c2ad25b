"""`reviewer plan-suite`: sizes before a run is paid for, from defaults, a suite, or earlier runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.core.scoring.expecting import DEFAULT_D_A, DEFAULT_RHO
from tests.support.commands import Commands


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--gain", "0"), "cannot be planned"),
        (("--gain", "nan"), "cannot be planned"),
        (("--repeats", "0"), "repeats"),
        (("--cases", "0"), "at least 1 case"),
        (("--rho", "1.5"), "from 0 to 0.95"),
        (("--rho", "0.9", "--own", "0.9"), "add up to under 1"),
        (("--d-a", "-1"), "d_a cannot be"),
        (("--scale", "nine"), "no scale"),
        (("--hold-back", "shout"), "shout"),
        (("--suite", "elsewhere"), "no suite 'elsewhere'"),
        (("--run", "v9"), "v9"),
        (("--run", "v1", "--scale", "five"), "--scale cannot be given"),
    ],
)
def test_mistakes_are_said(filled: Commands, words: tuple[str, ...], said: str) -> None:
    assert said in filled("plan-suite", *words).refused()


def test_it_plans_before_there_is_any_suite(reviewer: Commands) -> None:
    """No workspace is opened: the defaults and their names are printed."""
    words = ("--gain", "0.5", "--gain", "0.8", "--cases", "100")
    document = reviewer.bare("plan-suite", *words, "--json").document
    assumed, gains, sizes = document["assumed"], document["gains"], document["sizes"]
    assert isinstance(assumed, dict)
    assert isinstance(gains, list)
    assert isinstance(sizes, list)
    assert (assumed["d_a"], assumed["rho"]) == (DEFAULT_D_A, DEFAULT_RHO)
    assert gains[0]["cases_a_pole"] > gains[1]["cases_a_pole"]
    assert 0.5 < sizes[0]["minimum_change"] < 0.8
    out = reviewer.bare("plan-suite", *words).out
    assert "the default" in out
    assert f"{gains[1]['cases_a_pole']:,}" in out
    assert not reviewer.workspace.exists()


def test_where_the_poles_are_told_apart_well_the_limit_is_said(reviewer: Commands) -> None:
    assert "At this judgement (d_a 3.0) even 250 cases at each end" in reviewer.bare("plan-suite", "--d-a", "3").out
    assert "At this level" not in reviewer.bare("plan-suite", "--d-a", "1").out


def test_earlier_runs_say_what_to_expect(reviewer: Commands, tmp_path: Path) -> None:
    assert reviewer.bare("demo", "--headless", "--out", tmp_path / "demo").status == 0
    demo = replace(reviewer, workspace=tmp_path / "demo" / "demo.sqlite")
    document = demo.done("plan-suite", "--suite", "sensitive-requests", "--json").document
    assumed, poles, pairs, slices = (document[name] for name in ("assumed", "poles", "label_pairs", "slices"))
    assert isinstance(assumed, dict)
    assert isinstance(poles, list)
    assert isinstance(pairs, list)
    assert isinstance(slices, list)
    assert assumed["thresholds_from_run"] == document["runs"][-1]  # type: ignore[index]
    assert assumed["rho_from_pairs"] > 0
    assert assumed["own_from_pairs"] == 0
    # the harmonic mean of the two poles, rounded down
    low, high = (pole["n"] for pole in poles)
    assert document["cases_a_pole"] == int(2 * low * high / (low + high))
    ends = [each for each in pairs if each["labels"] == [pole["label"] for pole in poles]]
    assert ends[0]["minimum_change"] == document["minimum_change"]
    assert sum(each["n"][0] for each in slices if each["by"] == "category") == low
    alone = demo.done("plan-suite", "--run", "1.0", "--json").document["assumed"]
    assert isinstance(alone, dict)
    assert (alone["thresholds_from_run"], alone["rho"]) == ("1.0", DEFAULT_RHO)
    out = demo.done("plan-suite", "--suite", "sensitive-requests").out
    assert str(document["sentence"]) in out
    assert "pairs of responses of two versions to one case" in out


def test_a_suite_of_one_label_has_nothing_to_tell_apart(reviewer: Commands, tmp_path: Path) -> None:
    lines = '{"key": "a", "prompt": "How do I boil an egg?", "label": "answer"}\n'
    (tmp_path / "one.jsonl").write_text(lines, "utf-8")
    reviewer.done("import", tmp_path / "one.jsonl", "--suite", "one")
    assert "no two ends" in reviewer("plan-suite", "--suite", "one").refused()
