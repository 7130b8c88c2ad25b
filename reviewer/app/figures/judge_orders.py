"""The judges of two runs beside people: where both have read both responses to a case."""

from __future__ import annotations

from dataclasses import dataclass

from reviewer.classify.judge.ordering import JudgeOrder, RankedPair, judge_order
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import VerdictSource, final_action, standing_events
from reviewer.store.database import Workspace
from reviewer.store.facts.agreement import Said
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries.agreement import said_of_run


@dataclass(frozen=True)
class _Ranks:
    """Where one response stands on the scale as people and as each judge read it."""

    people: int
    judges: dict[str, int]


def judge_orders(
    workspace: Workspace, a: RunLine, b: RunLine, elsewhere: Workspace | None = None
) -> tuple[JudgeOrder, ...]:
    """Each judge that has read responses of both runs that people decided on, by name; two runs on one scale, `b` of
    the workspace `elsewhere` where one is given."""
    first, second = _ranks(workspace, a), _ranks(elsewhere or workspace, b)
    pairs: dict[str, list[RankedPair]] = {}
    for place, one in first.items():
        other = second.get(place)
        if other is None:
            continue
        for name in one.judges.keys() & other.judges.keys():
            pair = RankedPair(one.people, other.people, one.judges[name], other.judges[name])
            pairs.setdefault(name, []).append(pair)
    return tuple(judge_order(name, found) for name, found in sorted(pairs.items()))


def _ranks(workspace: Workspace, line: RunLine) -> dict[tuple[CaseKey, int], _Ranks]:
    """Of the responses on which people have settled on an action."""
    found = {}
    for said in said_of_run(workspace, line.id):
        action = final_action(said.state, (), standing_events(said.events, said.hash)).action
        if action is not None:
            found[said.key, said.repeat] = _Ranks(line.scale.rank(action), _judged(said, line))
    return found


def _judged(said: Said, line: RunLine) -> dict[str, int]:
    verdicts = (verdict for verdict in said.verdicts.values() if verdict.source is VerdictSource.JUDGE)
    return {verdict.name: line.scale.rank(verdict.action) for verdict in verdicts if verdict.action is not None}
