"""Results of promptfoo: its JSON of both forms, JSON Lines, and its SQLite database with people's ratings.

Each provider under each prompt is a run. Tests with the same variables are repeats of one case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from reviewer.core.cases import SuiteHead
from reviewer.core.errors import InputError
from reviewer.exchange.formats.promptfoo_rows import (
    asked_of,
    comment_of,
    description_of,
    human_part,
    kept_grading,
    metadata_of,
    own_id,
    prompt_label,
    provider_of,
    ratings_of_row,
    reply_of_row,
    spoken_and_called,
)
from reviewer.exchange.kit.json_stream import CutOff, decoded, json_parts_of
from reviewer.exchange.kit.jsonl import json_objects
from reviewer.exchange.kit.log_tables import log_table
from reviewer.exchange.kit.logs import (
    Log,
    LogSample,
    as_list,
    as_object,
    as_text,
    content_key,
    flattened,
    kept_text,
    text_of_messages,
)
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, OriginRecord, Record, Told
from reviewer.exchange.kit.sources import FileHead, Source, check_recognised, read_head
from reviewer.store.dialects.foreign import MAGIC, foreign_columns, foreign_rows
from reviewer.wording.plural import counted, noun

Fields = dict[str, object]
Row = tuple[int, Fields]
Rows = Callable[[], Iterator[Row | BadRow]]

_RESULTS, _TABLE = ("results", "results"), ("results", "table", "body")
_SUMMARY = ("results",)
_LISTS = frozenset({_RESULTS, _TABLE, _SUMMARY})
"""The summary alone, as a program that calls promptfoo gets it, has its results at the top."""
_ROW_KEYS = frozenset({"provider", "vars", "success", "score", "prompt"})
_FIRST_KEYS = frozenset({"results[].prompt.raw", "results[].vars", "results[].success", "stats"})
"""The first version named no provider in a result."""
_CONFIG_KEYS = frozenset({"prompts", "providers", "tests"})
_CSV_COLUMNS = {"status", "score", "named_scores", "grader_reason"}
_YAML = re.compile(r"evalId:.*\nresults:[ \t\r]*+\n\s++version:")
_XML = re.compile(r"(?:<\?xml[^>]*>\s*)?<promptfoo\b")
_HTML = re.compile(r"promptfoo|--pass-bg", re.IGNORECASE)
_COLUMNS = {
    "prompt_idx": "promptIdx",
    "test_idx": "testIdx",
    "test_case": "testCase",
    "prompt": "prompt",
    "prompt_id": "promptId",
    "provider": "provider",
    "latency_ms": "latencyMs",
    "response": "response",
    "error": "error",
    "success": "success",
    "score": "score",
    "grading_result": "gradingResult",
    "metadata": "metadata",
    "failure_reason": "failureReason",
}
_JSON_COLUMNS = frozenset({"test_case", "prompt", "provider", "response", "grading_result", "metadata"})


class Promptfoo:
    name = "promptfoo"
    description = "Results of promptfoo (JSON, JSON Lines, promptfoo.db): providers as runs, with people's ratings."
    suffixes = (".json", ".jsonl", ".db", ".sqlite")
    general = False

    def recognises(self, head: FileHead) -> bool:
        if head.start.startswith(MAGIC):
            return "evals" in (tables := foreign_columns(head.path)) and "results" in tables["evals"]
        keys = head.json_keys
        is_export = {"results.version", "results.timestamp"} <= keys or "results.results" in keys
        whole = is_export or keys >= _FIRST_KEYS or keys >= {f"results[].{name}" for name in _ROW_KEYS}
        return whole or (keys >= _ROW_KEYS and bool(keys & {"testCase", "response", "gradingResult"}))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        start = read_head(source.path)
        if start.start.startswith(MAGIC):
            reading = _PromptfooReading(source, options, _database_head(source.path))
            yield from reading.records(lambda: _database_rows(source.path))
        elif "results" in start.json_keys:
            head = _json_head(source.path)
            yield from _PromptfooReading(source, options, head).records(lambda: _json_rows(source.path, head))
        else:
            yield from _PromptfooReading(source, options, Fields()).records(lambda: json_objects(source))


class PromptfooOther:
    """Files of promptfoo that do not say enough of a reply: a sentence says which one does."""

    name = "promptfoo-other"
    description = (
        "A configuration or a CSV, HTML, XML or YAML form of promptfoo: declined, with what to import instead."
    )
    suffixes = (".json", ".csv", ".html", ".xml", ".yaml", ".yml")
    general = False

    def recognises(self, head: FileHead) -> bool:
        return bool(_other_form(head))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        check_recognised(self, source.path)
        raise InputError(
            f"{source.path} is {_other_form(read_head(source.path))}.",
            "Import the results as JSON: promptfoo eval --output results.json, or promptfoo export eval ID.",
        )
        yield


def _other_form(head: FileHead) -> str:
    """What a file of promptfoo is that holds too little, "" for any other file."""
    if head.json_keys:
        is_config = head.json_keys >= _CONFIG_KEYS and "results" not in head.json_keys
        return "a configuration of promptfoo and holds no responses" if is_config else ""
    if set(head.columns) >= _CSV_COLUMNS and any(name.startswith("[") for name in head.columns):
        return "a table of promptfoo, which does not say how a reply ended or who rated it"
    start = head.text.lstrip("\ufeff \r\n")
    if _YAML.match(start):
        return "the YAML form of promptfoo's results"
    if _XML.match(start):
        return "the XML form of promptfoo's results"
    if start[:9].lower().startswith(("<!doctype", "<html")) and _HTML.search(start):
        return "a page of promptfoo, made to be looked at"
    return ""


def _json_head(path: Path) -> Fields:
    """All but the results, with the older form's table."""
    head: Fields = {}
    table: list[object] = []
    for names, value in json_parts_of(path, _LISTS):
        if names == _TABLE:
            table.append(value)
        elif names and names not in (_RESULTS, _SUMMARY) and not isinstance(value, CutOff):
            head[".".join(names)] = value
    return {**head, "results.table.body": table} if table else head


