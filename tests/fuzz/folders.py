"""Formats of several files: a folder, or a file with others beside it; small ones to start from, changed at random."""

from __future__ import annotations

import io
import json
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa

from tests.fuzz.mutating import mutated
from tests.fuzz.tool_seeds import REPLY, USER, Row, lines, own_seeds

Files = Mapping[str, bytes]
OUTSIDE = b"outside\n"
_NAMES = ("a" * 200 + ".json", "train", "data-00000-of-00001.arrow", "state.json", ".hidden")


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _arrow() -> bytes:
    sink, table = io.BytesIO(), pa.table({"prompt": ["Hi?", "Ho?"], "label": [0, 1], "response": ["No.", "So."]})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _dataset(above: str = "") -> Files:
    features = {
        "prompt": {"dtype": "string", "_type": "Value"},
        "label": {"names": ["answer", "refuse"], "_type": "ClassLabel"},
    }
    shard = "data-00000-of-00001.arrow"
    return {
        f"{above}{shard}": _arrow(),
        f"{above}dataset_info.json": _json({"features": features, "license": "mit"}),
        f"{above}state.json": _json({"_data_files": [{"filename": shard}], "_split": "train"}),
    }


def _dataset_dict() -> Files:
    splits = ("train", "test")
    return {
        "dataset_dict.json": _json({"splits": splits}),
        **{name: content for split in splits for name, content in _dataset(f"{split}/").items()},
    }


def _potato() -> Files:
    config = "data_files:\n  - items.jsonl\nitem_properties:\n  id_key: nr\n  text_key: prompt\n"
    older: Row = {"id": "a", "label_annotations": {"action": {"x": "on"}}}
    said = {"user_id": "u", "instance_id_to_label_to_value": [["a", [[{"schema": "action", "name": "refuse"}, "on"]]]]}
    return {
        "config.yaml": config.encode(),
        "items.jsonl": lines({"nr": "a", "prompt": "Hi?", "response": "No."}),
        "annotation_output/u/user_state.json": _json(said),
        "annotation_output/v/annotated_instances.jsonl": lines(older),
    }


def _argilla() -> Files:
    record = {"id": "r", "fields": {"prompt": "Hi?", "response": "No."}, "metadata": {}, "responses": {}}
    return {
        "records.json": _json([record]),
        ".argilla/settings.json": _json({"questions": [{"name": "label"}], "fields": []}),
        ".argilla/dataset.json": _json({"name": "d"}),
    }


def _helm() -> Files:
    return {"run/scenario_state.json": own_seeds("helm")["own.json"], "run/run_spec.json": _json({"name": "r"})}


def _lm_eval() -> Files:
    return {
        "m/samples_task_2025-01-01.jsonl": own_seeds("lm-eval")["own.jsonl"],
        "m/results_2025-01-01.json": _json({"results": {"task": {}}, "configs": {}, "model_name": "m"}),
    }


def _openai() -> Files:
    body = {"choices": [{"message": REPLY, "finish_reason": "stop"}], "model": "m"}
    failed: Row = {
        "custom_id": "b",
        "response": {"status_code": 500, "body": {"error": {"message": "busy"}}},
        "error": None,
    }
    asked: list[Row] = [
        {"custom_id": key, "url": "/v1", "body": {"model": "m", "messages": [USER], "metadata": {"topic": "t"}}}
        for key in ("a", "b")
    ]
    return {
        "batch_output.jsonl": lines({"custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None}),
        "batch_input.jsonl": lines(*asked),
        "batch_errors.jsonl": lines(failed),
    }


def _anthropic() -> Files:
    message = {"role": "assistant", "content": [{"type": "text", "text": "No."}], "stop_reason": "end_turn"}
    return {
        "results.jsonl": lines({"custom_id": "a", "result": {"type": "succeeded", "message": message}}),
        "requests.json": _json({"requests": [{"custom_id": "a", "params": {"model": "m", "messages": [USER]}}]}),
    }


SEVERAL: Mapping[str, tuple[tuple[str, Callable[[], Files]], ...]] = {
    "datasets-folder": (("", _dataset), ("", _dataset_dict)),
    "potato": (("", _potato), ("annotation_output", _potato)),
    "argilla": (("", _argilla),),
    "helm": (("", _helm),),
    "lm-eval": (("", _lm_eval), ("m/samples_task_2025-01-01.jsonl", _lm_eval)),
    "openai-batch": (("batch_output.jsonl", _openai), ("batch_input.jsonl", _openai)),
    "anthropic-batch": (("results.jsonl", _anthropic),),
}
"""By format: what is opened, "" for the folder itself, and the files."""


def write_changed(format_name: str, folder: Path, chance: random.Random) -> Path:
    """Write a folder of the format with some of its files changed, gone, doubled or linked; the path to open.

    Links lead to a file of its own beside the folder, to the folder, or nowhere, and nothing is written through one.
    """
    outside = folder.with_name("outside.txt")
    outside.write_bytes(OUTSIDE)
    opened, make = chance.choice(SEVERAL[format_name])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in make().items():
        kind = chance.random()
        if kind < 0.1 and name != opened:
            continue
        place = folder / (chance.choice(_NAMES) if kind < 0.15 and name != opened else name)
        if place.is_symlink() or place.exists() or any(above.is_file() for above in place.parents):
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if kind > 0.97 and name != opened:
            place.symlink_to(chance.choice([outside, folder, Path("nowhere")]))
        else:
            place.write_bytes(mutated(content, chance) if chance.random() < 0.6 else content)
    return folder / opened if opened else folder
