"""What a run may use, and what it has used: tokens as the endpoint counts them, and their price where one is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from reviewer.core.errors import InputError

_SENT = ("prompt_tokens", "input_tokens", "promptTokenCount")
_RECEIVED = ("completion_tokens", "output_tokens", "candidatesTokenCount")
_MILLION = 1_000_000


@dataclass(frozen=True)
class Used:
    """Tokens sent and received; 0 where the endpoint does not count."""

    sent: int = 0
    received: int = 0

    def __add__(self, other: Used) -> Used:
        return Used(self.sent + other.sent, self.received + other.received)

    @property
    def tokens(self) -> int:
        return self.sent + self.received


def used_by(usage: Mapping[str, int]) -> Used:
    """What a response's usage says, by the names of any protocol."""
    return Used(*(next((usage[name] for name in names if name in usage), 0) for names in (_SENT, _RECEIVED)))


@dataclass(frozen=True)
class Budget:
    """Prices are for a million tokens, in a currency of the person's own. Raises InputError for what cannot be.

    `most_tokens` and `most_spend` are for the requests of one start of a run or judging; None is no bound.
    """

    price_sent: float = 0.0
    price_received: float = 0.0
    most_tokens: int | None = None
    most_spend: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("price", self.price_sent), ("price", self.price_received)):
            if not (math.isfinite(value) and value >= 0):
                raise InputError(f"The {name} is {value:g}.", "Give a number from 0.")
        for name, most in (("budget of tokens", self.most_tokens), ("budget", self.most_spend)):
            if most is not None and not (math.isfinite(most) and most > 0):
                raise InputError(f"The {name} is {most:g}.", "Give a number above 0.")
        if self.most_spend is not None and not (self.price_sent or self.price_received):
            raise InputError("A budget was given without a price.", "Give the price of a million tokens too.")

    def spend(self, used: Used) -> float:
        return (used.sent * self.price_sent + used.received * self.price_received) / _MILLION

    def exceeded(self, used: Used) -> str:
        """Which bound is reached, in words; nothing while there is room."""
        if self.most_tokens is not None and used.tokens >= self.most_tokens:
            return f"The budget of {self.most_tokens:,} tokens is used up: {used.tokens:,} were counted."
        if self.most_spend is not None and self.spend(used) >= self.most_spend:
            return f"The budget of {self.most_spend:g} is used up: {self.spend(used):.4g} was spent."
        return ""
