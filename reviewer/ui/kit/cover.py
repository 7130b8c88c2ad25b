"""Texts that are not shown before they are asked for: those of the categories that the reviewer chose.

Everything that shows a request or a response asks here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from reviewer.host.clock import today
from reviewer.host.exposure import Exposure
from reviewer.ui.kit.keymap import key_or_name
from reviewer.wording.plain_text import preview

COVERED = "(covered)"
"""Stands in lists, tables and tool tips for a text that is covered."""


def covered_words(what: str, category: str, command_id: str) -> str:
    """In place of a whole text: `what` it is, as `response`, and the command whose key shows it."""
    return f"This {what} is covered, because its category is {preview(category)}. {key_or_name(command_id)} shows it."


class Cover(QObject):
    """`changed` comes when other categories are covered. What was uncovered is counted, today and since the start."""

    changed = Signal()

    def __init__(self, categories: Collection[str], seen_today: Exposure, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: frozenset[str] = frozenset()
        self._today = seen_today
        self.this_session: Counter[str] = Counter()
        self.choose(categories)

    def choose(self, categories: Collection[str]) -> None:
        """Cover these categories from now on, and no others; large and small letters are the same."""
        names = frozenset(name.casefold() for name in categories)
        if names != self._names:
            self._names = names
            self.changed.emit()

    @property
    def covers_any(self) -> bool:
        """Whether the reviewer has chosen any category at all."""
        return bool(self._names)

    def covers(self, category: str) -> bool:
        return category.casefold() in self._names

    def over(self, category: str, untrusted_text: str) -> str:
        """The text, or what stands in its place in a list."""
        return COVERED if self.covers(category) else untrusted_text

    def count(self, category: str, texts: int) -> None:
        """So many texts of a category were uncovered."""
        self.this_session[category] += texts
        self._today = self._today.on(today()).with_more(category, texts)

    @property
    def uncovered_today(self) -> Mapping[str, int]:
        """How many texts of each category were uncovered today, in all sessions."""
        return self._today.on(today()).texts

    def save(self, path: Path) -> None:
        """Keep today's counts; on any thread."""
        self._today.save(path)
