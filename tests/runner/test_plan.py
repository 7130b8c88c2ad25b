"""What is left to do of a run."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.cases import CaseKey
from reviewer.core.responses import ResponseState
from reviewer.runner.plan import missing_requests

cases = st.lists(st.sampled_from([CaseKey(c) for c in "abcdefgh"]), unique=True)
stored = st.dictionaries(
    st.tuples(st.sampled_from([CaseKey(c) for c in "abcdefgh"]), st.integers(1, 4)), st.sampled_from(ResponseState)
)
limits = st.none() | st.integers(0, 10)


def test_what_is_missing_or_failed_is_sent_in_order() -> None:
    a, b, c = CaseKey("a"), CaseKey("b"), CaseKey("c")
    held = {(b, 1): ResponseState.OK, (a, 2): ResponseState.ERROR, (a, 1): ResponseState.EMPTY}
    assert missing_requests([b, a, c], 2, held, None) == [(b, 2), (a, 2), (c, 1), (c, 2)]
    assert missing_requests([b, a, c], 2, held, 2) == [(b, 2), (a, 2)]


@given(cases, st.integers(1, 4), stored, limits)
def test_the_plan_is_exactly_what_is_missing(
    order: list[CaseKey], repeats: int, held: dict[tuple[CaseKey, int], ResponseState], limit: int | None
) -> None:
    plan = missing_requests(order, repeats, held, limit)
    wanted = [(case, repeat) for case in order[:limit] for repeat in range(1, repeats + 1)]
    assert len(set(plan)) == len(plan)
    assert plan == [pair for pair in wanted if pair in set(plan)]
    assert all((held.get(pair, ResponseState.ERROR) is ResponseState.ERROR) == (pair in plan) for pair in wanted)


@given(cases, st.integers(1, 4), stored, limits, st.data())
def test_a_resumed_run_asks_only_for_the_rest_and_ends(
    order: list[CaseKey],
    repeats: int,
    held: dict[tuple[CaseKey, int], ResponseState],
    limit: int | None,
    data: st.DataObject,
) -> None:
    plan = missing_requests(order, repeats, held, limit)
    sent = plan[: data.draw(st.integers(0, len(plan)))]
    after = {**held, **dict.fromkeys(sent, ResponseState.OK)}
    assert missing_requests(order, repeats, after, limit) == plan[len(sent) :]


@given(cases, st.integers(1, 3))
def test_a_case_that_is_given_twice_is_asked_once(order: list[CaseKey], repeats: int) -> None:
    assert missing_requests(order * 2, repeats, {}, None) == missing_requests(order, repeats, {}, None)
