"""A run that is killed again and again, a hundred times in full, ends with every response once."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import anyio

from reviewer.app.jobs.job import JobContext
from reviewer.app.jobs.sending import perform, prepare_sending
from reviewer.app.runs import RunRequest, create_run
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import ResponseState
from reviewer.store.database import open_workspace
from reviewer.store.queries import runs
from tests.support.builders import make_case, make_suite
from tests.support.effort import often
from tests.support.loopback import LoopbackServer, echo

REQUESTS = often(2_000, 600)
KILLS = often(100, 10)
CONCURRENCY = 8
LEAST_S, MOST_S = 0.02, 0.35


def life(path: str) -> None:
    """Send what is missing, in a process that may end at any moment."""

    async def go() -> None:
        workspace = open_workspace(Path(path), create=False)
        sending = prepare_sending(workspace, "run")
        await perform(sending, JobContext(workspace))
        workspace.close()

    anyio.run(go)


def test_a_run_that_is_suspended_goes_on(tmp_path: Path) -> None:
    """Stopped for longer than an attempt may take, as a computer does that goes to sleep; its server went on."""
    path, context = tmp_path / "asleep.sqlite", multiprocessing.get_context("forkserver")
    with LoopbackServer(echo) as server:
        workspace = open_workspace(path, create=True)
        make_suite(workspace, [make_case(f"case-{n:04}") for n in range(REQUESTS)])
        endpoint = Endpoint("e", "openai-chat", server.base_url, concurrency=CONCURRENCY, timeout_s=0.5)
        create_run(workspace, RunRequest("Suite", ModelVersion("v", endpoint, "m"), name="run"))
        workspace.close()
        process = context.Process(target=life, args=(str(path),))
        process.start()
        assert process.pid is not None
        for sleeps in range(1, 4):
            assert server.wait_for_completions(sleeps * 100)
            os.kill(process.pid, signal.SIGSTOP)
            time.sleep(1.5)
            os.kill(process.pid, signal.SIGCONT)
        process.join(60)
        assert process.exitcode == 0
    opened = open_workspace(path, create=False)
    line = runs.run_named(opened, "run")
    assert (line.status, line.states) == ("finished", {"ok": REQUESTS})
    assert opened.problems() == []
    opened.close()


def test_a_run_that_is_killed_again_and_again_has_every_response_once(tmp_path: Path) -> None:
    # processes are forked from one that has read everything already, so that most of a life is spent sending
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["tests.faults.test_kills", "reviewer.classify.rules", "reviewer.endpoints.openai_chat"]
    )
    path, rng = tmp_path / "kills.sqlite", random.Random(11)  # noqa: S311 the same kills each time
    killed = 0
    with LoopbackServer(echo) as server:
        workspace = open_workspace(path, create=True)
        make_suite(workspace, [make_case(f"case-{n:04}") for n in range(REQUESTS)])
        endpoint = Endpoint("e", "openai-chat", server.base_url, concurrency=CONCURRENCY)
        create_run(workspace, RunRequest("Suite", ModelVersion("v", endpoint, "m"), name="run"))
        workspace.close()
        while killed < KILLS:
            process = context.Process(target=life, args=(str(path),))
            process.start()
            asked = len(server.completions)
            deadline = time.monotonic() + 30
            # from the first request on the run is killed at any moment
            while process.is_alive() and len(server.completions) == asked and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(rng.uniform(LEAST_S, MOST_S) if rng.random() < 0.5 else rng.uniform(0, LEAST_S))
            was_alive = process.is_alive()
            process.kill()
            process.join()
            killed += was_alive
            if not was_alive:
                break
        life(str(path))
        asked_in_all = len(server.completions)
    opened = open_workspace(path, create=False)
    line = runs.run_named(opened, "run")
    found = list(runs.iterate_responses(opened, line.id))
    assert killed >= KILLS, f"the run was over after {killed} kills"
    assert (line.status, line.stored, line.missing) == ("finished", REQUESTS, 0)
    assert len({response.case for response in found}) == len(found) == REQUESTS
    assert all(response.state is ResponseState.OK for response in found)
    assert all(response.text == f"You said: What about {response.case}?" for response in found)
    assert opened.problems() == []
    opened.close()
    # what was received and not committed yet is asked again: a batch and what was under way, for each kill
    assert asked_in_all - REQUESTS <= KILLS * (20 + 2 * CONCURRENCY)
