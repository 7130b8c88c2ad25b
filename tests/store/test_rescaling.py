"""A suite goes over to another scale: what becomes of labels, of people's words and of verdicts, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE, ActionId, preset_named
from reviewer.core.cases import CaseStatus, suite_hash
from reviewer.core.decisions import DecisionKind, FinalSource, standing_events
from reviewer.core.errors import InputError
from reviewer.core.rescaling import Answers, Rescaling, outcome, same_answers
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.facts.suites import CaseDetail
from reviewer.store.queries.agreement import said_of_run
from reviewer.store.queries.rescaling import rescalings, rules_verdicts, scale_use
from reviewer.store.queries.review import review_item
from reviewer.store.queries.runs import iterate_decisions, iterate_verdicts, run_named
from reviewer.store.queries.suites import case_detail, case_id_of, iterate_cases, iterate_labels, suite_named
from reviewer.store.writes.decisions import undo_decision
from reviewer.store.writes.rescaling import rescale_suite
from reviewer.store.writes.suites import edit_case
from tests.core.strategies import PROPERTY
from tests.support.builders import (
    ANSWER,
    AT,
    CAVEAT,
    CLARIFY,
    LATER,
    REFUSE,
    SAFE_PART,
    Filled,
    decide,
    fill,
    make_case,
    make_response,
    make_run,
    make_suite,
    make_verdict,
    undo,
)

SIX, AGENT = preset_named("six").scale, preset_named("agent").scale
PARTIAL, DECLINE = ActionId("partial_answer"), ActionId("decline")
TO_SIX = Rescaling(DEFAULT_SCALE, SIX, same_answers(DEFAULT_SCALE, SIX))
TO_AGENT = Rescaling(DEFAULT_SCALE, AGENT, dict(zip(DEFAULT_SCALE.ids, AGENT.ids, strict=True)))
BACK_TO_FIVE: Answers = {**same_answers(SIX, DEFAULT_SCALE), PARTIAL: SAFE_PART}


def rescale(workspace: Workspace, rescaling: Rescaling, *, back: bool = False, reason: str = "finer") -> None:
    suite_id = suite_named(workspace, "Suite").id
    rescale_suite(workspace, suite_id=suite_id, rescaling=rescaling, reason=reason, author="ana", at=LATER, back=back)


def asking(*actions: ActionId) -> Rescaling:
    """To six, asking again what these were."""
    return Rescaling(DEFAULT_SCALE, SIX, {**TO_SIX.answers, **dict.fromkeys(actions)})


def detail(workspace: Workspace, key: str) -> CaseDetail:
    return case_detail(workspace, case_id_of(workspace, suite_named(workspace, "Suite").id, key))


@pytest.fixture
def labelled(workspace: Workspace) -> Workspace:
    cases = [
        make_case("a", label=ANSWER),
        make_case("b", label=CLARIFY, band={CAVEAT: 0.5, SAFE_PART: 0.5}),
        make_case("c", label=REFUSE, status=CaseStatus.RETIRED),
        make_case("d", label=None),
    ]
    make_suite(workspace, cases)
    return workspace


def test_a_new_scale_is_a_new_version_of_every_label_with_reason_and_author(labelled: Workspace) -> None:
    before = suite_named(labelled, "Suite")
    rescale(labelled, TO_SIX)
    after = suite_named(labelled, "Suite")
    assert after.scale == SIX
    cases = list(iterate_cases(labelled, after.id))
    assert after.content_hash == suite_hash(SIX, [case.content_hash for case in cases]) != before.content_hash
    b = detail(labelled, "b")
    assert b.case.label == CLARIFY
    assert b.case.band == {CAVEAT: 0.5, PARTIAL: 0.5, SAFE_PART: 0.5}
    assert [(e.version, e.author, e.reason, e.at) for e in b.history[1:]] == [(2, "ana", "new scale: finer", LATER)]
    assert [e.former_scale for e in b.history] == [DEFAULT_SCALE, None]
    assert detail(labelled, "c").case.status is CaseStatus.RETIRED
    assert len(detail(labelled, "d").history) == 1
    assert [(step.rescaling, step.reason, step.author) for step in rescalings(labelled, after.id)] == [
        (TO_SIX, "finer", "ana")
    ]


def test_a_label_that_nobody_can_place_is_asked_for_again_and_kept_in_the_history(labelled: Workspace) -> None:
    rescale(labelled, asking(CLARIFY, REFUSE))
    b, c = detail(labelled, "b"), detail(labelled, "c")
    assert (b.case.label, b.case.band, b.case.status) == (None, {}, CaseStatus.UNREVIEWED)
    assert (b.history[0].label, b.history[0].band) == (CLARIFY, {CAVEAT: 0.5, SAFE_PART: 0.5})
    assert (c.case.label, c.case.status) == (None, CaseStatus.RETIRED)


def test_the_way_back_brings_labels_and_bands_back_as_they_were(labelled: Workspace) -> None:
    before = suite_named(labelled, "Suite")
    cases = list(iterate_cases(labelled, before.id))
    rescale(labelled, asking(CLARIFY, REFUSE))
    rescale(labelled, Rescaling(SIX, DEFAULT_SCALE, BACK_TO_FIVE), back=True, reason="too fine")
    assert list(iterate_cases(labelled, before.id)) == cases
    assert suite_named(labelled, "Suite").content_hash == before.content_hash
    assert [event.version for event in detail(labelled, "b").history] == [1, 2, 3]


def test_what_somebody_labelled_since_goes_back_by_the_answers(labelled: Workspace) -> None:
    rescale(labelled, asking(CLARIFY))
    for key, label in (("b", PARTIAL), ("d", PARTIAL)):
        found = detail(labelled, key)
        case = make_case(key, label=label)
        edit_case(labelled, case_id=found.id, case=case, reason="seen again", author="ben", at=LATER)
    rescale(labelled, Rescaling(SIX, DEFAULT_SCALE, BACK_TO_FIVE), back=True)
    assert detail(labelled, "b").case.label == SAFE_PART
    assert detail(labelled, "d").case.label == SAFE_PART


def test_older_versions_of_a_case_are_on_the_new_scale_too(labelled: Workspace) -> None:
    suite_id = suite_named(labelled, "Suite").id
    make_run(labelled, suite_id, [Classified(make_response("a"), (make_verdict(ANSWER),))])
    found = detail(labelled, "a")
    changed = make_case("a", "Another question", label=ANSWER)
    edit_case(labelled, case_id=found.id, case=changed, reason="", author="ana", at=AT)
    rescale(labelled, TO_AGENT)
    assert case_detail(labelled, found.id).case.label == "act"
    assert detail(labelled, "a").case.label == "act"


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_new_scale_needs_a_reason_and_changes_nothing_without(labelled: Workspace, reason: str) -> None:
    before = suite_named(labelled, "Suite")
    with pytest.raises(InputError, match="needs a reason"):
        rescale(labelled, TO_SIX, reason=reason)
    assert suite_named(labelled, "Suite") == before


def test_a_suite_that_has_another_scale_by_now_is_left_alone(labelled: Workspace) -> None:
    rescale(labelled, TO_SIX)
    with pytest.raises(InputError, match="another scale by now"):
        rescale(labelled, TO_SIX)
    other = make_suite(labelled, name="Other")
    with pytest.raises(InputError, match="always had"):
        rescale_suite(labelled, suite_id=other, rescaling=TO_SIX, reason="x", author="ana", at=AT, back=True)


# what people and classifiers said


def final(filled: Filled, number: int) -> tuple[object, object]:
    found = review_item(filled.workspace, filled.response_ids[number]).final
    return found.action, found.source


def test_a_persons_word_stays_and_stands_where_its_action_is_on_the_new_scale(filled: Filled) -> None:
    decide(filled.workspace, filled.response_ids[0], REFUSE)
    rescale(filled.workspace, TO_SIX)
    assert final(filled, 0) == (REFUSE, FinalSource.DECIDED)
    assert review_item(filled.workspace, filled.response_ids[0]).events[0].said_as is None


def test_a_word_on_another_action_reads_through_the_answers_and_is_marked(filled: Filled) -> None:
    decide(filled.workspace, filled.response_ids[0], REFUSE)
    decide(filled.workspace, filled.response_ids[1], SAFE_PART, "lead", kind=DecisionKind.ADJUDICATION)
    rescale(filled.workspace, TO_AGENT)
    assert final(filled, 0) == (DECLINE, FinalSource.DECIDED)
    assert final(filled, 1) == ("do_the_safe_part", FinalSource.ADJUDICATED)
    (event,) = review_item(filled.workspace, filled.response_ids[0]).events
    assert (event.action, event.said_as, event.reviewer) == (DECLINE, REFUSE, "ana")
    assert [event.said_as for _, _, event in iterate_decisions(filled.workspace, filled.run_id)] == [REFUSE, SAFE_PART]
    assert [event.action for event in said_of_run(filled.workspace, filled.run_id)[0].events] == [DECLINE]


def test_a_word_that_nobody_can_place_is_kept_and_must_be_given_again(filled: Filled) -> None:
    decide(filled.workspace, filled.response_ids[0], SAFE_PART)
    decide(filled.workspace, filled.response_ids[1], REFUSE)
    rescale(filled.workspace, asking(SAFE_PART))
    assert final(filled, 0) == (ANSWER, FinalSource.RULES)
    assert run_named(filled.workspace, "run").reviewed == 1
    (event,) = review_item(filled.workspace, filled.response_ids[0]).events
    assert event.lapsed
    assert event.said_as == SAFE_PART
    decide(filled.workspace, filled.response_ids[0], PARTIAL)
    assert final(filled, 0) == (PARTIAL, FinalSource.DECIDED)


def test_cannot_decide_stays_what_it_is(filled: Filled) -> None:
    decide(filled.workspace, filled.response_ids[0], None)
    rescale(filled.workspace, TO_AGENT)
    assert final(filled, 0) == (None, None)
    assert run_named(filled.workspace, "run").reviewed == 1


def test_on_the_way_back_old_words_stand_as_they_were_given_and_new_ones_go_through(filled: Filled) -> None:
    decide(filled.workspace, filled.response_ids[0], SAFE_PART)
    rescale(filled.workspace, asking(SAFE_PART))
    decide(filled.workspace, filled.response_ids[1], PARTIAL)
    rescale(filled.workspace, Rescaling(SIX, DEFAULT_SCALE, BACK_TO_FIVE), back=True)
    assert final(filled, 0) == (SAFE_PART, FinalSource.DECIDED)
    assert final(filled, 1) == (SAFE_PART, FinalSource.DECIDED)


def test_undoing_a_word_of_before_works_on_the_new_scale(filled: Filled) -> None:
    given_word = decide(filled.workspace, filled.response_ids[0], REFUSE)
    rescale(filled.workspace, TO_AGENT)
    undo(filled.workspace, given_word)
    assert not standing_events(review_item(filled.workspace, filled.response_ids[0]).events)
    assert final(filled, 0) == ("act", FinalSource.RULES)


def test_a_lapsed_word_cannot_be_undone_and_the_sentence_says_why(filled: Filled) -> None:
    given_word = decide(filled.workspace, filled.response_ids[0], REFUSE)
    rescale(filled.workspace, asking(REFUSE))
    with pytest.raises(InputError, match="former scale"):
        undo_decision(filled.workspace, decision_id=given_word, reviewer="ana", at=LATER)


def test_verdicts_read_through_the_answers_and_say_what_they_were(workspace: Workspace) -> None:
    filled = fill(workspace, [make_case("a"), make_case("b")], [ANSWER, REFUSE])
    rescale(workspace, Rescaling(DEFAULT_SCALE, AGENT, {**TO_AGENT.answers, ANSWER: None}))
    assert final(filled, 0) == (None, None)
    assert final(filled, 1) == (DECLINE, FinalSource.RULES)
    said = [verdict for *_, verdict in iterate_verdicts(workspace, filled.run_id)]
    assert [verdict.action for verdict in said] == [None, DECLINE]
    assert [verdict.confidence for verdict in said] == [0, 0.8]
    assert "former scale it was answer, which must be read again" in said[0].reason
    assert "former scale it was refuse" in said[1].reason
    assert [(v.action, now) for _, v, now in rules_verdicts(workspace, filled.suite_id)] == [
        (ANSWER, None),
        (REFUSE, DECLINE),
    ]


def test_what_is_in_use_is_counted_and_so_is_what_becomes_of_it(filled: Filled) -> None:
    decide(filled.workspace, filled.response_ids[0], REFUSE)
    taken_back = decide(filled.workspace, filled.response_ids[1], CLARIFY)
    undo(filled.workspace, taken_back)
    use = scale_use(filled.workspace, filled.suite_id)
    assert (use.of(ANSWER).labels, use.of(REFUSE).labels) == (3, 3)
    assert (use.of(REFUSE).decisions, use.of(CLARIFY).decisions) == (1, 0)
    assert use.of(ANSWER).verdicts == 6
    found = outcome(use, TO_AGENT)
    assert (found.labels, found.decisions, found.verdicts) == ((0, 6, 0), (0, 1, 0), (0, 6, 0))


def test_bands_are_counted_by_action_and_as_they_are(labelled: Workspace) -> None:
    use = scale_use(labelled, suite_named(labelled, "Suite").id)
    assert (use.of(CAVEAT).in_bands, use.of(SAFE_PART).in_bands) == (1, 1)
    assert outcome(use, TO_SIX).bands_widened == 1


def test_label_histories_say_which_scale_each_entry_is_on(labelled: Workspace) -> None:
    rescale(labelled, TO_AGENT)
    events = list(iterate_labels(labelled, suite_named(labelled, "Suite").id))
    of_a = [(event.label, event.former_scale) for key, _, event in events if key == "a"]
    assert of_a == [(ANSWER, DEFAULT_SCALE), (ActionId("act"), None)]


def test_two_suites_do_not_touch_each_other(filled: Filled) -> None:
    make_suite(filled.workspace, [make_case("x", label=REFUSE)], "Other")
    decide(filled.workspace, filled.response_ids[0], REFUSE)
    other = suite_named(filled.workspace, "Other")
    rescale_suite(filled.workspace, suite_id=other.id, rescaling=TO_AGENT, reason="x", author="ana", at=LATER)
    assert suite_named(filled.workspace, "Suite").scale == DEFAULT_SCALE
    assert final(filled, 0) == (REFUSE, FinalSource.DECIDED)
    assert final(filled, 1) == (ANSWER, FinalSource.RULES)


@PROPERTY
@given(st.lists(st.sampled_from(DEFAULT_SCALE.ids), min_size=1, max_size=5), st.permutations(AGENT.ids))
def test_there_and_back_keeps_every_label_where_each_action_has_its_own(
    labels: list[ActionId], order: list[ActionId]
) -> None:
    there = Rescaling(DEFAULT_SCALE, AGENT, dict(zip(DEFAULT_SCALE.ids, order, strict=True)))
    back = Rescaling(AGENT, DEFAULT_SCALE, dict(zip(order, DEFAULT_SCALE.ids, strict=True)))
    assert [back.action(str(there.action(label))) for label in labels] == labels
