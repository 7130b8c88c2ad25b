"""What the tolerance bands excuse, and what stakes would change, as sentences for page one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reviewer.core.bands import BandChoice, BandSource, credit_words
from reviewer.core.scoring.score import BandCredit, FigureKey, Interval, Scorecard, UnderBands, rough_word
from reviewer.wording.plural import counted, noun
from reviewer.wording.precision import bracketed, change, limits
from reviewer.wording.score import figure

if TYPE_CHECKING:
    from reviewer.core.scoring.comparison import Comparison
    from reviewer.core.scoring.paired import Difference

_SAME = 1e-9


def page_one(card: Scorecard) -> list[str]:
    """What the bands give to either side, the score under other bands, and the score with stakes."""
    if not card.n_cases:
        return []
    return [each for each in (band_credit(card), under_bands(card), with_stakes(card)) if each]


def band_credit(card: Scorecard) -> str:
    """Both sides always: a suite whose bands lean to one side favours the models that lean there."""
    offered, taken = card.excused.offered, card.excused.taken
    if not offered.open and not offered.cautious:
        return "No action but the labelled one earns credit here: no band excuses anything."
    return (
        f"The bands offer {_cases(offered.open)} of credit for being more open than the label and "
        f"{_amount(offered.cautious)} for being more cautious{_leaning(offered)}; this run took "
        f"{_amount(taken.open)} and {_amount(taken.cautious)}."
    )


def _cases(amount: float) -> str:
    return f"{_amount(amount)} {noun(amount, 'case', 'cases')}"


def _amount(amount: float) -> str:
    """At most two decimals: `17.35`, `2.4`, `0`."""
    return f"{amount:.2f}".rstrip("0").rstrip(".")


def _leaning(offered: BandCredit) -> str:
    if _amount(offered.open) == _amount(offered.cautious):
        return ", the same on both sides"
    side = "open" if offered.open > offered.cautious else "cautious"
    return f", so they lean to the {side} side"


def under_bands(card: Scorecard) -> str:
    """The balanced score under each choice of bands, and where a constant policy does as well."""
    under = [each for each in card.excused.under if each.balanced is not None]
    if not under:
        return ""
    scores = ", ".join(f"{band_words(each.bands)} {measured(each.balanced, each.interval)}" for each in under)
    return f"Balanced score {scores}. {_against_constants(under)}"


def change_under_bands(found: Comparison) -> str:
    """B − A of the balanced score under each choice of bands, and whether the bands decide who is ahead."""
    changes = [(band_words(each.bands), each.change) for each in found.under_bands if each.change is not None]
    if not changes:
        return ""
    said = ", ".join(f"{words} {_measured_change(each)}" for words, each in changes)
    return f"Balanced score B − A {said}. {_who_is_ahead([each for _, each in changes])}".strip()


def _who_is_ahead(changes: Sequence[Difference]) -> str:
    """A version is ahead where the limits of the change leave out 0. What chance could do is not called that."""
    if {True, False} <= {each.value > 0 for each in changes if each.excludes_zero}:
        return "Which version is ahead depends on the bands."
    if {True, False} <= {round(each.value, 3) > 0 for each in changes if round(each.value, 3)}:
        return (
            "The sign depends on the bands, but chance alone could turn it: no two bands are shown to put different "
            "versions ahead."
        )
    return ""


def _measured_change(found: Difference) -> str:
    """`−0.016 [−0.07, +0.04]`; the value alone where neither end is known."""
    value, ends = change(found.value), limits(found.low, found.high)
    return value if ends == "–" else f"{value} {ends}{rough_word(found.method)}"


def rankings_disagree(found: Comparison) -> str:
    """The headline is the score; where exact, then in-band shares rank otherwise, it is said, and whether either
    difference is more than chance could make."""
    a, b = found.a, found.b
    by, first = ("exact", _change(a.exact, b.exact)) if _change(a.exact, b.exact) else ("in-band", _in_band(a, b))
    scores: tuple[tuple[FigureKey, float | None, float | None], ...] = (
        ("balanced", a.score.balanced, b.score.balanced),
        ("plain", a.score.plain, b.score.plain),
    )
    for name, one, other in scores:
        if first * _change(one, other) < 0:
            better = ("B", "A") if first < 0 else ("A", "B")
            equal = "exact shares are equal and " if by == "in-band" else ""
            said = f"{equal}{by} shares put {better[1]} first, the {name} score puts {better[0]} first"
            share = found.deltas["exact"] if by == "exact" else found.in_band
            return f"Rankings disagree: {said}{_shown_by(share, found.deltas[name])}."
    return ""


def _shown_by(share: Difference | None, score: Difference | None) -> str:
    """Nothing where both differences are shown to be there."""
    shown = [each is not None and each.excludes_zero for each in (share, score)]
    if all(shown):
        return ""
    if not any(shown):
        return ", and neither difference is more than chance could make"
    return f", and only the difference of the {'shares' if shown[0] else 'scores'} is more than chance could make"


def _change(one: float | None, other: float | None) -> float:
    """Second − first; shares that are equal but for rounding are."""
    change = (other or 0.0) - (one or 0.0)
    return change if abs(change) > _SAME else 0.0


def _in_band(a: Scorecard, b: Scorecard) -> float:
    return _change(a.in_band, b.in_band)


def band_words(choice: BandChoice) -> str:
    """`without bands`, `with the labelled bands`, `with half credit for the neighbours`."""
    if choice.source is BandSource.NONE:
        return "without bands"
    if choice.source is BandSource.LABELLED:
        return "with the labelled bands"
    return f"with {credit_words(choice.credit)} for the neighbours"


def _against_constants(under: list[UnderBands]) -> str:
    """Where a constant policy's score reaches it, and where it lies within what chance could do."""
    lost = [each for each in under if (each.best_constant or 0) >= (each.balanced or 0)]
    close = [each for each in under if each not in lost and _may_be_chance(each)]
    if len(lost) == len(under):
        return "A constant policy does as well or better under each of them."
    if lost:
        return " ".join([f"A constant policy does as well or better {_listed(lost)}.", *_close_words(close)])
    if len(close) == len(under):
        return "Each is above the best constant policy under the same bands, but by no more than chance could do."
    return " ".join(["Each is above the best constant policy under the same bands.", *_close_words(close)])


