"""Hold a stored run against a policy file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewer.app.figures.agreement import run_agreement
from reviewer.app.figures.comparing import compare_runs
from reviewer.app.figures.scores import score_run
from reviewer.core.errors import InputError
from reviewer.core.scoring.gate import GateAnswer, GateEvidence, Policy, Rule, judged, passes, policy
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace


@dataclass(frozen=True)
class GateOutcome:
    """What a policy says of a run; `against` is the version before, or empty."""

    policy: Policy
    run: str
    against: str
    rules: tuple[Rule, ...]

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


def read_policy(path: Path) -> Policy:
    """Raises InputError for a file that cannot be read, is no TOML or has a rule that does not exist."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"The policy {path} cannot be read: {reason}.", "Give a TOML file.") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"The policy {path} is not TOML: {error}.", "Mend that place.") from error
    found = policy(document)
    if not any(getattr(found, name) not in (None, (), False) for name in _RULES):
        raise InputError(f"The policy {path} has no rule.", "sample_cases/release-policy.toml shows them all.")
    return found


_RULES = (
    *("min_balanced", "min_skill", "max_unscored", "min_reviewed", "min_alpha", "max_slice_loss", "no_trade"),
    *("required", "forbidden"),
)


def gate(workspace: Workspace, rules: Policy, run: str, against: str, options: Options | None = None) -> GateOutcome:
    """Raises InputError for an unknown run, or rules about a change without `against`."""
    scored = score_run(workspace, run, options)
    alpha, missing = None, ""
    if rules.min_alpha is not None:
        found = run_agreement(workspace, run).alpha
        alpha, missing = found.value, found.reason
    comparison = compare_runs(workspace, against, run, options).comparison if against else None
    return GateOutcome(rules, run, against, judged(rules, GateEvidence(scored.card, alpha, missing, comparison)))


def gate_document(found: GateOutcome) -> Mapping[str, object]:
    """What `gate --json` prints."""
    return {
        "policy": found.policy.name,
        "run": found.run,
        "against": found.against or None,
        "passed": found.passed,
        "sentence": found.sentence,
        "undecided": "pass" if found.policy.undecided_passes else "fail",
        "rules": [
            {"rule": rule.name, "asked": rule.asked, "found": rule.found, "answer": str(rule.answer), "why": rule.why}
            for rule in found.rules
        ],
    }
