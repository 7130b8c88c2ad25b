"""Follow several stored runs over the cases that all of them answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace
from reviewer.store.queries import runs

if TYPE_CHECKING:
    from reviewer.core.scoring.trend import Trend


@dataclass(frozen=True)
class FollowedRuns:
    """Runs in the order given, with what they show together."""

    names: tuple[str, ...]
    trend: Trend
    sentence: str


def follow_runs(workspace: Workspace, names: Sequence[str], options: Options | None = None) -> FollowedRuns:
    """Raises InputError for under two runs, an unknown or repeated one, and runs on different scales."""
    from reviewer.core.scoring.trend import sentence, trend

    if len(names) < 2 or len(set(names)) < len(names):
        raise InputError("A trend needs two or more different runs.", "Give --run for each, the oldest first.")
    lines = [runs.run_named(workspace, name) for name in names]
    for line in lines[1:]:
        if line.scale.ids != lines[0].scale.ids:
            raise InputError(
                f"The runs {lines[0].name!r} and {line.name!r} are on different action scales.",
                "Only runs on one scale can be compared.",
            )
    found = trend([runs.observed(workspace, line.id).labelled for line in lines], lines[0].scale, options)
    return FollowedRuns(tuple(names), found, sentence(found, names))
