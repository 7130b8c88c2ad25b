"""What is kept of each run's counts is what counting finds, and nothing is counted when somebody decides."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from sqlmodel import select

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import CaseKey, CaseStatus
from reviewer.core.errors import InputError
from reviewer.core.responses import Response, ResponseState
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import balanced_mean
from reviewer.review.place import next_undecided
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.runs import Classified, RunLine
from reviewer.store.queries import review, runs, suites
from reviewer.store.rows import ResponseRow, RunCaseRow
from reviewer.store.writes.runs import add_responses, extend_run
from tests.support.builders import (
    ANSWER,
    AT,
    REFUSE,
    Filled,
    decide,
    make_case,
    make_cases,
    make_model_version,
    make_response,
    make_run,
    make_suite,
    make_verdict,
    undo,
)
from tests.support.statements import counted

STATES = [ResponseState.OK, ResponseState.EMPTY, ResponseState.ERROR, ResponseState.TRUNCATED]


def counted_anew(workspace: Workspace, run_id: int) -> tuple[int, dict[str, int], int]:
    """Planned without repeats, responses by state and reviewed ones, from the rows themselves."""
    with workspace.read() as session:
        rows = session.exec(select(ResponseRow).where(ResponseRow.run_id == run_id)).all()
        cases = session.exec(select(RunCaseRow).where(RunCaseRow.run_id == run_id)).all()
    return len(cases), dict(Counter(row.state for row in rows)), sum(row.reviewed for row in rows)


def kept(line: RunLine) -> tuple[int, dict[str, int], int]:
    return line.planned // line.repeats, dict(line.states), line.reviewed


class Histories(RuleBasedStateMachine):
    """Responses that come, fail, are asked for again; decisions and their undoing; in two runs of one suite."""

    decisions = Bundle("decisions")

    @initialize()
    def make(self) -> None:
        self.folder = TemporaryDirectory()
        self.workspace = open_workspace(Path(self.folder.name) / "w.sqlite")
        self.suite_id = make_suite(self.workspace, make_cases(4))
        self.run_ids = [make_run(self.workspace, self.suite_id, name=f"run {n}", repeats=2) for n in range(2)]

    def teardown(self) -> None:
        self.workspace.close()
        self.folder.cleanup()

    @rule(
        run=st.integers(0, 1),
        said=st.lists(
            st.tuples(st.integers(0, 3), st.integers(1, 2), st.sampled_from(STATES), st.text("ab", max_size=1))
        ),
        again=st.booleans(),
    )
    def receive(self, run: int, said: list[tuple[int, int, ResponseState, str]], again: bool) -> None:
        places = {(case, repeat): (state, text) for case, repeat, state, text in said}
        responses = [
            Classified(self._response(case, repeat, state, text), (make_verdict(ANSWER),))
            for (case, repeat), (state, text) in places.items()
        ]
        add_responses(self.workspace, run_id=self.run_ids[run], responses=responses, at=AT, again=again)

    @staticmethod
    def _response(case: int, repeat: int, state: ResponseState, text: str) -> Response:
        return make_response(f"case-{case:03}", text, repeat=repeat, state=state)

    @rule(target=decisions, run=st.integers(0, 1), place=st.integers(0, 7))
    def decide(self, run: int, place: int) -> int | None:
        ids = review.response_ids(self.workspace, self.run_ids[run])
        try:
            return decide(self.workspace, ids[place % len(ids)], REFUSE) if ids else None
        except InputError:  # a failed response has nothing to decide on
            return None

    @rule(decision=consumes(decisions))
    def undo(self, decision: int | None) -> None:
        if decision is not None:
            undo(self.workspace, decision)

    @invariant()
    def what_is_kept_is_what_is_there(self) -> None:
        if hasattr(self, "workspace"):
            lines = {line.id: line for line in runs.runs(self.workspace)}
            for run_id in self.run_ids:
                assert kept(lines[run_id]) == counted_anew(self.workspace, run_id)
                assert lines[run_id] == runs.run_line(self.workspace, run_id)
            assert self.workspace.problems() == []


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


def test_a_run_that_arrives_in_parts_knows_how_many_cases_it_has(workspace: Workspace) -> None:
    suite_id = make_suite(workspace, make_cases(5))
    run_id = make_run(workspace, make_suite(workspace, name="Empty"), repeats=3)
    ids = list(suites.current_case_ids(workspace, suite_id).values())
    for some in (ids[:2], ids[1:4], ids[:4]):
        extend_run(workspace, run_id=run_id, case_ids=some)
    assert runs.run_line(workspace, run_id).planned == 12
    assert counted_anew(workspace, run_id)[0] == 4


def test_inside_a_write_a_run_is_as_it_is_written_so_far(filled: Filled) -> None:
    workspace = filled.workspace
    with workspace.write():
        before = runs.run_line(workspace, filled.run_id)
        decide(workspace, filled.response_ids[0], REFUSE)
        after = runs.run_line(workspace, filled.run_id)
    assert (before.reviewed, after.reviewed) == (0, 1)


def test_a_run_that_is_not_there_gets_a_sentence(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="does not exist any more"):
        runs.run_line(workspace, 7)


def grown(path: Path, n_runs: int, n_cases: int) -> tuple[Workspace, int]:
    """A workspace of some size and the id of its first run."""
    workspace = open_workspace(path)
    cases = make_cases(n_cases)
    suite_id = make_suite(workspace, cases)
    answered = [Classified(make_response(case.key), (make_verdict(ANSWER),)) for case in cases]
    run_ids = [make_run(workspace, suite_id, answered, name=f"run {number}") for number in range(n_runs)]
    return workspace, run_ids[0]


def one_decision(workspace: Workspace, run_id: int) -> list[str]:
    """The statements of a decision and of what the window reads because of it, however many ids are in a list."""
    ids = review.response_ids(workspace, run_id)
    with counted(workspace) as said:
        decide(workspace, ids[3], REFUSE)
        review.review_item(workspace, ids[3])
        review.review_lines(workspace, ids[:40])
        runs.run_line(workspace, run_id)
        next_undecided(workspace, ids, 3)
        review.review_item(workspace, ids[4])
        suites.suite_named(workspace, "Suite")
    return [re.sub(r"\((\?, )*\?\)", "(…)", statement) for statement in said]


def test_what_a_decision_asks_of_the_database_does_not_grow(tmp_path: Path) -> None:
    said = []
    for n_runs, n_cases in ((1, 5), (2, 50), (9, 700)):
        workspace, run_id = grown(tmp_path / f"{n_runs}.sqlite", n_runs, n_cases)
        said.append(one_decision(workspace, run_id))
        workspace.close()
    assert said[0] == said[1] == said[2]
    assert sum(statement.startswith("INSERT INTO decision") for statement in said[0]) == 1


@pytest.mark.parametrize("read", [runs.runs, suites.suites, suites.stored_suites])
def test_a_list_takes_as_many_statements_however_long_it_is(tmp_path: Path, read: object) -> None:
    said = []
    for n_runs, n_cases in ((1, 5), (7, 20)):
        workspace, _ = grown(tmp_path / f"{n_runs}.sqlite", n_runs, n_cases)
        with counted(workspace) as statements:
            read(workspace)  # type: ignore[operator]
        said.append(list(statements))
        workspace.close()
    assert said[0] == said[1]


def test_counting_a_run_reads_no_response(filled: Filled) -> None:
    with counted(filled.workspace) as said:
        runs.runs(filled.workspace)
        runs.run_line(filled.workspace, filled.run_id)
    assert len(said) == 6
    assert not [statement for statement in said if re.search(r"\b(response|run_case)\b", statement)]


def plan_of(workspace: Workspace, said: list[str], values: dict[str, object]) -> str:
    with workspace.read() as session:
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said[-1]}", tuple(values.values())).all()
    return " ".join(str(row[-1]) for row in rows)


def test_few_rows_are_found_without_reading_the_many(filled: Filled) -> None:
    workspace, run_id = filled.workspace, filled.run_id
    with counted(workspace) as said:
        runs.error_groups(workspace, run_id)
    assert "ix_response_failed" in plan_of(workspace, said, {"run": run_id, "limit": 50, "offset": 0})
    with counted(workspace) as said:
        suites.suites(workspace)
    counting = [statement for statement in said if "count(" in statement]
    assert "COVERING INDEX ix_case_suite_current_status" in plan_of(workspace, counting, {})
    for response_id in filled.response_ids:
        decide(workspace, response_id, REFUSE)
    with counted(workspace) as said:
        assert next_undecided(workspace, filled.response_ids, 0) is None
    assert "COVERING INDEX ix_response_undecided" in plan_of(workspace, said, {"of": filled.response_ids[1]})


@pytest.mark.parametrize("after", [0, 2, 5])
def test_the_next_undecided_one_comes_round_the_end(filled: Filled, after: int) -> None:
    ids = filled.response_ids[::-1]
    for place in {0, 1, 2, 3, 4, 5} - {1}:
        decide(filled.workspace, ids[place], REFUSE)
    assert next_undecided(filled.workspace, ids, after) == 1
    assert next_undecided(filled.workspace, ids, 1) == 1
    assert next_undecided(filled.workspace, [ids[0], *ids[2:]], 0) is None
    assert next_undecided(filled.workspace, [], 0) is None


def test_an_undecided_one_far_away_is_found(tmp_path: Path) -> None:
    workspace, run_id = grown(tmp_path / "w.sqlite", 1, 1_200)
    ids = review.response_ids(workspace, run_id)
    with workspace.write():
        for response_id in ids[1:]:
            decide(workspace, response_id, REFUSE)
    assert next_undecided(workspace, ids, 1) == 0
    assert list(review.response_ids(workspace, run_id, QueueFilter.UNDECIDED)) == [ids[0]]
    workspace.close()


def test_the_keys_of_some_cases_are_read_alone(filled: Filled) -> None:
    workspace, run_id = filled.workspace, filled.run_id
    whole = review.response_keys(workspace, run_id)
    wanted = [CaseKey("case-001"), CaseKey("case-004"), CaseKey("nowhere")]
    assert review.response_keys(workspace, run_id, wanted) == {
        place: found for place, found in whole.items() if place[0] in wanted
    }
    assert review.response_keys(workspace, run_id, []) == {}
    places = [(CaseKey("case-004"), 1), (CaseKey("case-001"), 1), (CaseKey("case-001"), 2)]
    assert review.responses_of(workspace, run_id, places) == [whole[place][0] for place in places[:2]]


def test_a_run_may_start_with_no_case(workspace: Workspace) -> None:
    suite_id = make_suite(workspace)
    version = make_model_version()
    run_id = make_run(workspace, suite_id, version=version)
    assert kept(runs.run_line(workspace, run_id)) == (0, {}, 0)


def test_responses_that_earn_the_same_are_counted_together(workspace: Workspace) -> None:
    cases = [*make_cases(24), make_case("disputed", status=CaseStatus.DISPUTED), make_case("no-label", label=None)]
    suite_id = make_suite(workspace, cases)
    said_in_turn = (ANSWER, REFUSE, None)
    answered = [
        Classified(make_response(case.key, repeat=repeat), (make_verdict(said_in_turn[(place + repeat) % 3]),))
        for place, case in enumerate(cases)
        for repeat in (1, 2, 3)[: 1 + place % 3]
    ]
    run_id = make_run(workspace, suite_id, answered, repeats=3)
    but = suites.case_id_of(workspace, suite_id, "case-002")
    with counted(workspace) as said:
        found = runs.equal_responses(workspace, suite_id, but)[run_id]
    assert len([statement for statement in said if statement != "BEGIN"]) == 1
    others = [each for each in runs.observed(workspace, run_id).labelled if each.case != "case-002"]
    assert len(found) < len(others) / 3
    assert balanced_mean(found) == pytest.approx(scorecard(others, DEFAULT_SCALE).score.balanced)
    assert sum(each.weight for each in found) == len({each.case for each in others if each.final.action})
    assert runs.actions_on(workspace, but)[run_id] == [ANSWER, REFUSE, None]
