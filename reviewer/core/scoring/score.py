"""What the score of one run says: the right-action score and every figure that stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, get_args

from reviewer.core.actions import ActionId, ActionScale, default_hold_back
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError

FigureKey: TypeAlias = Literal[
    "balanced", "plain", "bounds", "best_constant", "skill", "automatic", "corrected",
    "exact", "in_band", "out_of_band", "under_cautious", "under_possible", "over_cautious", "over_possible",
    "caution_bias", "caution_bias_by_label", "d_a", "d_prime", "criterion", "somers_d",
    "held_back_should", "held_back_should_not", "pairs",
]  # fmt: skip
"""A figure of a run, as its formula, its interval and its change between two runs are found."""

SliceBy: TypeAlias = Literal["label", "category", "segment", "source", "tag"]
"""What the cases of a slice have in common."""

SLICES_BY: tuple[SliceBy, ...] = get_args(SliceBy)


@dataclass(frozen=True)
class Options:
    """What a score is computed with; printed beside it."""

    bands: BandChoice = field(default_factory=BandChoice)
    hold_back: tuple[ActionId, ...] = ()

    def for_scale(self, scale: ActionScale) -> Options:
        """Fill in the scale's default hold-back actions; InputError if one is not on the scale or all are."""
        ranks = {scale.rank(action) for action in self.hold_back or default_hold_back(scale)}
        if len(ranks) == len(scale):
            raise InputError("All actions of the scale are said to hold back.", "Leave at least one of them out.")
        return replace(self, hold_back=tuple(scale.ids[rank] for rank in sorted(ranks)))


@dataclass(frozen=True)
class TwoMeans:
    """The balanced mean over labels, None when a label has nothing scored, and the plain mean over cases."""

    balanced: float | None
    plain: float | None


SMALL_SAMPLE = "small-sample"
"""The method of limits that, by simulation, need not hold in 93 to 97 of 100 suites."""


LOWER_BOUND = "lower bound"
"""The method where only a lower limit is known. From so few cases of one kind it is rough, too."""


def rough_word(method: str) -> str:
    """What stands behind limits wherever they are printed: ` rough` where `method` says that they need not hold."""
    return " rough" if method in (SMALL_SAMPLE, LOWER_BOUND) else ""


@dataclass(frozen=True)
class Interval:
    """95 % limits, None where unknown or without bound, and how they were found.

    `method`: bootstrap (of clusters), wilson, widened, normal, mover; small-sample and lower bound where it is rough
    by simulation.
    """

    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True)
class BalancedScore:
    """The balanced score and its 95 % limits; both None where a label that occurs has nothing scored."""

    value: float | None
    interval: Interval | None


@dataclass(frozen=True)
class Discrimination:
    """`hits` and `false_alarms` are (held back, cases) at the most and the least cautious label.

    `d_a` is of a probit fitted to this run alone.
    """

    d_a: float | None
    d_prime: float | None
    criterion: float | None
    somers_d: float | None
    hits: tuple[float, int] | None
    false_alarms: tuple[float, int] | None
    hold_back: tuple[ActionId, ...]


@dataclass(frozen=True)
class Slice:
    """The cases that share a value: their number and their figures."""

    by: SliceBy
    value: str
    n: int
    balanced: float | None
    plain: float | None
    over_cautious: float | None
    under_cautious: float | None
    interval: Interval | None = None
    """Of the plain mean."""


@dataclass(frozen=True)
class Repeats:
    """How far a case's repeats differ. Null figures where no case has two scored responses.

    `within_variance` is the mean over those cases of the variance of credit between a case's repeats,
    `between_variance` what is left of the variance of their means; `unstable` are the cases whose repeats took more
    than one action.
    """

    most: int
    cases: int
    within_variance: float | None
    between_variance: float | None
    unstable: tuple[CaseKey, ...]


@dataclass(frozen=True)
class Override:
    """A person's word that differs from the automatic one, and by how much it changed the response's credit.

    `change` is None where the response is unscored now: it left the means instead of changing its credit.
    """

    case: str
    repeat: int
    automatic: ActionId | None
    final: ActionId | None
    change: float | None


