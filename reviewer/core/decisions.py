"""Verdicts, decisions and the final action: whose word counts, in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from reviewer.core.actions import ActionId
from reviewer.core.codec import Codec, Kind, number_cell, read_amount, read_count, records
from reviewer.core.errors import InputError
from reviewer.core.responses import DOUBTED_STATES, UNSCORED_STATES, ResponseState


class EvidenceKind(StrEnum):
    """What a part of a response does; the window underlines each kind in its own way."""

    DECLINES = "declines"
    HEDGES = "hedges"
    ASKS = "asks"
    CAUTIONS = "cautions"
    REDIRECTS = "redirects"
    DELIVERS = "delivers"


@dataclass(frozen=True)
class Evidence:
    """A span of the response's text, in Unicode code points, `start` inclusive, `end` exclusive, and why it counts."""

    start: int
    end: int
    why: str
    kind: EvidenceKind = EvidenceKind.DECLINES

    def as_json(self) -> dict[str, object]:
        return EVIDENCE.line(self)


_OFFSET = Kind(partial(read_count, least=0, most=2**53, missing=None))
EVIDENCE = Codec(Evidence, "piece of evidence", {"start": _OFFSET, "end": _OFFSET})


class Engagement(StrEnum):
    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class RefusalKind(StrEnum):
    NORMATIVE = "normative"
    EPISTEMIC = "epistemic"
    CAPABILITY = "capability"


class VerdictSource(StrEnum):
    RULES = "rules"
    JUDGE = "judge"


@dataclass(frozen=True)
class Verdict:
    """An automatic classification. `action` None means unscored; `confidence` is the chance, in [0, 1], that the
    action is right, `engagement_confidence` the chance that the engagement is (it is not stored). Of a partial
    engagement `said_so` tells whether the response says that it leaves something out; else it is None. `counted` is
    False for the verdict of a judge that is not admitted: it is shown, and the final action does without it.
    """

    classifier: str
    action: ActionId | None
    confidence: float
    reason: str
    evidence: tuple[Evidence, ...] = ()
    engagement: Engagement | None = None
    refusal_kind: RefusalKind | None = None
    caveat: bool = False
    asks: bool = False
    source: VerdictSource = VerdictSource.RULES
    engagement_confidence: float | None = None
    said_so: bool | None = None
    counted: bool = True


def _chance(value: object, name: str) -> float:
    chance = read_amount(value, name, most=1)
    if chance is None:
        raise InputError(f"The field {name!r} is missing.", "Give a number from 0 to 1.")
    return chance


VERDICT = Codec(
    Verdict,
    "verdict",
    {
        "confidence": Kind(_chance, cell=number_cell),
        "engagement_confidence": Kind(partial(read_amount, most=1), cell=number_cell),
        "evidence": records(EVIDENCE),
    },
    sparse_from="engagement_confidence",
)


class JudgeOutcome(StrEnum):
    """What became of one request to a judge. Only `judged` has an action; `refused` and `not_the_form` leave
    the response to people.

    After `failed` no reply came at all: there is no verdict, and the request is sent again when the judging is resumed.
    """

    JUDGED = "judged"
    REFUSED = "refused"
    NOT_THE_FORM = "not_the_form"
    FAILED = "failed"


class JudgeRunStatus(StrEnum):
    """How far a judging has come; `held` waits for a person's word because the judge's control verdicts drifted."""

    NEW = "new"
    RUNNING = "running"
    HELD = "held"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    FINISHED = "finished"


class JudgeAdmission(StrEnum):
    """Whether a judge's verdicts count, and why: it was measured against people and reached the bar, a person said so,
    or it had judged before judges were measured. Else they are kept and shown only.
    """

    NOT_MEASURED = "not_measured"
    BELOW = "below_the_bar"
    MEASURED = "measured"
    PERSON = "person"
    BEFORE = "before"


COUNTED_ADMISSIONS = frozenset({JudgeAdmission.MEASURED, JudgeAdmission.PERSON, JudgeAdmission.BEFORE})


@dataclass(frozen=True)
class JudgeReply:
    """What a judge said of one response, with everything needed to tell later who said it and to what question.

    `returned_model` and `fingerprint` are what the server names itself, `request_hash` the SHA-256 of the messages
    that were sent, `raw_reply` the reply with its reasoning in front, marked as such. `latency_ms` is the last
    attempt's. `verdict` is None after a request that failed.
    """

    response_id: int
    response_hash: str
    outcome: JudgeOutcome
    verdict: Verdict | None
    reason: str = ""
    returned_model: str = ""
    fingerprint: str = ""
    request_hash: str = ""
    raw_reply: str = ""
    attempts: int = 1
    latency_ms: float | None = None
    usage: Mapping[str, int] = field(default_factory=dict)


class DecisionKind(StrEnum):
    DECISION = "decision"
    ADJUDICATION = "adjudication"
    UNDO = "undo"


