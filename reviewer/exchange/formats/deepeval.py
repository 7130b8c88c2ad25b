"""DeepEval: test runs (JSON) as a run with its metrics kept, and goldens (JSON, JSON Lines, CSV) as cases.

A metric says how an output scored, not what the response did, and one that failed has an error and no score; all are
kept beside the responses. Fields have the names of the test run (`actualOutput`) or those of Python (`actual_output`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from reviewer.core.cases import CaseKey
from reviewer.core.responses import Response
from reviewer.exchange.kit.delimited import read_named
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, object_at, objects_at, one_more, text_at
from reviewer.exchange.kit.json_items import json_items, json_lines_or_items, json_parts
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.safe_json import json_names
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.watched import like, untouched

_USES = {
    "input": "messages",
    "turns": "messages and text",
    "actual_output": "text",
    "name": "key",
    "tags": "tags",
    "label": "label",
    **dict.fromkeys(("metrics_data", "metrics_metadata"), "kept, one line for each metric"),
    **dict.fromkeys(("test_cases", "messages"), "messages and text"),
}
_RUN_LISTS = ("testCases", "test_cases", "test_results")
_TALK_LISTS = ("conversationalTestCases", "conversational_test_cases")
_WRAPPED = ("", "testRunData.", "test_run_data.")
"""`.latest_test_run.json` has the run in a field of its own."""
_METRICS_AT = ("metrics_data", "metrics_metadata")
"""The name now, and the one before version 2."""
_PAIRS = ("test_cases", "messages")
"""Where versions before 2.8 had the exchanges of a conversation, each an input and an output."""
_OUTPUTS = frozenset({"actualOutput", "actual_output"})
_GOLDEN = frozenset({"input", "expected_output", "retrieval_context"})
_OF_METRIC = frozenset({"name", "metric", "error", "score", "success", "reason"})
_NUMBERED = re.compile(r"(?:conversational_)?test_case_\d+\Z")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ABOUT = ("hyperparameters", "datasetAlias", "identifier", "testFile", "deepevalVersion")
_METRICS = "{n|result of a metric is|results of metrics are} kept beside the responses; none says what a response did."
_FAILED = "{n|metric|metrics} failed: the error is kept, and what is said of the test case there means nothing."


_OF_RUN = "of the whole run, not of a response"


class DeepEvalRun:
    name = "deepeval"
    description = "A DeepEval test run (JSON): test cases with their outputs as a run; metrics kept."
    suffixes = (".json",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        lists = [f"{above}{name}[]" for above in _WRAPPED for name in _RUN_LISTS]
        talks = [f"{above}{name}[]" for above in _WRAPPED for name in _TALK_LISTS]
        runs = any(f"{name}.{output}" in keys for name in lists for output in _OUTPUTS)
        return runs or any(f"{name}.{turns}" in keys for name in talks for turns in ("turns", "testCases", "messages"))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        about: Json = json_parts(source, *_ABOUT)
        names = json_names(source.start().lstrip("\ufeff").encode("utf-8", "replace"))
        above = next((name for name in ("testRunData", "test_run_data") if name in names), "")
        if above:
            about = object_at(json_parts(source, above).get(above))
        hyper = object_at(about.get("hyperparameters"))
        named = next((text_at(about.get(name)) for name in ("datasetAlias", "identifier", "testFile")), "")
        file = ForeignFile(options, label_table("deepeval"), named or source.name, Ledger(_USES))
        model = next((text_at(value) for name, value in hyper.items() if name.strip().lower() == "model"), "")
        for name, held in about.items():
            file.ledger.passed_over(name, _OF_RUN, held)
        yield from file.begin(text_at(about.get("deepevalVersion")))
        for name in (*_RUN_LISTS, *_TALK_LISTS):
            for row in json_items(source, f"{above}.{name}.item" if above else f"{name}.item"):
                yield from (row,) if isinstance(row, BadRow) else _tested(file, row[0], _snake(row[1]), model)
        yield from file.end()


class DeepEvalGoldens:
    name = "deepeval-goldens"
    description = "DeepEval's goldens (JSON, JSON Lines, CSV): inputs as cases, actual outputs as a run."
    suffixes = (".json", ".jsonl", ".csv")
    general = False

    def recognises(self, head: FileHead) -> bool:
        return {*head.json_keys, *head.columns} >= _GOLDEN

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        file = ForeignFile(options, label_table("deepeval"), source.name, Ledger(_USES))
        yield from file.begin()
        is_json = source.start().lstrip("\ufeff \t\r\n")[:1] in ("[", "{")
        for row in json_lines_or_items(source) if is_json else read_named(source, ("input",)):
            yield from (row,) if isinstance(row, BadRow) else _tested(file, row[0], _snake(row[1]), "")
        yield from file.end()


def _snake(item: Json) -> dict[str, object]:
    """`actualOutput` → `actual_output`, so that both kinds of names are one."""
    found, former = dict[str, object](), dict[str, str]()
    for name, value in untouched(item):
        found[snake := _HUMP.sub("_", name).lower()] = value
        former[snake] = name
    return like(item, found, former)


def _tested(file: ForeignFile, line: int, item: dict[str, object], model: str) -> Iterator[Record]:
    """A test case or golden: its case, and its response where it has an output at all."""
    metadata = _metadata(item)
    name = text_at(item.get("name"))
    turns = _turns(item)
    asked, answer = _split(turns) if turns else (item.get("input"), item.get("actual_output"))
    kept = {**file.ledger.kept(item), **_metrics(file, item)}
    given = ForeignCase(
        line,
        asked,
        key="" if _NUMBERED.match(name) else name,
        label=text_at(metadata.get("label")),
        tags=[tag for tag in _list(item.get("tags")) if isinstance(tag, str)],
        kept={} if isinstance(answer, str) else kept,
    )
    key, said = file.case(given)
    yield from said
    if key is None or not isinstance(answer, str) or not (answer or item.keys() & {*_METRICS_AT}):
        return
    yield from _answered(file, line, key, answer, model, kept)


def _answered(
    file: ForeignFile, line: int, key: CaseKey, text: str, model: str, kept: dict[str, str]
) -> Iterator[Record]:
    run, said = file.run(model, line)
    yield from said
    yield from file.response(line, run, Response(key, text=text, model=model), kept)[1]


def _turns(item: dict[str, object]) -> list[Json]:
    """The messages of a conversation; none where the item is a single exchange."""
    turns: list[Json] = [
        {"role": turn.get("role"), "content": turn.get("content")} for turn in objects_at(item.get("turns"))
    ]
    for name in _PAIRS:
        for pair in map(_snake, objects_at(item.get(name))):
            turns.append({"role": "user", "content": pair.get("input")})
            if isinstance(pair.get("actual_output"), str):
                turns.append({"role": "assistant", "content": pair["actual_output"]})
    return turns


def _split(turns: list[Json]) -> tuple[object, object]:
    """(what was asked, the last reply) of a conversation."""
    replied = turns[-1].get("role") == "assistant"
    return (turns[:-1], turns[-1].get("content")) if replied else (turns, None)


def _metadata(item: Json) -> Json:
    held = next((item[name] for name in ("metadata", "additional_metadata") if item.get(name)), {})
    if isinstance(held, str):
        try:
            held = json.loads(held)
        except (ValueError, RecursionError):
            held = {}
    return object_at(held)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _metrics(file: ForeignFile, item: Json) -> dict[str, str]:
    """{`metric NAME`: what it says} of a test case, and beside it whatever else the tool wrote of the metric."""
    found: dict[str, str] = {}
    for metric in [each for name in _METRICS_AT for each in objects_at(item.get(name))]:
        held = _snake(metric)
        error, score = text_at(held.get("error")), text_at(held.get("score"))
        file.tell(_FAILED if error else _METRICS)
        passed = "" if error else f"success {json.dumps(held.get('success'))}"
        said = [
            f"error {error}" if error else "",
            f"score {score}" if score else "",
            passed,
            text_at(held.get("reason")),
        ]
        name = one_more(found, f"metric {text_at(held.get('name', held.get('metric')))}")
        found[name] = "; ".join(filter(None, said))
        left = {field: value for field, value in held.items() if field not in _OF_METRIC}
        found |= file.ledger.kept(left, f"{name}: ")
    return found
