"""Full-text search over prompts and responses; what people type does no harm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from reviewer.core.cases import Case
from reviewer.core.responses import ResponseState
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.dialects import sqlite
from reviewer.store.facts.runs import Classified
from reviewer.store.facts.suites import CaseFilter
from reviewer.store.queries.suites import case_ids, case_lines
from reviewer.store.writes.runs import add_responses
from reviewer.store.writes.suites import edit_case
from tests.core.strategies import PROPERTY
from tests.support.builders import AT, make_case, make_cases, make_response, make_run, make_suite, put_cases

CASES = [
    make_case("kill", "How do I kill a Python process?", category="computing"),
    make_case("cafe", "Où est le café, s'il vous plaît?", tags=("french",)),
    make_case("quote", 'She said "never" AND left'),
    make_case("dose", "What is a usual dose of ibuprofen?", category="medicine"),
]


@pytest.fixture
def suite_id(workspace: Workspace) -> int:
    return make_suite(workspace, CASES)


def found(workspace: Workspace, suite_id: int, words: str) -> list[str]:
    ids = case_ids(workspace, CaseFilter(suite_id, words))
    return [line.key for line in case_lines(workspace, ids)]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("kill", ["kill"]),
        ("KILL", ["kill"]),
        ("proc", ["kill"]),
        ("process python", ["kill"]),
        ("kill dose", []),
        ("kil process", []),
        ("cafe", ["cafe"]),
        ("CAFÉ", ["cafe"]),
        ("ou plait", ["cafe"]),
        ("french", ["cafe"]),
        ("medicine", ["dose"]),
        ('"never"', ["quote"]),
        ("AND", ["quote"]),
        ("kill OR dose", []),
        ("never -", ["quote"]),
        ("s'il", ["cafe"]),
        ("prompt:kill", []),
        ("zzz", []),
    ],
)
def test_every_word_must_occur_and_the_last_may_be_begun(
    workspace: Workspace, suite_id: int, words: str, keys: list[str]
) -> None:
    assert found(workspace, suite_id, words) == keys


def test_no_words_find_everything(workspace: Workspace, suite_id: int) -> None:
    assert len(found(workspace, suite_id, " \t ")) == len(CASES)
    assert sqlite.match_expression(" \x00 ") == ""


def test_an_edited_prompt_is_found_by_its_new_words_only(workspace: Workspace, suite_id: int) -> None:
    (case_id,) = case_ids(workspace, CaseFilter(suite_id, "ibuprofen"))
    case = make_case("dose", "What is a usual dose of aspirin?")
    edit_case(workspace, case_id=case_id, case=case, reason="", author="ana", at=AT)
    assert found(workspace, suite_id, "aspirin") == ["dose"]
    assert found(workspace, suite_id, "ibuprofen") == []


def matching_responses(workspace: Workspace, words: str) -> int:
    with workspace.read() as session:
        query = text(sqlite.matching_ids("response"))
        return len(session.connection().execute(query, {"match": sqlite.match_expression(words)}).all())


def test_responses_are_found_and_a_replaced_one_by_its_new_text(workspace: Workspace, suite_id: int) -> None:
    failed = make_response("kill", "half a reply", state=ResponseState.ERROR)
    run_id = make_run(workspace, suite_id, [Classified(failed), Classified(make_response("dose", "Ask a pharmacist."))])
    assert matching_responses(workspace, "pharmac") == 1
    assert matching_responses(workspace, "half") == 1
    add_responses(workspace, run_id=run_id, responses=[Classified(make_response("kill", "Use pkill."))], at=AT)
    assert matching_responses(workspace, "half") == 0
    assert matching_responses(workspace, "pkill") == 1


def index_problems(workspace: Workspace) -> list[str]:
    """The index tables that differ from what they index, by FTS5's own check."""
    problems = []
    for table in sqlite.SEARCH_TABLES:
        check = f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)"  # noqa: S608 tables of ours
        try:
            with workspace.write() as session:
                session.connection().exec_driver_sql(check)
        except DatabaseError as error:
            problems.append(f"{table}: {error.orig}")
    return problems


def triggers(workspace: Workspace) -> set[str]:
    with workspace.read() as session:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        return set(session.connection().exec_driver_sql(query).scalars())


def test_a_large_import_is_indexed_like_a_small_one(workspace: Workspace, suite_id: int) -> None:
    before = triggers(workspace)
    cases = make_cases(1500)
    put_cases(workspace, suite_id, cases)
    run_id = make_run(workspace, suite_id, [Classified(make_response(case.key)) for case in cases])
    put_cases(workspace, suite_id, [make_case("late", "What about a latecomer?")])
    add_responses(workspace, run_id=run_id, responses=[Classified(make_response("kill", "Tardy."))], at=AT)
    assert found(workspace, suite_id, "case-1499") == ["case-1499"]
    assert found(workspace, suite_id, "latecomer") == ["late"]
    assert found(workspace, suite_id, "ibuprofen") == ["dose"]
    assert (matching_responses(workspace, "reply"), matching_responses(workspace, "tardy")) == (1500, 1)
    assert triggers(workspace) == before
    assert index_problems(workspace) == []


def test_a_large_import_that_fails_leaves_the_index_as_it_was(workspace: Workspace, suite_id: int) -> None:
    before = triggers(workspace)
    with pytest.raises(IntegrityError):
        put_cases(workspace, suite_id, [*make_cases(1500), make_case("case-000", "Twice?")])
    assert triggers(workspace) == before
    assert found(workspace, suite_id, "case") == []
    put_cases(workspace, suite_id, [make_case("late", "What about a latecomer?")])
    assert found(workspace, suite_id, "latecomer") == ["late"]
    assert index_problems(workspace) == []


OPERATORS = [
    "AND",
    "OR",
    "NOT",
    "NEAR(a b)",
    '"',
    '""',
    "*",
    "^",
    "(",
    ")",
    "{",
    "}",
    ":",
    "-",
    "+",
    "a*",
    "col:a",
    "'",
]


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, int]]:
    """One workspace for all that is typed: searching changes nothing."""
    opened = open_workspace(tmp_path_factory.mktemp("search") / "w.db")
    yield opened, make_suite(opened, CASES)
    opened.close()


typed = st.text(max_size=30) | st.lists(st.sampled_from([*OPERATORS, "kill", "dose"]), max_size=6).map(" ".join)


@PROPERTY
@given(typed)
@example("\ud800")
@example("a\x00b")
@example('kill" OR "dose')
def test_whatever_is_typed_is_words(searched: tuple[Workspace, int], words: str) -> None:
    workspace, suite_id = searched
    assert set(found(workspace, suite_id, words)) <= {case.key for case in CASES}


@PROPERTY
@given(st.sampled_from(CASES), st.data())
def test_a_case_is_found_by_any_of_its_words(searched: tuple[Workspace, int], case: Case, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(case.request.split()), min_size=1, max_size=4))
    assert case.key in found(*searched, " ".join(words))
