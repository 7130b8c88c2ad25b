"""A finished response that is asked for again: the earlier one is kept, decisions stay, and the score says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from reviewer.app.figures.scores import score_run
from reviewer.app.jobs.job import JobContext
from reviewer.app.jobs.sending import Part, perform, prepare_sending, reuse_responses
from reviewer.app.runs import RunRequest, create_run
from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.formats.native_out import ExportForm, write_records
from reviewer.exchange.kit.records import RESPONSE_LINE, ResponseRecord
from reviewer.runner.progress import RunOutcome
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import runs
from reviewer.store.queries.review import response_ids
from tests.support.builders import ANSWER, REFUSE, decide, make_cases, make_suite, undo
from tests.support.loopback import Behaviour, LoopbackServer, error, say

CASES = 4
KEY = CaseKey("case-001")
REFUSAL = "I'm sorry, but I can't help with that."


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(default=say(REFUSAL)) as server:
        yield server


@pytest.fixture
def workspace(tmp_path: Path, server: LoopbackServer) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "again.sqlite", create=True)
    make_suite(workspace, make_cases(CASES))
    endpoint = Endpoint("here", "openai-chat", server.base_url, concurrency=1, max_attempts=1)
    create_run(workspace, RunRequest("Suite", ModelVersion("v", endpoint, "m"), name="r"))
    send(workspace)
    yield workspace
    workspace.close()


def send(workspace: Workspace, part: Part | None = None) -> RunOutcome:
    async def go() -> RunOutcome:
        sending = prepare_sending(workspace, "r", part)
        return await perform(sending, JobContext(workspace))

    return anyio.run(go)


def again(workspace: Workspace) -> RunOutcome:
    return send(workspace, Part(cases=frozenset({KEY}), again=True))


def stored(workspace: Workspace) -> dict[CaseKey, Response]:
    return {each.case: each for each in runs.iterate_responses(workspace, runs.run_named(workspace, "r").id)}


def test_the_new_response_is_judged_and_the_earlier_one_kept(workspace: Workspace, server: LoopbackServer) -> None:
    before = stored(workspace)
    asked = len(server.completions)
    server.default = say("Boil it for seven minutes, then cool it in cold water.")
    assert again(workspace).progress.states == {ResponseState.OK: 1}
    server.default = say("Seven minutes.")
    again(workspace)
    after = stored(workspace)
    assert len(server.completions) == asked + 2
    assert after[KEY].text == "Seven minutes."
    assert [(each.text[:8], each.state, each.model) for each in after[KEY].earlier] == [
        (REFUSAL[:8], ResponseState.OK, before[KEY].model),
        ("Boil it ", ResponseState.OK, before[KEY].model),
    ]
    assert all(each.at.endswith("Z") for each in after[KEY].earlier)
    assert {key: each for key, each in after.items() if key != KEY} == {k: v for k, v in before.items() if k != KEY}
    finals = {seen.case: seen.final.action for seen in score_run(workspace, "r").observed.labelled}
    assert finals.pop(KEY) == ANSWER
    assert set(finals.values()) == {REFUSE}


def test_the_score_and_the_export_say_that_it_was_asked_again(
    workspace: Workspace, server: LoopbackServer, tmp_path: Path
) -> None:
    assert not any("asked for again" in warning for warning in score_run(workspace, "r").card.warnings)
    server.default = say("Seven minutes.")
    again(workspace)
    (warning,) = [each for each in score_run(workspace, "r").card.warnings if "asked for again" in each]
    assert warning.startswith("1 response was asked for again after a finished one")
    records = [ResponseRecord(0, "r", response) for response in stored(workspace).values()]
    write_records(tmp_path / "r.jsonl", RESPONSE_LINE, records, ExportForm.JSONL)
    written = map(json.loads, (tmp_path / "r.jsonl").read_text("utf-8").splitlines())
    exported = {line["case"]: line for line in written if "case" in line}
    assert [each["text"] for each in exported[KEY]["earlier"]] == [REFUSAL]
    assert "earlier" not in exported["case-002"]


def test_a_text_that_holds_the_word_is_not_taken_for_it(workspace: Workspace, server: LoopbackServer) -> None:
    """Of the traces of a response only the key says that it was asked again."""
    server.default = error(503, 'It said "earlier" so.')
    again(workspace)
    server.default = say('As in "earlier" words.')
    again(workspace)
    assert stored(workspace)[KEY].earlier[0].text == REFUSAL
    assert score_run(workspace, "r").observed.asked_again == 1


def test_what_somebody_decided_on_stays(workspace: Workspace, server: LoopbackServer) -> None:
    line = runs.run_named(workspace, "r")
    decision = decide(workspace, response_ids(workspace, line.id)[1], ANSWER)
    asked = len(server.completions)
    with pytest.raises(InputError, match="Somebody has decided on a response to the case 'case-001'"):
        again(workspace)
    undo(workspace, decision)
    with pytest.raises(InputError, match="Start a new run"):
        again(workspace)
    assert len(server.completions) == asked
    assert not stored(workspace)[KEY].earlier


def test_a_decision_that_comes_meanwhile_stays(workspace: Workspace, server: LoopbackServer) -> None:
    sending = prepare_sending(workspace, "r", Part(cases=frozenset({KEY}), again=True))
    decide(workspace, response_ids(workspace, runs.run_named(workspace, "r").id)[1], ANSWER)
    server.default = say("Seven minutes.")

    async def go() -> None:
        await perform(sending, JobContext(workspace))

    anyio.run(go)
    assert stored(workspace)[KEY].text == REFUSAL


@pytest.mark.parametrize("behaviour", [error(400, "No."), say(REFUSAL)], ids=["failed", "the same"])
def test_a_failure_or_the_same_text_takes_no_ones_place(
    workspace: Workspace, server: LoopbackServer, behaviour: Behaviour
) -> None:
    server.default = behaviour
    before = stored(workspace)
    again(workspace)
    assert stored(workspace) == before


@pytest.mark.parametrize("part", [Part(again=True), Part(cases=frozenset({KEY}), failed=True, again=True)])
def test_it_must_be_said_which_case(workspace: Workspace, part: Part) -> None:
    with pytest.raises(InputError, match="not said which case"):
        prepare_sending(workspace, "r", part)


def test_only_the_part_that_is_sent_is_taken_from_other_runs(workspace: Workspace) -> None:
    version = runs.run_named(workspace, "r").version
    create_run(workspace, RunRequest("Suite", version, name="second"))
    part = Part(cases=frozenset({KEY}))
    assert reuse_responses(workspace, "second", part) == 1
    assert runs.run_named(workspace, "second").stored == 1
    assert reuse_responses(workspace, "r", Part(cases=frozenset({KEY}), again=True)) == 0
    assert not stored(workspace)[KEY].earlier
