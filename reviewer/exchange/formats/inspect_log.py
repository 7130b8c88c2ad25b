"""Logs of Inspect (`inspect_ai`): `.eval` archives, also of an eval that was killed, and `.json`, of any version.

A sample × epoch is a response; its reply is `output.choices[0].message`, never the score's `answer`. Scores whose word
stands for an action are verdicts; edits with provenance, and scores that people gave, are decisions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from reviewer.core.cases import SuiteHead
from reviewer.core.codec import MAX_COUNT
from reviewer.core.errors import InputError
from reviewer.exchange.formats.inspect_replies import input_messages, reply_of, stopped_by, turns_between
from reviewer.exchange.formats.inspect_scores import kept_score, ratings_of
from reviewer.exchange.kit.archives import Archive
from reviewer.exchange.kit.json_stream import CutOff, decoded, json_parts_of
from reviewer.exchange.kit.log_tables import log_table
from reviewer.exchange.kit.logs import Log, LogSample, as_list, as_object, as_text, flattened, kept_text
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, OriginRecord, Record, Told
from reviewer.exchange.kit.sources import FileHead, Source, read_head
from reviewer.exchange.kit.watched import like, untouched
from reviewer.wording.plural import counted, noun

Fields = dict[str, object]
Samples = Callable[[], Iterator[Fields | BadRow]]

_HEADER, _START = "header.json", "_journal/start.json"
_JSON_KEYS = frozenset({"eval.task", "eval.created"})
"""What stands before the ids of all samples, which can be longer than what is looked at."""
_SPOKEN = frozenset({"input", "output", "messages", "choices"})
_SAMPLES = ("samples",)
_ATTACHED = ("attachment", "tc")
"""How a text that stands elsewhere in the sample is named, now and before version 0.3.45."""
_PLAIN = (bool, int, float, type(None))


class InspectLog:
    name = "inspect"
    description = "A log of Inspect (.eval or .json): samples and epochs as a run, with scores, edits and errors."
    suffixes = (".eval", ".json")
    general = False

    def recognises(self, head: FileHead) -> bool:
        if head.start.startswith(b"PK"):
            return head.suffix == ".eval" or bool({_HEADER, _START} & set(head.members))
        return head.json_keys >= _JSON_KEYS

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        if not read_head(source.path).start.startswith(b"PK"):
            header = source.watch.top(_json_header(source.path))
            yield from _InspectReading(source, header, options).records(lambda: _json_samples(source))
            return
        with Archive(source.path) as archive:
            header = source.watch.top(_archive_header(archive))
            yield from _InspectReading(source, header, options).records(lambda: _archive_samples(archive))


def _archive_header(archive: Archive) -> Fields:
    """The header; of an eval that was killed, what it wrote when it began."""
    for name in (_HEADER, _START):
        if name in archive.members:
            try:
                header = decoded(archive.read(name))
            except InputError as fault:
                raise InputError(f"{name} inside {archive.path} cannot be read. {fault.what}", fault.remedy) from None
            return {"status": "started", **header} if isinstance(header, dict) else {}
    raise InputError(f"{archive.path} is a zip file, but no log of Inspect.", "Choose a file that ends in .eval.")


def _archive_samples(archive: Archive) -> Iterator[Fields | BadRow]:
    names = [name for name in archive.members if name.startswith("samples/") and name.endswith(".json")]
    for line, name in enumerate(names, start=1):
        try:
            sample = decoded(archive.read(name))
        except InputError as fault:
            yield BadRow(line, f"{name[:80]}: {fault}")
            continue
        yield sample if isinstance(sample, dict) else BadRow(line, f"{name[:80]} is not an object.")


def _json_header(path: Path) -> Fields:
    """All fields before the samples; of a file that has them in another order, all but the samples."""
    header: Fields = {}
    for names, value in json_parts_of(path, {_SAMPLES}):
        if names == _SAMPLES and "eval" in header:
            break
        if names and names != _SAMPLES:
            header[names[0]] = value
    return header


def _json_samples(source: Source) -> Iterator[Fields | BadRow]:
    line = 0
    for names, value in json_parts_of(source.path, {_SAMPLES}):
        if isinstance(value, CutOff):
            yield BadRow(line + 1, value.sentence)
        elif names == _SAMPLES and value is not None:
            line += 1
            yield value if isinstance(value, dict) else BadRow(line, "The sample is not an object.")
        elif names and names != _SAMPLES:
            source.watch.see(names[:1])


class _InspectReading:
    """One log on its way to records."""

    def __init__(self, source: Source, header: Fields, options: ImportOptions) -> None:
        self._source = source
        self._header = header
        self._eval = as_object(header.get("eval"))
        self._log = Log(log_table("inspect"), options)
        self._dataset = as_object(self._eval.get("dataset"))
        self._model = as_text(self._eval.get("model")) or "unknown"
        self._task = as_text(self._eval.get("task")) or source.name
        self._run = options.run or self._run_name()
        self._ids: set[str] = set()
        self._n = self._cancelled = self._invalid = 0
        self._why_invalid = ""

    def records(self, samples: Samples) -> Iterator[Record]:
        for name, value in [*flattened(self._eval, "eval", 1), *self._header.items()]:
            if name != "eval":
                self._log.see(name, self._log.credentials.without(value, name))
        packages = as_object(self._eval.get("packages"))
        dataset = as_text(self._dataset.get("name"))
        about = f"The Inspect task {self._task}" + (f" over {dataset}." if dataset else ".")
        head = SuiteHead(self._log.options.suite or self._task, scale=self._log.options.scale, description=about)
        origin = OriginRecord(
            self._log.table.tool, as_text(packages.get("inspect_ai")), mapping_version=self._log.table.version
        )
        yield from self._log.records(head, origin, self._samples(samples))

    def _run_name(self) -> str:
        """The same for the same eval in every form and edit of its log; told apart by when it was and its id."""
        created = as_text(self._eval.get("created"))[:16].replace("T", " ")
        ident = as_text(self._eval.get("eval_id")) or as_text(self._eval.get("run_id"))
        when = " ".join(filter(None, (created, ident[:6])))
        return f"{self._model} ({self._task}, {when or self._source.name})"

    def _samples(self, samples: Samples) -> Iterator[LogSample | BadRow | Told]:
        for line, raw in enumerate(samples(), start=1):
            if isinstance(raw, BadRow):
                yield raw
                continue
            try:
                yield self._sample(line, self._source.watch.row(raw, "samples[]"))
            except RecursionError:
                yield BadRow(line, "The sample is nested too deeply.")
        if not self._n:
            raise InputError(
                f"{self._source.path} holds no samples: the eval was run without logging them, or none was finished.",
                "Run it again with samples logged.",
            )
        yield from self._told()

    def _sample(self, line: int, untrusted_sample: Fields) -> LogSample:
        self._n += 1
        former = as_object(as_object(untrusted_sample.get("transcript")).get("content"))
        attachments = {**former, **as_object(untrusted_sample.get("attachments"))}
        table = self._log.table
        spoken = {name: untrusted_sample.get(name) for name in _SPOKEN}
        rest = {name: held for name, held in untrusted_sample.items() if name not in _SPOKEN | table.not_read.keys()}
        if attachments:
            spoken, rest = as_object(_resolved(spoken, attachments)), as_object(_resolved(rest, attachments))
        rest = as_object(self._log.credentials.without(rest, "samples[]"))
        for name in untrusted_sample:
            self._log.see(name, spoken.get(name) if name in _SPOKEN else rest.get(name, "…"))
        output = as_object(spoken["output"])
        reply, extra = reply_of(output, rest.get("error") or stopped_by(rest.get("limit"), output), table)
        ident = as_text(rest.get("id"))
        self._count(ident, rest, extra)
        metadata = as_object(rest.get("metadata"))
        fields = {place: as_text(value) for place, value in flattened(metadata, "metadata")}
        fields["target"] = _target(rest.get("target"))
        scores = _scores(rest)
        return LogSample(
            line,
            ident,
            input_messages(spoken),
            self._run,
            self._model,
            reply,
            _epoch(rest.get("epoch")),
            fields,
            as_text(self._dataset.get("name")),
            self._case_kept(metadata, fields["target"]),
            {**extra, **turns_between(spoken), **self._kept(rest, scores)},
            tuple(rating for name, score in scores.items() for rating in ratings_of(name, score, reply.text, table)),
        )

    def _count(self, ident: str, rest: Fields, extra: Mapping[str, str]) -> None:
        self._ids.add(ident)
        self._cancelled += "cancelled" in extra
        if rest.get("invalidation"):
            self._invalid += 1
            given = as_object(rest.get("invalidation"))
            said = ": ".join(filter(None, map(as_text, (given.get("author"), given.get("reason")))))
            self._why_invalid = self._why_invalid or said

    def _case_kept(self, metadata: Fields, target: str) -> dict[str, str]:
        kept = dict(self._log.kept_of(metadata, "metadata."))
        return {**kept, "target": target} if target else kept

    def _kept(self, rest: Fields, scores: Mapping[str, object]) -> dict[str, str]:
        left = {name: value for name, value in rest.items() if name != "metadata"}
        kept = self._log.kept_of(left)
        for name, score in scores.items():
            self._log.see(f"scores.{name}", kept_score(score))
            kept[f"scores.{name}"] = kept_text(kept_score(score))
        return kept

    def _told(self) -> Iterator[Told]:
        status = as_text(self._header.get("status"))
        planned = self._dataset.get("samples")
        have = len(self._ids)
        part = f"{have:,} of the {planned:,} samples" if isinstance(planned, int) and planned > have else ""
        held = f"It holds {part} of its dataset." if part else f"It holds {counted(have, 'sample')}."
        if status == "started":
            yield Told(f"The eval was not finished: it was killed, or still runs. {held}")
        elif status == "cancelled":
            yield Told(f"The eval was cancelled. {held}")
        elif status == "error":
            yield Told(f"The eval stopped with an error. {held}")
        elif part:
            yield Told(f"The log holds {part} of its dataset.")
        if self._cancelled:
            n = self._cancelled
            yield Told(
                f"{counted(n, 'sample')} {noun(n, 'was', 'were')} cancelled when the eval was stopped: "
                f"{noun(n, 'it stands as an error', 'they stand as errors')}, which the model did not make."
            )
        if self._invalid:
            why = f" ({self._why_invalid[:200]})" if self._why_invalid else ""
            yield Told(
                f"{counted(self._invalid, 'response')} {noun(self._invalid, 'was', 'were')} declared invalid in Inspect"
                f"{why}: imported, and marked so beside {noun(self._invalid, 'it', 'them')}."
            )
        if updates := as_list(self._header.get("log_updates")):
            yield Told(f"The log was edited {counted(len(updates), 'time')} after the eval: {_updates(updates)}.")


def _updates(updates: list[object]) -> str:
    given = [as_object(as_object(each).get("provenance")) for each in updates[:5]]
    return "; ".join(f"{as_text(by.get('author'))[:80]}, “{as_text(by.get('reason'))[:120]}”" for by in given)


def _epoch(value: object) -> int:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COUNT
    return value if good and isinstance(value, int) else 0


def _target(value: object) -> str:
    if isinstance(value, list):
        return as_text(value[0]) if len(value) == 1 else json.dumps(value, ensure_ascii=False, default=str)
    return as_text(value)


def _scores(rest: Fields) -> dict[str, object]:
    """All scores by name; the first versions had one, without a name."""
    scores = dict(as_object(rest.get("scores")))
    if isinstance(rest.get("score"), dict) and not scores:
        scores["score"] = rest["score"]
    return scores


def _resolved(value: object, attachments: Mapping[str, object]) -> object:
    """The value with the texts in place of `attachment://…` and `tc://…`."""
    if isinstance(value, str):
        scheme, _, name = value.partition("://")
        if scheme not in _ATTACHED:
            return value
        found = attachments.get(name)
        return found if isinstance(found, str) else value
    if isinstance(value, list):
        return [item if isinstance(item, _PLAIN) else _resolved(item, attachments) for item in value]
    if isinstance(value, dict):
        found = {
            name: held if isinstance(held, _PLAIN) else _resolved(held, attachments) for name, held in untouched(value)
        }
        return like(value, found)
    return value
