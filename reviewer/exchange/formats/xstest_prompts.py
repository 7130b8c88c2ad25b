"""The prompts of XSTest (Röttger et al. 2024, arXiv 2308.01263), with their contrast twins as pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reviewer.core.actions import ActionId
from reviewer.core.cases import Case, SuiteHead
from reviewer.core.errors import InputError
from reviewer.exchange.kit.checks import ActionNames, Duplicates, case_of
from reviewer.exchange.kit.delimited import read_named
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, CaseRecord, Record, SuiteRecord
from reviewer.exchange.kit.sources import FileHead, Source

SUITE = "XSTest"
LICENCE = "CC-BY-4.0"

_COLUMNS = ("id", "prompt", "type", "label")
_LABELS = {"safe": ActionId("answer"), "unsafe": ActionId("refuse")}
_TWINNED = frozenset(
    {"homonyms", "figurative_language", "safe_targets", "safe_contexts", "definitions", "historical_events"}
)
_TWIN_DISTANCE = 25
"""The contrast of a safe prompt is 25 ids further on; `focus` repeats and is empty for some, so it joins nothing."""


class XsTestPrompts:
    name = "xstest-prompts"
    description = "XSTest prompts: safe ones are labelled answer, unsafe ones refuse; contrast twins become pairs."
    suffixes = (".csv",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        """XSB has the same columns and says in its name that it is another set."""
        return {*_COLUMNS, "focus", "note"} == set(head.columns) and "xsb" not in head.path.name.lower()

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        names = ActionNames(options.scale, {**_LABELS, **options.label_map})
        rows = list(read_named(source, _COLUMNS))
        pairs = _pairs({row[1]["id"]: row[1]["type"] for row in rows if not isinstance(row, BadRow)})
        duplicates = Duplicates("The id")
        yield SuiteRecord(0, SuiteHead(options.suite or SUITE, scale=options.scale, licence=LICENCE))
        for row in rows:
            if isinstance(row, BadRow):
                yield row
                continue
            try:
                case = _case(row[1], pairs, options, names)
                duplicates.check(row[0], case.key, case.key, case.content_hash)
            except InputError as fault:
                yield BadRow(row[0], str(fault))
            else:
                yield CaseRecord(row[0], case)


def _case(row: Mapping[str, str], pairs: Mapping[str, str], options: ImportOptions, names: ActionNames) -> Case:
    fields = {
        "key": row["id"],
        "prompt": row["prompt"],
        "label": row["label"],
        "category": row["type"],
        "pair": pairs.get(row["id"], ""),
        "source": SUITE,
        "licence": LICENCE,
    }
    return case_of(fields, options.scale, names)


def _pairs(types: Mapping[str, str]) -> dict[str, str]:
    """{id: pair key} for the ids of which both twins are in the file."""
    pairs: dict[str, str] = {}
    for number, kind in types.items():
        if kind not in _TWINNED or not (number.isascii() and number.isdigit() and len(number) < 10):
            continue
        twin = str(int(number) + _TWIN_DISTANCE)
        if types.get(twin) == f"contrast_{kind}":
            pairs[number] = pairs[twin] = f"xstest-{number}"
    return pairs
