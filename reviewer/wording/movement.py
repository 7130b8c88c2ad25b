"""How sure a movement's verdict is: every test of it beside what was asked for, as a table of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.core.precision import p_words, signed_to, spanned
from reviewer.wording.tables import Table

if TYPE_CHECKING:
    from reviewer.core.scoring.movement import FrontierTest, Movement

HEADINGS = ("Moved or slid", "Found", "Needed")
Row = tuple[str, str, str]


def how_sure(moved: Movement | None) -> Table:
    """No rows where nothing can be said of movement. SE are standard errors."""
    return Table(HEADINGS, tuple(_rows(moved)) if moved else ())


def how_sure_note(moved: Movement) -> str:
    """How the rows of `how_sure` are to be read."""
    at = moved.thresholds
    if moved.frontier is None:
        return "A frontier needs two versions that hold back sometimes, and not always."
    return (
        f"Figures in standard errors (SE). Moved: the frontier's is beyond ±{_z(at['moved_level'] / 2)} and that of "
        f"holding back alone points the same way, beyond ±{at['agreement']:g}. Slid: a loss and a gain of "
        f"{at['equivalence']:g} are both excluded. Chances hold if gains of about ±{at['prior_sd']:g} are as likely as "
        "losses. The change of judgement is estimated from the responses alone, and the verdict rests on it; that "
        "among the figures B − A, for which a part of a case is added to every action, differs near a ceiling. The "
        "method page explains every threshold."
    )


def _rows(moved: Movement) -> Iterator[Row]:
    at = moved.thresholds
    yield "any change, p", p_words(moved.anything_p), f"≤ {at['anything_level']:g}"
    if moved.frontier is None:
        return
    yield from _tests(moved.frontier, at)
    yield from _estimates(moved.frontier, at)


def _tests(tested: FrontierTest, at: dict[str, float]) -> Iterator[Row]:
    z, d = _z(at["slid_level"]), f"{at['equivalence']:g}"
    yield "changed cases or pairs", f"{tested.changed:,}", f"≥ {at['fewest_changed']:g}"
    yield "frontier, SE", signed(tested.statistic), f"±{_z(at['moved_level'] / 2)} moved"
    yield "holding back alone, SE", signed(tested.held_back), f"±{at['agreement']:g} moved"
    yield f"above a loss of {d}, SE", signed(tested.against_loss), f"> {z} slid"
    yield f"below a gain of {d}, SE", signed(tested.against_gain), f"< −{z} slid"


def _estimates(tested: FrontierTest, at: dict[str, float]) -> Iterator[Row]:
    from reviewer.core.scoring.movement_words import MOST_PLANNED

    low, high = tested.limits
    yield (
        f"change of judgement (d_a), {100 * at['interval_level']:g} %; the verdict's",
        signed(tested.change),
        spanned(low, high),
    )
    size = f"{at['matters']:g}"
    for name, chance, of in zip(
        ("loss", "neither", "gain"),
        tested.odds,
        (f"of {size} or more", f"under {size}", f"of {size} or more"),
        strict=True,
    ):
        yield f"chance of {'' if name == 'neither' else 'a '}{name}", f"{chance:.2f}", of
    yield "misfit", f"{tested.misfit:.1f}", "1 is none"
    yield "actions told apart", f"{tested.actions}", f"≥ {100 * at['rare_share']:g} % each"
    needed = tested.would_decide
    few = f"{needed.cases:,}" if needed.cases <= MOST_PLANNED else f"over {MOST_PLANNED:,}"
    yield "cases at each end (pole) to decide", few, f"gain of {needed.gain:g}, 4 in 5"


def signed(value: float) -> str:
    """Two digits, with a minus that can be read; what rounds to nothing has none."""
    return signed_to(value, 2)


def _z(tail: float) -> str:
    from reviewer.core.scoring.intervals import z_of

    return f"{z_of(1 - 2 * tail):.2f}"
