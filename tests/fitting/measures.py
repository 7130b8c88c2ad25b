"""How well the rules agree with people on families of responses that they were not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from reviewer.classify.model import Head
from tests.fitting.response_fit import Rows, crossed_rows, fit_heads, language_models, rows_with
from tests.fitting.texts import Labelled


class Held(NamedTuple):
    """One response of a family that was held out: what the heads said of it."""

    item: Labelled
    engagement: str
    sure: float
    action: str
    joint: float


def answers(heads: Mapping[str, Head], rows: Rows, labelled: Sequence[Labelled]) -> list[Held]:
    """What the heads say of each row."""
    levels = heads["engagement"].probabilities(rows.features)
    asks = heads["asks"].probabilities(rows.features)[:, 1]
    caveat = heads["caveat"].probabilities(rows.features)[:, 1]
    classes = heads["engagement"].classes
    found = []
    for row, number in enumerate(rows.numbers):
        engagement = classes[int(levels[row].argmax())]
        action = _action(engagement, bool(asks[row] > 0.5), bool(caveat[row] > 0.5))
        second = max(caveat[row], 1 - caveat[row]) if engagement == "full" else max(asks[row], 1 - asks[row])
        sure = float(levels[row].max())
        found.append(Held(labelled[number], engagement, sure, action, sure * float(second)))
    return found


def _action(engagement: str, asks: bool, caveat: bool) -> str:
    if engagement == "full":
        return "answer_with_caveat" if caveat else "answer"
    if asks:
        return "clarify"
    return "answer_safe_interpretation_only" if engagement == "partial" else "refuse"


def leave_out(labelled: Sequence[Labelled], group_of: Callable[[Labelled], str | None]) -> dict[str, list[Held]]:
    """For each group, what models say of it that were fitted on all the others; None is never held out."""
    groups = sorted({group for item in labelled if (group := group_of(item)) is not None})
    with ProcessPoolExecutor() as workers:
        waiting = {}
        for group in groups:
            others = [item for item in labelled if group_of(item) != group]
            waiting[group] = workers.submit(held_out, others, [item for item in labelled if group_of(item) == group])
        return {group: future.result() for group, future in waiting.items()}


def held_out(others: Sequence[Labelled], own: Sequence[Labelled]) -> list[Held]:
    """What models fitted on `others` say of `own`."""
    heads = fit_heads(crossed_rows(others), others)
    return answers(heads, rows_with(language_models(others), own), own)
