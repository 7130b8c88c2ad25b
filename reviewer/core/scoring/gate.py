"""A release gate: rules with figures, and what each of them says of a run, alone or against the version before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError
from reviewer.core.plural import counted, noun
from reviewer.core.precision import SCORE, asked_figure, bracketed, change, figure_to, signed_to
from reviewer.core.scoring.credit import signed_distance
from reviewer.core.scoring.flips import CaseFlip, FlipKind
from reviewer.core.scoring.policy import Figures, Policy
from reviewer.core.scoring.score import NO_SAMPLE, Interval, Scorecard, Slice, rough_word

if TYPE_CHECKING:
    from reviewer.core.scoring.comparison import Comparison
    from reviewer.core.scoring.paired import SliceChange


class GateAnswer(StrEnum):
    PASSED = "pass"
    FAILED = "fail"
    UNDECIDED = "not decidable"


RuleName: TypeAlias = Literal[
    "balanced score", "skill", "unscored share", "reviewed share", "agreement (α)", "worst slice", "slices", "broken",
    "protected", "trade", "movement",
]  # fmt: skip
"""What a rule asks about, as `gate --json` and the report name it."""

ONE_POLE = "it takes shared cases at both ends of the scale"
_MOST_NAMED = 20


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
    """What the rules look at; `alpha` is Krippendorff's between reviewers, or None with the reason.

    `flips` says what became of each case that both versions ran and scored, `tagged` which cases of either have a tag.
    `reviewers` says in words whose reviews the reviewed share counts.
    """

    card: Scorecard
    alpha: float | None
    alpha_missing: str
    comparison: Comparison | None
    flips: tuple[CaseFlip, ...] = ()
    tagged: Mapping[str, frozenset[CaseKey]] = field(default_factory=dict)
    reviewers: str = ""

    @property
    def broken(self) -> list[CaseKey]:
        """Inside label and band before and outside now."""
        return sorted(flip.key for flip in self.flips if flip.kind is FlipKind.BROKEN)

    @property
    def may_be_broken(self) -> list[CaseKey]:
        """Whose repeats do not say one action in a version, and which what they do say does not clear."""
        return sorted(flip.key for flip in self.flips if flip.kind is FlipKind.UNSTABLE and self._is_open(flip))

    def _is_open(self, flip: CaseFlip) -> bool:
        before, now = (
            None if action is None else signed_distance(flip.label, flip.band, action, self.card.scale) == 0
            for action in (flip.a, flip.b)
        )
        return before is not False and now is not True


def judged(rules: Policy, evidence: GateEvidence) -> tuple[Rule, ...]:
    """Every rule that the policy asks. Raises InputError where one needs a comparison and there is none."""
    if rules.compares and evidence.comparison is None:
        raise InputError(
            "The policy has rules about the change from the version before.", "Name it with --against RUN."
        )
    found = list(_of_run(rules, evidence))
    if evidence.comparison is not None:
        found += _of_change(rules, evidence, evidence.comparison)
    return tuple(found)


def passes(rules: Policy, answers: tuple[Rule, ...]) -> bool:
    """No rule fails, and none is undecided unless the policy lets it pass."""
    allowed = {GateAnswer.PASSED, GateAnswer.UNDECIDED} if rules.undecided_passes else {GateAnswer.PASSED}
    return all(rule.answer in allowed for rule in answers)


def _of_run(rules: Policy, evidence: GateEvidence) -> Iterator[Rule]:
    card = evidence.card
    if rules.min_balanced is not None:
        yield _score("balanced score", rules.min_balanced, _balanced(rules.figures, card))
    if rules.min_skill is not None:
        yield _score("skill", rules.min_skill, _skill(rules.figures, card))
    if rules.max_unscored is not None:
        share = card.unscored / card.n_responses if card.n_responses else None
        yield _share(
            "unscored share", f"at most {rules.max_unscored:g}", share, lambda x: x <= (rules.max_unscored or 0)
        )
    if rules.min_reviewed is not None:
        asked = f"at least {rules.min_reviewed:g}"
        rule = _share("reviewed share", asked, card.reviewed_share, lambda x: x >= (rules.min_reviewed or 0))
        yield replace(rule, why=rule.why or evidence.reviewers)
    if rules.min_alpha is not None:
        alpha, asked = evidence.alpha, f"at least {asked_figure(rules.min_alpha)}"
        if alpha is None:
            yield Rule("agreement (α)", asked, "–", GateAnswer.UNDECIDED, evidence.alpha_missing)
        else:
            yield Rule("agreement (α)", asked, figure_to(alpha, SCORE), _said(passed=alpha >= rules.min_alpha))
    if rules.min_slice_score is not None:
        yield _worst_slice(rules.min_slice_score, rules.min_slice_cases, card.slices)


@dataclass(frozen=True)
class _Figure:
    """A figure with its limits and which one it is; `missing` says why there is no value."""

    value: float | None
    limits: Interval | None
    which: str = ""
    missing: str = "it cannot be computed for these cases"


def _balanced(figures: Figures, card: Scorecard) -> _Figure:
    """The corrected score where the policy wants it or a random sample was worked, else the score as it was decided."""
    correction = card.correction
    if correction.value is None and figures is Figures.CORRECTED:
        why = correction.reason or NO_SAMPLE
        return _Figure(None, None, missing=f"the policy asks for the corrected score, and {why}")
    if correction.value is None or figures is Figures.AS_DECIDED:
        return _Figure(card.score.balanced, card.intervals.get("balanced"))
    of_run = correction.of_run
    whole = of_run is not None and of_run.low == of_run.high
    which = "decided by people throughout: " if whole else "corrected by the random sample that people worked: "
    return _Figure(correction.value, correction.interval, which)


def _skill(figures: Figures, card: Scorecard) -> _Figure:
    """The skill of the same score; the best constant policy's is a property of the cases and needs no correction."""
    found = _balanced(figures, card)
    if not found.which:
        missing = found.missing if found.value is None else _Figure.missing
        return _Figure(card.skill if found.value is not None else None, card.intervals.get("skill"), "", missing)
    best = card.constants[card.best_constant].balanced if card.best_constant else None
    if best is None or best >= 1 or found.value is None or found.limits is None:
        return _Figure(None, None)
    low, high = (None if end is None else (end - best) / (1 - best) for end in (found.limits.low, found.limits.high))
    return _Figure((found.value - best) / (1 - best), Interval(low, high, found.limits.method), found.which)


