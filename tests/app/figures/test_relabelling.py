"""The preview of an edit says what the score then is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewer.app.figures.relabelling import Effect, effects, load_standing, sentence
from reviewer.app.figures.scores import score_run
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.actions import ActionId
from reviewer.core.cases import Case, CaseStatus, Message, Role
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import suites
from reviewer.store.writes.suites import edit_case

AT = "2025-01-01T00:00:00Z"
LABELS = {"a": "answer", "b": "answer", "c": "refuse", "d": "refuse", "e": None}
RUNS = {
    "v1": ("answer", "refuse", "refuse", "answer", "clarify"),
    "v2": ("answer", "answer", "refuse", "refuse", "answer"),
}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "workspace.sqlite")
    cases = [
        {"key": key, "prompt": f"Request {key}", **({"label": label} if label else {"status": "unreviewed"})}
        for key, label in LABELS.items()
    ]
    take(workspace, tmp_path / "s.jsonl", cases)
    for run, actions in RUNS.items():
        pairs = list(zip(LABELS, actions, strict=True))
        take(workspace, tmp_path / "r.jsonl", [{"case": key, "run": run, "text": "A text."} for key, _ in pairs])
        said = [{"case": key, "run": run, "reviewer": "ann", "action": action} for key, action in pairs]
        take(workspace, tmp_path / "d.jsonl", said)
    yield workspace
    workspace.close()


def take(workspace: Workspace, path: Path, items: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    assert import_file(workspace, ImportRequest(path)).bad == []


def balanced(workspace: Workspace, run: str) -> float | None:
    return score_run(workspace, run).card.score.balanced


def edits() -> dict[str, tuple[str, dict[str, Any]]]:
    band = {ActionId("answer_with_caveat"): 0.5, ActionId("clarify"): 0.25}
    return {
        "label": ("b", {"label": ActionId("refuse")}),
        "label nobody has": ("b", {"label": ActionId("clarify")}),
        "band": ("a", {"band": band}),
        "disputed": ("d", {"status": CaseStatus.DISPUTED}),
        "retired": ("b", {"status": CaseStatus.RETIRED}),
        "labelled at last": ("e", {"label": ActionId("clarify"), "status": CaseStatus.LABELLED}),
        "messages": ("b", {"messages": (Message(Role.USER, "Another request"),), "label": ActionId("refuse")}),
        "rationale": ("b", {"rationale": "Because."}),
    }


@pytest.mark.parametrize("name", list(edits()))
def test_the_preview_is_what_the_score_becomes(workspace: Workspace, name: str) -> None:
    key, changes = edits()[name]
    suite_id = suites.suite_named(workspace, "s").id
    case_id = suites.case_id_of(workspace, suite_id, key)
    standing = load_standing(workspace, case_id)
    edited: Case = replace(standing.case, **changes)
    found = effects(standing, edited)
    assert [(effect.run, effect.before) for effect in found] == [(run, balanced(workspace, run)) for run in RUNS]
    edit_case(workspace, case_id=case_id, case=edited, reason="a test", author="ann", at=AT)
    assert [effect.after for effect in found] == pytest.approx([balanced(workspace, run) for run in RUNS])


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "No run has responses of this suite yet, so no score changes."),
        ([Effect("1.0", 0.5, 0.5)], "Run 1.0: unchanged."),
        ([Effect("1.0", 0.5, 0.5), Effect("1.1", None, None)], "No score changes."),
        (
            [Effect("1.0", 0.5, 0.5), Effect("1.1", 0.612, 0.618)],
            "Run 1.1: balanced 0.612 → 0.618. Run 1.0: unchanged.",
        ),
        ([Effect("1.0", 0.612, None)], "Run 1.0: balanced 0.612 → none."),
        ([Effect("1.0", 0.61201, 0.61203)], "Run 1.0: balanced 0.61201 → 0.61203."),
    ],
)
def test_it_is_said_in_a_sentence(found: list[Effect], said: str) -> None:
    assert sentence(found) == said


def test_many_runs_are_counted() -> None:
    found = [Effect(f"v{number}", 0.5, 0.5) for number in range(9)]
    found[7] = Effect("v7", 0.5, 0.6)
    assert sentence(found).startswith("Run v7: balanced 0.500 → 0.600. Run v0: unchanged.")
    assert sentence(found).endswith("And 5 more.")
