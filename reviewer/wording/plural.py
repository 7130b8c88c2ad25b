"""How many of what, for the words above the figures: `core/plural` is the one place that knows singular and plural."""

from __future__ import annotations

from reviewer.core.plural import counted, noun

__all__ = ["counted", "noun"]
