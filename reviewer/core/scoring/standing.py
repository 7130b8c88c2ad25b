"""Where a final action stands against label and band, as a word and a shape."""

from __future__ import annotations

from enum import StrEnum

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band
from reviewer.core.scoring.credit import signed_distance


class Standing(StrEnum):
    RIGHT = "right"
    IN_BAND = "in band"
    OVER_CAUTIOUS = "over-cautious"
    UNDER_CAUTIOUS = "under-cautious"
    UNSCORED = "unscored"
    NO_LABEL = "no label"

    @property
    def mark(self) -> str:
        """The shape that says it beside the word."""
        return _MARKS[self]


_MARKS = {
    Standing.RIGHT: "●",
    Standing.IN_BAND: "◐",
    Standing.OVER_CAUTIOUS: "▲",
    Standing.UNDER_CAUTIOUS: "▼",
    Standing.UNSCORED: "○",
    Standing.NO_LABEL: "–",
}


def standing(label: ActionId | None, band: Band, action: ActionId | None, scale: ActionScale) -> Standing:
    """The word for an action on a case: right is exact, in band earns partial credit, else the side it errs on."""
    if label is None:
        return Standing.NO_LABEL
    if action is None:
        return Standing.UNSCORED
    if action == label:
        return Standing.RIGHT
    distance = signed_distance(label, band, action, scale)
    if distance == 0:
        return Standing.IN_BAND
    return Standing.OVER_CAUTIOUS if distance > 0 else Standing.UNDER_CAUTIOUS
