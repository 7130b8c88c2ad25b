"""Batches of other services, and of requests that are asked for several replies or in the older form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.exchange.kit.records import CaseRecord, ColumnUse, Record, ResponseRecord
from reviewer.exchange.registry import detect
from tests.exchange.formats.test_other_versions import USER, asked, lines, models, texts
from tests.exchange.reading import bad_rows, records_of
from tests.support.eval_logs import promptfoo_json, promptfoo_row

ASKED = {"messages": [{"role": USER, "content": [{"text": "How?"}]}], "system": [{"text": "Be kind."}]}
GEMINI = {
    "systemInstruction": {"parts": [{"text": "Be kind."}]},
    "contents": [{"role": USER, "parts": [{"text": "How?"}]}],
    "generationConfig": {"temperature": 0.5},
}
ANSWERS = {
    "nova": {"output": {"message": {"role": "assistant", "content": [{"text": "So."}]}}, "stopReason": "end_turn"},
    "claude": {"content": [{"type": "text", "text": "So."}], "stop_reason": "end_turn", "model": "claude"},
    "llama": {"generation": "So.", "stop_reason": "stop"},
    "titan": {"results": [{"outputText": "So.", "completionReason": "FINISH"}]},
}


def replies(records: list[Record]) -> list[tuple[str, str, int, str]]:
    found = [record.response for record in records if isinstance(record, ResponseRecord)]
    return [(response.text, str(response.state), response.repeat, response.error) for response in found]


@pytest.mark.parametrize("form", ANSWERS)
def test_a_bedrock_line_is_a_case_and_its_reply(tmp_path: Path, form: str) -> None:
    failed = {"recordId": "r2", "modelInput": ASKED, "error": {"errorCode": 400, "errorMessage": "too long"}}
    path = lines(tmp_path / "b.jsonl", [{"recordId": "r1", "modelInput": ASKED, "modelOutput": ANSWERS[form]}, failed])
    assert detect(path).name == "cloud-batch"
    records = records_of(path)
    assert asked(records) == [["Be kind.", "How?"]] * 2
    assert texts(records) == ["So.", ""]
    assert replies(records)[1][1] == "error"
    assert "“too long”" in replies(records)[1][3]
    assert bad_rows(records) == {}


def test_a_gemini_line_has_its_states_and_what_has_no_place_is_kept(tmp_path: Path) -> None:
    answer = {"candidates": [{"content": {"parts": [{"text": "Hm.", "thought": True}, {"text": "So."}]}}]}
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}, "modelVersion": "gemini-x"}
    rows = [
        {"key": "a", "request": GEMINI, "response": {**answer, "modelVersion": "gemini-x"}},
        {"key": "b", "request": GEMINI, "response": blocked},
        {"key": "c", "request": GEMINI, "error": {"code": 8, "message": "quota"}, "model": "x"},
    ]
    records = records_of(lines(tmp_path / "g.jsonl", rows))
    assert [state for _, state, _, _ in replies(records)] == ["ok", "filtered", "error"]
    reasoned = [record.response.reasoning for record in records if isinstance(record, ResponseRecord)]
    assert (texts(records)[0], reasoned[0]) == ("So.", "Hm.")
    assert "request: generationConfig" in {record.name for record in records if isinstance(record, ColumnUse)}
    assert models(records)[0] == "gemini-x"


def test_each_reply_to_one_request_is_a_repeat(tmp_path: Path) -> None:
    body = {"model": "m", "messages": [{"role": USER, "content": "How?"}], "n": 2}
    lines(tmp_path / "batch_input.jsonl", [{"custom_id": "a", "body": body}])
    choices = [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"} for text in ("So.", "No.")]
    answer = {"status_code": 200, "body": {"model": "m", "choices": choices, "usage": {"total_tokens": 3}}}
    records = records_of(lines(tmp_path / "batch_output.jsonl", [{"custom_id": "a", "response": answer}]))
    assert [(text, repeat) for text, _, repeat, _ in replies(records)] == [("So.", 1), ("No.", 2)]
    used = [dict(record.response.usage) for record in records if isinstance(record, ResponseRecord)]
    assert used == [{"total_tokens": 3}, {}]


def test_a_completion_s_prompt_is_what_was_asked(tmp_path: Path) -> None:
    rows = [
        {"custom_id": key, "body": {"model": "m", "prompt": held}} for key, held in (("a", "How?"), ("b", ["Why?"]))
    ]
    lines(tmp_path / "batch_input.jsonl", rows)
    answer = {"status_code": 200, "body": {"model": "m", "choices": [{"text": "So.", "finish_reason": "stop"}]}}
    records = records_of(lines(tmp_path / "batch_output.jsonl", [{"custom_id": "a", "response": answer}]))
    assert asked(records) == [["How?"], ["Why?"]]
    assert texts(records) == ["So."]


def test_a_variable_that_promptfoo_s_prompt_does_not_show_is_kept(tmp_path: Path) -> None:
    row = promptfoo_row()
    row["vars"] = {**row["vars"], "expected": "something else entirely"}
    records = records_of(promptfoo_json(tmp_path / "results.json", [row]))
    (case,) = (record for record in records if isinstance(record, CaseRecord))
    assert dict(case.kept)["vars.expected"] == "something else entirely"
    assert json.dumps(dict(case.kept)).count("vars.") == 1
