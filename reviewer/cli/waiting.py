"""A command waits for what another program writes, for an import too, and says so, rather than refuse what was said."""

from __future__ import annotations

import math
import os
from pathlib import Path

from reviewer.cli.output import complain, duration
from reviewer.core.errors import InputError
from reviewer.host.holding import who_holds
from reviewer.store.dialects.dialect import Patience

WAIT_VARIABLE = "REVIEWER_WAIT"
WAIT_S = 600.0


class LongWait:
    """Of one command, on one workspace. Raises InputError where the variable says no number of seconds."""

    def __init__(self, path: Path) -> None:
        self._path, self._waits = path, False
        self.patience = Patience(_seconds(os.environ.get(WAIT_VARIABLE, "")), self._begin, self._end)

    def _begin(self) -> None:
        self._waits = True
        limit = duration(self.patience.seconds)
        complain(
            f"reviewer: {who_holds(self._path)} Waiting for it, {limit} at most; Ctrl+C gives up and stores nothing."
        )

    def _end(self) -> None:
        self._waits = False

    def tell_if_given_up(self, *, has_written: bool) -> None:
        """Somebody ended the command: where that was while it waited, what it came to."""
        if self._waits:
            what = "What it had stored before is kept" if has_written else "Nothing was changed"
            complain(f"reviewer: given up. {what}.")


def _seconds(given: str) -> float:
    try:
        seconds = float(given) if given.strip() else WAIT_S
    except ValueError:
        seconds = -1.0
    if not (math.isfinite(seconds) and seconds >= 0):
        raise InputError(
            f"The variable {WAIT_VARIABLE} is no number of seconds.",
            f"Set it to how long a command waits for another program, {WAIT_S:.0f} by default, 0 for not at all.",
        )
    return seconds
