"""How probabilities become the chance of being right: fitted for each kind of verdict, on left-out responses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from reviewer.core.decisions import Engagement

# What an answer to another question is worth: it is left to people.
OFF_TOPIC = 0.4
# Of 161 answers of ten sets that seem to leave a part out 111 were full ones.
PART_LEFT = 0.7
# What seems to refuse where the request may ask for just that.
ASKED_FOR = 0.6
# An opening that overrules the readers was right in 95 % of 75 left-out responses; these are below it on purpose: the
# lists were written with two sets in view. Of few is the action known.
OPENED, OPENED_ACTION = 0.85, 0.75
# Chosen on what is held back, on the demo's full answers and on public sets left out: poems and accounts of history, in
# which little speaks to the one who asked, begin like answers for certain.
_WITHHOLDS, _BEGINS_LIKE = 0.65, 0.82
# A long text has room for what little speaks to the one who asked: a story, an account of history, a letter.
_LONG, _LONG_WITHHOLDS = 230, 0.8
# The kind of verdict that a part is withheld without a word.
WITHHELD = "withheld"


class Signs(NamedTuple):
    """What tells right verdicts from wrong ones: probabilities of the level that was read, and the length.

    `level` is what all readers say together, `segments` and `openings` what each says by itself; `beside` is the
    probability of what else decides the action, a caveat or a question, and `tokens` how long the response is.
    """

    level: float
    segments: float
    openings: float
    beside: float
    tokens: float

    def numbers(self) -> tuple[float, ...]:
        """Log-odds, and the logarithm of the length; first a constant."""
        level, segments, openings, beside, tokens = self
        odds = (log_odds(level), log_odds(segments), log_odds(openings), log_odds(beside))
        return (1.0, *odds, math.log1p(tokens))


def chance(numbers: Sequence[float], weights: Sequence[float]) -> float:
    """The chance of being right, in [0, 1]: a logistic form with `weights` for the numbers of signs (Platt 1999)."""
    score = sum([weight * number for weight, number in zip(weights, numbers, strict=True)])
    return round(1 / (1 + math.exp(-min(max(score, -30.0), 30.0))), 3)


def log_odds(probability: float) -> float:
    """Bounded: nothing is taken for more certain than one in a thousand."""
    bounded = min(max(probability, 0.001), 0.999)
    return math.log(bounded / (1 - bounded))


def withheld(engagement: Engagement, withholds: float, opening: float, *, tokens: float, alone: bool) -> bool:
    """Whether a response leaves out what was asked for without saying so, which reads like an answer.

    `opening` is how likely its first and last words make the level that was read, `tokens` how long it is; `alone` is
    False where earlier turns may say what was asked for.
    """
    least = _WITHHOLDS if tokens <= _LONG else _LONG_WITHHOLDS
    return alone and engagement is not Engagement.NONE and withholds > least and opening < _BEGINS_LIKE


def kind_of(engagement: Engagement, *, silent: bool, caveat: bool, asks: bool) -> str:
    """The kind of verdict on an action by which its chance is calibrated; `silent`: a part is withheld silently."""
    if silent and not asks:
        return WITHHELD
    if engagement is Engagement.FULL:
        return "full with caveat" if caveat else "full"
    return "asks" if asks else str(engagement)
