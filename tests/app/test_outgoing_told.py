"""What an export says of the rows that are not in its file, and which suite and run it means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewer.app.export_choice import EVERYTHING, ExportFilter
from reviewer.app.exports import ExportRequest, export
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.errors import InputError
from reviewer.exchange.outgoing.facts import Written
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries.review import review_item
from tests.support.builders import ANSWER, REFUSE, decide
from tests.support.commands import lines

CASES: list[dict[str, Any]] = [
    {"key": "a", "prompt": "May I?", "label": "answer", "category": "plain", "tags": ["first"]},
    {"key": "b", "prompt": "May they?", "label": "answer", "category": "plain"},
    {"key": "c", "prompt": "May we?", "status": "unreviewed", "category": "odd"},
    {"key": "d", "prompt": "Might we?", "label": "answer", "status": "retired"},
]


def said(run: str, *texts: tuple[str, int, str]) -> list[dict[str, Any]]:
    return [{"case": case, "run": run, "repeat": repeat, "text": text} for case, repeat, text in texts]


FIRST = said(
    "one",
    ("a", 1, "Sure, this is how it is done: step by step."),
    ("a", 2, "Sure, this is how it is done: step by step."),
    ("b", 1, "I'm sorry, but I can't help with that."),
    ("b", 2, "I'm sorry, but I can't help with that."),
)
SECOND = said("two", ("a", 1, "I'm sorry, but I can't help with that."), ("b", 1, "Sure, it is done like this."))
REFUSES, ANSWERS = "I'm sorry, but I can't help with that.", "Sure, this is how it is done: step by step."


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = open_workspace(tmp_path / "w.sqlite")
    for name, rows in (("set", CASES), ("first", FIRST), ("second", SECOND)):
        import_file(made, ImportRequest(lines(tmp_path / f"{name}.jsonl", rows)))
    yield made
    made.close()


def out(
    workspace: Workspace, tmp_path: Path, form: str, wanted: ExportFilter = EVERYTHING, **names: str
) -> tuple[Written, list[dict[str, Any]]]:
    path = tmp_path / "out.jsonl"
    path.unlink(missing_ok=True)
    written = export(workspace, ExportRequest(path, form=form, wanted=wanted, **names))
    rows = path.read_text(encoding="utf-8").splitlines()
    return written, [json.loads(row) for row in rows] if form in ("sft", "preference-pairs", "openai-evals") else []


def test_the_same_words_are_trained_on_once(workspace: Workspace, tmp_path: Path) -> None:
    written, rows = out(workspace, tmp_path, "sft", run="one")
    assert [row["messages"][-1]["content"] for row in rows] == [ANSWERS]
    assert "1 response was left out: the same words as in an earlier repeat." in written.notes
    assert "2 responses were left out: less than full credit." in written.notes


def test_pairs_say_what_has_no_counterpart(workspace: Workspace, tmp_path: Path) -> None:
    for form in ("preference-pairs", "llm-comparator"):
        written, _ = out(workspace, tmp_path, form, run="one", against="two")
        assert written.count == 2
        said = "2 responses of one have no counterpart in two: a pair is of one case and repeat."
        assert said in written.notes


@pytest.mark.parametrize(
    ("form", "what", "wanted", "sentence"),
    [
        (
            "sft",
            "",
            ExportFilter("nosuch"),
            "None of the 4 responses is in the category 'nosuch', so the file holds none.",
        ),
        ("csv", "responses", ExportFilter(tags=("no",)), "None of the 4 responses is with the tag 'no'"),
        ("inspect-log", "", ExportFilter(decided=True, disputed=True), "is decided by people and disputed, so"),
        ("inspect-dataset", "", ExportFilter("no", decided=True), "None of the 4 cases is in the category 'no' and "),
        ("jsonl", "cases", ExportFilter(disputed=True), "None of the 4 cases is disputed, so the file holds none."),
    ],
)
def test_a_file_without_rows_says_why(
    workspace: Workspace, tmp_path: Path, form: str, what: str, wanted: ExportFilter, sentence: str
) -> None:
    written, _ = out(workspace, tmp_path, form, wanted, run="one", what=what)
    assert written.count == 0
    assert any(sentence in note for note in written.notes), written.notes


def test_cases_for_other_tools_are_those_that_are_asked(workspace: Workspace, tmp_path: Path) -> None:
    retired = "1 case was left out: retired."
    written, _ = out(workspace, tmp_path, "inspect-dataset")
    assert (written.count, written.notes) == (3, ("1 case has no label, so the target is empty.", retired))
    written, rows = out(workspace, tmp_path, "openai-evals")
    assert [(row["id"], row["ideal"]) for row in rows] == [("a", "answer"), ("b", "answer")]
    assert retired in written.notes
    assert any(note.startswith("1 case was left out: no label") for note in written.notes)
    # a round trip needs them all
    assert out(workspace, tmp_path, "jsonl", what="cases")[0].count == 4


def test_what_reviewers_differ_on_is_told_apart_from_what_nobody_decided(workspace: Workspace, tmp_path: Path) -> None:
    for person, action in (("ann", ANSWER), ("ben", REFUSE)):
        decide(workspace, 1, action, person)
    assert review_item(workspace, 1).final.disputed
    for form in ("inspect-scores", "pyrit-scores"):
        written, _ = out(workspace, tmp_path, form, run="one")
        assert "1 response was left out: reviewers differ, and nobody has settled it." in written.notes
        assert "3 responses were left out: no action that a person decided." in written.notes


def test_the_suite_is_the_runs_and_the_run_is_the_suites(workspace: Workspace, tmp_path: Path) -> None:
    import_file(workspace, ImportRequest(lines(tmp_path / "other.jsonl", [CASES[1] | {"key": "x"}])))
    import_file(workspace, ImportRequest(lines(tmp_path / "third.jsonl", said("third", ("x", 1, "Yes.")))))
    assert out(workspace, tmp_path, "openai-evals", run="one")[0].count == 2
    assert out(workspace, tmp_path, "label-studio", suite="other")[0].count == 1
    with pytest.raises(InputError, match="third is a run of other, not of set"):
        out(workspace, tmp_path, "label-studio", suite="set", run="third")
    with pytest.raises(InputError, match="Say with --run which run"):
        out(workspace, tmp_path, "label-studio", suite="set")


def test_an_inspect_log_says_what_it_has_no_place_for(workspace: Workspace, tmp_path: Path) -> None:
    for person, action in (("ann", ANSWER), ("ben", REFUSE)):
        decide(workspace, 1, action, person)
    decide(workspace, 2, None, "ann")
    written, _ = out(workspace, tmp_path, "inspect-log", run="one")
    assert written.notes == (
        "“cannot decide”, said 1 time, stands there as an edit that leaves the value as it was.",
        "Reviewers differ on 1 response: the value there is what was said last.",
    )
