"""A release gate: rules with figures, and what each of them says of a run, alone or against the version before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeGuard

from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Interval, Scorecard

if TYPE_CHECKING:
    from reviewer.core.scoring.comparison import Comparison
    from reviewer.core.scoring.paired import SliceChange

MOVEMENTS = ("none", "moved", "slid", "moved_and_slid", "not_decidable")
DIRECTIONS = ("outward", "inward", "more_cautious", "less_cautious", "in_between")


class GateAnswer(StrEnum):
    PASSED = "pass"
    FAILED = "fail"
    UNDECIDED = "not decidable"


RuleName: TypeAlias = Literal[
    "balanced score", "skill", "unscored share", "reviewed share", "agreement (α)", "slices", "trade", "movement"
]
"""What a rule asks about, as `gate --json` and the report name it."""


@dataclass(frozen=True)
class Policy:
    """The rules of one policy file; None and empty are rules that are not asked.

    Scores and shares lie in [0, 1]. `required` and `forbidden` hold movements or `movement:direction`.
    `undecided_passes` says what a rule that cannot be decided counts as.
    """

    name: str = ""
    min_balanced: float | None = None
    min_skill: float | None = None
    max_unscored: float | None = None
    min_reviewed: float | None = None
    min_alpha: float | None = None
    max_slice_loss: float | None = None
    min_slice_cases: int = 10
    no_trade: bool = False
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    undecided_passes: bool = False

    @property
    def compares(self) -> bool:
        """Whether a rule needs the version before."""
        return self.max_slice_loss is not None or self.no_trade or bool(self.required or self.forbidden)


@dataclass(frozen=True)
class Rule:
    """What was asked, what was found, and the answer with its reason."""

    name: RuleName
    asked: str
    found: str
    answer: GateAnswer
    why: str = ""


@dataclass(frozen=True)
class GateEvidence:
    """What the rules look at; `alpha` is Krippendorff's between reviewers, or None with the reason."""

    card: Scorecard
    alpha: float | None
    alpha_missing: str
    comparison: Comparison | None


def policy(document: Mapping[str, object]) -> Policy:
    """Read a policy. Raises InputError that names the key and what it may be."""
    known = {**_SCORE_KEYS, **_COMPARISON_KEYS, **_OTHER_KEYS}
    values: dict[str, object] = {}
    for key, value in document.items():
        if key not in known:
            raise InputError(f"The policy has a rule {key!r} that does not exist.", f"Rules: {', '.join(known)}.")
        field, read = known[key]
        values[field] = read(key, value)
    found = Policy(**values)  # type: ignore[arg-type]  # each reader gives its field's type
    if both := set(found.required) & set(found.forbidden):
        raise InputError(f"The policy requires and forbids {', '.join(sorted(both))}.", "Leave it in one list.")
    return found


def judged(rules: Policy, evidence: GateEvidence) -> tuple[Rule, ...]:
    """Every rule that the policy asks. Raises InputError where one needs a comparison and there is none."""
    if rules.compares and evidence.comparison is None:
        raise InputError(
            "The policy has rules about the change from the version before.", "Name it with --against RUN."
        )
    found = list(_of_run(rules, evidence))
    if evidence.comparison is not None:
        found += _of_change(rules, evidence.comparison)
    return tuple(found)


def passes(rules: Policy, answers: tuple[Rule, ...]) -> bool:
    """No rule fails, and none is undecided unless the policy lets it pass."""
    allowed = {GateAnswer.PASSED, GateAnswer.UNDECIDED} if rules.undecided_passes else {GateAnswer.PASSED}
    return all(rule.answer in allowed for rule in answers)


def _of_run(rules: Policy, evidence: GateEvidence) -> Iterator[Rule]:
    card = evidence.card
    if rules.min_balanced is not None:
        yield _lower("balanced score", rules.min_balanced, card.score.balanced, card.intervals.get("balanced"))
    if rules.min_skill is not None:
        yield _lower("skill", rules.min_skill, card.skill, card.intervals.get("skill"))
    if rules.max_unscored is not None:
        share = card.unscored / card.n_responses if card.n_responses else None
        yield _share(
            "unscored share", f"at most {rules.max_unscored:g}", share, lambda x: x <= (rules.max_unscored or 0)
        )
    if rules.min_reviewed is not None:
        asked = f"at least {rules.min_reviewed:g}"
        yield _share("reviewed share", asked, card.reviewed_share, lambda x: x >= (rules.min_reviewed or 0))
    if rules.min_alpha is not None:
        alpha, asked = evidence.alpha, f"at least {rules.min_alpha:g}"
        if alpha is None:
            yield Rule("agreement (α)", asked, "–", GateAnswer.UNDECIDED, evidence.alpha_missing)
        else:
            yield Rule("agreement (α)", asked, f"{alpha:.3f}", _said(passed=alpha >= rules.min_alpha))


def _lower(name: RuleName, least: float, value: float | None, limits: Interval | None) -> Rule:
    """The lower limit must reach the least: a lucky sample does not pass."""
    asked = f"lower limit at least {least:g}"
    if value is None:
        return Rule(name, asked, "–", GateAnswer.UNDECIDED, "it cannot be computed for these cases")
    if limits is None or limits.low is None:
        return Rule(name, asked, f"{value:.3f}", GateAnswer.UNDECIDED, "it has no lower limit on so few cases")
    high = "" if limits.high is None else f"{limits.high:.3f}"
    found = f"{value:.3f} [{limits.low:.3f}, {high}]"
    if limits.low >= least:
        return Rule(name, asked, found, GateAnswer.PASSED)
    why = "the score itself is too low" if value < least else "the score would do, its lower limit does not"
    return Rule(name, asked, found, GateAnswer.FAILED, why)


