"""`reviewer runs` and `suites`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reviewer.cli.options import JsonOption, WorkspaceOption, opened
from reviewer.cli.output import emit_json, table
from reviewer.core.rescaling import scale_name

if TYPE_CHECKING:
    from reviewer.core.scoring.score import BalancedScore
    from reviewer.store.facts.runs import RunLine
    from reviewer.store.facts.suites import SuiteLine


def runs_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """The runs of the workspace, newest first."""
    from reviewer.app.figures.run_scores import run_scores
    from reviewer.store.queries import runs

    # what is damaged may show only where it is written out
    with opened(workspace, create=False) as opened_workspace:
        lines = runs.runs(opened_workspace)
        found = run_scores(opened_workspace, lines)
        scores = [found.get(line.id) for line in lines]
        _tell_runs(lines, scores, json=json)


def _tell_runs(lines: Sequence[RunLine], scores: Sequence[BalancedScore | None], *, json: bool) -> None:
    from reviewer.report.json import measure
    from reviewer.wording.tables import balanced_words

    if json:
        emit_json(
            {
                "runs": [
                    {
                        "name": line.name,
                        "suite": line.suite,
                        "model_version": line.version.name,
                        "model": line.version.model,
                        "endpoint": line.version.endpoint.name,
                        "status": line.status,
                        "message": line.message or None,
                        "planned": line.planned,
                        "stored": line.stored,
                        "missing": line.missing,
                        "states": dict(line.states),
                        "reviewed": line.reviewed,
                        "balanced": measure(score.value, score.interval) if score else measure(None),
                        "created_at": line.created_at,
                        "finished_at": line.finished_at or None,
                    }
                    for line, score in zip(lines, scores, strict=True)
                ]
            }
        )
        return
    rows = [
        (r.name, r.suite, r.version.model, r.status, r.stored, r.planned, r.reviewed, balanced_words(score))
        for r, score in zip(lines, scores, strict=True)
    ]
    table(("run", "suite", "model", "status", "stored", "planned", "reviewed", "balanced score"), rows)


def suites_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """The suites of the workspace."""
    from reviewer.store.queries import suites

    with opened(workspace, create=False) as opened_workspace:
        _tell_suites(suites.suites(opened_workspace), json=json)


def _tell_suites(lines: Sequence[SuiteLine], *, json: bool) -> None:
    if json:
        emit_json(
            {
                "suites": [
                    {
                        "name": line.name,
                        "version": line.head.version,
                        "scale": list(line.scale.ids),
                        "content_hash": line.content_hash,
                        "cases": line.n_cases,
                        "licence": line.head.licence or None,
                    }
                    for line in lines
                ]
            }
        )
        return
    rows = []
    for line in lines:
        counts = ", ".join(f"{count} {status}" for status, count in sorted(line.n_cases.items()))
        rows.append((line.name, line.head.version, scale_name(line.scale), counts, line.content_hash[:12]))
    table(("suite", "version", "scale", "cases", "content hash"), rows)
