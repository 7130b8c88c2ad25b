"""`demo --headless`: the main job on the sample cases, and nothing added the second time."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from tests.support.commands import Commands, case_file, counts

VERSIONS = ("1.0", "1.1", "1.2", "1.3")
REPORTS = {f"report-{version}.{suffix}" for version in VERSIONS for suffix in ("html", "json", "csv")}


def test_headless_leaves_a_workspace_and_reports_and_says_the_story(reviewer: Commands, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    first = reviewer.bare("demo", "--headless", "--out", out)
    assert first.status == 0
    assert {path.name for path in out.glob("report*")} == REPORTS
    said = re.findall(r"^(\S+) takes the right action with a balanced score of 0\.\d{3};", first.out, re.MULTILINE)
    assert said == list(VERSIONS)
    compared = re.findall(
        r"^With A = (\S+) and B = (\S+): B held back \d+/\d+ where it should", first.out, re.MULTILINE
    )
    assert compared == [*pairwise(VERSIONS), ("1.0", "1.3")]
    page = (out / "report-1.0.html").read_text(encoding="utf-8")
    assert page.startswith("<!")
    assert "<script src" not in page
    assert "https://" not in re.sub(r"xmlns=\S+", "", page.split("<body")[0])

    before = counts(out / "demo.sqlite")
    again = reviewer.bare("demo", "--headless", "--out", out, "--json")
    assert again.status == 0
    assert counts(out / "demo.sqlite") == before
    runs = again.document["runs"]
    assert isinstance(runs, list)
    assert [(run["run"], run["responses"]) for run in runs] == [(version, 132) for version in VERSIONS]
    assert all(run["sentence"] in first.out and Path(run["report"]).is_file() for run in runs)
    assert all(run["reviewed"] > 0 for run in runs)


def test_headless_needs_a_folder_that_can_be_made(reviewer: Commands, tmp_path: Path) -> None:
    assert "--out DIR" in reviewer.bare("demo", "--headless").refused()
    assert "cannot be made" in reviewer.bare("demo", "--headless", "--out", case_file(tmp_path)).refused(3)
