"""The kinds of queue that a run's responses are reviewed in: how each is called, and in which order it goes.

A further queue is one more `QueueKind` in `_FIXED`, or one more maker in `_FAMILIES` for queues of which a run has
several; what it holds is a condition or a query in `store/queries/queues.py`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from reviewer.core.errors import InputError
from reviewer.store.database import Workspace
from reviewer.store.facts.review import Design, QueueCount, QueueFamily, QueueFilter, StoredPlan
from reviewer.store.memory import recalled
from reviewer.store.queries import plans, queues, runs
from reviewer.store.queries.queues import QueueOf

Order: TypeAlias = "Callable[[Workspace, QueueOf], array[int]]"
Count: TypeAlias = Callable[[Workspace, QueueOf], QueueCount]
Chances: TypeAlias = Callable[[Workspace, QueueOf], Mapping[int, float]]
PICKED = "review.picked"
"""Under this key a workspace keeps what was last put together by hand: run, title and response ids."""


def _no_chances(_workspace: Workspace, _asked: QueueOf) -> Mapping[int, float]:
    return {}


@dataclass(frozen=True)
class QueueKind:
    """`key` is stored with the place in a workspace and never changes; `words` are for people.

    A `drawn` queue has an order that was drawn once and is stored with its inclusion probabilities: what comes later is
    not part of it. Where it has a `design`, choosing it draws it if nobody has. That a response is in a queue that
    `tells_verdict` says what a classifier read. `beside` names the run that belongs on the right.
    """

    key: str
    words: str
    in_order: Order
    counted: Count
    chances: Chances = _no_chances
    drawn: bool = False
    design: Design | None = None
    tells_verdict: bool = False
    beside: str = ""

    def order(self, workspace: Workspace, run_id: int, *, reviewer: str = "", after: int = 0) -> array[int]:
        """Ids of the run's responses in the queue, those over `after` only: one for each place, none twice."""
        return self.in_order(workspace, QueueOf(run_id, reviewer, after))

    def count(self, workspace: Workspace, run_id: int, *, reviewer: str = "") -> QueueCount:
        return self.counted(workspace, QueueOf(run_id, reviewer))

    def probabilities(self, workspace: Workspace, run_id: int) -> Mapping[int, float]:
        """Response id → the probability with which it was drawn; empty for a queue that nobody drew."""
        return self.chances(workspace, QueueOf(run_id))


def _of_condition(key: QueueFilter, words: str, *, tells_verdict: bool = False) -> QueueKind:
    return QueueKind(
        key,
        words,
        lambda workspace, asked: queues.where_ids(workspace, key, asked),
        lambda workspace, asked: queues.where_count(workspace, key, asked),
        tells_verdict=tells_verdict,
    )


def _counted_by(order: Order) -> Count:
    """Of a queue that is short or seldom opened: it is read to be counted."""
    return lambda workspace, asked: QueueCount(len(order(workspace, asked)))


# drawn queues


def _latest(workspace: Workspace, run_id: int, design: Design) -> StoredPlan | None:
    plan_id = plans.latest_plan(workspace, run_id, design)
    return None if plan_id is None else plans.plan_of(workspace, plan_id)


def _of_design(key: QueueFilter, words: str, design: Design, *, tells_verdict: bool) -> QueueKind:
    def order(workspace: Workspace, asked: QueueOf) -> array[int]:
        plan = _latest(workspace, asked.run_id, design)
        return array("q") if plan is None else plans.plan_ids(workspace, plan, asked.reviewer)

    def count(workspace: Workspace, asked: QueueOf) -> QueueCount:
        plan = _latest(workspace, asked.run_id, design)
        return QueueCount(0, 0) if plan is None else plans.plan_count(workspace, plan, asked.reviewer)

    def chances(workspace: Workspace, asked: QueueOf) -> Mapping[int, float]:
        plan = _latest(workspace, asked.run_id, design)
        return {} if plan is None else plans.probabilities(workspace, plan)

    return QueueKind(key, words, order, count, chances, drawn=True, design=design, tells_verdict=tells_verdict)


def plan_words(plan: StoredPlan) -> str:
    """`second look (uniform, seed 4)`; a queue without a name goes by how it was drawn, and when."""
    how = f"{plan.design}, seed {plan.seed}"
    return f"{plan.name} ({how})" if plan.name else f"{how}, drawn {plan.at[:10]}"


def _of_plan(workspace: Workspace, which: str) -> QueueKind:
    plan = plans.plan_of(workspace, int(which) if which.isdecimal() else 0)
    return QueueKind(
        f"{QueueFamily.PLAN} {plan.id}",
        plan_words(plan),
        lambda workspace, asked: plans.plan_ids(workspace, plan, asked.reviewer),
        lambda workspace, asked: plans.plan_count(workspace, plan, asked.reviewer),
        lambda workspace, _asked: plans.probabilities(workspace, plan),
        drawn=True,
        tells_verdict=plan.design == "impact",
    )


# queues of which a run has several


def _of_flips(_workspace: Workspace, other: str) -> QueueKind:
    return QueueKind(
        f"{QueueFamily.FLIPS} {other}",
        f"flips against {other}",
        lambda workspace, asked: queues.flip_ids(workspace, other, asked),
        lambda workspace, asked: queues.flip_count(workspace, other, asked),
        tells_verdict=True,
        beside=other,
    )


