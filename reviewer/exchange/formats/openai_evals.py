"""Record logs of OpenAI Evals (`oaieval --record_path`): events in any order, joined by sample.

The reply is the `sampling` event's; `match` and other events say how it was graded. A sample that was asked several
times has several `sampling` events: the later ones are repeats. A grader that is a model has one too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewer.core.cases import SuiteHead
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState, state_of
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
    kept_text,
    whole_numbers,
    word_of,
)
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, OriginRecord, Record, Told
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.watched import plain
from reviewer.wording.plural import counted, noun

Fields = dict[str, object]

_SPEC = frozenset({"spec.eval_name", "spec.completion_fns", "spec.base_eval", "spec.run_config"})
_EVENT = frozenset({"sample_id", "event_id", "type", "data"})
_SAMPLING = "sampling"
_OF_GRADER = "grader"
_LONG_REPLY = 40
"""So many characters stand in another request only because that quotes the reply."""
_GRADES = ("choice", "grade")


class OpenAiEvals:
    name = "openai-evals"
    description = "A record log of OpenAI Evals (.jsonl): sampling events as responses, with what graded them beside."
    suffixes = (".jsonl",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        return len(keys & _SPEC) >= 2 or keys >= _EVENT

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        yield from _OpenAiEvalsReading(source, options).records()


@dataclass
class _Events:
    """All that was recorded of one sample."""

    sampled: list[tuple[int, Fields]] = field(default_factory=list)
    others: list[Fields] = field(default_factory=list)


class _OpenAiEvalsReading:
    """One log on its way to records. The events of a sample need not stand together, so they are gathered first."""

    def __init__(self, source: Source, options: ImportOptions) -> None:
        self._source = source
        self._log = Log(log_table("openai_evals"), options)
        self._spec: Fields = {}
        self._events: dict[str, _Events] = {}
        self._bad: list[BadRow] = []

    def records(self) -> Iterator[Record]:
        for item in json_objects(self._source):
            if isinstance(item, BadRow):
                self._bad.append(item)
            else:
                self._gather(*item)
        if not any(each.sampled for each in self._events.values()):
            raise InputError(
                f"{self._source.path} is a log of OpenAI Evals without a sampling event, so it holds no replies.",
                "Record the eval again with a completion function that records what it sampled.",
            )
        name = as_text(self._spec.get("eval_name")) or self._source.name
        suite = self._log.options.suite or name
        head = SuiteHead(suite, scale=self._log.options.scale, description=f"The eval {name} of OpenAI Evals.")
        origin = OriginRecord(self._log.table.tool, mapping_version=self._log.table.version)
        yield from self._log.records(head, origin, self._samples(name))

    def _gather(self, line: int, row: Fields) -> None:
        if isinstance(row.get("spec"), dict):
            self._spec = self._spec or as_object(self._log.credentials.without(row["spec"], "spec"))
            for name, value in self._spec.items():
                self._log.see(f"spec.{name}", value)
        elif "final_report" in row:
            self._log.see("final_report", row["final_report"])
        elif row.get("sample_id") is not None and isinstance(row.get("data"), dict):
            events = self._events.setdefault(as_text(row["sample_id"]), _Events())
            if row.get("type") == _SAMPLING or {"prompt", "sampled"} <= as_object(row["data"]).keys():
                events.sampled.append((line, as_object(row["data"])))
            else:
                events.others.append(as_object(self._log.credentials.without(row, "events[]")))
        else:
            self._bad.append(BadRow(line, "This is neither the log's spec nor its report nor an event of a sample."))

    def _samples(self, eval_name: str) -> Iterator[LogSample | BadRow | Told]:
        yield from self._bad
        asked_for = _asked_for(self._spec)
        when = as_text(self._spec.get("created_at"))[:16]
        ident = " ".join(filter(None, (when, as_text(self._spec.get("run_id")))))
        run = self._log.options.run or f"{asked_for} ({eval_name}, {ident or self._source.name})"
        without = graded = 0
        for sample, events in self._events.items():
            without += not events.sampled
            number, (answered, graders) = 0, _apart(events)
            graded += len(graders)
            for line, data in answered:
                kept, ratings = self._graded(events, data) if number == 0 else ({}, ())
                if number == 0:
                    kept |= self._asked_of_graders(graders)
                for reply in self._replies(data):
                    number += 1
                    yield LogSample(
                        line,
                        sample,
                        _prompt(data.get("prompt")),
                        run,
                        asked_for,
                        reply,
                        number,
                        source=eval_name,
                        kept=kept,
                        ratings=ratings,
                    )
        if without:
            yield Told(
                f"{counted(without, 'sample')} {noun(without, 'has', 'have')} no sampling event, and so no reply."
            )
        if graded:
            was = noun(graded, "was", "were")
            yield Told(f"{counted(graded, 'request')} {was} a grader's, about a reply: kept beside it, no response.")
        yield Told("OpenAI Evals does not say how a reply ended: one that was cut off counts as whole.")

    def _asked_of_graders(self, graders: list[tuple[int, Fields]]) -> dict[str, str]:
        kept = {}
        for number, (_, data) in enumerate(graders, 1):
            for name, value in data.items():
                self._log.see(f"{_OF_GRADER}.{name}", value)
                kept[f"{_OF_GRADER} {number}: {name}"] = kept_text(plain(value))
        return kept

    def _replies(self, data: Fields) -> Iterator[Reply]:
        """Each text that was sampled; its model is the one that answered."""
        for name, value in data.items():
            self._log.see(f"sampling.{name}", value)
        sampled = data.get("sampled")
        for each in sampled if isinstance(sampled, list) else [sampled]:
            text = as_text(each) if not isinstance(each, dict) else as_text(each.get("content") or each.get("text"))
            error = as_text(data.get("error"))
            failed = error and not text.strip()
            filtered = failed and self._log.table.is_filtered(error)
            state = ResponseState.FILTERED if filtered else ResponseState.ERROR if failed else state_of(text)
            model = as_text(data.get("model")) or as_text(as_object(data.get("metadata")).get("model"))
            yield Reply(text, state, usage=whole_numbers(data.get("usage")), model=model, error=error)

    def _graded(self, events: _Events, data: Fields) -> tuple[dict[str, str], tuple[Rating, ...]]:
        """What the other events say, as it is; a grade that stands for an action is its grader's verdict."""
        kept: dict[str, str] = {}
        ratings: list[Rating] = []
        sampled = data.get("sampled")
        replies = [as_text(each) for each in (sampled if isinstance(sampled, list) else [sampled])]
        for event in events.others:
            kind = as_text(event.get("type")) or "event"
            said = {name: value for name, value in as_object(event.get("data")).items() if name != "sampled"}
            self._log.see(kind, said)
            kept[kind if kind not in kept else f"{kind} {len(kept) + 1}"] = kept_text(said)
            words = [word_of(said.get(name)) for name in _GRADES]
            own = tuple(word for word in words if word and word not in replies)
            if own or "correct" in said:
                ratings.append(Rating(kind, (*own, "correct" if said.get("correct") is True else "incorrect")))
        return kept, tuple(ratings)


