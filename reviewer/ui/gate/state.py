"""What the gate screen knows: the runs, what the policy said of them, the draft that the workspace remembers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from reviewer.app.figures.gate_cases import GateCase, GateRun, gate_run
from reviewer.app.figures.gating import Locked, lock
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.scoring.policy import Policy
from reviewer.core.scoring.policy_lock import PolicyLock
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.memory import recalled, remember
from reviewer.store.queries import review, runs
from reviewer.store.queries.policies import policy_locks
from reviewer.store.queries.suites import stored_suites
from reviewer.ui.gate.draft import PolicyDraft
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.session import Session
from reviewer.ui.score.state import chosen_run, fitting

KEPT = "gate.policy"


@dataclass(frozen=True)
class Gated:
    """All runs, the chosen one and the one before it; `line` is None where there is no run. `found` is None where the
    policy has not been run on them. `kept` is the draft that the workspace remembers. `suites` are all names, the
    run's first, and `locked` the locks of each with its name.
    """

    lines: tuple[RunLine, ...]
    line: RunLine | None = None
    against: RunLine | None = None
    options: Options = field(default_factory=Options)
    locks: tuple[PolicyLock, ...] = ()
    found: GateRun | None = None
    kept: object = None
    suites: tuple[str, ...] = ()
    locked: tuple[tuple[str, PolicyLock], ...] = ()


class Gating(QObject):
    """`changed` carries the `Gated` after each read, `failed` the error of one that failed."""

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.options = Options()
        self.shown: Gated | None = None
        self.asked: Policy | None = None
        self._read = LatestRead(session, self._take, self._not_read)

    @property
    def is_busy(self) -> bool:
        return self._read.under_way

    def load(self) -> None:
        """Read the runs; the policy that was run last is run again on what they are now."""
        run_id, second_id = self.session.run_id, self.session.second_run_id
        self._read.ask(partial(_gated, run_id=run_id, second_id=second_id, options=self.options, rules=self.asked))

    def run(self, rules: Policy | None) -> None:
        """Run this policy, or none any more."""
        self.asked = rules
        self.load()

    def lock(self, rules: Policy, suite: str, author: str) -> None:
        """Lock the policy to a suite."""

        def work(workspace: Workspace) -> tuple[Locked, Changes]:
            done = lock(workspace, rules, suite, author)
            return done, Changes(suites=True, run_ids=frozenset(), case_ids=frozenset()) if done.is_new else Changes()

        def told(done: Locked) -> None:
            self.session.notice.emit(" ".join(done.sentences))
            self.load()

        self.session.write(work, told, held=Held("The lock of the policy"))

    def keep(self, draft: PolicyDraft) -> None:
        """Have the workspace remember what is being edited."""
        value = draft.as_json()
        self.session.write(lambda workspace: (None, remember(workspace, key=KEPT, value=value)), held=Held(slot=KEPT))

    def find(
        self, found: GateRun, cases: Sequence[GateCase], begin: int, then: Callable[[list[int], int], None]
    ) -> None:
        """Hand on the run's responses to these cases, and the one to begin with; -1 where it has none."""
        keys, run_id = [(each.case, each.repeat) for each in cases], found.line.id

        def query(workspace: Workspace) -> tuple[list[int], list[int]]:
            first = review.responses_of(workspace, run_id, keys[begin : begin + 1])
            return review.responses_of(workspace, run_id, keys), first

        def go(read: tuple[list[int], list[int]]) -> None:
            ids, first = read
            then(ids, (first or ids or [-1])[0])

        self.session.read(query, go)

    def _take(self, shown: Gated) -> None:
        self.shown = shown
        self.changed.emit(shown)

    def _not_read(self, error: Exception) -> None:
        """What was shown stays, and the fields say again what it is of."""
        if self.shown is not None:
            self.asked = self.shown.found.outcome.policy if self.shown.found else None
            self.changed.emit(self.shown)
        self.failed.emit(error)


def _gated(
    workspace: Workspace, run_id: int | None, second_id: int | None, options: Options, rules: Policy | None
) -> Gated:
    lines = tuple(runs.runs(workspace))
    line, kept = chosen_run(workspace, lines, run_id), recalled(workspace, KEPT)
    suites = stored_suites(workspace)
    names = [suite.name for suite in suites]
    locked = tuple((suite.name, each) for suite in suites for each in policy_locks(workspace, suite.id))
    if line is None:
        return Gated(lines, kept=kept, suites=tuple(names), locked=locked)
    names.sort(key=lambda name: name != line.suite)
    own = [each for each in lines if each.suite_id == line.suite_id and each.id != line.id]
    against = next((each for each in own if each.id == second_id), None)
    if rules is not None and rules.compares and against is None:
        raise InputError("The policy has rules about the change from the version before.", _what_to_do(bool(own)))
    fits = fitting(options, line.scale).for_scale(line.scale)
    found = gate_run(workspace, rules, line.name, against.name if against else "", fits) if rules else None
    locks = tuple(policy_locks(workspace, line.suite_id))
    return Gated(lines, line, against, fits, locks, found, kept, tuple(names), locked)


def _what_to_do(has_other: bool) -> str:
    if has_other:
        return "Choose that version under Against."
    return "This suite has one run only: run the version before too, or take these rules out of the policy."


def kept_draft(kept: object) -> tuple[str, str, Path | None] | None:
    """Text, saved text and path of what the workspace remembers; None where it remembers nothing usable."""
    if not isinstance(kept, dict) or not all(isinstance(kept.get(key), str) for key in ("text", "saved", "path")):
        return None
    return kept["text"], kept["saved"], Path(kept["path"]) if kept["path"] else None