def _json_rows(path: Path, head: Fields) -> Iterator[Row | BadRow]:
    """The results, with what people said in the older form's table put to them."""
    rated = _table_gradings(as_list(head.get("results.table.body")))
    line = 0
    for names, value in json_parts_of(path, _LISTS):
        if isinstance(value, CutOff):
            yield BadRow(line + 1, value.sentence)
        elif names in (_RESULTS, _SUMMARY) and value is not None:
            line += 1
            yield (line, _rated(value, rated)) if isinstance(value, dict) else BadRow(line, "It is not an object.")


def _table_gradings(body: list[object]) -> dict[tuple[str, ...], list[Fields]]:
    """Gradings of the older form's table in which a person had a word, by variables, provider and prompt."""
    found: dict[tuple[str, ...], list[Fields]] = {}
    for row in map(as_object, body):
        for output in map(as_object, as_list(row.get("outputs"))):
            grading = as_object(output.get("gradingResult"))
            if human_part(grading) is not None or comment_of(grading):
                found.setdefault(_place_in_table(as_list(row.get("vars")), output), []).append(grading)
    return found


def _rated(row: Fields, rated: dict[tuple[str, ...], list[Fields]]) -> Fields:
    waiting = rated.get(_place_in_table([*as_object(row.get("vars")).values()], row)) if rated else None
    return {**row, "gradingResult": waiting.pop(0)} if waiting else row


def _place_in_table(variables: list[object], row: Fields) -> tuple[str, ...]:
    prompt = row.get("prompt")
    raw = as_text(as_object(prompt).get("raw")) if isinstance(prompt, dict) else as_text(prompt)
    return (*map(kept_text, variables), provider_of(row)[0], raw)


def _database_head(path: Path) -> Fields:
    evals = list(foreign_rows(path, "SELECT * FROM evals"))
    if len(evals) != 1:
        return {"database": True}
    only = evals[0]
    return {"database": True, "evalId": only["id"], "config": {"description": only.get("description")}}


def _database_rows(path: Path) -> Iterator[Row | BadRow]:
    """The rows of all evals in the order of their tests; those of the older form stand in the eval itself."""
    line = 0
    tables = foreign_columns(path)
    if "eval_results" in tables:
        order = ", ".join(name for name in ("eval_id", "test_idx", "prompt_idx") if name in tables["eval_results"])
        for held in foreign_rows(path, f"SELECT * FROM eval_results ORDER BY {order or 'rowid'}"):  # noqa: S608
            line += 1
            yield from _checked_row(line, held)
    for held in foreign_rows(path, "SELECT * FROM evals"):
        results = as_object(_cell(held.get("results")))
        rated = _table_gradings(as_list(as_object(results.get("table")).get("body")))
        for row in as_list(results.get("results")):
            line += 1
            yield line, {"evalId": held["id"], "author": held.get("author"), **_rated(as_object(row), rated)}


