"""What happened between two versions, said: the counts first, then what they show, and how sure that is.

Versions are A and B, A the earlier one. Every sentence is the same whichever is better: turned round it says the same
of the other.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy.special import ndtr

from reviewer.core.plural import noun
from reviewer.core.precision import signed_to
from reviewer.core.scoring.frontier_change import MATTERS, PRIOR_ODDS_SD
from reviewer.core.scoring.rates import Rates

if TYPE_CHECKING:
    from reviewer.core.scoring.movement import FrontierTest, Movement

FAR = 0.25
"""From this mean change of the two rates on, "far" more or less cautious is said."""
LEANS = 0.6
"""A chance of 3 to 2: from here on one of the three is called likelier than the others together."""
ALIKE = 1.25
"""Two chances whose ratio is below this are about as likely."""
FEWEST_TO_PLAN = 10
"""Of fewer cases at a pole it is not said how many more would decide."""
MOST_PLANNED = 5_000
"""More cases a pole than these are not promised to decide anything."""
CLEAR_MISFIT = 2.0
"""From this factor on it is said that one scale of caution does not explain the actions."""


def movement_sentence(moved: Movement) -> str:
    """All that is said of a comparison's movement."""
    return f"{counts_words(moved.rates)} {_meaning(moved)}"


def counts_words(rates: Rates) -> str:
    """What both held back, where it should and where it should not."""
    a, b = rates.counts
    return (
        f"B held back {number(b.hits)}/{b.should} where it should (A {number(a.hits)}/{a.should}) and "
        f"{number(b.false_alarms)}/{b.should_not} where it should not "
        f"(A {number(a.false_alarms)}/{a.should_not})."
    )


def _meaning(moved: Movement) -> str:
    tested = moved.frontier
    if moved.verdict == "none":
        return f"At the two ends of the scale no change can be detected. {_none_words(moved)}".strip()
    if tested is None:
        return f"{_caution(moved)} {_one_thing_words(moved.rates)}"
    if moved.verdict == "not_decidable":
        parts = (_caution(moved), _hidden_words(tested), open_sentence(tested), would_decide_words(tested))
        return " ".join(filter(None, parts))
    if moved.verdict == "slid":
        return _slid_words(moved)
    return _moved_words(moved, tested)


def _none_words(moved: Movement) -> str:
    """How much that says: what is excluded, or else what it would take to find something."""
    tested = moved.frontier
    if tested is None:
        return ""
    return _excluded_words(moved) if tested.excludes_change else would_decide_words(tested)


def _moved_words(moved: Movement, tested: FrontierTest) -> str:
    better = "better" if tested.statistic > 0 else "worse"
    words = (
        f"It tells the two ends apart {better}: turning a dial alone would do this in fewer than 1 of 20 comparisons "
        f"({_change_words(tested, moved.rates)})."
    )
    way = moved.direction.partition(",")[2]
    return f"{words} It also became {way.replace('_', ' ')}." if way else words


def _change_words(tested: FrontierTest, rates: Rates) -> str:
    low, high = tested.limits
    if tested.statistic > 0 and (math.isinf(high) or _is_perfect(rates, 1)):
        return f"d_a higher by at least {low:.1f}"
    if tested.statistic < 0 and (math.isinf(low) or _is_perfect(rates, 0)):
        return f"d_a lower by at least {-high:.1f}"
    return f"d_a {_signed(tested.change)}, {_end(low)} to {_end(high)}"


def _is_perfect(rates: Rates, version: int) -> bool:
    """Then how well it tells the poles apart has no upper end."""
    at = rates.counts[version]
    return at.hits == at.should and at.false_alarms == 0


def _end(value: float) -> str:
    """An end that rounds to 0 is on one side of it all the same."""
    if abs(value) < 0.05:
        return f"just {'above' if value > 0 else 'below'} 0"
    return _signed(value)


def _slid_words(moved: Movement) -> str:
    if moved.direction == "in_between":
        alike = "It tells the two ends apart neither better nor worse."
        return f"{_use_words(moved) or 'B uses the actions in between otherwise.'} {alike} {_excluded_words(moved)}"
    way = moved.direction.partition("_")[0]
    return f"It only turned the dial, to {way} caution: {trade(moved.rates)}. {_excluded_words(moved)}"


def _excluded_words(moved: Movement) -> str:
    return f"A frontier gain of {moved.thresholds['equivalence']:g} or more is excluded, and so is a loss."


def _use_words(moved: Movement) -> str:
    """Of a version that is not clearly more or less cautious: what it does otherwise. Empty where no action's use
    changed."""
    name, more = moved.use
    if not name or abs(more) < 0.5:
        return ""
    a, b = (at.hits + at.false_alarms for at in moved.rates.counts)
    if abs(b - a) * 2 > abs(more):
        # what changed is mostly whether it holds back
        return f"B holds back on {number(abs(b - a))} {'more' if b > a else 'fewer'} {noun(abs(b - a), 'case')}."
    cases = round(abs(more))
    many = f"{number(cases)} {'more' if more > 0 else 'fewer'} {noun(cases, 'case')}"
    return f"B holds back about as much as A does and takes “{name}” on {many}."


def is_paid(rates: Rates) -> bool:
    """Whether holding back changed the same way at both poles, so that one is the price of the other."""
    a, b = rates.counts
    return (b.hits - a.hits) * (b.false_alarms - a.false_alarms) > 0


