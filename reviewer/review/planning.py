"""Draw which responses of a run are to be reviewed, with known probabilities, and share them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, get_args

from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import Design, PlanTerms
from reviewer.store.queries import plans, review, runs
from reviewer.store.writes.decisions import create_review_plan

DESIGNS: tuple[Design, ...] = get_args(Design)
STRATA: tuple[str, ...] = tuple(name for name in review.STRATA if name)
"""Fields of a case that a plan can be drawn within."""
SEED = 1


class QueuedResponse(NamedTuple):
    """A response in its place of the queue, with the probability of its being among the first `budget`."""

    case: str
    repeat: int
    probability: float
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanRequest:
    """What is to be drawn. `budget` 0 asks for every scored response; `against` keeps to what that run answered too.

    Of a part `overlap` of the places `needed` of the `reviewers` decide, of the others one.
    """

    design: Design = "uniform"
    budget: int = 0
    seed: int = SEED
    against: str | None = None
    stratum: str = ""
    name: str = ""
    author: str = ""
    reviewers: tuple[str, ...] = ()
    needed: int = 1
    overlap: float = 0.0

    @property
    def stored_design(self) -> str:
        return f"{self.design} by {self.stratum}" if self.stratum else self.design


@dataclass(frozen=True)
class Planned:
    """A queue that was drawn: `unscored` responses come first, `budget` others are asked for, `responses` are there.

    `queue` has the responses in the order in which they are to be worked. `undecidable` ones hold nothing to read, so
    that nobody can decide them: they are left out.
    """

    run: str
    design: str
    seed: int
    budget: int
    unscored: int
    responses: int
    queue: tuple[QueuedResponse, ...] = ()
    undecidable: int = 0
    plan: int = 0
    name: str = ""
    needed: int = 1
    overlap: float = 0.0


def design_named(text: str) -> Design:
    """Raises InputError that names the designs there are."""
    for design in DESIGNS:
        if design == text:
            return design
    raise InputError(f"There is no design {text!r}.", f"Designs: {', '.join(DESIGNS)}.")


def checked(workspace: Workspace, run_id: int, request: PlanRequest) -> PlanRequest:
    """The request with its names tidied. Raises InputError for what cannot be drawn or shared out."""
    reviewers = tuple(dict.fromkeys(filter(None, (each.strip() for each in request.reviewers))))
    name = request.name.strip()
    if any(plan.name == name for plan in plans.plans(workspace, run_id) if name):
        raise InputError(f"The run has a queue called {name!r} already.", "Choose another name.")
    if request.stratum and request.stratum not in STRATA:
        raise InputError(f"A queue cannot be drawn within {request.stratum!r}.", f"Give one of: {', '.join(STRATA)}.")
    if request.stratum and request.design != "uniform":
        raise InputError("Only a uniform queue is drawn within slices.", "Leave the slices, or draw a uniform queue.")
    _check_sharing(request, len(reviewers))
    overlap = request.overlap or (1.0 if request.needed > 1 else 0.0)
    return replace(request, reviewers=reviewers, name=name, overlap=overlap)


def _check_sharing(request: PlanRequest, reviewers: int) -> None:
    if request.needed < 1:
        raise InputError(f"{request.needed} decisions per response are too few.", "Give 1 or more.")
    if not 0 <= request.overlap <= 1:
        raise InputError(f"The overlap is {request.overlap:g}.", "Give a share from 0 to 1, such as 0.2.")
    if request.overlap > 0 and request.needed < 2:
        raise InputError("An overlap means that two or more decide.", "Ask for 2 decisions per response or more.")
    if 1 < request.needed > reviewers:
        raise InputError(
            f"{request.needed} decisions per response need as many reviewers, and {reviewers} are named.",
            "Name more reviewers, or ask for fewer decisions.",
        )


def plan_review(workspace: Workspace, run: str, request: PlanRequest) -> Planned:
    """Draw and store a review queue of the run, beside those that it has.

    With `against`, another run of the suite, only responses to which that run has one of the same case and repeat.
    Raises InputError for an unknown run, two that share nothing, a request that cannot be drawn, and where the run has
    nothing that can be decided.
    """
    from reviewer.review.assigning import assignments
    from reviewer.review.sampling import impact_queue, uniform_queue

    line = runs.run_named(workspace, run)
    request = checked(workspace, line.id, request)
    places = {found[0]: key for key, found in review.response_keys(workspace, line.id).items()}
    everything = review.candidates(workspace, line.id, request.stratum)
    against = request.against
    wanted = _shared_with(workspace, run, against, places) if against else places.keys()
    readable = review.readable_ids(workspace, line.id)
    asked_for = [each for each in everything if each.response_id in wanted]
    candidates = [each for each in asked_for if each.response_id in readable]
    scored = sum(each.is_scored for each in candidates)
    draw = impact_queue if request.design == "impact" else uniform_queue
    asked = min(request.budget, scored) if request.budget else scored
    items = draw(candidates, asked, request.seed)
    parts: Sequence[tuple[str, ...]] = ()
    if request.reviewers:
        parts = assignments(
            len(items), request.reviewers, overlap=request.overlap, together=request.needed, seed=request.seed
        )
    unscored = len(candidates) - scored
    plan_id = _store(workspace, line.id, request, items, unscored + asked, parts)
    return Planned(
        run=line.name,
        design=request.stored_design,
        seed=request.seed,
        budget=asked,
        unscored=unscored,
        responses=len(candidates),
        queue=_queue(items, places, parts),
        undecidable=len(asked_for) - len(candidates),
        plan=plan_id,
        name=request.name,
        needed=request.needed,
        overlap=request.overlap,
    )


def _store(
    workspace: Workspace,
    run_id: int,
    request: PlanRequest,
    items: Sequence[tuple[int, float]],
    budget: int,
    parts: Sequence[tuple[str, ...]],
) -> int:
    terms = PlanTerms(
        name=request.name,
        author=request.author,
        needed=request.needed,
        budget=budget,
        against_run_id=runs.run_named(workspace, request.against).id if request.against else None,
        parts=tuple(parts),
    )
    design, seed = request.stored_design, request.seed
    return create_review_plan(workspace, run_id=run_id, items=items, design=design, seed=seed, at=now(), terms=terms)[0]


def _queue(
    items: Sequence[tuple[int, float]],
    places: Mapping[int, tuple[CaseKey, int]],
    parts: Sequence[tuple[str, ...]],
) -> tuple[QueuedResponse, ...]:
    return tuple(
        QueuedResponse(*places[id_], probability, parts[at] if parts else ())
        for at, (id_, probability) in enumerate(items)
    )


def _shared_with(workspace: Workspace, run: str, against: str, places: Mapping[int, tuple[CaseKey, int]]) -> set[int]:
    """Ids of the run's responses that the other run has one beside."""
    other = runs.run_named(workspace, against)
    beside = review.response_keys(workspace, other.id)
    found = {id_ for id_, key in places.items() if key in beside}
    if against == run or not found:
        raise InputError(f"{against!r} cannot stand beside {run!r}.", "Give another run that asked the same cases.")
    return found
