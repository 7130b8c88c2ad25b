"""Batch files: what a run lacks goes out, and comes back in any order, in parts, with errors and with foreign lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.app.jobs.batches import export_batch, import_batch
from reviewer.app.jobs.job import JobContext
from reviewer.app.jobs.sending import perform, prepare_sending
from reviewer.app.runs import RunRequest, create_run
from reviewer.core.cases import checked_messages
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.formats.batch import read_result
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import runs
from tests.core.strategies import PROPERTY
from tests.support.builders import make_case, make_suite
from tests.support.loopback import LoopbackServer, completion, echo

CASES = 8
Batch = list[dict[str, object]]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "batches.sqlite", create=True)
    make_suite(opened, [make_case(f"case-{n:03}") for n in range(CASES)])
    yield opened
    opened.close()


def new_run(workspace: Workspace, protocol: str = "openai-chat", name: str = "run", system: str = "") -> None:
    endpoint = Endpoint("far", protocol, "http://127.0.0.1:9/v1")
    version = ModelVersion(f"v {system}", endpoint, "m", system, Sampling(max_tokens=9, seed=3))
    create_run(workspace, RunRequest("Suite", version, repeats=2, name=name))


def exported(workspace: Workspace, folder: Path, run: str = "run") -> Batch:
    text = export_batch(workspace, run, folder / f"{run}.jsonl").path.read_text(encoding="utf-8")
    if text.startswith('{"requests"'):
        found: Batch = json.loads(text)["requests"]
        return found
    return [json.loads(line) for line in text.splitlines()]


def answered(request: dict[str, object], text: str = "") -> dict[str, object]:
    said = text or f"Reply to {request['custom_id']}"
    if "params" in request:
        message = {"content": [{"type": "text", "text": said}], "stop_reason": "end_turn", "model": "m-1"}
        return {"custom_id": request["custom_id"], "result": {"type": "succeeded", "message": message}}
    body = completion(said, usage={"prompt_tokens": 1, "completion_tokens": 2})
    return {"custom_id": request["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}


def written(path: Path, lines: Batch) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def stored(workspace: Workspace, run: str = "run") -> dict[tuple[str, int], Response]:
    line = runs.run_named(workspace, run)
    return {(each.case, each.repeat): each for each in runs.iterate_responses(workspace, line.id)}


def test_what_the_protocol_cannot_send_is_left_out_and_named(workspace: Workspace, tmp_path: Path) -> None:
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    heard = replace(make_case("heard"), messages=checked_messages([{"role": "user", "content": [sound]}]))
    make_suite(workspace, [make_case("read"), heard], name="Mixed")
    version = ModelVersion("v", Endpoint("far", "anthropic-messages", "http://127.0.0.1:9/v1"), "m")
    create_run(workspace, RunRequest("Mixed", version, repeats=2, name="mixed"))
    done = export_batch(workspace, "mixed", tmp_path / "mixed.json")
    assert done.requests == 2 == len(json.loads(done.path.read_text(encoding="utf-8"))["requests"])
    assert done.cannot_send == (
        "1 case is not in the file, for it cannot be sent (heard): Anthropic Messages cannot send an audio file."
    )


@pytest.mark.parametrize("protocol", ["openai-chat", "anthropic-messages"])
def test_a_run_goes_out_and_comes_back_in_parts_and_backwards(
    workspace: Workspace, tmp_path: Path, protocol: str
) -> None:
    new_run(workspace, protocol)
    requests = exported(workspace, tmp_path)
    assert len(requests) == 2 * CASES == len({request["custom_id"] for request in requests})
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(request["custom_id"])) for request in requests)
    answers = [answered(request) for request in reversed(requests)]
    first = import_batch(workspace, "run", [written(tmp_path / "a.jsonl", answers[:5])])
    assert (first.stored, first.left, first.refused) == (5, 2 * CASES - 5, 0)
    assert runs.run_named(workspace, "run").status == "stopped"
    rest = import_batch(workspace, "run", [written(tmp_path / "b.jsonl", answers[3:])])
    assert (rest.stored, rest.known, rest.left) == (2 * CASES - 5, 2, 0)
    line = runs.run_named(workspace, "run")
    assert (line.status, line.stored) == ("finished", 2 * CASES)
    for response in stored(workspace).values():
        assert response.text.startswith("Reply to ")
        assert response.request_hash.startswith(response.text.removeprefix("Reply to ").partition("-")[2])
    with pytest.raises(InputError, match="has every response"):
        export_batch(workspace, "run", tmp_path / "none.jsonl")


def test_the_bodies_are_those_that_would_be_sent(workspace: Workspace, tmp_path: Path) -> None:
    with LoopbackServer(echo) as server:
        endpoint = Endpoint("near", "openai-chat", server.base_url)
        version = ModelVersion("v", endpoint, "m", "Be kind.", Sampling(max_tokens=9, seed=3))
        create_run(workspace, RunRequest("Suite", version, repeats=2, name="run"))
        bodies = [request["body"] for request in exported(workspace, tmp_path)]

        async def go() -> None:
            sending = prepare_sending(workspace, "run")
            await perform(sending, JobContext(workspace))

        anyio.run(go)
        sent = [received.body for received in server.completions]
    assert sorted(map(json.dumps, bodies)) == sorted(map(json.dumps, sent))


def test_only_what_is_missing_goes_out(workspace: Workspace, tmp_path: Path) -> None:
    new_run(workspace)
    requests = exported(workspace, tmp_path)
    import_batch(workspace, "run", [written(tmp_path / "a.jsonl", [answered(each) for each in requests[:6]])])
    again = exported(workspace, tmp_path)
    assert [each["custom_id"] for each in again] == [each["custom_id"] for each in requests[6:]]


def test_what_is_not_of_this_run_is_listed_and_not_stored(workspace: Workspace, tmp_path: Path) -> None:
    new_run(workspace)
    new_run(workspace, name="other")
    mine, others = exported(workspace, tmp_path), exported(workspace, tmp_path, "other")
    place, _, _ = str(mine[1]["custom_id"]).partition("-")
    lines: Batch = [
        answered(mine[0], "First."),
        answered(mine[0], "Second."),
        answered(others[0]),
        answered({**mine[1], "custom_id": f"{place}-{'0' * 20}"}),
        {"no": "id"},
    ]
    path = written(tmp_path / "mixed.jsonl", lines)
    with path.open("ab") as file:
        file.write(b"not json\n\xff\xfe\n")
    report = import_batch(workspace, "run", [path])
    counts = [len(found) for found in (report.doubled, report.foreign, report.changed, report.unreadable)]
    assert (report.stored, counts) == (1, [1, 1, 1, 3])
    assert report.doubled == ["mixed.jsonl, line 2: case-000"]
    assert "line 3" in report.foreign[0]
    assert [response.text for response in stored(workspace).values()] == ["First."]
    assert stored(workspace, "other") == {}


def test_errors_are_stored_as_errors_and_asked_again(workspace: Workspace, tmp_path: Path) -> None:
    new_run(workspace)
    requests = exported(workspace, tmp_path)
    refused = {"status_code": 429, "body": {"error": {"message": "Too many", "code": "rate_limit"}}}
    filtered = {"status_code": 400, "body": {"error": {"message": "No.", "code": "content_filter"}}}
    lines: Batch = [
        {"custom_id": requests[0]["custom_id"], "response": refused, "error": None},
        {
            "custom_id": requests[1]["custom_id"],
            "response": None,
            "error": {"code": "batch_expired", "message": "Late"},
        },
        {"custom_id": requests[2]["custom_id"], "response": filtered, "error": None},
        {"custom_id": requests[3]["custom_id"], "response": {"status_code": 200, "body": {}}, "error": None},
    ]
    report = import_batch(workspace, "run", [written(tmp_path / "a.jsonl", lines)])
    assert (report.stored, report.errors) == (4, 3)
    states = [response.state for response in stored(workspace).values()]
    assert sorted(states) == sorted([ResponseState.ERROR] * 3 + [ResponseState.FILTERED])
    said = " ".join(response.error for response in stored(workspace).values())
    for words in ("Too many", "status 429", "Late", "holds no message"):
        assert words in said
    assert len(exported(workspace, tmp_path)) == 2 * CASES - 1
    again = import_batch(workspace, "run", [written(tmp_path / "b.jsonl", [answered(each) for each in requests])])
    assert (again.stored, again.known, again.left) == (2 * CASES - 1, 1, 0)


def test_anthropic_results_that_failed(workspace: Workspace, tmp_path: Path) -> None:
    new_run(workspace, "anthropic-messages")
    requests = exported(workspace, tmp_path)
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": "Too long"}}
    results: list[dict[str, object]] = [{"type": "errored", "error": error}, {"type": "expired"}, {"type": "canceled"}]
    lines = [{"custom_id": r["custom_id"], "result": result} for r, result in zip(requests, results, strict=False)]
    report = import_batch(workspace, "run", [written(tmp_path / "a.jsonl", lines)])
    assert (report.stored, report.errors) == (3, 3)
    errors = [response.error for response in stored(workspace).values()]
    assert "Too long" in errors[0]
    assert {"expired", "canceled"} <= {word for error in errors for word in re.findall(r"\w+", error)}


def test_a_protocol_without_batches_and_a_missing_file_are_sentences(workspace: Workspace, tmp_path: Path) -> None:
    new_run(workspace, "gemini")
    with pytest.raises(InputError, match="no batch format for the protocol 'gemini'"):
        export_batch(workspace, "run", tmp_path / "x.jsonl")
    new_run(workspace, name="chat", system="x")
    with pytest.raises(InputError, match="is not a file"):
        import_batch(workspace, "chat", [tmp_path / "none.jsonl"])


def test_the_same_cases_asked_by_another_version_are_foreign(workspace: Workspace, tmp_path: Path) -> None:
    new_run(workspace)
    new_run(workspace, name="kind", system="Be kind.")
    kind = exported(workspace, tmp_path, "kind")
    report = import_batch(workspace, "run", [written(tmp_path / "k.jsonl", [answered(each) for each in kind])])
    assert (report.stored, len(report.foreign)) == (0, 2 * CASES)


KEYS = ("custom_id", "response", "result", "error", "body", "status_code", "message", "type", "choices", "content")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@PROPERTY
@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_line_is_a_result_or_a_word_why_not(line: bytes) -> None:
    try:
        found = read_result(line)
    except ValueError as error:
        words = str(error)
    else:
        assert found.id
        words = "" if found.document is not None or found.error else "neither a document nor an error"
    assert words in ("", "not JSON", "no custom_id")
