"""A gate with the cases of each rule: what a person goes to who asks why a rule says what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reviewer.app.figures.behind import Behind, behind_figure, behind_slice
from reviewer.app.figures.comparing import ComparedRuns, check_comparable, compare_observed
from reviewer.app.figures.gating import GateOutcome, evidence_of, gate_on
from reviewer.app.figures.scores import ScoredRun, score_run
from reviewer.core.actions import ActionScale
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.flips import CaseFlip, FlipKind
from reviewer.core.scoring.gate import GateEvidence, RuleName, worst_change, worst_slice
from reviewer.core.scoring.policy import Policy
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.runs import Observed, RunLine
from reviewer.store.queries import review, runs
from reviewer.wording.plural import counted
from reviewer.wording.tables import named


@dataclass(frozen=True)
class GateCase:
    """One case of a rule: which repeat of it, whether a person has decided it, and what it did, in words."""

    case: CaseKey
    repeat: int = 1
    decided: bool = False
    said: str = ""


@dataclass(frozen=True)
class RuleCases:
    """The cases that a rule is about, and in words what they are. `changed` ones are seen best in a comparison."""

    words: str
    cases: tuple[GateCase, ...]
    changed: bool = False


@dataclass(frozen=True)
class GateRun:
    """What a policy says of a run, alone or against one, with the cases of each rule in the order of the rules."""

    outcome: GateOutcome
    line: RunLine
    against: RunLine | None
    cases: tuple[RuleCases, ...]


@dataclass(frozen=True)
class _GateFound:
    scored: ScoredRun
    before: Observed | None
    compared: ComparedRuns | None
    evidence: GateEvidence
    disputed: Sequence[GateCase]


def gate_run(workspace: Workspace, rules: Policy, run: str, against: str, options: Options | None = None) -> GateRun:
    """What `gate` says, with the cases. Raises as it does."""
    scored = score_run(workspace, run, options)
    before = observed = compared = None
    if against:
        before = runs.run_named(workspace, against)
        check_comparable(before, scored.line)
        observed = runs.observed(workspace, before.id)
        compared = compare_observed(workspace, (before, observed), (scored.line, scored.observed), options)
    evidence = evidence_of(workspace, rules, scored, compared, observed)
    disputed = _disputed(workspace, scored) if rules.min_alpha is not None else ()
    outcome = gate_on(workspace, rules, scored, evidence, compared)
    found = _GateFound(scored, observed, compared, evidence, disputed)
    return GateRun(outcome, scored.line, before, tuple(_cases(rules, outcome, found)))


def _cases(rules: Policy, outcome: GateOutcome, found: _GateFound) -> Iterator[RuleCases]:
    protected = _protected(rules, found)
    for rule in outcome.rules:
        yield next(protected) if rule.name == "protected" else _of_rule(rule.name, rules, found)


def _of_rule(name: RuleName, rules: Policy, found: _GateFound) -> RuleCases:
    match name:
        case "balanced score" | "skill":
            return _of_run(found, behind_figure(found.scored, "balanced"))
        case "unscored share":
            return _of_run(found, behind_figure(found.scored, "bounds"))
        case "reviewed share":
            return _not_reviewed(found)
        case "agreement (α)":
            return RuleCases(
                f"{counted(len(found.disputed), 'response')} on which people differ", tuple(found.disputed)
            )
        case "worst slice":
            worst = worst_slice(rules, found.scored.card.slices)
            return _of_run(found, behind_slice(found.scored, worst.by, worst.value)) if worst else RuleCases("", ())
        case "broken":
            return _broken(found)
        case "slices":
            return _of_slice(rules, found)
        case _:
            return _changed(found, "changed their action", found.evidence.flips)


def _of_run(found: _GateFound, behind: Behind) -> RuleCases:
    scale = found.scored.card.scale
    return RuleCases(behind.words, tuple(_response(one.seen, scale) for one in behind.responses))


def _response(seen: Observation, scale: ActionScale) -> GateCase:
    action = named(scale, seen.final.action) if seen.final.action else f"unscored: {seen.final.reason}"
    return GateCase(seen.case, seen.repeat, seen.reviewed, f"{named(scale, seen.label)} → {action}")


def _not_reviewed(found: _GateFound) -> RuleCases:
    scale, every = found.scored.card.scale, found.scored.observed.labelled
    left = tuple(_response(seen, scale) for seen in every if not seen.reviewed)
    return RuleCases(f"{len(left):,} of {counted(len(every), 'response')} no person has decided", left)


def _disputed(workspace: Workspace, scored: ScoredRun) -> Sequence[GateCase]:
    places = {id_: place for place, (id_, _) in review.response_keys(workspace, scored.line.id).items()}
    ids = review.response_ids(workspace, scored.line.id, QueueFilter.DISPUTED)
    return [GateCase(*places[each], decided=True) for each in ids]


_Flips: TypeAlias = Iterable[CaseFlip]


def _changed(found: _GateFound, words: str, flips: _Flips) -> RuleCases:
    moved = [flip for flip in flips if flip.kind is not FlipKind.UNCHANGED]
    many = counted(len(found.evidence.flips), "case")
    return RuleCases(f"{len(moved):,} of {many} {words}", tuple(_flipped(each, found) for each in moved), changed=True)


def _flipped(flip: CaseFlip, found: _GateFound) -> GateCase:
    scale = found.scored.card.scale
    before, now = (named(scale, action) if action else "no one action" for action in (flip.a, flip.b))
    return GateCase(flip.key, said=f"{flip.kind}: {before} → {now}, labelled {named(scale, flip.label)}")


def _by_key(found: _GateFound) -> Mapping[CaseKey, CaseFlip]:
    return {flip.key: flip for flip in found.evidence.flips}


def _listed(found: _GateFound, keys: Iterable[CaseKey], why: str) -> Iterator[GateCase]:
    flips = _by_key(found)
    for key in keys:
        yield _flipped(flips[key], found) if key in flips else GateCase(key, said=why)


def _broken(found: _GateFound) -> RuleCases:
    """Those that are broken, then those that may be."""
    evidence, comparison = found.evidence, found.evidence.comparison
    dropped = comparison.dropped if comparison is not None else ()
    open_ = sorted({*evidence.may_be_broken, *dropped})
    words = f"{len(evidence.broken):,} broken, {len(open_):,} more may be"
    cases = _listed(found, (*evidence.broken, *open_), "without a scored response in both")
    return RuleCases(words, tuple(cases), changed=True)


def _of_slice(rules: Policy, found: _GateFound) -> RuleCases:
    worst = worst_change(rules, found.evidence.comparison) if found.evidence.comparison is not None else None
    if worst is None:
        return RuleCases("", (), changed=True)
    inside = [flip for flip in found.evidence.flips if (str(worst.by), worst.value) in flip.slices]
    return _changed(found, f"changed, in the slice {worst.by} {worst.value}", inside)


def _protected(rules: Policy, found: _GateFound) -> Iterator[RuleCases]:
    """For each set of protected cases those that are broken, then those that may be or cannot be compared."""
    sets = [frozenset(map(CaseKey, rules.protected_cases))] if rules.protected_cases else []
    sets += [found.evidence.tagged.get(tag, frozenset()) for tag in rules.protected_tags]
    compared = set(_by_key(found))
    for own in sets:
        broken = [key for key in found.evidence.broken if key in own]
        open_ = sorted({*own.intersection(found.evidence.may_be_broken), *(own - compared)})
        words = f"{len(broken):,} of {len(own):,} broken, {len(open_):,} not shown to be whole"
        yield RuleCases(words, tuple(_listed(found, (*broken, *open_), "not compared")), changed=True)
