"""How far each classifier agrees with people on a run, where it does not, and how far reviewers agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.app.figures.anchoring import anchoring_document, anchoring_of
from reviewer.app.figures.own_consistency import OwnConsistency, own_consistency
from reviewer.app.figures.team import NOBODY, Team, team_document, team_of
from reviewer.classify.judge.admission import DecisionHalf, half_of
from reviewer.core.actions import ActionId, default_hold_back
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import (
    Decision,
    DecisionKind,
    FinalAction,
    UnscoredReason,
    VerdictSource,
    final_action,
    standing_decisions,
    standing_events,
)
from reviewer.core.scoring.agreement import (
    FEWEST_FOR_KAPPA,
    Agreement,
    BetweenReviewers,
    agreement,
    between_reviewers,
    collapsed,
    engagement_levels,
    held_back_levels,
)
from reviewer.store.database import Workspace
from reviewer.store.facts.agreement import Said
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs
from reviewer.store.queries.agreement import classifiers_of_run, said_of_run
from reviewer.store.queries.review import response_ids

if TYPE_CHECKING:
    from reviewer.core.scoring.alpha import Alpha
    from reviewer.core.scoring.anchoring import Anchoring


@dataclass(frozen=True)
class Compared:
    """One response on which people have decided an action, and what the classifier said of it."""

    response_id: int
    key: CaseKey
    repeat: int
    people: ActionId
    classifier: ActionId | None

    @property
    def differs(self) -> bool:
        """Whether the classifier said another action; an unscored verdict is no other action."""
        return self.classifier is not None and self.classifier != self.people


@dataclass(frozen=True)
class AgainstPeople:
    """One classifier against people on one run: on the scale's actions, and on fewer levels.

    `engagement` is None for a scale whose actions have no known engagement. In `actions` the classifier is the first
    reader, people are the second: the confusion's rows are people's.
    """

    name: str
    source: VerdictSource
    actions: Agreement
    engagement: Agreement | None
    held_back: Agreement
    compared: tuple[Compared, ...]

    @property
    def differing(self) -> tuple[Compared, ...]:
        """By case key and repeat."""
        return tuple(one for one in self.compared if one.differs)

    def to_look_at(self, found: Iterable[Compared]) -> tuple[Compared, ...]:
        """Those of them that people may look at one by one. Of a judge's only what is for its wording: whoever words it
        by a response cannot measure it by that response.
        """
        judge = self.source is VerdictSource.JUDGE
        return tuple(each for each in found if not judge or half_of(each.key) is DecisionHalf.WORDING)

    def cell(self, people: ActionId, classifier: ActionId | None) -> tuple[Compared, ...]:
        """The responses of one cell of the confusion; None is the column of the unscored."""
        return tuple(one for one in self.compared if (one.people, one.classifier) == (people, classifier))


@dataclass(frozen=True)
class RunAgreement:
    """One run, which is one model version: classifiers against people, classifiers and reviewers among themselves.

    `decided` responses have an action by people, `blind` of them without anybody having seen the verdict, `in_sight` of
    it; of the others nobody knows. `disputed` and `cannot_decide` ones have none. `apart` are the responses on which
    two classifiers gave different actions.
    """

    line: RunLine
    responses: int
    decided: int
    blind: int
    in_sight: int
    disputed: int
    cannot_decide: int
    classifiers: tuple[AgainstPeople, ...]
    apart: tuple[int, ...]
    reviewers: BetweenReviewers
    alpha: Alpha
    """Krippendorff's, ordinal, between the reviewers."""
    anchoring: Anchoring | None
    """Decisions with the verdict in sight beside blind ones; None where there is only one kind."""
    team: Team = NOBODY
    consistency: tuple[OwnConsistency, ...] = ()

    @property
    def blind_unknown(self) -> int:
        """Of how many decided responses nobody knows whether the verdict was in sight."""
        return self.decided - self.blind - self.in_sight


@dataclass(frozen=True)
class _Word:
    """A response with people's word on it."""

    said: Said
    final: FinalAction
    standing: tuple[Decision, ...]

    @property
    def blind(self) -> bool | None:
        """Whether all that people's word rests on was said without the verdict in sight; None where nobody knows."""
        settled = [event for event in self.standing if event.kind is DecisionKind.ADJUDICATION]
        rests_on = settled[-1:] or list(standing_decisions(self.standing).values())
        known = {event.verdict_hidden for event in rests_on}
        return False if False in known else None if None in known else True


def run_agreement(workspace: Workspace, run: str) -> RunAgreement:
    """Raises InputError for an unknown run."""
    return _of_line(workspace, runs.run_named(workspace, run))


def suite_agreements(workspace: Workspace, run_id: int) -> tuple[RunAgreement, ...]:
    """This run and the other runs of its suite that have responses, in the order they were made."""
    lines = runs.runs(workspace)
    suite = next(line.suite_id for line in lines if line.id == run_id)
    wanted = [line for line in reversed(lines) if line.suite_id == suite and (line.stored or line.id == run_id)]
    return tuple(_of_line(workspace, line) for line in wanted)


