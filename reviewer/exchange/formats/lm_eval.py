"""Samples of EleutherAI's lm-evaluation-harness: `samples_TASK_DATE.jsonl`; the model is in `results_DATE.json`.

The replies are `resps`, one a repeat, before any filter. The same document comes once for each filter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from reviewer.core.cases import SuiteHead
from reviewer.core.errors import InputError, KnownError
from reviewer.core.json_text import parse_object
from reviewer.core.responses import state_of
from reviewer.exchange.kit.json_stream import CutOff, json_parts_of
from reviewer.exchange.kit.jsonl import json_objects
from reviewer.exchange.kit.log_tables import log_table
from reviewer.exchange.kit.logs import (
    Log,
    LogSample,
    Rating,
    Reply,
    as_list,
    as_object,
    as_text,
    content_key,
    flattened,
    said_once,
    text_of_messages,
    word_of,
)
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, OriginRecord, Record, Told
from reviewer.exchange.kit.sources import FileHead, Source, check_recognised, read_head
from reviewer.wording.plural import counted, noun

Fields = dict[str, object]

_KEYS = frozenset({"doc_id", "doc", "resps"})
_SAMPLES = re.compile(r"samples_(?P<task>.+?)(?:_(?P<date>\d{4}-\d\d-\d\dT[\d\-.:]+))?\Z")
_WRITTEN_OUT = frozenset({"doc_id", "prompt_0", "logit_0"})
"""What versions before 0.4 wrote with `--write_out`."""
_OLD_STEM = re.compile(r"(?:pretrained|model|engine)__(?P<model>[^,]+?)(?:,.*)?_(?P<task>[^_,]+)\Z")
"""`pretrained__gpt2_TASK`, as version 0.4.0 named its samples; the results beside say where the task's name begins."""
_MODEL_ARGUMENT = re.compile(r"(?:^|,)\s*(?:model|pretrained|model_name)\s*=\s*([^,]+)")
_TOP: tuple[str, ...] = ()
_MAX_RESULTS_BYTES = 64 * 1024 * 1024


class LmEval:
    name = "lm-eval"
    description = (
        "Samples of lm-evaluation-harness (samples_*.jsonl) as a run; the model is in the results file beside."
    )
    suffixes = (".jsonl", ".json")
    general = False

    def recognises(self, head: FileHead) -> bool:
        if head.path.is_dir():
            return any(_is_samples(name) for name in head.members)
        is_named = head.path.name.startswith("samples_") and head.json_keys >= {"doc_id", "doc"}
        return is_named or head.json_keys >= _KEYS or head.json_keys >= _WRITTEN_OUT

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        paths = [source.path]
        if source.path.is_dir():
            paths = sorted(each for each in source.path.rglob("*") if each.is_file() and _is_samples(each.name))
        if not paths:
            raise InputError(f"{source.path} is a folder without samples_*.jsonl.", "Name the folder of a run.")
        readings = [_LmEvalReading(source.member(path), options) for path in paths]
        tasks = sorted({reading.task for reading in readings})
        if len(tasks) > 1 and not options.suite:
            raise InputError(
                f"{source.path} holds samples of several tasks: {', '.join(tasks)[:300]}.",
                "Import one file at a time, or name one suite for all with --suite.",
            )
        yield from said_once(record for reading in readings for record in reading.records())


