"""Exports of tracing tools: the call of a model is the response, what goes on around it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import DecisionRecord, Record, RunRecord
from tests.exchange.reading import bad_rows, cases_in, lines, read, records_of, replies, table, texts, told

USER = {"role": "user", "content": "Is brie soft?"}
ASKED_ONCE = [("user", "Is brie soft?")]


def _asked(records: list[Record]) -> list[list[tuple[str, str]]]:
    return [[(str(turn.role), turn.content) for turn in case.messages] for case in cases_in(records)]


def _constructor(name: str, text: str) -> dict[str, object]:
    return {"lc": 1, "type": "constructor", "id": ["langchain", "schema", name], "kwargs": {"content": text}}


def test_langfuse_observations_are_read_whatever_form_their_input_has(tmp_path: Path) -> None:
    call = {"traceId": "t", "type": "GENERATION", "model": "m", "level": "DEFAULT"}
    rows: list[dict[str, object]] = [
        {
            **call,
            "id": "a",
            "input": [USER],
            "output": {"role": "assistant", "content": "Yes."},
            "scores": {"like": [1]},
        },
        {**call, "id": "b", "input": {"messages": [USER]}, "output": "Mostly."},
        {**call, "id": "c", "input": "Is brie soft?", "output": None, "level": "ERROR", "statusMessage": "Timeout"},
        {**call, "id": "d", "type": "SPAN", "input": "brie", "output": ["doc 4"]},
    ]
    records = read(lines(tmp_path / "a.jsonl", rows), "traces")
    assert _asked(records) == [ASKED_ONCE] * 3
    assert texts(records) == [(ResponseState.OK, "Yes."), (ResponseState.OK, "Mostly."), (ResponseState.ERROR, "")]
    assert replies(records)[2].response.error == "Timeout"
    assert "1 row is of what goes on around a model's call" in told(records)
    assert replies(records)[0].kept["score like"] == "1"


def test_a_langfuse_trace_takes_model_and_error_from_what_it_observed(tmp_path: Path) -> None:
    seen = {"type": "GENERATION", "model": "m", "level": "ERROR", "statusMessage": "429"}
    row = {"id": "a", "input": "Is brie soft?", "output": None, "scores": [], "observations": [seen]}
    records = read(lines(tmp_path / "a.jsonl", [row]), "traces")
    assert [(each.response.model, each.response.error) for each in replies(records)] == [("m", "429")]


@pytest.mark.parametrize(
    "inputs",
    [
        {"messages": [[_constructor("HumanMessage", "Is brie soft?")]]},
        {"messages": [{"type": "human", "data": {"content": "Is brie soft?"}}]},
        {"input": [["human", "Is brie soft?"]]},
        {"question": "Is brie soft?"},
    ],
)
def test_a_langsmith_run_is_its_call_with_the_feedback_of_the_whole(tmp_path: Path, inputs: object) -> None:
    said = {"generations": [[{"text": "Yes.", "message": _constructor("AIMessage", "Yes.")}]]}
    root = {"id": "r", "run_type": "chain", "trace_id": "r", "inputs": {"question": "?"}, "outputs": {"output": "Yes."}}
    call = {
        **{"id": "c", "run_type": "llm", "trace_id": "r", "parent_run_id": "r", "inputs": inputs, "outputs": said},
        "extra": {"metadata": {"ls_model_name": "m"}},
    }
    scored = {**root, "feedback_stats": {"user_score": {"n": 1, "avg": 0.0, "comments": ["too short"]}}}
    records = read(lines(tmp_path / "a.jsonl", [scored, call]), "traces")
    assert _asked(records) == [ASKED_ONCE]
    assert [(each.response.text, each.response.model) for each in replies(records)] == [("Yes.", "m")]
    assert replies(records)[0].kept["score user_score"] == "0: too short"


def test_what_failed_is_of_the_run_of_the_model_that_was_asked(tmp_path: Path) -> None:
    call = {"op_name": "weave:///t/op/openai.chat.completions.create:x", "inputs": {"model": "m", "messages": [USER]}}
    rows: list[dict[str, object]] = [
        {**call, "id": "a", "trace_id": "s", "output": {"model": "m-1", "choices": [{"message": {"content": "Yes."}}]}},
        {**call, "id": "b", "trace_id": "t", "output": None, "exception": "401"},
        {
            "op_name": "weave:///t/op/a.score:b",
            "id": "c",
            "trace_id": "s",
            "inputs": {"output": "Yes."},
            "output": {"n": 1},
        },
    ]
    records = read(lines(tmp_path / "a.jsonl", rows), "traces")
    assert [record.model for record in records if isinstance(record, RunRecord)] == ["m"]
    assert texts(records) == [(ResponseState.OK, "Yes."), (ResponseState.ERROR, "")]


def test_phoenix_spans_come_as_a_table_with_messages_as_python_prints_them(tmp_path: Path) -> None:
    rows = [
        {
            "context.span_id": "a", "context.trace_id": "t", "span_kind": "LLM", "status_code": "OK",
            "status_message": "", "attributes.llm.model_name": "m", "annotation.thumb.label": "refuse",
            "attributes.llm.input_messages": "[{'message.role': 'user', 'message.content': \"Isn't brie soft?\"}]",
            "attributes.llm.output_messages": "[{'message.role': 'assistant', 'message.content': 'Yes.'}]",
        }
    ]  # fmt: skip
    path = table(tmp_path / "spans.csv", rows)
    records = read(path, "traces")
    assert _asked(records) == [[("user", "Isn't brie soft?")]]
    assert texts(records) == [(ResponseState.OK, "Yes.")]
    rated = records_of(path, ImportOptions(mapping={"rating": "annotation.thumb.label"}))
    decided = [(each.reviewer, each.action) for each in rated if isinstance(each, DecisionRecord)]
    assert decided == [("annotation.thumb.label", ActionId("refuse"))]


def test_a_persons_word_of_the_scale_is_a_decision_and_another_is_asked_about(tmp_path: Path) -> None:
    span = {"context.span_id": "a", "context.trace_id": "t", "span_kind": "LLM", "attributes.llm.model_name": "m"}
    said = {"attributes.input.value": "Is brie soft?", "attributes.output.value": "Yes."}
    notes = [
        {"name": "action", "annotator_kind": "HUMAN", "result": {"label": "answer"}},
        {"name": "quality", "annotator_kind": "HUMAN", "result": {"label": "good"}},
        {"name": "action", "annotator_kind": "LLM", "result": {"label": "refuse"}},
    ]
    records = read(lines(tmp_path / "a.jsonl", [{**span, **said, "annotations": notes}]), "traces")
    assert [each.action for each in records if isinstance(each, DecisionRecord)] == [ActionId("answer")]
    assert "1 rating says in words of its own" in told(records)
    assert not bad_rows(records)


def test_an_answer_that_is_json_of_the_models_own_stays_as_it_is(tmp_path: Path) -> None:
    row = {"id": "a", "traceId": "t", "type": "GENERATION", "level": "DEFAULT", "input": "Give JSON."}
    said = ['{"text": "soft"}', '["a", "b"]', '{"name": "brie"}']
    records = read(
        lines(tmp_path / "a.jsonl", [{**row, "id": f"{n}", "output": text} for n, text in enumerate(said)]), "traces"
    )
    assert [each.response.text for each in replies(records)] == said
