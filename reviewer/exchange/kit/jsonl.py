"""JSON Lines: one object on each line, every fault a sentence with its line number."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.core.json_text import JsonObject, parse_object
from reviewer.exchange.kit.records import BadRow
from reviewer.exchange.kit.sources import TOO_LONG, Source


def json_objects(source: Source) -> Iterator[tuple[int, JsonObject] | BadRow]:
    """(line, object) for every line that is not blank, or the bad row. Raises KnownError for what is not text."""
    source.check()
    for line, text in source.lines("\n"):
        if text is None:
            yield BadRow(line, TOO_LONG)
        elif not text.isspace():
            value = parse_object(text)
            yield BadRow(line, value) if isinstance(value, str) else (line, source.watch.row(value))
