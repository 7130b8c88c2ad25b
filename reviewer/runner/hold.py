"""Pausing a run: what is under way is answered, nothing new is sent until it goes on."""

from __future__ import annotations

import anyio


class Hold:
    """For the loop that the run is on."""

    def __init__(self) -> None:
        self._going = anyio.Event()
        self._going.set()

    @property
    def is_held(self) -> bool:
        return not self._going.is_set()

    def pause(self) -> None:
        if self._going.is_set():
            self._going = anyio.Event()

    def go_on(self) -> None:
        self._going.set()

    async def going(self) -> None:
        """Wait while the run is held."""
        while not self._going.is_set():
            await self._going.wait()
