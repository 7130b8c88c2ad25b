"""The balanced score of every run of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries.run_scores import scored_by
from reviewer.store.queries.runs import run_line

if TYPE_CHECKING:
    from reviewer.core.scoring.score import BalancedScore


def read_score(workspace: Workspace, run_id: int) -> Callable[[], BalancedScore]:
    """Read what a run's score is computed from; what is returned computes it and needs no workspace any more.

    Raises InputError for a run that does not exist any more.
    """
    scale, items = run_line(workspace, run_id).scale, scored_by(workspace, run_id)

    def computed() -> BalancedScore:
        # NumPy and SciPy are read when the first score is asked for
        from reviewer.core.scoring.computing import balanced_score

        return balanced_score(items, scale)

    return computed


def run_scores(workspace: Workspace, lines: Iterable[RunLine]) -> dict[int, BalancedScore]:
    """By run id, of the runs that have responses."""
    return {line.id: read_score(workspace, line.id)() for line in lines if line.stored}
