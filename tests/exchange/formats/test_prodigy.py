"""Prodigy: what was accepted is said, what was rejected or ignored is kept, and answers are told from labels."""

from __future__ import annotations

from pathlib import Path

from reviewer.core.actions import ActionId
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import DecisionRecord, Record
from tests.exchange.reading import Row, bad_rows, cases_in, lines, read, records_of, replies, told

TASK: Row = {"_input_hash": 1, "_task_hash": 2, "_view_id": "choice", "_timestamp": 1_712_000_000}


def decided(records: list[Record]) -> list[tuple[str, str | None, str]]:
    found = [each for each in records if isinstance(each, DecisionRecord)]
    return [(each.reviewer, each.action, each.at) for each in found]


def test_answers_to_choose_from_are_a_run_of_each_model(tmp_path: Path) -> None:
    options = [{"id": "m", "text": "Yes."}, {"id": "n", "text": "No."}]
    other = [{"id": "m", "text": "In spring."}, {"id": "n", "text": " "}]
    rows: list[Row] = [
        {**TASK, "text": "Is brie soft?", "options": options, "accept": ["m"], "answer": "accept"},
        {**TASK, "text": "Is brie soft?", "options": options[::-1], "accept": ["n"], "answer": "accept"},
        {**TASK, "text": "When?", "options": other, "accept": [], "answer": "ignore", "_task_hash": 3},
    ]
    records = read(lines(tmp_path / "a.jsonl", rows), "prodigy")
    assert [case.messages[0].content for case in cases_in(records)] == ["Is brie soft?", "When?"]
    found = sorted((each.response.model, each.response.text) for each in replies(records))
    assert found == [("m", "In spring."), ("m", "Yes."), ("n", "No.")]
    assert decided(records) == []
    for sentence in ("3 tasks ask which answer is better", "1 task was ignored", "1 option has no text"):
        assert sentence in told(records)


def test_options_that_stay_the_same_are_labels(tmp_path: Path) -> None:
    options = [{"id": "refuse", "text": "Refuses"}, {"id": "answer", "text": "Answers"}]
    row: Row = {**TASK, "prompt": "Is brie soft?", "options": options, "answer": "accept", "_annotator_id": "ana"}
    rows: list[Row] = [
        {**row, "text": "I can't say.", "accept": ["refuse"]},
        {**row, "text": "Yes.", "accept": ["answer"], "_session_id": "s", "_annotator_id": None},
        {**row, "text": "Both.", "accept": ["answer", "refuse"]},
    ]
    records = read(lines(tmp_path / "a.jsonl", rows), "prodigy")
    at = "2024-04-01T19:33:20+00:00"
    assert decided(records) == [("ana", "refuse", at), ("s", "answer", at)]
    assert "1 task has several labels" in told(records)
    assert len(replies(records)) == 3


def test_only_an_accepted_label_is_a_persons_word(tmp_path: Path) -> None:
    row: Row = {**TASK, "prompt": "Is brie soft?", "text": "Ask a shop.", "label": "DEFLECTS", "_session_id": "ana"}
    rows: list[Row] = [{**row, "answer": answer} for answer in ("accept", "reject", "ignore")]
    path = lines(tmp_path / "a.jsonl", rows)
    assert "DEFLECTS" in bad_rows(read(path, "prodigy"))[1]
    records = records_of(path, ImportOptions(label_map={"DEFLECTS": ActionId("clarify")}))
    assert [action for _, action, _ in decided(records)] == ["clarify"]
    assert len(replies(records)) == 1
    assert "1 label was rejected" in told(records)