class LmEvalResults:
    """Said in a sentence, so that nobody looks for replies in it."""

    name = "lm-eval-results"
    description = "Totals of lm-evaluation-harness (results_*.json), which hold no replies: declined with what to do."
    suffixes = (".json",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        former = {"results", "versions", "config.model"} <= keys
        return former or ({"results", "configs"} <= keys and bool({"versions", "n-shot", "config"} & keys))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        check_recognised(self, source.path)
        raise InputError(
            f"{source.path} holds totals of lm-evaluation-harness, and no replies.",
            "Import the samples_*.jsonl beside it; without one, run the task again with --log_samples.",
        )
        yield


def _is_samples(name: str) -> bool:
    file = name.rpartition("/")[2]
    return file.startswith("samples_") and file.endswith((".jsonl", ".json"))


class _LmEvalReading:
    """One file of samples on its way to records."""

    def __init__(self, source: Source, options: ImportOptions) -> None:
        self._source = source
        self._log = Log(log_table("lm_eval"), options)
        stem = source.path.stem.removesuffix("_write_out_info")
        named = _SAMPLES.match(stem)
        self._date = (named["date"] or "") if named else ""
        self._results = _results_beside(source.path, self._date)
        by_stem, self.task = _old_names(stem, self._results) if named is None else ("", named["task"])
        folder = source.path.absolute().parent.name
        self._model = _model_of(self._results) or by_stem or folder.replace("__", "/") or "unknown"
        self._model_from = f"the file: {self._model}" if by_stem else f"the folder: {self._model}"
        self._run = options.run or f"{self._model} ({self.task}, {self._date or source.path.stem})"
        self._seen: set[str] = set()
        self._n = self._choices = self._filters = 0

    def records(self) -> Iterator[Record]:
        for name in self._results:
            self._log.see(f"results.{name}", "…")
        suite = self._log.options.suite or self.task
        about = f"The task {self.task} of lm-evaluation-harness."
        head = SuiteHead(suite, scale=self._log.options.scale, description=about)
        version = as_text(self._results.get("lm_eval_version"))
        origin = OriginRecord(self._log.table.tool, version, mapping_version=self._log.table.version)
        yield from self._log.records(head, origin, self._samples())

    def _samples(self) -> Iterator[LogSample | BadRow | Told]:
        for item in _lines(self._source):
            if isinstance(item, BadRow):
                yield item
                continue
            try:
                yield from self._of_row(*item)
            except RecursionError:
                yield BadRow(item[0], "The sample is nested too deeply.")
        if not self._n and self._choices:
            raise InputError(
                f"{self._source.path} holds no replies: its {counted(self._choices, 'document')} "
                f"{noun(self._choices, 'was', 'were')} answered by the likelihood of given choices, not by a text.",
                "Run a task whose output_type is generate_until and import that one.",
            )
        yield from self._told()

    def _of_row(self, line: int, row: Fields) -> Iterator[LogSample | BadRow]:
        if row.keys() >= _WRITTEN_OUT:
            row = _as_sample(row)
        replies = [each for each in _replies(row.get("resps")) if each is not None]
        if not replies:
            self._choices += bool(as_list(row.get("resps")))
            if not as_list(row.get("resps")):
                yield BadRow(line, "The sample has no replies.")
            return
        doc = as_object(self._log.credentials.without(row.get("doc"), "doc"))
        messages, system = _asked(row)
        ident = self._ident(row, doc)
        if ident in self._seen:
            self._filters += 1
            return
        self._seen.add(ident)
        target = word_of(row.get("target"))
        fields = {place: as_text(value) for place, value in flattened(doc, "doc")} | {"target": target}
        kept, ratings = self._scores(row)
        kept |= {"system_prompt": system} if system else {}
        case_kept = self._log.kept_of(doc, "doc.") | ({"target": target} if target else {})
        for number, text in enumerate(replies, start=1):
            self._n += 1
            reply = Reply(text, state_of(text))
            yield LogSample(
                line,
                ident,
                messages,
                self._run,
                self._model,
                reply,
                number,
                fields,
                self.task,
                case_kept,
                kept,
                ratings,
            )

    def _ident(self, row: Fields, doc: Fields) -> str:
        """The document's own id; else its number and its hash, since numbers start again in every task."""
        own = next((as_text(doc.get(name)) for name in ("id", "key", "case_id", "prompt_id") if doc.get(name)), "")
        number = as_text(row.get("doc_id"))
        return own or (f"{self.task}-{number}" if number else content_key(text_of_messages(_asked(row)[0])))

    def _scores(self, row: Fields) -> tuple[dict[str, str], tuple[Rating, ...]]:
        known = ("doc", "resps", "filtered_resps", "arguments", "target")
        rest = as_object(self._log.credentials.without({k: v for k, v in row.items() if k not in known}, ""))
        for name in known:
            self._log.see(name, row.get(name))
        kept = self._log.kept_of(rest)
        names = [name for name in map(as_text, as_list(row.get("metrics"))) if name in rest]
        ratings = tuple(Rating(name, (word,)) for name in names if (word := word_of(rest[name])))
        return kept, ratings

    def _told(self) -> Iterator[Told]:
        if not self._n:
            raise InputError(f"{self._source.path} holds no samples.", "Run the task with --log_samples.")
        if not self._results:
            yield Told(f"There is no results file beside the samples, so the model is named after {self._model_from}.")
        if self._filters:
            yield Told(
                f"{counted(self._filters, 'line')} of further filters {noun(self._filters, 'has', 'have')} "
                "the replies that are read already."
            )
        if self._choices:
            yield Told(f"{counted(self._choices, 'document')} with likelihoods of choices and no text left out.")
        yield Told(
            "The harness does not say how a reply ended: one that was cut off counts as whole, and a request "
            "that failed as an empty one."
        )


def _lines(source: Source) -> Iterator[tuple[int, Fields] | BadRow]:
    """The samples; older versions wrote one JSON list into the same file name."""
    if not read_head(source.path).text.lstrip("\ufeff \r\n").startswith("["):
        yield from json_objects(source)
        return
    for line, (_, value) in enumerate(json_parts_of(source.path, {_TOP}), start=1):
        if isinstance(value, CutOff):
            yield BadRow(line, value.sentence)
        else:
            good = isinstance(value, dict)
            yield (line, source.watch.row(as_object(value))) if good else BadRow(line, "The sample is not an object.")


def _as_sample(row: Fields) -> Fields:
    """A line of the older form, which has one prompt and its answer or a likelihood for each choice, in the new one."""
    answers = [row[name] for name in row if name.startswith("logit_")]
    kept = {name: held for name, held in row.items() if not name.startswith(("logit_", "prompt_"))}
    is_text = len(answers) == 1 and isinstance(answers[0], str) and not re.fullmatch(r"-?\d+\.\d+", answers[0])
    resps: list[object] = [answers] if is_text else [[[each, "False"]] for each in map(str, answers)]
    return {**kept, "arguments": row.get("prompt_0"), "resps": resps, "target": row.get("truth"), "doc": {}}


def _old_names(stem: str, results: Fields) -> tuple[str, str]:
    """(model, task) of a file that is named after both; ("", the whole) of any other."""
    tasks = sorted(as_object(results.get("results")), key=len, reverse=True)
    task = next((each for each in tasks if stem.endswith(f"_{each}")), "")
    found = _OLD_STEM.match(f"{stem.removesuffix(task)}task" if task else stem)
    return (found["model"].replace("__", "/"), task or found["task"]) if found else ("", task or stem)


def _replies(resps: object) -> Iterator[str | None]:
    """The text of each repeat; None for a likelihood, which is a pair of a number and a truth, or a number."""
    for request in as_list(resps):
        for each in request if isinstance(request, list) else [request]:
            yield each if isinstance(each, str) and not _is_likelihood(request) else None


def _is_likelihood(request: object) -> bool:
    """`["-0.26", "False"]`: some versions write the pair as texts."""
    return (
        isinstance(request, list)
        and len(request) == 2
        and str(request[1]) in ("True", "False")
        and re.fullmatch(r"-?(?:\d[\d.e+\-]*|inf)", str(request[0])) is not None
    )


def _asked(row: Fields) -> tuple[list[object], str]:
    """(messages, system prompt) of the request that was sent; of a chat it is a JSON text of messages."""
    arguments = row.get("arguments")
    first: object = arguments
    for _ in range(3):
        if isinstance(first, dict):
            name = next((name for name in ("gen_args_0", "arg_0", *first) if name in first), "")
            first = first.get(name, "")
        elif isinstance(first, list) and first:
            first = first[0]
    text = as_text(first) or as_text(as_object(row.get("doc")).get("prompt"))
    held = parse_object(f'{{"messages": {text}}}') if text.lstrip().startswith("[") else {}
    turns = [as_object(turn) for turn in as_list(held.get("messages"))] if isinstance(held, dict) else []
    if not turns or not all("role" in turn for turn in turns):
        return [{"role": "user", "content": text}], ""
    system = "\n\n".join(as_text(turn.get("content")) for turn in turns if turn.get("role") == "system")
    rest: list[object] = [{"role": t.get("role"), "content": t.get("content")} for t in turns if t["role"] != "system"]
    return rest or list(turns), system if rest else ""


def _results_beside(path: Path, date: str) -> Fields:
    """The results of the same run: of the same date, else the only ones there."""
    try:
        beside = sorted(path.absolute().parent.glob("results*.json"))
        same = [each for each in beside if date and date in each.name] or (beside if len(beside) == 1 else [])
        if not same or same[0].stat().st_size > _MAX_RESULTS_BYTES:
            return {}
        return {names[0]: value for names, value in json_parts_of(same[0], {("samples",)} | {("", "")}) if names}
    except (OSError, KnownError):
        return {}


def _model_of(results: Fields) -> str:
    config = as_object(results.get("config"))
    arguments = config.get("model_args")
    named = as_text(results.get("model_name"))
    if isinstance(arguments, dict):
        named = named or next((as_text(arguments[n]) for n in ("model", "pretrained") if n in arguments), "")
    elif found := _MODEL_ARGUMENT.search(as_text(arguments)):
        named = named or found[1].strip()
    return named or as_text(results.get("model_source")) or as_text(config.get("model"))
