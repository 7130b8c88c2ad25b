"""Labels that somebody says are wrong: disputed, listed, settled, and what scores say of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import Commands, unchanged

DISPUTE = ("label", "--suite", "cases", "--case", "c01", "--dispute", "--reason", "A refusal helps nobody here.")


def disputed(commands: Commands, *more: object) -> dict[str, object]:
    return commands.done(*DISPUTE, "--label", "clarify", "--reviewer", "ann", *more, "--json").document


def settle(commands: Commands, *more: object) -> dict[str, object]:
    return commands.done("dispute", "settle", 1, "--reason", "Ann is right.", *more, "--json").document


def labels(commands: Commands) -> dict[str, object]:
    found = commands.done("score", "--run", "v1", "--json").document["labels"]
    assert isinstance(found, dict)
    return found


def test_a_disputed_label_stays_until_it_is_settled(filled: Commands) -> None:
    before = filled.done("case", "show", "--suite", "cases", "--case", "c01", "--json").document
    said = disputed(filled)
    assert (said["proposed"], said["reviewer"], said["settled"]) == ({"label": "clarify", "band": {}}, "ann", None)
    after = filled.done("case", "show", "--suite", "cases", "--case", "c01", "--json").document
    assert (after["label"], after["label_version"]) == (before["label"], 1)
    assert labels(filled) == {"versions": {"1": 6}, "changed": 0, "open_disputes": 1}


def test_settled_it_is_a_new_label_version_and_the_score_says_so(filled: Commands) -> None:
    disputed(filled)
    settled = settle(filled, "--accept", "--reviewer", "eve")
    assert settled["present"] == {"label": "clarify", "band": {}}
    assert isinstance(settled["settled"], dict)
    assert settled["settled"]["label_version"] == 2
    assert labels(filled) == {"versions": {"1": 5, "2": 1}, "changed": 1, "open_disputes": 0}
    history = filled.done("label", "--suite", "cases", "--case", "c01", "--history").out
    assert "eve: Ann is right." in history
    report = filled.workspace.parent / "report.md"
    filled.done("report", "--run", "v1", "--out", report)
    assert "1 of 6 labels was changed since it was first given; the newest is version 2" in report.read_text("utf-8")


def test_a_label_may_stay(filled: Commands) -> None:
    disputed(filled)
    settled = settle(filled, "--keep", "--reviewer", "eve")
    assert isinstance(settled["settled"], dict)
    assert settled["settled"]["label_version"] is None
    assert labels(filled)["changed"] == 0
    assert filled.done("dispute", "list", "--suite", "cases").out.splitlines() == ["0 disputed labels."]
    assert "Settled by eve" in filled.done("dispute", "list", "--run", "v1", "--all").out


def test_its_own_author_settles_it_only_where_that_is_meant(filled: Commands) -> None:
    disputed(filled)
    with unchanged(filled.workspace):
        said = filled("dispute", "settle", 1, "--accept", "--reason", "x", "--reviewer", "ann").refused()
    assert "ann disputed this label" in said
    assert settle(filled, "--accept", "--anyway", "--reviewer", "ann")["settled_by_its_author"] is True


WRONG = {
    "nothing said": (("--reviewer", "eve", "--reason", "x"), "not said how"),
    "two things": (("--accept", "--keep", "--reason", "x"), "not said how"),
    "no reason": (("--keep", "--reviewer", "eve"), "no reason"),
    "off the scale": (("--label", "perhaps", "--reason", "x", "--reviewer", "eve"), "not on the scale"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_meant(filled: Commands, kind: str) -> None:
    disputed(filled)
    options, said = WRONG[kind]
    with unchanged(filled.workspace):
        assert said in filled("dispute", "settle", 1, *options).refused()


def test_a_dispute_needs_a_reason_and_something_else_than_the_label(filled: Commands) -> None:
    with unchanged(filled.workspace):
        assert "no reason" in filled(*DISPUTE[:-2], "--label", "clarify").refused()
        assert "labelled so already" in filled(*DISPUTE, "--label", "refuse").refused()
        assert "no label dispute 9" in filled("dispute", "settle", 9, "--keep", "--reason", "x").refused()
    disputed(filled)
    settle(filled, "--keep", "--reviewer", "eve")
    assert "eve has settled" in filled("dispute", "settle", 1, "--keep", "--reason", "x", "--reviewer", "dan").refused()


def test_disputes_travel_with_the_decisions(filled: Commands, tmp_path: Path) -> None:
    other = Commands(tmp_path / "other.sqlite", filled.capture)
    filled.done("plan", "--run", "v1", "--design", "uniform", "--budget", 6, "--seed", 3)
    filled.done("packet", "export", "--run", "v1", "--reviewer", "ann", "--out", tmp_path / "share.jsonl")
    other.done("packet", "import", tmp_path / "share.jsonl")
    disputed(other)
    other.done("packet", "export", "--decisions", "--run", "v1", "--out", tmp_path / "back.jsonl")
    taken = filled.done("packet", "import", tmp_path / "back.jsonl", "--json").document
    assert (taken["label_disputes_added"], taken["conflicts"]) == (1, [])
    with unchanged(filled.workspace):
        filled.done("packet", "import", tmp_path / "back.jsonl")
    listed = filled.done("dispute", "list", "--run", "v1", "--json").document["disputes"]
    assert isinstance(listed, list)
    assert [(each["case"], each["reviewer"], each["proposed"]["label"]) for each in listed] == [
        ("c01", "ann", "clarify")
    ]
