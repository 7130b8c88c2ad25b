"""Scripts that the workspace's texts are written in and that no installed font shows."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter

from reviewer.host.fonts import can_ask, is_shown
from reviewer.store.database import Workspace
from reviewer.store.queries.characters import KINDS, characters_after
from reviewer.wording.scripts import Script, scripts_of

STEP_S = 0.003
"""How long one step may take: a key that is pressed waits for it."""


class CharacterReading:
    """All characters of a workspace beyond ASCII, and some of it: read in steps, and keys come in between."""

    def __init__(self) -> None:
        self.characters: set[str] = set()
        self.is_whole = False
        self._kind = self._after = 0
        self._at_once = 100

    def read_on(self, workspace: Workspace) -> None:
        """The next texts, as many as a step has time for; `is_whole` once there are no others."""
        begun = perf_counter()
        found, self._after = characters_after(workspace, KINDS[self._kind], self._after, self._at_once)
        self.characters |= found
        if not self._after:
            self._kind += 1
            self.is_whole = self._kind == len(KINDS)
        self._at_once = max(self._at_once // 2, 1) if perf_counter() - begun > STEP_S else self._at_once + 100


def characters_in(workspace: Workspace) -> set[str]:
    """All characters beyond ASCII, and some of it."""
    reading = CharacterReading()
    while not reading.is_whole:
        reading.read_on(workspace)
    return reading.characters


def without_font(characters: Iterable[str]) -> list[Script]:
    """Takes some hundredths of a second for each script: not for the thread of the window."""
    return [script for script in scripts_of(characters) if not is_shown(script.letter)] if can_ask() else []
