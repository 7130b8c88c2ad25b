"""Hold a stored run against a policy file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewer.app.figures.agreement import run_agreement
from reviewer.app.figures.comparing import ComparedRuns, case_flips, check_comparable, compare_observed
from reviewer.app.figures.scores import ScoredRun, score_run
from reviewer.core.actions import ActionScale
from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.gate import GateAnswer, GateEvidence, Rule, judged, passes
from reviewer.core.scoring.policy import Policy, policy
from reviewer.core.scoring.policy_lock import LockAnswer, LockState, lock_answer
from reviewer.core.scoring.score import Options
from reviewer.core.toml_text import parse_toml
from reviewer.host.clock import now
from reviewer.host.small_files import small_text
from reviewer.store.database import Workspace
from reviewer.store.facts.opinions import ReviewedBy
from reviewer.store.facts.runs import Observed, RunLine
from reviewer.store.queries import policies, runs, suites
from reviewer.store.queries.opinions import reviewers
from reviewer.store.writes.policies import lock_policy
from reviewer.wording.plural import counted


@dataclass(frozen=True)
class GateOutcome:
    """What a policy says of a run; `against` is the version before, or empty.

    `counting` says with which bands and actions that hold back it was counted, where they are not the usual ones.
    """

    policy: Policy
    run: str
    against: str
    rules: tuple[Rule, ...]
    lock: LockAnswer
    counting: str = ""

    @property
    def passed(self) -> bool:
        return passes(self.policy, self.rules)

    @property
    def sentence(self) -> str:
        """The answer first."""
        against = f" against {self.against}" if self.against else ""
        name = f" {self.policy.name!r}" if self.policy.name else ""
        counts = {answer: sum(rule.answer is answer for rule in self.rules) for answer in GateAnswer}
        said = ", ".join(f"{n} {answer}" for answer, n in counts.items() if n)
        return f"{self.run}{against} {'passes' if self.passed else 'does not pass'} the policy{name}: {said}."

    @property
    def about_policy(self) -> tuple[str, ...]:
        """What to know of the policy itself: whether it is asymmetric, whether it predates the result, and what it does
        not cover."""
        one_sided = "; ".join(self.policy.asymmetries)
        asymmetric = f"This policy is asymmetric: {one_sided}." if one_sided else ""
        return tuple(filter(None, (asymmetric, self.lock.sentence, self.counting)))


def read_policy(path: Path) -> Policy:
    """Raises InputError for a file that cannot be read, is no TOML or has a rule that does not exist."""
    return policy_of(small_text(path, "The policy", "Give a TOML file."), str(path))


def policy_in(content: bytes, name: str) -> Policy:
    """The policy that a file of this name holds. Raises InputError as `read_policy`."""
    try:
        return policy_of(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise InputError(f"The policy {name} cannot be read: it is not UTF-8 text.", "Give a TOML file.") from error


def policy_of(untrusted_text: str, name: str) -> Policy:
    """The policy that a text is. Raises InputError as `read_policy`."""
    document = parse_toml(untrusted_text)
    if isinstance(document, str):
        raise InputError(f"The policy {name} is not TOML: {document}.", "Mend that place.")
    found = policy(document)
    if not found.asks:
        raise InputError(f"The policy {name} has no rule.", "sample_cases/release-policy.toml shows them all.")
    return found


def gate(workspace: Workspace, rules: Policy, run: str, against: str, options: Options | None = None) -> GateOutcome:
    """Raises InputError for an unknown run, or rules about a change without `against`."""
    scored = score_run(workspace, run, options)
    if not against:
        return gate_scored(workspace, rules, scored)
    before = runs.run_named(workspace, against)
    check_comparable(before, scored.line)
    observed = runs.observed(workspace, before.id)
    compared = compare_observed(workspace, (before, observed), (scored.line, scored.observed), options)
    return gate_scored(workspace, rules, scored, compared, observed)


def gate_scored(
    workspace: Workspace,
    rules: Policy,
    scored: ScoredRun,
    compared: ComparedRuns | None = None,
    before: Observed | None = None,
) -> GateOutcome:
    """What the policy says of a run that is scored, and compared where there is a version `before`, as it was read."""
    return gate_on(workspace, rules, scored, evidence_of(workspace, rules, scored, compared, before), compared)


def evidence_of(
    workspace: Workspace, rules: Policy, scored: ScoredRun, compared: ComparedRuns | None, before: Observed | None
) -> GateEvidence:
    """What the policy's rules look at."""
    alpha, missing = None, ""
    if rules.min_alpha is not None:
        found = run_agreement(workspace, scored.line.name).alpha
        alpha, missing = found.value, found.reason
    tagged: Mapping[str, frozenset[CaseKey]] = {}
    if before is not None and rules.protected_tags:
        tagged = _tagged(rules.protected_tags, (*before.labelled, *scored.observed.labelled))
    return GateEvidence(
        scored.card,
        alpha,
        missing,
        compared.comparison if compared else None,
        case_flips(compared) if compared else (),
        tagged,
        reviewers_words(reviewers(workspace, scored.line.id)) if rules.min_reviewed is not None else "",
    )


def gate_on(
    workspace: Workspace, rules: Policy, scored: ScoredRun, evidence: GateEvidence, compared: ComparedRuns | None
) -> GateOutcome:
    """Each rule judged on the evidence, and where the policy stands among the suite's locks."""
    against = compared.a.name if compared else ""
    lock_answer = lock_of(workspace, rules, scored.line)
    counting = unusual_counting(scored.card.options, scored.card.scale)
    return GateOutcome(rules, scored.line.name, against, judged(rules, evidence), lock_answer, counting)


