"""Endpoints, model versions, runs, and responses that arrive once, twice or in parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified, ResponsesAdded, RunLine
from reviewer.store.queries.review import response_of, review_item
from reviewer.store.queries.runs import (
    endpoint_named,
    endpoints,
    iterate_responses,
    model_versions,
    run_line,
    run_named,
    runs,
    stored_states,
    unclassified_ids,
)
from reviewer.store.queries.suites import cases_of_run, current_case_ids
from reviewer.store.writes.runs import (
    add_responses,
    add_verdicts,
    create_run,
    ensure_model_version,
    extend_run,
    save_endpoint,
    set_run_status,
)
from tests.support.builders import (
    ANSWER,
    AT,
    LATER,
    REFUSE,
    Filled,
    make_case,
    make_cases,
    make_model_version,
    make_response,
    make_run,
    make_suite,
    make_verdict,
    put_cases,
)


@pytest.fixture
def suite_id(workspace: Workspace) -> int:
    return make_suite(workspace, make_cases(3))


def add(workspace: Workspace, run_id: int, *responses: Response) -> ResponsesAdded:
    items = [Classified(response, (make_verdict(ANSWER),)) for response in responses]
    return add_responses(workspace, run_id=run_id, responses=items, at=LATER)


def counts(result: ResponsesAdded) -> tuple[int, int, int, int]:
    return result.added, result.replaced, result.unchanged, len(result.conflicts)


def test_a_run_knows_its_suite_version_and_what_is_missing(workspace: Workspace, suite_id: int) -> None:
    version = replace(make_model_version(system="Be kind."), sampling=Sampling(0.5, seed=7))
    run_id = make_run(workspace, suite_id, name="first", repeats=2, version=version)
    add(workspace, run_id, make_response("case-000"), make_response("case-000", repeat=2, state=ResponseState.ERROR))
    line = run_line(workspace, run_id)
    assert (line.name, line.suite, line.version, line.status) == ("first", "Suite", version, "new")
    assert (line.planned, line.stored, line.missing, line.reviewed) == (6, 2, 5, 0)
    assert line.states == {"ok": 1, "error": 1}
    assert stored_states(workspace, run_id) == {("case-000", 1): "ok", ("case-000", 2): "error"}


def test_a_name_is_given_once(workspace: Workspace, suite_id: int) -> None:
    make_run(workspace, suite_id, name="first")
    with pytest.raises(InputError, match="'first' exists"):
        make_run(workspace, suite_id, name="first")
    with pytest.raises(InputError, match="no name"):
        make_run(workspace, suite_id, name=" ")
    make_run(workspace, suite_id, name="second")
    assert [line.name for line in runs(workspace)] == ["second", "first"]
    assert run_named(workspace, "first").name == "first"
    with pytest.raises(InputError, match="Runs: first, second"):
        run_named(workspace, "third")


def test_a_run_is_over_the_cases_it_was_made_with(workspace: Workspace, suite_id: int) -> None:
    run_id = make_run(workspace, suite_id)
    put_cases(workspace, suite_id, [make_case("new")])
    assert [case.key for case in cases_of_run(workspace, run_id)] == ["case-000", "case-001", "case-002"]
    ids = list(current_case_ids(workspace, suite_id).values())
    assert extend_run(workspace, run_id=run_id, case_ids=ids)
    assert not extend_run(workspace, run_id=run_id, case_ids=ids)
    assert [case.key for case in cases_of_run(workspace, run_id)] == ["case-000", "case-001", "case-002", "new"]


def test_the_order_of_a_run_is_its_own(workspace: Workspace, suite_id: int) -> None:
    version_id, _ = ensure_model_version(workspace, version=make_model_version(), at=AT)
    ids = list(current_case_ids(workspace, suite_id).values())[::-1]
    run_id, _ = create_run(
        workspace, name="r", suite_id=suite_id, model_version_id=version_id, case_ids=ids, repeats=1, at=AT
    )
    assert [case.key for case in cases_of_run(workspace, run_id)] == ["case-002", "case-001", "case-000"]


def test_a_runs_status_and_message_are_kept(workspace: Workspace, suite_id: int) -> None:
    run_id = make_run(workspace, suite_id)
    set_run_status(workspace, run_id=run_id, status=RunStatus.STOPPED, message="The endpoint is down.", at=LATER)
    line = run_line(workspace, run_id)
    assert (line.status, line.message, line.finished_at) == ("stopped", "The endpoint is down.", LATER)


def test_the_same_response_again_is_unchanged(workspace: Workspace, suite_id: int) -> None:
    run_id = make_run(workspace, suite_id)
    first = add(workspace, run_id, make_response("case-000"), make_response("case-001"))
    assert counts(first) == (2, 0, 0, 0)
    again = add(workspace, run_id, make_response("case-001"), make_response("case-002"))
    assert counts(again) == (1, 0, 1, 0)
    assert not add(workspace, run_id, make_response("case-001")).changes


def test_another_text_is_a_conflict_and_left_out(workspace: Workspace, suite_id: int) -> None:
    run_id = make_run(workspace, suite_id, [Classified(make_response("case-000"))])
    result = add(workspace, run_id, make_response("case-000", "Something else."))
    assert (counts(result), result.conflicts, bool(result.changes)) == ((0, 0, 0, 1), ("case-000",), False)
    assert [r.text for r in iterate_responses(workspace, run_id)] == ["Reply 1 to case-000."]


def test_a_failed_response_is_replaced_and_its_attempts_add_up(workspace: Workspace, suite_id: int) -> None:
    run_id = make_run(workspace, suite_id)
    failed = replace(make_response("case-000", state=ResponseState.ERROR), error="timed out", attempts=3)
    add(workspace, run_id, failed)
    assert counts(add(workspace, run_id, failed)) == (0, 1, 0, 0)
    assert counts(add(workspace, run_id, replace(make_response("case-000"), attempts=2))) == (0, 1, 0, 0)
    (stored,) = iterate_responses(workspace, run_id)
    assert (stored.state, stored.error, stored.attempts) == (ResponseState.OK, "", 8)
    item = review_item(workspace, response_of(workspace, run_id, "case-000"))
    assert item.final.action == ANSWER
    assert counts(add(workspace, run_id, failed)) == (0, 0, 0, 1)


@pytest.mark.parametrize("failed_before", [False, True])
def test_two_responses_for_one_place_are_refused_whole(
    workspace: Workspace, suite_id: int, failed_before: bool
) -> None:
    run_id = make_run(workspace, suite_id)
    if failed_before:
        add(workspace, run_id, make_response("case-000", state=ResponseState.ERROR))
    before = stored_states(workspace, run_id)
    with pytest.raises(InputError, match="two responses with the same repeat"):
        add(workspace, run_id, make_response("case-001"), make_response("case-000", "One."), make_response("case-000"))
    assert stored_states(workspace, run_id) == before


def test_a_response_to_an_unknown_case_is_refused_whole(workspace: Workspace, suite_id: int) -> None:
    run_id = make_run(workspace, suite_id)
    with pytest.raises(InputError, match="'nowhere' is not part of the run"):
        add(workspace, run_id, make_response("case-000"), make_response("nowhere"))
    assert stored_states(workspace, run_id) == {}


def test_a_response_comes_back_as_it_went_in(workspace: Workspace, suite_id: int) -> None:
    run_id = make_run(workspace, suite_id)
    response = Response(
        make_case("case-000").key,
        text="Text \x00 \U0001f600\r\n",
        reasoning="thoughts",
        state=ResponseState.TRUNCATED,
        finish_reason="length",
        usage={"completion_tokens": 5},
        model="small-model-2",
        latency_ms=12.5,
        attempts=2,
    )
    add(workspace, run_id, response)
    assert list(iterate_responses(workspace, run_id)) == [response]


def test_more_responses_than_one_statement_takes(workspace: Workspace) -> None:
    suite_id = make_suite(workspace, make_cases(1200))
    run_id = make_run(workspace, suite_id)
    responses = [make_response(case.key) for case in make_cases(1200)]
    assert counts(add(workspace, run_id, *responses)) == (1200, 0, 0, 0)
    assert counts(add(workspace, run_id, *responses)) == (0, 0, 1200, 0)
    assert run_line(workspace, run_id).missing == 0


def line_of(filled: Filled) -> RunLine:
    return run_line(filled.workspace, filled.run_id)


def test_unclassified_are_those_that_this_classifier_has_not_read(filled: Filled) -> None:
    workspace, run_id = filled.workspace, filled.run_id
    assert unclassified_ids(workspace, run_id, "rules/1") == []
    assert len(unclassified_ids(workspace, run_id, "rules/2")) == line_of(filled).stored
    first = filled.response_ids[0]
    add_verdicts(workspace, verdicts={first: [make_verdict(REFUSE, "rules/2")]}, at=LATER)
    assert first not in unclassified_ids(workspace, run_id, "rules/2")
    assert review_item(workspace, first).final.action == REFUSE


def test_a_replaced_response_is_unclassified_again(workspace: Workspace, suite_id: int) -> None:
    failed = make_response("case-000", state=ResponseState.ERROR)
    run_id = make_run(workspace, suite_id, [Classified(failed, (make_verdict(None),))])
    add_responses(workspace, run_id=run_id, responses=[Classified(make_response("case-000"))], at=LATER)
    assert len(unclassified_ids(workspace, run_id, "rules/1")) == 1


def test_a_model_version_is_stored_once(workspace: Workspace) -> None:
    version = make_model_version()
    first, _ = ensure_model_version(workspace, version=version, at=AT)
    again, _ = ensure_model_version(workspace, version=version, at=LATER)
    other, _ = ensure_model_version(workspace, version=replace(version, system="New."), at=LATER)
    assert first == again != other
    assert model_versions(workspace) == [replace(version, system="New."), version]


def test_an_endpoint_is_changed_by_its_name(workspace: Workspace) -> None:
    endpoint = replace(make_model_version().endpoint, headers={"X-Team": "ä"}, key_env="KEY")
    save_endpoint(workspace, endpoint=endpoint, at=AT)
    save_endpoint(workspace, endpoint=replace(endpoint, concurrency=9), at=LATER)
    assert endpoints(workspace) == [replace(endpoint, concurrency=9)]
    with pytest.raises(InputError, match="Endpoints: local"):
        endpoint_named(workspace, "far")


def test_the_key_of_a_moved_endpoint_does_not_go_to_the_old_server(workspace: Workspace, suite_id: int) -> None:
    endpoint = Endpoint("here", "openai-chat", "https://one.example/v1", key_env="ONE", headers={"X-Key": "$ONE"})
    run_id = make_run(workspace, suite_id, version=ModelVersion("v", endpoint, "m"))
    save_endpoint(workspace, endpoint=replace(endpoint, base_url="https://one.example/v2", key_env="TWO"), at=LATER)
    assert run_line(workspace, run_id).version.endpoint.key_env == "TWO"
    moved = replace(endpoint, base_url="https://two.example/v1", key_env="TWO", key_service="entry")
    save_endpoint(workspace, endpoint=moved, at=LATER)
    found = run_line(workspace, run_id).version.endpoint
    assert (found.base_url, found.key_env, found.key_service, found.headers) == (endpoint.base_url, "", "", {})
