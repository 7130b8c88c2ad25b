"""What a person says of a named format's columns holds, and what would be ignored is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.errors import InputError
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import ColumnUse, ResponseRecord, Told
from tests.exchange.reading import cases_in, records_of, written

SET_ROWS = [
    {"risk_area": "a", "types_of_harm": "t", "specific_harms": "s", "question": f"How {n}?", "asked": f"Why {n}?",
     "verdict": word, "reply": "So."}
    for n, word in enumerate(("safe", "explode"))
]  # fmt: skip


def test_a_person_may_say_what_a_set_s_columns_are(tmp_path: Path) -> None:
    path = written(tmp_path / "dna.jsonl", "".join(json.dumps(row) + "\n" for row in SET_ROWS))
    mapping = {"prompt": "asked", "label": "verdict", "response": "reply", "category": "", "model": "nowhere"}
    options = ImportOptions(mapping=mapping, label_map={"safe": ActionId("answer")})
    records = records_of(path, options)

    found = cases_in(records)
    assert [(case.request, case.label, case.category) for case in found] == [
        ("Why 0?", "answer", ""),
        ("Why 1?", None, ""),
    ]
    assert [record.response.text for record in records if isinstance(record, ResponseRecord)] == ["So.", "So."]
    said = [record.sentence for record in records if isinstance(record, Told)]
    assert any("'nowhere'" in sentence for sentence in said)
    assert any("“explode” 1" in sentence for sentence in said)
    uses = {record.name: record.used_as for record in records if isinstance(record, ColumnUse)}
    assert (uses["asked"], uses["verdict"], uses["question"]) == ("prompt", "label", "kept")


def test_what_a_batch_s_requests_note_may_be_their_label_and_category(tmp_path: Path) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "How?"}], "metadata": {"topic": "t", "kind": "safe"}}
    path = written(tmp_path / "requests.jsonl", json.dumps({"custom_id": "a", "body": body}) + "\n")
    mapping = {"category": "request: metadata.topic", "label": "request: metadata.kind"}
    records = records_of(path, ImportOptions(mapping=mapping, label_map={"safe": ActionId("answer")}))

    assert [(case.category, case.label) for case in cases_in(records)] == [("t", "answer")]
    uses = {record.name: (record.used_as, record.choices) for record in records if isinstance(record, ColumnUse)}
    assert uses["request: metadata.topic"] == ("category", ("label", "category"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("batch.jsonl", '{"custom_id": "a", "body": {"messages": []}}\n'),
        ("xstest.csv", "id,prompt,type,label,focus,note\n1,How?,homonyms,safe,,\n"),
        ("xstest_completions_m.csv", "id,completion,annotation_1,annotation_2,final_label\n1,So.,a,a,a\n"),
        ("alpaca.json", '[{"instruction": "How?", "input": "", "output": "So."}]'),
    ],
)
def test_a_mapping_that_would_be_ignored_is_refused(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(InputError, match="has its own place for 'pair'"):
        records_of(written(tmp_path / name, content), ImportOptions(mapping={"pair": "id"}))
