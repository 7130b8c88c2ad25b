"""Output items of OpenAI's hosted evals (`eval.run.output_item`), as JSON Lines, a list, or the page of its API."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.core.cases import SuiteHead
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState, state_of
from reviewer.exchange.kit.json_items import json_items, json_lines_or_items
from reviewer.exchange.kit.log_tables import log_table
from reviewer.exchange.kit.logs import (
    Log,
    LogSample,
    Rating,
    Reply,
    as_list,
    as_object,
    as_text,
    flattened,
    whole_numbers,
)
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, OriginRecord, Record, Told
from reviewer.exchange.kit.safe_json import json_names
from reviewer.exchange.kit.sources import FileHead, Source

Fields = dict[str, object]

_NEEDED = frozenset({"datasource_item", "sample.output"})
_CUT = frozenset({"length", "max_tokens", "max_output_tokens"})
_IDS = ("id", "key", "case_id", "custom_id")
_PARTS = ("datasource_item", "sample", "results")


class OpenAiEvalItems:
    name = "openai-eval-items"
    description = (
        "Output items of OpenAI's hosted evals (JSON, JSON Lines): samples as responses, graders' results kept."
    )
    suffixes = (".jsonl", ".json")
    general = False

    def recognises(self, head: FileHead) -> bool:
        return any(head.json_keys >= {f"{above}{name}" for name in _NEEDED} for above in ("", "data[]."))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        log = Log(log_table("openai_eval_items"), options)
        head = SuiteHead(options.suite or source.name, scale=options.scale, description="An eval hosted by OpenAI.")
        origin = OriginRecord(log.table.tool, mapping_version=log.table.version)
        yield from log.records(head, origin, _samples(log, source))


def _samples(log: Log, source: Source) -> Iterator[LogSample | BadRow | Told]:
    names = json_names(source.start().lstrip("\ufeff").encode("utf-8", "replace"))
    rows = json_items(source, "data.item") if "data[].datasource_item" in names else json_lines_or_items(source)
    n = 0
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        n += 1
        yield _sample(log, row[0], dict(row[1]))
    if not n:
        raise InputError(f"{source.path} holds no output items.", "Download the run's output items again.")


def _sample(log: Log, line: int, item: Fields) -> LogSample:
    data, sampled = as_object(item.get("datasource_item")), as_object(item.get("sample"))
    for name in _PARTS:
        log.see(name, "…")
    asked_for = as_text(sampled.get("model")) or "unknown"
    run = log.options.run or f"{asked_for} ({as_text(item.get('run_id')) or as_text(item.get('eval_id'))})"
    rest = as_object(log.credentials.without({k: v for k, v in item.items() if k not in _PARTS}, "items[]"))
    left = {k: v for k, v in sampled.items() if k not in ("input", "output")}
    kept = log.kept_of(rest) | log.kept_of(as_object(log.credentials.without(left, "sample")), "sample.")
    results = [as_object(each) for each in as_list(item.get("results"))]
    for result in results:
        name = as_text(result.get("name")) or "grader"
        kept |= log.kept_of(as_object(log.credentials.without(result, name)), f"result {name}: ")
    messages, system = _asked(sampled, data)
    return LogSample(
        line,
        next((text for name in _IDS if (text := as_text(data.get(name)))), ""),
        messages,
        run,
        asked_for,
        _reply(sampled, log),
        fields={place: as_text(value) for place, value in flattened(data, "datasource_item")},
        case_kept=log.kept_of(as_object(log.credentials.without(data, "datasource_item")), "datasource_item."),
        kept=kept | ({"system_prompt": system} if system else {}),
        ratings=tuple(_ratings(results)),
    )


def _asked(sampled: Fields, data: Fields) -> tuple[list[object], str]:
    """(messages, system prompt) as they were sent; the instructions are the run's and not the case's."""
    turns = [as_object(turn) for turn in as_list(sampled.get("input"))]
    system = "\n\n".join(_content(turn) for turn in turns if turn.get("role") in ("system", "developer"))
    rest: list[object] = [
        {"role": turn.get("role"), "content": _content(turn)}
        for turn in turns
        if turn.get("role") not in ("system", "developer")
    ]
    return rest or [{"role": "user", "content": as_text(data.get("input")) or as_text(data.get("prompt"))}], system


def _content(turn: Fields) -> str:
    held = turn.get("content")
    parts = [as_object(part) for part in (held if isinstance(held, list) else [held])]
    return as_text(held) or "\n".join(as_text(part.get("text")) for part in parts if part)


def _reply(sampled: Fields, log: Log) -> Reply:
    turns = [as_object(turn) for turn in as_list(sampled.get("output"))]
    text = "\n".join(filter(None, map(_content, turns)))
    fault = sampled.get("error")
    error = as_text(as_object(fault).get("message")) or as_text(as_object(fault).get("code")) or as_text(fault)
    finish = as_text(sampled.get("finish_reason"))
    state = state_of(text)
    if error and not text.strip():
        state = ResponseState.FILTERED if log.table.is_filtered(error) else ResponseState.ERROR
    elif finish == "content_filter":
        state = ResponseState.FILTERED
    elif any(turn.get("tool_calls") for turn in turns) and not text.strip():
        state = ResponseState.TOOL_CALL_ONLY
    elif text.strip() and finish in _CUT:
        state = ResponseState.TRUNCATED
    return Reply(
        text, state, "", finish, whole_numbers(sampled.get("usage")), as_text(sampled.get("model")), error=error
    )


def _ratings(results: list[Fields]) -> Iterator[Rating]:
    """Each grader's result, which passed or failed and so says no action by itself."""
    for result in results:
        if isinstance(result.get("passed"), bool):
            yield Rating(as_text(result.get("name")) or "grader", ("passed" if result["passed"] else "failed",))
