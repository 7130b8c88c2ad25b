"""Scripts that the workspace's texts are written in and that no installed font shows."""

from __future__ import annotations

from collections.abc import Iterable

from reviewer.host.fonts import can_ask, is_shown
from reviewer.store.database import Workspace
from reviewer.store.queries.characters import KINDS, characters_after
from reviewer.wording.scripts import Script, scripts_of


def characters_in(workspace: Workspace) -> set[str]:
    """All characters beyond ASCII, and some of it."""
    found: set[str] = set()
    place: tuple[int, int] | None = (0, 0)
    while place is not None:
        more, place = next_characters(workspace, place)
        found |= more
    return found


def next_characters(workspace: Workspace, place: tuple[int, int]) -> tuple[set[str], tuple[int, int] | None]:
    """The characters of some texts from a place on, `(0, 0)` at first, and the next place; None after the last."""
    kind, after = place
    found, last = characters_after(workspace, KINDS[kind], after)
    if last:
        return found, (kind, last)
    return found, (kind + 1, 0) if kind + 1 < len(KINDS) else None


def without_font(characters: Iterable[str]) -> list[Script]:
    """Takes some hundredths of a second for each script: not for the thread of the window."""
    return [script for script in scripts_of(characters) if not is_shown(script.letter)] if can_ask() else []
