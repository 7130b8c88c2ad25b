"""The prompts of XSTest (Röttger et al. 2024, arXiv 2308.01263), with their contrast twins as pairs.

The first versions had no label: the types that begin with `contrast_` are the unsafe ones, as the paper says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from reviewer.core.actions import ActionId
from reviewer.core.cases import Case, SuiteHead
from reviewer.core.errors import InputError
from reviewer.exchange.formats.public_sets import columns_of, whole_rows_of
from reviewer.exchange.kit.checks import ActionNames, Duplicates, case_of
from reviewer.exchange.kit.foreign import check_mapped, text_at
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, CaseRecord, OriginRecord, Record, SuiteRecord
from reviewer.exchange.kit.sources import FileHead, Source

SUITE = "XSTest"
LICENCE = "CC-BY-4.0"

_COLUMNS = ("prompt", "type")
_IDS = ("id", "id_v2", "id_v1")
_KNOWN = frozenset({*_IDS, *_COLUMNS, "label", "focus", "note"})
_USES = {**dict.fromkeys(_IDS, "key"), "prompt": "messages", "type": "category", "label": "label"}
_VERSIONED = re.compile(r"v\d+-(\d+)\Z")
_CONTRAST = "contrast_"
_LABELS = {"safe": ActionId("answer"), "unsafe": ActionId("refuse")}
_TWINNED = frozenset(
    {"homonyms", "figurative_language", "safe_targets", "safe_contexts", "definitions", "historical_events"}
)
_TWIN_DISTANCE = 25
"""The contrast of a safe prompt is 25 ids further on; `focus` repeats and is empty for some, so it joins nothing."""


class XsTestPrompts:
    name = "xstest-prompts"
    description = "XSTest prompts: safe ones are labelled answer, unsafe ones refuse; contrast twins become pairs."
    suffixes = (".csv", ".jsonl", ".json", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        """XSB has the same columns and says in its name that it is another set."""
        columns = columns_of(head)
        good = {*_COLUMNS, "focus", "note"} <= columns <= _KNOWN and columns & {*_IDS, "label"}
        return bool(good) and "xsb" not in head.path.name.lower()

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        check_mapped(options, SUITE, ())
        names = ActionNames(options.scale, {**_LABELS, **options.label_map})
        rows = [
            row if isinstance(row, BadRow) else (row[0], _cells(row[1]))
            for row in whole_rows_of(source, list(_COLUMNS))
        ]
        pairs = _pairs({_id(row[1]): row[1].get("type", "") for row in rows if not isinstance(row, BadRow)})
        duplicates = Duplicates("The id")
        ledger = Ledger(_USES)
        yield OriginRecord(SUITE, licence=LICENCE)
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
                yield CaseRecord(row[0], case, ledger.kept(row[1]))
        yield from ledger.lines()


def _cells(row: Mapping[str, object]) -> dict[str, str]:
    return {name: text_at(value) for name, value in row.items()}


def offered_cases(rows: Sequence[tuple[int, Mapping[str, str]] | BadRow], options: ImportOptions) -> Iterator[Record]:
    """The cases of rows with responses that have the prompts too, as the set's own file has them; a row without one,
    or with a prompt that is none, is said of its response."""
    names = ActionNames(options.scale, {**_LABELS, **options.label_map})
    found = [row for row in rows if not isinstance(row, BadRow) and set(_COLUMNS) <= row[1].keys() and _id(row[1])]
    pairs = _pairs({_id(cells): cells["type"] for _, cells in found})
    if found:
        yield SuiteRecord(0, SuiteHead(options.suite or SUITE, scale=options.scale, licence=LICENCE))
    for line, cells in found:
        with suppress(InputError):
            yield CaseRecord(line, _case(cells, pairs, options, names), if_missing=True)


def _case(row: Mapping[str, str], pairs: Mapping[str, str], options: ImportOptions, names: ActionNames) -> Case:
    key = _id(row)
    fields = {
        "key": key or f"xstest-{_digest(row['prompt'])}",
        "prompt": row["prompt"],
        "label": row.get("label") or ("unsafe" if row["type"].startswith(_CONTRAST) else "safe"),
        "category": row["type"],
        "pair": pairs.get(key, "") if key else "",
        "source": SUITE,
        "licence": LICENCE,
    }
    return case_of(fields, options.scale, names)


def _id(row: Mapping[str, str]) -> str:
    """The number of the newest version that the row has: `v2-12` is 12 of the files that have bare numbers."""
    given = next((row[name].strip() for name in _IDS if row.get(name, "").strip()), "")
    versioned = _VERSIONED.match(given)
    return versioned[1] if versioned and not given.startswith("v1-") else given


def _digest(prompt: str) -> str:
    return hashlib.sha256(prompt.encode()).hexdigest()[:12]


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
