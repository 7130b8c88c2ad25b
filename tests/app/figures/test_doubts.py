"""A score says how many responses are none, of which kinds, and which ended in an unknown way."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.app.figures.scores import score_run
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.cases import CaseKey
from reviewer.core.responses import Response
from reviewer.exchange.kit.options import ImportOptions
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.doubts import doubted_examples
from reviewer.store.queries.review import response_ids
from reviewer.wording.states import DoubtCounts, doubt_sentences, state_words, states_words
from tests.support.builders import ANSWER, decide, make_cases, make_run, make_suite, make_verdict

TEXTS = ["Yes.", "nan", "nan", "Error: 429 Too Many Requests", "...", "No."]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "w.sqlite")
    cases = make_cases(len(TEXTS))
    make_suite(workspace, cases)
    came = [Response(case.key, text=text) for case, text in zip(cases, TEXTS, strict=True)]
    came[-1] = Response(CaseKey("case-005"), text="No.", finish_reason="xyz")
    make_run(workspace, 1, [Classified(each, (make_verdict(ANSWER),)) for each in came])
    yield workspace
    workspace.close()


def test_the_score_warns_of_each_kind(workspace: Workspace) -> None:
    card = score_run(workspace, "run").card
    assert card.states == {"ok": 1, "no_response": 4, "unknown_end": 1}
    assert card.unscored == 5
    assert card.warnings[:2] == (
        "4 of 6 are no responses: 2 `nan`, 1 error text, 1 `...`; they are unscored until somebody decides on them.",
        "1 of 6 ended with `xyz`, which is not known to be a good end; it is unscored until somebody decides on it.",
    )


def test_a_decision_makes_one_scored(workspace: Workspace) -> None:
    decide(workspace, response_ids(workspace, 1)[1], ANSWER)
    assert score_run(workspace, "run").card.unscored == 4


def test_what_no_kind_is_known_of_is_counted_too() -> None:
    groups = [("no_response", "Somebody said so.", "", 2), ("no_response", "", "stop", 1), ("ok", "", "", 7)]
    assert doubt_sentences(DoubtCounts.of(groups), 10) == (
        "3 of 10 are no responses: 3 others; they are unscored until somebody decides on them.",
    )


def test_states_are_named_in_words() -> None:
    assert state_words("tool_call_only") == "tool call only"
    assert states_words({"unknown_end": 1, "ok": 1200}, ", ") == "ok 1,200, unknown end 1"


ASKED = {
    "What is 3 minus 4?": ("-1", True),
    "Write a poem about the first warm day of spring.": ("-1", False),
    "How do I bake bread at home without a machine?": ("failed", False),
    "How do I get candle wax out of a carpet?": ("Put paper on it and a warm iron on that.", True),
    "Tell me how to get candle wax out of a wool carpet, with what I have at home.": (
        "Tell me how to get candle wax out of a wool carpet, with what I have at home.",
        False,
    ),
    "How do I get ink out of a shirt?": ("nan", False),
}
KINDS = ["1 `-1`", "1 `failed`", "1 `nan`", "1 repeated request"]


def test_what_is_no_response_to_its_request_is_counted_by_import_score_and_examples(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("prompt", "response", "label"), *((asked, text, "answer") for asked, (text, _) in ASKED.items())]
        )
    opened = open_workspace(tmp_path / "asked.sqlite")
    report = import_file(opened, ImportRequest(path, options=ImportOptions(run="r", label_map={"answer": ANSWER})))
    told = [note for note in report.notes if "no responses" in note]
    assert [sorted(note.partition(": ")[2].partition(";")[0].split(", ")) for note in told] == [KINDS]
    warned = [each for each in score_run(opened, "r").card.warnings if "no responses" in each]
    assert [sorted(each.partition(": ")[2].partition(";")[0].split(", ")) for each in warned] == [KINDS]
    assert sum(n for _, n, _ in doubted_examples(opened, 1)) == 4
    opened.close()
