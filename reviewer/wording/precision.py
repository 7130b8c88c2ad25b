"""Digits, signs and limits, for the words above the figures: `core/precision` is the one place that writes them."""

from __future__ import annotations

from reviewer.core.precision import (
    LIMIT,
    NO_BOUND,
    SCORE,
    SHARE,
    bracketed,
    change,
    ends,
    figure_to,
    limits,
    points,
    signed_to,
    spanned,
)

__all__ = [
    "LIMIT",
    "NO_BOUND",
    "SCORE",
    "SHARE",
    "bracketed",
    "change",
    "ends",
    "figure_to",
    "limits",
    "points",
    "signed_to",
    "spanned",
]
