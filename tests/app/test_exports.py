"""What is exported is imported back to the same content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.app.exports import ExportRequest, export
from reviewer.app.figures.scores import score_run
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import (
    Cause,
    DecisionKind,
    DecisionOrigin,
    Evidence,
    EvidenceKind,
    Hidden,
    VerdictSource,
)
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.responses import Response
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import LabelRecord
from reviewer.exchange.registry import read_file
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import runs, suites
from reviewer.store.writes.decisions import append_decision, undo_decision
from reviewer.store.writes.runs import add_responses, append_verdicts
from reviewer.store.writes.suites import edit_case
from tests.support.builders import AT, CLARIFY, LATER, REFUSE, Filled, fill, make_cases, make_verdict

HEAD = {"suite": {"name": "s", "guideline": "Choose well.", "licence": "CC0-1.0"}}
CASES = (
    {"key": "a", "prompt": '=1+1, "quoted"\nand a second line', "label": "answer", "tags": ["x", "y;z"]},
    {"key": "b", "prompt": "مرحبا", "label": "clarify", "band": {"answer_with_caveat": 0.3}, "pair": "p"},
    {
        "key": "c",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "One."},
            {"role": "assistant", "content": "Two."},
            {"role": "user", "content": "Three?"},
        ],
        "label": "refuse",
        "borderline": True,
    },
    {"key": "d", "prompt": "Nobody knows.", "status": "unreviewed"},
)
RESPONSES = tuple({"case": key, "run": "v1", "text": f"Text, of\n{key}"} for key in "abc")
DECISIONS = (
    {"id": "1", "case": "a", "run": "v1", "reviewer": "ann", "action": "refuse", "at": "2025-03-01T09:30:00Z"},
    {
        **{"id": "2", "case": "a", "run": "v1", "reviewer": "ann", "action": None, "kind": "undo", "undoes": "1"},
        "at": "2025-03-01T09:31:00Z",
    },
    {"id": "3", "case": "b", "run": "v1", "reviewer": "ann", "action": None, "note": "?", "at": "2025-03-02T00:00:00Z"},
    {
        **{"id": "4", "case": "c", "run": "v1", "reviewer": "bob", "action": "clarify", "kind": "adjudication"},
        "at": "2025-03-03T00:00:00Z",
    },
)


def opened(path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(path)
    yield workspace
    workspace.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Workspace]:
    yield from opened(tmp_path / "other.sqlite")


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Workspace]:
    for workspace in opened(tmp_path / "filled.sqlite"):
        for name, items in (("cases", (HEAD, *CASES)), ("responses", RESPONSES), ("decisions", DECISIONS)):
            path = tmp_path / f"in-{name}.jsonl"
            path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
            assert import_file(workspace, ImportRequest(path)).bad == []
        yield workspace


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_workspace_goes_out_and_comes_back_to_the_same_content(
    filled: Workspace, other: Workspace, tmp_path: Path, form: str
) -> None:
    counts = []
    for what in ("cases", "responses", "decisions"):
        path = tmp_path / f"{what}.{form}"
        counts.append(export(filled, ExportRequest(path, what)).count)
        report = import_file(other, ImportRequest(path, options=ImportOptions(suite="s")))
        assert report.bad == []
    assert counts == [4, 3, 4]
    before, after = (suites.suite_named(workspace, "s") for workspace in (filled, other))
    assert after.content_hash == before.content_hash
    first, second = (score_run(workspace, "v1") for workspace in (filled, other))
    assert first.card == second.card
    run_ids = [runs.run_named(workspace, "v1").id for workspace in (filled, other)]
    events = [list(runs.iterate_decisions(w, i)) for w, i in zip((filled, other), run_ids, strict=True)]
    assert events[0] == events[1]


@pytest.fixture
def reviewed(tmp_path: Path) -> Iterator[Filled]:
    """A run with a response that took another's place, a judge's verdicts, and every kind of event on it."""
    for workspace in opened(tmp_path / "reviewed.sqlite"):
        filled = fill(workspace, make_cases(3))
        first = filled.response_ids[0]
        whole = Response(
            CaseKey("case-001"),
            text="=Again\0\r",
            reasoning="Hm",
            finish_reason="stop",
            usage={"total_tokens": 2**60},
            model="m-1",
            latency_ms=0.1,
            attempts=2,
            raw_body=b"\0\xff{}",
            request_hash="0f" * 32,
            fingerprint="fp",
            headers={"x-request-id": "1"},
            history=("It was busy.",),
        )
        again = [Classified(whole, (make_verdict(REFUSE),))]
        add_responses(workspace, run_id=filled.run_id, responses=again, at=LATER, again=True)
        verdict = replace(make_verdict(CLARIFY, "judge j"), evidence=(Evidence(0, 2, "why", EvidenceKind.ASKS),))
        append_verdicts(workspace, verdicts=[(first, verdict, AT), (first, replace(verdict, action=None), LATER)])
        here = DecisionOrigin.WINDOW
        hidden = frozenset({Hidden.VERDICT, Hidden.VERSIONS, Hidden.EARLIER})
        said = NewDecision(first, "ana", REFUSE, note="=n", bulk=True, seconds_spent=2.5, hidden=hidden, origin=here)
        decision, _ = append_decision(workspace, decision=said, at=AT)
        undo_decision(workspace, decision_id=decision, reviewer="ana", at=AT, origin=here)
        settled = NewDecision(first, "lead", CLARIFY, DecisionKind.ADJUDICATION, cause=Cause.SLIP, seconds_spent=0.1)
        append_decision(workspace, decision=replace(settled, hidden=frozenset(), origin=here), at=LATER)
        by_command = NewDecision(filled.response_ids[1], "ben", REFUSE, origin=DecisionOrigin.COMMAND)
        append_decision(workspace, decision=by_command, at=LATER)
        from_file = NewDecision(filled.response_ids[2], "ben", REFUSE, blind=True, origin=DecisionOrigin.IMPORT)
        append_decision(workspace, decision=from_file, at=LATER)
        yield filled


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_every_field_of_responses_verdicts_and_decisions_comes_back(
    reviewed: Filled, other: Workspace, tmp_path: Path, form: str
) -> None:
    for what in ("cases", "responses", "verdicts", "decisions"):
        path = tmp_path / f"{what}.{form}"
        export(reviewed.workspace, ExportRequest(path, what))
        request = ImportRequest(path, options=ImportOptions(suite="Suite"))
        reports = [import_file(other, request) for _ in range(2)]
        assert [report.bad for report in reports] == [[], []]
        assert not reports[1].changes
    workspaces = [(reviewed.workspace, reviewed.run_id), (other, runs.run_named(other, "run").id)]
    stored = [list(runs.iterate_responses(w, i, raw=True)) for w, i in workspaces]
    assert stored[1] == stored[0]
    assert [each.text for each in stored[1][1].earlier] == ["Reply 1 to case-001."]
    events = [list(runs.iterate_decisions(w, i)) for w, i in workspaces]
    assert events[1] == events[0]
    judged = [[v for v in runs.iterate_verdicts(w, i) if v[-1].source is VerdictSource.JUDGE] for w, i in workspaces]
    assert len(judged[0]) == 2
    assert judged[1] == judged[0]


def test_verdicts_of_rules_and_about_texts_that_are_gone_are_left_out_with_a_word(
    reviewed: Filled, other: Workspace, tmp_path: Path
) -> None:
    for what in ("cases", "responses"):
        path = tmp_path / f"{what}.jsonl"
        export(reviewed.workspace, ExportRequest(path, what))
        import_file(other, ImportRequest(path, options=ImportOptions(suite="Suite")))
    path = tmp_path / "verdicts.jsonl"
    assert export(reviewed.workspace, ExportRequest(path, "verdicts")).count == 6
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    lines[-1]["response_hash"] = "0f" * 32
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    report = import_file(other, ImportRequest(path))
    assert (report.verdicts_added, report.skipped) == (1, 5)
    assert report.notes == [
        "4 verdicts were left out, of rules: the rules of this program have read the responses.",
        "1 verdict was left out, about other texts than the run has.",
    ]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_label_histories_go_out_whole_and_come_with_their_cases_only(
    reviewed: Filled, other: Workspace, tmp_path: Path, form: str
) -> None:
    case_id = suites.case_id_of(reviewed.workspace, reviewed.suite_id, "case-000")
    before = suites.case_detail(reviewed.workspace, case_id).case
    labelled = replace(before, label=REFUSE, band={})
    edit_case(reviewed.workspace, case_id=case_id, case=labelled, reason="=Seen\r", author="ana", at=LATER)
    path = tmp_path / f"labels.{form}"
    assert export(reviewed.workspace, ExportRequest(path, "labels")).count == 4
    read = [each for each in read_file(path, ImportOptions()) if isinstance(each, LabelRecord)]
    history = suites.case_detail(reviewed.workspace, case_id).history
    assert tuple(each.event for each in read if each.case == "case-000") == history
    assert {(each.suite, each.case_version) for each in read} == {("Suite", 1)}
    with pytest.raises(InputError, match="Import the cases"):
        import_file(other, ImportRequest(path))


def test_the_form_may_be_said_apart_from_the_name(filled: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "cases.txt"
    assert export(filled, ExportRequest(path, "cases", suite="s", form="csv")).count == 4
    assert path.read_text(encoding="utf-8-sig").startswith("key,prompt,messages")


@pytest.mark.parametrize(
    ("what", "suite", "run", "name", "said"),
    [
        ("secrets", None, None, "x.jsonl", "cannot be exported"),
        ("cases", "nope", None, "x.jsonl", "no suite 'nope'"),
        ("responses", None, "nope", "x.jsonl", "no run 'nope'"),
        ("cases", "s", None, "x.pdf", "cannot|can be exported as a .pdf"),
        ("cases", "s", None, "x", "nameless"),
    ],
)
def test_what_cannot_be_exported_gets_a_sentence(
    filled: Workspace, tmp_path: Path, what: str, suite: str | None, run: str | None, name: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        export(filled, ExportRequest(tmp_path / name, what, suite=suite or "", run=run or ""))
    assert not (tmp_path / name).exists()


def test_several_runs_must_be_told_apart(filled: Workspace, other: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "v2.jsonl"
    path.write_text(json.dumps({"case": "a", "run": "v2", "text": "Yes."}), encoding="utf-8")
    import_file(filled, ImportRequest(path))
    with pytest.raises(InputError, match="Say with --run which run whose responses are meant"):
        export(filled, ExportRequest(tmp_path / "out.csv", "responses"))
    with pytest.raises(InputError, match="none yet"):
        export(other, ExportRequest(tmp_path / "out.csv", "cases"))


def test_a_folder_that_is_not_there_is_the_machines_fault(filled: Workspace, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        export(filled, ExportRequest(tmp_path / "missing" / "x.jsonl", "cases", suite="s"))
