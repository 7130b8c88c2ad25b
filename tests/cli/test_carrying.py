"""`carry-over`: only where the request, the text and the scale are the same, once, and marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.core.decisions import Decision
from reviewer.store.queries import review, runs
from tests.support.commands import Commands, as_the_window, lines, unchanged


@pytest.fixture
def two_runs(filled: Commands, tmp_path: Path) -> Commands:
    """v2 says what v1 said but for c01, has no response to c02, and c03 is decided there by ann."""
    texts = [
        {"case": f"c{n:02}", "run": "v2", "text": "Something else." if n == 1 else f"Sure. Step {n} is to begin."}
        for n in (0, 1, 3, 4, 5)
    ]
    filled.done("import", lines(tmp_path / "v2.jsonl", texts))
    for run, case, action, name in (
        ("v1", "c00", "refuse", "ann"),
        ("v1", "c00", "clarify", "ben"),
        ("v1", "c01", "refuse", "ann"),
        ("v1", "c02", "refuse", "ann"),
        ("v1", "c03", "refuse", "ann"),
        ("v2", "c03", "answer", "ann"),
        ("v1", "c04", "refuse", "ann"),
    ):
        filled.done("decide", "--run", run, "--case", case, "--action", action, "--reviewer", name)
    filled.done("undo", "--run", "v1", "--case", "c04", "--reviewer", "ann")
    settle = ("--action", "clarify", "--cause", "slip", "--reviewer", "eve", "--note", "why not")
    filled.done("adjudicate", "--run", "v1", "--case", "c00", *settle)
    return filled


def events(commands: Commands, run: str, case: str) -> tuple[Decision, ...]:
    with as_the_window(commands) as workspace:
        run_id = runs.run_named(workspace, run).id
        return review.review_item(workspace, review.response_of(workspace, run_id, case)).events


def test_what_is_equal_is_carried_and_marked(two_runs: Commands) -> None:
    words = ("carry-over", "--from", "v1", "--to", "v2")
    with unchanged(two_runs.workspace):
        planned = two_runs.done(*words, "--dry-run", "--json").document
    done = two_runs.done(*words, "--json").document
    counts = {name: done[name] for name in ("decisions", "responses", "missing", "other_text", "said_there")}
    assert counts == {"decisions": 3, "responses": 1, "missing": 1, "other_text": 1, "said_there": 1}
    assert {**planned, "dry_run": False} == done
    carried = events(two_runs, "v2", "c00")
    source = {event.id: event for event in events(two_runs, "v1", "c00")}
    assert [(event.reviewer, event.action, event.kind) for event in carried] == [
        ("ann", "refuse", "decision"),
        ("ben", "clarify", "decision"),
        ("eve", "clarify", "adjudication"),
    ]
    for event in carried:
        assert event.carried_from is not None
        before = source[event.carried_from]
        assert (before.reviewer, before.note, before.cause) == (event.reviewer, event.note, event.cause)
        assert event.uid not in ("", before.uid)
    assert not events(two_runs, "v2", "c04")


def test_a_second_time_adds_nothing(two_runs: Commands) -> None:
    words = ("carry-over", "--from", "v1", "--to", "v2")
    said = two_runs.done(*words).out
    assert "3 decisions of v1 hold for v2, on 1 response." in said
    assert "Left out: 1 without such a response, 1 on another text, 1 where the reviewer has decided." in said
    with unchanged(two_runs.workspace):
        assert two_runs.done(*words, "--json").document["decisions"] == 0


def test_another_request_under_the_same_key_is_another_case(two_runs: Commands, tmp_path: Path) -> None:
    two_runs.done("case", "edit", "--suite", "cases", "--case", "c00", "--message", "user=Quite another thing?")
    two_runs.done(
        "import", lines(tmp_path / "v3.jsonl", [{"case": "c00", "run": "v3", "text": "Sure. Step 0 is to begin."}])
    )
    done = two_runs.done("carry-over", "--from", "v1", "--to", "v3", "--json").document
    assert (done["decisions"], done["other_request"]) == (0, 3)


def test_a_run_and_itself(two_runs: Commands) -> None:
    assert "to itself" in two_runs("carry-over", "--from", "v1", "--to", "v1").refused()
    assert "no run 'v9'" in two_runs("carry-over", "--from", "v1", "--to", "v9").refused()
