"""What another tool's file says of a run, a task or a request is read, kept, or listed as left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.exchange.kit.records import CaseRecord, ColumnUse, ResponseRecord
from tests.exchange.formats.test_other_versions import whole
from tests.exchange.reading import records_of

PIECE = {"conversation_id": "c", "response_error": "none", "original_value_data_type": "text"}
FILES: dict[str, tuple[object, dict[str, str]]] = {
    "pyrit": (
        [
            {**PIECE, "role": "user", "sequence": 0, "original_value": "How?", "converted_value": "SG93Pw==",
             "converter_identifiers": [{"__type__": "Base64Converter"}]},
            {**PIECE, "role": "assistant", "sequence": 1, "original_value": "So.", "converted_value": "So.",
             "prompt_target_identifier": {"model_name": "m"}, "scores": []},
        ],
        {"asked: converter_identifiers": "kept", "prompt_target_identifier": "", "scores": ""},
    ),
    "deepeval": (
        {"testFile": "t.py", "hyperparameters": {"model": "m", "prompt template": "p"},
         "testCases": [{"name": "a", "input": "How?", "actualOutput": "So.", "metricsData": []}]},
        {"testFile": "", "hyperparameters": ""},
    ),
    "comparator": (
        {"metadata": {"source_path": "s"}, "models": [{"name": "a"}, {"name": "b"}],
         "examples": [{"input_text": "How?", "tags": [], "output_text_a": "So.", "output_text_b": "No.", "score": 1}]},
        {"metadata": "", "models": ""},
    ),
    "label studio": (
        [{"id": 1, "data": {"prompt": "How?", "response": "So."}, "annotations": [], "predictions": [], "drafts": [],
          "meta": {"batch": "third"}, "file_upload": "f"}],
        {"task: meta": "kept", "task: file_upload": ""},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_what_stands_above_the_rows_is_listed(tmp_path: Path, name: str) -> None:
    content, expected = FILES[name]
    records = records_of(whole(tmp_path / "file.json", content))
    uses = {record.name: record for record in records if isinstance(record, ColumnUse)}
    assert {column: uses[column].used_as for column in expected} == expected
    assert all(uses[column].why for column in expected)
    kept = {
        column: text for record in records if isinstance(record, CaseRecord | ResponseRecord)
        for column, text in record.kept.items()
    }  # fmt: skip
    assert {column for column, use in expected.items() if use == "kept"} <= kept.keys()


def test_how_a_request_was_converted_stays_beside_it(tmp_path: Path) -> None:
    records = records_of(whole(tmp_path / "file.json", FILES["pyrit"][0]))
    (case,) = (record for record in records if isinstance(record, CaseRecord))
    assert "Base64Converter" in case.kept["asked: converter_identifiers"]
