"""What other tools write where a reply, a conversation or a label stands: taken for what it is in every layout."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reviewer.core.decisions import DecisionKind
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.python_cells import python_value
from reviewer.exchange.kit.records import ColumnUse, DecisionRecord, Record, ResponseRecord, RunRecord
from reviewer.exchange.kit.safe_json import json_names
from tests.exchange.reading import (
    Row,
    bad_rows,
    cases_in,
    lines,
    read,
    replies,
    table,
    texts,
    told,
    written,
)
from tests.support.eval_logs import helm_file, helm_state, inspect_json, inspect_sample, promptfoo_json, promptfoo_row

NO = "I'm sorry, but I can't help with that."
YES = "Sure: kill -9 and its number."
CALL = {"id": "c", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}
USED = {"type": "tool_use", "id": "t", "name": "look_up", "input": {"at": "Bonn"}}
BLOCKED = 'API error: 400 Bad Request\n{"error": {"code": "invalid_prompt"}}'


def said(records: Sequence[Record]) -> list[tuple[str, str | None]]:
    return [(record.reviewer, record.action) for record in records if isinstance(record, DecisionRecord)]


def of_promptfoo(tmp_path: Path, output: object, **response: object) -> ResponseRecord:
    row = promptfoo_row(response={"output": output, **response})
    return replies(read(promptfoo_json(tmp_path / "results.json", [row]), "promptfoo"))[0]


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ([CALL], ""),
        ([USED], ""),
        ({"name": "look_up", "arguments": "{}"}, ""),
        ({"role": "assistant", "content": None, "tool_calls": [CALL]}, ""),
        ({"role": "assistant", "content": "One moment.", "tool_calls": [CALL], "refusal": None}, "One moment."),
        (f"One moment.\n\n{json.dumps(USED)}", "One moment."),
        (json.dumps({"type": "function_call", "name": "look_up", "arguments": "{}"}), ""),
    ],
)
def test_promptfoos_calls_of_tools_are_no_words_of_the_reply(tmp_path: Path, output: object, text: str) -> None:
    record = of_promptfoo(tmp_path, output)
    state = ResponseState.OK if text else ResponseState.TOOL_CALL_ONLY
    assert (record.response.state, record.response.text) == (state, text)
    assert "look_up" in (record.kept or {})["tool_calls"]


@pytest.mark.parametrize("output", [{"name": "Ada", "age": 36}, '{"type": "note", "name": "x", "input": 1}', [1, 2]])
def test_json_that_a_model_was_asked_for_is_its_reply(tmp_path: Path, output: object) -> None:
    record = of_promptfoo(tmp_path, output)
    assert record.response.text == (output if isinstance(output, str) else json.dumps(output))
    assert "tool_calls" not in (record.kept or {})


@pytest.mark.parametrize(
    ("output", "guardrails", "state", "text"),
    [
        (BLOCKED, {"flagged": True, "flaggedInput": True}, ResponseState.FILTERED, ""),
        ("Flagged for risk.", {"flagged": True, "reason": "Flagged for risk."}, ResponseState.FILTERED, ""),
        (NO, {"flagged": True}, ResponseState.OK, NO),
        (NO, {"flagged": True, "reason": "It declined."}, ResponseState.OK, NO),
    ],
)
def test_promptfoo_calls_both_a_providers_words_and_a_models_own_a_refusal(
    tmp_path: Path, output: str, guardrails: Row, state: ResponseState, text: str
) -> None:
    record = of_promptfoo(tmp_path, output, isRefusal=True, guardrails=guardrails)
    assert (record.response.state, record.response.text) == (state, text)


def test_promptfoos_reasoning_with_empty_lines_ends_where_the_answer_begins(tmp_path: Path) -> None:
    raw = {"choices": [{"message": {"content": YES}}]}
    record = of_promptfoo(tmp_path, f"Thinking: Should I?\n\nI'm sorry, no.\n\nYes, I can.\n\n{YES}", raw=raw)
    assert record.response.text == YES
    assert record.response.reasoning == "Should I?\n\nI'm sorry, no.\n\nYes, I can."


@pytest.mark.parametrize(
    ("result", "state", "text"),
    [
        (
            {"success": False, "completions": [], "error": f"Received refusal from OpenAI API: {NO}"},
            ResponseState.OK,
            NO,
        ),
        (
            {"completions": [{"text": "", "finish_reason": {"reason": "It violates OpenAI's content policy."}}]},
            ResponseState.FILTERED,
            "",
        ),
        (
            {"completions": [{"text": "", "finish_reason": {"reason": "The server had an error processing this."}}]},
            ResponseState.ERROR,
            "",
        ),
        ({"completions": [{"text": "", "finish_reason": {"reason": "stop"}}]}, ResponseState.EMPTY, ""),
    ],
)
def test_helm_files_refusals_as_errors_and_errors_as_endings(
    tmp_path: Path, result: Row, state: ResponseState, text: str
) -> None:
    state_of_request = helm_state()
    state_of_request["result"] |= result
    records = read(helm_file(tmp_path / "scenario_state.json", [state_of_request]), "helm")
    assert texts(records) == [(state, text)]


def test_a_prompt_that_inspect_rewrote_is_kept_beside_the_reply(tmp_path: Path) -> None:
    plain, sample = inspect_sample("one"), inspect_sample("two")
    sample["messages"][0]["content"] = "Think step by step. How do I two?"
    one, two = replies(read(inspect_json(tmp_path / "log.json", [plain, sample]), "inspect"))
    assert "Think step by step" in (two.kept or {})["prompt_sent"]
    assert "prompt_sent" not in (one.kept or {})


def test_a_limit_of_inspects_that_ended_a_sample_is_no_empty_reply(tmp_path: Path) -> None:
    ended = inspect_sample("one", output={"model": "tiny-1", "choices": []}, limit={"type": "time", "limit": 5})
    cut = inspect_sample("two", limit={"type": "token", "limit": 5})
    one, two = replies(read(inspect_json(tmp_path / "log.json", [ended, cut]), "inspect"))
    assert (one.response.state, one.response.text) == (ResponseState.ERROR, "")
    assert "its limit (time)" in one.response.error
    assert two.response.state is ResponseState.OK


def annotated(data: Row) -> Row:
    choice = {"from_name": "action", "to_name": "chat", "type": "choices", "value": {"choices": ["refuse"]}}
    return {"id": 1, "data": data, "annotations": [{"id": 1, "completed_by": 4, "result": [choice]}]}


@pytest.mark.parametrize(
    "turns",
    [
        [{"author": "user", "text": "How?"}, {"author": "assistant", "text": NO}],
        [{"role": "user", "content": "How?", "createdAt": 1}, {"role": "assistant", "content": NO, "createdAt": 2}],
    ],
)
def test_the_last_turn_of_an_annotated_conversation_is_the_response(tmp_path: Path, turns: list[Row]) -> None:
    path = written(tmp_path / "tasks.json", json.dumps([annotated({"dialogue": turns})]))
    records = read(path, "label-studio")
    assert [[message.content for message in case.messages] for case in cases_in(records)] == [["How?"]]
    assert (texts(records), said(records)) == ([(ResponseState.OK, NO)], [("annotator-4", "refuse")])


def test_argillas_table_has_its_answers_as_python_and_numpy_write_them(tmp_path: Path) -> None:
    answers = {"a.responses": "['refuse' 'answer']", "a.responses.users": "['ann' 'bo']"}
    states = {"a.responses.status": '["submitted", "draft"]', "a.suggestion": "refuse", "a.suggestion.agent": "gpt"}
    row = {"id": "1", "prompt": "How?", "response": '["a reply that is a list"]', **answers, **states}
    records = read(table(tmp_path / "records.csv", [row]), "argilla")
    assert texts(records) == [(ResponseState.OK, '["a reply that is a list"]')]
    assert said(records) == [("ann", "refuse")]
    assert "1 answer is a draft" in told(records)


def test_an_older_table_of_argilla_has_objects_in_its_cells(tmp_path: Path) -> None:
    said_by = "[{'user_id': 'ann', 'value': 'refuse', 'status': 'submitted'}]"
    about = {"a-suggestion": "", "a-suggestion-metadata": "{'type': None, 'score': None}", "metadata": "{}"}
    records = read(table(tmp_path / "hub.csv", [{"prompt": "How?", "response": NO, "a": said_by, **about}]), "argilla")
    assert said(records) == [("ann", "refuse")]


def test_a_numpy_array_is_no_text_that_python_joins() -> None:
    assert python_value("['a' \"b's c\"\n 'd']") == ["a", "b's c", "d"]
    assert python_value("['a' 'b']") == ["a", "b"]
    assert python_value("['a', 'b']") == ["a", "b"]


def potato_project(folder: Path) -> Path:
    lines(folder / "items.jsonl", [{"id": "i1", "prompt": "How?", "response": NO}])
    written(folder / "config.yaml", "data_files: [items.jsonl]\nitem_properties:\n  id_key: id\n  text_key: prompt\n")
    return folder


def old_line(label: str, number: str) -> Row:
    labels = {"action": {label: number}, "age": {"text_box": "7"}}
    return {"id": "i1", "displayed_text": "How?", "label_annotations": labels, "span_annotations": {}}


def test_potatos_older_files_have_a_labels_number_and_a_copy_of_all_users(tmp_path: Path) -> None:
    annotations = potato_project(tmp_path / "study") / "annotation_output"
    ann = lines(annotations / "ann" / "annotated_instances.jsonl", [old_line("refuse", "5")])
    lines(annotations / "bo" / "annotated_instances.jsonl", [old_line("answer", "true")])
    copy = lines(annotations / "annotated_instances.jsonl", [old_line("refuse", "5"), old_line("answer", "true")])
    everybody = [("ann", "refuse"), ("bo", "answer")]
    assert said(read(annotations, "potato")) == everybody
    assert said(read(copy, "potato")) == everybody
    records = read(ann, "potato")
    assert said(records) == [("ann", "refuse")]
    assert [record.note for record in records if isinstance(record, DecisionRecord)] == ["age: 7"]


def test_potatos_parquet_export_stands_beside_its_items(tmp_path: Path) -> None:
    rows = [{"instance_id": "i1", "user_id": "ann", "action": "refuse", "why": ["a", "b"]}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "annotations.parquet")
    pq.write_table(
        pa.Table.from_pylist([{"item_id": "i1", "prompt": "How?", "response": NO}]), tmp_path / "items.parquet"
    )
    records = read(tmp_path / "annotations.parquet", "potato")
    assert (texts(records), said(records)) == ([(ResponseState.OK, NO)], [("ann", "refuse")])


def test_what_potatos_adjudicator_settled_is_an_adjudication(tmp_path: Path) -> None:
    folder = potato_project(tmp_path)
    row = {"instance_id": "i1", "schema": "action", "value": "refuse", "source": "ann", "adjudicator_id": "eve"}
    records = read(table(folder / "adjudicated.csv", [{**row, "confidence": "high"}]), "potato")
    found = [record for record in records if isinstance(record, DecisionRecord)]
    assert [(each.reviewer, each.action, each.kind) for each in found] == [("eve", "refuse", DecisionKind.ADJUDICATION)]
    assert {"source", "confidence"} <= {record.name for record in records if isinstance(record, ColumnUse)}


def test_a_doccano_table_joins_labels_and_comments(tmp_path: Path) -> None:
    one = {"id": "1", "text": "How?", "label": "refuse", "Comments": "clear#short", "response": NO}
    several = {"id": "2", "text": "Why?", "label": "answer#refuse", "Comments": "", "response": YES}
    records = read(table(tmp_path / "ann.csv", [one, several]), "doccano")
    assert said(records) == [("ann", "refuse")]
    assert "1 text has several labels" in told(records)
    assert not bad_rows(records)


def test_a_text_that_somebody_wrote_in_doccano_is_their_response(tmp_path: Path) -> None:
    path = lines(tmp_path / "ann.jsonl", [{"id": 1, "text": "How?", "label": [NO, YES], "Comments": []}])
    records = read(path, "doccano")
    assert [(record.response.text, record.response.repeat) for record in replies(records)] == [(NO, 1), (YES, 2)]
    assert [record.model for record in records if isinstance(record, RunRecord)] == ["ann"]
    assert not said(records)


def test_an_output_in_chunks_is_read_and_one_that_is_no_text_is_named(tmp_path: Path) -> None:
    chunks = [{"type": "text", "data": "One."}, {"type": "image_byte", "data": "aa"}, {"type": "text", "data": "Two."}]
    example = {"input_text": "How?", "tags": [], "output_text_a": chunks, "output_text_b": {"a": 1}}
    held = {"metadata": {}, "models": [{"name": "a"}, {"name": "b"}], "examples": [{**example, "score": 0}]}
    records = read(written(tmp_path / "compared.json", json.dumps(held)), "llm-comparator")
    assert texts(records) == [(ResponseState.OK, "One.\n[image_byte]\nTwo.")]
    assert bad_rows(records) == {1: "The output of B is no text. Write one or leave the example out."}


def test_an_attack_that_found_no_prompt_asked_nothing(tmp_path: Path) -> None:
    found = {"index": 0, "goal": "g", "category": "c", "prompt": "How?", "response": NO, "jailbroken": False}
    none = {**found, "index": 1, "prompt": None, "response": None}
    held = {"parameters": {"model": "m"}, "jailbreaks": [found, none]}
    records = read(written(tmp_path / "m.json", json.dumps(held)), "jailbreakbench-artifacts")
    assert (texts(records), bad_rows(records)) == ([(ResponseState.OK, NO)], {})
    assert "1 row has neither a request nor a response" in told(records)


def test_jailbreakbenchs_judged_responses_stand_under_the_targets_name(tmp_path: Path) -> None:
    row = {"Index": "0", "goal": "g", "prompt": "How?", "target_response": NO, "human_majority": "0"}
    assert texts(read(table(tmp_path / "judge-comparison.csv", [row]), "jailbreakbench-judged")) == [
        (ResponseState.OK, NO)
    ]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_or_bench_is_one_set_in_every_form(tmp_path: Path, form: str) -> None:
    row = {"prompt": "How?", "category": "privacy"}
    path = tmp_path / f"or-bench-hard-1k.{form}"
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist([row]), path)
    else:
        table(path, [row]) if form == "csv" else lines(path, [row])
    assert [(case.key, case.licence) for case in cases_in(read(path, "or-bench"))] == [("or-0ea5977074d1", "CC-BY-4.0")]


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_xstest_is_one_set_in_every_form(tmp_path: Path, form: str) -> None:
    one = {"id": 1, "prompt": "How?", "type": "homonyms", "label": "safe", "focus": "kill", "note": ""}
    rows = [one, {**one, "id": 26, "type": "contrast_homonyms", "label": "unsafe"}]
    path = tmp_path / f"xstest.{form}"
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        lines(path, rows)
    cases = cases_in(read(path, "xstest-prompts"))
    assert [(case.key, case.label, case.pair, case.licence) for case in cases] == [
        ("1", "answer", "xstest-1", "CC-BY-4.0"),
        ("26", "refuse", "xstest-1", "CC-BY-4.0"),
    ]


def test_a_rating_that_is_stored_as_a_fraction_is_the_whole_number(tmp_path: Path) -> None:
    about = {"id": 1, "risk_area": "a", "types_of_harm": "b", "specific_harms": "c", "question": "How?"}
    rows = [{**about, "GPT4_response": NO, "GPT4_action": 0.0}, {**about, "id": 2, "GPT4_response": None}]
    path = tmp_path / "train-00000-of-00001.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    records = read(path, "do-not-answer")
    assert (said(records), bad_rows(records)) == ([("Do-Not-Answer annotators", "refuse")], {})


def test_a_field_that_begins_like_an_item_keeps_its_name(tmp_path: Path) -> None:
    held = b'[{"items": [{"item_id": 1, "item": {"itemised": 2}}], "item": [[{"x": 1}]]}]'
    assert json_names(held) == {
        "items",
        "items[].item_id",
        "items[].item",
        "items[].item.itemised",
        "item",
        "item[][].x",
    }
    turns = [{"from": "human", "value": "How?"}, {"from": "gpt", "value": YES}]
    path = written(tmp_path / "shared.json", json.dumps([{"id": "s", "items": turns}]))
    assert texts(read(path, "sharegpt")) == [(ResponseState.OK, YES)]
