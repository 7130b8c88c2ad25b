"""A suite's plan in words, in tables and as the JSON document."""

from __future__ import annotations

from typing import Any

from reviewer.app.figures.suite_plans import LIMIT_CASES, LIMIT_POWER, MOST_GAIN, PlannedGain, PlannedSlice, SizePlan
from reviewer.core.actions import ActionId
from reviewer.wording.plain_text import plain_text
from reviewer.wording.plural import counted, noun
from reviewer.wording.tables import Table

NO_CHANGE = "none"


def sentence(plan: SizePlan) -> str:
    """What the cases that are there find, and what the changes asked about take."""
    repeats = counted(plan.question.repeats, "repeat")
    if not plan.basis.suite:
        each = "; ".join(f"{gain.gain:g} takes {_cases(gain)}" for gain in plan.gains)
        return f"To be found in 4 of 5 comparisons with {repeats}, a change of judgement (d_a) of {each}."
    limit = plan.question.limit
    # with one case there would be no second pole, and no plan
    first = f"The first {limit:,} cases are" if limit and limit < len(plan.basis.cases) else "This suite has"
    if plan.smallest is None:
        found = f"with {repeats} no change up to {MOST_GAIN:g} is found in 4 of 5 comparisons"
    else:
        found = f"with {repeats} a change of {plan.smallest:g} or more is found in 4 of 5 comparisons"
    takes = "; ".join(_takes(plan, gain) for gain in plan.gains)
    return f"{first} {plan.a_pole:,} {noun(plan.a_pole, 'case')} at each end: {found}; {takes}."


def _change(gain: PlannedGain) -> str:
    return f"A change of {gain.gain:g}"


def _about(cases: int) -> int:
    """As many digits as the plan knows: the same in sentences and tables; the JSON document has the count itself."""
    # NumPy and SciPy are there: what is said was computed by them
    from reviewer.core.scoring.power import rounded

    return rounded(cases)


def _cases(gain: PlannedGain) -> str:
    about = _about(gain.cases)
    return f"{about:,} {noun(about, 'case')} at each end"


def _takes(plan: SizePlan, gain: PlannedGain) -> str:
    if gain.cases <= plan.a_pole:
        return f"{_change(gain).lower()} would take {_cases(gain)} only"
    more = f" or {counted(gain.repeats, 'repeat')}" if gain.repeats else ""
    return f"{_change(gain).lower()} takes {_cases(gain)}{more}"


def limit_sentence(plan: SizePlan) -> str:
    """What even many cases would not find; empty where they would."""
    if plan.limit_power >= LIMIT_POWER:
        return ""
    gain, fifths = min(plan.question.gains), round(5 * plan.limit_power)
    often = f"only in {fifths} of 5 comparisons" if fifths else "in fewer than 1 of 10 comparisons"
    return (
        f"At this judgement (d_a {plan.expecting.d_a:.1f}) even {LIMIT_CASES} cases at each end find a change of "
        f"{gain:g} {often}."
    )


def notes(plan: SizePlan) -> list[str]:
    """What it rests on, a sentence each."""
    found = [*plan.basis.words(plan.expecting), limit_sentence(plan)]
    if plan.n[0] != plan.n[1]:
        low, high = plan.poles
        sides = (
            f"{counted(plan.n[0], 'case')} labelled {_name(plan, low)} and {plan.n[1]:,} labelled {_name(plan, high)}"
        )
        found.insert(0, f"{sides} are worth {plan.a_pole:,} at each end.")
    if hidden := len(plan.slices) - len(_shown(plan)):
        many = counted(hidden, "slice")
        found.append(f"{many} {noun(hidden, 'is', 'are')} too small to find any change up to {MOST_GAIN:g}.")
    return list(filter(None, found))


def _name(plan: SizePlan, label: str) -> str:
    return plain_text(plan.basis.scale[ActionId(label)].name)


def gains_table(plan: SizePlan) -> Table:
    if not plan.basis.suite:
        rows_of_gains = tuple((f"{each.gain:g}", f"{_about(each.cases):,}") for each in plan.gains)
        return Table(("Change of judgement (d_a)", "Cases at each end"), rows_of_gains, 0)
    there = f"Or repeats of the {plan.a_pole:,}"
    rows = (
        (f"{each.gain:g}", f"{_about(each.cases):,}", str(each.repeats or "–"), _percent(each.power))
        for each in plan.gains
    )
    return Table(("Change of judgement (d_a)", "Cases at each end", there, "Found as planned"), tuple(rows), 0)


def sizes_table(plan: SizePlan) -> Table:
    rows = ((f"{size:,}", change(smallest)) for size, smallest in plan.sizes)
    return Table(("Cases at each end", "Finds a change of"), tuple(rows), 0)


def pairs_table(plan: SizePlan) -> Table:
    rows = tuple((_name(plan, each.by), _name(plan, each.value), *_figures(each)) for each in plan.pairs)
    return Table(("Label", "against label", "Cases", "and", "Finds a change of"), rows, 2)


def slices_table(plan: SizePlan) -> Table:
    rows = tuple((each.by, plain_text(each.value), *_figures(each)) for each in _shown(plan))
    return Table(("Slice by", "Value", "Cases", "and", "Finds a change of"), rows, 2)


def _shown(plan: SizePlan) -> list[PlannedSlice]:
    """Slices of a few cases find nothing, and a suite can have hundreds of them."""
    return [each for each in plan.slices if each.smallest is not None]


def _figures(each: PlannedSlice) -> tuple[str, str, str]:
    return f"{each.n[0]:,}", f"{each.n[1]:,}", change(each.smallest)


def change(smallest: float | None) -> str:
    """`0.85`, or that there is none."""
    return NO_CHANGE if smallest is None else f"{smallest:g}"


def _percent(power: float | None) -> str:
    return "–" if power is None else f"{min(max(round(100 * power), 1), 99)} %"


def plan_document(plan: SizePlan) -> dict[str, Any]:
    """`plan-suite --json`; what is unknown is null."""
    from reviewer.core.scoring.power import POWER

    expecting = plan.expecting
    return {
        "suite": plan.basis.suite or None,
        "runs": list(plan.basis.runs),
        "hold_back": list(plan.basis.options.hold_back),
        "repeats": plan.question.repeats,
        "power": POWER,
        "poles": [{"label": label, "n": n} for label, n in zip(plan.poles, plan.n, strict=True)],
        "cases_a_pole": plan.a_pole,
        "assumed": {
            "d_a": expecting.d_a,
            "thresholds_from_run": plan.basis.runs[-1] if expecting.thresholds else None,
            "rho": expecting.rho,
            "rho_from_pairs": expecting.rho_seen_by,
            "own": expecting.own,
            "own_from_pairs": expecting.own_seen_by,
            "paired": expecting.paired,
        },
        "minimum_change": plan.smallest,
        "gains": [
            {"gain": each.gain, "cases_a_pole": each.cases, "repeats": each.repeats, "power": each.power}
            for each in plan.gains
        ],
        "sizes": [{"cases_a_pole": size, "minimum_change": smallest} for size, smallest in plan.sizes],
        "label_pairs": [
            {"labels": [each.by, each.value], "n": list(each.n), "minimum_change": each.smallest} for each in plan.pairs
        ],
        "slices": [
            {"by": each.by, "value": each.value, "n": list(each.n), "minimum_change": each.smallest}
            for each in plan.slices
        ],
        "sentence": sentence(plan),
        "notes": notes(plan),
    }