@dataclass(frozen=True)
class PassedOver:
    """Responses that a review plan went past without a word that counts as sampled: how many, and why."""

    cannot_decide: int = 0
    skipped: int = 0
    bulk: int = 0

    @property
    def n(self) -> int:
        return self.cannot_decide + self.skipped + self.bulk


NOTHING_LABELLED = "no case that this run answered is labelled"
NOTHING_DECIDED = "nobody has decided a response yet"
LABEL_WITHOUT_SCORE = "a labelled action has no scored response"
NO_SAMPLE = "no random sample was drawn for review"
SAMPLE_BEFORE = "responses came after the sample was drawn; draw another"
"""Why there is no corrected score; documents and bundles have these words."""


@dataclass(frozen=True)
class Correction:
    """The balanced score corrected by a random part that people reviewed; `value` is None where `reason` says why.

    `interval` speaks of cases like these, `of_run` of this run's responses only. `reviewed` counts the decisions that
    it rests on; `missing` numbers the labels, among those present, that have too few. `rests_on` names the review plan
    that it was worked from, `passed_over` is what that went past.
    """

    value: float | None = None
    interval: Interval | None = None
    of_run: Interval | None = None
    reviewed: int = 0
    missing: tuple[int, ...] = ()
    reason: str = ""
    rests_on: str = ""
    passed_over: PassedOver = PassedOver()


@dataclass(frozen=True)
class BandCredit:
    """Credit for actions in the band and not the label, in cases: those more open than it, those more cautious."""

    open: float = 0.0
    cautious: float = 0.0


@dataclass(frozen=True)
class UnderBands:
    """The balanced score with these bands and the best constant policy's; None where a label has nothing scored.

    `interval` is None among other versions, whose changes have limits of their own.
    """

    bands: BandChoice
    balanced: float | None
    best_constant: float | None
    interval: Interval | None = None


@dataclass(frozen=True)
class Excused:
    """`offered` is the sum over all cases of what their bands would give to each side, `taken` what responses got."""

    offered: BandCredit = BandCredit()
    taken: BandCredit = BandCredit()
    under: tuple[UnderBands, ...] = ()


@dataclass(frozen=True)
class Staked:
    """The score where each case weighs what is at stake on it. `cases` have stakes other than 1.

    `unlike` are contrast pairs whose members say different stakes: each member counts with its own.
    """

    score: TwoMeans
    balanced: Interval | None
    plain: Interval | None
    cases: int
    unlike: tuple[str, ...]


@dataclass(frozen=True)
class Scorecard:
    """Every figure of one run. Shares and means are over cases with a scored response; None where there is none."""

    scale: ActionScale
    options: Options
    n_cases: int
    n_responses: int
    unscored: int
    unscored_reasons: Mapping[str, int]
    sources: Mapping[str, int]
    states: Mapping[str, int]
    reviewed: int
    score: TwoMeans
    low: TwoMeans
    high: TwoMeans
    automatic: TwoMeans
    exact: float | None
    in_band: float | None
    out_of_band: float | None
    over_cautious: float | None
    under_cautious: float | None
    over_possible: float | None
    under_possible: float | None
    caution_bias: float | None
    caution_bias_by_label: float | None
    discrimination: Discrimination
    constants: Mapping[ActionId, TwoMeans]
    best_constant: ActionId | None
    skill: float | None
    pairs_right: int
    pairs: int
    confusion: Mapping[ActionId, Mapping[ActionId, float]]
    cases_by_label: Mapping[ActionId, int]
    slices: tuple[Slice, ...]
    overrides: tuple[Override, ...]
    distances: Mapping[int, float]
    """Scale steps outside the band, below 0 under-cautious → cases."""
    repeats: Repeats
    intervals: Mapping[FigureKey, Interval]
    """By the figure's name in the contract: balanced, plain, exact, in_band, …"""
    closed_forms: Mapping[FigureKey, Interval]
    """Miller's, beside the balanced and the plain score."""
    warnings: tuple[str, ...] = ()
    correction: Correction = Correction()
    excused: Excused = Excused()
    staked: Staked | None = None

    @property
    def reviewed_share(self) -> float | None:
        return self.reviewed / self.n_responses if self.n_responses else None

    @property
    def is_automatic(self) -> bool:
        """True until somebody has decided: the score is then titled so everywhere."""
        return self.reviewed == 0