class Hidden(StrEnum):
    """What was out of a reviewer's sight when they decided; the words are stored and exported.

    `sides`: which of two responses stood left was left to chance. `earlier`: the response came back, and the
    reviewer's own earlier word on it was hidden.
    """

    VERDICT = "verdict"
    VERSIONS = "versions"
    SIDES = "sides"
    OTHERS = "others"
    LABEL = "label"
    EARLIER = "earlier"


def read_hidden(value: object, name: str) -> frozenset[Hidden]:
    """What a list of words names. Raises InputError for what is not one."""
    known, words = {str(word) for word in Hidden}, value if isinstance(value, list) else [value]
    wrong = next((word for word in words if not isinstance(word, str) or word not in known), None)
    if wrong is not None or not isinstance(value, list):
        what = f"The field {name!r} holds {str(wrong)[:80]!r}." if isinstance(value, list) else f"{name!r} is no list."
        raise InputError(what, f"List what was hidden, of: {', '.join(Hidden)}; leave it out where nobody knows.")
    return frozenset(map(Hidden, words))


def hidden_words(hidden: Iterable[Hidden]) -> list[str]:
    """The words in their one order, as they are stored."""
    known = frozenset(hidden)
    return [str(word) for word in Hidden if word in known]


class DecisionOrigin(StrEnum):
    """How a decision came into the workspace; `unknown` is what was stored before this was recorded."""

    UNKNOWN = ""
    WINDOW = "window"
    COMMAND = "command"
    IMPORT = "import"
    PACKET = "packet"
    CARRIED = "carried"


MADE_ELSEWHERE = frozenset({DecisionOrigin.IMPORT, DecisionOrigin.PACKET, DecisionOrigin.CARRIED})
"""Under which guideline such a decision was made only its file can say."""


class ReviewEventKind(StrEnum):
    """What a reviewer does on a response beside deciding on it."""

    UNBLINDED = "unblinded"
    FLAGGED = "flagged"
    UNFLAGGED = "unflagged"
    SKIPPED = "skipped"


class Cause(StrEnum):
    """Why reviewers differed, said by the person who adjudicates."""

    LABEL_WRONG = "label_wrong"
    RESPONSE_AMBIGUOUS = "response_ambiguous"
    GUIDELINE_UNCLEAR = "guideline_unclear"
    SLIP = "slip"


@dataclass(frozen=True)
class Decision:
    """A person's classification of one response, appended and never overwritten.

    `action` None is "cannot decide". An undo names in `undoes` the id of the event that it takes back; undoing an
    undo brings the first event back. `id` orders events of one response. `seconds_spent` is how long the response was
    looked at, `cause` why reviewers differed, of an adjudication. `said_as` is the word as it was given on a former
    scale of the suite, where it reads otherwise now; with no action it does not stand and is asked for again. `uid` is
    the same in every workspace that the event travels to, and later ones sort behind earlier ones; it is empty where
    the event is from before there were any. `carried_from` is the id of the decision on an equal response of another
    run that this one was carried over from.
    `blind` is true where the verdict was hidden; `hidden` is all that was, None where nobody knows: then a decision
    that is not `blind` may have been so. `guideline_version` is the suite's at the time, None where nobody knows it.
    """

    id: int
    reviewer: str
    action: ActionId | None
    kind: DecisionKind = DecisionKind.DECISION
    undoes: int | None = None
    response_hash: str = ""
    note: str = ""
    at: str = ""
    blind: bool = False
    bulk: bool = False
    seconds_spent: float | None = None
    cause: Cause | None = None
    said_as: ActionId | None = None
    uid: str = ""
    carried_from: int | None = None
    hidden: frozenset[Hidden] | None = None
    guideline_version: int | None = None
    origin: DecisionOrigin = DecisionOrigin.UNKNOWN

    @property
    def verdict_hidden(self) -> bool | None:
        """Whether the verdict was out of sight; None where nobody knows."""
        return True if self.blind else None if self.hidden is None else False

    @property
    def came_back(self) -> bool:
        """Whether it is a second word on a response that came back with the earlier one hidden."""
        return self.hidden is not None and Hidden.EARLIER in self.hidden

    @property
    def lapsed(self) -> bool:
        """Whether its action has none that it reads as on the suite's scale of now."""
        return self.action is None and self.said_as is not None


class FinalSource(StrEnum):
    """Where a final action came from."""

    ADJUDICATED = "adjudicated"
    DECIDED = "decided"
    JUDGE = "judge"
    RULES = "rules"


class UnscoredReason(StrEnum):
    """Why a response has no final action."""

    STATE = "response state"
    NO_VERDICT = "no verdict"
    VERDICT_UNSCORED = "verdict unscored"
    JUDGES_TIE = "judges tie"
    CANNOT_DECIDE = "cannot decide"
    DISPUTED = "disputed"


