"""Making a suite with a scale of actions."""

from __future__ import annotations

from reviewer.app.written_out import check_name
from reviewer.core.actions import ActionScale
from reviewer.core.cases import SuiteHead
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.guidelines import guideline_for
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import StoredSuite
from reviewer.store.queries import suites
from reviewer.store.writes.suites import ensure_suite


def new_suite(
    workspace: Workspace,
    name: str,
    scale: ActionScale,
    *,
    guideline: str | None = None,
    description: str = "",
    licence: str = "",
) -> tuple[StoredSuite, Changes]:
    """An empty suite; without a guideline it begins with the scale's own. Raises InputError where the name is taken."""
    wanted = name.strip()
    if not wanted:
        raise InputError("The suite has no name.", "Give it one.")
    check_name("The name of the suite", wanted)
    text = guideline_for(scale) if guideline is None else guideline
    head = SuiteHead(wanted, scale=scale, guideline=text, description=description, licence=licence)
    with workspace.write():
        if any(suite.name == wanted for suite in suites.stored_suites(workspace)):
            raise InputError(f"There is a suite {wanted!r} already.", "Choose another name, or rescale that one.")
        _, changes = ensure_suite(workspace, head=head, at=now())
    return suites.suite_named(workspace, wanted), changes
