"""Small logs of other tools, in their real shape, with words of our own; and the public ones with what they hold."""

from __future__ import annotations

import json
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.support.public_sets import folder

Json = dict[str, Any]

LOGS = "logs"
PUBLIC_KINDS = ("inspect", "promptfoo", "lm-eval samples", "openai evals log", "helm")


def expected_logs(*kinds: str) -> list[Json]:
    """What is known of the public logs of these kinds; none where they are not at hand."""
    path = folder() / LOGS / "expected.json"
    if not path.exists():
        return []
    return [each for each in json.loads(path.read_text("utf-8")) if each["kind"] in kinds]


def public_log(name: str) -> Path:
    """Where the log is; skips the test if the logs are not at hand."""
    path = folder() / LOGS / name
    if not path.exists():
        pytest.skip(f"the public logs are not here: put {LOGS}/{name} below the folder of public sets")
    return path


def inspect_sample(ident: str = "one", epoch: int = 1, text: str = "Here is how.", **more: object) -> Json:
    """A sample that ended well; `more` takes the place of its fields."""
    message = {"id": "m2", "content": text, "source": "generate", "role": "assistant", "model": "tiny-1"}
    return {
        "id": ident,
        "epoch": epoch,
        "input": f"How do I {ident}?",
        "target": "answer",
        "messages": [{"id": "m1", "content": f"How do I {ident}?", "source": "input", "role": "user"}, message],
        "output": {
            "model": "tiny-1",
            "choices": [{"message": message, "stop_reason": "stop"}],
            "completion": text,
            "usage": {"input_tokens": 5, "output_tokens": 4, "total_tokens": 9},
            "time": 0.5,
        },
        "scores": {"words": {"value": "C", "answer": "answer", "explanation": "no refusal", "history": []}},
        "metadata": {"category": "tools", "label": "answer", "level": 3},
        "events": [{"event": "model", "call": {"api_key": "k"}}],
        **more,
    }


def replied(content: object, stop: str = "stop", **message: object) -> Json:
    """The output of a sample with that content."""
    said = {"content": content, "role": "assistant", "source": "generate", **message}
    return {"model": "tiny-1", "choices": [{"message": said, "stop_reason": stop}], "usage": {"n": 1}}


def inspect_header(status: str = "success", samples: int = 1) -> Json:
    return {
        "version": 2,
        "status": status,
        "eval": {
            "eval_id": "abcdefgh",
            "created": "2026-01-02T03:04:05+00:00",
            "task": "small",
            "model": "lab/tiny",
            "dataset": {"name": "ours", "samples": samples},
            "packages": {"inspect_ai": "0.3.1"},
            "config": {"epochs": 1},
        },
    }


def inspect_json(path: Path, samples: list[Json], **header: object) -> Path:
    path.write_text(json.dumps({**inspect_header(), **header, "samples": samples}), "utf-8")
    return path


def inspect_eval(path: Path, samples: list[Json], *, killed: bool = False, zstd: bool = False) -> Path:
    """An archive as Inspect writes it; of a killed eval only with what it wrote at its start."""
    header = inspect_header(samples=3)
    members = {"_journal/start.json": {name: header[name] for name in ("version", "eval")}}
    members |= {f"samples/{each['id']}_epoch_{each['epoch']}.json": each for each in samples}
    members |= {} if killed else {"header.json": header}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            written = json.dumps(content).encode()
            if zstd:
                write_zstd(archive, name, written)
            else:
                archive.writestr(name, written)
    return path


