"""Draw which responses of a run are to be reviewed, with known probabilities."""

from __future__ import annotations

from dataclasses import dataclass

from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.queries import review, runs
from reviewer.store.writes.decisions import create_review_plan

DESIGNS = ("uniform", "impact")


@dataclass(frozen=True)
class Planned:
    """A queue that was drawn: `unscored` responses come first, `budget` others are asked for, `responses` are there."""

    run: str
    design: str
    seed: int
    budget: int
    unscored: int
    responses: int


def plan_review(workspace: Workspace, run: str, design: str, budget: int, seed: int) -> Planned:
    """Draw and store the run's review queue; it takes the place of an earlier one.

    Raises InputError for an unknown run or design, and where the run has no responses.
    """
    from reviewer.review.sampling import impact_queue, uniform_sample

    if design not in DESIGNS:
        raise InputError(f"There is no design {design!r}.", f"Designs: {', '.join(DESIGNS)}.")
    line = runs.run_named(workspace, run)
    candidates = review.candidates(workspace, line.id)
    scored = sum(each.is_scored for each in candidates)
    draw = impact_queue if design == "impact" else uniform_sample
    items = draw(candidates, min(budget, scored) if budget else scored, seed)
    create_review_plan(workspace, run_id=line.id, items=items, design=design, seed=seed, at=now())
    asked = min(budget, scored) if budget else scored
    return Planned(line.name, design, seed, asked, len(candidates) - scored, len(candidates))
