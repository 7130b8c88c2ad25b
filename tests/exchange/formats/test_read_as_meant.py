"""Forms of other tools' files in which a reply stood elsewhere, or in which something stood that is no reply."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.records import (
    BadRow,
    CaseRecord,
    DecisionRecord,
    Record,
    ResponseRecord,
    Told,
    VerdictRecord,
)
from tests.exchange.reading import records_of

OK, FILTERED, EMPTY = ResponseState.OK, ResponseState.FILTERED, ResponseState.EMPTY


def written(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = value if path.suffix == ".jsonl" and isinstance(value, list) else [value]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def responses(records: Sequence[Record]) -> list[tuple[ResponseState, str, str]]:
    """(state, text, reasoning) of each."""
    found = [record.response for record in records if isinstance(record, ResponseRecord)]
    return [(each.state, each.text, each.reasoning) for each in found]


def asked(records: Sequence[Record]) -> list[list[tuple[str, str]]]:
    """The turns of each case."""
    cases = [record.case for record in records if isinstance(record, CaseRecord)]
    return [[(str(turn.role), turn.content) for turn in case.messages] for case in cases]


def told(records: Sequence[Record]) -> str:
    return "\n".join(record.sentence for record in records if isinstance(record, Told))


@pytest.mark.parametrize(
    ("response", "found"),
    [
        ({"output": "", "guardrails": {"flagged": True}}, (FILTERED, "", "")),
        ({"output": None, "guardrails": {"flagged": True}}, (FILTERED, "", "")),
        ({"output": "", "guardrails": {"flagged": False}}, (EMPTY, "", "")),
        ({"output": "I won't.", "guardrails": {"flagged": True}, "isRefusal": True}, (OK, "I won't.", "")),
        ({"output": {"role": "assistant", "content": "I won't."}}, (OK, "I won't.", "")),
        ({"output": {"role": "assistant", "content": None, "refusal": "I won't."}}, (OK, "I won't.", "")),
        ({"output": {"role": "assistant", "content": "a", "n": 1}},
         (OK, '{"role": "assistant", "content": "a", "n": 1}', "")),
        ({"output": {"answer": "a"}}, (OK, '{"answer": "a"}', "")),
    ],
)  # fmt: skip
def test_promptfoo_s_output_may_be_a_message_or_nothing_that_a_filter_left(
    tmp_path: Path, response: dict[str, object], found: tuple[ResponseState, str, str]
) -> None:
    row = {"promptIdx": 0, "testIdx": 0, "prompt": {"raw": "Hi?", "label": "p"}, "vars": {}, "success": True,
           "provider": {"id": "m"}, "failureReason": 0, "response": response}  # fmt: skip
    log = {"evalId": "e", "results": {"version": 3, "timestamp": "2025-01-01T00:00:00Z", "results": [row]},
           "config": {}}  # fmt: skip
    assert responses(records_of(written(tmp_path / "r.json", log))) == [found]


SPEC = {"spec": {"completion_fns": ["m"], "eval_name": "e.dev", "base_eval": "e", "run_config": {}, "run_id": "r"}}
LONG = "I am not able to help with that request, because it asks for harm."


def sampling(prompt: object, *said: str, number: int = 0) -> dict[str, object]:
    data = {"prompt": prompt, "sampled": list(said)}
    return {"run_id": "r", "event_id": number, "sample_id": "e.0", "type": "sampling", "data": data}


def graded(choice: str) -> dict[str, object]:
    return {"run_id": "r", "event_id": 9, "sample_id": "e.0", "type": "metrics", "data": {"choice": choice}}


FIRST = [{"role": "user", "content": "Hi?"}]


@pytest.mark.parametrize(
    ("events", "texts"),
    [
        ([sampling(FIRST, "No."), sampling("Does “No.” refuse?", "Y"), graded("Y")], ["No."]),
        ([sampling(FIRST, LONG), sampling(f"Does it refuse? {LONG}", "Y")], [LONG]),
        # a conversation that goes on, and one that is asked again, have no grader
        ([sampling(FIRST, "No."), sampling([*FIRST, {"role": "assistant", "content": "No."},
                                           {"role": "user", "content": "Why?"}], "So."), graded("Y")], ["No.", "So."]),
        ([sampling(FIRST, "No."), sampling(FIRST, "Yes.")], ["No.", "Yes."]),
        # a short reply stands in another request by chance
        ([sampling(FIRST, "No."), sampling("No. 5 is where?", "There.")], ["No.", "There."]),
    ],
)  # fmt: skip
def test_a_grader_s_request_is_no_case_and_its_answer_no_response(
    tmp_path: Path, events: list[dict[str, object]], texts: list[str]
) -> None:
    found = records_of(written(tmp_path / "log.jsonl", [SPEC, *events]))
    assert [text for _, text, _ in responses(found)] == texts
    is_graded = len(texts) < 2
    assert ("1 request was a grader's" in told(found)) is is_graded
    if is_graded:
        assert asked(found) == [[("user", "Hi?")]]
        (kept,) = (record.kept for record in found if isinstance(record, ResponseRecord))
        assert kept["grader 1: sampled"] == '["Y"]'


@pytest.mark.parametrize("name", ["bard", "Claude", "bing", "chatgpt", "model"])
def test_whoever_answers_last_in_a_conversation_gave_the_response(tmp_path: Path, name: str) -> None:
    turns = [{"from": "gpt", "value": "Welcome."}, {"from": "human", "value": "Hi?"}, {"from": name, "value": "No."}]
    found = records_of(written(tmp_path / "s.json", [{"id": "a", "conversations": turns}]))
    assert responses(found) == [(OK, "No.", "")]
    assert asked(found) == [[("assistant", "Welcome."), ("user", "Hi?")]]


@pytest.mark.parametrize(("asks", "answers"), [("human", "assistant"), ("question", "answer"), ("input", "output")])
def test_a_turn_and_its_answer_may_be_one_item_of_a_conversation(tmp_path: Path, asks: str, answers: str) -> None:
    pairs = [{answers: "No.", asks: "Hi?"}, {asks: "Why?", answers: "So."}]
    found = records_of(written(tmp_path / "s.json", [{"id": "a", "conversation": pairs}]))
    assert asked(found) == [[("user", "Hi?"), ("assistant", "No."), ("user", "Why?")]]
    assert responses(found) == [(OK, "So.", "")]


def test_argilla_s_chats_are_messages(tmp_path: Path) -> None:
    fields = {
        "prompt": [{"role": "user", "content": "Hi?"}],
        "response": [{"role": "assistant", "content": "No."}],
    }
    answer = {"action": [{"value": "refuse", "user_id": "u", "status": "submitted"}]}
    record = {"id": "a", "status": "completed", "fields": fields, "metadata": {}, "responses": answer,
              "suggestions": {"action": {"value": "refuse", "score": 0.8, "agent": "rules"}}}  # fmt: skip
    found = records_of(written(tmp_path / "records.json", [record]), format_name="argilla")
    assert asked(found) == [[("user", "Hi?")]]
    assert responses(found) == [(OK, "No.", "")]
    assert len([each for each in found if isinstance(each, DecisionRecord | VerdictRecord)]) == 2


def test_what_was_typed_beside_a_label_of_potato_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("data_files: [items.jsonl]\nitem_properties:\n  id_key: id\n", "utf-8")
    written(tmp_path / "items.jsonl", [{"id": "i", "prompt": "Hi?", "response": "No."}])
    labels = {"action": {"refuse": True, "answer": False, "free_response": "because"}, "sure": {"scale": 4}}
    row = {"instance_id": "i", "user_id": "ana", "labels": labels}
    found = records_of(written(tmp_path / "annotation_output" / "out.jsonl", [row]))
    (said,) = (each for each in found if isinstance(each, DecisionRecord))
    assert (said.reviewer, str(said.action), said.note) == ("ana", "refuse", "sure: 4\nfree_response: because")


def test_a_response_of_a_published_set_may_be_an_object_with_its_reasoning(tmp_path: Path) -> None:
    row = {"prompt": "How?", "category": "c", "instruct_response": "So.", "cot_response": {
        "thinking": "hm", "solution": "So, then."}}  # fmt: skip
    strange = {**row, "prompt": "Why?", "cot_response": {"blob": 1}}
    found = records_of(written(tmp_path / "train.jsonl", [row, strange]))
    assert sorted(responses(found)) == [(OK, "So, then.", "hm"), (OK, "So.", ""), (OK, "So.", "")]
    (bad,) = (each for each in found if isinstance(each, BadRow))
    assert bad.reason == "The response in “cot_response” is an object without a text that is known."


def test_a_blank_where_a_set_has_its_own_response_is_no_response(tmp_path: Path) -> None:
    rows = [
        {"id": "coconot_1", "category": "c", "subcategory": "s", "prompt": "Hi?", "response": "I can't."},
        {"id": "coconot_2", "category": "c", "subcategory": "s", "prompt": "Ho?", "response": ""},
    ]
    found = records_of(written(tmp_path / "coconot.jsonl", rows))
    assert responses(found) == [(OK, "I can't.", "")]
    assert len(asked(found)) == 2
    assert "1 row has a blank where the set's own response stands" in told(found)


def test_what_is_no_list_of_test_cases_is_listed(tmp_path: Path) -> None:
    held = {"do_x": [{"test_case": "Do X", "generation": "No."}], "made_by": "a program"}
    said = repr(records_of(written(tmp_path / "results.json", held)))
    assert "no list of test cases, so it is not read" in said
    assert "made_by" in said


def test_calls_of_tools_are_kept_where_an_older_inspect_does_not_say_who_made_a_message(tmp_path: Path) -> None:
    user, call = {"role": "user", "content": "Hi?"}, {"id": "t", "function": "f", "arguments": {}, "type": "function"}
    before = [{"role": "system", "content": "Be."}, user]
    turns = [{"role": "assistant", "content": "", "tool_calls": [call]}, {"role": "tool", "content": "42"}]
    last = {"role": "assistant", "content": "It is 42."}
    sample = {"id": "a", "epoch": 1, "input": "Hi?", "target": "", "messages": [*before, *turns, last],
              "output": {"model": "m", "choices": [{"message": last, "stop_reason": "stop"}]}}  # fmt: skip
    log = {"version": 2, "status": "success", "eval": {"task": "t", "model": "m", "created": "2024-03-01T10:00:00"},
           "samples": [sample]}  # fmt: skip
    found = records_of(written(tmp_path / "log.json", log))
    (kept,) = (record.kept for record in found if isinstance(record, ResponseRecord))
    assert json.loads(kept["turns_before_reply"]) == turns
    assert kept["system_prompt"] == "Be."


def test_columns_called_model_a_response_are_runs(tmp_path: Path) -> None:
    path = tmp_path / "study.csv"
    path.write_text("Prompt,Model A response,Model B response,Model response time\nHi?,No.,Sure.,12\n", "utf-8")
    found = records_of(path)
    assert {record.run for record in found if isinstance(record, ResponseRecord)} == {"Model A", "Model B"}
