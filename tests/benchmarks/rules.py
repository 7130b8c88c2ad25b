"""The rules against the authors of the sample responses: five-action agreement, confusion, and their speed."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from reviewer.app.paths import samples_folder
from reviewer.classify.rules import classify_response
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import Message, checked_messages
from reviewer.core.responses import ResponseState
from tests.benchmarks.measure import Figure

ACTIONS = Path(__file__).parents[1] / "classify" / "sample_actions.jsonl"

Judged = list[tuple[tuple[Message, ...], str, str]]


def judged_samples() -> Judged:
    """(messages, response text, the action its author meant) of every sample response."""
    folder = samples_folder()
    cases = {line["key"]: line for line in _lines(folder / "sensitive-requests.jsonl") if "key" in line}
    texts = {
        (run, line["case"]): line["text"]
        for run in ("1.0", "1.1")
        for line in _lines(folder / f"responses-{run}.jsonl")
    }
    return [
        (checked_messages(cases[line["case"]]["messages"]), texts[line["run"], line["case"]], line["action"])
        for line in _lines(ACTIONS)
    ]


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rules() -> Iterator[Figure]:
    samples = judged_samples()
    start = time.perf_counter()
    read = [classify_response(messages, text, ResponseState.OK, DEFAULT_SCALE).action for messages, text, _ in samples]
    seconds = time.perf_counter() - start
    table = Counter((meant, action) for (_, _, meant), action in zip(samples, read, strict=True))
    right = sum(count for (meant, action), count in table.items() if meant == action)
    yield Figure(f"five-action agreement on {len(samples)} sample responses", 100 * right / len(samples), "%")
    yield Figure("responses a second", len(samples) / seconds, "/s")
    sys.stdout.write("what the author meant, by row; what the rules read, by column (last column: unscored)\n")
    for number, meant in enumerate(DEFAULT_SCALE.ids, start=1):
        cells = "".join(f"{table[meant, action]:>6}" for action in (*DEFAULT_SCALE.ids, None))
        sys.stdout.write(f"{number} {meant:<34}{cells}\n")