def _share(name: RuleName, asked: str, share: float | None, holds: Callable[[float], bool]) -> Rule:
    if share is None:
        return Rule(name, asked, "–", GateAnswer.UNDECIDED, "there is no response")
    return Rule(name, asked, f"{share:.3f}", _said(passed=holds(share)))


def _said(*, passed: bool) -> GateAnswer:
    return GateAnswer.PASSED if passed else GateAnswer.FAILED


def _of_change(rules: Policy, found: Comparison) -> Iterator[Rule]:
    if rules.max_slice_loss is not None:
        yield _slices(rules, rules.max_slice_loss, found)
    if rules.no_trade:
        word = "it is a trade" if found.trades else "no"
        why = "one pole is significantly better and the other significantly worse" if found.trades else ""
        yield Rule("trade", "none", word, _said(passed=not found.trades), why)
    for asked in (*rules.required, *rules.forbidden):
        yield _movement(asked, found, wanted=asked in rules.required)


def _slices(rules: Policy, most: float, found: Comparison) -> Rule:
    """A slice fails where even the best end of its change is a greater loss, also among so many slices."""
    asked = f"no slice of {rules.min_slice_cases} cases or more worse by more than {most:g} with confidence"
    own = [each for each in found.slices if each.n >= rules.min_slice_cases]
    if not own:
        return Rule("slices", asked, "–", GateAnswer.UNDECIDED, "no slice has so many cases")
    lowest = min(own, key=lambda each: each.change.value)
    worse = [each for each in own if each.flagged and each.change.high is not None and each.change.high < -most]
    if not worse:
        return Rule("slices", asked, f"of {len(own)} slices the lowest: {_slice_words(lowest)}", GateAnswer.PASSED)
    worst = min(worse, key=lambda each: each.change.value)
    return Rule("slices", asked, _slice_words(worst), GateAnswer.FAILED, f"{len(worse)} of {len(own)} slices")


def _slice_words(each: SliceChange) -> str:
    low, high = ("" if limit is None else f"{limit:+.3f}" for limit in (each.change.low, each.change.high))
    return f"{each.by} {each.value}: {each.change.value:+.3f} [{low}, {high}] on {each.n} cases"


def _movement(asked: str, found: Comparison, *, wanted: bool) -> Rule:
    verb = "required" if wanted else "forbidden"
    if found.movement is None:
        return Rule("movement", f"{asked} {verb}", "–", GateAnswer.UNDECIDED, "the shared cases are not of both poles")
    verdict, direction = str(found.movement.verdict), found.movement.direction
    movement, _, way = asked.partition(":")
    met = verdict == movement and (not way or way in direction.split(","))
    said = f"{verdict} {direction}".strip()
    if verdict == "not_decidable" and movement != verdict:
        return Rule("movement", f"{asked} {verb}", said, GateAnswer.UNDECIDED, found.movement.sentence)
    return Rule("movement", f"{asked} {verb}", said, _said(passed=met == wanted))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _number(least: float) -> Callable[[str, object], float]:
    def read(key: str, value: object) -> float:
        if not _is_number(value) or not least <= value <= 1:
            raise InputError(f"{key} is {_shown(value)} in the policy.", f"Give a number from {least:g} to 1.")
        return float(value)

    return read


def _count(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InputError(f"{key} is {_shown(value)} in the policy.", "Give a whole number from 1 on.")
    return value


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{key} is {_shown(value)} in the policy.", "Give true or false.")
    return value


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise InputError(f"{key} is {_shown(value)} in the policy.", "Give a text in quotation marks.")
    return value


def _undecided(key: str, value: object) -> bool:
    if value not in ("pass", "fail"):
        raise InputError(f"{key} is {_shown(value)} in the policy.", 'Give "pass" or "fail".')
    return value == "pass"


def _movements(key: str, value: object) -> tuple[str, ...]:
    wanted = [value] if isinstance(value, str) else value
    known = f"Movements: {', '.join(MOVEMENTS)}; after a colon a direction: {', '.join(DIRECTIONS)}."
    if not isinstance(wanted, list):
        raise InputError(f"{key} is {_shown(value)} in the policy.", f"Give a list of movements. {known}")
    for each in wanted:
        movement, colon, way = str(each).partition(":")
        if movement not in MOVEMENTS or (colon and way not in DIRECTIONS):
            raise InputError(f"{key} names {_shown(each)} in the policy.", known)
    return tuple(str(each) for each in wanted)


def _shown(value: object) -> str:
    return repr(value)[:60]


_Reader = tuple[str, Callable[[str, object], object]]
_SCORE_KEYS: Mapping[str, _Reader] = {
    "minimum_balanced_score": ("min_balanced", _number(0)),
    "minimum_skill": ("min_skill", _number(-1)),
    "maximum_unscored_share": ("max_unscored", _number(0)),
    "minimum_reviewed_share": ("min_reviewed", _number(0)),
    "minimum_alpha": ("min_alpha", _number(-1)),
}
_COMPARISON_KEYS: Mapping[str, _Reader] = {
    "maximum_slice_loss": ("max_slice_loss", _number(0)),
    "minimum_slice_cases": ("min_slice_cases", _count),
    "no_trade": ("no_trade", _flag),
    # the name that it had while two versions were said to oscillate
    "no_oscillation": ("no_trade", _flag),
    "required_movement": ("required", _movements),
    "forbidden_movement": ("forbidden", _movements),
}
_OTHER_KEYS: Mapping[str, _Reader] = {"name": ("name", _text), "undecided": ("undecided_passes", _undecided)}