def _score(name: RuleName, least: float, figure: _Figure) -> Rule:
    """The lower limit must reach the least: a lucky sample does not pass."""
    asked = f"lower limit at least {asked_figure(least)}"
    value, limits = figure.value, figure.limits
    if value is None:
        return Rule(name, asked, "–", GateAnswer.UNDECIDED, figure.missing)
    written = signed_to if name == "skill" else figure_to
    if limits is None or limits.low is None:
        found = f"{figure.which}{written(value, SCORE)}"
        return Rule(name, asked, found, GateAnswer.UNDECIDED, "it has no lower limit on so few cases")
    ends = bracketed(limits.low, limits.high, SCORE, signed=name == "skill")
    found = f"{figure.which}{written(value, SCORE)} {ends}{rough_word(limits.method)}"
    if limits.low >= least:
        return Rule(name, asked, found, GateAnswer.PASSED)
    what = "score" if name == "balanced score" else "skill"
    why = f"the {what} itself is too low" if value < least else f"the {what} would do, its lower limit does not"
    return Rule(name, asked, found, GateAnswer.FAILED, why)


def _worst_slice(least: float, cases: int, slices: Iterable[Slice]) -> Rule:
    """A slice under the floor with confidence fails; one whose interval holds the floor decides nothing."""
    name: RuleName = "worst slice"
    asked = f"no slice of {counted(cases, 'case')} or more with a plain score under {least:g}"
    own, under, open_ = _under_and_open(least, cases, slices)
    if not own:
        return Rule(name, asked, "–", GateAnswer.UNDECIDED, "no slice has so many cases")
    worst = _lowest(under or open_ or own)
    if worst.plain is None:
        nothing = f"{worst.by} {worst.value}: nothing scored of {counted(worst.n, 'case')}"
        return Rule(name, asked, nothing, GateAnswer.UNDECIDED, f"{_of_slices(open_, own)} may lie under it")
    low, high = _end(worst, high=False), _end(worst, high=True)
    ends = bracketed(low, high, SCORE, signed=False) + rough_word(worst.interval.method if worst.interval else "")
    found = f"{worst.by} {worst.value}: {figure_to(worst.plain, SCORE)} {ends} on {counted(worst.n, 'case')}"
    if under:
        why = f"{_of_slices(under, own)} {noun(len(under), 'is', 'are')} under it for sure"
        return Rule(name, asked, found, GateAnswer.FAILED, why)
    if open_:
        hold = f"{noun(len(open_), 'the interval', 'the intervals')} of {_of_slices(open_, own)}"
        why = f"{hold} {noun(len(open_), 'holds', 'hold')} {least:g}; more cases there would decide"
        return Rule(name, asked, found, GateAnswer.UNDECIDED, why)
    return Rule(name, asked, f"{_lowest_of(own)}: {found}", GateAnswer.PASSED)


