"""Draw which responses of a run are to be reviewed, with known probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import Design
from reviewer.store.queries import review, runs
from reviewer.store.writes.decisions import create_review_plan

DESIGNS: tuple[Design, ...] = get_args(Design)


@dataclass(frozen=True)
class Planned:
    """A queue that was drawn: `unscored` responses come first, `budget` others are asked for, `responses` are there."""

    run: str
    design: Design
    seed: int
    budget: int
    unscored: int
    responses: int


def design_named(text: str) -> Design:
    """Raises InputError that names the designs there are."""
    for design in DESIGNS:
        if design == text:
            return design
    raise InputError(f"There is no design {text!r}.", f"Designs: {', '.join(DESIGNS)}.")


def plan_review(workspace: Workspace, run: str, design: Design, budget: int, seed: int) -> Planned:
    """Draw and store the run's review queue; it takes the place of an earlier one.

    Raises InputError for an unknown run, and where the run has no responses.
    """
    from reviewer.review.sampling import impact_queue, uniform_sample

    line = runs.run_named(workspace, run)
    candidates = review.candidates(workspace, line.id)
    scored = sum(each.is_scored for each in candidates)
    draw = impact_queue if design == "impact" else uniform_sample
    items = draw(candidates, min(budget, scored) if budget else scored, seed)
    create_review_plan(workspace, run_id=line.id, items=items, design=design, seed=seed, at=now())
    asked = min(budget, scored) if budget else scored
    return Planned(line.name, design, seed, asked, len(candidates) - scored, len(candidates))
