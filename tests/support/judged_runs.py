"""A workspace with a run to be judged, and a judge's whole way over it, for tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import anyio

from reviewer.app.jobs.job import JobContext
from reviewer.app.jobs.judge_admission import PersonsWord
from reviewer.app.jobs.judging import JudgeJob, JudgeRequest, JudgingEnd, JudgingProgress
from reviewer.app.jobs.terms import Terms
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from reviewer.runner.hold import Hold
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.judging import JudgeRunLine
from reviewer.store.facts.review import ReviewItem
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import judging, review, runs
from tests.support.builders import ANSWER, make_cases, make_response, make_run, make_suite, make_verdict
from tests.support.loopback import LoopbackServer

CASES = 6
WORD = PersonsWord("ana", "for the test")
"""That a judge counts that was measured on nothing."""


def judges_on(workspace: Workspace, run: str) -> list[JudgeRunLine]:
    """The judgings of a run, newest first."""
    return judging.judge_runs(workspace, runs.run_named(workspace, run).id)


def text_of(number: int) -> str:
    return f"I cannot do {number}." if number % 2 else f"Here is how to do {number}."


def workspace_to_judge(path: Path) -> Workspace:
    """The run `run` over six cases, whose odd responses decline and whose rules call every one an answer."""
    opened = open_workspace(path)
    make_suite(opened, make_cases(CASES))
    add_run(opened, "run")
    return opened


def add_run(workspace: Workspace, name: str) -> None:
    """A run over the first suite with those responses."""
    answered = [Classified(make_response(f"case-{n:03}", text_of(n)), (make_verdict(ANSWER),)) for n in range(CASES)]
    make_run(workspace, 1, answered, name=name)


def judge_at(
    server: LoopbackServer, model: str = "judge-1", *, concurrency: int = 2, max_attempts: int = 1, key_env: str = ""
) -> ModelVersion:
    endpoint = Endpoint(
        f"at {server.port}",
        "openai-chat",
        server.base_url,
        key_env=key_env,
        concurrency=concurrency,
        max_attempts=max_attempts,
    )
    return ModelVersion(model, endpoint, model, sampling=Sampling(temperature=0.0, max_tokens=300))


def request_to(
    server: LoopbackServer,
    model: str = "judge-1",
    *,
    run: str = "run",
    control_suite: str = "",
    limit: int | None = None,
    accepted_by: str = "",
) -> JudgeRequest:
    return JudgeRequest(run, judge_at(server, model), control_suite, limit, accepted_by, admitted=WORD)


Watch = Callable[[JudgingProgress, anyio.Event], None]


def judge(
    workspace: Workspace,
    request: JudgeRequest,
    watch: Watch = lambda _moment, _cancel: None,
    *,
    terms: Terms | None = None,
    hold: Hold | None = None,
) -> JudgingEnd:
    async def go() -> JudgingEnd:
        cancel = anyio.Event()
        context = JobContext[JudgingProgress](
            workspace, lambda moment: watch(moment, cancel), cancel, terms=terms, hold=hold or Hold()
        )
        return await JudgeJob(request).perform(context)

    return anyio.run(go)


def items(workspace: Workspace, run: str = "run") -> list[ReviewItem]:
    run_id = runs.run_named(workspace, run).id
    return [review.review_item(workspace, key) for key in review.response_ids(workspace, run_id)]


def finals(workspace: Workspace) -> list[str | None]:
    return [item.final.action for item in items(workspace)]
