"""Limits of proportions and of what is computed from them, where a bootstrap fails or is not wanted."""

from __future__ import annotations

import math

from scipy.special import gammaincinv, ndtri

from reviewer.core.scoring.discrimination import HeldBack, d_prime_and_criterion

Limits = tuple[float, float]

LEVEL = 0.95
MOVER = "mover"
"""How limits of `mover_difference` are called."""
_FEW_SUCCESSES = 3.5


def wilson(successes: float, n: float, level: float = LEVEL) -> Limits:
    """Score limits of a proportion; `successes` may be a fraction where repeats weigh equally. (0, 1) for n = 0.

    Source: Wilson 1927, Journal of the American Statistical Association 22, 209–212.
    """
    if n <= 0:
        return 0.0, 1.0
    z = z_of(level)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if successes <= 0 else max(0.0, middle - half)
    return low, 1.0 if successes >= n else min(1.0, middle + half)


def modified_wilson(successes: float, n: float, level: float = LEVEL) -> Limits:
    """`wilson`, with Poisson's lower limit of up to three successes, and the upper one of up to three failures alike.

    Wilson's hold the truth in as few as 0.84 of suites where less than one is expected, these in 0.93 or more.

    Source: Brown, Cai and DasGupta 2001, Statistical Science 16, 101–133 (the modified Wilson interval).
    """
    low, high = wilson(successes, n, level)
    if 0 < successes < _FEW_SUCCESSES:
        low = min(low, float(gammaincinv(successes, 1 - level)) / n)
    if 0 < n - successes < _FEW_SUCCESSES:
        high = max(high, 1 - float(gammaincinv(n - successes, 1 - level)) / n)
    return low, high


def mover_difference(
    first: float, first_limits: Limits, second: float, second_limits: Limits, correlation: float = 0.0
) -> Limits:
    """Limits of `first` − `second` from those of each and the `correlation` of the two; an infinite limit stays
    infinite.

    Source: Zou and Donner 2008, Statistics in Medicine 27, 1693–1702 (method of variance estimates recovery); with a
    correlation Zou 2007, Psychological Methods 12, 399–413.
    """
    value = first - second
    low = _reach(first - first_limits[0], second_limits[1] - second, correlation)
    high = _reach(first_limits[1] - first, second - second_limits[0], correlation)
    return value - low, value + high


def _reach(first: float, second: float, correlation: float) -> float:
    if not correlation or math.isinf(first) or math.isinf(second):
        return math.hypot(first, second)
    return math.sqrt(max(first**2 + second**2 - 2 * correlation * first * second, 0.0))


Trials = tuple[float, float]


def d_prime_limits(
    counts: HeldBack, trials: Trials | None = None, level: float = LEVEL, correlation: float = 0.0
) -> Limits:
    """Limits of d′: MOVER on z of the Wilson limits of hits and false alarms. An end may be infinite.

    `trials` says how many independent ones the cases at each pole (should, should not) are worth, where they have
    repeats or depend on each other; by default each counts as one. `correlation` is that of the two rates' z, where
    a contrast pair or group stands at both poles.
    """
    hit, alarm = _rates(counts)
    hits, alarms = _z_limits(counts, trials, level)
    return mover_difference(hit, hits, alarm, alarms, correlation)


def criterion_limits(
    counts: HeldBack, trials: Trials | None = None, level: float = LEVEL, correlation: float = 0.0
) -> Limits:
    """Limits of c = −(z(H) + z(F)) / 2, as those of d′ with the sign of z(F) turned."""
    hit, alarm = _rates(counts)
    hits, (low, high) = _z_limits(counts, trials, level)
    total = mover_difference(hit, hits, -alarm, (-high, -low), -correlation)
    return -total[1] / 2, -total[0] / 2


def _rates(counts: HeldBack) -> tuple[float, float]:
    """z of the hit and the false-alarm rate with the log-linear correction."""
    d_prime, criterion = d_prime_and_criterion(counts)
    return d_prime / 2 - criterion, -d_prime / 2 - criterion


def _z_limits(counts: HeldBack, trials: Trials | None, level: float) -> tuple[Limits, Limits]:
    """z of the Wilson limits of hits and of false alarms."""
    shares = (counts.hits / counts.should, counts.false_alarms / counts.should_not)
    worth = trials or (counts.should, counts.should_not)
    hits, alarms = (wilson(share * n, n, level) for share, n in zip(shares, worth, strict=True))
    return (float(ndtri(hits[0])), float(ndtri(hits[1]))), (float(ndtri(alarms[0])), float(ndtri(alarms[1])))


def z_of(level: float) -> float:
    """The normal quantile of a two-sided `level`: 1.96 for 0.95."""
    return float(ndtri((1 + level) / 2))
