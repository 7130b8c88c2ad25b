"""What was received, stored and exported is imported back equal: visible text, reasoning, raw body, state and why."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.app.exports import ExportRequest, export
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.cases import CaseKey
from reviewer.core.responses import Response, ResponseState
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import runs
from tests.support.builders import make_case, make_run, make_suite

KEYS = ["a", "b", "c"]
_numbers = itertools.count()
_TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "No.",
            "nan",
            "Error: 429 Too Many Requests",
            "<think>Why?</think>\n\nNo.",
            "Why?</think>No.",
            "<think>Why?",
            "<think>Why?</think>",
            "<|channel|>analysis<|message|>Why?<|end|><|start|>assistant<|channel|>final<|message|>No.",
            "First.\n\n<think>\nWhy?",
            "\u200b",
            "=1+1",
            "  kept as it came\n",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
)
_RESPONSES = st.builds(
    Response,
    st.sampled_from(KEYS).map(CaseKey),
    text=_TEXTS,
    reasoning=st.sampled_from(["", "Because.", "<think>kept</think>"]),
    state=st.sampled_from(ResponseState),
    finish_reason=st.sampled_from(["", "stop", "MAX_TOKENS", "SAFETY", "error", "xyz"]),
    error=st.sampled_from(["", "It said so."]),
    raw_body=st.sampled_from([b"", b'{"text": "<think>Why?</think>No."}', b"\xff\x00"]),
    model=st.sampled_from(["", "m-1"]),
)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(found=st.lists(_RESPONSES, min_size=1, max_size=3, unique_by=lambda response: response.case))
def test_export_and_import_give_the_same(tmp_path: Path, form: str, found: list[Response]) -> None:
    folder = tmp_path / str(next(_numbers))
    folder.mkdir()
    before = _with_cases(folder / "before.sqlite")
    make_run(before, 1, [Classified(response) for response in found])
    file = folder / f"responses.{form}"
    assert export(before, ExportRequest(file, "responses", run="run")).count == len(found)
    after = _with_cases(folder / "after.sqlite")

    report = import_file(after, ImportRequest(file, author="ana"))

    assert report.bad == []
    assert _stored(after) == _stored(before)
    assert import_file(after, ImportRequest(file, author="ana")).bad == []
    for workspace in (before, after):
        workspace.close()


def test_a_file_that_somebody_else_wrote_is_split_and_marked(tmp_path: Path) -> None:
    workspace = _with_cases(tmp_path / "w.sqlite")
    lines = [
        '{"case": "a", "text": "<think>Why?</think>No."}',
        '{"case": "b", "text": "nan"}',
        '{"case": "c", "text": "Yes", "finish_reason": "xyz"}',
    ]
    file = tmp_path / "theirs.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")

    import_file(workspace, ImportRequest(file, author="ana"))

    found = [(r.text, r.reasoning, r.state) for r in runs.iterate_responses(workspace, 1)]
    assert found == [
        ("No.", "Why?", ResponseState.OK),
        ("nan", "", ResponseState.NO_RESPONSE),
        ("Yes", "", ResponseState.UNKNOWN_END),
    ]
    assert runs.run_named(workspace, "theirs").states == {"ok": 1, "no_response": 1, "unknown_end": 1}
    workspace.close()


def _with_cases(path: Path) -> Workspace:
    workspace = open_workspace(path)
    make_suite(workspace, [make_case(key) for key in KEYS])
    return workspace


def _stored(workspace: Workspace) -> list[Response]:
    return list(runs.iterate_responses(workspace, 1, raw=True))