def _checked_row(line: int, held: dict[str, str | bytes | int | float | None]) -> Iterator[Row | BadRow]:
    try:
        row: Fields = {
            name: _cell(held.get(column)) if column in _JSON_COLUMNS else held.get(column)
            for column, name in _COLUMNS.items()
            if held.get(column) is not None
        }
    except InputError as fault:
        yield BadRow(line, str(fault))
        return
    test = as_object(row.get("testCase"))
    yield line, {"evalId": held.get("eval_id"), "vars": as_object(test.get("vars")), **row}


def _cell(value: object) -> object:
    return decoded(value) if isinstance(value, str | bytes) and value else None


class _Place(NamedTuple):
    """What of a row decides on its case, its run and its repeat; long texts as hashes."""

    own: str
    description: str
    variables: str
    asked: str
    run: tuple[str, str, str]
    prompt: int
    test: int


class _Tests:
    """All tests of a file, gathered before they are made into records: which descriptions are ids, which prompt's words
    are the case's, which number a repeat has."""

    def __init__(self, places: Iterable[_Place]) -> None:
        self._places = list(places)
        self._labels: dict[str, set[str]] = {}
        variables: dict[str, set[str]] = {}
        for place in self._places:
            self._labels.setdefault(place.run[0], set()).add(place.run[1])
            variables.setdefault(place.description, set()).add(place.variables)
        self._ids = {description for description, found in variables.items() if description and len(found) == 1}
        self._asked: dict[str, str] = {}
        self._numbers: dict[tuple[object, ...], list[int]] = {}
        for place in sorted(self._places, key=lambda each: (each.prompt, each.test)):
            self._asked.setdefault(self._named(place), place.asked)
            self._numbers.setdefault((place.run, self.key(place)), []).append(place.test)

    def __getitem__(self, number: int) -> _Place:
        return self._places[number]

    def label(self, row: Fields) -> str:
        """The prompt's, where the eval has several."""
        return prompt_label(row) if len(self._labels.get(as_text(row.get("evalId")), ())) > 1 else ""

    def _named(self, place: _Place) -> str:
        """The test's own id; its description where no other test has it; else what it asks."""
        return place.own or (place.description if place.description in self._ids else "") or place.asked

    def key(self, place: _Place) -> str:
        """The first prompt's words have the name; another prompt that asks something else makes another case."""
        named = self._named(place)
        return named if self._asked[named] == place.asked else f"{named} ({place.run[1][:60] or place.asked})"

    def repeat(self, place: _Place) -> int:
        """Its rank among the tests that ask the same of the same run; 0 where the file has no numbers of tests."""
        numbers = sorted(self._numbers[place.run, self.key(place)])
        return numbers.index(place.test) + 1 if place.test >= 0 and len(set(numbers)) == len(numbers) else 0


