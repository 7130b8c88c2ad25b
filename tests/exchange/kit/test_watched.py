"""Fields of other tools' files that no format asked for are listed, also those of versions that are yet to come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.exchange.kit.left_out import left_out
from reviewer.exchange.kit.records import ColumnUse, ResponseRecord
from reviewer.exchange.kit.watched import Watch, Watched, like, untouched
from tests.exchange.reading import records_of
from tests.fuzz.tool_seeds import own_seeds

SCORE = {"scorer_class_identifier": {"__type__": "ContentScorer"}, "score_type": "float_scale", "id": "s"}
PIECES = [
    {"conversation_id": "c", "role": "user", "sequence": 0, "original_value": "How?", "converted_value": "How?"},
    {"conversation_id": "c", "role": "assistant", "sequence": 1, "original_value": "So.", "converted_value": "So.",
     "response_error": "none",
     "scores": [{**SCORE, "score_value": "0.1", "score_category": ["hate"]},
                {**SCORE, "score_value": "0.7", "score_category": ["violence"]}]},
]  # fmt: skip
USER, REPLY = {"role": "user", "content": "Hi?"}, {"role": "assistant", "content": "No.", "source": "generate"}
SAMPLE = {
    "id": "a", "epoch": 1, "input": [USER], "target": "answer", "messages": [USER, REPLY],
    "metadata": {"label": "answer"},
    "output": {"model": "m", "choices": [{"message": REPLY, "stop_reason": "stop"}], "usage": {"input_tokens": 1}},
    "scores": {"words": {"value": "refuse", "explanation": "it says no", "metadata": {"n": 1}}},
}  # fmt: skip
GRADED = {
    "pass": True,
    "score": 1,
    "reason": "so",
    "componentResults": [{"pass": True, "assertion": {"type": "human"}}],
}
RESULT = {
    "promptIdx": 0, "testIdx": 0, "prompt": {"raw": "Hi?", "label": "p"}, "vars": {"q": "Hi?"}, "success": True,
    "provider": {"id": "m", "label": "m"}, "response": {"output": "No.", "tokenUsage": {"total": 3}},
    "gradingResult": GRADED, "testCase": {"vars": {"q": "Hi?"}, "metadata": {"a": 1}}, "metadata": {"b": 1},
}  # fmt: skip
MADE: dict[str, object] = {
    "pyrit": PIECES,
    "inspect": {"version": 2, "status": "success", "eval": {"task": "t", "model": "m", "dataset": {"name": "d"},
                "created": "2025-01-01T00:00:00Z"}, "plan": {"steps": [{"solver": "s"}]}, "samples": [SAMPLE]},
    "promptfoo": {"evalId": "e", "results": {"version": 3, "timestamp": "2025-01-01T00:00:00Z", "results": [RESULT]},
                  "config": {"description": "d"}, "metadata": {"promptfooVersion": "0.1"}},
}  # fmt: skip
"""Files of tools that have no small file among those that are mutated."""
TWO = {"prompt": "How?", "response": "No."}
BY_QUESTION = {"label": [{"value": "refuse", "user_id": "u", "status": "submitted"}]}
SUGGESTED = {"value": "refuse", "score": 0.9, "agent": "a", "type": "model"}
MORE: dict[str, dict[str, object]] = {
    "argilla": {
        "records.json": [{"id": "r", "status": "completed", "fields": TWO, "metadata": {"model": "m"},
                          "responses": BY_QUESTION, "suggestions": {"label": SUGGESTED, "why": {"value": "x"}}}],
        "first.json": [{"id": "r", "fields": TWO, "metadata": {}, "suggestions": [{"question_name": "label",
                        **SUGGESTED}], "responses": [{"user_id": "u", "status": "submitted",
                                                      "values": {"label": {"value": "refuse"}}}]}],
        "flat.jsonl": [{"id": "1", **TWO, "label.responses": ["refuse"], "label.responses.users": ["u"],
                        "label.responses.status": ["submitted"], "label.suggestion": "refuse"}],
        "hub.jsonl": [{"id": "1", **TWO, "label": BY_QUESTION["label"], "label-suggestion": "refuse",
                       "label-suggestion-metadata": {"agent": "a", "score": 0.4}, "metadata": {"x": 1}}],
        "zero.jsonl": [{"id": "1", "inputs": TWO, "annotation": "refuse", "annotation_agent": "u",
                        "prediction": [{"label": "refuse", "score": 0.4}, {"label": "answer", "score": 0.3}],
                        "prediction_agent": "p", "status": "Validated", "vectors": {"v": [1]}}],
    },
    "potato": {
        "out.jsonl": [{"instance_id": "a", "user_id": "u", "labels": {"q": {"refuse": "on", "free": "because"}}}],
        "user_state.json": {"user_id": "u", "instance_id_ordering": ["a"], "instance_id_to_label_to_value": {
            "a": [[{"schema": "q", "name": "refuse"}, "on"]]}},
    },
}  # fmt: skip
"""Other forms of a tool's files than the one that is mutated."""
PLANTED = "planted by a later version"
NEW = "field_of_a_later_version"
FORMATS = (
    "deepeval", "llm-comparator", "label-studio", "inspect", "promptfoo", "helm", "pyrit", "openai-evals", "lm-eval",
    "jailbreakbench-artifacts", "garak", "doccano", "argilla", "potato", "harmbench-completions", "anthropic-batch",
    "cloud-batch", "openai-eval-items", "sorry-bench-answers", "deepeval-goldens", "chat", "sharegpt", "alpaca",
    "preference-pairs",
)  # fmt: skip
SAID_ELSEWHERE = {
    # the ledger says of the whole object that it is not read, and why
    "helm": {"request_states.[].instance.input"},
    "lm-eval": {"[].arguments", "[].arguments.gen_args_0", "[].arguments.gen_args_0.arg_1"},
    "pyrit": {"[].scores.[].scorer_class_identifier"},
    # counts of tokens, among which a text is none
    "inspect": {"samples.[].output.usage"},
}
"""Places whose new fields are not listed, each with why that is no loss."""


