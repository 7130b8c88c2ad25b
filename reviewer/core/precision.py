"""How many digits a figure has and how its sign and its limits are written, wherever people read it.

A score, a skill and their changes have three digits: two versions that differ in the third are told apart by nothing
else on a page. An interval's ends have two, because their third says nothing about the next suite, unless both would be
written alike: then they have as many as tell them apart. A share is per cent with one digit, and a change of a share is
in points, also with one. A p-value has four. JSON is never rounded.

A figure that is written with its sign has limits with theirs. A minus is one that can be read, not a hyphen.
"""

from __future__ import annotations

import math

SCORE = 3
LIMIT = 2
SHARE = 1
NO_BOUND = "no bound"
_MOST_DIGITS = 6
"""In place of an end that is not known or lies at no number."""


def figure_to(value: float, digits: int) -> str:
    """Without a plus, with a minus that can be read; what rounds to 0 has no sign."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def signed_to(value: float, digits: int) -> str:
    """With its sign and a minus that can be read; what rounds to 0 has no sign."""
    said = figure_to(value, digits)
    return said if said.startswith("−") or round(value, digits) == 0 else f"+{said}"


def p_words(p: float) -> str:
    """Four digits, `< 0.0001` below."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def asked_figure(value: float) -> str:
    """What somebody asked for, in the digits that were given, with a minus that can be read."""
    return f"{value:g}".replace("-", "−")


def change(value: float) -> str:
    """Of a score."""
    return signed_to(value, SCORE)


def points(value: float) -> str:
    """A change of a share, in points of a hundred."""
    return signed_to(value * 100, SHARE)


def ends(low: float | None, high: float | None, digits: int = LIMIT, *, signed: bool = True) -> tuple[str, str]:
    """Both limits in words; one that is not known, or lies at no number, is `no bound`."""
    written = signed_to if signed else figure_to
    if low is not None and high is not None and math.isfinite(low) and math.isfinite(high) and low != high:
        while written(low, digits) == written(high, digits) and digits < _MOST_DIGITS:
            digits += 1
    first, second = (NO_BOUND if end is None or not math.isfinite(end) else written(end, digits) for end in (low, high))
    return first, second


def bracketed(low: float | None, high: float | None, digits: int = LIMIT, *, signed: bool = True) -> str:
    """`[+0.12, +0.30]`, or without signs."""
    return f"[{', '.join(ends(low, high, digits, signed=signed))}]"


def spanned(low: float | None, high: float | None, digits: int = LIMIT, *, signed: bool = True) -> str:
    """`−0.29 to +0.31`, or without signs."""
    return " to ".join(ends(low, high, digits, signed=signed))


def limits(low: float | None, high: float | None, *, of_share: bool = False) -> str:
    """Of a change: `[+0.12, +0.30]`, or in points; without either end there is a dash."""
    if low is None and high is None:
        return "–"
    if of_share:
        low, high = (None if end is None else end * 100 for end in (low, high))
        return bracketed(low, high, SHARE)
    return bracketed(low, high)
