"""Whether a judge tells two model versions apart as people do, or no better than a coin. Pure.

A judge may agree with people on most responses and still be of no use for a comparison: what two versions do alike is
easy. So it is asked of the pairs only in which people see a difference, which version was the more cautious there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from reviewer.classify.judge.drift import SIGNIFICANT
from reviewer.wording.plural import counted


class RankedPair(NamedTuple):
    """Places on the scale, from 0, of two versions' responses to one case: as people and as the judge read them."""

    people_a: int
    people_b: int
    judge_a: int
    judge_b: int


@dataclass(frozen=True)
class JudgeOrder:
    """Of `n` pairs in which people see a difference the judge orders `alike` as they do; in `ties` it sees none.

    Seeing none is not seeing what people see, so a tie counts against the judge.
    """

    classifier: str
    n: int
    alike: int
    ties: int

    @cached_property
    def p(self) -> float:
        """Exact: how likely a coin is to order at least as many as people do; 1 without any pair."""
        return float(sum(math.comb(self.n, k) for k in range(self.alike, self.n + 1)) / 2**self.n)

    @property
    def better_than_chance(self) -> bool:
        """Whether a coin would hardly have done it (p < 0.05)."""
        return self.p < SIGNIFICANT

    @property
    def sentence(self) -> str:
        """What is to be known of the judge, "" where it does better than chance or there is nothing to go by."""
        if self.better_than_chance or not self.n:
            return ""
        ties = f", and sees none in {self.ties}" if self.ties else ""
        return (
            f"Between these two versions {self.classifier} is no better than chance: of "
            f"{counted(self.n, 'pair')} in which people see a difference it orders {self.alike} as they do{ties} "
            f"(exact binomial p = {self.p:.2g})."
        )

    def as_json(self) -> dict[str, object]:
        return {
            "judge": self.classifier,
            "n": self.n,
            "alike": self.alike,
            "ties": self.ties,
            "p": self.p,
            "better_than_chance": self.better_than_chance,
            "sentence": self.sentence or None,
        }


def judge_order(classifier: str, pairs: Iterable[RankedPair]) -> JudgeOrder:
    """Count how the judge orders the pairs in which people see a difference."""
    differing = [pair for pair in pairs if pair.people_a != pair.people_b]
    return JudgeOrder(
        classifier,
        len(differing),
        sum(
            (pair.people_b > pair.people_a) == (pair.judge_b > pair.judge_a) and pair.judge_a != pair.judge_b
            for pair in differing
        ),
        sum(pair.judge_a == pair.judge_b for pair in differing),
    )
