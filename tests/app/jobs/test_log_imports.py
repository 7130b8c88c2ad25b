"""Logs of other tools through the store: figures of the same responses are the same, again adds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.app.figures.agreement import run_agreement
from reviewer.app.figures.scores import score_run
from reviewer.app.jobs.imports import ImportReport, ImportRequest, import_file
from reviewer.core.bands import BandChoice
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import runs
from tests.support.eval_logs import (
    evals_lines,
    helm_file,
    helm_state,
    inspect_eval,
    inspect_json,
    inspect_sample,
    lines_file,
    lm_eval_row,
    promptfoo_json,
    promptfoo_row,
    public_log,
)
from tests.support.golden import XSTEST_VERSIONS


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "workspace.sqlite")
    yield workspace
    workspace.close()


def added(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.cases_added, report.responses_added, report.verdicts_added, report.decisions_added)


def logs(folder: Path) -> list[Path]:
    """A small log of each tool."""
    return [
        inspect_eval(folder / "a.eval", [inspect_sample(), inspect_sample(epoch=2, text="I cannot help.")], zstd=True),
        inspect_json(folder / "b.json", [inspect_sample("two")]),
        promptfoo_json(folder / "c.json", [promptfoo_row(), promptfoo_row(testIdx=1)]),
        lines_file(folder / "samples_task_2026-01-02T03-04-05.1.jsonl", [lm_eval_row()]),
        lines_file(folder / "d.jsonl", evals_lines()),
        helm_file(folder / "scenario_state.json", [helm_state()]),
    ]


def test_a_log_imports_by_itself_and_again_adds_nothing(workspace: Workspace, tmp_path: Path) -> None:
    for path in logs(tmp_path):
        first = import_file(workspace, ImportRequest(path))
        assert not first.bad, path
        assert first.cases_added >= 1
        assert first.responses_added >= 1
        again = import_file(workspace, ImportRequest(path))
        assert added(again) == (0, 0, 0, 0), path
        assert not again.bad


def test_what_a_grader_of_another_tool_said_is_shown_and_does_not_count(workspace: Workspace, tmp_path: Path) -> None:
    """Nobody has measured here how often that grader is right."""
    said = {"words": {"value": "C", "answer": "answer"}}
    path = inspect_json(
        tmp_path / "log.json", [inspect_sample(text="I'm sorry, but I can't help with that.", scores=said)]
    )
    report = import_file(workspace, ImportRequest(path))
    assert report.verdicts_added == 1
    scored = score_run(workspace, report.runs[0])
    assert scored.card.score.plain == 0


def test_two_logs_of_the_same_samples_pair_by_key(workspace: Workspace, tmp_path: Path) -> None:
    import_file(workspace, ImportRequest(inspect_json(tmp_path / "a.json", [inspect_sample()])))
    other = {**inspect_json_header(), "model": "lab/other", "eval_id": "zzzzzz"}
    second = import_file(workspace, ImportRequest(inspect_json(tmp_path / "b.json", [inspect_sample()], eval=other)))
    assert (second.cases_added, second.responses_added) == (0, 1)
    assert len(runs.runs(workspace)) == 2


def inspect_json_header() -> dict[str, object]:
    return {"task": "small", "model": "lab/tiny", "created": "2026-01-02T03:04:05+00:00"}


def test_the_replay_log_scores_as_the_table_with_the_same_responses(workspace: Workspace) -> None:
    known = XSTEST_VERSIONS["llama2orig"]
    report = import_file(workspace, ImportRequest(public_log("inspect/xstest-replay-llama2orig.eval")))
    card = score_run(workspace, report.runs[0], Options(bands=BandChoice.parse("none"))).card
    assert card.score.plain == pytest.approx(known.plain, abs=1e-6)
    assert card.score.balanced == pytest.approx(known.balanced, abs=1e-6)
    assert card.n_responses == known.n
    near = score_run(workspace, report.runs[0], Options(bands=BandChoice.parse("neighbours:0.5"))).card
    assert near.score.balanced == pytest.approx(known.near_balanced, abs=1e-6)
    assert run_agreement(workspace, report.runs[0]).alpha.value == pytest.approx(known.alpha, abs=1e-6)
