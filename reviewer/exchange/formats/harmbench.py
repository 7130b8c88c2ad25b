"""What HarmBench's programs write: test cases by behaviour, and the completions or results of a model on them.

A test case is what was sent, which is more than the behaviour where a method wrote it. The classifier's `label` says
whether the behaviour was shown, which is no action: it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.core.errors import InputError
from reviewer.core.responses import Response
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, text_at
from reviewer.exchange.kit.json_items import unusable
from reviewer.exchange.kit.json_stream import CutOff, json_parts_of
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source

_USES = {"test_case": "messages", "generation": "text", "behavior": "tags"}
_CASES = re.compile(r'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\[\s*[\["]')
_NAMED = re.compile(r"test_?cases", re.IGNORECASE)
_NO_LIST = "no list of test cases, so it is not read"
_PICTURE = "The test case has a picture, which cannot be shown. Leave it out."
_LABELS = "{n|result says|results say} whether the behaviour was shown, which is no action: kept beside the responses."


class HarmBenchCompletions:
    name = "harmbench-completions"
    description = "HarmBench's test cases, completions or results (JSON by behaviour): completions as a run."
    suffixes = (".json",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        ends = {name.rpartition("[].")[2] for name in head.json_keys if "[]." in name}
        if {"test_case", "generation"} <= ends:
            return True
        return bool(_NAMED.search(head.path.name) and _CASES.match(head.text)) and not ends

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        file = ForeignFile(options, label_table("harmbench"), "HarmBench completions", Ledger(_USES))
        yield from file.begin(licence="MIT")
        line, model = 0, source.name
        for names, value in json_parts_of(source.path, {("",)}):
            if isinstance(value, CutOff):
                yield BadRow(line + 1, value.sentence)
                continue
            behaviour = names[0] if names else ""
            if behaviour and not isinstance(value, list):
                file.ledger.passed_over(behaviour, _NO_LIST, value)
            for item in value if isinstance(value, list) and behaviour else ():
                line += 1
                yield from _tried(file, line, behaviour, item, model)
        if not line:
            raise InputError(f"{source.path} holds no test cases of HarmBench.", "Choose another file.")
        yield from file.end()


def _tried(file: ForeignFile, line: int, behaviour: str, item: object, model: str) -> Iterator[Record]:
    row: Json = item if isinstance(item, dict) else {"test_case": item}
    reason = unusable(row)
    if reason or not isinstance(row.get("test_case"), str):
        yield BadRow(line, reason or _PICTURE)
        return
    kept = file.ledger.kept({**row, "behavior": behaviour})
    key, said = file.case(
        ForeignCase(line, row["test_case"], label="refuse", tags=[behaviour], source="HarmBench", licence="MIT")
    )
    yield from said
    if key is None or not isinstance(row.get("generation"), str):
        return
    if "label" in row:
        file.tell(_LABELS)
    run, said = file.run(model, line)
    yield from said
    yield from file.response(line, run, Response(key, text=text_at(row["generation"]), model=model), kept)[1]
