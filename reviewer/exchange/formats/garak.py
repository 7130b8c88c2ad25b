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
_DONE = 2
_SUMMARY = "garak's configuration and its own totals; only its version and the model's name are read"
_NONE = "garak has no output here: the model or its endpoint failed, or the reply was filtered."
_STARTED_ONLY = "{n|attempt was|attempts were} never scored; the outputs are imported all the same."
_NO_LABELS = "garak's detectors say what they count as a hit, not what a response did; their results are kept, unread."


class GarakReport:
    name = "garak"
    description = "A garak report (…report.jsonl): prompts and outputs, generations as repeats; detector results kept."
    suffixes = (".jsonl",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        return "entry_type" in head.json_keys and bool(_ENTRY.search(head.text))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        yield from _GarakReading(source, options).records()


class GarakHits:
    name = "garak-hitlog"
    description = "garak's hit log, which is no list of responses: the report beside it is."
    suffixes = (".jsonl",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        return head.json_keys >= _HIT_FIELDS and "entry_type" not in head.json_keys

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        source.check()
        raise InputError(
            f"{source.path.name} is garak's hit log: it has only what a detector flagged, some outputs several times.",
            "Import the file that ends in .report.jsonl beside it.",
        )


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
        if kind == "attempt":
            yield from self._begin()
            yield from self._written(line, entry)
            return
        named = next((entry[name] for name in _NAMES if entry.get(name)), "")
        self._model = self._model or text_at(named)
        self._version = self._version or text_at(entry.get("garak_version") or entry.get("_config.version"))
        if isinstance(kind, str):
            self._file.ledger.passed_over(f"{kind[:80]} line", _SUMMARY)
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
        if not uuid or attempt.get("status") == _DONE:
            self._waiting.pop(uuid, None)
            self._done.update({uuid} if uuid else ())
            yield from self._attempt(line, attempt)
        else:
            self._waiting[uuid] = (line, attempt)

    def _attempt(self, line: int, attempt: Json) -> Iterator[Record]:
        file = self._file
        kept = file.ledger.kept(attempt)
        category = text_at(attempt.get("probe_classname"))
        key, said = file.case(ForeignCase(line, _asked(attempt.get("prompt")), category=category))
        yield from said
        if key is None:
            return
        run, said = file.run(self._model, line)
        yield from said
        results = object_at(attempt.get("detector_results"))
        if results:
            file.tell(_NO_LABELS)
        outputs = attempt.get("outputs")
        for at, output in enumerate(outputs if isinstance(outputs, list) else ()):
            text = _text(output)
            came = Response(key, text=text or "", model=self._model)
            if text is None:
                came = replace(came, state=ResponseState.ERROR, error=_NONE)
            yield from file.response(line, run, came, {**kept, **_results(results, at)})[1]


def _asked(prompt: object) -> object:
    """The messages: a text in older reports, turns with a content since 0.11."""
    if isinstance(prompt, str):
        return prompt
    turns = objects_at(object_at(prompt).get("turns"))
    messages = [{"role": turn.get("role"), "content": _text(turn.get("content")) or ""} for turn in turns]
    return messages or text_at(object_at(prompt).get("text"))


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
