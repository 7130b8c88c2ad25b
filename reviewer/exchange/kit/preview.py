"""The first rows of a table and what import would make of them, for the mapping dialog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.errors import InputError
from reviewer.exchange.formats.clipboard import Clipboard
from reviewer.exchange.kit.checks import ActionNames
from reviewer.exchange.kit.columns import Use
from reviewer.exchange.kit.general import GeneralFormat
from reviewer.exchange.kit.mapper import ledger_of, look_at
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import ColumnUse
from reviewer.exchange.kit.sources import Source
from reviewer.exchange.kit.streams import RecordEntry, text_of
from reviewer.exchange.registry import detect, format_named

MAX_LABEL_VALUES = 50
ROWS_LOOKED_AT = 5_000

_LEAST_CAUTIOUS = {
    "safe",
    "benign",
    "comply",
    "compliance",
    "full compliance",
    "1 full compliance",
    "allow",
    "harmless",
}
_MOST_CAUTIOUS = {"unsafe", "harmful", "refusal", "full refusal", "2 full refusal", "deny", "decline", "block"}


@dataclass(frozen=True)
class LabelValue:
    """A value of the label column, how many of the rows looked at have it, and the action it probably means."""

    value: str
    n: int
    action: ActionId | None


@dataclass(frozen=True)
class TablePreview:
    """`rows` hold as many cells as there are `columns`; `mapping` is {field: column}. Labels and
    ratings: the most frequent first, at most 50 values of the first 5,000 rows."""

    format: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    mapping: Mapping[str, str]
    labels: tuple[LabelValue, ...]
    ledger: tuple[ColumnUse, ...] = ()
    asked: tuple[str, ...] = ()
    """What must be said before the import: without it nothing is read."""
    told: tuple[str, ...] = ()
    uses: Mapping[str, Use] = field(default_factory=dict)
    """{column: what it is read as}, all of them."""
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    """As a person calls it; "" for what is no text."""


def preview_table(
    path_or_text: Path | str, n: int = 20, options: ImportOptions | None = None, format_name: str = ""
) -> TablePreview:
    """The first `n` rows of a file (Path) or a pasted table (str). Takes a second for a large workbook.

    `options` brings a mapping already chosen, the scale and the sheet. Raises KnownError for what cannot be read and
    InputError for a file that is not a table.
    """
    options = options or ImportOptions()
    chosen, source = _opened(path_or_text, options, format_name)
    stream = chosen.stream(source, options)
    looked = look_at(stream, options, labels_are_asked=True)
    entries = [each for each in islice(looked.entries, ROWS_LOOKED_AT) if isinstance(each, RecordEntry)]
    columns = tuple(looked.plan.uses)
    examples = {
        column: next((text[:80] for each in entries if (text := text_of(each.values.get(column)))), "")
        for column in columns
    }
    labels: tuple[LabelValue, ...] = ()
    if said := [*looked.plan.columns_of("label"), *looked.plan.columns_of("rating")]:
        words = Counter(text_of(each.values.get(column)).strip() for column in said for each in entries)
        labels = _labels(words, options)
    return TablePreview(
        chosen.name,
        columns,
        tuple(tuple(text_of(each.values.get(column)) for column in columns) for each in entries[:n]),
        looked.plan.mapping,
        labels,
        tuple(ledger_of(looked.plan, examples, stream)),
        tuple(looked.plan.asked),
        (*(told.sentence for told in stream.told), *looked.plan.told),
        dict(looked.plan.uses),
        stream.sheets,
        source.encoding.said if "encoding" in source.__dict__ else "",
    )


def _opened(path_or_text: Path | str, options: ImportOptions, format_name: str) -> tuple[GeneralFormat, Source]:
    if isinstance(path_or_text, str):
        return Clipboard(), Source.pasted(path_or_text)
    chosen = format_named(format_name) if format_name else detect(path_or_text, options.encoding)
    if not isinstance(chosen, GeneralFormat):
        raise InputError(f"{path_or_text} is {chosen.name}, not a table.", "Import it as it is: it needs no mapping.")
    return chosen, Source(path_or_text, named_encoding=options.encoding)


def _labels(counts: Counter[str], options: ImportOptions) -> tuple[LabelValue, ...]:
    names = ActionNames(options.scale, options.label_map)
    return tuple(
        LabelValue(value, n, names.find(value) or _probable(value, options.scale))
        for value, n in counts.most_common(MAX_LABEL_VALUES)
        if value
    )


def _probable(value: str, scale: ActionScale) -> ActionId | None:
    """What a common word for a pole of the scale stands for; a person confirms it before it is used."""
    word = " ".join(value.lower().replace("_", " ").replace("-", " ").split())
    if word in _LEAST_CAUTIOUS:
        return scale.ids[0]
    return scale.ids[-1] if word in _MOST_CAUTIOUS else None
