"""Whose word counts: the order of precedence, undoing, and decisions that hold for one text only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import ActionId
from reviewer.core.decisions import (
    Decision,
    DecisionKind,
    FinalAction,
    FinalSource,
    UnscoredReason,
    Verdict,
    final_action,
    standing_decisions,
    standing_events,
)
from reviewer.core.responses import UNSCORED_STATES, ResponseState, response_hash
from tests.core.strategies import PROPERTY
from tests.support.builders import ANSWER, CAVEAT, CLARIFY, REFUSE, make_verdict

RULES = make_verdict(ANSWER)
UNDO, ADJUDICATION = DecisionKind.UNDO, DecisionKind.ADJUDICATION


def judge(number: int, action: ActionId | None) -> Verdict:
    return make_verdict(action, f"judge-{number}")


def said(number: int, reviewer: str, action: ActionId | None, kind: DecisionKind = DecisionKind.DECISION) -> Decision:
    return Decision(number, reviewer, action, kind)


def unscored(reason: UnscoredReason) -> FinalAction:
    return FinalAction(None, reason=reason)


ANA = said(1, "ana", REFUSE)
BEN = said(2, "ben", CLARIFY)
LEAD = said(3, "lead", CAVEAT, ADJUDICATION)
ANA_UNSURE = said(1, "ana", None)
LEAD_UNSURE = said(3, "lead", None, ADJUDICATION)
PEOPLE_BEFORE_MACHINES: list[tuple[str, list[Verdict], list[Decision], FinalAction]] = [
    ("adjudication over reviewers", [RULES], [ANA, BEN, LEAD], FinalAction(CAVEAT, FinalSource.ADJUDICATED)),
    ("adjudication over agreement", [RULES], [ANA, LEAD], FinalAction(CAVEAT, FinalSource.ADJUDICATED)),
    (
        "the last adjudication",
        [RULES],
        [LEAD, said(4, "lead", REFUSE, ADJUDICATION)],
        FinalAction(REFUSE, FinalSource.ADJUDICATED),
    ),
    (
        "a decision after an adjudication changes nothing",
        [],
        [LEAD, said(4, "ana", REFUSE)],
        FinalAction(CAVEAT, FinalSource.ADJUDICATED),
    ),
    ("one reviewer over rules and judge", [RULES, judge(1, ANSWER)], [ANA], FinalAction(REFUSE, FinalSource.DECIDED)),
    ("reviewers who agree", [RULES], [ANA, said(2, "ben", REFUSE)], FinalAction(REFUSE, FinalSource.DECIDED)),
    ("reviewers who differ", [RULES], [ANA, BEN], unscored(UnscoredReason.DISPUTED)),
    ("cannot decide", [RULES, judge(1, ANSWER)], [ANA_UNSURE], unscored(UnscoredReason.CANNOT_DECIDE)),
    ("one cannot decide, one can", [RULES], [ANA_UNSURE, BEN], unscored(UnscoredReason.DISPUTED)),
    ("adjudicated as undecidable", [RULES], [ANA, BEN, LEAD_UNSURE], unscored(UnscoredReason.CANNOT_DECIDE)),
    ("a reviewer changed her mind", [RULES], [ANA, said(4, "ana", ANSWER)], FinalAction(ANSWER, FinalSource.DECIDED)),
    ("both came round", [], [ANA, BEN, said(4, "ana", CLARIFY)], FinalAction(CLARIFY, FinalSource.DECIDED)),
]
MACHINES: list[tuple[str, list[Verdict], FinalAction]] = [
    ("rules alone", [RULES], FinalAction(ANSWER, FinalSource.RULES)),
    ("a judge over the rules", [RULES, judge(1, REFUSE)], FinalAction(REFUSE, FinalSource.JUDGE)),
    (
        "the judges' majority",
        [RULES, judge(1, REFUSE), judge(2, ANSWER), judge(3, REFUSE)],
        FinalAction(REFUSE, FinalSource.JUDGE),
    ),
    ("a tie of judges", [RULES, judge(1, REFUSE), judge(2, ANSWER)], unscored(UnscoredReason.JUDGES_TIE)),
    (
        "a tie of three",
        [judge(1, REFUSE), judge(2, ANSWER), judge(3, CLARIFY)],
        unscored(UnscoredReason.JUDGES_TIE),
    ),
    ("a silent judge does not vote", [judge(1, None), judge(2, REFUSE)], FinalAction(REFUSE, FinalSource.JUDGE)),
    ("only silent judges", [RULES, judge(1, None)], unscored(UnscoredReason.VERDICT_UNSCORED)),
    ("the rules do not know", [make_verdict(None)], unscored(UnscoredReason.VERDICT_UNSCORED)),
    ("nothing said", [], unscored(UnscoredReason.NO_VERDICT)),
]


@pytest.mark.parametrize(
    ("verdicts", "standing", "expected"),
    [row[1:] for row in PEOPLE_BEFORE_MACHINES],
    ids=[row[0] for row in PEOPLE_BEFORE_MACHINES],
)
def test_people_come_before_machines(verdicts: list[Verdict], standing: list[Decision], expected: FinalAction) -> None:
    assert final_action(ResponseState.OK, verdicts, standing) == expected


@pytest.mark.parametrize(("verdicts", "expected"), [row[1:] for row in MACHINES], ids=[row[0] for row in MACHINES])
def test_judges_come_before_rules(verdicts: list[Verdict], expected: FinalAction) -> None:
    assert final_action(ResponseState.OK, verdicts, []) == expected


@pytest.mark.parametrize("state", sorted(UNSCORED_STATES))
def test_a_state_without_a_text_is_unscored_whatever_anybody_says(state: ResponseState) -> None:
    assert final_action(state, [RULES, judge(1, REFUSE)], [ANA, LEAD]) == unscored(UnscoredReason.STATE)


@pytest.mark.parametrize("state", [ResponseState.OK, ResponseState.FILTERED, ResponseState.TRUNCATED])
def test_a_filtered_or_truncated_response_is_scored_and_can_be_overridden(state: ResponseState) -> None:
    assert final_action(state, [make_verdict(REFUSE)], []) == FinalAction(REFUSE, FinalSource.RULES)
    assert final_action(state, [make_verdict(REFUSE)], [said(1, "ana", ANSWER)]).action == ANSWER


def undoing(number: int, target: int, reviewer: str = "ana") -> Decision:
    return Decision(number, reviewer, None, UNDO, undoes=target)


def test_an_undone_decision_falls_back_to_the_one_before() -> None:
    events = [ANA, said(2, "ana", ANSWER), undoing(3, 2)]
    assert standing_events(events) == [ANA]
    assert standing_decisions(standing_events(events)) == {"ana": ANA}


def test_undoing_the_only_decision_falls_back_to_the_verdict() -> None:
    standing = standing_events([ANA, undoing(2, 1)])
    assert final_action(ResponseState.OK, [RULES], standing) == FinalAction(ANSWER, FinalSource.RULES)


def test_undoing_an_undo_brings_the_decision_back_and_again() -> None:
    events = [ANA, undoing(2, 1), undoing(3, 2)]
    assert standing_events(events) == [ANA]
    assert standing_events([*events, undoing(4, 3)]) == []
    assert standing_events([*events, undoing(4, 3), undoing(5, 4)]) == [ANA]


def test_undoing_an_adjudication_brings_the_dispute_back() -> None:
    events = [ANA, BEN, LEAD, undoing(4, 3, "lead")]
    assert final_action(ResponseState.OK, [RULES], standing_events(events)).disputed


def test_one_reviewers_undo_leaves_the_others() -> None:
    standing = standing_events([ANA, BEN, undoing(3, 1)])
    assert final_action(ResponseState.OK, [RULES], standing) == FinalAction(CLARIFY, FinalSource.DECIDED)


def test_a_decision_holds_for_the_text_it_was_made_on() -> None:
    old, new = (response_hash(text, ResponseState.OK) for text in ("Before.", "After."))
    events = [Decision(1, "ana", REFUSE, response_hash=old), Decision(2, "ben", ANSWER, response_hash=new)]
    assert [event.id for event in standing_events(events)] == [1, 2]
    assert [event.id for event in standing_events(events, new)] == [2]
    assert [event.id for event in standing_events(events, old)] == [1]


def test_the_state_is_part_of_what_was_judged() -> None:
    assert response_hash("Same.", ResponseState.OK) != response_hash("Same.", ResponseState.TRUNCATED)


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    """Decisions and undoings of two reviewers, the undoings of any earlier event."""
    events: list[Decision] = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        reviewer = draw(st.sampled_from(["ana", "ben"]))
        if draw(st.booleans()) and events:
            target = draw(st.sampled_from(events)).id
            events.append(undoing(number, target, reviewer))
        else:
            events.append(said(number, reviewer, draw(st.sampled_from([ANSWER, REFUSE, None]))))
    return events


def stands(event: Decision, events: list[Decision]) -> bool:
    """The definition, written the slow way: an event stands unless an undoing of it stands."""
    return not any(other.undoes == event.id and stands(other, events) for other in events)


@PROPERTY
@given(histories(), st.data())
def test_standing_is_what_no_standing_undo_takes_back(events: list[Decision], data: st.DataObject) -> None:
    expected = [e for e in events if e.kind is not UNDO and stands(e, events)]
    assert standing_events(data.draw(st.permutations(events))) == expected


@PROPERTY
@given(st.lists(st.sampled_from([ANSWER, CAVEAT, REFUSE, None]), max_size=6), st.data())
def test_the_order_of_judges_never_matters(votes: list[ActionId | None], data: st.DataObject) -> None:
    verdicts = [judge(number, action) for number, action in enumerate(votes)]
    shuffled = data.draw(st.permutations(verdicts))
    assert final_action(ResponseState.OK, verdicts, []) == final_action(ResponseState.OK, shuffled, [])