def _of_slices(some: Sequence[object], own: Sequence[object]) -> str:
    return f"{len(some):,} of {counted(len(own), 'slice')}"


def _lowest_of(own: Sequence[object]) -> str:
    return "the only slice" if len(own) == 1 else f"of {len(own):,} slices the lowest"


def _under_and_open(least: float, cases: int, slices: Iterable[Slice]) -> tuple[list[Slice], list[Slice], list[Slice]]:
    """The slices that are large enough; of them those under the floor for sure, and those whose interval holds it."""
    own = [each for each in slices if each.n >= cases]
    under = [each for each in own if _end(each, high=True) < least]
    open_ = [each for each in own if _end(each, high=False) < least <= _end(each, high=True)]
    return own, under, open_


def _lowest(slices: Iterable[Slice]) -> Slice:
    return min(slices, key=lambda each: (each.plain or 0.0, each.by, each.value))


def worst_slice(rules: Policy, slices: Iterable[Slice]) -> Slice | None:
    """The slice that the rule about the lowest slice names; None where none is large enough or nothing is asked."""
    if rules.min_slice_score is None:
        return None
    own, under, open_ = _under_and_open(rules.min_slice_score, rules.min_slice_cases, slices)
    return _lowest(under or open_ or own) if own else None


def _end(each: Slice, *, high: bool) -> float:
    """A limit of a slice's plain score; what is not known may be anything."""
    limits = each.interval
    end = None if limits is None or each.plain is None else limits.high if high else limits.low
    return float(high) if end is None else end


def _share(name: RuleName, asked: str, share: float | None, holds: Callable[[float], bool]) -> Rule:
    if share is None:
        return Rule(name, asked, "–", GateAnswer.UNDECIDED, "there is no response")
    return Rule(name, asked, f"{share:.3f}", _said(passed=holds(share)))


def _said(*, passed: bool) -> GateAnswer:
    return GateAnswer.PASSED if passed else GateAnswer.FAILED


def _of_change(rules: Policy, evidence: GateEvidence, found: Comparison) -> Iterator[Rule]:
    if rules.max_slice_loss is not None:
        yield _slices(rules, rules.max_slice_loss, found)
    if rules.max_broken is not None:
        yield _broken(rules.max_broken, evidence, found)
    if rules.protected_cases:
        yield _protected("the protected cases", map(CaseKey, rules.protected_cases), evidence, found)
    for tag in rules.protected_tags:
        keys = evidence.tagged.get(tag, frozenset())
        yield _protected(f"the cases tagged “{tag}”", keys, evidence, found)
    if rules.no_trade and found.movement is None:
        yield Rule("trade", "none", "–", GateAnswer.UNDECIDED, ONE_POLE)
    elif rules.no_trade:
        word = "it is a trade" if found.trades else "none"
        why = "one end of the scale is significantly better and the other significantly worse" if found.trades else ""
        yield Rule("trade", "none", word, _said(passed=not found.trades), why)
    for asked in (*rules.required, *rules.forbidden):
        yield _movement(asked, found, wanted=asked in rules.required)


def _slices(rules: Policy, most: float, found: Comparison) -> Rule:
    """A slice fails where even the best end of its change is a greater loss, also among so many slices."""
    asked = f"no slice of {counted(rules.min_slice_cases, 'case')} or more worse by more than {most:g} with confidence"
    own, worse = _worse_slices(rules, most, found)
    worst = worst_change(rules, found)
    if worst is None:
        return Rule("slices", asked, "–", GateAnswer.UNDECIDED, "no slice has so many cases")
    if not worse:
        return Rule("slices", asked, f"{_lowest_of(own)}: {_slice_words(worst)}", GateAnswer.PASSED)
    return Rule("slices", asked, _slice_words(worst), GateAnswer.FAILED, _of_slices(worse, own))


def _worse_slices(rules: Policy, most: float, found: Comparison) -> tuple[list[SliceChange], list[SliceChange]]:
    """The slices that are large enough, and those of them that have lost more than `most` for sure."""
    own = [each for each in found.slices if each.n >= rules.min_slice_cases]
    return own, [each for each in own if each.flagged and each.change.high is not None and each.change.high < -most]


