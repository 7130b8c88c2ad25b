"""The columns of a file in a sentence. A file without names has texts in the place of names: those are quoted."""

from __future__ import annotations

from collections.abc import Iterable

from reviewer.exchange.kit.field_names import KNOWN_NAMES
from reviewer.exchange.kit.sources import folded

MOST_CHARACTERS = 300


def listed_columns(columns: Iterable[str]) -> str:
    """`id, prompt, 'how do I bake bread'`, cut off after `MOST_CHARACTERS`. Only what names a field stands bare: a word
    may be a request.
    """
    return ", ".join(each if folded(each) in KNOWN_NAMES else repr(each) for each in columns)[:MOST_CHARACTERS]
