"""Says once of each workspace which of its scripts no installed font shows."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from reviewer.app.fonts import next_characters, without_font
from reviewer.ui.kit.session import Session
from reviewer.wording.scripts import Script, lacking_words


class FontWatch(QObject):
    """Texts are read some at a time, between whatever else the workspace is asked; fonts are asked for on a worker."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._characters: set[str] = set()
        self._told: set[Script] = set()
        session.opened.connect(self._begin)

    def _begin(self) -> None:
        self._characters = set()
        self._read((0, 0))

    def _read(self, place: tuple[int, int]) -> None:
        self._session.read(partial(next_characters, place=place), self._have)

    def _have(self, found: tuple[set[str], tuple[int, int] | None]) -> None:
        characters, place = found
        self._characters |= characters
        if place is not None:
            self._read(place)
        elif self._characters:
            read = frozenset(self._characters)
            self._session.work(lambda: without_font(read), self._tell)

    def _tell(self, missing: list[Script]) -> None:
        """What was told is not told again of the next workspace."""
        if set(missing) - self._told:
            self._told |= set(missing)
            self._session.notice.emit(lacking_words(missing))
