"""The demo workspace: the sample cases, four recorded model versions run over them, two reviewers' decisions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

import anyio

from reviewer.app.jobs.imports import ImportReport, ImportRequest, import_file
from reviewer.app.jobs.job import JobContext
from reviewer.app.jobs.sending import Sending, perform, prepare_sending
from reviewer.app.runs import RunRequest, create_run
from reviewer.core.errors import EnvironmentFault
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.host.paths import samples_folder
from reviewer.runner.progress import Progress
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.making import NewFile
from reviewer.store.queries import runs, suites

SUITE = "sensitive-requests"
VERSIONS = ("1.0", "1.1", "1.2", "1.3")


def build_demo(
    workspace: Workspace,
    *,
    samples: Path | None = None,
    progress: Callable[[str, Progress], None] = lambda _run, _progress: None,
) -> None:
    """Fill the workspace with whatever of the demo it lacks; doing it twice adds nothing.

    Raises EnvironmentFault where the installation lacks its sample cases.
    """
    folder = samples or samples_folder()
    _import(workspace, folder / "sensitive-requests.jsonl")
    for version in VERSIONS:
        _run(workspace, folder, version, progress)
    _import(workspace, folder / "decisions.jsonl")


def _import(workspace: Workspace, path: Path) -> ImportReport:
    if not path.exists():
        raise EnvironmentFault(f"The installation lacks {path}.", "Install Reviewer again.")
    return import_file(workspace, ImportRequest(path, author="reviewer-sample"))


def _run(workspace: Workspace, folder: Path, version: str, progress: Callable[[str, Progress], None]) -> None:
    if version not in {run.name for run in runs.runs(workspace)}:
        recorded = folder / f"responses-{version}.jsonl"
        endpoint = Endpoint(f"recorded {version}", "recorded", responses_file=str(recorded), concurrency=8)
        model = ModelVersion(version, endpoint, f"sample-model-{version}")
        create_run(workspace, RunRequest(suites.suite_named(workspace, SUITE).name, model, name=version))
    sending = prepare_sending(workspace, version)
    if sending.missing:
        anyio.run(_send, workspace, sending, progress)


async def _send(workspace: Workspace, sending: Sending, progress: Callable[[str, Progress], None]) -> None:
    await perform(sending, JobContext(workspace, lambda state: progress(sending.line.name, state)))


class DemoRun(TypedDict):
    """One run of the headless demo: its sentence and where its report is."""

    run: str
    sentence: str
    report: str
    balanced: float | None
    reviewed: int
    responses: int


class DemoResults(TypedDict):
    """`comparisons` are each version against the one before it, then the newest against the oldest."""

    workspace: str
    runs: list[DemoRun]
    trend: str
    comparisons: list[str]


def run_headless(out: Path, tell: Callable[[str], None]) -> DemoResults:
    """Import, run, classify, score and report into the folder. Raises KnownError where it cannot be written."""
    new = NewFile(out / "demo.sqlite")
    workspace = open_workspace(new.path)
    born = workspace.moment()
    try:
        tell(f"Demo workspace: {workspace.path}")
        said: set[str] = set()

        def tell_once(run: str, state: Progress) -> None:
            if (line := f"Run {run}: {state.done} of {state.total}") not in said:
                said.add(line)
                tell(line)

        build_demo(workspace, progress=tell_once)
        return _results(workspace, out)
    finally:
        workspace.close()
        if not workspace.has_written:
            new.take_away(workspace.dialect, born)


def _results(workspace: Workspace, out: Path) -> DemoResults:
    from reviewer.app.figures.comparing import compare_runs, summary
    from reviewer.app.figures.trends import follow_runs
    from reviewer.wording.decision import sure

    pairs = [*pairwise(VERSIONS), (VERSIONS[0], VERSIONS[-1])]
    followed = follow_runs(workspace, VERSIONS)
    compared = [compare_runs(workspace, *pair) for pair in pairs]
    return DemoResults(
        workspace=str(workspace.path),
        runs=[_reported(workspace, version, out) for version in VERSIONS],
        trend=" ".join(filter(None, (followed.told, followed.sentence))),
        comparisons=[" ".join(filter(None, (summary(each), sure(each.comparison)))) for each in compared],
    )


def _reported(workspace: Workspace, version: str, out: Path) -> DemoRun:
    """The run's reports are in the folder afterwards."""
    from reviewer.app.reporting import build_report, write_run_report
    from reviewer.core.scoring.score import Options
    from reviewer.wording import score as wording

    card = build_report(workspace, version, Options()).scorecard
    for suffix in ("html", "json", "csv"):
        write_run_report(workspace, version, Options(), out / f"report-{version}.{suffix}")
    return DemoRun(
        run=version,
        sentence=wording.summary(card, version),
        report=str(out / f"report-{version}.html"),
        balanced=card.score.balanced,
        reviewed=card.reviewed,
        responses=card.n_responses,
    )
