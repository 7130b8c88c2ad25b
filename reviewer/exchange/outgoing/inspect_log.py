"""A log of Inspect with the classifiers' words as a score and people's as edits of it, with provenance.

Each response is a sample × epoch. The score `action` has the machine's word first and then, oldest first, what people
decided: who, when and why. The log is a new one, made of what is stored here, as `.json` or as an `.eval` archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reviewer.core.decisions import Decision, Verdict, VerdictSource
from reviewer.core.hashing import text_hash
from reviewer.exchange.outgoing.facts import Holds, Outgoing, OutgoingRow, Written
from reviewer.exchange.outgoing.inspect_messages import STOP_REASONS, inspect_input, inspect_messages, inspect_reply
from reviewer.exchange.outgoing.writing import JsonRow, about_case, as_json, write_json_around
from reviewer.host.files import replacing
from reviewer.wording.plural import counted, noun

SCORE = "action"
_FREQUENCY = "frequency"
"""Inspect's metric of scores that are words: the share of each."""
_UNCHANGED = "UNCHANGED"
_EPOCH_START = "1970-01-01T00:00:00+00:00"
_ID_CHARACTERS = 22
_TOOL = "Reviewer"
_WITHOUT_TIME = (1980, 1, 1, 0, 0, 0)
"""What every member is dated, so that equal logs are equal files."""


class InspectLogFile:
    name = "inspect-log"
    title = "Inspect log with score edits"
    description = "A log of Inspect (.json, .eval): responses as samples, people's decisions as score edits of theirs."
    suffixes = (".json", ".eval")
    holds = Holds.RESPONSES

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        log = _Log(outgoing)
        count = log.write_archive(path) if path.suffix.lower() == ".eval" else log.write_json(path)
        return Written(count, log.notes)


class _Log:
    """One run on its way to a log."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._counts: Counter[str] = Counter()
        self._values: Counter[str] = Counter()
        self._usage: dict[str, Counter[str]] = {}
        self._failed = 0
        for row in outgoing.rows():
            self._count(row)
        self._undecided = self._disputed = 0

    def _count(self, row: OutgoingRow) -> None:
        """Into the totals that stand before the samples."""
        self._counts.update((row.case.key,))
        self._failed += row.failed
        self._values.update(str(score["value"]) for score in _scores(row).values())
        if usage := _usage(row):
            self._usage.setdefault(row.response.model or self._outgoing.run.model, Counter()).update(usage)

    @property
    def _total(self) -> int:
        return self._counts.total()

    def write_json(self, path: Path) -> int:
        before = as_json(self._header()).removesuffix("}") + ', "samples": ['
        return write_json_around(path, before, self._samples(), "]}\n")

    def write_archive(self, path: Path) -> int:
        start = {"version": 2, "eval": self._eval(), "plan": _PLAN}
        summaries = []
        with replacing(path) as out, ZipFile(out, "w", ZIP_DEFLATED) as archive:
            _put(archive, "_journal/start.json", start)
            for sample in self._samples():
                _put(archive, f"samples/{sample['id']}_epoch_{sample['epoch']}.json".replace("\\", "_"), sample)
                summaries.append(_summary(sample))
            _put(archive, "_journal/summaries/1.json", summaries)
            _put(archive, "summaries.json", summaries)
            _put(archive, "header.json", self._header())
        return len(summaries)

    def _header(self) -> dict[str, object]:
        run = self._outgoing.run
        stats = {
            "started_at": run.created_at or _EPOCH_START,
            "completed_at": run.finished_at or run.created_at or _EPOCH_START,
            "model_usage": {model: dict(usage) for model, usage in self._usage.items()},
        }
        completed = self._total - self._failed
        results = {"total_samples": self._total, "completed_samples": completed, "scores": self._scored()}
        head = {"version": 2, "status": "success", "eval": self._eval(), "plan": _PLAN}
        return {**head, "results": results, "stats": stats}

    def _scored(self) -> list[JsonRow]:
        """How often which action is the score, by Inspect's own metric of words; none where nothing is scored."""
        scored, ids = self._values.total(), self._outgoing.scale.ids
        metrics = {
            word: {
                "name": word,
                "group": _FREQUENCY,
                "value": self._values[word] / scored,
                "params": self._frequency_options,
            }
            for word in dict.fromkeys((*map(str, ids), *self._values))
            if scored
        }
        score = {"name": SCORE, "scorer": SCORE, "scored_samples": scored, "unscored_samples": 0, "params": {}}
        return [{**score, "metrics": metrics}] if scored else []

    @property
    def _frequency_options(self) -> JsonRow:
        return {"categories": list(map(str, self._outgoing.scale.ids)), "normalize": True}

    def _scorers(self) -> list[JsonRow]:
        """What Inspect computes the totals anew with after an edit."""
        metric = {"name": f"inspect_ai/{_FREQUENCY}", "options": self._frequency_options}
        return [{"name": SCORE, "options": {}, "metrics": [metric]}] if self._values else []

    def _eval(self) -> dict[str, object]:
        run, suite = self._outgoing.run, self._outgoing.suite
        return {
            "eval_id": _id("eval", run.name),
            "run_id": _id("run", run.name),
            "task_id": _id("task", suite.name),
            "created": run.created_at or _EPOCH_START,
            "task": suite.name,
            "task_version": 0,
            "dataset": {
                "name": suite.name,
                "samples": len(self._counts),
                "sample_ids": list(self._counts),
                "shuffled": False,
            },
            "model": run.model,
            "model_args": {},
            "config": {"epochs": max(self._counts.values(), default=1)},
            **({"scorers": scorers} if (scorers := self._scorers()) else {}),
            "metadata": {"run": run.name, "licence": suite.licence, "scale": list(self._outgoing.scale.ids)},
        }

    def _samples(self) -> Iterator[dict[str, object]]:
        self._undecided = self._disputed = 0
        return map(self._sample, self._outgoing.rows())

    def _sample(self, row: OutgoingRow) -> dict[str, object]:
        asked = inspect_input(row.case)
        reply = inspect_reply(row.response)
        sample: dict[str, object] = {
            "id": row.case.key,
            "epoch": row.response.repeat,
            "input": asked,
            "target": row.case.label or "",
            "messages": [*inspect_messages(row.case.messages), *([reply] if not row.failed else [])],
            "output": _output(row, reply, self._outgoing.run.model),
            "scores": self._scored_row(row),
            "metadata": {**about_case(row.case), "response_hash": row.response.hash},
        }
        if row.failed:
            why = row.response.error or "There is no response."
            sample["error"] = {"message": why, "traceback": "", "traceback_ansi": ""}
        return sample

    @property
    def notes(self) -> tuple[str, ...]:
        """What of people's words Inspect has no place for, once all samples are written."""
        n, disputed = self._undecided, self._disputed
        said = f"“cannot decide”, said {counted(n, 'time')}, stands there as {noun(n, 'an edit', 'edits')}"
        differ = f"Reviewers differ on {counted(disputed, 'response')}"
        return (
            *((f"{said} that {noun(n, 'leaves', 'leave')} the value as it was.",) if n else ()),
            *((f"{differ}: the value there is what was said last.",) if disputed else ()),
        )

    def _scored_row(self, row: OutgoingRow) -> dict[str, JsonRow]:
        self._undecided += sum(said.action is None for said in row.standing)
        self._disputed += row.final.disputed
        return _scores(row)


