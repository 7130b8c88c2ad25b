"""garak's reports: attempts, each written when it was sent and again when it was scored, with all its outputs.

A detector's result says how far it was a hit, which is not what the response did: it is kept and never a label. The
setup lines hold the whole configuration and are read for the model's name only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reviewer.core.errors import InputError
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, object_at, objects_at, text_at
from reviewer.exchange.kit.jsonl import json_objects
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source

_ENTRY = re.compile(r'"entry_type"\s*:\s*"(?:start_run setup|config|init|attempt|plugin_cache|eval)"')
_OLDEST = frozenset({"probe_classname", "prompt", "outputs", "detector_results"})
_DIGEST = frozenset({"entry_type", "meta.reportfile", "eval"})
_HIT_FIELDS = frozenset({"attempt_id", "detector", "prompt", "output"})
_USES = {
    "prompt": "messages",
    "outputs": "text",
    "probe_classname": "category",
    "uuid": "one attempt, however often it is written",
    "status": "whether the attempt was scored",
    "conversations": "the prompt and the outputs once more",
    "messages": "the prompt and the outputs once more",
    "detector_results": "kept, each output with its own results",
}
_NAMES = ("plugins.target_name", "plugins.model_name")
_DONE = (2, "complete")
_SUMMARY = "garak's configuration and its own totals; only its version and the model's name are read"
_MORE_TURNS = 4
"""A request, a reply, and another of each."""
_NOTHING = object()
_NONE = "garak has no output here: the model or its endpoint failed, or the reply was filtered."
_STARTED_ONLY = "{n|attempt was|attempts were} never scored; the outputs are imported all the same."
_ASKED_NOTHING = (
    "{n|output answers|outputs answer} an empty prompt, as garak's blank probe sends it: left out, because nothing was "
    "asked that it could be judged by."
)
_NO_LABELS = "garak's detectors say what they count as a hit, not what a response did; their results are kept, unread."


class GarakReport:
    name = "garak"
    description = "A garak report (…report.jsonl): prompts and outputs, generations as repeats; detector results kept."
    suffixes = (".jsonl",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        """The first versions wrote attempts without saying what a line is."""
        keys = head.json_keys
        said = "entry_type" in keys and bool(_ENTRY.search(head.text)) and not _is_digest(head)
        return said or ("entry_type" not in keys and keys >= _OLDEST)

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        yield from _GarakReading(source, options).records()


class GarakHits:
    name = "garak-hitlog"
    description = "garak's hit log or digest, which are no list of responses: the report beside them is."
    suffixes = (".jsonl", ".json")
    general = False

    def recognises(self, head: FileHead) -> bool:
        return _is_digest(head) or (head.json_keys >= _HIT_FIELDS and "entry_type" not in head.json_keys)

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        source.check()
        what = "garak's hit log: it has only what a detector flagged, some outputs several times"
        if _is_digest(FileHead(source.path, source.start().encode("utf-8", "replace"))):
            what = "garak's digest: it has totals and no responses"
        raise InputError(
            f"{source.path.name} is {what}.",
            "Import the report of the same run, which has attempts: its name ends in .report.jsonl.",
        )
        yield


def _is_digest(head: FileHead) -> bool:
    """The totals alone; a report has them behind its attempts."""
    return head.json_keys >= _DIGEST and "probe_classname" not in head.json_keys


class _GarakReading:
    def __init__(self, source: Source, options: ImportOptions) -> None:
        suite = source.name.removesuffix(".report")
        self._source = source
        self._file = ForeignFile(options, label_table("garak"), suite, Ledger(_USES))
        self._model, self._version = "", ""
        self._waiting: dict[str, tuple[int, Json]] = {}
        self._done: set[str] = set()
        self._begun = False

    def records(self) -> Iterator[Record]:
        for row in json_objects(self._source):
            yield from (row,) if isinstance(row, BadRow) else self._entry(*row)
        yield from self._begin()
        if self._waiting:
            self._file.tell(_STARTED_ONLY, len(self._waiting))
        for line, attempt in self._waiting.values():
            yield from self._attempt(line, attempt)
        yield from self._file.end()

    def _entry(self, line: int, entry: Json) -> Iterator[Record]:
        kind = entry.get("entry_type")
        if kind == "attempt" or (kind is None and entry.keys() >= _OLDEST):
            yield from self._begin()
            yield from self._written(line, entry)
            return
        named = next((entry[name] for name in _NAMES if entry.get(name)), "")
        self._model = self._model or text_at(named)
        self._version = self._version or text_at(entry.get("garak_version") or entry.get("_config.version"))
        if isinstance(kind, str):
            self._file.ledger.passed_over(f"{kind[:80]} line", _SUMMARY, entry)
        else:
            yield BadRow(line, "The line is no entry of a garak report. Leave it out.")

    def _begin(self) -> Iterator[Record]:
        if not self._begun:
            self._begun = True
            yield from self._file.begin(self._version)

    def _written(self, line: int, attempt: Json) -> Iterator[Record]:
        """An attempt comes when it was sent and again when it was scored: the last word counts, once."""
        uuid = text_at(attempt.get("uuid"))
        if uuid in self._done:
            return
        if not uuid or attempt.get("status") in _DONE:
            self._waiting.pop(uuid, None)
            self._done.update({uuid} if uuid else ())
            yield from self._attempt(line, attempt)
        else:
            self._waiting[uuid] = (line, attempt)

    def _attempt(self, line: int, attempt: Json) -> Iterator[Record]:
        """Each output answers the prompt, or the conversation that a probe of several turns had led up to it."""
        file = self._file
        kept = file.ledger.kept(attempt)
        results = object_at(attempt.get("detector_results"))
        outputs = attempt.get("outputs")
        for at, output in enumerate(outputs if isinstance(outputs, list) and outputs else [_NOTHING]):
            asked = _led_up(attempt, at, _text(output)) or _asked(attempt.get("prompt"))
            if _is_blank(asked):
                file.tell(_ASKED_NOTHING)
                continue
            key, said = file.case(ForeignCase(line, asked, category=text_at(attempt.get("probe_classname"))))
            yield from said
            if key is None or output is _NOTHING:
                return
            run, said = file.run(self._model, line)
            yield from said
            if results:
                file.tell(_NO_LABELS)
            text = _text(output)
            came = Response(key, text=text or "", model=self._model)
            if text is None:
                came = replace(came, state=ResponseState.ERROR, error=_NONE)
            yield from file.response(line, run, came, {**kept, **_results(results, at)})[1]


def _led_up(attempt: Json, at: int, text: str | None) -> list[Json]:
    """The turns before an output where they are more than the prompt; nothing where the attempt does not have them."""
    held = attempt.get("conversations", attempt.get("messages"))
    one = held[at] if isinstance(held, list) and at < len(held) else None
    turns = objects_at(one if isinstance(one, list) else object_at(one).get("turns"))
    if len(turns) < _MORE_TURNS or text is None or _text(turns[-1].get("content")) != text:
        return []
    before: list[Json] = [
        {"role": turn.get("role"), "content": _text(turn.get("content")) or ""} for turn in turns[:-1]
    ]
    return before if any(turn["role"] == "assistant" for turn in before) else []


def _asked(prompt: object) -> object:
    """The messages: a text in older reports, turns with a content since 0.11."""
    if isinstance(prompt, str):
        return prompt
    turns = objects_at(object_at(prompt).get("turns"))
    messages = [{"role": turn.get("role"), "content": _text(turn.get("content")) or ""} for turn in turns]
    return messages or text_at(object_at(prompt).get("text"))


def _is_blank(asked: object) -> bool:
    """Whether an attempt has a prompt, and one that says nothing."""
    turns = [{"content": asked}] if isinstance(asked, str) else objects_at(asked)
    return not any(text_at(turn.get("content")).strip() for turn in turns)


def _text(output: object) -> str | None:
    """None where garak has none: an output is a text in older reports, since 0.11 an object with one."""
    held = output.get("text") if isinstance(output, dict) else output
    return held if isinstance(held, str) else None


def _results(results: Mapping[str, object], at: int) -> dict[str, str]:
    """{`detector NAME`: result} of one output."""
    found = {}
    for name, values in results.items():
        if isinstance(values, Sequence) and not isinstance(values, str) and at < len(values):
            found[f"detector {name}"] = text_at(values[at])
    return {name: value for name, value in found.items() if value}
