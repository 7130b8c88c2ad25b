"""Tasks that compare several responses: each is a run of its model, and a preference is no decision."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.exchange.kit.records import DecisionRecord
from tests.exchange.reading import cases_in, read, replies, told


def annotation(who: str, picked: str) -> dict[str, object]:
    said = {"from_name": "which", "to_name": "a,b", "type": "pairwise", "value": {"selected": picked}}
    return {"id": 1, "completed_by": {"email": who}, "result": [said], "was_cancelled": False}


@pytest.mark.parametrize(
    ("fields", "models"),
    [
        ({"answer1": "Yes.", "answer2": "No.", "model1": "m", "model2": "n"}, ["m", "n"]),
        ({"response_a": "Yes.", "response_b": "No.", "model_a": "m"}, ["m", "response_b"]),
        ({"Answer 1": "Yes.", "Answer 2": "No."}, ["Answer 1", "Answer 2"]),
        ({"answer1": "Yes.", "answer2": None, "model1": "m", "model2": "n"}, ["m"]),
    ],
)
def test_label_studio_compares_two_responses(tmp_path: Path, fields: dict[str, str], models: list[str]) -> None:
    people = [annotation("ana@example.org", "left"), annotation("ben@example.org", "right")]
    task = {"id": 1, "data": {"prompt": "Is brie soft?", **fields}, "annotations": people, "predictions": []}
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps([task]), encoding="utf-8")
    records = read(path, "label-studio")
    assert len(cases_in(records)) == 1
    assert [each.response.model for each in replies(records)] == models
    assert "1 task compares several responses" in told(records)
    assert not [each for each in records if isinstance(each, DecisionRecord)]
    assert replies(records)[0].kept["ana@example.org: which"] == "left"
    assert replies(records)[0].kept["ben@example.org: which"] == "right"
