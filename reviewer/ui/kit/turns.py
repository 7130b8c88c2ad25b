"""A conversation as one text with a heading over each turn; of a long one the earlier turns are folded one by one."""

from __future__ import annotations

from collections.abc import Iterable

from reviewer.ui.kit.text_looks import Section

MOST_UNFOLDED = 6
"""Of earlier turns; where there are more, each is folded and opens by itself."""


def headed(turns: Iterable[tuple[str, str]]) -> tuple[str, list[Section]]:
    """The text of turns, each a heading of one line and what was said, and where each stands in it."""
    parts: list[str] = []
    sections: list[Section] = []
    at = 0
    for heading, said in turns:
        start, body = at, at + len(heading) + 1
        at = body + len(said)
        sections.append(Section(start, body, at))
        parts.append(f"{heading}\n{said}")
        at += len("\n\n")
    return "\n\n".join(parts), sections
