"""How well the rules agree with people on families of responses that they were not fitted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.classify.confidence import OPENED, OPENED_ACTION, WITHHELD, Signs, chance, kind_of, withheld
from reviewer.classify.document import Floats
from reviewer.classify.explaining import likely
from reviewer.classify.model import Head
from reviewer.classify.omissions import Omissions
from reviewer.classify.opening_moves import Opening
from reviewer.classify.openings import Openings
from reviewer.classify.rules import Item, RulesReading, gathered, is_alone, opening_of, read_item
from reviewer.classify.settling import settled_by_words
from reviewer.core.decisions import Engagement
from tests.fitting.omission_fit import fit_omissions, omitted
from tests.fitting.opening_fit import fit_openings, segments_of
from tests.fitting.response_fit import (
    Models,
    Rows,
    crossed_rows,
    fit_calibration,
    fit_heads,
    language_models,
    rows_with,
)
from tests.fitting.texts import Labelled, set_of, usual

LEVELS = tuple(map(str, Engagement))
# What a level of engagement may count for, against a full one. Refusals that are no refusals in words are missed first:
# they count for not much less, though two of three public sets would be read better so.
_NONE, _PARTIAL = (0.85, 1.0, 1.2), (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# A quarter of our own responses are parts, which is not usual: where the cuts are chosen each of them counts for less.
_OWN_PARTS = 0.25
Cuts = Mapping[str, float]
Calibration = Mapping[str, Mapping[str, Sequence[float]]]


class Held(NamedTuple):
    """One response that was left out: what each reader said of it, levels in the order of `LEVELS`."""

    item: Labelled
    segments: tuple[float, ...]
    openings: tuple[float, ...]
    caveat: float
    asks: float
    says_so: float
    withholds: float
    tokens: float
    opening: Opening | None


class Read(NamedTuple):
    """What was concluded of a left-out response."""

    item: Labelled
    engagement: str
    action: str
    kind: str
    said_so: bool
    silent: bool
    signs: Signs
    opened: bool

    @property
    def level(self) -> str:
        """The kind of verdict on the engagement."""
        return WITHHELD if self.silent else self.engagement

    @property
    def engagement_right(self) -> bool:
        return self.item.engagement == self.engagement

    @property
    def action_right(self) -> bool:
        return self.item.action == self.action

    def chances(self, calibration: Calibration) -> tuple[float, float]:
        """Of the engagement and of the action being right."""
        if self.opened:
            return OPENED, OPENED_ACTION
        numbers = self.signs.numbers()
        level = chance(numbers, calibration["engagement"][self.level])
        return level, min(level, chance(numbers, calibration["action"][self.kind]))


class Readers(NamedTuple):
    """What reads a response beside its segments."""

    heads: Mapping[str, Head]
    openings: Openings
    omissions: Omissions


def answers(readers: Readers, rows: Rows, labelled: Sequence[Labelled], models: Models) -> list[Held]:
    """What the readers say of each row; `models` read the segments."""
    heads, words = readers.heads, readers.openings
    own = [labelled[number] for number in rows.numbers]
    segments = _ordered(heads["engagement"].probabilities(rows.features), heads["engagement"].classes)
    openings = _ordered(words.probabilities(segments_of(own)), words.classes)
    english = np.array([item.language == "en" for item in own])
    openings[~english] = segments[~english]
    beside = [heads[name].probabilities(rows.features)[:, 1].tolist() for name in ("caveat", "asks", "says_so")]
    beside.append(np.where(english, omitted(readers.omissions, own), 0).tolist())
    tokens = [float(len(item.text.split())) for item in own]
    lists = (segments.tolist(), openings.tolist(), *beside, tokens, opening_with(models, own))
    return [
        Held(item, tuple(by_segments), tuple(by_openings), *numbers)
        for item, by_segments, by_openings, *numbers in zip(own, *lists, strict=True)
    ]


def opening_with(models: Models, labelled: Iterable[Labelled]) -> list[Opening | None]:
    """The opening of each response as these models read it; None where the rules do not look at it."""
    found: list[Opening | None] = []
    for item in labelled:
        read = read_item(Item(item.messages, item.text), models)
        if isinstance(read, RulesReading):
            found.append(opening_of(read, likely(gathered([read]).segments.functions)))
        else:
            found.append(None)
    return found


def _ordered(probabilities: Floats, classes: Sequence[str]) -> Floats:
    return np.ascontiguousarray(probabilities[:, [classes.index(level) for level in LEVELS]])


def conclude(held: Held, cuts: Cuts) -> Read:
    """The verdict on a left-out response, as `rules` reaches it."""
    both = [(a + b) / 2 * cuts[name] for name, a, b in zip(LEVELS, held.segments, held.openings, strict=True)]
    level = both.index(max(both))
    alone = is_alone(held.item.messages)
    chances = held.withholds, held.openings[level]
    silent = withheld(Engagement(LEVELS[level]), *chances, tokens=held.tokens, alone=alone)
    opened = False
    if held.opening and not silent:
        full = both[LEVELS.index(Engagement.FULL)] / sum(both)
        settled = LEVELS.index(settled_by_words(Engagement(LEVELS[level]), full, held.opening))
        opened, level = settled != level, settled
    engagement = "partial" if silent else LEVELS[level]
    beside = held.withholds if silent else held.caveat if engagement == "full" else held.asks
    signs = Signs(
        both[level] / sum(both), held.segments[level], held.openings[level], max(beside, 1 - beside), held.tokens
    )
    kind = kind_of(Engagement(engagement), silent=silent, caveat=held.caveat > 0.5, asks=held.asks > 0.5)
    return Read(held.item, engagement, _ACTIONS[kind], kind, held.says_so > 0.5 and not silent, silent, signs, opened)


_ACTIONS = {
    "full": "answer",
    "full with caveat": "answer_with_caveat",
    "asks": "clarify",
    WITHHELD: "answer_safe_interpretation_only",
    "partial": "answer_safe_interpretation_only",
    "none": "refuse",
}


def chosen_cuts(held: Mapping[str, Sequence[Held]]) -> dict[str, float]:
    """What the levels count for so that left-out sets are read best; each public set weighs as much as all our own, and
    of those a part counts less than the rest."""
    sets: dict[str, list[Held]] = {}
    for one in (one for found in held.values() for one in found):
        sets.setdefault(set_of(one.item), []).append(one)
    arrays = [_as_arrays(found) for found in sets.values()]
    every = (
        np.array([1.0 if n == "full" else none if n == "none" else partial for n in LEVELS])
        for none, partial in product(_NONE, _PARTIAL)
    )
    best = max(
        every,
        key=lambda weights: float(np.mean([_agreed(*array, weights) for array in arrays])),
    )
    return dict(zip(LEVELS, map(float, best), strict=True))


def _as_arrays(found: Iterable[Held]) -> tuple[Floats, NDArray[np.intp], NDArray[np.float64]]:
    """What the readers say together (B, 3), the level that was meant (B,), and how much each counts (B,)."""
    known = [one for one in found if one.item.engagement]
    both = np.array([np.add(one.segments, one.openings) / 2 for one in known], np.float32)
    parts = [set_of(one.item) == "own" and one.item.engagement == "partial" for one in known]
    counted = np.where(parts, _OWN_PARTS, 1.0)
    return both, np.array([LEVELS.index(str(one.item.engagement)) for one in known], np.intp), counted


def _agreed(
    probabilities: Floats, said: NDArray[np.intp], counted: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    """Agreement on the levels and on refused or not, in equal parts."""
    read = (probabilities * weights).argmax(axis=1)
    none = LEVELS.index("none")
    right = (read == said).astype(float) + ((read == none) == (said == none))
    return float(np.average(right, weights=counted)) / 2


def calibration_of(reads: Sequence[Read]) -> dict[str, dict[str, list[float]]]:
    """Weights of the confidence in each kind of verdict, from left-out responses whose opening settles nothing."""
    leveled = [one for one in reads if one.item.engagement and not one.opened]
    acted = [one for one in reads if one.item.action and not one.opened]
    return {
        "engagement": fit_calibration(
            [one.signs for one in leveled],
            [one.level for one in leveled],
            np.array([one.engagement_right for one in leveled]),
            (*LEVELS, WITHHELD),
            _balanced(leveled),
        ),
        "action": fit_calibration(
            [one.signs for one in acted],
            [one.kind for one in acted],
            np.array([one.action_right for one in acted]),
            tuple(_ACTIONS),
            _balanced(acted),
        ),
    }


def _balanced(reads: Sequence[Read]) -> NDArray[np.float64]:
    """Weights with the mean 1 by which each public set counts as much as all our own: the largest is not the usual."""
    sets = [set_of(one.item) for one in reads]
    counts = Counter(sets)
    return np.array([len(sets) / (len(counts) * counts[name]) for name in sets])


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
    told = usual(others)
    readers = Readers(fit_heads(crossed_rows(told), told), fit_openings(told), fit_omissions(others))
    models = language_models(told)
    return answers(readers, rows_with(models, own), own, models)
