"""Sentences that come by themselves while a review is blind: they say what happened, and not which version it was."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from reviewer.store.facts.runs import RunLine

SOMETHING = "(hidden)"
"""Stands for a name in a blind review."""


class Unnamed(QObject):
    """Takes the names of the runs under review out of a sentence, and those of their versions and endpoints.

    `changed` comes when other names are hidden.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: re.Pattern[str] | None = None

    def hide(self, *runs: RunLine) -> None:
        """The names of these runs, and no others, from now on; none where nothing is hidden."""
        names = sorted({name for run in runs for name in _names_of(run) if name}, key=len, reverse=True)
        # a name of one letter is a word of many sentences, but stands in quotation marks where it is a name
        known = [re.escape(name) if len(name) > 1 else f"(?<=['\"‘“]){re.escape(name)}(?=['\"’”])" for name in names]
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)", re.IGNORECASE) if known else None
        self.changed.emit()

    def __call__(self, sentence: str) -> str:
        return self._names.sub(SOMETHING, sentence) if self._names is not None else sentence


def _names_of(run: RunLine) -> tuple[str, ...]:
    version, endpoint = run.version, run.version.endpoint
    return run.name, version.name, version.model, endpoint.name, endpoint.base_url, urlsplit(endpoint.base_url).netloc
