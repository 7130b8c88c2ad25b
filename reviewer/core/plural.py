"""How many of what: the one place that knows singular and plural."""

from __future__ import annotations


def noun(number: float, one: str, many: str = "") -> str:
    """`one` for 1 or −1, else `many`, by default `one` with an s."""
    return one if abs(number) == 1 else many or f"{one}s"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 request`, `1,234 requests`."""
    return f"{number:,} {noun(number, one, many)}"
