"""Tolerance bands: the neighbouring actions that earn partial credit on a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.errors import InputError

BORDERLINE_CREDIT = 0.5

Band = Mapping[ActionId, float]
"""Credit in (0, 1) of each action in the band. The labelled action is never a key of it."""

NO_BAND: Band = {}


def checked_band(label: str, credits_: Mapping[Any, object], scale: ActionScale) -> dict[ActionId, float]:
    """The band in scale order, or InputError.

    Label and band together must be contiguous on the scale, each credit in (0, 1), and credit must not rise with
    distance from the label on either side.
    """
    label_rank = scale.rank(label)
    by_rank: dict[int, float] = {}
    for action, credit in credits_.items():
        rank = scale.rank(action)
        if rank == label_rank:
            raise InputError(f"The band names the labelled action {label!r} itself.", "Leave it out: it earns 1.")
        if isinstance(credit, bool) or not isinstance(credit, int | float) or credit != credit:
            raise InputError(f"The band's credit for {action!r} is not a number.", "Give a number between 0 and 1.")
        if not 0 < credit < 1:
            raise InputError(
                f"The band's credit for {action!r} is {str(credit)[:20]}; it must lie between 0 and 1.",
                "Leave an action out of the band for no credit; the labelled action alone earns 1.",
            )
        by_rank[rank] = float(credit)
    for direction in (-1, 1):
        _check_side(by_rank, label_rank, direction, scale)
    return {scale.ids[rank]: by_rank[rank] for rank in sorted(by_rank)}


def _check_side(by_rank: Mapping[int, float], label_rank: int, direction: int, scale: ActionScale) -> None:
    side = sorted((abs(rank - label_rank), rank) for rank in by_rank if (rank - label_rank) * direction > 0)
    previous = 1.0
    for expected, (distance, rank) in enumerate(side, start=1):
        if distance != expected:
            missing = scale.ids[label_rank + direction * expected]
            raise InputError(
                f"The band has a gap: {scale.ids[rank]!r} is in it and {missing!r}, which lies nearer to the "
                f"label {scale.ids[label_rank]!r}, is not.",
                f"Add {missing!r} to the band or leave {scale.ids[rank]!r} out.",
            )
        if by_rank[rank] > previous:
            raise InputError(
                f"The band's credit rises with distance: {scale.ids[rank]!r} earns {by_rank[rank]:g}, more than "
                "an action nearer to the label.",
                "Credit may stay equal or fall with distance.",
            )
        previous = by_rank[rank]


def fitted_band(label: ActionId, band: Band, scale: ActionScale) -> dict[ActionId, float]:
    """What of a band still holds around another label: the part that has no gap and does not rise with distance."""
    rank = scale.rank(label)
    kept: dict[ActionId, float] = {}
    for ranks in (range(rank - 1, -1, -1), range(rank + 1, len(scale))):
        most = 1.0
        for other in (scale.ids[each] for each in ranks):
            if other not in band or band[other] > most:
                break
            kept[other] = most = band[other]
    return checked_band(label, kept, scale)


def neighbours_band(label: str, scale: ActionScale, credit: float = BORDERLINE_CREDIT) -> dict[ActionId, float]:
    """The actions next to the label, each with `credit`: what a borderline case without a band of its own gets."""
    rank = scale.rank(label)
    return {scale.ids[r]: credit for r in (rank - 1, rank + 1) if 0 <= r < len(scale)}


class BandSource(StrEnum):
    """Which bands a score is computed with."""

    LABELLED = "labelled"
    NONE = "none"
    NEIGHBOURS = "neighbours"


@dataclass(frozen=True)
class BandChoice:
    """The `--bands` choice: each case's own band, none at all, or the neighbours with one credit for all."""

    source: BandSource = BandSource.LABELLED
    credit: float = field(default=BORDERLINE_CREDIT)

    @staticmethod
    def parse(text: str) -> BandChoice:
        """Read `labelled`, `none` or `neighbours:CREDIT`. Raises InputError."""
        name, _, credit = text.strip().partition(":")
        remedy = "Use labelled, none or neighbours:0.5."
        if name not in list(BandSource) or (credit and name != BandSource.NEIGHBOURS):
            raise InputError(f"The bands {text!r} are not known.", remedy)
        if not credit:
            return BandChoice(BandSource(name))
        try:
            value = float(credit)
        except ValueError:
            raise InputError(f"The credit {credit!r} is not a number.", remedy) from None
        if not 0 < value < 1:
            raise InputError(f"The credit {credit} does not lie between 0 and 1.", remedy)
        return BandChoice(BandSource.NEIGHBOURS, value)

    def __str__(self) -> str:
        return f"{self.source}:{self.credit}" if self.source is BandSource.NEIGHBOURS else str(self.source)

    def band(self, label: str, own: Band, scale: ActionScale) -> Band:
        """The band that counts for a case with this label and this band of its own."""
        if self.source is BandSource.NONE:
            return NO_BAND
        return neighbours_band(label, scale, self.credit) if self.source is BandSource.NEIGHBOURS else own


_CREDIT_WORDS = {0.25: "quarter credit", 0.5: "half credit", 0.75: "three-quarter credit"}


def credit_words(credit: float) -> str:
    """`0.5` → `half credit`, `0.3` → `0.3 credit`."""
    return _CREDIT_WORDS.get(credit, f"{credit:g} credit")


def sentence(label: str, band: Band, scale: ActionScale) -> str:
    """The band as it is said to people: `Best: clarify. Also acceptable: answer with caveat (half credit).`"""
    best = f"Best: {scale[label].name}."
    if not band:
        return f"{best} Nothing else is acceptable."
    others = [f"{scale[action].name} ({credit_words(band[action])})" for action in scale.ids if action in band]
    return f"{best} Also acceptable: {', '.join(others)}."
