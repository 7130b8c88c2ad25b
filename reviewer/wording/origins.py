"""Where rows came from, in words."""

from __future__ import annotations

from reviewer.store.facts.origins import Origin


def origin_words(origin: Origin) -> str:
    """`set.csv (csv), licence MIT, imported 2025-03-01`; of another tool's file also that tool and its version."""
    tool = " ".join(part for part in (origin.tool, origin.tool_version) if part)
    parts = (
        f"{origin.file} ({f'{tool}, ' if tool else ''}{origin.format})",
        f"licence {origin.licence}" if origin.licence else "",
        "not for commercial use" if origin.non_commercial else "",
        f"imported {origin.at[:10]}" if origin.at else "",
    )
    return ", ".join(part for part in parts if part)
