"""A run's report put together from the workspace and written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.app.figures.scores import score_run
from reviewer.app.reporting import build_report, write_run_report
from reviewer.app.stopping import ReportCancelledError
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseStatus
from reviewer.core.decisions import DecisionKind
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.report.facts import ReportedCase, RunReport
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.queries import suites
from reviewer.store.writes.decisions import append_decision
from tests.support.builders import (
    ANSWER,
    AT,
    CAVEAT,
    CLARIFY,
    REFUSE,
    Filled,
    decide,
    fill,
    make_case,
    make_run,
    make_suite,
    undo,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "w.sqlite", create=True)
    yield workspace
    workspace.close()


@pytest.fixture
def filled(workspace: Workspace) -> Filled:
    cases = [
        make_case("a", "first\nsecond line", label=ANSWER, band={CAVEAT: 0.5}, category="law"),
        make_case("b", "x" * 300, label=REFUSE),
        make_case("c", label=REFUSE, status=CaseStatus.DISPUTED),
        make_case("d", label=None),
    ]
    return fill(workspace, cases, [CAVEAT, ANSWER])


def case(report: RunReport, key: str) -> ReportedCase:
    return next(line for line in report.cases if line.key == key)


def test_the_report_has_the_scorecard_and_a_line_for_each_labelled_case(filled: Filled) -> None:
    report = build_report(filled.workspace, "run")
    assert report.scorecard == score_run(filled.workspace, "run").card
    assert [line.key for line in report.cases] == ["a", "b"]
    assert (case(report, "a").credit, case(report, "a").distance) == (0.5, 0)
    assert (case(report, "b").credit, case(report, "b").distance) == (0.0, -4)
    assert case(report, "a").category == "law"
    assert report.suite_hash == suites.suite_named(filled.workspace, "Suite").content_hash


def test_requests_are_one_line_and_a_cut_is_seen(filled: Filled) -> None:
    report = build_report(filled.workspace, "run")
    assert case(report, "a").request == "first second line"
    assert case(report, "b").request == "x" * 199 + "…"


def test_cases_that_are_left_out_are_counted_and_disputed_ones_scored_beside(filled: Filled) -> None:
    report = build_report(filled.workspace, "run")
    assert report.not_scored == {"disputed": 1, "unreviewed": 1}
    assert report.scorecard_with_disputed is not None
    assert report.scorecard_with_disputed.n_cases == 3


def test_lines_tell_what_stands_with_its_note_and_not_what_was_undone(filled: Filled) -> None:
    workspace, first = filled.workspace, filled.response_ids[0]
    undo(workspace, decide(workspace, first, REFUSE))
    decide(workspace, first, CLARIFY, "ana")
    note = NewDecision(first, "ben", ANSWER, DecisionKind.ADJUDICATION, note="it does answer")
    append_decision(workspace, decision=note, at=AT)
    said = case(build_report(workspace, "run"), "a").responses[0].decisions
    assert [(d.reviewer, d.action, d.note) for d in said] == [("ana", CLARIFY, ""), ("ben", ANSWER, "it does answer")]


def test_the_bands_asked_for_change_lines_and_card_alike(filled: Filled) -> None:
    report = build_report(filled.workspace, "run", Options(bands=BandChoice.parse("none")))
    assert case(report, "a").credit == 0
    assert case(report, "a").distance == 1
    assert report.scorecard.score.plain == 0


def test_cancelling_stops_it(filled: Filled) -> None:
    asked = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(ReportCancelledError):
        build_report(filled.workspace, "run", cancelled=cancelled)
    assert len(asked) == 2


def test_a_run_without_responses_has_a_report(workspace: Workspace) -> None:
    make_run(workspace, make_suite(workspace, [make_case()]), name="empty")
    report = build_report(workspace, "empty")
    assert report.cases == ()
    assert report.scorecard.n_responses == 0


def test_an_unknown_run_is_a_sentence(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="There is no run"):
        build_report(workspace, "none")


def test_the_written_forms_say_the_same(filled: Filled, tmp_path: Path) -> None:
    for ending in ("html", "json", "csv", "md", "jsonl"):
        write_run_report(filled.workspace, "run", None, tmp_path / f"r.{ending}")
    score = score_run(filled.workspace, "run").card.score
    document = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert document["score"]["balanced"]["value"] == score.balanced
    rows = list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text("utf-8-sig"))))
    assert [row["case"] for row in rows] == ["a", "b"]
    assert f"{score.balanced:.3f}" in (tmp_path / "r.html").read_text("utf-8")


def test_an_ending_that_is_not_known_writes_nothing(filled: Filled, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ending"):
        write_run_report(filled.workspace, "run", None, tmp_path / "r.docx")
    assert not list(tmp_path.glob("r*"))
