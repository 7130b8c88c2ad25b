"""Credentials in files of other tools: found by the field's name or the value's shape, dropped, counted, never stored.

Only the surroundings of a conversation are looked through: settings, metadata, scores, error texts. What a model was
asked or answered is left as it is, because it is what people judge.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewer.core.written_secrets import SHAPE_HINT, SHAPES, is_credential_name
from reviewer.exchange.kit.records import Told
from reviewer.exchange.kit.watched import like, untouched
from reviewer.wording.plural import counted, noun

REMOVED = "[credential removed]"
_MAX_PLACES = 5
_PLACEHOLDER = re.compile(
    r"\s*(?:$|\[?redacted\]?$|<[^>]*>$|\*+$|x{3,}$|\{\{.*\}\}$|\$\{?\w+\}?$|env:|process\.env|none$|null$|"
    r"\[credential\ removed\]$)",
    re.IGNORECASE,
)


@dataclass
class Credentials:
    """What was dropped of one file: {place: how often}."""

    found: Counter[str] = field(default_factory=Counter)

    def without(self, value: object, place: str = "") -> object:
        """The value from JSON with no credential in it; the same object where there was none."""
        if isinstance(value, dict):
            return self._of_fields(value, place)
        if isinstance(value, list):
            cleaned = [self.without(item, f"{place}[]") for item in value]
            return value if all(map(_is, cleaned, value)) else cleaned
        return self.without_shapes(value, place) if isinstance(value, str) else value

    def _of_fields(self, value: dict[str, object], place: str) -> object:
        cleaned: dict[str, object] = {}
        changed = False
        for name, held in untouched(value):
            where = f"{place}.{name}" if place else name
            if is_credential_name(name) and _is_secret(held):
                self.found[where] += 1
                changed = True
                continue
            if held is None or isinstance(held, bool | int | float):
                cleaned[name] = held
                continue
            cleaned[name] = self.without(held, where)
            changed = changed or cleaned[name] is not held
        return like(value, cleaned) if changed else value

    def without_shapes(self, text: str, place: str) -> str:
        """The text with what looks like a key replaced by a word that says so."""
        if not SHAPE_HINT.search(text):
            return text
        cleaned, n = SHAPES.subn(REMOVED, text)
        if n:
            self.found[place] += n
        return cleaned if n else text

    def told(self) -> Iterator[Told]:
        """One sentence on all that was dropped, with the places; nothing where there was nothing."""
        total = sum(self.found.values())
        if not total:
            return
        places = [f"{place} ({n:,})" for place, n in self.found.most_common(_MAX_PLACES)]
        more = len(self.found) - len(places)
        listed = ", ".join(places) + (f" and {counted(more, 'more place')}" if more > 0 else "")
        yield Told(
            f"{counted(total, 'credential')} in the file {noun(total, 'was', 'were')} left out and not stored: "
            f"{listed}. Whoever has the file can use {noun(total, 'it', 'them')}: change "
            f"{noun(total, 'it', 'them')} where {noun(total, 'it is', 'they are')} real."
        )


def _is(one: object, other: object) -> bool:
    return one is other


def _is_secret(held: object) -> bool:
    """Whether the value can be one: a text that is no placeholder, or an object or list with such a text in it."""
    if isinstance(held, str):
        return not _PLACEHOLDER.match(held)
    if isinstance(held, dict):
        return any(_is_secret(each) for _, each in untouched(held))
    return isinstance(held, list) and any(map(_is_secret, held))