@dataclass(frozen=True)
class FinalAction:
    """The action that is scored, or None with the reason; `disputed` until somebody adjudicates."""

    action: ActionId | None
    source: FinalSource | None = None
    reason: UnscoredReason | None = None

    @property
    def disputed(self) -> bool:
        return self.reason is UnscoredReason.DISPUTED


def standing_events(events: Iterable[Decision], response_hash: str | None = None) -> list[Decision]:
    """The decisions and adjudications that have not been undone and have not lapsed, oldest first.

    With `response_hash`, events about another text are left out: a decision holds for the text it was made on. Their
    order is that of the uids, so that workspaces which exchanged events in any order agree.
    """
    ordered = sorted(events, key=lambda event: (event.uid, event.id))
    undone: set[int] = set()
    for event in reversed(ordered):
        if event.kind is DecisionKind.UNDO and event.id not in undone and event.undoes is not None:
            undone.add(event.undoes)
    return [
        event
        for event in ordered
        if event.kind is not DecisionKind.UNDO
        and event.id not in undone
        and not event.lapsed
        and (response_hash is None or event.response_hash == response_hash)
    ]


def standing_decisions(standing: Sequence[Decision]) -> dict[str, Decision]:
    """Each reviewer's latest standing decision, adjudications left out."""
    return {event.reviewer: event for event in standing if event.kind is DecisionKind.DECISION}


def words_that_stand(standing: Sequence[Decision]) -> list[Decision]:
    """Of the standing events those that count now: each reviewer's latest decision, and the latest adjudication."""
    adjudications = [event for event in standing if event.kind is DecisionKind.ADJUDICATION]
    return [*standing_decisions(standing).values(), *adjudications[-1:]]


def final_action(state: ResponseState, verdicts: Iterable[Verdict], standing: Sequence[Decision]) -> FinalAction:
    """Whose word counts: the adjudication; else the reviewers; else the judges; else the rules.

    `verdicts` holds the latest of each classifier, of which those of judges that are not admitted do not count;
    `standing` comes from `standing_events`. Reviewers who differ are
    disputed. "Cannot decide" is unscored and never falls back to a verdict. Empty, tool-call-only and failed
    responses are unscored whatever anybody says; of a doubted one only people's word counts.
    """
    if state in UNSCORED_STATES:
        return FinalAction(None, reason=UnscoredReason.STATE)
    adjudications = [event for event in standing if event.kind is DecisionKind.ADJUDICATION]
    if adjudications:
        return _person(adjudications[-1].action, FinalSource.ADJUDICATED)
    said = {decision.action for decision in standing_decisions(standing).values()}
    if len(said) > 1:
        return FinalAction(None, reason=UnscoredReason.DISPUTED)
    if said:
        return _person(said.pop(), FinalSource.DECIDED)
    if state in DOUBTED_STATES:
        return FinalAction(None, reason=UnscoredReason.STATE)
    return _automatic([verdict for verdict in verdicts if verdict.counted])


def classifiers_differ(verdicts: Iterable[Verdict]) -> bool:
    """Whether two of the latest verdicts, rules' or judges', name different actions: a case for people.

    An unscored verdict names none and differs from nothing.
    """
    return len({verdict.action for verdict in verdicts if verdict.action is not None}) > 1


def rules_confidence(state: ResponseState, verdicts: Sequence[Verdict]) -> float | None:
    """How sure the rules are of the automatic action. None where there is none, and where a judge that counts has
    spoken: it was measured as a whole, and what a model says of its own certainty means little.
    """
    counted = [verdict for verdict in verdicts if verdict.counted]
    if any(verdict.source is VerdictSource.JUDGE for verdict in counted):
        return None
    return counted[-1].confidence if final_action(state, counted, ()).action is not None else None


def _person(action: ActionId | None, source: FinalSource) -> FinalAction:
    if action is None:
        return FinalAction(None, reason=UnscoredReason.CANNOT_DECIDE)
    return FinalAction(action, source)


def _automatic(verdicts: Sequence[Verdict]) -> FinalAction:
    judges = [verdict for verdict in verdicts if verdict.source is VerdictSource.JUDGE]
    if judges:
        votes = Counter(verdict.action for verdict in judges if verdict.action is not None).most_common(2)
        if not votes:
            return FinalAction(None, reason=UnscoredReason.VERDICT_UNSCORED)
        if len(votes) > 1 and votes[0][1] == votes[1][1]:
            return FinalAction(None, reason=UnscoredReason.JUDGES_TIE)
        return FinalAction(votes[0][0], FinalSource.JUDGE)
    if not verdicts:
        return FinalAction(None, reason=UnscoredReason.NO_VERDICT)
    action = verdicts[-1].action
    if action is None:
        return FinalAction(None, reason=UnscoredReason.VERDICT_UNSCORED)
    return FinalAction(action, FinalSource.RULES)
