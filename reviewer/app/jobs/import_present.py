"""What the workspace has of what a file is about, read where the file comes to it."""

from __future__ import annotations

from collections.abc import Iterable

from reviewer.app.jobs.import_run_plan import RunPresent
from reviewer.core.cases import CaseKey
from reviewer.store.database import Workspace
from reviewer.store.queries import arrivals, runs, suites


class PresentInWorkspace:
    """As `import_plan.Present` says. Names are looked up once, when the import begins."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lines = {suite.name: suite for suite in suites.stored_suites(workspace)}
        self.suites = {name: line.head for name, line in self._lines.items()}
        self.runs = {run.name: run for run in runs.runs(workspace)}

    def cases(self, suite: str) -> Iterable[tuple[str, str]]:
        return arrivals.content_hashes(self._workspace, self._lines[suite].id) if suite in self._lines else ()

    def run(self, name: str, answered: set[CaseKey]) -> RunPresent:
        workspace, line = self._workspace, self.runs.get(name)
        if line is None:
            return RunPresent(None, suites.suites_with_keys(workspace, answered) if answered else ())
        return RunPresent(
            line,
            cases=arrivals.case_keys(workspace, line.id),
            responses=arrivals.places(workspace, line.id),
            events=lambda: list(runs.iterate_decisions(workspace, line.id)),
            verdicts=lambda: runs.iterate_verdicts(workspace, line.id),
        )
