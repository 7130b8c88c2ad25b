"""Names for events that travel between workspaces: the same everywhere, and in the order in which they were made."""

from __future__ import annotations

import secrets
import time

_TIME_DIGITS = 16


def new_uid(after: str = "") -> str:
    """A name that nothing else has: nanoseconds and 64 random bits, in hexadecimal.

    It sorts behind `after`, the last event of the same response, also where the clock has gone back.
    """
    least = int(after[:_TIME_DIGITS], 16) + 1 if after else 0
    return f"{max(time.time_ns(), least):0{_TIME_DIGITS}x}-{secrets.token_hex(8)}"
