"""A file that is read to its end for each format that tool_seeds has none of: tables, logs, and what is declined."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests.fuzz.containers import ods_with, write_zip
from tests.fuzz.tool_seeds import AT, REPLY, USER, Row, document, lines, own_seeds, table

DECLINED = frozenset({"garak-hitlog", "helm-stats", "lm-eval-results", "promptfoo-other", "pyrit-duckdb"})
"""Formats that are known only to say, in a sentence, what to import in their place: they refuse every file."""

_HEADING = ("key", "prompt", "label", "response", "model", "reviewer", "rating")
_ROWS = (("a", "Hi?", "answer", "No.", "m", "u", "refuse"), ("b", "How?", "refuse", "So.", "m", "u", "answer"))


def _records() -> list[Row]:
    return [dict(zip(_HEADING, row, strict=True)) for row in _ROWS]


def _xlsx() -> bytes:
    import openpyxl

    book, sink = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("S", 0)
    for row in (_HEADING, *_ROWS):
        sheet.append(row)
    book.save(sink)
    return sink.getvalue()


def _ods() -> bytes:
    def line(texts: tuple[str, ...]) -> str:
        cells = (
            f'<table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>' for each in texts
        )
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    with tempfile.TemporaryDirectory() as folder:
        return ods_with(Path(folder) / "a.ods", "".join(map(line, (_HEADING, *_ROWS)))).read_bytes()


def _parquet(rows: list[Row]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


def _arrow() -> bytes:
    import pyarrow as pa

    sink, held = io.BytesIO(), pa.Table.from_pylist(_records())
    with pa.ipc.new_file(sink, held.schema) as writer:
        writer.write_table(held)
    return sink.getvalue()


def _sample() -> Row:
    choice = {"message": {**REPLY, "source": "generate"}, "stop_reason": "stop"}
    edit = {"value": "refuse", "provenance": {"author": "u", "timestamp": AT}}
    return {
        "id": "a", "epoch": 1, "input": [USER], "target": "answer", "messages": [USER, REPLY],
        "output": {"model": "m", "choices": [choice], "usage": {"total_tokens": 3}},
        "scores": {"action": {"value": "refuse", "history": [{"value": "answer"}, edit]}}, "metadata": {"topic": "t"},
    }  # fmt: skip


_HEAD: Row = {
    "version": 2,
    "status": "success",
    "eval": {"task": "t", "model": "m", "created": AT, "dataset": {"name": "d", "samples": 1}, "run_id": "r"},
    "plan": {},
    "results": {"total_samples": 1},
    "stats": {},
}


def _eval_log() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        members = {"header.json": json.dumps(_HEAD), "samples/a_epoch_1.json": json.dumps(_sample())}
        return write_zip(Path(folder) / "a.eval", members).read_bytes()


def _promptfoo_row() -> Row:
    return {
        "promptIdx": 0, "testIdx": 0, "success": True, "failureReason": 0, "score": 1, "latencyMs": 5,
        "provider": {"id": "p"}, "prompt": {"raw": "Hi?", "label": "Hi?"}, "vars": {"q": "Hi?"},
        "testCase": {"vars": {"q": "Hi?"}, "metadata": {"label": "answer"}}, "response": {"output": "No."},
        "gradingResult": {"pass": True, "score": 1, "componentResults": [
            {"pass": True, "score": 1, "comment": "so", "assertion": {"type": "human"}}]},
    }  # fmt: skip


def _promptfoo() -> bytes:
    results = {"version": 3, "timestamp": AT, "prompts": [], "results": [_promptfoo_row()]}
    return document({"evalId": "e", "results": results, "config": {}, "shareableUrl": None})


def _pyrit() -> bytes:
    asked: Row = {
        "id": "1", "role": "user", "conversation_id": "c", "sequence": 0, "original_value": "Hi?",
        "converted_value": "Hi?", "original_value_data_type": "text", "converted_value_data_type": "text",
        "labels": {}, "timestamp": AT, "scores": [],
    }  # fmt: skip
    said: Row = {
        **asked,
        "id": "2",
        "role": "assistant",
        "sequence": 1,
        "converted_value": "No.",
        "original_value": "No.",
    }
    return document([asked, said])


def _pyrit_memory() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        connection = sqlite3.connect(path)
        names = ("id", "role", "conversation_id", "sequence", "original_value", "converted_value", "timestamp")
        connection.execute(f"CREATE TABLE PromptMemoryEntries ({', '.join(names)})")
        for at, (role, text) in enumerate((("user", "Hi?"), ("assistant", "No."))):
            row = (str(at), role, "c", at, text, text, "2025-01-01")
            connection.execute("INSERT INTO PromptMemoryEntries VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        connection.commit()
        connection.close()
        return path.read_bytes()


_BATTLE: Row = {
    "question_id": "a", "model_a": "m", "model_b": "n", "winner": "model_a", "turn": 1,
    "conversation_a": [USER, REPLY], "conversation_b": [USER, {**REPLY, "content": "So."}],
}  # fmt: skip
_COMPARED: Row = {
    "instruction": "Hi?", "output_1": "No.", "generator_1": "m", "output_2": "So.", "generator_2": "n",
    "preference": 1.0,
}  # fmt: skip
_JUDGED: Row = {
    "question_id": 1, "model": "m", "judge": ["j", "b"], "judgment": "1", "score": 1.0, "turn": 1,
    "user_prompt": "### Question\nHi?\n### Potential Answer\nNo.",
}  # fmt: skip
_SPAN: Row = {
    "id": "a", "run_type": "llm", "trace_id": "t",
    "inputs": {"messages": [[{"type": "human", "data": {"content": "Hi?"}}]]},
    "outputs": {"generations": [[{"text": "No.", "message": {"kwargs": {"content": "No."}}}]]}, "error": None,
    "feedback_stats": {"score": {"n": 1, "avg": 0.0, "comments": ["so"]}},
    "extra": {"metadata": {"ls_model_name": "m"}},
}  # fmt: skip
_CALL: Row = {
    "id": "a", "traceId": "t", "type": "GENERATION", "model": "m", "input": [USER], "output": REPLY, "level": "DEFAULT",
    "scores": [{"name": "action", "stringValue": "refuse", "source": "ANNOTATION", "authorUserId": "u"}],
}  # fmt: skip
_SPANS = (
    ("context.span_id", "context.trace_id", "span_kind", "attributes.llm.input_messages", "attributes.output.value"),
    (
        "a",
        "t",
        "LLM",
        "[{'message.role': 'user', 'message.content': 'Hi?'}]",
        '{"choices": [{"message": {"content": "No."}}]}',
    ),
)
_TURN: Row = {
    "id": "a",
    "parentId": None,
    "role": "assistant",
    "content": "No.",
    "model": "m",
    "annotation": {"rating": 1},
}
_TREE: Row = {
    "id": "c",
    "chat": {"history": {"messages": {"q": {**_TURN, "id": "q", "role": "user"}, "a": {**_TURN, "parentId": "q"}}}},
}
_OF_TREE: Row = {
    "message_id": "a",
    "parent_id": None,
    "text": "Hi?",
    "role": "prompter",
    "message_tree_id": "a",
    "rank": 0,
}
_CHOSEN: Row = {
    "text": "Hi?",
    "options": [{"id": "m", "text": "No."}, {"id": "n", "text": "So."}],
    "accept": ["m"],
    "_input_hash": 1,
    "_task_hash": 2,
    "_timestamp": 1712000000,
    "_annotator_id": "u",
    "answer": "accept",
}
_ANSWERS: Row = {"instruction": "Hi?", "completions": [{"model": "m", "response": "No.", "overall_score": 1.0}]}
_HIT: Row = {"attempt_id": "a", "detector": "d", "prompt": "p", "output": "o"}
_TOTALS: Row = {"name": {"name": "exact_match", "split": "test"}, "count": 1, "sum": 1.0, "sum_squared": 1.0}
_OF_RUN: Row = {
    "results": {"task": {"acc": 1.0}},
    "configs": {"task": {}},
    "versions": {"task": 1},
    "n-shot": {"task": 0},
}

_MADE: Mapping[str, Mapping[str, Callable[[], bytes]]] = {
    "csv": {"own.csv": lambda: table(_HEADING, *_ROWS), "own.tsv": lambda: table(_HEADING, *_ROWS, delimiter="\t")},
    "clipboard": {"own.csv": lambda: table(_HEADING, *_ROWS, delimiter="\t")},
    "xlsx": {"own.xlsx": _xlsx},
    "ods": {"own.ods": _ods},
    "json": {"own.json": lambda: document(_records()), "own.jsonl": lambda: lines(*_records())},
    "parquet": {"own.parquet": lambda: _parquet(_records())},
    "arrow": {"own.arrow": _arrow},
    "inspect": {"own.json": lambda: document({**_HEAD, "samples": [_sample()]}), "own.eval": _eval_log},
    "promptfoo": {"own.json": _promptfoo},
    "pyrit": {"own.json": _pyrit, "own.db": _pyrit_memory},
    "arena-battles": {"own.json": lambda: document([_BATTLE]), "own.parquet": lambda: _parquet([_BATTLE])},
    "prodigy": {"own.jsonl": partial(lines, _CHOSEN, {**_CHOSEN, "options": [], "label": "refuse", "prompt": "Hi?"})},
    "answer-lists": {"own.json": lambda: document([_ANSWERS]), "own.parquet": lambda: _parquet([_ANSWERS])},
    "message-trees": {
        "own.json": lambda: document([_TREE]),
        "own.jsonl": partial(lines, _OF_TREE, {**_OF_TREE, "message_id": "b", "parent_id": "a", "role": "assistant"}),
    },
    "alpaca-eval-pairs": {"own.json": lambda: document([_COMPARED])},
    "garak-hitlog": {"own.jsonl": partial(lines, _HIT)},
    "helm-stats": {"own.json": lambda: document([_TOTALS])},
    "lm-eval-results": {"own.json": partial(document, _OF_RUN)},
    "promptfoo-other": {"own.json": lambda: document({"prompts": ["Hi?"], "providers": ["p"], "tests": []})},
    "pyrit-duckdb": {"own.db": lambda: bytes(8) + b"DUCK" + bytes(64)},
    "traces": {
        "own.jsonl": partial(lines, _SPAN),
        "own.json": lambda: document([_CALL]),
        "own.csv": lambda: table(*_SPANS),
    },
    "sorry-bench-judgments": {"own.jsonl": partial(lines, _JUDGED)},
}


def whole_seeds(format_name: str) -> dict[str, bytes]:
    """{file name: content} of files that the format reads to their end, or declines where it declines all."""
    made = {name: make() for name, make in _MADE.get(format_name, {}).items()}
    return made or own_seeds(format_name)
