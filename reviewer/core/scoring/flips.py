"""What became of each case from one version to the other: the lists that a person works through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.credit import signed_distance


class FlipKind(StrEnum):
    """Every compared case is of exactly one kind. Accepted means inside label and band."""

    FIXED = "fixed"
    BROKEN = "broken"
    WRONG_DIFFERENTLY = "both wrong differently"
    MOVED_IN_BAND = "moved within the band"
    UNSTABLE = "unstable"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class CaseFlip:
    """One case that both versions ran and scored. An action is the modal one over repeats, None where two tie.

    `slices` are (by, value): label, category, source, segment and tags.
    """

    key: CaseKey
    label: ActionId
    band: Band
    a: ActionId | None
    b: ActionId | None
    kind: FlipKind
    slices: tuple[tuple[str, str], ...] = ()


def flip_kind(label: ActionId, band: Band, a: ActionId | None, b: ActionId | None, scale: ActionScale) -> FlipKind:
    """Which list a case belongs in, from the two modal actions."""
    if a is None or b is None:
        return FlipKind.UNSTABLE
    if a == b:
        return FlipKind.UNCHANGED
    before, after = (signed_distance(label, band, action, scale) == 0 for action in (a, b))
    if before and after:
        return FlipKind.MOVED_IN_BAND
    if before or after:
        return FlipKind.FIXED if after else FlipKind.BROKEN
    return FlipKind.WRONG_DIFFERENTLY
