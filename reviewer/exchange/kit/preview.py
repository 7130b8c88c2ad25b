"""The first rows of a table and what import would make of them, for the mapping dialog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.errors import InputError
from reviewer.exchange.formats.clipboard import Clipboard
from reviewer.exchange.formats.xlsx import Xlsx, read_sheet
from reviewer.exchange.kit.checks import ActionNames
from reviewer.exchange.kit.delimited import Row, headed, read_rows
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sources import Source
from reviewer.exchange.kit.table import guess_mapping
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
    """`rows` hold as many cells as there are `columns`; `mapping` is {field: column}. Labels: the most frequent first,
    at most 50 values of the first 5,000 rows."""

    format: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    mapping: Mapping[str, str]
    labels: tuple[LabelValue, ...]


def preview_table(
    path_or_text: Path | str, n: int = 20, options: ImportOptions | None = None, format_name: str = ""
) -> TablePreview:
    """The first `n` rows of a file (Path) or a pasted table (str). Takes a second for a large workbook.

    `options` brings a mapping already chosen, the scale and the sheet. Raises KnownError for what cannot be read and
    InputError for a file that is not a table.
    """
    options = options or ImportOptions()
    name, rows = _rows(path_or_text, options, format_name)
    columns, below = headed(rows, str(path_or_text) if isinstance(path_or_text, Path) else "The pasted table")
    looked_at = [tuple(row.cells) for row in islice(below, ROWS_LOOKED_AT) if isinstance(row, Row)]
    left = [column for column in columns if column not in options.mapping.values()]
    chosen = {**guess_mapping(left), **options.mapping}
    mapping = {field: column for field, column in chosen.items() if column and column in columns}
    labels: tuple[LabelValue, ...] = ()
    if "label" in mapping:
        position = columns.index(mapping["label"])
        labels = _labels(Counter(row[position].strip() for row in looked_at), options)
    return TablePreview(name, tuple(columns), tuple(looked_at[:n]), mapping, labels)


def _rows(path_or_text: Path | str, options: ImportOptions, format_name: str) -> tuple[str, Iterator[Row | BadRow]]:
    if isinstance(path_or_text, str):
        return Clipboard.name, read_rows(Source.pasted(path_or_text), raw_quotes=True)
    chosen = format_named(format_name) if format_name else detect(path_or_text)
    if chosen.name == Xlsx.name:
        return chosen.name, read_sheet(path_or_text, options.sheet)
    source = Source(path_or_text)
    if source.start().lstrip().startswith("{"):
        raise InputError(f"{path_or_text} is JSON Lines, not a table.", "Import it as it is: it needs no mapping.")
    return chosen.name, read_rows(source)


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
