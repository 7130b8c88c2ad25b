"""Adding, editing, labelling and retiring cases (DESIGN, Changing things after the fact)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import Case, CaseKey, CaseStatus, SuiteHead, suite_hash
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.facts.suites import CaseDetail, OnConflict
from reviewer.store.queries.runs import observed
from reviewer.store.queries.suites import case_detail, case_id_of, cases_of_run, current_case_ids, iterate_cases, suites
from reviewer.store.rows import CaseRow
from reviewer.store.writes.suites import edit_case, ensure_suite, set_status
from tests.core.strategies import PROPERTY
from tests.support.builders import (
    ANSWER,
    AT,
    CAVEAT,
    CLARIFY,
    LATER,
    REFUSE,
    Filled,
    make_case,
    make_cases,
    make_response,
    make_run,
    make_suite,
    put_cases,
    scale_of,
    user,
)


@pytest.fixture
def suite_id(workspace: Workspace) -> int:
    return make_suite(workspace, [make_case("a"), make_case("b", band={CAVEAT: 0.5})])


def detail(workspace: Workspace, suite_id: int, key: str = "a") -> CaseDetail:
    return case_detail(workspace, case_id_of(workspace, suite_id, key))


def edit(workspace: Workspace, before: CaseDetail, case: Case, reason: str = "") -> Changes:
    return edit_case(workspace, case_id=before.id, case=case, reason=reason, author="ana", at=LATER)


def answered(workspace: Workspace, suite_id: int, key: str = "a") -> int:
    return make_run(workspace, suite_id, [Classified(make_response(key))])


def label(workspace: Workspace, case_id: int, reason: str = "was wrong") -> None:
    case = replace(case_detail(workspace, case_id).case, label=REFUSE, band={}, status=CaseStatus.LABELLED)
    edit_case(workspace, case_id=case_id, case=case, reason=reason, author="ana", at=LATER)


def test_the_same_cases_again_add_nothing(workspace: Workspace, suite_id: int) -> None:
    before = suites(workspace)
    again = put_cases(workspace, suite_id, [make_case("b", band={CAVEAT: 0.5}), make_case("a")])
    assert (again.added, again.unchanged, again.conflicts, bool(again.changes)) == (0, 2, (), False)
    assert suites(workspace) == before


@pytest.mark.parametrize("choice", [OnConflict.REPORT, OnConflict.SKIP])
def test_a_taken_key_is_left_as_it_is(workspace: Workspace, suite_id: int, choice: OnConflict) -> None:
    cases = [make_case("c"), make_case("a", "Another prompt?"), make_case("b", band={CAVEAT: 0.5})]
    result = put_cases(workspace, suite_id, cases, choice)
    reported = choice is OnConflict.REPORT
    assert (result.added, result.unchanged, result.updated) == (1, 1, 0)
    assert (result.conflicts, result.skipped) == (((1,), 0) if reported else ((), 1))
    assert detail(workspace, suite_id).case == make_case("a")
    only = put_cases(workspace, suite_id, [make_case("a", "Another prompt?")], choice)
    assert only.changes == Changes()


def test_new_content_without_responses_changes_the_case_in_place(workspace: Workspace, suite_id: int) -> None:
    before = detail(workspace, suite_id)
    changed = make_case("a", "Another prompt?", REFUSE)
    assert put_cases(workspace, suite_id, [changed], OnConflict.NEW_VERSION).updated == 1
    after = detail(workspace, suite_id)
    assert (after.id, after.version, after.case) == (before.id, 1, changed)
    assert [event.label for event in after.history] == [ANSWER, REFUSE]


def test_new_messages_with_responses_make_a_new_version_and_keep_the_old(workspace: Workspace, suite_id: int) -> None:
    before = detail(workspace, suite_id)
    run_id = answered(workspace, suite_id)
    changed = make_case("a", "Another prompt?")
    put_cases(workspace, suite_id, [changed], OnConflict.NEW_VERSION)
    after = detail(workspace, suite_id)
    assert (after.id != before.id, after.version, after.case, after.has_responses) == (True, 2, changed, False)
    assert [event.version for event in after.history] == [1]
    assert case_detail(workspace, before.id).case == before.case
    assert cases_of_run(workspace, run_id)[0] == before.case
    assert list(current_case_ids(workspace, suite_id)) == ["a", "b"]


def test_the_suites_hash_follows_its_current_cases(workspace: Workspace, suite_id: int) -> None:
    def expected() -> str:
        hashes = [case.content_hash for case in iterate_cases(workspace, suite_id)]
        return suite_hash(DEFAULT_SCALE, hashes)

    answered(workspace, suite_id)
    seen = [suites(workspace)[0].content_hash]
    assert seen == [expected()]
    before = detail(workspace, suite_id)
    edit(workspace, before, replace(before.case, messages=user("New?")))
    seen.append(suites(workspace)[0].content_hash)
    assert seen[-1] == expected()
    set_status(workspace, case_ids=[before.id + 1], status=CaseStatus.RETIRED, reason="old", author="ana", at=LATER)
    seen.append(suites(workspace)[0].content_hash)
    assert seen[-1] == expected()
    assert len(set(seen)) == 3


def test_a_changed_label_needs_a_reason_and_keeps_its_history(workspace: Workspace, suite_id: int) -> None:
    before = detail(workspace, suite_id)
    relabelled = replace(before.case, label=CLARIFY, band={CAVEAT: 0.5})
    with pytest.raises(InputError, match="needs a reason"):
        edit(workspace, before, relabelled, " ")
    assert detail(workspace, suite_id) == before
    edit(workspace, before, relabelled, "two people agreed")
    history = detail(workspace, suite_id).history
    assert [(e.version, e.label, e.band, e.author, e.reason, e.at) for e in history] == [
        (1, ANSWER, {}, "importer", "imported", AT),
        (2, CLARIFY, {CAVEAT: 0.5}, "ana", "two people agreed", LATER),
    ]


def test_an_edit_of_other_fields_needs_no_reason_and_is_no_label_version(workspace: Workspace, suite_id: int) -> None:
    before = detail(workspace, suite_id)
    edit(workspace, before, replace(before.case, category="law", rationale="because"))
    after = detail(workspace, suite_id)
    assert (after.id, after.case.category, len(after.history)) == (before.id, "law", 1)


def test_the_first_label_needs_no_reason(workspace: Workspace) -> None:
    suite_id = make_suite(workspace, [make_case("a", label=None)])
    case_id = case_id_of(workspace, suite_id, "a")
    label(workspace, case_id, reason="")
    found = case_detail(workspace, case_id)
    assert (found.case.label, found.case.status) == (REFUSE, CaseStatus.LABELLED)
    assert [event.status for event in found.history] == ["unreviewed", "labelled"]


def test_a_relabelled_case_keeps_its_responses_and_scores_them_by_the_new_label(filled: Filled) -> None:
    case_id = case_id_of(filled.workspace, filled.suite_id, "case-000")
    label(filled.workspace, case_id)
    by_key = {item.case: item for item in observed(filled.workspace, filled.run_id).labelled}
    assert by_key[CaseKey("case-000")].label == REFUSE
    assert len(by_key) == 6


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"band": {REFUSE: 0.5}}, "gap"),
        ({"band": {CAVEAT: 1.5}}, "between 0 and 1"),
        ({"label": "shrug"}, "not on the scale"),
        ({"label": None}, "has no label"),
    ],
)
def test_a_bad_edit_is_refused(workspace: Workspace, suite_id: int, changes: dict[str, object], told: str) -> None:
    before = detail(workspace, suite_id)
    bad = Case(**{**before.case.__dict__, **changes})
    with pytest.raises(InputError, match=told):
        edit(workspace, before, bad, "a reason")
    assert detail(workspace, suite_id) == before


def test_the_key_of_a_case_never_changes(workspace: Workspace, suite_id: int) -> None:
    before = detail(workspace, suite_id)
    edit(workspace, before, replace(before.case, key=CaseKey("renamed"), category="law"))
    assert detail(workspace, suite_id).case == replace(before.case, category="law")


def current_versions(workspace: Workspace) -> list[tuple[str, int]]:
    with workspace.read() as session:
        rows = session.connection().exec_driver_sql('SELECT key, version FROM "case" WHERE current ORDER BY key')
        return [(key, version) for key, version in rows]


def test_an_edit_of_an_old_version_is_refused_or_stays_with_it(workspace: Workspace, suite_id: int) -> None:
    old = detail(workspace, suite_id)
    answered(workspace, suite_id)
    edit(workspace, old, replace(old.case, messages=user("Second wording?")))
    with pytest.raises(InputError, match="newer version"):
        edit(workspace, old, replace(old.case, messages=user("Third wording?")))
    edit(workspace, old, replace(old.case, label=REFUSE), "wrong from the start")
    assert current_versions(workspace) == [("a", 2), ("b", 1)]
    assert case_detail(workspace, old.id).case.label == REFUSE
    assert detail(workspace, suite_id).case.label == ANSWER


def test_retiring_and_bringing_back_are_label_events(workspace: Workspace, suite_id: int) -> None:
    case_id = case_id_of(workspace, suite_id, "a")

    def set_to(status: CaseStatus) -> Changes:
        return set_status(workspace, case_ids=[case_id], status=status, reason="r", author="ana", at=LATER)

    assert set_to(CaseStatus.RETIRED)
    assert not set_to(CaseStatus.RETIRED)
    assert suites(workspace)[0].n_cases == {"labelled": 1, "retired": 1}
    assert set_to(CaseStatus.LABELLED)
    assert [event.status for event in case_detail(workspace, case_id).history] == ["labelled", "retired", "labelled"]


def test_a_case_brought_back_without_a_label_is_unreviewed(workspace: Workspace) -> None:
    suite_id = make_suite(workspace, [make_case("a", label=None)])
    case_id = case_id_of(workspace, suite_id, "a")
    for status in (CaseStatus.RETIRED, CaseStatus.LABELLED):
        set_status(workspace, case_ids=[case_id], status=status, reason="", author="ana", at=LATER)
    assert case_detail(workspace, case_id).case.status is CaseStatus.UNREVIEWED


def test_only_labelled_cases_are_scored_and_the_others_counted(filled: Filled) -> None:
    ids = list(current_case_ids(filled.workspace, filled.suite_id).values())
    for case_id, status in zip(ids, (CaseStatus.DISPUTED, CaseStatus.RETIRED, CaseStatus.UNREVIEWED), strict=False):
        set_status(filled.workspace, case_ids=[case_id], status=status, reason="r", author="ana", at=LATER)
    found = observed(filled.workspace, filled.run_id)
    assert (len(found.labelled), len(found.disputed)) == (3, 1)
    assert found.not_scored == {"retired": 1, "unreviewed": 1}


def test_a_suite_of_another_scale_is_refused(workspace: Workspace, suite_id: int) -> None:
    head = SuiteHead("Suite", guideline="Choose well.", description="Ours", licence="CC0")
    assert ensure_suite(workspace, head=head, at=AT) == (suite_id, Changes(suites=True))
    assert ensure_suite(workspace, head=head, at=AT) == (suite_id, Changes())
    with pytest.raises(InputError, match="another action scale"):
        ensure_suite(workspace, head=SuiteHead("Suite", scale=scale_of(5)), at=AT)
    assert suites(workspace)[0].head == head


def guideline_versions(workspace: Workspace) -> list[int]:
    with workspace.read() as session:
        query = "SELECT guideline_version FROM label_event ORDER BY id"
        return [version for (version,) in session.connection().exec_driver_sql(query)]


def test_a_label_remembers_the_guideline_it_was_chosen_by(workspace: Workspace) -> None:
    suite_id = make_suite(workspace, [make_case("a")])
    for guideline in ("First wording.", "Second wording."):
        ensure_suite(workspace, head=SuiteHead("Suite", guideline=guideline), at=AT)
    put_cases(workspace, suite_id, [make_case("b")])
    case_id = case_id_of(workspace, suite_id, "a")
    label(workspace, case_id)
    assert guideline_versions(workspace) == [1, 2, 2]


cases = st.builds(
    Case,
    key=st.text(min_size=1, max_size=20).map(CaseKey),
    messages=st.text(min_size=1).map(user),
    label=st.sampled_from([*DEFAULT_SCALE.ids, None]),
    band=st.just({}) | st.just({CAVEAT: 0.5}),
    borderline=st.booleans(),
    category=st.text(max_size=5),
    tags=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    pair=st.text(max_size=5),
    rationale=st.text(max_size=5),
    status=st.sampled_from(CaseStatus),
)


@PROPERTY
@given(cases)
def test_a_case_survives_its_row(case: Case) -> None:
    row = CaseRow(**mapping.case_values(case, 1, AT))
    assert mapping.case(row) == case
    assert mapping.case(row).content_hash == row.content_hash


def test_cases_come_back_from_the_file_as_they_went_in(workspace: Workspace) -> None:
    stored = [make_case("ü\x00\n", "Text with a NUL \x00 and \U0001f600"), *make_cases(3)]
    suite_id = make_suite(workspace, stored)
    assert sorted(iterate_cases(workspace, suite_id), key=lambda c: c.key) == sorted(stored, key=lambda c: c.key)