def _of_slice(_workspace: Workspace, value: str, *, family: QueueFamily) -> QueueKind:
    order = partial(_slice_order, family=family, value=value)
    return QueueKind(f"{family} {value}", f"{family}: {value}", order, _counted_by(order))


def _slice_order(workspace: Workspace, asked: QueueOf, *, family: QueueFamily, value: str) -> array[int]:
    return queues.slice_ids(workspace, family, value, asked)


def _of_search(_workspace: Workspace, words: str) -> QueueKind:
    return QueueKind(
        f"{QueueFamily.SEARCH} {words}",
        f"found: {words}",
        lambda workspace, asked: queues.search_ids(workspace, words, asked),
        lambda workspace, asked: queues.search_count(workspace, words, asked),
    )


def _picked_order(workspace: Workspace, asked: QueueOf) -> array[int]:
    picked = recalled(workspace, PICKED)
    if asked.after or not isinstance(picked, dict) or picked.get("run") != asked.run_id:
        return array("q")
    return array("q", picked["ids"])


_FIXED = (
    _of_condition(QueueFilter.ALL, "all, in case order"),
    _of_condition(QueueFilter.UNDECIDED, "nobody decided yet"),
    _of_condition(QueueFilter.NEEDS_PERSON, "needs a person", tells_verdict=True),
    _of_condition(QueueFilter.UNSCORED, "unscored", tells_verdict=True),
    _of_condition(QueueFilter.DISPUTED, "disputed"),
    _of_condition(QueueFilter.OUT_OF_LABEL, "differs from the label", tells_verdict=True),
    _of_condition(QueueFilter.DISAGREEMENT, "classifiers differ", tells_verdict=True),
    _of_design(QueueFilter.RANDOM, "random audit sample", "uniform", tells_verdict=False),
    _of_design(QueueFilter.EFFECT, "effect on the score", "impact", tells_verdict=True),
    QueueKind(QueueFilter.FLAGS, "my flags", queues.flagged_ids, _counted_by(queues.flagged_ids)),
    _of_condition(QueueFilter.LABEL_DISPUTES, "label disputes"),
    QueueKind(QueueFilter.HAND_PICKED, "hand-picked", _picked_order, _counted_by(_picked_order), drawn=True),
)
KINDS: Mapping[str, QueueKind] = {kind.key: kind for kind in _FIXED}
"""The queues of every run by key, in the order in which they are offered."""
_FAMILIES: Mapping[QueueFamily, Callable[[Workspace, str], QueueKind]] = {
    QueueFamily.PLAN: _of_plan,
    QueueFamily.FLIPS: _of_flips,
    QueueFamily.CATEGORY: partial(_of_slice, family=QueueFamily.CATEGORY),
    QueueFamily.TAG: partial(_of_slice, family=QueueFamily.TAG),
    QueueFamily.SEGMENT: partial(_of_slice, family=QueueFamily.SEGMENT),
    QueueFamily.LABEL: partial(_of_slice, family=QueueFamily.LABEL),
    QueueFamily.SEARCH: _of_search,
}


def kind_of(workspace: Workspace, key: str) -> QueueKind:
    """The queue of a stored key. Raises InputError where there is none: another program or a later one wrote it."""
    if key in KINDS:
        return KINDS[key]
    for family, make in _FAMILIES.items():
        if key.startswith(f"{family} "):
            return make(workspace, key.removeprefix(f"{family} "))
    raise InputError(f"There is no review queue {key!r}.", "Choose another queue.")


def search_key(words: str) -> str:
    """The stored key of the queue of what holds these words."""
    return f"{QueueFamily.SEARCH} {' '.join(words.split())}"


def offered(workspace: Workspace, run_id: int, second_id: int | None = None) -> list[QueueKind]:
    """The queues of a run that there is something to say of, without their counts: those of every run, its stored
    plans, and what the second run, or else the latest other one of the suite, did differently.
    """
    return [*KINDS.values(), *_plans_of(workspace, run_id), *_flips_of(workspace, run_id, second_id)]


def _plans_of(workspace: Workspace, run_id: int) -> Iterator[QueueKind]:
    standing = {plans.latest_plan(workspace, run_id, kind.design) for kind in KINDS.values() if kind.design}
    for plan in plans.plans(workspace, run_id):
        if plan.name or plan.id not in standing:  # else it is offered as the queue of its design
            yield _of_plan(workspace, str(plan.id))


def _flips_of(workspace: Workspace, run_id: int, second_id: int | None) -> Iterator[QueueKind]:
    lines = {line.id: line for line in runs.runs(workspace) if line.stored}
    here = lines.get(run_id)
    others = [line for line in lines.values() if here and line.suite_id == here.suite_id and line.id != run_id]
    other = next((line for line in others if line.id == second_id), others[0] if others else None)
    if other is not None:
        yield _of_flips(workspace, other.name)


def slices_offered(workspace: Workspace, run_id: int) -> list[tuple[QueueKind, QueueCount]]:
    """One queue for each category, segment, label and tag of the run's cases."""
    return [
        (_of_slice(workspace, found.value, family=found.family), QueueCount(found.n))
        for found in queues.slices(workspace, run_id)
    ]


def carries_over(key: str) -> bool:
    """Whether a queue of this key means the same on another run: plans, flips and picked responses are of one."""
    bound = (QueueFilter.HAND_PICKED, *(f"{family} " for family in (QueueFamily.PLAN, QueueFamily.FLIPS)))
    return not key.startswith(bound)