def _apart(events: _Events) -> tuple[list[tuple[int, Fields]], list[tuple[int, Fields]]]:
    """(those that ask the model, those that ask a grader about a reply before): a grader's request is no continuation
    of the conversation and quotes the reply.
    """
    has_grades = any("choice" in as_object(each.get("data")) for each in events.others)
    answered: list[tuple[int, Fields]] = []
    graders: list[tuple[int, Fields]] = []
    for line, data in events.sampled:
        asked = _prompt(data.get("prompt"))
        quotes = any(_quotes(asked, before, has_grades) for _, before in answered)
        (graders if quotes else answered).append((line, data))
    return answered, graders


def _quotes(asked: list[object], before: Fields, has_grades: bool) -> bool:
    first, sampled = _prompt(before.get("prompt")), before.get("sampled")
    if asked[: len(first)] == first:
        return False
    said = "\n".join(as_text(as_object(turn).get("content")) for turn in asked)
    replies = [as_text(each).strip() for each in (sampled if isinstance(sampled, list) else [sampled])]
    return any(reply in said for reply in replies if len(reply) >= _LONG_REPLY or (reply and has_grades))


def _asked_for(spec: Fields) -> str:
    """The model that was asked for; before there were completion functions, a log had a model's name or its specs."""
    named = ", ".join(map(as_text, as_list(spec.get("completion_fns")))) or as_text(spec.get("model_name"))
    specs = as_object(as_object(spec.get("run_config")).get("model_specs"))
    held = [as_object(each) for each in as_list(specs.get("completions_"))]
    return named or ", ".join(filter(None, (as_text(each.get("name")) for each in held))) or "unknown"


def _prompt(prompt: object) -> list[object]:
    if isinstance(prompt, list) and prompt and all(isinstance(turn, dict) for turn in prompt):
        return list(prompt)
    if isinstance(prompt, list):
        return [{"role": "user", "content": "\n".join(map(as_text, prompt))}]
    return [{"role": "user", "content": as_text(prompt)}]
