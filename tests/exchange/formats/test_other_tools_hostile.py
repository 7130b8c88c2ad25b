"""What breaks parsers, in the forms of other tools: records or a sentence, never a crash and never a key."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.errors import KnownError
from reviewer.exchange.kit.records import BadRow, ResponseRecord
from reviewer.exchange.kit.safe_json import json_names
from reviewer.exchange.registry import FORMATS
from tests.exchange.reading import PLAIN, records_of, written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_encoding_changes_nothing(tmp_path: Path, encoding: str) -> None:
    rows = [{"instruction": "怎么？", "output": "好。"}, {"instruction": "Ünd?", "output": "So."}]

    records = records_of(written(tmp_path / "a.json", json.dumps(rows, ensure_ascii=False), encoding))

    texts = [record.response.text for record in records if isinstance(record, ResponseRecord)]
    assert texts == ["好。", "So."]


@pytest.mark.parametrize(
    "content",
    [
        b'[{"instruction": "How?", "output": "So.", "n": ' + b"1" * 5_000 + b"}]",
        b'[{"instruction": "How?", "output": "So.", "n": 1e999}]',
        b'[{"instruction": "How?", "output": "So."}, {"instruction": ',
        b'[{"instruction": "How?", "output": ' + b"[" * 20_000,
        b'{"testCases": [' + b'{"actualOutput": ' * 5_000,
    ],
)
def test_what_breaks_a_parser_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)

    for name in ("alpaca", "deepeval", "label-studio"):
        with suppress(KnownError):
            assert all(row.reason for row in records_of(path, PLAIN, name) if isinstance(row, BadRow))


@given(cut=st.integers(0, 600), junk=st.binary(max_size=12), state=st.text(max_size=20))
def test_a_damaged_dataset_is_records_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes, state: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "dataset"
    folder.mkdir(exist_ok=True)
    table = pa.table({"prompt": ["How?"], "response": ["So."]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    whole = sink.getvalue().to_pybytes()
    (folder / "data.arrow").write_bytes(whole[:cut] + junk + whole[cut + len(junk) :])
    written(folder / "state.json", json.dumps(state))
    written(folder / "dataset_info.json", state)

    with suppress(KnownError):
        records_of(folder)


def test_the_names_in_a_start_are_found_however_deep_it_is() -> None:
    assert json_names(b'{"a": {"b": [{"c": 1}]}}\n{"d": ' + b"9" * 6_000) >= {"a", "a.b", "a.b[].c"}
    assert json_names(b"[" * 60_000) == frozenset()


WORDS = [
    "user",
    "assistant",
    "refuse",
    "none",
    "text",
    "How?",
    "2025-01-01T00:00:00Z",
    "sk-" + "c" * 30,
    "\0",
    "on",
    "",
]
NAMES = [
    *("entry_type", "attempt", "uuid", "status", "prompt", "outputs", "turns", "content", "text", "detector_results"),
    *("testCases", "actualOutput", "input", "name", "metricsData", "models", "examples", "input_text", "output_text_a"),
    *("data", "annotations", "predictions", "result", "from_name", "type", "value", "choices", "completed_by", "label"),
    *("fields", "responses", "suggestions", "user_id", "values", "custom_id", "response", "result", "body", "choices"),
    *("message", "messages", "role", "conversations", "from", "chosen", "rejected", "preferred_output", "instruction"),
    *(
        "output",
        "id",
        "labels",
        "annotator",
        "annotation_id",
        "lead_time",
        "instance_id",
        "conversation_id",
        "sequence",
    ),
    *(
        "converted_value",
        "original_value",
        "scores",
        "requests",
        "params",
        "system",
        "metadata",
        "jailbreaks",
        "question",
    ),
]
plain = st.one_of(
    *(st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False)),
    *(st.sampled_from(WORDS), st.text(max_size=4)),
)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=25,
)
JSON_FORMATS = [name for name, each in FORMATS.items() if {".json", ".jsonl"} & set(each.suffixes) and not each.general]


@pytest.mark.parametrize("name", [name for name in JSON_FORMATS if not name.startswith("reviewer-")])
@given(rows=st.lists(st.dictionaries(st.sampled_from(NAMES), values, max_size=8), max_size=4), as_list=st.booleans())
def test_no_shape_does_more_than_make_bad_rows(
    tmp_path_factory: pytest.TempPathFactory, name: str, rows: list[object], as_list: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "shape.json"
    text = json.dumps(rows) if as_list else "".join(json.dumps(row) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")

    with suppress(KnownError):
        found = Counter(type(record).__name__ for record in records_of(path, PLAIN, name))
        assert found["OriginRecord"] <= 1
