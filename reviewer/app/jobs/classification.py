"""Verdicts of the rules on stored responses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from reviewer.classify.rules import RULES_VERSION, Item, classify_responses
from reviewer.core.actions import ActionScale
from reviewer.core.cases import Case
from reviewer.core.changes import Changes
from reviewer.core.decisions import Verdict
from reviewer.core.responses import Response
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.queries import review, runs
from reviewer.store.writes.runs import add_verdicts

BATCH = 200
RULES = f"rules/{RULES_VERSION}"


def rules_verdicts(answered: Iterable[tuple[Case, Response]], scale: ActionScale) -> list[Verdict]:
    """What the rules say of each response, in their order; read together, as that is faster."""
    items = [Item(case.messages, response.text, response.state) for case, response in answered]
    return classify_responses(items, scale)


def classify_run(workspace: Workspace, run_id: int, *, stop: Callable[[], bool] = lambda: False) -> tuple[int, Changes]:
    """Let the present rules read every response of the run that they have not read; how many, and what changed."""
    scale = runs.run_line(workspace, run_id).scale
    waiting = runs.unclassified_ids(workspace, run_id, RULES)
    changes, done = Changes(), 0
    for start in range(0, len(waiting), BATCH):
        if stop():
            break
        page = review.texts(workspace, waiting[start : start + BATCH])
        found = rules_verdicts([(case, response) for _, case, response in page], scale)
        verdicts = {response_id: [verdict] for (response_id, _, _), verdict in zip(page, found, strict=True)}
        changes |= add_verdicts(workspace, verdicts=verdicts, at=now())
        done += len(page)
    return done, changes
