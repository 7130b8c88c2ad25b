"""Decisions, adjudications, undoing; and that what is derived from them is never stale."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import (
    Cause,
    Decision,
    DecisionKind,
    DecisionOrigin,
    Hidden,
    Verdict,
    final_action,
    standing_events,
)
from reviewer.core.errors import InputError
from reviewer.core.responses import Response, ResponseState
from reviewer.core.scoring.credit import Observation
from reviewer.store import database
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.memory import recalled, remember
from reviewer.store.queries.plans import latest_plan, plan_ids, plan_of
from reviewer.store.queries.review import response_ids, review_item
from reviewer.store.queries.runs import iterate_decisions, observed, run_line
from reviewer.store.writes.decisions import append_decision, append_decisions, create_review_plan
from reviewer.store.writes.runs import add_responses, add_verdicts
from tests.support.builders import (
    ANSWER,
    AT,
    CLARIFY,
    LATER,
    REFUSE,
    Filled,
    decide,
    fill,
    make_case,
    make_cases,
    make_response,
    make_run,
    make_suite,
    make_verdict,
    undo,
)
from tests.support.effort import often

ADJUDICATION = DecisionKind.ADJUDICATION


def test_a_decision_keeps_all_that_was_said_with_it(filled: Filled) -> None:
    target = filled.response_ids[0]
    hidden = frozenset({Hidden.OTHERS, Hidden.VERDICT})
    new = NewDecision(
        *(target, "ana", REFUSE),
        note="Déjà vu",
        bulk=True,
        seconds_spent=2.5,
        hidden=hidden,
        origin=DecisionOrigin.WINDOW,
    )
    decision_id, changes = append_decision(filled.workspace, decision=new, at=LATER)
    assert changes.decisions
    item = review_item(filled.workspace, target)
    expected = Decision(
        *(decision_id, "ana", REFUSE),
        response_hash=item.response.hash,
        note="Déjà vu",
        at=LATER,
        blind=True,
        bulk=True,
        seconds_spent=2.5,
        uid=item.events[0].uid,
        hidden=hidden,
        guideline_version=1,
        origin=DecisionOrigin.WINDOW,
    )
    assert expected.uid
    assert item.events == (expected,)
    assert (item.final.action, item.final.source) == (REFUSE, "decided")
    assert run_line(filled.workspace, filled.run_id).reviewed == 1


def test_an_adjudication_keeps_its_cause(filled: Filled) -> None:
    target = filled.response_ids[0]
    decide(filled.workspace, target, REFUSE, "ana")
    decide(filled.workspace, target, ANSWER, "ben")
    assert review_item(filled.workspace, target).final.disputed
    new = NewDecision(target, "lead", CLARIFY, ADJUDICATION, cause=Cause.SLIP)
    decision_id, _ = append_decision(filled.workspace, decision=new, at=AT)
    item = review_item(filled.workspace, target)
    assert item.final.source == "adjudicated"
    assert [event.cause for event in item.events] == [None, None, Cause.SLIP]
    with filled.workspace.read() as session:
        rows = session.connection().exec_driver_sql("SELECT decision_id, cause FROM adjudication").all()
    assert [tuple(row) for row in rows] == [(decision_id, "slip")]


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (NewDecision(999, "ana", REFUSE), "does not exist"),
        (NewDecision(1, " ", REFUSE), "no reviewer"),
        (NewDecision(1, "ana", ActionId("shrug")), "not on the scale"),
    ],
)
@pytest.mark.parametrize("n_good", [1, 50])
def test_a_wrong_decision_is_refused_and_takes_the_others_with_it(
    filled: Filled, decision: NewDecision, told: str, n_good: int
) -> None:
    good = NewDecision(filled.response_ids[1], "ana", REFUSE)
    with pytest.raises(InputError, match=told):
        append_decisions(filled.workspace, decisions=[*([good] * n_good), decision], at=AT)
    assert list(iterate_decisions(filled.workspace, filled.run_id)) == []
    assert run_line(filled.workspace, filled.run_id).reviewed == 0


@pytest.mark.parametrize("state", [ResponseState.ERROR, ResponseState.EMPTY, ResponseState.TOOL_CALL_ONLY])
def test_a_response_without_a_text_is_not_decided_on(workspace: Workspace, state: ResponseState) -> None:
    suite_id = make_suite(workspace, [make_case("a")])
    run_id = make_run(workspace, suite_id, [Classified(make_response("a", state=state))])
    (target,) = response_ids(workspace, run_id)
    with pytest.raises(InputError, match=f"is {state.replace('_', ' ')} and has nothing to decide on"):
        decide(workspace, target, REFUSE)


def test_undo_goes_back_one_step_at_a_time(filled: Filled) -> None:
    target = filled.response_ids[0]

    def final() -> tuple[object, object]:
        found = review_item(filled.workspace, target).final
        return found.action, found.source

    first, second = decide(filled.workspace, target, REFUSE), decide(filled.workspace, target, None)
    assert final() == (None, None)
    undo(filled.workspace, second)
    assert final() == (REFUSE, "decided")
    undo(filled.workspace, first)
    assert final() == (ANSWER, "rules")
    assert len(review_item(filled.workspace, target).events) == 4


def test_what_was_undone_or_is_an_undo_is_not_undone_again(filled: Filled) -> None:
    first = decide(filled.workspace, filled.response_ids[0], REFUSE)
    undoing = undo(filled.workspace, first)
    for target in (first, undoing):
        with pytest.raises(InputError, match="undone before"):
            undo(filled.workspace, target)
    with pytest.raises(InputError, match="There is no decision 999"):
        undo(filled.workspace, 999)


def test_an_undo_has_somebody_who_undoes(filled: Filled) -> None:
    first = decide(filled.workspace, filled.response_ids[0], REFUSE)
    with pytest.raises(InputError, match="no reviewer"):
        undo(filled.workspace, first, " ")
    assert len(review_item(filled.workspace, filled.response_ids[0]).events) == 1


def test_decisions_are_listed_with_their_case_oldest_first(filled: Filled) -> None:
    decide(filled.workspace, filled.response_ids[3], REFUSE, "ben")
    decide(filled.workspace, filled.response_ids[0], None, "ana")
    found = [(key, repeat, e.reviewer) for key, repeat, e in iterate_decisions(filled.workspace, filled.run_id)]
    assert found == [("case-003", 1, "ben"), ("case-000", 1, "ana")]


def test_a_review_plan_is_worked_in_its_order(filled: Filled) -> None:
    wanted = [filled.response_ids[i] for i in (4, 0, 2)]
    assert latest_plan(filled.workspace, filled.run_id) is None
    for items in ([(filled.response_ids[1], 1.0)], [(response_id, 0.5) for response_id in wanted]):
        plan_id, changes = create_review_plan(
            filled.workspace, run_id=filled.run_id, items=items, design="uniform", seed=3, at=AT
        )
    assert changes.queues
    assert latest_plan(filled.workspace, filled.run_id) == plan_id
    assert list(plan_ids(filled.workspace, plan_of(filled.workspace, plan_id))) == wanted
    with pytest.raises(InputError, match="would be empty"):
        create_review_plan(filled.workspace, run_id=filled.run_id, items=[], design="uniform", seed=3, at=AT)


@pytest.mark.parametrize("value", [None, 0, "text", {"a": [1, 2.5, None]}])
def test_what_is_remembered_is_recalled(workspace: Workspace, value: object) -> None:
    assert recalled(workspace, "place") is None
    remember(workspace, key="place", value="something before")
    remember(workspace, key="place", value=value)
    assert recalled(workspace, "place") == value


ACTIONS = st.sampled_from([ANSWER, CLARIFY, REFUSE, None])
REVIEWERS = st.sampled_from(["ana", "ben"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), REVIEWERS, ACTIONS),
        st.tuples(st.just("adjudicate"), st.just("lead"), ACTIONS),
        st.tuples(st.just("undo"), REVIEWERS, st.integers(0, 9)),
        st.tuples(st.just("verdict"), st.sampled_from(["rules/1", "rules/2", "judge-1", "judge-2"]), ACTIONS),
        st.tuples(st.just("retry"), st.just(""), st.just(0)),
    ),
    max_size=10,
)


@dataclass
class Model:
    """What the store should know of one response, kept in plain lists."""

    response: Response
    events: list[Decision] = field(default_factory=list)
    verdicts: dict[str, tuple[str, Verdict]] = field(default_factory=dict)

    def expected(self) -> tuple[object, ...]:
        current = [verdict for hash_, verdict in self.verdicts.values() if hash_ == self.response.hash]
        standing = standing_events(self.events, self.response.hash)
        final = final_action(self.response.state, current, standing)
        automatic = final_action(self.response.state, current, []).action
        return final, automatic, bool(standing)

    def say(self, verdict: Verdict) -> None:
        classifier = "rules" if verdict.classifier.startswith("rules") else verdict.classifier
        self.verdicts[classifier] = (self.response.hash, verdict)


class Play:
    """Takes steps on a real workspace and on the model of it side by side."""

    def __init__(self, workspace: Workspace, run_id: int, target: int, model: Model) -> None:
        self.workspace, self.run_id, self.target, self.model = workspace, run_id, target, model

    def take(self, step: tuple[str, str, object]) -> None:
        name, who, what = step
        getattr(self, name)(who, what)

    def decide(self, who: str, what: ActionId | None, kind: DecisionKind = DecisionKind.DECISION) -> None:
        if self.model.response.state is ResponseState.ERROR:
            return
        made = decide(self.workspace, self.target, what, who, kind=kind)
        self.model.events.append(Decision(made, who, what, kind, response_hash=self.model.response.hash))

    def adjudicate(self, who: str, what: ActionId | None) -> None:
        self.decide(who, what, ADJUDICATION)

    def undo(self, who: str, what: int) -> None:
        standing = standing_events(self.model.events)
        if not standing:
            return
        target = standing[what % len(standing)]
        made = undo(self.workspace, target.id, who)
        hash_ = target.response_hash
        self.model.events.append(Decision(made, who, None, DecisionKind.UNDO, target.id, response_hash=hash_))

    def verdict(self, who: str, what: ActionId | None) -> None:
        verdict = make_verdict(what, who)
        add_verdicts(self.workspace, verdicts={self.target: [verdict]}, at=LATER)
        self.model.say(verdict)

    def retry(self, _who: str, _what: object) -> None:
        again = make_response("a", "The text that came at last.")
        verdict = make_verdict(REFUSE)
        add_responses(self.workspace, run_id=self.run_id, responses=[Classified(again, (verdict,))], at=LATER)
        if self.model.response.state is ResponseState.ERROR:
            self.model.response = again
            self.model.say(verdict)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """One workspace for all plays; each makes a run of its own in it."""
    workspace = database.open_workspace(tmp_path_factory.mktemp("stage") / "w.db")
    yield fill(workspace, [make_case("a")])
    workspace.close()


def only_observation(workspace: Workspace, run_id: int) -> Observation:
    (found,) = observed(workspace, run_id).labelled
    return found


@settings(max_examples=often(25, 10), deadline=None)
@given(state=st.sampled_from([ResponseState.OK, ResponseState.ERROR]), steps=STEPS)
def test_derived_columns_equal_recomputation(
    stage: Filled, state: ResponseState, steps: list[tuple[str, str, object]]
) -> None:
    workspace, first = stage.workspace, make_response("a", state=state)
    with workspace.write():
        run_id = make_run(workspace, stage.suite_id, name=f"run-{response_count(workspace)}")
        add_responses(workspace, run_id=run_id, responses=[Classified(first)], at=AT)
        (target,) = response_ids(workspace, run_id)
        play = Play(workspace, run_id, target, Model(first))
        for step in steps:
            play.take(step)
            found = only_observation(workspace, run_id)
            assert (found.final, found.automatic, found.reviewed) == play.model.expected()
    assert [event.id for event in review_item(workspace, target).events] == [e.id for e in play.model.events]


def response_count(workspace: Workspace) -> int:
    with workspace.read() as session:
        return int(session.connection().exec_driver_sql("SELECT count(*) FROM response").scalar() or 0)


NEW_DECISIONS = st.builds(
    NewDecision,
    response_id=st.integers(1, 3),
    reviewer=st.sampled_from(["ana", "ben"]),
    action=st.sampled_from([REFUSE, ANSWER, None]),
    kind=st.sampled_from([DecisionKind.DECISION, ADJUDICATION]),
    note=st.sampled_from(["", "Déjà vu"]),
    bulk=st.booleans(),
    seconds_spent=st.sampled_from([None, 2.5]),
    cause=st.sampled_from([None, Cause.SLIP]),
    at=st.sampled_from(["", LATER]),
    uid=st.sampled_from(["", *(f"{n:016x}-{n:016x}" for n in (1, 2, 3))]),
    hidden=st.sampled_from([None, frozenset({Hidden.VERDICT})]),
    guideline_version=st.sampled_from([None, 7]),
    origin=st.sampled_from([DecisionOrigin.IMPORT, DecisionOrigin.WINDOW]),
)


@settings(max_examples=often(40, 5), deadline=None)
@given(first=st.lists(NEW_DECISIONS, max_size=3), decisions=st.lists(NEW_DECISIONS, min_size=20, max_size=30))
def test_many_decisions_come_to_what_they_come_to_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, first: list[NewDecision], decisions: list[NewDecision]
) -> None:
    found = []
    for n_at_once in (1, len(decisions)):
        with closing(database.open_workspace(tmp_path_factory.mktemp("many") / "w.sqlite")) as workspace:
            filled = fill(workspace, make_cases(3))
            for decision in first:
                append_decision(workspace, decision=decision, at=AT)
            for start in range(0, len(decisions), n_at_once):
                append_decisions(workspace, decisions=decisions[start : start + n_at_once], at=AT)
            found.append([_said(workspace, target) for target in filled.response_ids])
            uids = [event.uid for _, _, event in iterate_decisions(workspace, filled.run_id)]
            assert len(set(uids)) == len(uids)
    assert found[0] == found[1]


def _said(workspace: Workspace, target: int) -> tuple[object, ...]:
    """What a response's events and final action are; names that were given here differ."""
    item, given = review_item(workspace, target), "0" * 15
    return item.final, [replace(event, uid=event.uid if event.uid.startswith(given) else "") for event in item.events]


def test_a_decision_on_many_responses_refreshes_them_all(workspace: Workspace) -> None:
    filled = fill(workspace, make_cases(600))
    decisions = [NewDecision(response_id, "ana", REFUSE, bulk=True) for response_id in filled.response_ids]
    append_decisions(workspace, decisions=decisions, at=AT)
    found = observed(workspace, filled.run_id).labelled
    assert {item.final.action for item in found} == {REFUSE}
    assert all(item.reviewed and item.automatic == ANSWER for item in found)
    assert {item.case for item in found} == {CaseKey(f"case-{number:03}") for number in range(600)}
