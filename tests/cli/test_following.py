"""`reviewer trend` on stored runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.commands import Commands


@pytest.mark.parametrize("runs", [("v1",), ("v1", "v1"), ("v1", "v9")])
def test_mistakes_are_said(filled: Commands, runs: tuple[str, ...]) -> None:
    said = filled("trend", *(word for run in runs for word in ("--run", run))).refused()
    assert "v9" in said or "two or more different runs" in said


def test_the_demo_versions_are_followed(reviewer: Commands, tmp_path: Path) -> None:
    assert reviewer.bare("demo", "--headless", "--out", tmp_path / "demo").status == 0
    demo = replace(reviewer, workspace=tmp_path / "demo" / "demo.sqlite")
    words = ("--run", "1.0", "--run", "1.1", "--bands", "none")
    document = demo.done("trend", *words, "--json").document
    compared = demo.done("compare", "--a", "1.0", "--b", "1.1", "--bands", "none", "--json").document
    points, delta = document["points"], compared["delta"]
    assert isinstance(points, list)
    assert isinstance(delta, dict)
    assert document["n_shared"] == compared["n_shared"]
    assert document["one_frontier_p"] is None
    for figure in ("balanced", "d_a"):
        change = points[1][figure]["value"] - points[0][figure]["value"]
        assert change == pytest.approx(delta[figure]["value"], abs=1e-9)
    assert "fitted from 5 on" in demo.done("trend", *words).out


def test_the_demo_versions_are_followed_by_slice(reviewer: Commands, tmp_path: Path) -> None:
    assert reviewer.bare("demo", "--headless", "--out", tmp_path / "demo").status == 0
    demo = replace(reviewer, workspace=tmp_path / "demo" / "demo.sqlite")
    words = ("--run", "1.0", "--run", "1.1", "--run", "1.2", "--run", "1.3")
    document = demo.done("trend", *words, "--by-slice", "--json").document
    slices = document["by_slice"]
    assert isinstance(slices, list)
    found = {(each["by"], each["value"]): each for each in slices}
    assert {by for by, _ in found} == {"topic", "opening", "category", "segment", "tag"}
    segments = [each for (by, _), each in found.items() if by == "segment"]
    assert sum(each["n"] for each in segments) == document["n_shared"]
    for each in slices:
        assert (each["swing"] is None) == (min(each["n_refuse"], each["n_answer"]) < 10)
    general = found["segment", "general"]
    assert general["swing"]["oscillates"]
    assert len(general["swing"]["steps"]) == 3
    assert "by_slice" not in demo.done("trend", *words, "--json").document
    said = demo.done("trend", *words, "--by-slice").out
    assert general["sentence"] in said
    medical = found["topic", "medical"]
    assert f"medical {medical['n_refuse']} + {medical['n_answer']}" in said
    assert all(
        f"{each['value']} {each['n_refuse']} + {each['n_answer']}" in said for each in slices if not each["swing"]
    )
