"""What a bundle says that is computed: score, comparison, gate and report, from the workspace that its rows make."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.app.bundle_cover import BundleCover
from reviewer.app.stopping import never, stop_if
from reviewer.core.scoring.score import Options
from reviewer.report.bundle_zip import json_page

if TYPE_CHECKING:
    from reviewer.core.scoring.policy import Policy
    from reviewer.report.facts import RunReport
    from reviewer.store.database import Workspace

POLICY = "policy.toml"
EDITION = 4
"""Goes up where figures are added, or sentences and pages put otherwise, without a new version of the program."""


@dataclass(frozen=True)
class BundleAsked:
    """What a bundle is about: the run, the version before or "", how is counted, the policy's text if there is one."""

    run: str
    against: str
    options: Options
    policy: bytes | None = None
    cover: BundleCover | None = None


def figures(workspace: Workspace, asked: BundleAsked, cancelled: Callable[[], bool] = never) -> dict[str, bytes]:
    """`score.json`, `compare.json` where there are two runs, `gate.json` where there is a policy: as the commands of
    these names print them. Raises InputError for an unknown run, or a policy that cannot be asked."""
    from reviewer.app.figures.comparing import compare_runs, comparison_document
    from reviewer.app.figures.gating import gate, gate_document
    from reviewer.app.reporting import build_report
    from reviewer.report.json import score_document

    report = build_report(workspace, asked.run, asked.options, cancelled=cancelled)
    made = {"score.json": json_page(score_document(report))}
    if asked.against:
        stop_if(cancelled)
        compared = compare_runs(workspace, asked.against, asked.run, asked.options)
        made["compare.json"] = json_page(comparison_document(compared))
    if rules := policy_of(asked):
        stop_if(cancelled)
        outcome = gate(workspace, rules, asked.run, asked.against, asked.options)
        made["gate.json"] = json_page(gate_document(outcome))
    return made


def policy_of(asked: BundleAsked) -> Policy | None:
    """Raises InputError for a text that is no policy."""
    from reviewer.app.figures.gating import policy_in

    return None if asked.policy is None else policy_in(asked.policy, POLICY)


def page(workspace: Workspace, asked: BundleAsked, made_at: str, cancelled: Callable[[], bool] = never) -> bytes:
    """`report.html`, the same for the same rows and the same program."""
    from reviewer.host.paths import resources_folder
    from reviewer.report.html import render_html

    report = _report(workspace, asked, cancelled)
    stop_if(cancelled)
    return render_html(replace(report, created_at=made_at), resources_folder() / "report").encode(
        "utf-8", "backslashreplace"
    )


def _report(workspace: Workspace, asked: BundleAsked, cancelled: Callable[[], bool]) -> RunReport:
    from reviewer.app.reporting import build_report
    from reviewer.report.covering import prepared
    from reviewer.report.options import CoverChoice, ReportOptions

    choice = {
        None: CoverChoice.NONE,
        BundleCover.PROMPTS: CoverChoice.PROMPTS,
        BundleCover.RESPONSES: CoverChoice.RESPONSES,
        BundleCover.BOTH: CoverChoice.NEITHER,
    }[asked.cover]
    whole = build_report(
        workspace,
        asked.run,
        asked.options,
        against=asked.against,
        policy=policy_of(asked),
        cancelled=cancelled,
    )
    return prepared(whole, ReportOptions(cover=choice)).report


@contextmanager
def workspace_of(rows: Mapping[str, list[dict[str, object]]], revision: str) -> Iterator[Workspace]:
    """The rows as a workspace that is gone at the end. Raises InputError where they do not fit together."""
    from reviewer.store.rebuilding import rebuilt

    with tempfile.TemporaryDirectory(prefix="reviewer-bundle-") as folder:
        workspace = rebuilt(Path(folder) / "bundle.db", rows, revision, closed=lambda: None)
        try:
            yield workspace
        finally:
            workspace.close()
