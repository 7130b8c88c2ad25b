"""The control set of a judge: which frozen responses it is, and how its verdicts on them compare with former ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reviewer.classify.judge.drift import Drift, Place, compare
from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.decisions import JudgeRunStatus
from reviewer.core.errors import InputError
from reviewer.core.runs import RunStatus
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import ControlVerdict, JudgeKey, JudgeRunLine, StoredText
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import judging as queries
from reviewer.store.queries import runs, suites

FROZEN_STATUSES = frozenset({RunStatus.FINISHED, RunStatus.IMPORTED})


def control_run_for(workspace: Workspace, suite: str, key: JudgeKey, judged_run_id: int) -> RunLine:
    """The run whose responses are the control set: the one this judge was measured on before, else the newest.

    Raises InputError for an unknown suite and for one without a finished or imported run beside the one to be judged.
    """
    suite_id = suites.suite_named(workspace, suite).id
    frozen = {
        line.id: line
        for line in runs.runs(workspace)
        if line.suite_id == suite_id and line.status in FROZEN_STATUSES and line.id != judged_run_id
    }
    if not frozen:
        raise InputError(
            f"The suite {suite!r} has no finished run whose responses could be the control set.",
            "Import responses to it, or let a run over it finish.",
        )
    former = [line.control_run_id for line in queries.judge_runs_of(workspace, key)]
    known = [run_id for run_id in former if run_id in frozen]
    return frozen[known[-1]] if known and known[-1] is not None else next(iter(frozen.values()))


def control_drift(
    workspace: Workspace, judging: JudgeRunLine, key: JudgeKey, frozen: Sequence[StoredText], scale: ActionScale
) -> Drift:
    """The control verdicts of this judging beside the judge's former ones under the same prompt.

    Former are the first ones, or those of the last judging whose drift a person accepted: against the latest ones, a
    judge that changes a little each time would never be noticed.
    """
    hashes = {(text.key, text.repeat): text.hash for text in frozen}
    before: dict[Place, ActionId | None] = {}
    for verdict in queries.control_verdicts(workspace, _reference(workspace, judging, key)):
        if hashes.get((verdict.key, verdict.repeat)) == verdict.response_hash:
            before.setdefault((verdict.key, verdict.repeat), verdict.action)
    found = queries.control_verdicts(workspace, [judging.id])
    return compare(before, _by_place(found), list(hashes), scale)


def _by_place(verdicts: Sequence[ControlVerdict]) -> Mapping[Place, ActionId | None]:
    return {(verdict.key, verdict.repeat): verdict.action for verdict in verdicts}


def _reference(workspace: Workspace, judging: JudgeRunLine, key: JudgeKey) -> list[int]:
    former = [
        line
        for line in queries.judge_runs_of(workspace, key)
        if line.id < judging.id
        and line.control_run_id == judging.control_run_id
        and (line.status is not JudgeRunStatus.HELD or line.accepted_by)
    ]
    accepted = [place for place, line in enumerate(former) if line.accepted_by]
    return [line.id for line in former[accepted[-1] if accepted else 0 :]]