def _may_be_chance(found: UnderBands) -> bool:
    """Whether the limits of a score reach down to the best constant policy's, which depends on the cases alone."""
    low = None if found.interval is None else found.interval.low
    return low is not None and low <= (found.best_constant or 0)


def _close_words(close: Sequence[UnderBands]) -> Iterator[str]:
    if close:
        yield f"{_listed(close).capitalize()} it is above one by no more than chance could do."


def _listed(under: Sequence[UnderBands]) -> str:
    return " and ".join(band_words(each.bands) for each in under)


def with_stakes(card: Scorecard) -> str:
    """The score where each case weighs what is at stake on it; nothing where no case has stakes."""
    found = card.staked
    if found is None:
        return ""
    said = (
        f"With the stakes that {counted(found.cases, 'case')} {noun(found.cases, 'has', 'have')} the balanced score is "
        f"{measured(found.score.balanced, found.balanced)} and the plain score "
        f"{measured(found.score.plain, found.plain)}; without them "
        f"{measured(card.score.balanced, card.intervals.get('balanced'))} and "
        f"{measured(card.score.plain, card.intervals.get('plain'))}."
    )
    return " ".join([said, *_unlike(found.unlike)])


def measured(value: float | None, found: Interval | None) -> str:
    """`0.734 [0.69, 0.78]`, ` rough` behind limits that need not hold; the value alone where neither end is known."""
    if value is None or found is None or (found.low is None and found.high is None):
        return figure(value)
    return f"{figure(value)} {bracketed(found.low, found.high, signed=False)}{rough_word(found.method)}"


def _unlike(pairs: tuple[str, ...]) -> Iterator[str]:
    if pairs:
        named = ", ".join(pairs[:3]) + (f" and {len(pairs) - 3} more" if len(pairs) > 3 else "")
        yield (
            f"The members of {noun(len(pairs), 'the pair', 'the pairs')} {named} say different stakes and each counts "
            "with its own: give both the same."
        )
