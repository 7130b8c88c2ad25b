"""Draw which responses of a run are to be reviewed, with known probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, get_args

from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import Design
from reviewer.store.queries import review, runs
from reviewer.store.writes.decisions import create_review_plan

DESIGNS: tuple[Design, ...] = get_args(Design)


class QueuedResponse(NamedTuple):
    """A response in its place of the queue, with the probability of its being among the first `budget`."""

    case: str
    repeat: int
    probability: float


@dataclass(frozen=True)
class Planned:
    """A queue that was drawn: `unscored` responses come first, `budget` others are asked for, `responses` are there.

    `queue` has the responses in the order in which they are to be worked. `undecidable` ones hold nothing to read, so
    that nobody can decide them: they are left out.
    """

    run: str
    design: Design
    seed: int
    budget: int
    unscored: int
    responses: int
    queue: tuple[QueuedResponse, ...] = ()
    undecidable: int = 0


def design_named(text: str) -> Design:
    """Raises InputError that names the designs there are."""
    for design in DESIGNS:
        if design == text:
            return design
    raise InputError(f"There is no design {text!r}.", f"Designs: {', '.join(DESIGNS)}.")


def plan_review(
    workspace: Workspace, run: str, design: Design, budget: int, seed: int, against: str | None = None
) -> Planned:
    """Draw and store the run's review queue; it takes the place of an earlier one.

    With `against`, another run of the suite, only responses to which that run has one of the same case and repeat.
    Raises InputError for an unknown run, two that share nothing, and where the run has nothing that can be decided.
    """
    from reviewer.review.sampling import impact_queue, uniform_sample

    line = runs.run_named(workspace, run)
    places = {found[0]: key for key, found in review.response_keys(workspace, line.id).items()}
    everything = review.candidates(workspace, line.id)
    wanted = _shared_with(workspace, run, against, places) if against else places.keys()
    readable = review.readable_ids(workspace, line.id)
    asked_for = [each for each in everything if each.response_id in wanted]
    candidates = [each for each in asked_for if each.response_id in readable]
    scored = sum(each.is_scored for each in candidates)
    draw = impact_queue if design == "impact" else uniform_sample
    asked = min(budget, scored) if budget else scored
    items = draw(candidates, asked, seed)
    create_review_plan(workspace, run_id=line.id, items=items, design=design, seed=seed, at=now())
    queue = tuple(QueuedResponse(*places[id_], probability) for id_, probability in items)
    left_out = len(asked_for) - len(candidates)
    return Planned(line.name, design, seed, asked, len(candidates) - scored, len(candidates), queue, left_out)


def _shared_with(workspace: Workspace, run: str, against: str, places: Mapping[int, tuple[CaseKey, int]]) -> set[int]:
    """Ids of the run's responses that the other run has one beside."""
    other = runs.run_named(workspace, against)
    beside = review.response_keys(workspace, other.id)
    found = {id_ for id_, key in places.items() if key in beside}
    if against == run or not found:
        raise InputError(f"{against!r} cannot stand beside {run!r}.", "Give another run that asked the same cases.")
    return found
