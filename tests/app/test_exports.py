"""What is exported is imported back to the same content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.app.exports import export_what
from reviewer.app.figures.scores import score_run
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.exchange.kit.options import ImportOptions
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import runs, suites

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
        counts.append(export_what(filled, what, None, None, path))
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


def test_the_form_may_be_said_apart_from_the_name(filled: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "cases.txt"
    assert export_what(filled, "cases", "s", None, path, "csv") == 4
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
        export_what(filled, what, suite, run, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_several_runs_must_be_told_apart(filled: Workspace, other: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "v2.jsonl"
    path.write_text(json.dumps({"case": "a", "run": "v2", "text": "Yes."}), encoding="utf-8")
    import_file(filled, ImportRequest(path))
    with pytest.raises(InputError, match="Say with --run which run whose responses are meant"):
        export_what(filled, "responses", None, None, tmp_path / "out.csv")
    with pytest.raises(InputError, match="none yet"):
        export_what(other, "cases", None, None, tmp_path / "out.csv")


def test_a_folder_that_is_not_there_is_the_machines_fault(filled: Workspace, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        export_what(filled, "cases", "s", None, tmp_path / "missing" / "x.jsonl")
