"""What several versions did to the two rulers and the dial, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reviewer.core.scoring.score import rough_word
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import counted, noun
from reviewer.wording.precision import LIMIT, signed_to, spanned
from reviewer.wording.tables import interval_words

if TYPE_CHECKING:
    from reviewer.core.scoring.paired import Difference
    from reviewer.core.scoring.rulers import RulerChange
    from reviewer.core.scoring.slice_swings import SliceSwing
    from reviewer.core.scoring.swing import ReleaseStep, Swing
    from reviewer.core.scoring.trend import Trend, TrendPoint

SLICE_CHARACTERS = 40


def swing_sentence(found: Swing) -> str:
    """The whole: how often a step reversed the one before, distance travelled against distance got, discrimination."""
    from reviewer.core.scoring.swing import FEWEST_FOR_SWING

    told = discrimination_words(found.discrimination, changed=found.changes_discrimination)
    if len(found.rulers) < FEWEST_FOR_SWING:
        dial = dial_words(found.got, turned=found.steps[0].turns)
        return f"The dial {dial}; {told}. Whether the versions swing takes a third one to say."
    travelled = f"{found.travelled:.1f} units of dial travelled, {abs(found.got.value):.1f} from where it began"
    if found.oscillates:
        steps = f"{found.reversals} of {counted(len(found.steps), 'step')} reversed the one before"
        return f"The versions swing: {steps}; {travelled}; {told}."
    chance = f"versions of one policy would travel {found.by_chance:.1f}"
    return f"No step is seen to reverse the one before; {travelled} ({chance}); {told}."


def d_a_note(found: Trend) -> str:
    """Which d_a stands in the table of the versions, where the sentence above gives the change of another one."""
    if found.swing is None or found.swing.discrimination is None or found.points[0].d_a is None:
        return ""
    return (
        "The table's d_a is of one fit to all versions, for which a part of a case is added to every action. The "
        "change of d_a from the first version to the last is estimated from the responses of these two alone: near a "
        "ceiling they differ, and what is said of discrimination rests on that change."
    )


def d_a_limits(point: TrendPoint) -> str:
    """`[+1.21, +2.04]`, `≥ +1.20 rough` of a version that may be perfect, a dash where nothing is known."""
    return interval_words(point.limits, is_signed=True)


def slice_words(found: Swing | None) -> str:
    """In short whether the versions swing in a slice."""
    from reviewer.core.scoring.slice_swings import FEWEST_AT_POLE
    from reviewer.core.scoring.swing import FEWEST_FOR_SWING

    if found is None:
        return f"too few to say: it takes {FEWEST_AT_POLE} of each label"
    if len(found.rulers) < FEWEST_FOR_SWING:
        return "takes a third version to say"
    if found.oscillates:
        return f"swings: {found.reversals} of {counted(len(found.steps), 'step')} reversed the one before"
    return "no step is seen to reverse the one before"


def slice_name(found: SliceSwing) -> str:
    """`category: travel`."""
    return f"{found.by}: {preview(found.value, SLICE_CHARACTERS)}"


def too_few_words(slices: Sequence[SliceSwing]) -> list[str]:
    """The slices with too few cases, each with its cases at the poles: a line for all topics, one for all tags …"""
    from reviewer.core.scoring.slice_swings import FEWEST_AT_POLE

    found: dict[str, list[str]] = {}
    for each in slices:
        if each.swing is None:
            name = preview(each.value, SLICE_CHARACTERS)
            found.setdefault(each.by, []).append(f"{name} {each.n_refuse} + {each.n_answer}")
    takes = f"{FEWEST_AT_POLE} cases labelled refuse + {FEWEST_AT_POLE} labelled answer"
    return [f"Too few to say by {by} (it takes {takes}): {', '.join(names)}." for by, names in found.items()]


def dial_words(change: Difference, *, turned: bool) -> str:
    """`turned to more caution (c −0.52, −0.68 to −0.36)`; the criterion c falls with caution.

    Of several steps one may have limits that leave out 0 and not be significant among all.
    """
    figure = _figure("c", change)
    way = f"to {'more' if change.value < 0 else 'less'} caution"
    if turned:
        return f"turned {way} ({figure})"
    if change.excludes_zero:
        return f"may have turned {way}, but with so many steps chance alone can do that ({figure})"
    return f"is not seen to have turned ({figure})"


def discrimination_words(change: Difference | None, *, changed: bool) -> str:
    """`discrimination unchanged` is said only where a change that matters is excluded."""
    if change is None:
        return "of discrimination nothing can be said, for a version does one thing only"
    from reviewer.core.scoring.swing import SAME_DISCRIMINATION

    figure = _figure("d_a", change)
    if changed:
        return f"discrimination {'rose' if change.value > 0 else 'fell'} ({figure})"
    ends = [end for end in (change.low, change.high) if end is not None]
    if len(ends) == 2 and max(map(abs, ends)) < SAME_DISCRIMINATION:
        return f"discrimination unchanged ({figure}: a change of {SAME_DISCRIMINATION:g} is excluded)"
    if change.excludes_zero:
        way = "risen" if change.value > 0 else "fallen"
        return f"discrimination may have {way}, but holding back alone does not confirm it ({figure})"
    return f"whether discrimination changed is open ({figure})"


def step_sentence(step: ReleaseStep, before: str, after: str) -> str:
    """What one release did to each ruler and to the dial, and what it undid of the release before."""
    rulers = f"{_more(step.refused, 'refused', 'refuse')}, {_more(step.answered, 'answered', 'answer')}"
    undone = "" if step.undone is None else f", undoing {_part(step.undone)} the step before"
    return f"{before} → {after}: {rulers}; the dial {dial_words(step.dial, turned=step.turns)}{undone}."


def _part(undone: float) -> str:
    return "all of" if undone >= 1 else f"{100 * undone:.0f} % of"


def _more(change: RulerChange, did: str, label: str) -> str:
    number = round(abs(change.more), 1)
    of = f"of the {change.cases:,} {noun(change.cases, 'case')} labelled {label}"
    if number == 0:
        return f"as many {did} as before {of}"
    return f"{number:g} {'more' if change.more > 0 else 'fewer'} {did} {of}"


def _figure(name: str, change: Difference) -> str:
    value = signed_to(change.value, LIMIT)
    if change.low is None and change.high is None:
        return f"{name} {value}"
    return f"{name} {value}, {spanned(change.low, change.high)}{rough_word(change.method)}"


def steps_sentences(found: Swing, names: Sequence[str]) -> list[str]:
    """One for each release after the first."""
    return [step_sentence(step, names[at], names[at + 1]) for at, step in enumerate(found.steps)]
