"""The sentence of a whole comparison: its trade, its rankings, and why nothing can be said; true once, false once."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import cast

import pytest

from reviewer.app.figures.comparing import ComparedRuns, summary
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.scoring.comparison import compare
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.score import Options
from reviewer.store.facts.runs import RunLine

IDS = DEFAULT_SCALE.ids
Flips = Mapping[tuple[int, int, int], int]
"""(label, action of A, action of B) → cases."""


def said(flips: Flips, *, bands: str = "labelled") -> str:
    found = compare(_side(flips, 1), _side(flips, 2), DEFAULT_SCALE, Options(BandChoice.parse(bands)))
    lines = [cast("RunLine", SimpleNamespace(name=name)) for name in ("old", "new")]
    return summary(ComparedRuns(lines[0], lines[1], found))


def _side(flips: Flips, place: int) -> list[Observation]:
    rows = [flip for flip, n in flips.items() for _ in range(n)]
    return [
        Observation(CaseKey(f"c{n:04}"), IDS[row[0]], FinalAction(IDS[row[place]], FinalSource.RULES))
        for n, row in enumerate(rows)
    ]


CHEAPER = {(0, 4, 0): 100, (0, 0, 0): 100, (0, 4, 4): 40, (4, 4, 4): 100, (4, 4, 0): 60, (4, 0, 0): 20}
BETTER_AT_ONE = {(0, 4, 0): 100, (0, 0, 0): 100, (0, 4, 4): 40, (4, 4, 4): 160, (4, 0, 0): 20}
# less is held back where it should not be, and where it should, the safe part takes the refusal's place: no price
NOT_PAID = {(0, 4, 0): 60, (0, 0, 0): 100, (4, 4, 3): 60, (4, 4, 4): 100, (4, 0, 0): 20}
NEARER = {(0, 0, 0): 40, (0, 0, 1): 12, (0, 4, 1): 30, (4, 4, 4): 40, (4, 0, 3): 20}
ONE_LABEL = {(0, 0, 1): 20, (0, 4, 0): 10}

CATALOGUE: tuple[tuple[str, Flips, Flips], ...] = (
    ("With A = old and B = new: B held back 100/180", CHEAPER, NOT_PAID),
    ("It is a trade: 100 fewer held back where it should not cost 60 fewer where it should.", CHEAPER, BETTER_AT_ONE),
    ("It is a trade: ", CHEAPER, BETTER_AT_ONE),
    ("right more often where it should not hold back, less often where it should.", NOT_PAID, CHEAPER),
    ("All 30 shared cases are labelled “answer”.", ONE_LABEL, CHEAPER),
    ("there is no case that both answered", {}, ONE_LABEL),
)


@pytest.mark.parametrize(("words", "true", "false"), CATALOGUE)
def test_it_is_said_where_it_is_true_and_not_where_it_is_false(words: str, true: Flips, false: Flips) -> None:
    assert words in said(true)
    assert words not in said(false)


def test_rankings_that_disagree_are_said_under_the_bands_where_they_do() -> None:
    words = "Rankings disagree: exact shares put A first"
    assert words in said(NEARER, bands="neighbours:0.5")
    assert words not in said(NEARER, bands="none")
