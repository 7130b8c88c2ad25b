"""The words of a file's labels with what each was read as: the label step of an import shows and asks about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reviewer.exchange.kit.checks import ActionNames
from reviewer.exchange.kit.records import LabelWord

MOST_WORDS = 50
"""A field with more different words than this holds no labels."""


def label_words(counts: Counter[str], names: ActionNames) -> Iterator[LabelWord]:
    """The most frequent first, those without an action before all others: they are asked about."""
    found = [LabelWord(word, n, names.find(word)) for word, n in counts.most_common() if word]
    yield from sorted(found, key=lambda each: each.action is not None)[:MOST_WORDS]
