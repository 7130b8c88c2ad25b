"""Verdicts of the rules on stored responses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewer.app.jobs.at_work import READ, at_work
from reviewer.app.jobs.job import Counted, JobContext, piece_by_piece
from reviewer.classify.rules import RULES_VERSION, Item, classify_responses
from reviewer.core.actions import ActionScale
from reviewer.core.cases import Case
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


@dataclass(frozen=True)
class ClassifyJob:
    """A run whose responses the present rules have not all read; decisions stay as they are."""

    run_id: int

    def estimate(self, workspace: Workspace) -> int:
        """How many responses they have not read."""
        return len(runs.unclassified_ids(workspace, self.run_id, RULES))

    async def perform(self, context: JobContext[Counted]) -> Counted:
        """Raises InputError where another program has them read."""
        async with at_work(context, READ, self.run_id):
            return await self._perform(context)

    async def _perform(self, context: JobContext[Counted]) -> Counted:
        workspace = context.workspace
        scale = await context.do(lambda: runs.run_line(workspace, self.run_id).scale)
        waiting = await context.do(lambda: runs.unclassified_ids(workspace, self.run_id, RULES))
        pages = [waiting[start : start + BATCH] for start in range(0, len(waiting), BATCH)]
        return await piece_by_piece(context, pages, lambda page: _classify(workspace, page, scale))


def _classify(workspace: Workspace, response_ids: Sequence[int], scale: ActionScale) -> None:
    page = review.texts(workspace, response_ids)
    found = rules_verdicts([(case, response) for _, case, response in page], scale)
    verdicts = {response_id: [verdict] for (response_id, _, _), verdict in zip(page, found, strict=True)}
    add_verdicts(workspace, verdicts=verdicts, at=now())
