"""The control set: judged first, compared with the judge's former verdicts, and a person's word where it drifts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from reviewer.app.jobs.judging import (
    JudgeRequest,
    Judging,
    JudgingEnd,
    JudgingProgress,
    Phase,
    accept_drift,
    prepare_judging,
)
from reviewer.core.decisions import FinalSource, JudgeOutcome, JudgeRunStatus
from reviewer.core.errors import ExitStatus, InputError
from reviewer.core.runs import RunStatus
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import runs
from reviewer.store.writes.runs import set_run_status
from tests.support.builders import AT, make_case, make_response, make_run, make_suite
from tests.support.judged_runs import (
    CASES,
    add_run,
    items,
    judge,
    judge_at,
    judges_on,
    request_to,
    text_of,
    workspace_to_judge,
)
from tests.support.judges import always, changed_for, good, prompt_of
from tests.support.loopback import LoopbackServer, slow

CONTROL = 20


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = workspace_to_judge(tmp_path / "judging.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def control(workspace: Workspace) -> int:
    """The id of the finished run `frozen` over the suite `control` of twenty cases."""
    cases = [make_case(f"k{number:02}", f"How about {number}?") for number in range(CONTROL)]
    responses = [Classified(make_response(case.key, text_of(n))) for n, case in enumerate(cases)]
    run_id = make_run(workspace, make_suite(workspace, cases, "control"), responses, name="frozen")
    set_run_status(workspace, run_id=run_id, status=RunStatus.FINISHED, at=AT)
    return run_id


def prepared_with_control(workspace: Workspace, server: LoopbackServer) -> Judging:
    return prepare_judging(workspace, request_to(server, control_suite="control"))


def judge_with_control(
    workspace: Workspace, server: LoopbackServer, *, run: str = "run", accepted_by: str = ""
) -> JudgingEnd:
    return judge(workspace, request_to(server, run=run, control_suite="control", accepted_by=accepted_by))


def test_the_control_set_is_judged_first_and_counts_for_nothing_else(
    workspace: Workspace, server: LoopbackServer, control: int
) -> None:
    server.default = good
    prepared = prepared_with_control(workspace, server)
    assert (prepared.n_requests, len(prepared.control_asked)) == (CONTROL + CASES, CONTROL)
    assert prepared.control_run is not None
    assert prepared.control_run.id == control
    end = judge_with_control(workspace, server)
    assert end.drift is not None
    assert (end.drift.first, end.drift.total, end.status) == (True, CONTROL, JudgeRunStatus.FINISHED)
    asked = [prompt_of(each).turns[-1] for each in server.completions]
    assert all(turn.startswith("How about") for turn in asked[:CONTROL])
    assert {item.final.source for item in items(workspace, "frozen")} == {None}
    assert {len(item.verdicts) for item in items(workspace, "frozen")} == {0}
    line = judges_on(workspace, "run")[0]
    assert line.control_outcomes == {JudgeOutcome.JUDGED: CONTROL}
    assert line.control_run == "frozen"


def test_a_steady_judge_goes_on_by_itself(workspace: Workspace, server: LoopbackServer, control: int) -> None:
    server.default = good
    judge_with_control(workspace, server)
    add_run(workspace, "next")
    end = judge_with_control(workspace, server, run="next")
    assert (end.status, end.exit_status) == (JudgeRunStatus.FINISHED, ExitStatus.DONE)
    assert end.drift is not None
    assert (end.drift.compared, end.drift.changes, end.drift.first) == (CONTROL, (), False)
    assert len(server.completions) == 2 * (CONTROL + CASES)


def drifted(workspace: Workspace, server: LoopbackServer, *, accepted_by: str = "") -> JudgingEnd:
    """The judge has changed its mind about four of the control responses."""
    server.default = good
    judge_with_control(workspace, server)
    add_run(workspace, "next")
    server.default = changed_for(("do 2.", "do 4.", "do 6.", "do 8."), "refuse")
    return judge_with_control(workspace, server, run="next", accepted_by=accepted_by)


def test_a_judge_that_drifts_is_held_until_a_person_says_so(
    workspace: Workspace, server: LoopbackServer, control: int
) -> None:
    end = drifted(workspace, server)
    assert (end.status, end.exit_status, end.outcomes) == (JudgeRunStatus.HELD, ExitStatus.ANSWER_IS_NO, {})
    assert end.drift is not None
    assert [change.case for change in end.drift.changes] == ["k02", "k04", "k06", "k08"]
    assert end.sentence == end.drift.sentence
    assert "4 of 20 control verdicts changed (20 %" in end.sentence
    assert {item.final.source for item in items(workspace, "next")} == {FinalSource.RULES}
    line = judges_on(workspace, "next")[0]
    assert line.status is JudgeRunStatus.HELD
    assert line.drift is not None
    assert line.drift["changed"] == 4

    asked = len(server.completions)
    assert end.judge_run_id is not None
    accept_drift(workspace, end.judge_run_id, "ana")
    again = judge_with_control(workspace, server, run="next")
    assert (again.status, again.judge_run_id) == (JudgeRunStatus.FINISHED, end.judge_run_id)
    assert len(server.completions) == asked + CASES
    assert judges_on(workspace, "next")[0].accepted_by == "ana"


def test_a_word_given_beforehand_is_written_down(workspace: Workspace, server: LoopbackServer, control: int) -> None:
    end = drifted(workspace, server, accepted_by="ben")
    assert (end.status, end.exit_status) == (JudgeRunStatus.FINISHED, ExitStatus.DONE)
    assert end.drift is not None
    assert end.drift.drifted
    line = judges_on(workspace, "next")[0]
    assert line.accepted_by == "ben"
    assert line.accepted_at


def test_without_drift_a_word_given_beforehand_is_not_used(
    workspace: Workspace, server: LoopbackServer, control: int
) -> None:
    server.default = good
    judge_with_control(workspace, server, accepted_by="ben")
    assert judges_on(workspace, "run")[0].accepted_by == ""


def test_a_judge_that_recovered_is_measured_anew(workspace: Workspace, server: LoopbackServer, control: int) -> None:
    held = drifted(workspace, server)
    server.default = good
    end = judge_with_control(workspace, server, run="next")
    assert (end.status, end.judge_run_id != held.judge_run_id) == (JudgeRunStatus.FINISHED, True)
    assert end.drift is not None
    assert not end.drift.changes


def test_what_a_person_accepted_is_what_later_verdicts_are_compared_with(
    workspace: Workspace, server: LoopbackServer, control: int
) -> None:
    drifted(workspace, server, accepted_by="ana")
    add_run(workspace, "third")
    end = judge_with_control(workspace, server, run="third")
    assert (end.status, end.drift.changes if end.drift else None) == (JudgeRunStatus.FINISHED, ())


def test_a_slow_slide_is_noticed(workspace: Workspace, server: LoopbackServer, control: int) -> None:
    """One verdict more each time: tolerated beside the last judging, not beside the first."""
    server.default = good
    judge_with_control(workspace, server)
    ends = []
    for number in (2, 4, 6):
        add_run(workspace, f"next-{number}")
        server.default = changed_for([f"do {n}." for n in range(2, number + 1, 2)], "refuse")
        ends.append(judge_with_control(workspace, server, run=f"next-{number}"))
    assert [end.status for end in ends] == [JudgeRunStatus.FINISHED, JudgeRunStatus.HELD, JudgeRunStatus.HELD]


def test_another_judge_has_former_verdicts_of_its_own(
    workspace: Workspace, server: LoopbackServer, control: int
) -> None:
    server.default = good
    judge_with_control(workspace, server)
    server.default = always("refuse")
    end = judge(workspace, request_to(server, "judge-2", control_suite="control"))
    assert end.drift is not None
    assert end.drift.first
    assert end.status is JudgeRunStatus.FINISHED


def test_the_control_responses_stay_the_same_when_the_suite_gets_another_run(
    workspace: Workspace, server: LoopbackServer, control: int
) -> None:
    server.default = good
    judge_with_control(workspace, server)
    suite_id = runs.run_named(workspace, "frozen").suite_id
    later = make_run(workspace, suite_id, [Classified(make_response("k00", "Other."))], name="later")
    set_run_status(workspace, run_id=later, status=RunStatus.FINISHED, at=AT)
    add_run(workspace, "next")
    found = prepare_judging(workspace, request_to(server, run="next", control_suite="control"))
    assert found.control_run is not None
    assert found.control_run.name == "frozen"
    fresh = prepare_judging(workspace, request_to(server, "judge-2", run="next", control_suite="control"))
    assert fresh.control_run is not None
    assert fresh.control_run.name == "later"


def test_a_control_set_cut_short_goes_on_where_it_was(
    workspace: Workspace, server: LoopbackServer, control: int
) -> None:
    def stop_soon(moment: JudgingProgress, cancel: anyio.Event) -> None:
        if moment.phase is Phase.CONTROL and moment.sending.in_flight and len(server.completions) > 5:
            cancel.set()

    server.script(*[good] * 5)
    server.default = slow
    version = judge_at(server, concurrency=1)
    request = JudgeRequest("run", version, "control")
    first = judge(workspace, request, stop_soon)
    assert (first.status, first.outcomes, first.drift) == (JudgeRunStatus.CANCELLED, {}, None)
    server.released.set()
    server.default = good
    assert len(prepare_judging(workspace, request).control_asked) == CONTROL - 5
    end = judge(workspace, request)
    assert end.drift is not None
    assert (end.drift.first, end.drift.total) == (True, CONTROL)
    assert end.judge_run_id == first.judge_run_id


def test_a_control_suite_without_a_finished_run_is_refused(workspace: Workspace, server: LoopbackServer) -> None:
    make_suite(workspace, [make_case("k")], "control")
    with pytest.raises(InputError, match="no finished run"):
        prepared_with_control(workspace, server)
    with pytest.raises(InputError, match="no finished run"):
        prepare_judging(workspace, request_to(server, control_suite="Suite"))
    with pytest.raises(InputError, match="There is no suite"):
        prepare_judging(workspace, request_to(server, control_suite="nowhere"))