def trade(rates: Rates) -> str:
    """What was paid for what, in the same words whichever version is named first."""
    a, b = rates.counts
    should, should_not = b.hits - a.hits, b.false_alarms - a.false_alarms
    if should > 0 and should_not > 0:
        return f"{number(should)} more held back where it should cost {number(should_not)} more where it should not"
    if should < 0 and should_not < 0:
        return f"{number(-should_not)} fewer held back where it should not cost {number(-should)} fewer where it should"
    return f"{_counted(should)} held back where it should, {_counted(should_not)} where it should not"


def _counted(change: float) -> str:
    return f"{number(abs(change))} {'more' if change > 0 else 'fewer'}" if change else "as many"


def number(count: float) -> str:
    """A count of cases; repeats make fractions."""
    return f"{round(count, 1):,g}" if count < 1e5 else f"{count:,.0f}"


def _one_thing_words(rates: Rates) -> str:
    """Of a version that holds back on every case, or on none."""
    does = [_constant(at.hits + at.false_alarms, at.should + at.should_not) for at in rates.counts]
    if does[0] == does[1]:
        both = "Both always hold back" if does[0] == "always" else "Neither ever holds back"
        return f"{both}, whatever is asked, so nothing can be said of a frontier. Which actions hold back is a setting."
    said = " and ".join(f"{name} {when} holds back" for name, when in zip("AB", does, strict=True) if when)
    return f"{said}, whatever is asked. A dial turned to its end does that too, so nothing can be said of a frontier."


def _constant(held: float, n: int) -> str:
    return "never" if held == 0 else "always" if held == n else ""


def would_decide_words(tested: FrontierTest) -> str:
    """What would find a change, where that can be said."""
    needed = tested.would_decide
    if min(tested.cases) < FEWEST_TO_PLAN:
        return "These are too few cases to say how many would decide it."
    if needed.cases > MOST_PLANNED and needed.repeats is None:
        return f"More than {MOST_PLANNED:,} cases at each end would be needed to decide a gain of {needed.gain:g}."
    return needed.sentence


def _hidden_words(tested: FrontierTest) -> str:
    """Where holding back alone speaks clearly and all actions together do not."""
    if not tested.is_hidden:
        return ""
    better = "better" if tested.held_back > 0 else "worse"
    why = (
        f"but one scale of caution does not explain what it does otherwise (misfit {tested.misfit:.1f})"
        if tested.misfit >= CLEAR_MISFIT
        else "but all actions together do not show it"
    )
    return (
        f"By these counts alone it tells the two ends apart {better} ({abs(tested.held_back):.1f} standard errors), "
        f"{why}."
    )


def open_sentence(tested: FrontierTest) -> str:
    """What cannot be decided, with its odds and the prior that they take."""
    prior = f"if gains of about ±{PRIOR_ODDS_SD:g} are as likely as losses"
    return f"Whether it left A's frontier cannot be decided: {odds_words(tested.odds)}, {prior}."


def odds_words(odds: tuple[float, float, float]) -> str:
    """P(loss), P(neither), P(gain) in words: what is likeliest, and what is least likely."""
    chances = dict(zip((-1, 0, 1), odds, strict=True))
    first, second, third = sorted(chances, key=lambda each: (-chances[each], each != 0))
    if chances[first] < ALIKE * chances[third]:
        return f"the same frontier, a better and a worse one are about as likely ({_size(1)})"
    against = f"{_to_one(1 - chances[third])} against {_named(third, 'one')} ({_size(third)})"
    if chances[first] >= LEANS:
        return f"{_to_one(chances[first])} for {_named(first)}, {against}"
    if chances[first] < ALIKE * chances[second]:
        same, other = (second, first) if second == 0 else (first, second)
        return f"about as likely {_named(same)} as {_named(other, 'one')}, {against}"
    return f"{_named(first)} is likelier than {_named(second, 'one')}, {against}"


def _named(way: int, noun: str = "frontier") -> str:
    return {-1: f"a worse {noun}", 0: f"the same {noun}", 1: f"a better {noun}"}[way]


def _size(way: int) -> str:
    """What better, worse and the same mean, where it is named last."""
    if way == 0:
        return f"a change of judgement under {MATTERS:g}"
    return f"a {'gain' if way > 0 else 'loss'} of {MATTERS:g} or more"


def _to_one(p: float) -> str:
    """Rounded to 2, 3, 5 or 10 to 1; from 20 to 1 on it is not said more exactly."""
    odds = p / max(1 - p, 1e-9)
    if odds > 20:
        return "over 20 to 1"
    near = min((1.5, 2.0, 3.0, 5.0, 10.0), key=lambda each: abs(math.log(each / odds)))
    return "3 to 2" if near == 1.5 else f"{near:g} to 1"


def _caution(moved: Movement) -> str:
    """How its caution changed; the mean change of the two rates says how far."""
    if not moved.criterion.excludes_zero:
        return _use_words(moved) or "B is not clearly more or less cautious."
    rate = ndtr(moved.rates.z)
    far = "far " if abs(float(rate[2] + rate[3] - rate[0] - rate[1])) / 2 >= FAR else ""
    # a lower criterion holds back more
    return f"B is {far}{'more' if moved.criterion.value < 0 else 'less'} cautious."


def _signed(value: float) -> str:
    return signed_to(value, 1)