def worst_change(rules: Policy, found: Comparison) -> SliceChange | None:
    """The slice that the rule about slices' losses names; None where none is large enough or nothing is asked."""
    if rules.max_slice_loss is None:
        return None
    own, worse = _worse_slices(rules, rules.max_slice_loss, found)
    return min(worse or own, key=lambda each: each.change.value, default=None)


def _broken(most: int, evidence: GateEvidence, found: Comparison) -> Rule:
    """Cases inside label and band before and outside now; those without one action in either version may be more."""
    were, are = noun(most, "was", "were"), noun(most, "is", "are")
    asked = f"at most {counted(most, 'case')} that {were} inside label and band before and {are} outside now"
    broken, open_ = evidence.broken, sorted({*evidence.may_be_broken, *found.dropped})
    said = f"{len(broken):,} of {len(evidence.flips):,}{_named(broken)}"
    if len(broken) > most:
        return Rule("broken", asked, said, GateAnswer.FAILED)
    if len(broken) + len(open_) > most:
        why = f"{len(open_):,} more may be, without one scored action in both versions: {_listed(open_)}"
        return Rule("broken", asked, said, GateAnswer.UNDECIDED, why)
    return Rule("broken", asked, said, GateAnswer.PASSED)


def _protected(which: str, keys: Iterable[CaseKey], evidence: GateEvidence, found: Comparison) -> Rule:
    """None of these cases may leave label and band; one that cannot be compared is not shown to be whole."""
    asked, own = f"none of {which} broken", frozenset(keys)
    if not own:
        return Rule("protected", asked, "–", GateAnswer.UNDECIDED, "neither run has such a case")
    broken, open_ = ([key for key in keys if key in own] for keys in (evidence.broken, evidence.may_be_broken))
    said = f"{len(broken):,} of {len(own):,} broken"
    if broken:
        why = f"right before, outside label and band now: {_listed(broken)}"
        return Rule("protected", asked, said, GateAnswer.FAILED, why)
    why = "; ".join(_not_compared(own, open_, {flip.key for flip in evidence.flips}, found))
    return Rule("protected", asked, said, GateAnswer.UNDECIDED if why else GateAnswer.PASSED, why)


def _not_compared(
    own: frozenset[CaseKey], unstable: list[CaseKey], compared: set[CaseKey], found: Comparison
) -> Iterator[str]:
    """Why these cases of a protected set say nothing, in words with their keys."""
    missing = own - compared
    reasons = {
        "without one most frequent action": unstable,
        "without a scored response in both": missing & set(found.dropped),
        "asked or labelled otherwise in the two": missing & set(found.changed),
        "in one of the two runs only": missing & {*found.only_a, *found.only_b},
    }
    nowhere = missing.difference(*reasons.values())
    for words, keys in {**reasons, "in neither run, or without a label": nowhere}.items():
        if keys:
            yield f"{words}: {_listed(sorted(keys))}"


def _named(keys: Collection[CaseKey]) -> str:
    return f": {_listed(keys)}" if keys else ""


def _listed(keys: Collection[CaseKey]) -> str:
    """The first of them by name; keys are one line each."""
    shown = ", ".join(list(keys)[:_MOST_NAMED])
    return f"{shown} and {len(keys) - _MOST_NAMED:,} more" if len(keys) > _MOST_NAMED else shown


def _slice_words(each: SliceChange) -> str:
    ends = f"{bracketed(each.change.low, each.change.high, SCORE)}{rough_word(each.change.method)}"
    return f"{each.by} {each.value}: {change(each.change.value)} {ends} on {counted(each.n, 'case')}"


def _movement(asked: str, found: Comparison, *, wanted: bool) -> Rule:
    verb = "required" if wanted else "forbidden"
    if found.movement is None:
        return Rule("movement", f"{asked} {verb}", "–", GateAnswer.UNDECIDED, ONE_POLE)
    verdict, direction = str(found.movement.verdict), found.movement.direction
    movement, _, way = asked.partition(":")
    met = verdict == movement and (not way or way in direction.split(","))
    said = f"{verdict} {direction}".strip().replace("_", " ")
    if verdict == "not_decidable" and movement != verdict:
        return Rule("movement", f"{asked} {verb}", said, GateAnswer.UNDECIDED, found.movement.sentence)
    return Rule("movement", f"{asked} {verb}", said, _said(passed=met == wanted))
