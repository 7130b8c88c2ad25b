"""Who decides on which response of a plan: every one by as many as needed, some by two, all with as much to do."""

from __future__ import annotations

import random
from collections.abc import Sequence

from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.store.facts.review import StoredPlan
from reviewer.store.queries.plans import plan_of
from reviewer.store.writes.packets import assign_plan


def assignments(
    size: int, reviewers: Sequence[str], *, needed: int = 1, overlap: float = 0.0, together: int = 2, seed: int = 1
) -> list[tuple[str, ...]]:
    """For each of `size` positions of a plan the reviewers who decide on it, in the order of their names.

    Each gets `needed` of them, a share `overlap` of the positions at least `together`. Nobody gets more than one
    response more than another. Follows from the names, whatever their order, and the seed. Raises InputError for what
    cannot be.
    """
    names = sorted({name.strip() for name in reviewers if name.strip()})
    if not 0 <= overlap <= 1:
        raise InputError(f"The overlap is {overlap:g}.", "Give a share from 0 to 1, such as 0.2.")
    most = max(needed, together if overlap else 1)
    if needed < 1 or len(names) < most:
        raise InputError(
            f"{len(names)} reviewers cannot make {most} decisions on one response.",
            "Name more reviewers, or ask for fewer decisions on each.",
        )
    draw = random.Random(seed)  # noqa: S311 reproducible by design, protects nothing
    shared = set(draw.sample(range(size), round(overlap * size)))
    load = dict.fromkeys(names, 0)
    found = []
    for position in range(size):
        count = max(needed, together) if position in shared else needed
        # those with the least to do; who among equals is by chance, so that all meet all
        chosen = sorted(names, key=lambda name: (load[name], draw.random()))[:count]
        for name in chosen:
            load[name] += 1
        found.append(tuple(sorted(chosen)))
    return found


def split_plan(
    workspace: Workspace, plan: StoredPlan, reviewers: Sequence[str], *, overlap: float = 0.0, seed: int | None = None
) -> StoredPlan:
    """Split a plan between reviewers and store who has what; by the plan's own seed where none is given."""
    drawn = plan.seed if seed is None else seed
    shares = assignments(plan.size, reviewers, needed=plan.needed, overlap=overlap, seed=drawn)
    assign_plan(workspace, plan=plan, shares=shares)
    return plan_of(workspace, plan.id)
