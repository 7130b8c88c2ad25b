"""Whether a bar predates the result: the policies that a suite was given, and where one stands among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from reviewer.core.plural import counted, noun
from reviewer.core.scoring.policy import Policy


@dataclass(frozen=True)
class PolicyLock:
    """A policy that a suite was given, by whom and when. Responses with ids up to `last_response_id` were there then.

    `rules` are those of `Policy.rules`.
    """

    hash: str
    name: str
    rules: Mapping[str, object]
    author: str
    at: str
    last_response_id: int


class LockState(StrEnum):
    """Where a policy stands for a run. `changed`: the suite had been given another one as its last."""

    BEFORE = "locked before the first response"
    AFTER = "locked after the first response"
    CHANGED = "changed since"
    NEVER = "never locked"


@dataclass(frozen=True)
class EditsSince:
    """How many of a run's cases got another label, band, status or text after a lock, how many of these after the
    run's first response, and how many cases were added."""

    changed: int = 0
    changed_after: int = 0
    added: int = 0

    @property
    def sentence(self) -> str:
        """Empty where nothing was edited."""
        said = []
        if self.changed:
            n = self.changed_after
            some = f", {n:,} of them after" if 0 < n < self.changed else " after" if n else " before"
            were = noun(self.changed, "was", "were")
            said.append(
                f"{counted(self.changed, 'case')} of this run {were} labelled or worded differently{some} its first "
                "response"
            )
        if self.added:
            said.append(f"{counted(self.added, 'case')} {noun(self.added, 'was', 'were')} added")
        return f"Since the lock, {', and '.join(said)}: the lock keeps the policy, not the cases." if said else ""


@dataclass(frozen=True)
class LockAnswer:
    """The state with the lock that it is about, None where there is none, and its sentence."""

    state: LockState
    lock: PolicyLock | None
    sentence: str
    edits: EditsSince = EditsSince()

    def with_edits(self, edits: EditsSince) -> LockAnswer:
        """The same, with what was edited since the lock said behind it."""
        return replace(self, edits=edits, sentence=f"{self.sentence} {edits.sentence}".strip())


def lock_answer(
    rules: Policy, locks: Sequence[PolicyLock], first_response_id: int | None, *, imported: bool = False
) -> LockAnswer:
    """What to say of a policy; `locks` of the run's suite, oldest first.

    The last one before the run's first response is its bar: of several that were locked earlier not the one that
    fits best. `first_response_id` is None for a run without one, `imported` says that its responses are older than
    they are here.
    """
    before = [lock for lock in locks if first_response_id is None or lock.last_response_id < first_response_id]
    own = [lock for lock in locks if lock.hash == rules.hash]
    if before and before[-1].hash == rules.hash:
        return LockAnswer(LockState.BEFORE, before[-1], _before(before[-1], first_response_id, imported=imported))
    if before:
        # also where it was locked again afterwards: the bar that stood when the first response came was another
        return LockAnswer(LockState.CHANGED, before[-1], _changed(rules, before[-1]))
    if own:
        return LockAnswer(
            LockState.AFTER,
            own[0],
            f"This policy was locked {_when(own[0])}, after the first response of this run: the bar does not predate "
            "the result.",
        )
    if locks:
        return LockAnswer(LockState.CHANGED, locks[-1], _changed(rules, locks[-1]))
    return LockAnswer(LockState.NEVER, None, "This policy was never locked: nothing shows that it predates the result.")


def _before(lock: PolicyLock, first: int | None, *, imported: bool) -> str:
    if first is None:
        return f"This policy was locked {_when(lock)}, and this run has no response yet."
    said = f"This policy was locked before the first response of this run, {_when(lock)}."
    if not imported:
        return said
    return f"{said} The responses were recorded elsewhere: how old they were by then is not known here."


def _changed(rules: Policy, lock: PolicyLock) -> str:
    differences = ", ".join(_differences(lock.rules, rules.rules))
    return f"This policy changed since: another one was locked {_when(lock)}, from which it differs in {differences}."


def _differences(locked: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    """`minimum_skill (0.2 → 0.1)` for each rule that is not as it was locked; – is a rule that is not asked."""
    for key in sorted({*locked, *now}):
        before, after = locked.get(key), now.get(key)
        if before != after:
            yield f"{key} ({_shown(before)} → {_shown(after)})"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _when(lock: PolicyLock) -> str:
    return f"on {lock.at[:10]} at {lock.at[11:16]} UTC by {lock.author}"
