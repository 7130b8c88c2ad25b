"""The order in which people list keys: numbers in them count as numbers, so that case-2 comes before case-10."""

from __future__ import annotations

import re

_NUMBER = re.compile("([0-9]+)")


def natural(text: str) -> str:
    """What to sort a key by. Two keys are equal by it only where they are the same text."""
    parts = _NUMBER.split(text)  # every other one is a number
    for at in range(1, len(parts), 2):
        # digits that sort as the number does: how many there are without leading zeros, then those
        digits = parts[at].lstrip("0") or "0"
        parts[at] = f"{len(digits):06}{digits}"
    return f"{''.join(parts).casefold()}\0{text}"
