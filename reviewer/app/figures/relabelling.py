"""What an edit of one case would do to the scores of the runs that answered it, before it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reviewer.core.actions import ActionScale
from reviewer.core.cases import Case, CaseStatus
from reviewer.core.scoring.credit import Observation
from reviewer.store.database import Workspace
from reviewer.store.facts.review import CaseResponse
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import review, runs, suites
from reviewer.wording.score import figure

MOST_RUNS_SAID = 4


@dataclass(frozen=True)
class RunStanding:
    """A run as it is scored now: the other labelled cases' responses, and the responses to the edited case."""

    run: str
    scale: ActionScale
    others: tuple[Observation, ...]
    own: tuple[Observation, ...]


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
    answered = review.case_responses(workspace, case_id)
    found = []
    for line in reversed(lines):
        everything = runs.observed(workspace, line.id).labelled
        own = _own(line, detail.case, answered.get(line.id, ()))
        numbers = {(o.case, o.repeat) for o in own}
        others = tuple(o for o in everything if (o.case, o.repeat) not in numbers)
        found.append(RunStanding(line.name, line.scale, others, own))
    return RelabelStanding(detail.case, tuple(found))


def _own(line: RunLine, case: Case, responses: Iterable[CaseResponse]) -> tuple[Observation, ...]:
    """The run's responses to this version of the case, whatever its status. `_scored` puts the label in."""
    label = case.label or line.scale.ids[0]
    return tuple(Observation(case.key, label, response.final, response.repeat) for response in responses)


def effects(standing: RelabelStanding, edited: Case) -> list[Effect]:
    """The balanced score of each run before and after. Pure.

    Where the messages change, the responses stay with the old version of the case, and no score changes.
    """
    after = standing.case if edited.message_hash != standing.case.message_hash else edited
    return [Effect(run.run, _balanced(run, standing.case), _balanced(run, after)) for run in standing.runs]


def _balanced(run: RunStanding, case: Case) -> float | None:
    from reviewer.core.scoring.computing import balanced_score

    items = (*run.others, *_scored(run.own, case))
    return balanced_score(items, run.scale)


def _scored(own: Sequence[Observation], case: Case) -> Iterable[Observation]:
    if case.label is None or case.status is not CaseStatus.LABELLED:
        return ()
    label = case.label
    return (replace(observation, label=label, band=case.band) for observation in own)


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
