"""`packet split`, `export` and `import`: work goes out and comes back by the real commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import Commands, counts, lines, unchanged


@pytest.fixture
def planned(filled: Commands) -> Commands:
    """A plan over the run v1, and a decision and a verdict that are nobody else's business."""
    filled.done("plan", "--run", "v1", "--design", "uniform", "--budget", 6, "--seed", 3)
    filled.done(
        "decide", "--run", "v1", "--case", "c00", "--action", "clarify", "--reviewer", "zoe", "--note", "secret"
    )
    return filled


@pytest.fixture
def other(planned: Commands, tmp_path: Path) -> Commands:
    """Another machine's workspace, which does not exist yet."""
    return Commands(tmp_path / "ann" / "work.sqlite", planned.capture)


def sent(commands: Commands, folder: Path, *more: object) -> Path:
    path = folder / "share.jsonl"
    commands.done("packet", "export", "--run", "v1", "--reviewer", "ann", "--out", path, *more)
    return path


def test_a_plan_is_split_and_a_share_goes_out_without_what_others_said(planned: Commands, tmp_path: Path) -> None:
    names = ("--reviewer", "ann", "--reviewer", "ben")
    split = planned.done("packet", "split", "--run", "v1", *names, "--overlap", 0.5, "--json").document
    shares = split["shares"]
    assert isinstance(shares, dict)
    assert sorted(map(len, shares.values())) == [4, 5]
    share = sent(planned, tmp_path)
    kinds = [next(iter(json.loads(line))) for line in share.read_text(encoding="utf-8").splitlines()]
    assert kinds == ["packet", "suite", *["case"] * len(shares["ann"]), *["response"] * len(shares["ann"])]
    text = share.read_text(encoding="utf-8")
    assert "zoe" not in text
    assert "secret" not in text
    assert '"verdict' not in text


def test_a_blind_share_does_not_name_the_version_and_comes_back_all_the_same(
    planned: Commands, other: Commands, tmp_path: Path
) -> None:
    share = sent(planned, tmp_path, "--blind", "--no-labels")
    text = share.read_text(encoding="utf-8")
    assert '"v1"' not in text
    assert all(
        json.loads(line)["case"].get("label") in (None, "") for line in text.splitlines() if '"case"' in line[:8]
    )
    taken = other.done("packet", "import", share, "--json").document
    assert taken["made_run"] is True
    run = taken["run"]
    assert str(run).startswith("blind ")
    other.done("decide", "--run", run, "--case", "c01", "--action", "refuse", "--reviewer", "ann")
    other.done("decide", "--run", run, "--case", "c02", "--action", "refuse", "--reviewer", "ann")
    other.done("undo", "--run", run, "--case", "c02", "--reviewer", "ann")
    back = tmp_path / "back.jsonl"
    other.done("packet", "export", "--decisions", "--run", run, "--out", back)
    joined = planned.done("packet", "import", back, "--json").document
    assert (joined["decisions_added"], joined["known"], joined["conflicts"], joined["run"]) == (3, 0, [], "v1")
    with unchanged(planned.workspace):
        again = planned.done("packet", "import", back, "--json").document
    assert (again["decisions_added"], again["known"]) == (0, 3)
    history = planned.done("undo", "--run", "v1", "--case", "c01", "--reviewer", "ann", "--json").document
    assert isinstance(history["undone"], dict)
    assert history["undone"]["action"] == "refuse"


def test_a_share_taken_in_twice_is_there_once(planned: Commands, other: Commands, tmp_path: Path) -> None:
    share = sent(planned, tmp_path)
    other.done("packet", "import", share)
    before = counts(other.workspace)
    assert (before["response"], before["review_plan"], before["verdict"], before["decision"]) == (6, 1, 0, 0)
    with unchanged(other.workspace):
        other.done("packet", "import", share)
    # and in the workspace that it came from it adds nothing
    with unchanged(planned.workspace):
        planned.done("packet", "import", share)


def test_what_contradicts_is_listed_and_left_out(planned: Commands, other: Commands, tmp_path: Path) -> None:
    other.done("packet", "import", sent(planned, tmp_path))
    other.done("decide", "--run", "v1", "--case", "c01", "--action", "refuse", "--reviewer", "ann")
    back = tmp_path / "back.jsonl"
    other.done("packet", "export", "--decisions", "--run", "v1", "--out", back)
    planned.done("packet", "import", back)
    head, decision = (json.loads(line) for line in back.read_text(encoding="utf-8").splitlines())
    said = decision["decision"]
    forged = {**said, "action": "answer"}
    elsewhere = {**said, "uid": "1" * 16 + "-" + "2" * 16, "case": "c99"}
    another_text = {**said, "uid": "1" * 16 + "-" + "3" * 16, "response_hash": "0" * 64}
    dangling = {**said, "uid": "1" * 16 + "-" + "4" * 16, "kind": "undo", "undoes": "f" * 16 + "-" + "5" * 16}
    events = [{"decision": each} for each in (forged, elsewhere, another_text, dangling)]
    with unchanged(planned.workspace):
        outcome = planned("packet", "import", lines(tmp_path / "bad.jsonl", [head, *events]), "--json")
    assert outcome.status == 1
    conflicts = outcome.document["conflicts"]
    assert isinstance(conflicts, list)
    assert {each["kind"] for each in conflicts} == {"differs", "no_response", "other_text", "undo"}
    assert all("ann" in each["sentence"] for each in conflicts)


WRONG = {
    "no packet": ('{"key": "c1", "prompt": "x"}', "no review packet"),
    "not JSON": ("nonsense", "line 1"),
    "empty": ("", "is empty"),
    "another version": ('{"packet": {"format": 99}}', "another version of Reviewer"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_that_is_no_packet(planned: Commands, tmp_path: Path, kind: str) -> None:
    text, said = WRONG[kind]
    path = tmp_path / "wrong.jsonl"
    path.write_text(text, encoding="utf-8")
    with unchanged(planned.workspace):
        assert said in planned("packet", "import", path).refused()


def test_words_that_cannot_be_meant(planned: Commands, other: Commands, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    export = ("packet", "export", "--out", out)
    assert "whose share" in planned(*export, "--run", "v1").refused()
    assert "not said which review plan" in planned(*export, "--reviewer", "ann").refused()
    assert "no review plan '77'" in planned(*export, "--plan", "77", "--reviewer", "ann").refused()
    assert "whole run" in planned(*export, "--decisions", "--reviewer", "ann").refused()
    planned.done("packet", "split", "--run", "v1", "--reviewer", "ben")
    assert "'ann' was given nothing" in planned(*export, "--run", "v1", "--reviewer", "ann").refused()
    assert "split between ben before" in planned("packet", "split", "--run", "v1", "--reviewer", "cem").refused()
    back = tmp_path / "back.jsonl"
    planned.done("packet", "export", "--decisions", "--run", "v1", "--out", back)
    other.workspace.parent.mkdir()
    assert "does not have" in other("packet", "import", back).refused()
