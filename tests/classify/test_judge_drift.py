"""Drift of a judge: exact figures, and when a person is asked."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.classify.judge.drift import Drift, Place, compare, exact_interval, sign_test
from reviewer.core.actions import DEFAULT_SCALE, ActionId
from tests.support.builders import ANSWER, CLARIFY, REFUSE

Verdicts = dict[Place, ActionId | None]


def verdicts(*actions: ActionId | None) -> Verdicts:
    return {(f"c{number:03}", 1): action for number, action in enumerate(actions)}


def drift(before: Verdicts, now: Verdicts, total: int | None = None) -> Drift:
    places = sorted({*before, *now})
    extra: list[Place] = [(f"x{number}", 1) for number in range((total or len(places)) - len(places))]
    return compare(before, now, [*places, *extra], DEFAULT_SCALE)


def test_equal_verdicts_are_no_drift() -> None:
    same = verdicts(*[ANSWER, REFUSE, None] * 7)
    found = drift(same, same)
    assert (found.compared, found.changes, found.share, found.drifted, found.needs_a_word) == (
        21,
        (),
        0.0,
        False,
        False,
    )
    assert found.sentence == (
        "The judge's 21 control verdicts are as they were; no drift. 7 of its 21 replies are no verdict."
    )


def test_the_first_time_there_is_nothing_to_compare_with() -> None:
    found = drift({}, verdicts(ANSWER, REFUSE))
    assert (found.first, found.needs_a_word, found.share, found.interval) == (True, False, None, None)
    assert "no former verdicts" in found.sentence
    assert "2 replies" in found.sentence
    assert "no verdict." not in found.sentence
    assert "1 of its 2 replies are no verdict." in drift({}, verdicts(None, REFUSE)).sentence


def test_changes_are_listed_and_read_in_a_sentence() -> None:
    before = verdicts(*[ANSWER] * 20)
    now = {**before, ("c003", 1): REFUSE, ("c004", 1): CLARIFY, ("c007", 1): REFUSE, ("c009", 1): None}
    found = drift(before, now)
    assert [(change.case, change.before, change.now) for change in found.changes] == [
        ("c003", ANSWER, REFUSE),
        ("c004", ANSWER, CLARIFY),
        ("c007", ANSWER, REFUSE),
        ("c009", ANSWER, None),
    ]
    assert (found.more_cautious, found.less_cautious, found.share) == (3, 0, 0.2)
    assert found.interval == pytest.approx((0.0573, 0.4366), abs=1e-4)
    assert found.p_direction == 0.25
    assert found.needs_a_word
    assert "4 of 20 control verdicts changed (20 %, 95 % interval 5.7 to 43.7 %)" in found.sentence
    assert "3 to a more cautious action, 0 to a less cautious one, 1 from or to unscored" in found.sentence
    assert "exact McNemar p = 0.25" in found.sentence
    assert "A person must say" in found.sentence


@pytest.mark.parametrize(
    ("n", "more", "less", "drifted"),
    [
        (20, 1, 0, False),
        (20, 2, 0, True),
        (10, 1, 0, True),
        (1000, 20, 20, False),
        (1000, 40, 0, True),
        (1000, 3, 2, False),
        (1000, 30, 30, True),
    ],
)
def test_many_changes_or_one_sided_ones_are_drift(n: int, more: int, less: int, drifted: bool) -> None:
    before = verdicts(*[CLARIFY] * n)
    now = verdicts(*[REFUSE] * more, *[ANSWER] * less, *[CLARIFY] * (n - more - less))
    found = drift(before, now)
    assert found.drifted is drifted
    assert ("no drift" in found.sentence) is not drifted


def test_what_has_no_verdict_now_is_not_compared_and_counted() -> None:
    found = drift(verdicts(ANSWER, ANSWER, REFUSE), verdicts(ANSWER, ANSWER), total=3)
    assert (found.compared, found.total) == (2, 3)
    assert "1 of 3 could not be compared" in found.sentence


def test_nothing_left_to_compare_asks_a_person() -> None:
    found = drift(verdicts(ANSWER), {})
    assert found.needs_a_word
    assert found.sentence.startswith("None of the control verdicts can be compared")


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_sign_test_is_symmetric_and_a_probability(up: int, down: int) -> None:
    assert sign_test(up, down) == sign_test(down, up)
    assert 0 < sign_test(up, down) <= 1
    assert sign_test(up, up) == 1


@pytest.mark.parametrize(("up", "down", "p"), [(5, 0, 0.0625), (6, 0, 0.03125), (8, 1, 0.0390625), (0, 0, 1.0)])
def test_the_sign_test_by_hand(up: int, down: int, p: float) -> None:
    assert sign_test(up, down) == pytest.approx(p)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_has_the_tails_that_define_it(counts: tuple[int, int]) -> None:
    k, n = counts
    low, high = exact_interval(k, n)

    def tail(p: float, numbers: range) -> float:
        return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in numbers)

    assert 0 <= low <= k / n <= high <= 1
    assert k == 0 or tail(low, range(k, n + 1)) == pytest.approx(0.025, abs=1e-9)
    assert k == n or tail(high, range(k + 1)) == pytest.approx(0.025, abs=1e-9)


def test_a_large_control_set_has_an_interval_too() -> None:
    low, high = exact_interval(500, 5000)
    assert (low, high) == pytest.approx((0.0918, 0.1087), abs=2e-4)


def test_the_stored_form_holds_what_is_shown() -> None:
    found = drift(verdicts(ANSWER, REFUSE), verdicts(REFUSE, REFUSE))
    stored = found.as_json()
    assert stored["sentence"] == found.sentence
    assert stored["changes"] == [{"case": "c000", "repeat": 1, "before": "answer", "now": "refuse"}]
    assert stored["needs_a_word"] is True
