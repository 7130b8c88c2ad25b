"""The balanced score of counted responses is the one of the responses themselves."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE, ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource, UnscoredReason
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import EqualResponses, Observation, balanced_mean

ACTIONS = st.sampled_from(DEFAULT_SCALE.ids)
CASES = st.lists(
    st.tuples(
        st.sampled_from(DEFAULT_SCALE.ids[::2]),
        st.sampled_from([{}, {DEFAULT_SCALE.ids[1]: 0.5}]),
        st.lists(st.one_of(st.none(), ACTIONS), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=12,
)


def final(action: ActionId | None) -> FinalAction:
    if action is None:
        return FinalAction(None, None, UnscoredReason.NO_VERDICT)
    return FinalAction(action, FinalSource.RULES)


@given(CASES)
def test_it_is_the_balanced_score(cases: list[tuple[ActionId, dict[ActionId, float], list[ActionId | None]]]) -> None:
    items, groups = [], []
    for number, (label, band, actions) in enumerate(cases):
        for repeat, action in enumerate(actions, start=1):
            items.append(Observation(CaseKey(f"{number:02}"), label, final(action), repeat, band))
        scored = len(actions) - actions.count(None)
        for action, n in Counter(actions).items():
            groups.append(EqualResponses(label, band, action, n / scored if action is not None else 0.0))
    expected = scorecard(items, DEFAULT_SCALE).score.balanced
    assert balanced_mean(groups) == (None if expected is None else pytest.approx(expected))


def test_nothing_has_no_score() -> None:
    assert balanced_mean([]) is None
