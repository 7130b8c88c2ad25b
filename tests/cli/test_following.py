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