def unusual_counting(options: Options, scale: ActionScale) -> str:
    """What a policy does not set and somebody chose for this answer; empty where all is as it usually is."""
    usual = Options().for_scale(scale)
    said = []
    if options.bands != usual.bands:
        said.append(f"the bands “{options.bands}” in place of the suite's")
    if set(options.hold_back) != set(usual.hold_back):
        said.append(f"{', '.join(options.hold_back)} as what holds back in place of {', '.join(usual.hold_back)}")
    return f"Counted with {' and '.join(said)}: no policy sets that, and no lock keeps it." if said else ""


def reviewers_words(found: Mapping[str, ReviewedBy]) -> str:
    """`by the names that they gave: ana 30 (2 only in bulk), ben 12`."""
    if not found:
        return "nobody has reviewed a response"
    each = (
        f"{name} {own.responses:,}" + (f" ({own.in_bulk:,} only in bulk)" if own.in_bulk else "")
        for name, own in found.items()
    )
    return f"everybody's word counts, by the names that they gave: {', '.join(each)}"


def _tagged(tags: Iterable[str], observations: Iterable[Observation]) -> Mapping[str, frozenset[CaseKey]]:
    found: dict[str, set[CaseKey]] = {tag: set() for tag in tags}
    for each in observations:
        for tag in found.keys() & set(each.tags):
            found[tag].add(each.case)
    return {tag: frozenset(keys) for tag, keys in found.items()}


def lock_of(workspace: Workspace, rules: Policy, line: RunLine) -> LockAnswer:
    """Whether the policy was locked to the run's suite before the run's first response, and what was edited since."""
    found = lock_answer(
        rules,
        policies.policy_locks(workspace, line.suite_id),
        policies.first_response_id(workspace, line.id),
        imported=line.version.endpoint.protocol == "recorded",
    )
    if found.state is not LockState.BEFORE or found.lock is None:
        return found
    return found.with_edits(policies.edits_since(workspace, line.id, found.lock.at))


@dataclass(frozen=True)
class Locked:
    """What became of locking a policy; `begun` are the suite's runs that had responses by then."""

    suite: str
    policy: Policy
    is_new: bool
    at: str
    author: str
    begun: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        name = f" {self.policy.name!r}" if self.policy.name else ""
        when = f"on {self.at[:10]} at {self.at[11:16]} UTC by {self.author}"
        done = "is locked" if self.is_new else "was locked already, exactly alike,"
        said = [f"The policy{name} (hash {self.policy.hash[:12]}) {done} to {self.suite}, {when}."]
        if self.begun:
            runs_ = counted(len(self.begun), "run")
            said.append(f"{runs_} of the suite had responses by then and cannot count on it: {', '.join(self.begun)}.")
        said += [f"This policy is asymmetric: {'; '.join(self.policy.asymmetries)}."] if self.policy.asymmetries else []
        return tuple(said)

    def as_json(self) -> dict[str, object]:
        return {
            "suite": self.suite,
            "policy": self.policy.name,
            "hash": self.policy.hash,
            "rules": dict(self.policy.rules),
            "symmetric": not self.policy.asymmetries,
            "locked": self.is_new,
            "at": self.at,
            "author": self.author,
            "begun": list(self.begun),
        }


def lock(workspace: Workspace, rules: Policy, suite: str, author: str) -> Locked:
    """Lock a policy to a suite. Raises InputError for an unknown suite or without an author."""
    found = suites.suite_named(workspace, suite)
    with workspace.write():
        is_new, _ = lock_policy(workspace, suite_id=found.id, policy=rules, author=author, at=now())
        last = policies.policy_locks(workspace, found.id)[-1]
        begun = [
            line.name
            for line in reversed(runs.runs(workspace))
            if line.suite_id == found.id
            and (first := policies.first_response_id(workspace, line.id)) is not None
            and first <= last.last_response_id
        ]
    return Locked(found.name, rules, is_new, last.at, last.author, tuple(begun))


def gate_document(found: GateOutcome) -> Mapping[str, object]:
    """What `gate --json` prints."""
    return {
        "policy": found.policy.name,
        "run": found.run,
        "against": found.against or None,
        "passed": found.passed,
        "sentence": found.sentence,
        "policy_hash": found.policy.hash,
        "symmetric": not found.policy.asymmetries,
        "asymmetries": list(found.policy.asymmetries),
        "lock": _lock_document(found.lock),
        "counting": found.counting,
        "undecided": "pass" if found.policy.undecided_passes else "fail",
        "rules": [
            {"rule": rule.name, "asked": rule.asked, "found": rule.found, "answer": str(rule.answer), "why": rule.why}
            for rule in found.rules
        ],
    }


def _lock_document(found: LockAnswer) -> Mapping[str, object]:
    """`state` is before, after, changed or never; the lock is the one that the state is about."""
    lock_ = found.lock
    return {
        "state": found.state.name.lower(),
        "sentence": found.sentence,
        "hash": lock_.hash if lock_ else None,
        "at": lock_.at if lock_ else None,
        "author": lock_.author if lock_ else None,
        "edited_since": {
            "changed": found.edits.changed,
            "after_first_response": found.edits.changed_after,
            "added": found.edits.added,
        },
    }
