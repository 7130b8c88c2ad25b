"""Lists, pages and queues: what is in them and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseStatus, Message, Role
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.store.database import Workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.runs import Classified
from reviewer.store.facts.suites import PREVIEW_CHARACTERS, CaseFilter, CaseSort
from reviewer.store.queries.review import response_ids, response_keys, response_of, review_item, review_lines, texts
from reviewer.store.queries.suites import (
    case_detail,
    case_id_of,
    case_ids,
    case_lines,
    categories,
    current_case_ids,
    iterate_cases,
    suite_named,
    suites,
    suites_with_keys,
)
from tests.support.builders import (
    ANSWER,
    CAVEAT,
    CLARIFY,
    REFUSE,
    Filled,
    decide,
    make_case,
    make_cases,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)

CASES = [
    make_case("b", "Zebra facts?", ANSWER, category="animals", band={CAVEAT: 0.5}),
    make_case("a", "Apple law?", REFUSE, category="law", pair="p"),
    make_case("d", "Mango law?", CLARIFY, category="law", pair="p"),
    make_case("c", "Kiwi?", None),
    make_case("e", "Old kiwi?", ANSWER, status=CaseStatus.RETIRED),
    make_case("f", "Which kiwi?", ANSWER, status=CaseStatus.DISPUTED),
]


@pytest.fixture
def suite_id(workspace: Workspace) -> int:
    make_suite(workspace, make_cases(2), "Another")
    return make_suite(workspace, CASES)


def keys(workspace: Workspace, wanted: CaseFilter) -> str:
    return "".join(line.key for line in case_lines(workspace, case_ids(workspace, wanted)))


EVERY = CaseFilter(0)
FILTERS = [
    (EVERY, "abcdf"),
    (replace(EVERY, retired=True), "abcdef"),
    (replace(EVERY, status="retired"), "e"),
    (replace(EVERY, status="disputed"), "f"),
    (replace(EVERY, label="answer"), "bf"),
    (replace(EVERY, category="law"), "ad"),
    (replace(EVERY, category="law", label="refuse"), "a"),
    (replace(EVERY, category="none"), ""),
    (replace(EVERY, words="kiwi"), "cf"),
    (replace(EVERY, words="kiwi", retired=True), "cef"),
    (replace(EVERY, words="law", label="clarify"), "d"),
    (replace(EVERY, descending=True), "fdcba"),
    (replace(EVERY, sort=CaseSort.REQUEST), "acdfb"),
    (replace(EVERY, sort=CaseSort.LABEL, label="answer", descending=True), "bf"),
    (replace(EVERY, sort=CaseSort.STATUS, descending=True), "cbadf"),
    (replace(EVERY, sort=CaseSort.CATEGORY, category="law"), "ad"),
]


@pytest.mark.parametrize(("wanted", "expected"), FILTERS)
def test_cases_are_filtered_searched_and_sorted(
    workspace: Workspace, suite_id: int, wanted: CaseFilter, expected: str
) -> None:
    assert keys(workspace, replace(wanted, suite_id=suite_id)) == expected


def test_case_lines_keep_the_order_asked_for_and_leave_out_what_is_gone(workspace: Workspace, suite_id: int) -> None:
    ids = list(case_ids(workspace, CaseFilter(suite_id)))
    shuffled = [ids[3], 9999, ids[0], ids[2]]
    assert [line.id for line in case_lines(workspace, shuffled)] == [ids[3], ids[0], ids[2]]
    assert case_lines(workspace, []) == []


def test_a_case_line_shows_what_a_table_needs(workspace: Workspace) -> None:
    turns = (Message(Role.USER, "One"), Message(Role.ASSISTANT, "Two"), Message(Role.USER, "x" * 500))
    case = make_case("a", label=CLARIFY, band={CAVEAT: 0.5}, category="law", pair="p")
    suite_id = make_suite(workspace, [replace(case, messages=turns)])
    make_run(workspace, suite_id, [Classified(make_response("a"))])
    (line,) = case_lines(workspace, case_ids(workspace, CaseFilter(suite_id)))
    assert line.untrusted_preview == "x" * PREVIEW_CHARACTERS
    assert (line.label, dict(line.band), line.category, line.pair) == (CLARIFY, {CAVEAT: 0.5}, "law", "p")
    assert (line.turns, line.responses, line.status) == (3, 1, "labelled")


def test_a_case_knows_its_twins(workspace: Workspace, suite_id: int) -> None:
    twin = case_id_of(workspace, suite_id, "d")
    assert case_detail(workspace, case_id_of(workspace, suite_id, "a")).twin_ids == (twin,)
    assert case_detail(workspace, case_id_of(workspace, suite_id, "b")).twin_ids == ()


def test_what_is_not_there_is_said(workspace: Workspace, suite_id: int) -> None:
    with pytest.raises(InputError, match="does not exist any more"):
        case_detail(workspace, 9999)
    with pytest.raises(InputError, match="no case 'zz'"):
        case_id_of(workspace, suite_id, "zz")
    with pytest.raises(InputError, match="Suites: Another, Suite"):
        suite_named(workspace, "None")
    with pytest.raises(InputError, match="does not exist any more"):
        review_item(workspace, 9999)


def test_suites_are_listed_with_their_counts(workspace: Workspace, suite_id: int) -> None:
    another, suite = suites(workspace)
    assert (another.name, another.n_cases) == ("Another", {"labelled": 2})
    assert suite.n_cases == {"labelled": 3, "unreviewed": 1, "retired": 1, "disputed": 1}
    assert suite_named(workspace, "Suite").id == suite_id
    assert categories(workspace, suite_id) == ["animals", "law"]
    assert list(current_case_ids(workspace, suite_id)) == ["a", "b", "c", "d", "f"]
    assert list(current_case_ids(workspace, suite_id, retired=True)) == ["a", "b", "c", "d", "e", "f"]


def test_a_suite_is_found_by_all_its_keys(workspace: Workspace, suite_id: int) -> None:
    assert suites_with_keys(workspace, ["a", "b", "a"]) == ["Suite"]
    assert suites_with_keys(workspace, ["a", "case-000"]) == []
    assert suites_with_keys(workspace, ["case-000"]) == ["Another"]


def test_all_cases_come_in_key_order_over_many_pages(workspace: Workspace) -> None:
    suite_id = make_suite(workspace, make_cases(1100)[::-1])
    found = [case.key for case in iterate_cases(workspace, suite_id)]
    assert found == sorted(found)
    assert len(found) == 1100


@pytest.fixture
def run_id(workspace: Workspace, suite_id: int) -> int:
    """Verdicts: a and b answer (a is labelled refuse), d refuse unlike its label; c failed; f unscored."""

    def said(key: str, action: ActionId | None, state: ResponseState = ResponseState.OK) -> Classified:
        return Classified(make_response(key, state=state), (make_verdict(action),))

    return make_run(
        workspace,
        suite_id,
        [
            said("d", REFUSE),
            said("b", ANSWER),
            said("a", ANSWER),
            said("f", None),
            said("c", None, ResponseState.ERROR),
        ],
    )


def queue(workspace: Workspace, run_id: int, wanted: QueueFilter) -> str:
    return "".join(line.key for line in review_lines(workspace, response_ids(workspace, run_id, wanted)))


def test_queues_hold_what_they_say(workspace: Workspace, run_id: int) -> None:
    decide(workspace, response_of(workspace, run_id, "b"), ANSWER)
    for reviewer, action in (("ana", REFUSE), ("ben", CLARIFY)):
        decide(workspace, response_of(workspace, run_id, "d"), action, reviewer)
    assert queue(workspace, run_id, QueueFilter.ALL) == "abcdf"
    assert queue(workspace, run_id, QueueFilter.UNDECIDED) == "acf"
    assert queue(workspace, run_id, QueueFilter.UNSCORED) == "cdf"
    assert queue(workspace, run_id, QueueFilter.DISPUTED) == "d"
    assert queue(workspace, run_id, QueueFilter.OUT_OF_LABEL) == "a"


def test_repeats_follow_each_other(workspace: Workspace) -> None:
    suite_id = make_suite(workspace, make_cases(2))
    answers = [Classified(make_response(key, repeat=r)) for r in (2, 1) for key in ("case-001", "case-000")]
    run_id = make_run(workspace, suite_id, answers, repeats=2)
    lines = review_lines(workspace, response_ids(workspace, run_id))
    assert [(line.key, line.repeat) for line in lines] == [
        ("case-000", 1),
        ("case-000", 2),
        ("case-001", 1),
        ("case-001", 2),
    ]


def test_a_review_line_and_its_item_agree(filled: Filled) -> None:
    target = filled.response_ids[1]
    (line,) = review_lines(filled.workspace, [target, 9999])
    item = review_item(filled.workspace, target)
    assert (line.response_id, line.case_id, line.key) == (item.response_id, item.case_id, item.case.key)
    assert (line.label, line.state, line.reviewed) == (REFUSE, "ok", False)
    assert line.final == item.final == FinalAction(ANSWER, FinalSource.RULES)
    assert item.verdicts == (make_verdict(ANSWER),)
    assert (item.run, item.response) == ("run", make_response("case-001"))


def test_responses_are_found_by_key_and_repeat(filled: Filled) -> None:
    assert response_of(filled.workspace, filled.run_id, "case-002") == filled.response_ids[2]
    with pytest.raises(InputError, match="no response to the case 'case-002', repeat 2"):
        response_of(filled.workspace, filled.run_id, "case-002", 2)
    found = response_keys(filled.workspace, filled.run_id)
    assert [found[key] for key in sorted(found)] == [
        (response_id, make_response(f"case-{number:03}").hash) for number, response_id in enumerate(filled.response_ids)
    ]


def test_a_classifier_gets_case_and_response(filled: Filled) -> None:
    found = texts(filled.workspace, filled.response_ids[:2])
    assert [(response_id, case.key, response.text) for response_id, case, response in found] == [
        (filled.response_ids[0], "case-000", "Reply 1 to case-000."),
        (filled.response_ids[1], "case-001", "Reply 1 to case-001."),
    ]
