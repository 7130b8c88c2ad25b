"""What a judging has in common with every long job: it pauses, keeps to its budget, and waits for what went away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from reviewer.app.jobs.judging import JudgingProgress, Phase
from reviewer.app.jobs.terms import Terms
from reviewer.core.decisions import JudgeOutcome, JudgeRunStatus
from reviewer.core.errors import ExitStatus
from reviewer.core.runs import RunStatus
from reviewer.runner import run as runner
from reviewer.runner.budget import Budget
from reviewer.runner.hold import Hold
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.writes.runs import set_run_status
from tests.support.builders import AT, make_case, make_response, make_run, make_suite
from tests.support.judged_runs import CASES, judge, judge_at, judges_on, request_to, text_of, workspace_to_judge
from tests.support.judges import good
from tests.support.loopback import Handler, LoopbackServer, error

MANY = 60
TOKENS = 460


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = workspace_to_judge(tmp_path / "judging.sqlite")
    yield opened
    opened.close()


def add_many(workspace: Workspace, name: str = "many") -> None:
    """A finished run over a suite of the same name, long enough for an endpoint to go away in it."""
    cases = [make_case(f"{name}-{number:02}") for number in range(MANY)]
    responses = [Classified(make_response(case.key, text_of(n))) for n, case in enumerate(cases)]
    run_id = make_run(workspace, make_suite(workspace, cases, name), responses, name=name)
    set_run_status(workspace, run_id=run_id, status=RunStatus.FINISHED, at=AT)


def test_a_paused_judging_asks_nothing_until_it_goes_on(
    workspace: Workspace, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "PROGRESS_EVERY_S", 0.05)
    hold, asked, paused = Hold(), list[int](), threading.Event()

    def after_the_pause(handler: Handler) -> None:
        # on a busy machine all would be judged before the first moment is told
        paused.wait(20)
        good(handler)

    server.default = after_the_pause

    def watch(moment: JudgingProgress, _cancel: anyio.Event) -> None:
        if not asked and moment.sending.in_flight:
            hold.pause()
            paused.set()
        if moment.sending.held and not moment.sending.in_flight:
            asked.append(len(server.completions))
            if len(asked) == 4:
                hold.go_on()

    request = replace(request_to(server), version=judge_at(server, concurrency=1))
    end = judge(workspace, request, watch, hold=hold)
    assert asked[0] < CASES
    assert set(asked) == {asked[0]}
    assert end.outcomes == {JudgeOutcome.JUDGED: CASES}
    assert len(server.completions) == CASES


def test_a_judging_stops_at_its_budget_says_so_and_goes_on_with_a_higher_one(
    workspace: Workspace, server: LoopbackServer
) -> None:
    server.default = good
    add_many(workspace)
    request = request_to(server, run="many")
    budget = Budget(price_sent=1000.0, price_received=2000.0, most_tokens=10 * TOKENS)
    end = judge(workspace, request, terms=Terms(budget=budget))
    assert (end.status, end.exit_status) == (JudgeRunStatus.STOPPED, ExitStatus.INPUT_WRONG)
    assert end.sentence.startswith(f"The budget of {10 * TOKENS:,} tokens is used up")
    assert judges_on(workspace, "many")[0].message == end.sentence
    assert end.tokens >= 10 * TOKENS
    assert end.sent is not None
    assert end.sent.progress.spend == pytest.approx(end.tokens / TOKENS * (400 * 1000 + 60 * 2000) / 1_000_000)
    kept = end.outcomes[JudgeOutcome.JUDGED]
    assert 10 <= kept < MANY
    again = judge(workspace, request)
    assert (again.status, again.outcomes) == (JudgeRunStatus.FINISHED, {JudgeOutcome.JUDGED: MANY - kept})


def test_the_budget_counts_the_control_set_too(workspace: Workspace, server: LoopbackServer) -> None:
    server.default = good
    add_many(workspace, "control")
    budget = Budget(most_tokens=(MANY + 2) * TOKENS)
    end = judge(workspace, request_to(server, control_suite="control"), terms=Terms(budget=budget))
    assert end.status is JudgeRunStatus.STOPPED
    assert end.control_outcomes == {JudgeOutcome.JUDGED: MANY}
    assert end.tokens == (MANY + end.outcomes[JudgeOutcome.JUDGED]) * TOKENS >= (MANY + 2) * TOKENS


@pytest.mark.parametrize("phase", list(Phase))
def test_a_judging_waits_for_an_endpoint_that_went_away_in_either_phase(
    workspace: Workspace, server: LoopbackServer, phase: Phase
) -> None:
    """In the second phase a hold that the first has used must wait as well as a new one."""
    add_many(workspace, "control")
    add_many(workspace)
    server.script(*[good] * (5 if phase is Phase.CONTROL else MANY + 5))
    server.default = error(503, "gone")
    waited: list[tuple[Phase, str]] = []

    def watch(moment: JudgingProgress, _cancel: anyio.Event) -> None:
        if moment.waits_for:
            waited.append((moment.phase, moment.waits_for))
            server.default = good

    end = judge(workspace, request_to(server, run="many", control_suite="control"), watch, hold=Hold(0.05))
    assert {where for where, _ in waited} == {phase}
    assert "Reviewer waits and tries again" in waited[0][1]
    assert (end.status, end.outcomes) == (JudgeRunStatus.FINISHED, {JudgeOutcome.JUDGED: MANY})
    assert end.control_outcomes == {JudgeOutcome.JUDGED: MANY}


def test_a_judging_that_is_not_to_wait_stops(workspace: Workspace, server: LoopbackServer) -> None:
    add_many(workspace)
    server.script(*[good] * 5)
    server.default = error(503, "gone")
    end = judge(workspace, request_to(server, run="many"), terms=Terms(max_wait_s=0.0))
    assert end.status is JudgeRunStatus.STOPPED
    assert end.outcomes[JudgeOutcome.JUDGED] == 5