def places(value: object, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where there are objects."""
    if isinstance(value, dict):
        yield at
        for name, held in value.items():
            yield from places(held, (*at, name))
    elif isinstance(value, list):
        for held in value:
            yield from places(held, (*at, "[]"))


def planted(value: object, wanted: tuple[str, ...], at: tuple[str, ...] = ()) -> object:
    """The value with a new field in each object at the place."""
    if isinstance(value, dict):
        found = {name: planted(held, wanted, (*at, name)) for name, held in value.items()}
        return {**found, NEW: PLANTED} if at == wanted else found
    return [planted(held, wanted, (*at, "[]")) for held in value] if isinstance(value, list) else value


def of_text(text: str) -> tuple[Any, bool]:
    """(what the file holds, whether it is lines)."""
    try:
        return json.loads(text), False
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()], True


def as_bytes(value: object, is_lines: bool) -> bytes:
    if not is_lines:
        return json.dumps(value).encode()
    assert isinstance(value, list)
    return b"".join(json.dumps(row).encode() + b"\n" for row in value)


def json_seeds(name: str) -> dict[str, bytes]:
    if name in MORE:
        return {file: as_bytes(value, file.endswith(".jsonl")) for file, value in MORE[name].items()}
    if name in MADE:
        return {"made.json": json.dumps(MADE[name]).encode()}
    return {file: held for file, held in own_seeds(name).items() if file.endswith((".json", ".jsonl"))}


@pytest.mark.parametrize("name", FORMATS)
def test_a_field_that_nobody_knows_is_kept_or_listed(tmp_path: Path, name: str) -> None:
    tried, silent = 0, set()
    for file, content in json_seeds(name).items():
        value, is_lines = of_text(content.decode())
        for place in sorted(set(places(value))):
            if is_lines and not place:
                continue
            path = tmp_path / file
            path.write_bytes(as_bytes(planted(value, place), is_lines))
            said = repr(records_of(path, format_name=name))
            tried += 1
            if PLANTED not in said and NEW not in said:
                silent.add(".".join(place))
    assert tried
    assert silent <= SAID_ELSEWHERE.get(name, set())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda held: st.lists(held, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), held, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text("abc", min_size=1, max_size=2), JSON, max_size=4)


@given(OBJECTS)
def test_a_watched_object_is_the_object(fields: dict[str, Any]) -> None:
    watched = Watch().row(fields, "rows[]")
    assert watched == fields
    assert json.dumps(watched, sort_keys=True) == json.dumps(fields, sort_keys=True)
    assert {**watched} == fields
    assert dict(watched) == fields
    assert list(watched) == list(fields)


@given(OBJECTS)
def test_what_is_written_out_whole_is_asked_for(fields: dict[str, Any]) -> None:
    watch = Watch()
    json.dumps(watch.row(fields, "rows[]"))
    assert list(left_out(watch, {})) == []


@given(OBJECTS)
def test_what_is_only_handed_on_is_not_asked_for(fields: dict[str, Any]) -> None:
    watch = Watch()
    row = watch.row(fields, "rows[]")
    renamed = like(row, {f"new_{name}": value for name, value in untouched(row)}, {f"new_{name}": name for name in row})
    said = {name for name, value in fields.items() if value not in (None, "", [], {})}
    assert {use.name for use in left_out(watch, {}) if use.name.count(".") == 1} == {f"rows[].{name}" for name in said}
    for name in fields:
        renamed.get(f"new_{name}")
    assert not {use.name for use in left_out(watch, {}) if use.name.count(".") == 1}


def test_what_the_ledger_says_of_a_whole_object_is_not_said_again_of_its_fields() -> None:
    watch = Watch()
    row = watch.row({"events": [{"id": 1}], "metadata": {"a": 1}}, "samples[]")
    json.dumps({name: None for name, _ in row.items()})
    assert [use.name for use in left_out(watch, {"events": False, "metadata": True})] == ["samples[].metadata.a"]


def test_many_fields_of_one_object_are_one_line() -> None:
    watch = Watch()
    watch.row({"request": {f"setting_{n}": n + 1 for n in range(20)}}, "rows[]").get("request")
    (line,) = left_out(watch, {})
    assert isinstance(line, ColumnUse)
    assert (line.name, line.used_as) == ("rows[].request", "")
    assert line.why.startswith("20 fields of it")
    assert line.example.startswith("setting_0, setting_1")


def test_no_key_stands_in_the_example_of_a_field() -> None:
    watch = Watch()
    watch.row({"grader": {"api_key": "sk-" + "a1" * 20, "note": "mine"}}, "rows[]").get("grader")
    assert [(use.name, use.example) for use in left_out(watch, {})] == [("rows[].grader.note", "mine")]


def test_scores_of_one_scorer_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "memory.json"
    path.write_bytes(json.dumps(PIECES).encode())
    (kept,) = (record.kept for record in records_of(path) if isinstance(record, ResponseRecord))
    assert kept["score: ContentScorer"] == "0.1: hate"
    assert kept["score: ContentScorer (2)"] == "0.7: violence"
    assert kept["score: ContentScorer: score_type"] == "float_scale"


def test_all_that_a_metric_says_is_kept(tmp_path: Path) -> None:
    metric = {"name": "G", "score": 0.5, "success": True, "reason": "so", "threshold": 0.4, "verboseLogs": "Steps: …"}
    test = {"name": "a", "input": "How?", "actualOutput": "So.", "metricsData": [metric, {**metric, "score": 0.9}]}
    path = tmp_path / "run.json"
    path.write_bytes(json.dumps({"testCases": [test]}).encode())
    (kept,) = (record.kept for record in records_of(path) if isinstance(record, ResponseRecord))
    assert kept["metric G"].startswith("score 0.5")
    assert kept["metric G (2)"].startswith("score 0.9")
    assert kept["metric G: verbose_logs"] == "Steps: …"
    assert kept["metric G: threshold"] == "0.4"


def test_what_a_batch_says_beside_an_answer_is_kept(tmp_path: Path) -> None:
    asked = {"custom_id": "a", "method": "POST", "url": "/v1", "body": {"model": "m", "messages": [
        {"role": "user", "content": "Hi?"}]}}  # fmt: skip
    body = {"choices": [{"message": {"role": "assistant", "content": "No."}, "finish_reason": "stop"}], "model": "m"}
    answered = {"id": "b1", "custom_id": "a", "response": {"status_code": 200, "request_id": "r1", "body": body}}
    (tmp_path / "batch_input.jsonl").write_bytes(as_bytes([asked], True))
    path = tmp_path / "batch_output.jsonl"
    path.write_bytes(as_bytes([answered], True))
    (kept,) = (record.kept for record in records_of(path) if isinstance(record, ResponseRecord))
    assert (kept["id"], kept["response.request_id"]) == ("b1", "r1")


def rows_listed(rows: Iterable[dict[str, Any]]) -> set[str]:
    """The places that are listed where `id` and `choices[].text` are read of each row."""
    watch = Watch()
    for row in rows:
        held: Any = watch.row(row, "rows[]")
        held.get("id")
        for choice in held.get("choices"):
            choice.get("text")
    return {use.name for use in left_out(watch, {})}


LATE: dict[str, dict[str, Any]] = {
    "rows[].late": {"late": "said once"},
    "rows[].choices[].late": {"choices": [{"text": "a"}, {"text": "b", "late": "said once"}]},
    "rows[].mostly_empty": {"mostly_empty": "not here"},
    # what was plain in every row before holds an object once
    "rows[].id.late": {"id": {"late": "said once"}},
    "rows[].id[].late": {"id": ["plain", {"late": "said once"}]},
    "rows[].choices[].text.late": {"choices": [{"text": "a"}, {"text": {"late": "said once"}}]},
    "rows[].choices[].last": {"choices": [{"text": "a"}] * 200 + [{"text": "b", "last": "said once"}]},
}


@pytest.mark.parametrize(("place", "more"), LATE.items())
@pytest.mark.parametrize("at", [0, 299, 300, 345, 999, 1234])
def test_a_field_that_stands_in_one_row_only_is_listed_wherever_that_is(
    place: str, more: dict[str, Any], at: int
) -> None:
    ordinary = {"id": "a", "choices": [{"text": "a"}], "mostly_empty": ""}
    assert rows_listed({**ordinary, **more} if n == at else ordinary for n in range(1300)) == {place}


def test_rows_of_one_shape_are_not_all_watched() -> None:
    watch = Watch()
    rows: Iterable[dict[str, object]] = (
        {"id": n, "choices": [{"text": str(n)}], "note": "" if n % 2 else "so"} for n in range(2000)
    )
    watched = sum(isinstance(watch.row(row, "rows[]"), Watched) for row in rows)
    assert watched == 300 + 17


def test_names_that_are_new_in_each_row_do_not_grow_without_end() -> None:
    watch = Watch()
    watched = [isinstance(watch.row({f"name {n}": n + 1}, "rows[]"), Watched) for n in range(9000)]
    assert all(watched[:5000])
    assert sum(watched[5000:]) == 40
    (line,) = left_out(watch, {})
    assert isinstance(line, ColumnUse)
    assert line.why.startswith("5000 fields of it")
