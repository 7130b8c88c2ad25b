"""The known figures of a public set and of a made one, read back from the report itself to six decimals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.commands import Commands
from tests.support.golden import Golden
from tests.support.oracle import VersionFigures


def test_reports_have_the_golden_figures(reviewer: Commands, golden: Golden, tmp_path: Path) -> None:
    reviewer.done("import", *golden.files)
    for run, expected in golden.versions.items():
        other = next(each for each in golden.versions if each != run)
        for ending in ("json", "xlsx", "csv", "jsonl"):
            reviewer.done("report", "--run", run, "--against", other, "--out", tmp_path / f"r.{ending}")
        assert_document(json.loads((tmp_path / "r.json").read_text(encoding="utf-8")), expected)
        assert_workbook(tmp_path / "r.xlsx", expected)
        assert_rows(tmp_path, expected)


def about(value: float) -> object:
    return pytest.approx(value, abs=5e-7)


def assert_document(document: dict[str, object], expected: VersionFigures) -> None:
    score, facts = document["score"], document["methods"]
    assert isinstance(score, dict)
    assert isinstance(facts, dict)
    assert score["balanced"]["value"] == about(expected.balanced)
    assert score["plain"]["value"] == about(expected.plain)
    assert facts["facts"]["balanced"] == about(expected.balanced)
    assert facts["facts"]["n_cases"] == expected.n


def assert_workbook(path: Path, expected: VersionFigures) -> None:
    rows = {row[0]: row[1] for row in load_workbook(path)["Summary"].iter_rows(max_col=2, values_only=True)}
    found = {name: rows[name] for name in ("Balanced score", "Plain score", "▲ Over-cautious", "▼ Under-cautious")}
    figures = (expected.balanced, expected.plain, expected.over, expected.under)
    assert list(found.values()) == [about(each) for each in figures]
    assert rows["Scored cases"] == expected.n


def assert_rows(folder: Path, expected: VersionFigures) -> None:
    """The plain mean of the credits on the rows is the plain score."""
    with (folder / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        credits_ = [float(row["credit"]) for row in csv.DictReader(file) if row["credit"]]
    assert sum(credits_) / len(credits_) == about(expected.plain)
    lines = [json.loads(line) for line in (folder / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum(line["credit"] for line in lines) / len(lines) == about(expected.plain)
