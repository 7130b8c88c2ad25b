"""Four releases whose two dashboards undo each other, with the real program: what is said, refused and written."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from reviewer.host.paths import samples_folder
from tests.support.commands import Outcome, finished

VERSIONS = ("1.0", "1.1", "1.2", "1.3")
POLICY = samples_folder() / "release-policy.toml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the headless demo left its workspace and its reports."""
    made = tmp_path_factory.mktemp("swing")
    home = {name: str(made / "home") for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME")}
    outcome = finished("demo", "--headless", "--out", made, env=home)
    assert outcome.status == 0, outcome
    return made


def command(folder: Path, *words: object) -> Outcome:
    return finished(*words, "--workspace", folder / "demo.sqlite", env={"HOME": str(folder / "home")})


def test_each_release_trades_one_dashboard_for_the_other(folder: Path) -> None:
    opened, closed = (compared(folder, a, b) for a, b in (("1.0", "1.1"), ("1.1", "1.2")))
    for said in (opened, closed):
        assert "It is a trade" in said
        assert "cannot be decided" in said
    (less, fewer), (more, extra) = trade(opened, "fewer"), trade(closed, "more")
    assert min(less, fewer, more, extra) > 3


def compared(folder: Path, a: str, b: str) -> str:
    outcome = command(folder, "compare", "--a", a, "--b", b)
    assert outcome.status == 0, outcome
    return outcome.out.splitlines()[0]


def trade(said: str, way: str) -> tuple[int, int]:
    """How many were held back otherwise at one pole and what it cost at the other."""
    found = re.search(rf"trade: (\d+) {way} held back where it should(?: not)? cost (\d+) {way} ", said)
    assert found, said
    return int(found[1]), int(found[2])


def test_the_trend_says_that_they_swing_and_what_each_undid(folder: Path) -> None:
    outcome = command(folder, "trend", *(word for version in VERSIONS for word in ("--run", version)))
    assert outcome.status == 0, outcome
    swing, first, second, third = outcome.out.splitlines()[:4]
    assert swing.startswith("The versions swing: 2 of 3 steps reversed the one before; ")
    assert "discrimination rose" in swing
    assert "undoing" not in first
    for step in (second, third):
        assert "undoing" in step


def test_the_window_draws_both_dashboards_and_what_each_release_undid(folder: Path, tmp_path: Path) -> None:
    workspace = shutil.copy(folder / "demo.sqlite", tmp_path / "demo.sqlite")
    shown = finished(workspace, prefix=("-m", "tests.e2e.swing_chart"))
    assert shown.status == 0, shown
    told = json.loads(shown.out.splitlines()[-1])
    assert told["said"].startswith("The versions swing: 2 of 3 steps reversed the one before")
    places = ["1.0", "1.0 → 1.1", "1.1", "1.1 → 1.2", "1.2", "1.2 → 1.3", "1.3"]
    assert [words.split(":")[0] for words in told["marks"]] == places
    assert ["it undid" in words for words in told["marks"]] == [place in (3, 5) for place in range(len(places))]


def test_from_its_beginning_to_its_end_the_dial_is_where_it_was(folder: Path) -> None:
    ends = command(folder, "trend", "--run", VERSIONS[0], "--run", VERSIONS[-1])
    assert ends.status == 0, ends
    assert ends.out.startswith("The dial is not seen to have turned")
    assert "discrimination rose" in ends.out.splitlines()[0]


def test_the_last_release_left_the_frontier_of_the_first(folder: Path) -> None:
    assert "It tells the two ends apart better" in compared(folder, "1.0", "1.3")
    assert "It tells the two ends apart worse" in compared(folder, "1.3", "1.0")


def test_the_gate_says_no_to_the_swing_and_why_and_yes_to_the_step_outward(folder: Path) -> None:
    refused = gated(folder, "1.2", "1.1")
    assert refused.status == 1
    assert "1.2 against 1.1 does not pass" in refused.out
    assert any(line.startswith("✗ fail: trade") for line in refused.out.splitlines())
    assert gated(folder, "1.3", "1.0").status == 0


def gated(folder: Path, run: str, against: str) -> Outcome:
    return command(folder, "gate", "--policy", POLICY, "--run", run, "--against", against)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_report_of_each_release_is_written(folder: Path, version: str) -> None:
    page = (folder / f"report-{version}.html").read_text(encoding="utf-8")
    assert f"{version} takes the right action with a balanced score of" in page