_PLAN: JsonRow = {"name": "plan", "steps": [], "config": {}}


def _scores(row: OutgoingRow) -> dict[str, JsonRow]:
    """The score with its history; none where nobody has said anything."""
    history = [*_machine(row.verdicts), *map(_edit, row.standing)]
    if not history:
        return {}
    now: dict[str, object] = {}
    for entry in history:
        now |= {name: held for name, held in entry.items() if name != "provenance" and held != _UNCHANGED}
    now["value"] = row.final.action or now.get("value", "")
    # a machine's word that nobody changed has no history in Inspect
    return {SCORE: {**now, "history": history if row.standing else []}}


def _usage(row: OutgoingRow) -> dict[str, int]:
    """Of the tokens what Inspect counts, with their sum; empty where nothing is known of them."""
    known = {name: row.response.usage[name] for name in _USAGE if name in row.response.usage}
    whole = known.get("input_tokens", 0) + known.get("output_tokens", 0)
    return {"input_tokens": 0, "output_tokens": 0, "total_tokens": whole, **known} if known else {}


def _output(row: OutgoingRow, reply: JsonRow, model: str) -> JsonRow:
    response = row.response
    if row.failed:
        return {"model": response.model or model, "choices": [], "completion": ""}
    stop = STOP_REASONS.get(response.state, "stop")
    usage = {name: response.usage[name] for name in _USAGE if name in response.usage}
    return {
        "model": response.model or model,
        "choices": [{"message": {**reply, "model": response.model or model}, "stop_reason": stop}],
        "completion": response.text,
        **({"usage": usage} if usage else {}),
        **({"time": response.latency_ms / 1000} if response.latency_ms is not None else {}),
    }


_USAGE = ("input_tokens", "output_tokens", "total_tokens")


def _machine(verdicts: tuple[Verdict, ...]) -> Iterator[JsonRow]:
    """The classifiers' word that counts while nobody has decided: a judge's before the rules'."""
    scored = [verdict for verdict in verdicts if verdict.action is not None]
    judged = [verdict for verdict in scored if verdict.source is VerdictSource.JUDGE]
    for verdict in (judged or scored)[-1:]:
        yield {
            "value": verdict.action,
            "answer": verdict.action,
            "explanation": verdict.reason,
            "metadata": {"classifier": verdict.classifier, "confidence": verdict.confidence},
        }


def _edit(said: Decision) -> JsonRow:
    metadata: dict[str, object] = {"tool": _TOOL, "kind": str(said.kind), "blind": said.verdict_hidden}
    metadata |= {"bulk": True} if said.bulk else {}
    metadata |= {"cannot_decide": True} if said.action is None else {}
    provenance = {
        "timestamp": said.at or _EPOCH_START,
        "author": said.reviewer,
        "reason": said.note or None,
        "metadata": metadata,
    }
    word = said.action or _UNCHANGED
    return {
        "value": word,
        "answer": word,
        "explanation": _UNCHANGED,
        "metadata": _UNCHANGED,
        "provenance": provenance,
    }


def _id(what: str, name: str) -> str:
    return text_hash(f"{what}:{name}")[:_ID_CHARACTERS]


def _put(archive: ZipFile, name: str, content: object) -> None:
    archive.writestr(ZipInfo(name, _WITHOUT_TIME), as_json(content), ZIP_DEFLATED)


def _summary(sample: JsonRow) -> JsonRow:
    """What lists of samples show: Inspect reads it in place of the whole."""
    error = sample.get("error")
    return {
        **{name: sample[name] for name in ("id", "epoch", "input", "target", "metadata", "scores")},
        **({"error": error["message"]} if isinstance(error, dict) else {}),
        "completed": True,
    }
