"""Says once of each workspace which of its scripts no installed font shows."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QTimer

from reviewer.app.fonts import CharacterReading, without_font
from reviewer.ui.kit.session import Session
from reviewer.wording.scripts import Script, lacking_words

PAUSE_MS = 25
"""Between two steps, so that what a person does comes before all the rest of them."""

log = logging.getLogger(__name__)


class FontWatch(QObject):
    """Texts are read some at a time, between whatever else the workspace is asked; fonts are asked for on a worker."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._reading: CharacterReading | None = None
        self._told: set[Script] = set()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._read_on)
        session.opened.connect(self._begin)

    @property
    def is_reading(self) -> bool:
        """Whether there are texts that have not been looked at."""
        return self._reading is not None

    def _begin(self) -> None:
        self._reading = CharacterReading()
        self._pause.start()

    def _read_on(self) -> None:
        reading = self._reading
        if reading is not None and self._session.is_open:
            self._session.read(reading.read_on, lambda _read: self._have(reading), self._give_up, when_idle=True)

    def _give_up(self, error: Exception) -> None:
        """Nobody asked for this look, so a workspace that cannot be read is told by what somebody does ask for."""
        self._reading = None
        log.warning("the texts could not be looked at for their scripts: %s", type(error).__name__)

    def _have(self, reading: CharacterReading) -> None:
        if not reading.is_whole:
            self._pause.start()
            return
        self._reading = None
        if reading.characters:
            self._session.work(lambda: without_font(reading.characters), self._tell)

    def _tell(self, missing: list[Script]) -> None:
        """What was told is not told again of the next workspace."""
        if set(missing) - self._told:
            self._told |= set(missing)
            self._session.notice.emit(lacking_words(missing))
