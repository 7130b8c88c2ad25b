"""The verdict that a release is decided by: plain, the same whichever is better, and true of the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.scoring.comparison import Comparison, compare
from reviewer.core.scoring.paired import Difference
from reviewer.wording.decision import NAMES, basis, change_words, changes_table, sure, verdict
from reviewer.wording.precision import limits, signed_to
from tests.core.test_comparison import observation

Flips = Mapping[tuple[int, int], int]
JARGON = {"pole", "poles", "d_a", "criterion", "frontier", "dial", "oscillates", "slid", "inward", "outward"}


def compared(should_not: Flips, should: Flips) -> Comparison:
    """Cases labelled answer and refuse, by (action of the older, action of the newer)."""
    rows = [
        (f"{label}-{number}-{before}-{after}", label, before, after)
        for label, flips in ((0, should_not), (4, should))
        for (before, after), n in flips.items()
        for number in range(n)
    ]
    older = [observation(key, label, before) for key, label, before, _ in rows]
    newer = [observation(key, label, after) for key, label, _, after in rows]
    return compare(older, newer, DEFAULT_SCALE)


BETTER = compared({(4, 0): 60, (0, 0): 35, (4, 4): 5}, {(4, 4): 80, (0, 4): 15, (0, 0): 5})
WORSE = compared({(0, 4): 60, (0, 0): 35, (4, 4): 5}, {(4, 4): 80, (4, 0): 15, (0, 0): 5})
SAME = compared({(0, 0): 80, (4, 4): 20}, {(4, 4): 80, (0, 0): 20})
ALIKE_AND_FEW = compared({(0, 0): 8, (4, 4): 2, (4, 0): 1, (0, 4): 1}, {(4, 4): 9, (0, 0): 1})
FEW = compared({(0, 0): 6, (4, 0): 2}, {(4, 4): 7, (4, 0): 1})
ALWAYS = compared({(0, 4): 30, (4, 4): 10}, {(4, 4): 30, (0, 4): 10})
ONE_LABEL = compared({(0, 0): 5, (0, 4): 5}, {})
NOTHING = compare([], [], DEFAULT_SCALE)
ALL = pytest.mark.parametrize("found", [BETTER, WORSE, SAME, ALIKE_AND_FEW, FEW, ALWAYS, ONE_LABEL, NOTHING])


@pytest.mark.parametrize(
    ("found", "begins"),
    [
        (BETTER, "new is better than old: "),
        (WORSE, "new is worse than old: "),
        (SAME, "new judges as well as old: at the two ends of the scale no change was found"),
        (ALIKE_AND_FEW, "At the two ends of the scale no change was found from old to new; one may be too small"),
        (ALWAYS, "Undecided: new always holds back, whatever is asked"),
        (ONE_LABEL, "Nothing can be said of new against old: all 10 cases"),
        (NOTHING, "Nothing can be said of new against old: no case was answered by both."),
    ],
)
def test_the_answer_comes_first(found: Comparison, begins: str) -> None:
    assert verdict("old", "new", found).startswith(begins)


@ALL
def test_no_word_has_to_be_looked_up(found: Comparison) -> None:
    said = f"{verdict('old', 'new', found)} {basis('old', 'new', found)}"
    assert not {word.strip(".,:;()") for word in said.split()} & JARGON
    assert said == said.strip() or not basis("old", "new", found)
    assert "  " not in said.strip()


def labelled(*rows: tuple[int, int, int, int]) -> Comparison:
    """Cases by (label, action of the older, action of the newer, how many)."""
    cases = [(f"{label}-{a}-{b}-{at}", label, a, b) for label, a, b, n in rows for at in range(n)]
    older, newer = ([observation(key, label, pair[v]) for key, label, *pair in cases] for v in (0, 1))
    return compare(older, newer, DEFAULT_SCALE)


ENDS = ((0, 0, 0, 90), (0, 4, 4, 10), (4, 4, 4, 90), (4, 0, 0, 10))
BETWEEN = labelled(*ENDS, (2, 4, 2, 30), (2, 2, 2, 70))
SHOULD_NOT = ((0, 0, 1, 100), (0, 1, 1, 60), (0, 0, 0, 150), (0, 2, 2, 40), (0, 4, 4, 20))
CAVEATS = labelled(
    *SHOULD_NOT, (4, 4, 4, 180), (4, 3, 3, 50), (4, 2, 2, 30), (4, 1, 1, 20), (4, 0, 1, 6), (4, 0, 0, 20)
)
HARDLY = labelled((0, 0, 0, 100), (0, 2, 0, 8), (0, 0, 2, 2), (4, 4, 4, 100), (4, 2, 4, 7), (4, 4, 2, 3))
FEW_BETWEEN = labelled(*ENDS, (2, 4, 2, 6), (2, 2, 2, 70))


def latent(*versions: tuple[float, float], cases: int = 600) -> Comparison:
    """Cases of the two ends, by the gain and the dial of two versions."""
    rng, at = np.random.default_rng(5), np.arange(cases)
    own, label = 0.7 * rng.normal(size=cases), at % 2 * 4
    sides = (
        np.searchsorted([-0.9, -0.3, 0.3, 0.9], (label / 2 - 1) * gain + dial + own + 0.7 * rng.normal(size=cases))
        for gain, dial in versions
    )
    older, newer = ([observation(f"{n:03}", int(label[n]), int(action[n])) for n in at.tolist()] for action in sides)
    return compare(older, newer, DEFAULT_SCALE)


def test_a_score_that_changed_stands_beside_a_verdict_that_does_not_say_so() -> None:
    assert BETWEEN.movement is not None
    assert BETWEEN.movement.verdict == "none"
    most = "most of it on the cases labelled between the two ends of the scale."
    assert sure(BETWEEN) == f"What is sure: its balanced score rose by 0.100, {most}"
    assert sure(FEW_BETWEEN).startswith("What is likely, on few cases that changed: its balanced score rose by ")
    assert CAVEATS.movement is not None
    assert (CAVEATS.movement.verdict, CAVEATS.movement.direction) == ("slid", "in_between")
    assert "its balanced score fell by 0.135. Other use of the actions in between can do that" in sure(CAVEATS)
    assert "The test that finds no change is another one" in sure(HARDLY)
    turned = latent((1.3, 0.9), (1.3, 0.0), cases=2_000)
    assert turned.movement is not None
    assert (turned.movement.verdict, turned.movement.direction) == ("slid", "less_cautious")
    assert "rose by 0.073. Being less cautious can do that without better judgement." in sure(turned)
    assert BETTER.movement is not None
    inward = replace(BETTER, movement=replace(BETTER.movement, direction="inward,less_cautious"))
    assert "depends on how cautious a version is; the verdict does not." in sure(inward)


def test_nothing_is_added_where_the_verdict_says_the_same_or_the_score_may_not_have_changed() -> None:
    assert sure(BETTER) == sure(WORSE) == sure(SAME) == sure(ALIKE_AND_FEW) == sure(ONE_LABEL) == sure(NOTHING) == ""


@ALL
def test_better_is_said_only_where_the_verdict_is_that_it_moved(found: Comparison) -> None:
    moved = found.movement
    is_said = " is better than " in verdict("old", "new", found) or " is worse than " in verdict("old", "new", found)
    assert is_said == (moved is not None and moved.verdict in ("moved", "moved_and_slid"))


def test_the_counts_are_those_of_both_versions() -> None:
    said = basis("old", "new", BETTER)
    assert "new did so in 95 of 100 cases (old: 80)" in said
    assert "in 5 of 100 (old: 65)" in said
    assert "The action changed in 75 of 200 cases" in said


def test_a_score_has_three_digits_its_limits_two_and_shares_are_points() -> None:
    found = Difference(0.12345, 0.0449, 0.2051, None)
    assert change_words("balanced", found) == "+0.123 [+0.04, +0.21], better"
    assert change_words("over_cautious", found) == "+12.3 points [+4.5, +20.5], worse"
    assert change_words("under_cautious", Difference(-0.01, -0.02, 0.0, None)) == (
        "−1.0 points [−2.0, 0.0], may be no change"
    )
    assert change_words("balanced", Difference(-0.2, None, -0.1, None)) == "−0.200 [no bound, −0.10], may be no change"


def test_the_table_has_what_the_chart_says() -> None:
    table = changes_table(BETTER.deltas)
    for (key, name), row in zip(NAMES.items(), table.rows, strict=True):
        assert row[0] == name
        assert f"{row[1]}, {row[2]}" == change_words(key, BETTER.deltas[key])
    empty = changes_table(NOTHING.deltas)
    assert {row[1:] for row in empty.rows} == {("–", "cannot be computed on these cases")}


@given(st.floats(-1000, 1000), st.integers(0, 4))
def test_nothing_that_rounds_to_nothing_has_a_sign(value: float, digits: int) -> None:
    said = signed_to(value, digits)
    assert float(said.replace("−", "-")) == pytest.approx(round(value, digits))
    assert (said[0] in "+−") == (round(value, digits) != 0)


def test_unknown_ends_are_said() -> None:
    assert limits(None, None) == "–"
    assert limits(None, 0.5) == "[no bound, +0.50]"
    assert limits(-0.5, None, of_share=True) == "[−50.0, no bound]"
