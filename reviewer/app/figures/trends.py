"""Follow several stored runs over the cases that all of them answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.app.figures.scores import damage_warnings
from reviewer.app.figures.version_slices import every_slice
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Observed, RunLine
from reviewer.store.queries import runs, suites
from reviewer.wording.swing import steps_sentences, swing_sentence

if TYPE_CHECKING:
    from reviewer.core.scoring.slice_swings import NamedCases
    from reviewer.core.scoring.trend import Trend

MOST_RUNS = 12
MOST_RESPONSES = 200_000
"""Together, of the runs that are followed without being named."""


@dataclass(frozen=True)
class FollowedRuns:
    """Runs in the order given, with what they show together; `n_older` of the suite were left out."""

    names: tuple[str, ...]
    trend: Trend
    sentence: str
    n_older: int = 0

    @property
    def told(self) -> str:
        """What the versions did to the dial, as a whole; empty where only one label is shared."""
        return swing_sentence(self.trend.swing) if self.trend.swing else ""

    @property
    def steps(self) -> list[str]:
        """What each release did to both rulers, and what it undid of the one before."""
        return steps_sentences(self.trend.swing, self.names) if self.trend.swing else []

    @property
    def together(self) -> str:
        """How refusing where one should goes with refusing where one should not."""
        from reviewer.core.scoring.models import models_sentence

        return models_sentence(self.trend.models, self.names) if self.trend.models else ""


def follow_runs(
    workspace: Workspace, names: Sequence[str], options: Options | None = None, *, by_slice: bool = False
) -> FollowedRuns:
    """Raises InputError for under two runs, an unknown or repeated one, and runs on different scales.

    Only `by_slice` reads the texts: those of the last run's cases.
    """
    if len(names) < 2 or len(set(names)) < len(names):
        raise InputError("A trend needs two or more different runs.", "Give --run for each, the oldest first.")
    lines = [runs.run_named(workspace, name) for name in names]
    for line in lines[1:]:
        if line.scale.ids != lines[0].scale.ids:
            raise InputError(
                f"The runs {lines[0].name!r} and {line.name!r} are on different action scales.",
                "Only runs on one scale can be compared.",
            )
    slices: NamedCases | None = None
    if by_slice:
        every = every_slice(suites.cases_of_run(workspace, lines[-1].id))
        slices = {(each.by, each.value): each.cases for each in every}
    return follow_observed([(line, runs.observed(workspace, line.id)) for line in lines], options, slices=slices)


def newest_of_suite(lines: Sequence[RunLine], suite_id: int) -> tuple[list[RunLine], int]:
    """The suite's newest runs with responses, oldest of them first, as many as can be followed at once, and how many
    older ones that leaves out. `lines` are newest first.
    """
    own = [line for line in lines if line.suite_id == suite_id and line.stored]
    chosen: list[RunLine] = []
    for line in own[:MOST_RUNS]:
        if chosen and sum(each.stored for each in chosen) + line.stored > MOST_RESPONSES:
            break
        chosen.append(line)
    return chosen[::-1], len(own) - len(chosen)


def followed_with(lines: Sequence[RunLine], one: RunLine) -> list[RunLine]:
    """The runs of any suite that can be followed together with this one, in the order of `lines`."""
    return [line for line in lines if line.stored and line.scale.ids == one.scale.ids]


def follow_observed(
    sides: Sequence[tuple[RunLine, Observed]],
    options: Options | None = None,
    n_older: int = 0,
    slices: NamedCases | None = None,
) -> FollowedRuns:
    """Follow runs on one scale whose responses were read already, the oldest first."""
    # NumPy and SciPy are read when the first trend is asked for
    from reviewer.core.scoring.trend import sentence, trend

    names = [line.name for line, _ in sides]
    found = trend([observed.labelled for _, observed in sides], sides[0][0].scale, options, slices)
    damaged = [said for line, observed in sides for said in damage_warnings(line.name, observed.damaged)]
    return FollowedRuns(tuple(names), found, " ".join([*damaged, sentence(found, names)]), n_older)
