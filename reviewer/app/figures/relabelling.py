"""What an edit of one case would do to the scores of the runs that answered it, before it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewer.core.actions import ActionId
from reviewer.core.cases import Case, CaseStatus
from reviewer.core.scoring.credit import EqualResponses, balanced_mean
from reviewer.store.database import Workspace
from reviewer.store.queries import runs, suites
from reviewer.wording.score import figure

MOST_RUNS_SAID = 4


@dataclass(frozen=True)
class RunStanding:
    """A run as it is scored now: the other labelled cases' responses, counted, and the actions on the edited case."""

    run: str
    others: tuple[EqualResponses, ...]
    own: tuple[ActionId | None, ...]


@dataclass(frozen=True)
class RelabelStanding:
    """The case as it is stored and every run of its suite, oldest first."""

    case: Case
    runs: tuple[RunStanding, ...]


@dataclass(frozen=True)
class Effect:
    """The balanced score of a run before and after an edit; None where a label has nothing scored."""

    run: str
    before: float | None
    after: float | None

    @property
    def changed(self) -> bool:
        return self.before != self.after


def load_standing(workspace: Workspace, case_id: int) -> RelabelStanding:
    """What `effects` computes from. Raises InputError if the case does not exist."""
    detail = suites.case_detail(workspace, case_id)
    lines = [line for line in runs.runs(workspace) if line.suite_id == detail.suite_id and line.stored]
    others = runs.equal_responses(workspace, detail.suite_id, case_id)
    own = runs.actions_on(workspace, case_id)
    standing = (
        RunStanding(line.name, tuple(others.get(line.id, ())), tuple(own.get(line.id, ()))) for line in reversed(lines)
    )
    return RelabelStanding(detail.case, tuple(standing))


def effects(standing: RelabelStanding, edited: Case) -> list[Effect]:
    """The balanced score of each run before and after. Pure.

    Where the messages change, the responses stay with the old version of the case, and no score changes.
    """
    after = standing.case if edited.message_hash != standing.case.message_hash else edited
    return [Effect(run.run, _balanced(run, standing.case), _balanced(run, after)) for run in standing.runs]


def _balanced(run: RunStanding, case: Case) -> float | None:
    return balanced_mean((*run.others, *_scored(run.own, case)))


def _scored(own: Sequence[ActionId | None], case: Case) -> Iterable[EqualResponses]:
    if case.label is None or case.status is not CaseStatus.LABELLED:
        return
    scored = sum(action is not None for action in own)
    for action in own:
        yield EqualResponses(case.label, case.band, action, 1 / scored if action is not None else 0.0)


def sentence(found: Sequence[Effect]) -> str:
    """`Run 1.0: balanced 0.612 → 0.618. Run 1.1: unchanged.`, changed runs first."""
    if not found:
        return "No run has responses of this suite yet, so no score changes."
    if not any(effect.changed for effect in found):
        return "No score changes." if len(found) > 1 else f"Run {found[0].run}: unchanged."
    ordered = sorted(found, key=lambda effect: not effect.changed)
    said = [_said(effect) for effect in ordered[:MOST_RUNS_SAID]]
    more = len(ordered) - len(said)
    return " ".join([*said, f"And {more} more." if more else ""]).strip()


def _said(effect: Effect) -> str:
    if not effect.changed:
        return f"Run {effect.run}: unchanged."
    digits = 3 if _shown(effect.before, 3) != _shown(effect.after, 3) else 5
    return f"Run {effect.run}: balanced {_shown(effect.before, digits)} → {_shown(effect.after, digits)}."


def _shown(value: float | None, digits: int) -> str:
    return "none" if value is None else figure(value, digits)
