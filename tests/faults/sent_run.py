"""A run over a few cases in a workspace, sent to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import anyio

from reviewer.app.jobs.job import JobContext, unwatched
from reviewer.app.jobs.sending import perform, prepare_sending
from reviewer.app.jobs.terms import Terms
from reviewer.app.runs import RunRequest, create_run
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response
from reviewer.runner.hold import Hold
from reviewer.runner.progress import Progress, RunOutcome
from reviewer.store.database import Workspace
from reviewer.store.queries import runs
from tests.support.builders import make_case, make_suite

CASES = 6
TIMEOUT_S = 0.6
ENDPOINT = Endpoint("e", "openai-chat", concurrency=2, max_attempts=3, timeout_s=TIMEOUT_S)


def filled(workspace: Workspace, base_url: str, cases: int = CASES, endpoint: Endpoint | None = None) -> None:
    make_suite(workspace, [make_case(f"case-{n:03}") for n in range(cases)])
    given = replace(endpoint or ENDPOINT, base_url=base_url)
    create_run(workspace, RunRequest("Suite", ModelVersion("v", given, "m"), name="run"))


def sent(
    workspace: Workspace,
    terms: Terms | None = None,
    *,
    hold: Hold | None = None,
    progress: Callable[[Progress], None] = unwatched,
    cancel: anyio.Event | None = None,
) -> RunOutcome:
    async def go() -> RunOutcome:
        context = JobContext(workspace, progress, cancel or anyio.Event(), terms=terms, hold=hold or Hold())
        return await perform(prepare_sending(workspace, "run"), context)

    return anyio.run(go)


def stored(workspace: Workspace) -> dict[str, Response]:
    found = list(runs.iterate_responses(workspace, runs.run_named(workspace, "run").id))
    assert len({response.case for response in found}) == len(found)
    return {response.case: response for response in found}