def _place_of(row: Fields) -> _Place:
    asked = text_of_messages(asked_of(row)[0])
    return _Place(
        own_id(row),
        description_of(row),
        content_key(kept_text(as_object(row.get("vars")))),
        content_key(asked),
        (as_text(row.get("evalId")), prompt_label(row), provider_of(row)[0]),
        _number(row.get("promptIdx")),
        _number(row.get("testIdx")),
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else -1


class _PromptfooReading:
    """One file on its way to records, read twice: some of what a row means depends on the others."""

    def __init__(self, source: Source, options: ImportOptions, head: Fields) -> None:
        self._source = source
        self._head = head
        self._log = Log(log_table("promptfoo"), options)
        self._config = as_object(head.get("config"))
        self._tests = _Tests(())
        self._n = self._stale = self._rated = self._comments = 0

    def records(self, rows: Rows) -> Iterator[Record]:
        self._tests = _Tests(_place_of(item[1]) for item in rows() if not isinstance(item, BadRow))
        for name, value in self._head.items():
            if name == "database":
                continue
            self._log.see(name, self._log.credentials.without(value, name))
        suite = self._log.options.suite or as_text(self._config.get("description")).strip() or self._source.name
        metadata = as_object(self._head.get("metadata"))
        origin = OriginRecord(
            self._log.table.tool, as_text(metadata.get("promptfooVersion")), mapping_version=self._log.table.version
        )
        head = SuiteHead(suite, scale=self._log.options.scale, description="Tests of promptfoo.")
        yield from self._log.records(head, origin, self._samples(rows()))

    def _run(self, row: Fields) -> str:
        ident = as_text(row.get("evalId")) or as_text(self._head.get("evalId")) or self._source.name
        named = " · ".join(filter(None, (provider_of(row)[0], self._tests.label(row)[:60])))
        return f"{named} ({self._log.options.run or ident})"

    def _samples(self, rows: Iterator[Row | BadRow]) -> Iterator[LogSample | BadRow | Told]:
        for item in rows:
            if isinstance(item, BadRow):
                yield item
                continue
            try:
                yield self._sample(*item)
            except RecursionError:
                yield BadRow(item[0], "The result is nested too deeply.")
        if not self._n:
            raise InputError(f"{self._source.path} holds no results of promptfoo.", "Export the eval again, as JSON.")
        yield from self._told()

    def _sample(self, line: int, untrusted_row: Fields) -> LogSample:
        place = self._tests[self._n]
        self._n += 1
        untrusted_row = self._source.watch.row(untrusted_row, "results[]")
        spoken = {name: untrusted_row.get(name) for name in ("prompt", "response", "vars")}
        rest = {name: held for name, held in untrusted_row.items() if name not in spoken}
        row = as_object(self._log.credentials.without(rest, "results[]")) | spoken
        messages, system = asked_of(row)
        self._count(row, as_object(row.get("gradingResult")))
        name, model = provider_of(row)
        metadata = metadata_of(row)
        places = [*flattened(metadata, "metadata"), *flattened(as_object(row.get("vars")), "vars")]
        return LogSample(
            line,
            self._tests.key(place),
            messages,
            self._run(row),
            model or name,
            reply_of_row(row, self._log.table),
            self._tests.repeat(place),
            {place: as_text(value) for place, value in places},
            self._source.name,
            self._log.kept_of(metadata, "metadata.") | self._unsaid(row),
            self._kept(row) | ({"system_prompt": system} if system else {}),
            tuple(ratings_of_row(row, as_text(row.get("author")))),
        )

    def _unsaid(self, row: Fields) -> dict[str, str]:
        """Variables that the prompt does not show, such as what an assertion expects."""
        shown = kept_text(row.get("prompt"))
        held = {name: value for name, value in as_object(row.get("vars")).items() if kept_text(value) not in shown}
        clean = as_object(self._log.credentials.without(held, "vars"))
        return {f"vars.{name}": kept_text(value) for name, value in clean.items() if value not in (None, "", [], {})}

    def _kept(self, row: Fields) -> dict[str, str]:
        """What of the row and of its response has no place."""
        grading = as_object(row.get("gradingResult"))
        said = {name: held for name, held in as_object(row.get("response")).items() if name not in ("output", "error")}
        response = as_object(self._log.credentials.without(said, "results[].response"))
        kept = self._log.kept_of({name: held for name, held in row.items() if name not in ("metadata", "vars")})
        kept |= self._log.kept_of(response, "response.")
        calls = spoken_and_called(as_object(row.get("response")).get("output"))[1]
        kept |= {"tool_calls": kept_text(calls)} if calls else {}
        return kept | ({"gradingResult": kept_text(kept_grading(grading))} if grading else {})

    def _count(self, row: Fields, grading: Fields) -> None:
        self._comments += bool(comment_of(grading))
        if human_part(grading) is not None:
            self._rated += 1
            self._stale += (row.get("failureReason") == 1) == (grading.get("pass") is True)

    def _told(self) -> Iterator[Told]:
        if self._rated:
            yield Told(
                f"People rated {counted(self._rated, 'result')}; {counted(self._comments, 'comment')} "
                f"{noun(self._comments, 'is', 'are')} kept beside them."
            )
        if self._stale:
            yield Told(
                "promptfoo did not bring its totals up to date after those ratings: its count of passes and failures "
                "does not fit them. Each result is read by itself."
            )