def _of_line(workspace: Workspace, line: RunLine) -> RunAgreement:
    said_ = said_of_run(workspace, line.id)
    words = [_word(said) for said in said_]
    decided = [word for word in words if word.final.action is not None]
    names = classifiers_of_run(workspace, line.id)
    decisions = tuple(_by_reviewer(word) for word in words)
    return RunAgreement(
        line=line,
        responses=line.stored,
        decided=len(decided),
        blind=sum(word.blind is True for word in decided),
        in_sight=sum(word.blind is False for word in decided),
        disputed=sum(word.final.reason is UnscoredReason.DISPUTED for word in words),
        cannot_decide=sum(word.final.reason is UnscoredReason.CANNOT_DECIDE for word in words),
        classifiers=tuple(_against(line, *named) for named in _by_classifier(decided, names)),
        apart=tuple(response_ids(workspace, line.id, QueueFilter.DISAGREEMENT)),
        reviewers=between_reviewers(decisions, line.scale, fewest=FEWEST_FOR_KAPPA),
        alpha=_alpha(decisions, line),
        anchoring=anchoring_of(workspace, line, said_, BandChoice()),
        team=team_of(workspace, line, said_),
        consistency=own_consistency(said_, line.scale),
    )


def _word(said: Said) -> _Word:
    standing = standing_events(said.events, said.hash)
    return _Word(said, final_action(said.state, (), standing), tuple(standing))


def _by_classifier(
    decided: Sequence[_Word], names: Iterable[tuple[str, VerdictSource]]
) -> list[tuple[str, VerdictSource, list[Compared]]]:
    """Each classifier version with what it and people said, rules first, then judges, by name; `names` are those that
    have spoken, also where people have not.
    """
    found: dict[tuple[str, VerdictSource], list[Compared]] = {named: [] for named in names}
    for said, people in ((word.said, word.final.action) for word in decided):
        for verdict in said.verdicts.values():
            if people is not None:
                compared = Compared(said.response_id, said.key, said.repeat, people, verdict.action)
                found.setdefault((verdict.name, verdict.source), []).append(compared)
    ordered = sorted(found, key=lambda named: (named[1] is VerdictSource.JUDGE, named[0]))
    return [(*named, found[named]) for named in ordered]


def _against(line: RunLine, name: str, source: VerdictSource, compared: Sequence[Compared]) -> AgainstPeople:
    scale = line.scale
    pairs = [(one.classifier, one.people) for one in compared]
    levels = engagement_levels(scale)
    held = held_back_levels(scale, default_hold_back(scale))
    return AgainstPeople(
        name=name,
        source=source,
        actions=agreement(pairs, scale, fewest=FEWEST_FOR_KAPPA),
        engagement=None if levels is None else collapsed(pairs, levels, fewest=FEWEST_FOR_KAPPA),
        held_back=collapsed(pairs, held, fewest=FEWEST_FOR_KAPPA),
        compared=tuple(compared),
    )


def _by_reviewer(word: _Word) -> dict[str, ActionId | None]:
    return {reviewer: decision.action for reviewer, decision in standing_decisions(word.standing).items()}


def _alpha(decisions: Iterable[Mapping[str, ActionId | None]], line: RunLine) -> Alpha:
    from reviewer.core.scoring.alpha import ordinal_alpha

    units = ([line.scale.rank(action) for action in said.values() if action is not None] for said in decisions)
    return ordinal_alpha(units, len(line.scale), fewest=FEWEST_FOR_KAPPA)


def agreement_document(found: RunAgreement) -> dict[str, object]:
    """The contract's JSON document; what is not known is null, with the reason beside it."""
    reviewers, alpha = found.reviewers, found.alpha
    return {
        "run": found.line.name,
        "model_version": found.line.version.name,
        "reviewers": list(reviewers.reviewers),
        "n": reviewers.n,
        "raw": reviewers.raw,
        "weighted_kappa": reviewers.weighted_kappa.value,
        "weighted_kappa_ranks": list(found.line.scale.ids),
        "alpha_ordinal": {"value": alpha.value, "low": alpha.low, "high": alpha.high},
        "alpha_rough": alpha.is_rough,
        "alpha_missing": alpha.reason or None,
        "by_pair": [_pair(pair, one) for pair, one in sorted(reviewers.by_pair.items())],
        **team_document(found.team),
        "people": {
            "responses": found.responses,
            "decided": found.decided,
            "blind": found.blind,
            "in_sight": found.in_sight,
            "blind_unknown": found.blind_unknown,
            "disputed": found.disputed,
            "cannot_decide": found.cannot_decide,
        },
        "classifiers": [_classifier(one) for one in found.classifiers],
        "classifiers_differ": len(found.apart),
        "intra_reviewer": [{"reviewer": one.reviewer, **_figures(one.figures)} for one in found.consistency],
        "anchoring": anchoring_document(found.anchoring),
    }


def _pair(pair: tuple[str, str], one: Agreement) -> dict[str, object]:
    """Two reviewers; the confusion's rows are the second one's actions."""
    confusion = {second: dict(row) for second, row in one.confusion.items()}
    return {"reviewers": list(pair), **_figures(one), "confusion": confusion}


def _figures(found: Agreement) -> dict[str, object]:
    return {
        "n": found.n,
        "raw": found.raw,
        "kappa": found.kappa.value,
        "weighted_kappa": found.weighted_kappa.value,
        "weighted_kappa_ranks": list(found.ranks),
        "kappa_missing": found.kappa.reason or None,
    }


def _classifier(one: AgainstPeople) -> dict[str, object]:
    figures = _figures(one.actions)
    return {
        "name": one.name,
        "n": one.actions.n,
        "accuracy": figures.pop("raw"),
        **figures,
        "unscored": one.actions.first_unscored,
        "confusion": {people: dict(row) for people, row in one.actions.confusion.items()},
        "engagement": None if one.engagement is None else _figures(one.engagement),
        "held_back": _figures(one.held_back),
        "differing": [{"case": each.key, "repeat": each.repeat} for each in one.to_look_at(one.differing)],
        "differing_kept_for_measuring": len(one.differing) - len(one.to_look_at(one.differing)),
    }