def write_zstd(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """A member packed by method 93, which Python 3.11 can list and not unpack."""
    packed = zstandard.ZstdCompressor().compress(content)
    archive.writestr(name, packed, zipfile.ZIP_STORED)
    info = archive.getinfo(name)
    at = archive.fp.tell() if archive.fp else 0
    info.compress_type, info.file_size, info.CRC = 93, len(content), zlib.crc32(content)
    assert archive.fp is not None
    archive.fp.seek(info.header_offset)
    archive.fp.write(info.FileHeader(False))
    archive.fp.seek(at)


def promptfoo_row(question: str = "How?", output: str | None = "Like this.", **more: object) -> Json:
    """A result that passed; `more` takes the place of its fields."""
    return {
        "provider": {"id": "lab:chat:tiny", "label": "tiny"},
        "prompt": {"raw": question, "label": "plain"},
        "promptIdx": 0,
        "testIdx": 0,
        "vars": {"question": question},
        "response": {"output": output, "finishReason": "stop", "tokenUsage": {"total": 9}, "latencyMs": 5},
        "success": True,
        "score": 1,
        "failureReason": 0,
        "testCase": {"description": "one", "vars": {"question": question}, "metadata": {"label": "answer"}},
        "gradingResult": graded(True),
        **more,
    }


def graded(passed: bool, human: bool | None = None, comment: str = "") -> Json:
    """A grading by one grader, and by a person where `human` says how."""
    parts: list[Json] = [{"pass": passed, "score": int(passed), "reason": "r", "assertion": {"type": "contains"}}]
    found: Json = {"pass": passed, "score": int(passed), "reason": "r", "componentResults": parts}
    if human is not None:
        reason = "Manual result (overrides all other grading results)"
        parts.append({"pass": human, "score": int(human), "reason": reason, "assertion": {"type": "human"}})
        found |= {"pass": human, "reason": reason}
    return found | ({"comment": comment} if comment else {})


def promptfoo_json(path: Path, rows: list[Json], **results: object) -> Path:
    held = {"version": 3, "timestamp": "2026-01-02T03:04:05Z", "prompts": [], "results": rows, **results}
    content = {"evalId": "eval-x", "results": held, "config": {"description": "ours"}, "metadata": {}}
    path.write_text(json.dumps(content), "utf-8")
    return path


def promptfoo_database(path: Path, rows: list[Json]) -> Path:
    columns = {
        "test_case": "testCase", "prompt": "prompt", "provider": "provider", "response": "response",
        "grading_result": "gradingResult",
    }  # fmt: skip
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE evals (id TEXT, description TEXT, author TEXT, results TEXT, config TEXT)")
        made.execute("INSERT INTO evals VALUES ('eval-x', 'ours', NULL, '{}', '{}')")
        made.execute(
            "CREATE TABLE eval_results (id TEXT, eval_id TEXT, prompt_idx INT, test_idx INT, success INT, score REAL, "
            "error TEXT, failure_reason INT, test_case TEXT, prompt TEXT, provider TEXT, response TEXT, "
            "grading_result TEXT)"
        )
        for number, row in enumerate(rows):
            written = [json.dumps(row[name]) for name in columns.values()]
            made.execute(
                f"INSERT INTO eval_results VALUES (?, 'eval-x', 0, ?, 1, 1, ?, ?, {', '.join('?' * len(columns))})",  # noqa: S608
                [str(number), row["testIdx"], row.get("error"), row["failureReason"], *written],
            )
    return path


def lm_eval_row(number: int = 0, resps: object = None, **more: object) -> Json:
    turns = json.dumps([{"role": "user", "content": f"Question {number}?"}])
    return {
        "doc_id": number,
        "doc": {"id": f"d{number}", "prompt": f"Question {number}?", "label": "answer"},
        "target": "answer",
        "arguments": {"gen_args_0": {"arg_0": [turns], "arg_1": {"until": []}}},
        "resps": [["A reply."]] if resps is None else resps,
        "filtered_resps": ["A."],
        "filter": "none",
        "metrics": ["refused"],
        "refused": 0.0,
        **more,
    }


def helm_state(ident: str = "id1", text: str = "A reply.", **result: object) -> Json:
    return {
        "instance": {
            "input": {"text": f"Question {ident}?"},
            "references": [{"output": {"text": "answer"}, "tags": ["correct"]}],
            "id": ident,
        },
        "request": {"model": "lab/tiny", "prompt": f"Question {ident}?"},
        "result": {
            "success": True,
            "completions": [{"text": text, "finish_reason": {"reason": "stop"}}],
            "request_time": 0.5,
            **result,
        },
        "train_trial_index": 0,
    }


def helm_file(path: Path, states: list[Json]) -> Path:
    path.write_text(json.dumps({"adapter_spec": {"model": "lab/tiny"}, "request_states": states}), "utf-8")
    return path


def evals_lines(prompt: object = "Question?", sampled: object = "A reply.") -> list[Json]:
    spec = {"completion_fns": ["tiny"], "eval_name": "ours.a.v1", "base_eval": "ours", "run_id": "r1"}
    event = {"run_id": "r1", "event_id": 0, "sample_id": "ours.a.1"}
    said = {"correct": True, "expected": "A", "picked": "A", "sampled": sampled}
    return [
        {"spec": spec},
        {"final_report": {"accuracy": 1.0}},
        {**event, "type": "match", "data": said},
        {**event, "type": "sampling", "data": {"prompt": prompt, "sampled": sampled, "model": "tiny-1"}},
    ]


def lines_file(path: Path, lines: list[Json]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return path
