"""The frontier chart's geometry: each version a point with its region, and the fitted frontier through them."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[float, float]
"""(answered where it should, held back where it should), shares in [0, 1]: up and to the right is better."""


@dataclass(frozen=True)
class VersionPoint:
    """A version's place and the outline of its joint 95 % region (a closed polygon)."""

    name: str
    at: Place
    region: tuple[Place, ...]
    held_back_should: tuple[float, int]
    held_back_should_not: tuple[float, int]


@dataclass(frozen=True)
class Curve:
    """A fitted frontier as a line from left to right; `name` is the version's, or empty where one fits all."""

    name: str
    line: tuple[Place, ...]


@dataclass(frozen=True)
class Frontier:
    """What the chart shows. `constants` are the constant policies by name at the two corners they can be at."""

    points: tuple[VersionPoint, ...]
    curves: tuple[Curve, ...]
    constants: tuple[tuple[str, Place], ...]
    hold_back: tuple[str, ...]
    sentence: str
