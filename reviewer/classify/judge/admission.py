"""Whether a judge's verdicts count: how often it says of held-back and of given responses what people say. Pure.

A judge is admitted where the lower 95 % limits of two rates reach a bar: of the responses that people call held back,
how many it calls so (true positives), and of the others how many it does not (true negatives). So a judge that has seen
too little is not admitted either: without any error it takes 17 responses of each kind to reach 0.80.

What shaped a judge's wording must not measure it. Of the reviewers' own decisions half is for wording: look at where
the judge differs there, and change what it is told. The other half measures. Which half a case is in follows from a
hash of its key, so that it is the same in every run, for every judge and on every machine. A control set is kept apart
by whoever names it, and measures as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from reviewer.classify.judge.drift import exact_interval
from reviewer.core.actions import ActionId
from reviewer.core.errors import InputError
from reviewer.core.hashing import content_hash
from reviewer.wording.plural import counted

ADMISSION_BAR = 0.80
"""What both lower limits must reach, unless another bar is set."""


class DecisionHalf(StrEnum):
    """What the decisions on a case are for, where a judge is concerned."""

    WORDING = "wording"
    MEASURING = "measuring"


def half_of(case_key: str) -> DecisionHalf:
    """The half that a case is in, from its key alone."""
    odd = int(content_hash(["half of the decisions", case_key])[:8], 16) % 2
    return DecisionHalf.MEASURING if odd else DecisionHalf.WORDING


def check_bar(bar: float) -> float:
    """The bar, or InputError where it is no share that a lower limit can reach."""
    if not 0.5 <= bar < 1.0:
        raise InputError(f"The bar for judges is {bar:g}.", "Give a share from 0.5 to below 1, such as 0.8.")
    return bar


@dataclass(frozen=True)
class JudgedPair:
    """A response on which people decided and the judge replied; `judge` is None where its reply was no verdict."""

    case: str
    people: ActionId
    judge: ActionId | None
    control: bool = False

    @property
    def measures(self) -> bool:
        """Whether it may measure the judge: it is of a control set, or in the half of the decisions that measures."""
        return self.control or half_of(self.case) is DecisionHalf.MEASURING


@dataclass(frozen=True)
class HitRate:
    """`right` of `n`, with exact 95 % limits (Clopper and Pearson 1934)."""

    right: int
    n: int

    @property
    def value(self) -> float | None:
        return self.right / self.n if self.n else None

    @cached_property
    def limits(self) -> tuple[float, float]:
        """0 and 1 where there is nothing to count."""
        return exact_interval(self.right, self.n) if self.n else (0.0, 1.0)

    def as_json(self) -> dict[str, object]:
        low, high = self.limits
        return {"right": self.right, "n": self.n, "value": self.value, "low": low, "high": high}

    @property
    def words(self) -> str:
        """`38 of 40 (95 % limits 0.83 to 0.99)`."""
        low, high = self.limits
        return f"{self.right} of {self.n} (95 % limits {_floor(low)} to {high:.2f})" if self.n else "none to go by"


def _floor(low: float) -> str:
    """Two digits, rounded down: 0.797 is no 0.80."""
    return f"{int(low * 100) / 100:.2f}"


@dataclass(frozen=True)
class JudgeMeasure:
    """A judge against people, on what may measure it.

    `held_back` counts the responses that people call held back, `given` the others. `unscored` replies were no verdict
    and are left out. `for_wording` decided responses are in the half that does not measure.
    """

    bar: float
    held_back: HitRate
    given: HitRate
    unscored: int = 0
    for_wording: int = 0

    @property
    def n(self) -> int:
        return self.held_back.n + self.given.n

    @property
    def reached(self) -> bool:
        """Whether both lower limits reach the bar."""
        return min(self.held_back.limits[0], self.given.limits[0]) >= self.bar

    @property
    def sentence(self) -> str:
        """What was measured, for people."""
        if not self.n:
            return f"There is nothing to measure the judge on: no response that measures has a decision.{self._beside}"
        verb = "reach" if self.reached else "do not both reach"
        return (
            f"Of the responses that people call held back the judge calls {self.held_back.words} so, and of the others "
            f"{self.given.words} not. The lower limits {verb} the bar of {self.bar:g}.{self._beside}"
        )

    @property
    def _beside(self) -> str:
        parts = []
        if self.unscored:
            parts.append(f" {counted(self.unscored, 'reply', 'replies')} were no verdict and measure nothing.")
        if self.for_wording:
            parts.append(
                f" {self.for_wording:,} decided are in the half for the judge's wording and do not measure it."
            )
        return "".join(parts)

    def as_json(self) -> dict[str, object]:
        """What is stored with the judging and printed by the command."""
        return {
            "bar": self.bar,
            "held_back": self.held_back.as_json(),
            "given": self.given.as_json(),
            "unscored": self.unscored,
            "for_wording": self.for_wording,
            "reached": self.reached,
            "sentence": self.sentence,
        }


def measure(pairs: Iterable[JudgedPair], hold_back: Iterable[ActionId], bar: float = ADMISSION_BAR) -> JudgeMeasure:
    """Compare a judge with people on the pairs that may measure it; `hold_back` are the actions that hold back."""
    held = frozenset(hold_back)
    every = list(pairs)
    measuring = [pair for pair in every if pair.measures]
    scored = [(pair.people in held, pair.judge in held) for pair in measuring if pair.judge is not None]
    return JudgeMeasure(
        bar=bar,
        held_back=HitRate(sum(people and judge for people, judge in scored), sum(people for people, _ in scored)),
        given=HitRate(
            sum(not people and not judge for people, judge in scored), sum(not people for people, _ in scored)
        ),
        unscored=len(measuring) - len(scored),
        for_wording=len(every) - len(measuring),
    )
