"""Logs of other tools with anything changed in them: reading ends with records or a sentence."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.errors import KnownError
from tests.exchange.reading import PLAIN, records_of
from tests.support.eval_logs import (
    evals_lines,
    graded,
    helm_file,
    helm_state,
    inspect_eval,
    inspect_json,
    inspect_sample,
    lines_file,
    lm_eval_row,
    promptfoo_database,
    promptfoo_json,
    promptfoo_row,
)

EDIT = {"value": "UNCHANGED", "answer": "refuse", "provenance": {"author": "a", "timestamp": "t"}}
SCORES = {"s": {"value": {"a": 1}, "history": [{"value": 1}, EDIT]}, "human": "C"}
TURNS = [{"role": "system", "content": "s"}, {"role": "user", "content": [{"type": "text", "text": "q"}]}]
SAMPLES = [
    inspect_sample(scores=SCORES, input=TURNS, attachments={"x": "y"}, choices=["a"], error={"message": "m"}),
    inspect_sample("two", invalidation={"author": "a"}),
]
ROWS = [promptfoo_row(gradingResult=graded(True, human=False, comment="c")), promptfoo_row(testIdx=1)]
STATES = [helm_state(), helm_state("two", thinking={"text": "t"})]
Writer = Callable[[Path, Any], Path]
LOGS: dict[str, tuple[Any, Writer]] = {
    "inspect": (SAMPLES, lambda folder, held: inspect_json(folder / "a.json", held)),
    "promptfoo": (ROWS, lambda folder, held: promptfoo_json(folder / "a.json", held)),
    "lm-eval": ([lm_eval_row(), lm_eval_row(1)], lambda folder, held: lines_file(folder / "samples_a.jsonl", held)),
    "openai-evals": (evals_lines(), lambda folder, held: lines_file(folder / "a.jsonl", held)),
    "helm": (STATES, lambda folder, held: helm_file(folder / "scenario_state.json", held)),
}
ODD: list[object] = [
    None, True, 0, -1, 1.5, float("nan"), 10**30, "", "x", "\x00", "UNCHANGED", "1e999", [], [[]], {}, {"a": None},
    [None], ["x"], [{}], "[1", '[{"role": "user"}]', "\ud800", "a" * 300, "sk-" + "a" * 30,
]  # fmt: skip
odd = st.sampled_from(ODD)


def inside(value: object) -> dict[object, object]:
    """{name or number: value} of an object or a list; nothing of what is neither."""
    return dict(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())


def places(value: object, at: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The way to every value inside."""
    return [place for name, held in inside(value).items() for place in ((*at, name), *places(held, (*at, name)))]


def change(held: object, place: tuple[object, ...], new: object, how: str) -> None:
    """Put another value at the place, take it out, or put its value under another name."""
    *way, last = place
    for name in way:
        held = inside(held).get(name)
    if isinstance(held, dict) and last in held:
        value = held.pop(last)
        if how != "out":
            held[f"other_{last}" if how == "name" else last] = value if how == "name" else copy.deepcopy(new)
    elif isinstance(held, list) and isinstance(last, int) and last < len(held):
        held[last] = copy.deepcopy(new)


@pytest.mark.parametrize("name", LOGS)
@given(data=st.data())
def test_any_change_ends_with_records_or_a_sentence(name: str, data: st.DataObject) -> None:
    original, write = LOGS[name]
    held = copy.deepcopy(original)
    for place in data.draw(st.lists(st.sampled_from(places(original)), max_size=4)):
        change(held, place, data.draw(odd), data.draw(st.sampled_from(["value", "value", "out", "name"])))
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), held)
        with suppress(KnownError):
            assert records_of(path, PLAIN, name)


@given(st.sampled_from([".eval", ".db"]), st.binary(max_size=64), st.integers(0, 100_000), st.booleans())
def test_other_bytes_in_an_archive_or_a_database_end_so_too(kind: str, other: bytes, at: int, cut: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{kind}"
        if kind == ".eval":
            inspect_eval(path, SAMPLES, zstd=at % 2 == 0)
        else:
            promptfoo_database(path, ROWS)
        content = bytearray(path.read_bytes())
        start = at % len(content)
        content[start : start + len(other)] = other
        path.write_bytes(content[: start + len(other)] if cut else content)
        with suppress(KnownError):
            records_of(path, PLAIN, "inspect" if kind == ".eval" else "promptfoo")


@given(st.sampled_from(list(LOGS)), st.integers(0, 10_000))
def test_a_file_that_ends_anywhere_ends_so_too(name: str, at: int) -> None:
    held, write = LOGS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), held)
        content = path.read_bytes()
        path.write_bytes(content[: at % len(content)])
        with suppress(KnownError):
            records_of(path, PLAIN, name)


def test_what_is_written_for_the_fuzz_reads_without_a_bad_row(tmp_path: Path) -> None:
    """Else the changes would all be made to what is refused anyway."""
    for name, (held, write) in LOGS.items():
        records = records_of(write(tmp_path, json.loads(json.dumps(held))), PLAIN, name)
        assert sum(type(each).__name__ == "ResponseRecord" for each in records) >= 1
