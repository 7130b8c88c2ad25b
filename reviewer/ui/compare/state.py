"""What the compare screen knows: two runs, what changed between them, and where their responses are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from reviewer.app.figures.comparing import ComparedRuns, case_flips, compare_runs, summary
from reviewer.app.figures.deciding import ReleaseFacts, decision_of, gated, in_time, locked_policy
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.flips import CaseFlip
from reviewer.core.scoring.policy import Policy
from reviewer.core.scoring.policy_lock import PolicyLock
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import review, runs
from reviewer.store.queries.policies import policy_locks
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.session import Session
from reviewer.ui.score.state import chosen_run, fitting


@dataclass(frozen=True)
class Comparing:
    """All runs, newest first, and the compared ones; `found` is None where there are not two.

    The older run is A and the newer one B, always. `sentence` is the comparison in a statistician's words, `smallest`
    says which change the two could have shown at all, `locks` are the policies that the suite was given.

    `places` are the response ids of either run by case, those of the first repeat; `flips` are in key order.
    """

    lines: tuple[RunLine, ...]
    found: ComparedRuns | None = None
    decision: ReleaseFacts | None = None
    locks: tuple[PolicyLock, ...] = ()
    sentence: str = ""
    smallest: str = ""
    flips: tuple[CaseFlip, ...] = ()
    places: tuple[Mapping[CaseKey, int], Mapping[CaseKey, int]] = ({}, {})


class Comparisons(QObject):
    """The state behind the compare screen; reading and comparing are the database thread's.

    `changed` carries the `Comparing` after each, `failed` the error of a read that failed.
    """

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.options = Options()
        self.policy: Policy | None = None
        self.is_policy_chosen = False
        self.shown: Comparing | None = None
        self._read = LatestRead(session, self._take, self._not_read)

    def load(self) -> None:
        """Compare the session's two runs; without a second, the newest other run of the same suite stands beside it."""
        first, second = self.session.run_id, self.session.second_run_id
        self._read.ask(partial(_read, first_id=first, second_id=second, options=self.options, rules=self._rules))

    def set_options(self, options: Options) -> None:
        """Compare again with other bands or other actions that hold back."""
        self.options = options
        self.load()

    def set_policy(self, rules: Policy | None) -> None:
        """Hold the newer run against another policy, or against none."""
        self.policy, self.is_policy_chosen = rules, True
        self.load()

    def _rules(self, locks: Sequence[PolicyLock]) -> Policy | None:
        """The policy that was chosen; while none was, the last one that the suite was given."""
        return self.policy if self.is_policy_chosen or not locks else locked_policy(locks[-1])

    def _take(self, shown: Comparing) -> None:
        self.shown = shown
        self.changed.emit(shown)

    def _not_read(self, error: Exception) -> None:
        """What was shown stays, and the fields say again what it is of."""
        if self.shown is not None:
            self.changed.emit(self.shown)
        self.failed.emit(error)


def _read(
    workspace: Workspace,
    first_id: int | None,
    second_id: int | None,
    options: Options,
    rules: Callable[[Sequence[PolicyLock]], Policy | None],
) -> Comparing:
    lines = tuple(runs.runs(workspace))
    pair = _pair(workspace, lines, first_id, second_id)
    if pair is None:
        return Comparing(lines)
    found = compare_runs(workspace, pair[0].name, pair[1].name, fitting(options, pair[0].scale))
    one, two = (_places(workspace, line.id) for line in pair)
    locks = tuple(policy_locks(workspace, pair[0].suite_id))
    return Comparing(
        lines,
        found,
        decision_of(found, gated(workspace, found, rules(locks))),
        locks,
        summary(found),
        _smallest(found),
        case_flips(found),
        (one, two),
    )


def _smallest(found: ComparedRuns) -> str:
    """Empty where nothing can be tested."""
    moved = found.comparison.movement
    return moved.frontier.would_decide.smallest_sentence if moved and moved.frontier else ""


def _pair(
    workspace: Workspace, lines: Sequence[RunLine], first_id: int | None, second_id: int | None
) -> list[RunLine] | None:
    """The older and the newer of the runs asked for, or else of two runs of one suite."""
    first = chosen_run(workspace, lines, first_id)
    if first is None:
        return None
    others = [line for line in lines if line.suite_id == first.suite_id and line.id != first.id]
    asked = [line for line in others if line.id == second_id]
    return in_time(first, (asked or others)[0]) if others else None


def _places(workspace: Workspace, run_id: int) -> dict[CaseKey, int]:
    found: dict[CaseKey, int] = {}
    for (key, _), (response_id, _) in sorted(review.response_keys(workspace, run_id).items()):
        found.setdefault(key, response_id)
    return found
