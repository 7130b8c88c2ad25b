"""The steps of a swing as they are drawn and tabled: what each release did to both rulers and what it undid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reviewer.core.scoring.score import rough_word
from reviewer.ui.score.rulers_chart import NAME_CHARACTERS, UNDONE, ShownRulers, ShownStep
from reviewer.ui.score.trend_chart import Series
from reviewer.wording.plain_text import preview
from reviewer.wording.precision import SHARE, bracketed, signed_to
from reviewer.wording.score import percent
from reviewer.wording.tables import Table, count

if TYPE_CHECKING:
    from reviewer.core.scoring.paired import Difference
    from reviewer.core.scoring.rulers import BothRulers, Ruler, RulerChange
    from reviewer.core.scoring.swing import ReleaseStep, Swing

REFUSED, ANSWERED = "refused of those labelled refuse", "answered of those labelled answer"
HEADINGS = (
    "Version",
    "Refused",
    "share (95 %)",
    "its change",
    "Answered",
    "share (95 %)",
    "its change",
    "Dial Δc",
    "Undid",
)


def shown_rulers(names: Sequence[str], found: Swing, sentence: str, n_actions: int) -> ShownRulers:
    """What the chart draws of a swing."""
    return ShownRulers(
        sentence,
        tuple(names),
        tuple(_version_words(name, rulers) for name, rulers in zip(names, found.rulers, strict=True)),
        tuple(
            ShownStep(step_words(names[number], names[number + 1], step), step.reverses)
            for number, step in enumerate(found.steps)
        ),
        (
            ruler_series(REFUSED, [each.refused for each in found.rulers]),
            ruler_series(ANSWERED, [each.answered for each in found.rulers]),
        ),
        n_actions,
    )


def ruler_series(name: str, rulers: Sequence[Ruler]) -> Series:
    return Series(
        name,
        tuple(each.share for each in rulers),
        tuple(each.low for each in rulers),
        tuple(each.high for each in rulers),
    )


def steps_table(names: Sequence[str], found: Swing) -> Table:
    """A row for each version, the oldest first, with what its release changed."""
    rows = [
        (preview(name, NAME_CHARACTERS), *_cells(rulers, step))
        for name, rulers, step in zip(names, found.rulers, (None, *found.steps), strict=True)
    ]
    return Table(HEADINGS, tuple(rows))


def _cells(rulers: BothRulers, step: ReleaseStep | None) -> tuple[str, ...]:
    refused, answered = (points(step.refused.change), points(step.answered.change)) if step else ("–", "–")
    return (
        of_cases(rulers.refused),
        share_words(rulers.refused),
        refused,
        of_cases(rulers.answered),
        share_words(rulers.answered),
        answered,
        _dial(step.dial) if step else "–",
        _undone(step) if step else "–",
    )


def _version_words(name: str, rulers: BothRulers) -> str:
    return (
        f"{preview(name, NAME_CHARACTERS)}: {REFUSED} {of_cases(rulers.refused)}, {share_words(rulers.refused)}; "
        f"{ANSWERED} {of_cases(rulers.answered)}, {share_words(rulers.answered)}"
    )


def step_words(before: str, after: str, step: ReleaseStep) -> str:
    """All that is known of a step, in one line."""
    way = "to more caution" if step.dial.value < 0 else "to less caution"
    turned = f"it turned the dial {way}" if step.turns else "no turn of the dial can be told from chance"
    undone = f"; {UNDONE} it undid {_parts(step.undone)} of the step before" if step.undone is not None else ""
    return (
        f"{preview(before, NAME_CHARACTERS)} → {preview(after, NAME_CHARACTERS)}: {_change(step.refused, 'refused')}, "
        f"{_change(step.answered, 'answered')}; {turned}, Δc {_dial(step.dial)}{undone}"
    )


def _change(found: RulerChange, done: str) -> str:
    """`12 fewer refused of 100, −12.0 points [−18.0, −6.0]`."""
    if not found.more:
        return f"as many {done} of {found.cases:,}, {points(found.change)}"
    more = "more" if found.more > 0 else "fewer"
    return f"{count(abs(found.more))} {more} {done} of {found.cases:,}, {points(found.change)}"


def of_cases(ruler: Ruler) -> str:
    return f"{count(ruler.count)} of {ruler.cases:,}"


def share_words(ruler: Ruler) -> str:
    """`92.0 % [88.0, 95.1]`, and ` rough` behind it where the limits need not hold."""
    ends = bracketed(ruler.low * 100, ruler.high * 100, SHARE, signed=False)
    return f"{percent(ruler.share)} {ends}{rough_word(ruler.method)}"


def points(change: Difference) -> str:
    """A change of a share in per cent points, `+4.0 [+1.2, +6.8]`."""
    return with_limits(change, 1, times=100)


def _dial(dial: Difference) -> str:
    return with_limits(dial, 2)


def with_limits(found: Difference, digits: int, times: float = 1) -> str:
    """A signed figure and its limits, `times` as large; without them where either is unknown."""
    value = signed_to(found.value * times, digits)
    if found.low is None or found.high is None:
        return value
    return f"{value} {bracketed(found.low * times, found.high * times, digits)}{rough_word(found.method)}"


def _undone(step: ReleaseStep) -> str:
    """`↶ 84 %`; a dash where no reversal is sure."""
    return "–" if step.undone is None else f"{UNDONE} {_parts(step.undone)}"


def _parts(share: float) -> str:
    """Whole per cent; over 100 it went beyond where the step before had begun."""
    return f"{share * 100:.0f} %"
