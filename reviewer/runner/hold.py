"""Holding a run: a person pauses it, or it waits by itself for something outside that is expected back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio

FIRST_TRY_S = 5.0
LONGEST_TRY_S = 120.0


class Hold:
    """For the loop that the run is on. While it is paused or waits, what is under way is answered and nothing new sent.

    `first_try_s` is how soon something outside is looked for again; then after twice as long each time, up to 120 s.
    """

    def __init__(self, first_try_s: float | None = None) -> None:
        self._first_try_s = FIRST_TRY_S if first_try_s is None else first_try_s
        self._going = anyio.Event()
        self._going.set()
        self._now = anyio.Event()
        self._paused = self._given_up = False
        self._reasons: list[str] = []
        self._since_s = self._held_s = 0.0

    @property
    def held_s(self) -> float:
        """Seconds for which it has held in all."""
        return self._held_s + (anyio.current_time() - self._since_s if self.holds else 0.0)

    @property
    def holds(self) -> bool:
        """Whether nothing new is to be sent."""
        return not self._going.is_set()

    @property
    def is_paused(self) -> bool:
        """Whether a person has paused it."""
        return self._paused

    @property
    def waits_for(self) -> str:
        """In a sentence what the run itself waits for; empty while it waits for nothing."""
        return " ".join(self._reasons)

    def pause(self) -> None:
        self._paused = True
        self._set()

    def go_on(self) -> None:
        """Also looks at once whether what is waited for is back."""
        self._paused = False
        self._set()
        self.try_now()

    def try_now(self) -> None:
        now, self._now = self._now, anyio.Event()
        now.set()

    async def tried_now(self) -> None:
        """Wait until somebody has it tried at once."""
        await self._now.wait()

    def give_up(self) -> None:
        """Wait for nothing outside any more."""
        self._given_up = True
        self.try_now()

    def _set(self) -> None:
        held = self._paused or bool(self._reasons)
        if held and not self.holds:
            self._going, self._since_s = anyio.Event(), anyio.current_time()
        elif not held and self.holds:
            self._held_s = self.held_s
            self._going.set()

    async def going(self) -> None:
        """Wait while the run is paused or waits."""
        while self.holds:
            await self._going.wait()

    async def wait_until(self, back: Callable[[], Awaitable[bool]], why: str, most_s: float) -> bool:
        """Hold the run with the sentence `why` until `back` answers True; False where it has not in `most_s` seconds.

        While a person has paused the run nothing is tried, and the time does not count.
        """
        end_s, next_s = anyio.current_time() + most_s, self._first_try_s
        self._reasons.append(why)
        self._set()
        try:
            while not self._given_up and (left_s := end_s - anyio.current_time()) > 0:
                with anyio.move_on_after(min(next_s, left_s)):
                    await self._now.wait()
                end_s += await self._unpaused()
                if not self._given_up and await back():
                    return True
                next_s = min(2 * next_s, LONGEST_TRY_S)
            return False
        finally:
            self._reasons.remove(why)
            self._set()

    async def _unpaused(self) -> float:
        """Wait while a person has paused the run; the seconds that took."""
        begun_s = anyio.current_time()
        while self._paused and not self._given_up:
            await self._now.wait()
        return anyio.current_time() - begun_s
