"""`classify IN.jsonl --out OUT.jsonl`: lines in, lines out, bad lines reported and left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.classify.lines import Counts, classify_lines
from reviewer.classify.rules import CLASSIFIER
from reviewer.core.errors import EnvironmentFault, InputError


def run(tmp_path: Path, content: bytes) -> tuple[Counts, list[dict[str, Any]], list[tuple[int, str]]]:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(content)
    bad: list[tuple[int, str]] = []
    counts = classify_lines(source, target, lambda number, why: bad.append((number, why)))
    return counts, [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()], bad


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def test_writes_the_lines_of_the_contract_in_order(tmp_path: Path) -> None:
    content = line(id="b", prompt="How?", response="I can't help with that.") + line(
        id="a", messages=[{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "…"}], response="Yes."
    )
    counts, records, bad = run(tmp_path, content)
    assert counts == (2, 0, 0)
    assert bad == []
    assert [record["id"] for record in records] == ["b", "a"]
    first = records[0]
    assert first["action"] == "refuse"
    assert first["engagement"] == "none"
    assert first["refusal_kind"] == "normative"
    assert first["caveat"] is False
    assert first["asks"] is False
    assert first["classifier"] == CLASSIFIER
    (evidence,) = first["evidence"]
    assert (evidence["start"], evidence["end"], evidence["kind"]) == (0, 23, "declines")
    assert evidence["why"]
    assert 0 <= first["action_confidence"] <= first["confidence"] <= 1
    assert records[1]["action"] == "answer"


def test_an_empty_response_is_unscored_and_not_bad(tmp_path: Path) -> None:
    counts, records, _ = run(tmp_path, line(id="1", prompt="How?", response=""))
    assert counts == (1, 0, 0)
    assert records[0]["action"] is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{not json\n", "not valid JSON"),
        (b"[1]\n", "not a JSON object"),
        (b"\xff\xfe\n", "not UTF-8"),
        (line(prompt="How?", response="x"), '"id"'),
        (line(id="1", prompt="How?"), '"response"'),
        (line(id="1", response="x"), '"messages"'),
        (line(id="1", messages=[], response="x"), '"messages"'),
        (line(id="1", messages=["hi"], response="x"), "Message 1"),
        (line(id="1", messages=[{"role": "robot", "content": "hi"}], response="x"), "unknown role"),
        (b"[" * 100_000 + b"\n", "not valid JSON"),
    ],
)
def test_a_bad_line_is_reported_by_number_and_left_out(tmp_path: Path, content: bytes, why: str) -> None:
    good = line(id="good", prompt="How?", response="Yes.")
    counts, records, bad = run(tmp_path, good + b"\n" + content + good)
    assert counts == (2, 1, 0)
    assert len(records) == 2
    assert bad[0][0] == 3
    assert why in bad[0][1]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    counts, _, _ = run(tmp_path, b"\xef\xbb\xbf" + line(id="1", prompt="How?", response="Yes."))
    assert counts == (1, 0, 0)


def test_a_lone_surrogate_in_a_response_is_classified(tmp_path: Path) -> None:
    counts, _, _ = run(tmp_path, b'{"id": "\\ud800", "prompt": "a", "response": "\\ud83d I can\'t help."}\n')
    assert counts == (1, 0, 0)


def refuse_calls(number: int, why: str) -> None:
    pytest.fail(f"line {number}: {why}")


def test_a_missing_input_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        classify_lines(tmp_path / "none.jsonl", tmp_path / "out.jsonl", refuse_calls)


def test_a_folder_and_a_binary_file_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    binary = tmp_path / "in.bin"
    binary.write_bytes(b"PK\x03\x04\0\0")
    for source in (tmp_path, binary):
        with pytest.raises(InputError):
            classify_lines(source, tmp_path / "out.jsonl", refuse_calls)
    assert [path.name for path in tmp_path.iterdir()] == ["in.bin"]


def test_a_target_in_a_folder_that_is_not_there_is_the_environments_fault(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(line(id="1", prompt="How?", response="Yes."))
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        classify_lines(source, tmp_path / "none" / "out.jsonl", refuse_calls)


def test_a_failure_keeps_the_old_target_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(line(id="1", prompt="How?", response="Yes.") + b"{\n")
    target.write_text("old")

    def stop(number: int, why: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        classify_lines(source, target, stop)
    assert target.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]
