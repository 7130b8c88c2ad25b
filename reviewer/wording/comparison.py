"""What changed between two versions as tables of plain text, with the words for "why?"."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from reviewer.core import precision
from reviewer.core.scoring.score import FigureKey, rough_word
from reviewer.wording.formulas import FORMULAS, INTERVALS
from reviewer.wording.movement import how_sure
from reviewer.wording.plain_text import plain_text
from reviewer.wording.plural import counted, noun
from reviewer.wording.precision import change, limits, points
from reviewer.wording.tables import FEWEST_IN_TAG, Table

if TYPE_CHECKING:
    from reviewer.core.scoring.comparison import Comparison
    from reviewer.core.scoring.paired import Difference, SliceChange
    from reviewer.core.scoring.stakes import StakedChange

FIGURES: Mapping[FigureKey, str] = {
    "balanced": "balanced score",
    "plain": "plain score",
    "d_a": "judgement (d_a), padded; not the verdict's",
    "d_prime": "judgement by holding back (d′)",
    "criterion": "readiness to answer (criterion c)",
    "somers_d": "agreement in order (Somers' D, descriptive)",
    "caution_bias": "caution bias, steps",
    "over_cautious": "▲ over-cautious share, points",
    "under_cautious": "▼ under-cautious share, points",
    "exact": "exact share, points",
    "corrected": "corrected score",
}
SHARES: Collection[FigureKey] = ("over_cautious", "under_cautious", "exact")
PADDED = (
    "Padded: a part of a case is added to every action, so that a version that never errs has a figure too. Near a "
    "ceiling this change and the verdict's, which is estimated from the responses alone, differ: the verdict rests on "
    "its own, in the table “Moved or slid”."
)
"""What is said of the change of d_a among the figures, beside which the verdict's own stands."""
STAKED = ("balanced score by stakes", "plain score by stakes")
"""Behind the figures, where a compared case has stakes."""
SLICE_HEADINGS = ("Slice", "Cases", "B − A", "95 %", "p adjusted")
RIGHT_WRONG = ("right with both", "right with A only", "right with B only", "right with neither")


def figures(found: Comparison) -> Table:
    """Every figure's change with its limits; `no bound` where there is none on a side. The stakes' stand last."""
    rows = [(FIGURES[name], *cells(delta, of_share=name in SHARES)) for name, delta in found.deltas.items()]
    if found.staked is not None:
        rows += [(name, *cells(delta)) for name, delta in zip(STAKED, _staked(found.staked), strict=True)]
    return Table(("B − A", "Value", "95 %"), tuple(rows))


def _staked(change: StakedChange) -> tuple[Difference, Difference]:
    return change.balanced, change.plain


def right_wrong(found: Comparison) -> Table:
    """The four counts, then the tests of them."""
    counts = found.right_wrong
    numbers = (counts.both_right, counts.only_a, counts.only_b, counts.neither)
    rows = [(name, f"{n:,}") for name, n in zip(RIGHT_WRONG, numbers, strict=True)]
    rows.append(("exact McNemar, p", p_words(counts.p if found.n_shared else None)))
    if counts.clustered_p is not None:
        rows.append(("the same over pairs and repeats, p", p_words(counts.clustered_p)))
    rows.append((f"Stuart–Maxwell on the actions ({found.homogeneity.df} df), p", p_words(found.homogeneity.p)))
    if found.clustered_homogeneity is not None:
        rows.append(("the same over pairs and repeats, p", p_words(found.clustered_homogeneity.p)))
    rows.append(("cases whose action changed", f"{found.flips:,}"))
    rows.append(("cases without one most frequent action", f"{found.unstable:,}"))
    return Table(("Cases", "n"), tuple(rows))


def listed_slices(found: Comparison) -> Sequence[SliceChange]:
    """Flagged ones first, then by change; tags of very few cases only where they are flagged."""
    kept = [each for each in found.slices if each.flagged or each.by != "tag" or each.n >= FEWEST_IN_TAG]
    return sorted(kept, key=lambda each: (not each.flagged, each.change.value))


def slices(found: Comparison) -> Table:
    """A row for each of `listed_slices`; ⚑ where the change stays significant among so many."""
    return Table(SLICE_HEADINGS, tuple(_slice_row(each) for each in listed_slices(found)))


def flagged_slices(found: Comparison) -> Table:
    """Only those that are flagged."""
    return Table(SLICE_HEADINGS, tuple(_slice_row(each) for each in listed_slices(found) if each.flagged))


def _slice_row(each: SliceChange) -> tuple[str, ...]:
    flag = "⚑ " if each.flagged else ""
    name = f"{flag}{each.by} {plain_text(each.value)}"
    ends = f"{limits(each.change.low, each.change.high)}{rough_word(each.change.method)}"
    return (name, f"{each.n:,}", change(each.change.value), ends, p_words(each.p_adjusted))


def cells(difference: Difference | None, *, of_share: bool = False) -> tuple[str, str]:
    """A change and its limits as text."""
    if difference is None:
        return "–", "–"
    value = points(difference.value) if of_share else change(difference.value)
    ends = limits(difference.low, difference.high, of_share=of_share)
    return value, ends if ends == "–" else f"{ends}{rough_word(difference.method)}"


def p_words(p: float | None) -> str:
    """Four digits, a dash where there is none."""
    return "–" if p is None else precision.p_words(p)


def why(found: Comparison, row: int) -> str:
    """How the figure in this row of `figures` is computed, and its limits."""
    if row >= len(found.deltas):
        return _why_staked(found, STAKED[row - len(found.deltas)])
    name, delta = list(found.deltas.items())[row]
    method = INTERVALS.get(delta.method, "") if delta is not None else ""
    said = FIGURES[name]
    on = f"{said[0].upper()}{said[1:]}, B minus A on the {counted(found.n_shared, 'shared case')}."
    padded = PADDED if name == "d_a" else ""
    return " ".join(filter(None, (on, FORMULAS[name], padded, method)))


def _why_staked(found: Comparison, name: str) -> str:
    cases = found.staked.cases if found.staked else 0
    return (
        f"The change of the {name}, B less A: each case weighs what a miss on it costs, in either direction. "
        f"{counted(cases, 'case')} of the {counted(found.n_shared, 'shared one')} {noun(cases, 'has', 'have')} stakes "
        "other than 1. It stands beside the score and never in its place."
    )


def as_text(found: Comparison, sentence: str, warnings: Sequence[str]) -> str:
    """The whole comparison for the clipboard."""
    return "\n".join(_lines(found, sentence, warnings))


def _lines(found: Comparison, sentence: str, warnings: Sequence[str]) -> Iterator[str]:
    options = found.a.options
    yield sentence
    shared = counted(found.n_shared, "shared case")
    yield f"Bands {options.bands}; holding back: {', '.join(options.hold_back)}; {shared}."
    for part in (how_sure(found.movement), right_wrong(found), figures(found), slices(found)):
        yield ""
        yield "\t".join(part.headings)
        yield from ("\t".join(row) for row in part.rows)
    for warning in warnings:
        yield f"! {warning}"
