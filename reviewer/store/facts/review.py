"""What the workspace knows of responses to review, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

from reviewer.core.actions import ActionId
from reviewer.core.bands import Band
from reviewer.core.cases import Case
from reviewer.core.decisions import Cause, Decision, DecisionKind, DecisionOrigin, FinalAction, Hidden, Verdict
from reviewer.core.responses import Response

Design: TypeAlias = Literal["uniform", "impact"]
"""How the order of a review plan was drawn; the words are stored."""


DRAFTS = "review.drafts"
"""The key of notes that no decision carries yet, by the ids of their responses."""
THRESHOLD = "review.threshold"
"""Under this key a workspace keeps how sure an automatic action must be."""
DEFAULT_THRESHOLD = 0.6
"""Below it the rules are little better than a guess between two actions; a tenth of ordinary responses are."""


class QueueFilter(StrEnum):
    """The queues that every run has. The value is stored with the place in a workspace and never changes.

    A response needs a person where nobody has decided on it and it has no action, or one of which the rules are less
    sure than the workspace's threshold, and where those who decided differ. One without anything to read needs none.
    """

    ALL = "all"
    UNDECIDED = "undecided"
    NEEDS_PERSON = "needs a person"
    UNSCORED = "unscored"
    DISPUTED = "disputed"
    OUT_OF_LABEL = "differs from the label"
    DISAGREEMENT = "classifiers differ"
    RANDOM = "random"
    EFFECT = "effect on the score"
    FLAGS = "my flags"
    LABEL_DISPUTES = "label disputes"
    HAND_PICKED = "hand-picked"


class QueueFamily(StrEnum):
    """Queues of which a run has several: the stored key is the family's name, a blank, and which one."""

    PLAN = "plan"
    FLIPS = "flips against"
    CATEGORY = "category"
    TAG = "tag"
    SEGMENT = "segment"
    LABEL = "label"
    SEARCH = "search"


class QueueCount(NamedTuple):
    """How many responses a queue holds; of a drawn one also how many of those it asked for are `done`, each by itself,
    and how many only `in_bulk`, which nobody looked at.
    """

    n: int
    done: int | None = None
    in_bulk: int = 0


class SliceCount(NamedTuple):
    """Responses of a run whose cases have something in common, and how many there are."""

    family: QueueFamily
    value: str
    n: int


@dataclass(frozen=True)
class StoredPlan:
    """A review plan as it was drawn. `design` is a `Design`, with what it was drawn by within ("uniform by category").

    Of its `size` responses `budget` from the top are asked for; on each of them `needed` reviewers at most are to
    decide. `reviewers` have each their own part, or nobody has one.
    """

    id: int
    run_id: int
    name: str
    design: str
    seed: int
    budget: int
    needed: int
    author: str
    at: str
    size: int
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanTerms:
    """What a review plan is stored with beside its draw. `budget` 0 asks for every place of it.

    `parts` names the reviewers of each place; empty where nobody has a part of their own.
    """

    name: str = ""
    author: str = ""
    needed: int = 1
    budget: int = 0
    against_run_id: int | None = None
    parts: tuple[tuple[str, ...], ...] = ()


NO_TERMS = PlanTerms()


class SureResponses(NamedTuple):
    """So many responses of a run have an action of which the rules are so sure; `decided` of them people decided.

    Where `confidence` is None either a judge that counts said the action (`judged`), or there is none.
    """

    confidence: float | None
    n: int
    decided: int
    judged: bool = False


@dataclass(frozen=True)
class Candidate:
    """A response of a labelled case that can be drawn for review.

    `uncertainty` is 1 − the least confidence of its verdicts, 1 where classifiers differ; `stake` is its part of the
    balanced score in cases; `stratum` the slice that it is drawn within.
    """

    response_id: int
    is_scored: bool
    uncertainty: float
    stake: float
    stratum: str = ""


@dataclass(frozen=True)
class ReviewLine:
    """A response in the review screen's list."""

    response_id: int
    case_id: int
    key: str
    repeat: int
    untrusted_preview: str
    label: ActionId | None
    band: Band
    state: str
    final: FinalAction
    reviewed: bool
    category: str = ""
    by_me: bool = False
    """Whether the reviewer who asked has decided it, and `again`, a second time; where one was named."""
    again: bool = False
    covered: bool = False
    """Whether what was done is out of sight."""
    flagged_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Unblinding:
    """A reviewer had what was hidden shown: `revealed`, of one response."""

    id: int
    response_id: int
    reviewer: str
    revealed: frozenset[Hidden]
    at: str


@dataclass(frozen=True)
class ReviewItem:
    """One response with its case, the verdicts on it and every event, undone ones included."""

    response_id: int
    run_id: int
    run: str
    case_id: int
    case: Case
    response: Response
    verdicts: tuple[Verdict, ...]
    events: tuple[Decision, ...]
    final: FinalAction
    unblindings: tuple[Unblinding, ...] = ()
    flagged_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NewDecision:
    """A decision about to be appended; `action` None is "cannot decide".

    `hidden` None is unknown; with the verdict among it the decision is `blind`. The suite's guideline version goes with
    a decision that was made here, the one given here with one that was made elsewhere.
    """

    response_id: int
    reviewer: str
    action: ActionId | None
    kind: DecisionKind = DecisionKind.DECISION
    note: str = ""
    blind: bool = False
    bulk: bool = False
    seconds_spent: float | None = None
    cause: Cause | None = None
    at: str = ""
    uid: str = ""
    """What it is called in the workspace that it came from; it gets a new name where this one is taken."""
    hidden: frozenset[Hidden] | None = None
    guideline_version: int | None = None
    origin: DecisionOrigin = DecisionOrigin.UNKNOWN
