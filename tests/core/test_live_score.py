"""The score that goes along with a review is the score of the report, whatever was decided so far."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE, ActionId
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.scoring.credit import Observation, credit
from reviewer.core.scoring.live import LiveScore, LiveSheet
from reviewer.core.scoring.live_rows import LiveRow
from reviewer.core.scoring.sampled import corrected_score
from reviewer.core.scoring.score import Correction, Interval

IDS = DEFAULT_SCALE.ids
actions = st.sampled_from(IDS)


@st.composite
def observed(draw: st.DrawFn) -> list[Observation]:
    """Up to eight cases of two labels or more, some of them in pairs, with up to three repeats; decided in part."""
    found = []
    for case in range(draw(st.integers(1, 8))):
        label = IDS[draw(st.integers(0, 1))]
        pair = draw(st.sampled_from(("", "p", "q")))
        for repeat in range(1, draw(st.integers(1, 3)) + 1):
            automatic, word = draw(st.none() | actions), draw(st.none() | actions)
            seen = draw(st.booleans())
            final = FinalAction(word, FinalSource.DECIDED) if seen else FinalAction(automatic, FinalSource.RULES)
            bulk, skipped = draw(st.booleans()), draw(st.booleans())
            found.append(
                Observation(
                    CaseKey(f"c{case}"),
                    label,
                    final,
                    repeat,
                    automatic=automatic,
                    reviewed=seen,
                    pair=pair,
                    skipped=skipped,
                    bulk=seen and bulk,
                )
            )
    return found


def rows_of(items: list[Observation]) -> list[LiveRow]:
    def worth(one: Observation, action: ActionId | None) -> float:
        return math.nan if action is None else credit(one.label, one.band, action)

    return [
        LiveRow(
            number,
            one.case,
            one.repeat,
            DEFAULT_SCALE.rank(one.label),
            one.pair,
            worth(one, one.automatic),
            worth(one, one.final.action if one.reviewed and not one.bulk else None),
            one.reviewed or one.skipped,
        )
        for number, one in enumerate(items)
    ]


@given(observed(), st.data())
def test_it_is_the_corrected_score(items: list[Observation], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(items))))
    kept = order[: data.draw(st.sampled_from((0, len(order) - 1, len(order))))]
    plan = {number: (place, (place % 4 + 1) / 4) for place, number in enumerate(kept)}
    by_key = {(items[number].case, items[number].repeat): found for number, found in plan.items()}
    expected = corrected_score(items, DEFAULT_SCALE, BandChoice(), by_key)
    shown = LiveSheet(rows_of(items), [plan], DEFAULT_SCALE).score().correction
    assert (shown.reason, shown.missing, shown.reviewed) == (expected.reason, expected.missing, expected.reviewed)
    assert shown.value == pytest.approx(expected.value, abs=1e-12)
    for found, wanted in ((shown.interval, expected.interval), (shown.of_run, expected.of_run)):
        assert (found is None) == (wanted is None)
        if found is not None and wanted is not None:
            assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)


@given(observed(), st.data())
def test_taking_in_a_decision_is_as_good_as_reading_all_anew(items: list[Observation], data: st.DataObject) -> None:
    plan = {number: (number, 0.5) for number in range(len(items))}
    sheet = LiveSheet(rows_of(items), [plan], DEFAULT_SCALE)
    for number in data.draw(st.lists(st.integers(0, len(items) - 1), max_size=4)):
        word = data.draw(st.none() | actions)
        items[number] = replace(items[number], final=FinalAction(word, FinalSource.DECIDED), reviewed=True, bulk=False)
        assert sheet.take([rows_of(items)[number]])
    assert sheet.score() == LiveSheet(rows_of(items), [plan], DEFAULT_SCALE).score()


@given(observed(), st.data())
def test_of_several_plans_it_rests_on_the_one_that_was_worked_furthest(
    items: list[Observation], data: st.DataObject
) -> None:
    orders = [data.draw(st.permutations(range(len(items)))) for _ in range(2)]
    plans = [{number: (place, 0.5) for place, number in enumerate(order)} for order in orders]

    def worked(order: list[int]) -> int:
        scored = [items[number] for number in order if items[number].automatic]
        return next((at for at, one in enumerate(scored) if not one.reviewed and not one.skipped), len(scored))

    furthest = plans[0] if worked(orders[0]) >= worked(orders[1]) else plans[1]
    both, one = (LiveSheet(rows_of(items), each, DEFAULT_SCALE).score() for each in (plans, [furthest]))
    assert both == one


def test_a_copy_does_not_change_with_what_is_taken_in_later() -> None:
    row = LiveRow(1, "a", 1, 0, "", 1.0, math.nan, False)
    sheet = LiveSheet([row], [], DEFAULT_SCALE)
    kept = sheet.copy()
    sheet.take([row._replace(decision=0.0, seen=True)])
    assert kept.score().correction.value is None
    assert sheet.score().correction.value == 0.0


def test_an_unknown_response_or_another_label_asks_for_a_new_sheet() -> None:
    row = LiveRow(1, "a", 1, 0, "", 1.0, math.nan, False)
    sheet = LiveSheet([row], [], DEFAULT_SCALE)
    assert not sheet.take([row._replace(response_id=2)])
    assert not sheet.take([row._replace(label=3)])


def reached(half: float, drawn: int, frame: int) -> LiveScore:
    of_run = Interval(0.5 - half, 0.5 + half, "normal")
    return LiveScore(Correction(0.5, of_run=of_run, reviewed=drawn), drawn, frame)


@given(st.floats(0.001, 0.4), st.floats(0.01, 0.99), st.integers(2, 400), st.integers(1, 300))
def test_how_many_more_reviews_are_just_enough(half: float, part: float, drawn: int, more: int) -> None:
    """By the standard error of a mean of m of N: with one review less it would be wider than asked for."""
    frame, width = drawn + more, half * part
    found = reached(half, drawn, frame).further(width)

    def half_after(reviews: int) -> float:
        return half * math.sqrt((1 / (drawn + reviews) - 1 / frame) / (1 / drawn - 1 / frame))

    assert found is not None
    assert half_after(found) <= width * (1 + 1e-6)
    assert half_after(found - 1) >= width * (1 - 1e-6)


def test_nothing_more_is_asked_for_where_it_is_reached_or_all_is_reviewed() -> None:
    assert reached(0.02, 100, 500).further(0.03) == 0
    assert reached(0.02, 500, 500).further(0.01) == 0
    assert LiveScore(Correction(reason="nobody has decided a response yet")).further(0.02) is None
