"""Runs against a real server on this machine: nothing twice, nothing lost, and the status tells the truth."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from reviewer.app.jobs.job import JobContext
from reviewer.app.jobs.sending import perform, prepare_sending
from reviewer.app.runs import RunRequest, create_run, free_name, preview_run
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from reviewer.core.responses import ResponseState
from reviewer.runner.progress import Ending, Progress, RunOutcome
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs
from tests.support.builders import make_cases, make_suite
from tests.support.loopback import (
    LoopbackServer,
    content_filter_400,
    echo,
    error,
    html,
    huge,
    say,
    slow,
    unused_port,
)

CASES = 20


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "runs.sqlite")
    make_suite(workspace, make_cases(CASES), "suite")
    yield workspace
    workspace.close()


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(default=echo) as server:
        yield server


def version_at(base_url: str, *, concurrency: int = 4, max_attempts: int = 1, key_env: str = "") -> ModelVersion:
    endpoint = Endpoint(
        "here", "openai-chat", base_url, key_env=key_env, concurrency=concurrency, max_attempts=max_attempts
    )
    return ModelVersion("v1", endpoint, "test-model")


def new_run(workspace: Workspace, version: ModelVersion, *, repeats: int = 1, limit: int | None = None) -> RunLine:
    return create_run(workspace, RunRequest("suite", version, repeats, limit, "r"))


def send(
    workspace: Workspace, progress: Callable[[Progress, anyio.Event], None] = lambda _progress, _cancel: None
) -> RunOutcome:
    """Send what the run `r` lacks, to its end."""

    async def go() -> RunOutcome:
        cancel = anyio.Event()
        sending = prepare_sending(workspace, "r")
        return await perform(sending, JobContext(workspace, lambda moment: progress(moment, cancel), cancel))

    return anyio.run(go)


def cancel_after(count: int, moment: Progress, cancel: anyio.Event) -> None:
    if moment.done >= count:
        cancel.set()


def test_every_case_is_sent_once_and_its_answer_is_stored(workspace: Workspace, server: LoopbackServer) -> None:
    new_run(workspace, version_at(server.base_url), repeats=2)
    outcome = send(workspace)
    line = runs.run_named(workspace, "r")
    assert outcome.ending is Ending.FINISHED
    assert (line.status, line.stored, line.missing) == ("finished", 2 * CASES, 0)
    assert line.finished_at
    assert set(server.prompts().values()) == {2}
    assert len(server.prompts()) == CASES
    texts = {response.text for response in runs.iterate_responses(workspace, line.id)}
    assert texts == {f"You said: {case.request}" for case in make_cases(CASES)}


def test_a_run_cancelled_half_way_and_resumed_asks_each_question_once_in_the_end(
    workspace: Workspace, server: LoopbackServer
) -> None:
    new_run(workspace, version_at(server.base_url, concurrency=1))
    first = send(workspace, partial(cancel_after, 8))
    half = runs.run_named(workspace, "r")
    assert first.ending is Ending.CANCELLED
    assert half.status == "cancelled"
    assert 8 <= half.stored < CASES
    kept = {response.case for response in runs.iterate_responses(workspace, half.id)}
    asked_before = len(server.completions)

    second = send(workspace)
    line = runs.run_named(workspace, "r")
    assert second.ending is Ending.FINISHED
    assert (line.status, line.stored, line.missing) == ("finished", CASES, 0)
    asked_after = {received.prompt for received in server.completions[asked_before:]}
    assert len(asked_after) == CASES - len(kept)
    assert asked_after.isdisjoint({f"What about {key}?" for key in kept})


def test_each_repeat_has_a_seed_of_its_own(workspace: Workspace, server: LoopbackServer) -> None:
    version = ModelVersion("v3", version_at(server.base_url).endpoint, "m", sampling=Sampling(seed=7))
    create_run(workspace, RunRequest("suite", version, repeats=3, limit=2, name="r"))
    send(workspace)
    seeds = Counter((received.prompt, received.body["seed"]) for received in server.completions)
    assert len(seeds) == 6
    assert {seed for _, seed in seeds} == {7, 8, 9}


def test_a_long_run_holds_only_the_cases_of_the_requests_under_way(
    workspace: Workspace, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviewer.app.jobs.sending.PAGE", 5)
    version = version_at(server.base_url, concurrency=2)
    create_run(workspace, RunRequest("suite", version, repeats=2, name="r"))
    sending, held = prepare_sending(workspace, "r"), []

    async def go() -> None:
        def watch(_moment: Progress) -> None:
            held.append(len(sending.cases))

        await perform(sending, JobContext(workspace, watch))

    anyio.run(go)
    assert runs.run_named(workspace, "r").stored == 2 * CASES
    assert set(server.prompts().values()) == {2}
    assert sending.cases == {}
    assert max(held) < CASES


def test_large_cases_are_read_few_at_a_time_and_each_of_them_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_run(workspace, RunRequest("suite", version_at("http://127.0.0.1:9/v1"), repeats=2, name="r"))
    for room in (1, 150):
        monkeypatch.setattr("reviewer.app.jobs.sending.PAGE_CHARACTERS", room)
        sending, pages = prepare_sending(workspace, "r"), []
        while page := sending.take(workspace):
            pages.append([(request.case, request.repeat) for request in page])
        assert [pair for page in pages for pair in page] == sending.missing
        assert {len({case for case, _ in page}) for page in pages} <= ({1} if room == 1 else {1, 2, 3})
        assert len(pages) > CASES // 4


def test_a_finished_run_that_is_resumed_asks_nothing(workspace: Workspace, server: LoopbackServer) -> None:
    new_run(workspace, version_at(server.base_url))
    send(workspace)
    assert prepare_sending(workspace, "r").missing == []
    assert send(workspace).ending is Ending.FINISHED
    assert len(server.completions) == CASES


def test_what_is_counted_is_durable_already(workspace: Workspace, server: LoopbackServer) -> None:
    """A second connection to the file, as another program would open it, sees at least what was counted."""
    line = new_run(workspace, version_at(server.base_url))
    seen: list[tuple[int, int]] = []
    other = open_workspace(workspace.path)

    def compare(moment: Progress, _cancel: anyio.Event) -> None:
        seen.append((moment.done, runs.run_line(other, line.id).stored))

    send(workspace, compare)
    other.close()
    assert seen[-1] == (CASES, CASES)
    assert all(counted <= stored for counted, stored in seen)


def test_a_run_ended_from_outside_keeps_what_it_received_and_says_so(
    workspace: Workspace, server: LoopbackServer
) -> None:
    """Quitting the program cancels the task itself."""
    server.script(*[echo] * 5)
    server.default = slow
    new_run(workspace, version_at(server.base_url, concurrency=2))

    async def go() -> None:
        sending = prepare_sending(workspace, "r")
        async with anyio.create_task_group() as group:
            group.start_soon(perform, sending, JobContext(workspace))
            await anyio.to_thread.run_sync(server.wait_for_completions, 7)
            group.cancel_scope.cancel()

    anyio.run(go)
    line = runs.run_named(workspace, "r")
    assert (line.status, line.stored) == ("cancelled", 5)


def test_failed_responses_are_sent_again_and_replaced(workspace: Workspace, server: LoopbackServer) -> None:
    server.script(*[error(500, "broken")] * 3)
    new_run(workspace, version_at(server.base_url, concurrency=1))
    assert send(workspace).exit_status == 1
    line = runs.run_named(workspace, "r")
    assert line.states == {"ok": CASES - 3, "error": 3}
    assert line.missing == 3
    [(sentence, count, example)] = runs.error_groups(workspace, line.id)
    assert "500" in sentence
    assert "broken" in sentence
    assert (count, example) == (3, "case-000")

    assert send(workspace).exit_status == 0
    assert runs.run_named(workspace, "r").states == {"ok": CASES}
    assert len(server.completions) == CASES + 3


def test_states_are_told_apart(workspace: Workspace, server: LoopbackServer) -> None:
    server.script(content_filter_400, say("Half a sen", finish_reason="length"), say(""), huge(50))
    new_run(workspace, version_at(server.base_url, concurrency=1))
    outcome = send(workspace)
    assert outcome.progress.states == {
        ResponseState.FILTERED: 1,
        ResponseState.TRUNCATED: 1,
        ResponseState.EMPTY: 1,
        ResponseState.ERROR: 1,
        ResponseState.OK: CASES - 4,
    }
    assert runs.run_named(workspace, "r").states == outcome.progress.states
    assert outcome.exit_status == 1


def test_an_endpoint_that_is_down_stops_the_run_with_the_reason(workspace: Workspace) -> None:
    new_run(workspace, version_at(f"http://127.0.0.1:{unused_port()}/v1", concurrency=1))
    outcome = send(workspace)
    line = runs.run_named(workspace, "r")
    assert (outcome.ending, outcome.exit_status, line.status) == (Ending.STOPPED, 3, "stopped")
    assert line.message.startswith("There is no connection to http://127.0.0.1:")
    assert line.stored < CASES


def test_a_wrong_address_stops_the_run_at_the_first_answer(workspace: Workspace, server: LoopbackServer) -> None:
    server.default = html
    new_run(workspace, version_at(server.base_url, concurrency=1))
    send(workspace)
    assert "web page instead of JSON" in runs.run_named(workspace, "r").message
    assert len(server.completions) == 1


def test_a_missing_key_is_written_down_with_the_run(
    workspace: Workspace, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNS_TEST_KEY", raising=False)
    new_run(workspace, version_at(server.base_url, key_env="RUNS_TEST_KEY"))
    with pytest.raises(InputError, match="RUNS_TEST_KEY"):
        send(workspace)
    line = runs.run_named(workspace, "r")
    assert line.status == "stopped"
    assert "RUNS_TEST_KEY" in line.message
    assert not server.received

    monkeypatch.setenv("RUNS_TEST_KEY", "a-key-of-this-test")
    assert send(workspace).ending is Ending.FINISHED
    assert server.completions[0].headers["authorization"] == "Bearer a-key-of-this-test"
    assert b"a-key-of-this-test" not in workspace.path.read_bytes()


def test_a_store_that_fails_ends_the_run_with_its_error(workspace: Workspace, server: LoopbackServer) -> None:
    new_run(workspace, version_at(server.base_url, concurrency=1))
    calls: list[threading.Thread] = []

    def failing(work: Callable[[], None]) -> None:
        calls.append(threading.current_thread())
        if len(calls) == 2:
            raise EnvironmentFault("The disk is full.", "Make room.")
        work()

    async def go() -> None:
        sending = prepare_sending(workspace, "r")
        await perform(sending, JobContext(workspace, on_database=failing))

    with pytest.raises(EnvironmentFault, match="disk is full"):
        anyio.run(go)
    line = runs.run_named(workspace, "r")
    assert (line.status, line.message) == ("stopped", "The disk is full. Make room.")
    assert threading.main_thread() not in calls


def test_the_system_prompt_and_the_sampling_are_sent(workspace: Workspace, server: LoopbackServer) -> None:
    version = version_at(server.base_url)
    version = ModelVersion("v2", version.endpoint, "m", "Be kind.", Sampling(temperature=0.5, seed=7))
    preview = preview_run(workspace, RunRequest("suite", version, repeats=3, limit=2))
    assert (preview.n_cases, preview.n_requests, preview.name) == (2, 6, "suite v2")
    assert not server.received
    new_run(workspace, version, limit=1)
    send(workspace)
    body = server.completions[0].body
    assert body["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "What about case-000?"},
    ]
    assert (body["temperature"], body["seed"], "max_tokens" in body) == (0.5, 7, False)
    for piece in (f"POST {server.base_url}/chat/completions", '"Be kind."', '"What about case-000?"', '"seed": 7'):
        assert piece in preview.first_request


def test_the_preview_names_where_the_key_is_and_never_the_key(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNS_TEST_KEY", "a-key-of-this-test")
    version = version_at("https://models.example/v1", key_env="RUNS_TEST_KEY")
    shown = preview_run(workspace, RunRequest("suite", version)).first_request
    assert "RUNS_TEST_KEY" in shown
    assert "a-key-of-this-test" not in shown


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (RunRequest("nowhere", version_at("http://127.0.0.1/v1")), "There is no suite 'nowhere'"),
        (RunRequest("suite", version_at("http://127.0.0.1/v1"), repeats=0), "at least 1"),
        (RunRequest("suite", version_at("http://127.0.0.1/v1"), limit=0), "at least 1"),
        (RunRequest("empty", version_at("http://127.0.0.1/v1")), "has no cases"),
    ],
)
def test_a_run_that_cannot_be_is_refused(workspace: Workspace, request_: RunRequest, says: str) -> None:
    make_suite(workspace, [], "empty")
    for refuse in (create_run, preview_run):
        with pytest.raises(InputError, match=says):
            refuse(workspace, request_)
    assert runs.runs(workspace) == []


def test_names_of_runs_are_free_or_refused(workspace: Workspace) -> None:
    version = version_at("http://127.0.0.1/v1")
    new_run(workspace, version)
    assert free_name(workspace, "r") == "r (2)"
    with pytest.raises(InputError, match="A run named 'r' exists"):
        new_run(workspace, version)
