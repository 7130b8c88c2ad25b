"""What the present rules would say of responses that older ones have read, before any of it is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reviewer.app.jobs.classification import BATCH, RULES, rules_verdicts
from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Verdict, VerdictSource, final_action
from reviewer.core.scoring.credit import EqualResponses, balanced_mean
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Earning, SaidSoFar
from reviewer.store.queries import runs
from reviewer.wording.plural import noun
from reviewer.wording.score import figure
from reviewer.wording.tables import Table, named


@dataclass(frozen=True)
class Reread:
    """A response as the rules read it before and now; None is unscored. The final actions are the ones that count."""

    response_id: int
    case: CaseKey
    repeat: int
    before: ActionId | None
    now: ActionId | None
    final_before: ActionId | None
    final_now: ActionId | None

    @property
    def changed(self) -> bool:
        return self.before != self.now


@dataclass(frozen=True)
class Rereading:
    """What reading a run's waiting responses anew would change. `waiting` is how many have not been read by them."""

    run: str
    scale: ActionScale
    waiting: int
    read: tuple[Reread, ...]
    balanced_before: float | None
    balanced_now: float | None

    @cached_property
    def changes(self) -> tuple[Reread, ...]:
        return tuple(each for each in self.read if each.changed)

    @cached_property
    def final_changes(self) -> int:
        """How many final actions would change: where people or judges have spoken, the rules' word does not count."""
        return sum(each.final_before != each.final_now for each in self.read)

    @property
    def moves(self) -> list[tuple[ActionId | None, ActionId | None, int]]:
        """(before, now, how many), the most frequent first."""
        counted = Counter((each.before, each.now) for each in self.changes)
        return [(before, now, n) for (before, now), n in counted.most_common()]

    @property
    def table(self) -> Table:
        rows = ((named(self.scale, before), named(self.scale, now), f"{n:,}") for before, now, n in self.moves)
        return Table(("Before", "Now", "Responses"), tuple(rows), n_text=2)

    @property
    def sentence(self) -> str:
        """What would change, for people."""
        if not self.waiting:
            return f"The present rules have already read every response of {self.run}."
        of = f"{self.waiting:,} {noun(self.waiting, 'response')} of {self.run}"
        if not self.changes:
            return f"The present rules read {of} as the rules before them did. No final action changes."
        return f"Of {of} the present rules would read {len(self.changes):,} otherwise. {self._counts}"

    @property
    def _counts(self) -> str:
        if not self.final_changes:
            return "No final action changes: people or judges have spoken on all of these."
        moved = f"{self.final_changes:,} final {noun(self.final_changes, 'action')} would change"
        before, now = (_shown(value) for value in (self.balanced_before, self.balanced_now))
        goes = f"stays {now}" if before == now else f"goes from {before} to {now}"
        return f"{moved}, and the balanced score {goes}."

    def as_json(self) -> dict[str, object]:
        return {
            "run": self.run,
            "classifier": RULES,
            "waiting": self.waiting,
            "changed": len(self.changes),
            "final_changed": self.final_changes,
            "balanced": {"before": self.balanced_before, "now": self.balanced_now},
            "moves": [{"before": before, "now": now, "responses": n} for before, now, n in self.moves],
            "changes": [
                {"case": each.case, "repeat": each.repeat, "before": each.before, "now": each.now}
                for each in self.changes
            ],
        }


def waiting_pages(workspace: Workspace, run_id: int) -> list[list[int]]:
    """Ids of the run's responses that the present rules have not read, in pages that one read may take."""
    waiting = runs.unclassified_ids(workspace, run_id, RULES)
    return [waiting[start : start + BATCH] for start in range(0, len(waiting), BATCH)]


def read_anew(workspace: Workspace, response_ids: Sequence[int], scale: ActionScale) -> list[Reread]:
    """These responses as the present rules read them; stores nothing."""
    found = runs.said_so_far(workspace, response_ids)
    verdicts = rules_verdicts([(said.case, said.response) for said in found], scale)
    return [_reread(said, verdict) for said, verdict in zip(found, verdicts, strict=True)]


def _reread(said: SaidSoFar, verdict: Verdict) -> Reread:
    others = [each for each in said.verdicts if each.source is not VerdictSource.RULES]
    rules = next((each.action for each in said.verdicts if each.source is VerdictSource.RULES), None)
    state = said.response.state
    return Reread(
        said.response_id,
        said.response.case,
        said.response.repeat,
        rules,
        verdict.action,
        final_action(state, said.verdicts, said.standing).action,
        final_action(state, [*others, verdict], said.standing).action,
    )


def rereading(workspace: Workspace, run_id: int, read: Iterable[Reread]) -> Rereading:
    """All that was read anew of a run, with its balanced score before and now."""
    line, whole = runs.run_line(workspace, run_id), tuple(read)
    earned = runs.earnings(workspace, run_id)
    now = {each.response_id: each.final_now for each in whole}
    return Rereading(line.name, line.scale, len(whole), whole, _balanced(earned, {}), _balanced(earned, now))


def _balanced(earned: Sequence[Earning], now: Mapping[int, ActionId | None]) -> float | None:
    """The balanced score with the actions of `now` in place of the stored ones."""
    actions = [now.get(each.response_id, each.action) for each in earned]
    scored = Counter(each.case_id for each, action in zip(earned, actions, strict=True) if action is not None)
    return balanced_mean(
        EqualResponses(each.label, each.band, action, 1 / scored[each.case_id] if action is not None else 0.0)
        for each, action in zip(earned, actions, strict=True)
    )


def _shown(value: float | None) -> str:
    return "none" if value is None else figure(value, 3)
