"""Logs of Inspect: the reply and its state first, people's edits, what a killed or damaged log still gives."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.decisions import DecisionKind
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    CaseRecord,
    ColumnUse,
    DecisionRecord,
    OriginRecord,
    Record,
    ResponseRecord,
    RunRecord,
    SuiteRecord,
    Told,
    VerdictRecord,
)
from reviewer.exchange.registry import detect
from tests.exchange.reading import PLAIN, bad_rows, cases_in, records_of, written
from tests.support.eval_logs import inspect_eval, inspect_header, inspect_json, inspect_sample, replied


def read(tmp_path: Path, *samples: dict[str, Any], options: ImportOptions = PLAIN, **header: object) -> list[Record]:
    return records_of(inspect_json(tmp_path / "log.json", list(samples), **header), options)


def response_in(records: list[Record]) -> ResponseRecord:
    return next(record for record in records if isinstance(record, ResponseRecord))


def told(records: list[Record]) -> str:
    return "\n".join(record.sentence for record in records if isinstance(record, Told))


@pytest.mark.parametrize("zstd", [False, True], ids=["deflate", "zstd"])
@pytest.mark.parametrize("killed", [False, True], ids=["whole", "killed"])
def test_an_archive_gives_its_samples_in_either_packing_even_of_a_killed_eval(
    tmp_path: Path, zstd: bool, killed: bool
) -> None:
    path = inspect_eval(tmp_path / "log.eval", [inspect_sample(), inspect_sample(epoch=2)], zstd=zstd, killed=killed)
    assert detect(path).name == "inspect"
    records = records_of(path)
    assert [r.response.repeat for r in records if isinstance(r, ResponseRecord)] == [1, 2]
    assert [case.key for case in cases_in(records)] == ["one"]
    assert ("was not finished" in told(records)) is killed
    assert "1 of the 3 samples" in told(records)


def test_model_task_version_and_what_has_no_place_are_kept(tmp_path: Path) -> None:
    records = read(tmp_path, inspect_sample())
    run = next(record for record in records if isinstance(record, RunRecord))
    record = response_in(records)
    assert (run.model, record.response.model) == ("lab/tiny", "tiny-1")
    assert record.response.latency_ms == 500
    assert next(each for each in records if isinstance(each, SuiteRecord)).head.name == "small"
    origin = next(each for each in records if isinstance(each, OriginRecord))
    assert (origin.tool, origin.tool_version, origin.mapping_version) == ("Inspect", "0.3.1", "inspect/1")
    case = next(each for each in records if isinstance(each, CaseRecord))
    assert case.kept == {"metadata.level": "3", "target": "answer"}
    assert json.loads(record.kept["scores.words"])["explanation"] == "no refusal"
    ledger = {each.name: each for each in records if isinstance(each, ColumnUse)}
    assert ledger["events"].used_as == ""
    assert ledger["output"].used_as.startswith("text")


@pytest.mark.parametrize(
    ("changes", "state", "text"),
    [
        ({}, ResponseState.OK, "Here is how."),
        ({"output": replied("")}, ResponseState.EMPTY, ""),
        ({"output": replied("cut off he", "max_tokens")}, ResponseState.TRUNCATED, "cut off he"),
        ({"output": replied("Well, and th", "content_filter")}, ResponseState.FILTERED, "Well, and th"),
        (
            {"output": {**replied("Your prompt was filtered.", "content_filter"), "usage": None}},
            ResponseState.FILTERED,
            "",
        ),
        ({"output": {"choices": []}, "error": {"message": "HTTP 500"}}, ResponseState.ERROR, ""),
        ({"output": {"choices": []}, "error": {"message": "400 content_filter"}}, ResponseState.FILTERED, ""),
        ({"error": {"message": "the scorer broke"}}, ResponseState.OK, "Here is how."),
        ({"output": None, "error": {"message": "CancelledError()"}}, ResponseState.ERROR, ""),
        (
            {"output": replied("", "tool_calls", tool_calls=[{"function": "f", "arguments": {}}])},
            ResponseState.TOOL_CALL_ONLY,
            "",
        ),
        ({"output": {"completion": "Only this."}}, ResponseState.OK, "Only this."),
    ],
)
def test_the_state_is_decided_before_the_text(
    tmp_path: Path, changes: dict[str, Any], state: ResponseState, text: str
) -> None:
    record = response_in(read(tmp_path, inspect_sample(**changes)))
    assert (record.response.state, record.response.text) == (state, text)


def test_a_cancelled_neighbour_is_an_error_that_the_model_did_not_make(tmp_path: Path) -> None:
    error = {"message": "CancelledError('Cancelled via cancel scope 7f')", "traceback": "/home/somebody/x.py"}
    records = read(tmp_path, inspect_sample(output={"choices": []}, error=error), status="cancelled")
    assert "the model did not make" in response_in(records).response.error
    assert "1 sample was cancelled" in told(records)
    assert "/home/somebody" not in repr(records)


def test_a_retry_says_what_it_hides(tmp_path: Path) -> None:
    error = {"message": "RetryError(<Future>)", "traceback": "File x\n  y\nServerError: status 500\n"}
    record = response_in(read(tmp_path, inspect_sample(output={"choices": []}, error=error)))
    assert record.response.error == "ServerError: status 500 (RetryError(<Future>))"


def test_reasoning_refusal_parts_and_tool_turns_are_kept_apart(tmp_path: Path) -> None:
    parts = [
        {"type": "reasoning", "reasoning": "I can't help? I can."},
        {"type": "text", "text": "Yes.", "refusal": True},
        {"type": "image", "image": "data:image/png;base64,AA=="},
    ]
    sample = inspect_sample(output=replied(parts))
    call = {"id": "c", "function": "look", "arguments": {"q": 1}}
    sample["messages"] = [
        {"role": "system", "content": "Be brief."},
        sample["messages"][0],
        {"role": "assistant", "content": "", "source": "generate", "tool_calls": [call]},
        {"role": "tool", "content": "found", "tool_call_id": "c", "function": "look"},
        {"role": "assistant", "content": "Yes.", "source": "generate"},
    ]
    record = response_in(read(tmp_path, sample))
    assert (record.response.text, record.response.reasoning) == ("Yes.", "I can't help? I can.")
    assert record.kept["refusal"] == "yes"
    assert record.kept["system_prompt"] == "Be brief."
    assert [turn["role"] for turn in json.loads(record.kept["turns_before_reply"])] == ["assistant", "tool"]


def test_a_conversation_is_the_case(tmp_path: Path) -> None:
    call = {"id": "c", "function": "look", "arguments": {"q": 1}, "type": "function"}
    turns = [
        {"id": "1", "role": "system", "content": "Be kind."},
        {"id": "2", "role": "user", "content": [{"type": "text", "text": "Look it up."}]},
        {"id": "3", "role": "assistant", "content": "", "tool_calls": [call]},
        {"id": "4", "role": "tool", "content": "42", "tool_call_id": "c", "function": "look"},
    ]
    records = read(tmp_path, inspect_sample(input=turns))
    assert not bad_rows(records)
    assert [str(message.role) for message in cases_in(records)[0].messages] == ["system", "user", "assistant", "tool"]


def edited(**fields: object) -> dict[str, Any]:
    """A score that a person edited."""
    given = {"author": "ann", "timestamp": "2026-01-02T03:04:05Z", "reason": "asks back"}
    unchanged = dict.fromkeys(("value", "answer", "explanation", "metadata"), "UNCHANGED")
    return {
        "value": "C",
        "answer": "clarify",
        "explanation": "UNCHANGED is a word, too",
        "history": [{"value": "C", "answer": "answer"}, {**unchanged, "provenance": given, **fields}],
    }


def test_an_edit_says_only_what_it_changed(tmp_path: Path) -> None:
    records = read(tmp_path, inspect_sample(scores={"s": edited(answer="clarify")}))
    decision = next(record for record in records if isinstance(record, DecisionRecord))
    assert (decision.reviewer, decision.action, decision.note) == ("ann", "clarify", "asks back")
    assert decision.at == "2026-01-02T03:04:05Z"
    assert decision.blind is None
    assert [v.verdict.action for v in records if isinstance(v, VerdictRecord)] == ["answer"], "the machine's first word"
    silent = read(tmp_path, inspect_sample(scores={"s": edited(explanation="only a word more")}))
    assert not [record for record in silent if isinstance(record, DecisionRecord)]


def test_a_score_that_a_person_added_has_no_word_of_a_machine(tmp_path: Path) -> None:
    added = edited(value="refuse")
    added["history"] = added["history"][1:]
    records = read(tmp_path, inspect_sample(scores={"mine": added}))
    assert [r.action for r in records if isinstance(r, DecisionRecord)] == ["refuse"]
    assert not [record for record in records if isinstance(record, VerdictRecord)]


def test_a_value_that_stands_for_no_action_is_asked_about_and_kept(tmp_path: Path) -> None:
    sample = inspect_sample(scores={"s": edited(value="P")}, target="unsafe", metadata={})
    records = read(tmp_path, sample)
    assert "ann says “P” 1" in told(records)
    assert "target says “unsafe” 1" in told(records)
    assert cases_in(records)[0].label is None
    options = ImportOptions(label_map={"P": ActionId("refuse"), "unsafe": ActionId("refuse")})
    mapped = read(tmp_path, sample, options=options)
    assert [r.action for r in mapped if isinstance(r, DecisionRecord)] == ["refuse"]
    assert cases_in(mapped)[0].label == "refuse"


def test_the_models_own_answer_is_no_verdict(tmp_path: Path) -> None:
    """A scorer such as `match` puts the reply into `answer`."""
    records = read(tmp_path, inspect_sample(text="refuse", scores={"match": {"value": "I", "answer": "refuse"}}))
    assert not [record for record in records if isinstance(record, VerdictRecord)]


def test_a_score_that_people_gave_is_theirs(tmp_path: Path) -> None:
    said = {"annotation_1": "refuse", "annotation_2": "answer"}
    score = {"value": "I", "answer": "refuse", "metadata": said}
    records = read(tmp_path, inspect_sample(scores={"human_label": score}))
    decisions = [(r.reviewer, r.action, r.kind) for r in records if isinstance(r, DecisionRecord)]
    assert decisions == [
        ("annotator-1", "refuse", DecisionKind.DECISION),
        ("annotator-2", "answer", DecisionKind.DECISION),
        ("human_label", "refuse", DecisionKind.ADJUDICATION),
    ]


def test_texts_that_are_attached_are_put_in(tmp_path: Path) -> None:
    sample = inspect_sample(output=replied("attachment://x1"), attachments={"x1": "The long reply."})
    assert response_in(read(tmp_path, sample)).response.text == "The long reply."


def test_the_first_versions_had_one_score_and_a_transcript(tmp_path: Path) -> None:
    sample = inspect_sample(score={"value": "I", "answer": "refuse"}, transcript={"events": []})
    del sample["scores"], sample["events"]
    records = read(tmp_path, sample)
    assert [record.verdict.action for record in records if isinstance(record, VerdictRecord)] == ["refuse"]


def test_samples_before_the_header_are_read_with_it(tmp_path: Path) -> None:
    content = {"samples": [inspect_sample()], **inspect_header()}
    path = written(tmp_path / "turned.json", json.dumps(content))
    assert next(r for r in records_of(path, format_name="inspect") if isinstance(r, RunRecord)).model == "lab/tiny"


def test_one_id_for_two_requests_makes_two_cases(tmp_path: Path) -> None:
    records = read(tmp_path, inspect_sample(), inspect_sample(input="Something else?", epoch=1))
    assert len({case.key for case in cases_in(records)}) == 2
    assert not bad_rows(records)


def test_a_second_reply_under_one_id_and_epoch_is_a_further_repeat(tmp_path: Path) -> None:
    records = read(tmp_path, inspect_sample(), inspect_sample(text="Another."), inspect_sample())
    assert [r.response.repeat for r in records if isinstance(r, ResponseRecord)] == [1, 2, 1]
    assert "1 reply came under an id and repeat that another reply has" in told(records)


def test_a_file_that_breaks_off_gives_what_is_whole(tmp_path: Path) -> None:
    whole = inspect_json(tmp_path / "log.json", [inspect_sample(), inspect_sample("two")]).read_text("utf-8")
    records = records_of(written(tmp_path / "cut.json", whole[: whole.index('"two"') + 400]))
    assert [case.key for case in cases_in(records)] == ["one"]
    assert "cannot be read on" in next(iter(bad_rows(records).values()))


def test_a_log_without_samples_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no samples"):
        read(tmp_path)


def test_a_damaged_member_is_a_bad_row_and_the_others_are_read(tmp_path: Path) -> None:
    path = inspect_eval(tmp_path / "log.eval", [inspect_sample(), inspect_sample("two")])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("samples/three_epoch_1.json", "{no JSON")
        archive.writestr("samples/four_epoch_1.json", "[]")
    records = records_of(path)
    assert [case.key for case in cases_in(records)] == ["one", "two"]
    assert len(bad_rows(records)) == 2


def test_what_is_no_zip_any_more_is_a_sentence(tmp_path: Path) -> None:
    whole = inspect_eval(tmp_path / "log.eval", [inspect_sample()]).read_bytes()
    path = tmp_path / "cut.eval"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="damaged zip"):
        records_of(path)


def test_fields_that_are_mapped_by_hand_are_read(tmp_path: Path) -> None:
    sample = inspect_sample(metadata={"wanted": "clarify", "deep": {"topic": "law"}})
    options = ImportOptions(mapping={"label": "metadata.wanted", "category": "metadata.deep.topic", "pair": "none"})
    records = read(tmp_path, sample, options=options)
    case = cases_in(records)[0]
    assert (case.label, case.category) == ("clarify", "law")
    assert "No row has a field 'none'" in told(records)
    with pytest.raises(InputError, match="own place for 'text'"):
        read(tmp_path, sample, options=ImportOptions(mapping={"text": "metadata.wanted"}))
