"""The order in which people list keys: numbers in them count as numbers, so that case-2 comes before case-10."""

from __future__ import annotations

import re

_NUMBER = re.compile("[0-9]+")


def natural(text: str) -> str:
    """What to sort a key by. Two keys are equal by it only where they are the same text."""
    return f"{_NUMBER.sub(_comparable, text).casefold()}\0{text}"


def _comparable(number: re.Match[str]) -> str:
    """Digits that sort as the number does: how many there are without leading zeros, then those."""
    digits = number[0].lstrip("0") or "0"
    return f"{len(digits):06}{digits}"
