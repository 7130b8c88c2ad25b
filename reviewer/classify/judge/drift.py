"""Whether a judge still judges as it did: its verdicts on frozen responses, now and formerly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reviewer.core.actions import ActionId, ActionScale

TOLERATED_SHARE = 0.05
SIGNIFICANT = 0.05
_HALVINGS = 60

Place = tuple[str, int]
"""Case key and repeat of a frozen response."""


@dataclass(frozen=True)
class ControlChange:
    """A frozen response that the judge reads differently now; None is unscored."""

    case: str
    repeat: int
    before: ActionId | None
    now: ActionId | None

    def as_json(self) -> dict[str, object]:
        return {"case": self.case, "repeat": self.repeat, "before": self.before, "now": self.now}


@dataclass(frozen=True)
class Drift:
    """The comparison of a judge's control verdicts with its former ones.

    `total` is the size of the control set, `compared` how many of it have a verdict now and had one before. Of the
    changes, `more_cautious` went up the scale and `less_cautious` down; the others are between an action and unscored.
    `unscored` counts the replies now that are no verdict. `first` says that this judge had no former verdicts under
    this prompt.
    """

    total: int
    compared: int
    changes: tuple[ControlChange, ...]
    more_cautious: int
    less_cautious: int
    unscored: int = 0
    first: bool = False

    @property
    def share(self) -> float | None:
        """Changed verdicts among those compared; None where none could be."""
        return len(self.changes) / self.compared if self.compared else None

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """Exact 95 % limits of the share (Clopper and Pearson 1934)."""
        return exact_interval(len(self.changes), self.compared) if self.compared else None

    @cached_property
    def p_direction(self) -> float:
        """Exact McNemar test: how likely changes are at least this one-sided if both directions were equally likely."""
        return sign_test(self.more_cautious, self.less_cautious)

    @property
    def drifted(self) -> bool:
        """More than 5 % of the verdicts changed, or the changes lean to one side of the scale (p < 0.05)."""
        return self.share is not None and (self.share > TOLERATED_SHARE or self.p_direction < SIGNIFICANT)

    @property
    def needs_a_word(self) -> bool:
        """Whether a person must say that the judge may go on: it drifted, or nothing of what it was can be compared."""
        return not self.first and (self.drifted or not self.compared)

    @property
    def sentence(self) -> str:
        """What the comparison says, for people."""
        if self.first:
            return (
                f"The judge has no former verdicts on the control set under this prompt: its {self.total} replies now "
                f"are what later ones are compared with.{self._no_verdicts}"
            )
        if self.share is None or self.interval is None:
            return "None of the control verdicts can be compared with the judge's former ones."
        left = self.total - self.compared
        beside = f" {left} of {self.total} could not be compared." if left else ""
        beside += self._no_verdicts
        if not self.changes:
            return f"The judge's {self.compared} control verdicts are as they were; no drift.{beside}"
        return f"{self._counted} {self._reading}{beside}"

    @property
    def _no_verdicts(self) -> str:
        return f" {self.unscored} of its {self.total} replies are no verdict." if self.unscored else ""

    @property
    def _counted(self) -> str:
        low, high = self.interval or (0.0, 1.0)
        other = len(self.changes) - self.more_cautious - self.less_cautious
        verdicts = f"{len(self.changes)} of {self.compared} control verdicts changed"
        return (
            f"{verdicts} ({_percent(self.share or 0.0)} %, 95 % interval {_percent(low)} to {_percent(high)} %): "
            f"{self.more_cautious} to a more cautious action, {self.less_cautious} to a less cautious one, "
            f"{other} from or to unscored (exact McNemar p = {self.p_direction:.3g})."
        )

    @property
    def _reading(self) -> str:
        if not self.drifted:
            return "That is within what is tolerated; no drift."
        return (
            "The judge drifts: what it says now is not measured as what it said before. "
            "A person must say whether it may go on."
        )

    def as_json(self) -> dict[str, object]:
        """What is stored with the judging and printed by the command."""
        low, high = self.interval or (None, None)
        return {
            "first": self.first,
            "total": self.total,
            "compared": self.compared,
            "unscored": self.unscored,
            "changed": len(self.changes),
            "share": {"value": self.share, "low": low, "high": high},
            "more_cautious": self.more_cautious,
            "less_cautious": self.less_cautious,
            "mcnemar_p": self.p_direction,
            "drifted": self.drifted,
            "needs_a_word": self.needs_a_word,
            "sentence": self.sentence,
            "changes": [change.as_json() for change in self.changes],
        }


def compare(
    before: Mapping[Place, ActionId | None],
    now: Mapping[Place, ActionId | None],
    places: Sequence[Place],
    scale: ActionScale,
) -> Drift:
    """Compare the verdicts on the frozen responses at `places`; both mappings may lack some of them."""
    compared = [place for place in places if place in before and place in now]
    changes = tuple(
        ControlChange(*place, before[place], now[place]) for place in compared if before[place] != now[place]
    )
    steps = [
        scale.rank(change.now) - scale.rank(change.before)
        for change in changes
        if change.now is not None and change.before is not None
    ]
    return Drift(
        total=len(places),
        compared=len(compared),
        changes=changes,
        more_cautious=sum(step > 0 for step in steps),
        less_cautious=sum(step < 0 for step in steps),
        unscored=sum(place in now and now[place] is None for place in places),
        first=not any(place in before for place in places),
    )


def sign_test(up: int, down: int) -> float:
    """Two-sided exact p of `up` against `down` under a fair coin; 1 without any."""
    n = up + down
    tail = sum(math.comb(n, k) for k in range(max(up, down), n + 1))
    return min(1.0, float(2 * tail / 2**n))


def exact_interval(k: int, n: int, alpha: float = 0.05) -> tuple[float, float]:
    """Clopper–Pearson limits of `k` of `n`, found by halving: no special function is needed."""
    low = 0.0 if k == 0 else _root(lower=True, k=k, n=n, alpha=alpha)
    high = 1.0 if k == n else _root(lower=False, k=k, n=n, alpha=alpha)
    return low, high


def _root(*, lower: bool, k: int, n: int, alpha: float) -> float:
    """The p at which k or more (lower limit), or k or fewer (upper limit), of n have probability alpha/2."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        p = (low + high) / 2
        tail = _at_least(k, n, p) if lower else 1.0 - _at_least(k + 1, n, p)
        too_small = tail < alpha / 2 if lower else tail > alpha / 2
        low, high = (p, high) if too_small else (low, p)
    return (low + high) / 2


def _at_least(k: int, n: int, p: float) -> float:
    """P(X ≥ k) for X binomial, in logarithms: the coefficients of a large control set overflow."""
    if p <= 0.0 or p >= 1.0:
        return float(k <= 0 or p >= 1.0)
    log_p, log_q = math.log(p), math.log1p(-p)
    return math.fsum(
        math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * log_p + (n - i) * log_q)
        for i in range(k, n + 1)
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0")
