"""How many digits a figure has, wherever people read it.

A score, a skill and their changes have three digits: two versions that differ in the third are told apart by nothing
else on a page. An interval's ends have two, because their third says nothing about the next suite. A share is per cent
with one digit, and a change of a share is in points, also with one. A p-value has four. JSON is never rounded.
"""

from __future__ import annotations

SCORE = 3
LIMIT = 2
SHARE = 1


def signed_to(value: float, digits: int) -> str:
    """With its sign and a minus that can be read; what rounds to 0 has no sign."""
    if round(value, digits) == 0:
        return f"{0:.{digits}f}"
    return f"{value:+.{digits}f}".replace("-", "−")


def change(value: float) -> str:
    """Of a score."""
    return signed_to(value, SCORE)


def points(value: float) -> str:
    """A change of a share, in points of a hundred."""
    return signed_to(value * 100, SHARE)


def limits(low: float | None, high: float | None, *, of_share: bool = False) -> str:
    """`[+0.12, +0.30]`, or in points; an end that is not known is `no bound`, and without either there is a dash."""
    if low is None and high is None:
        return "–"
    said = ("no bound" if end is None else points(end) if of_share else signed_to(end, LIMIT) for end in (low, high))
    return f"[{', '.join(said)}]"
