"""Cases with tool turns and pictures in the store: which they are, how long, and that they come back as they were."""

from __future__ import annotations

from reviewer.core.cases import CaseKey
from reviewer.core.messages import FILE_COST
from reviewer.store.database import Workspace
from reviewer.store.queries import suites
from tests.support.builders import make_case, make_run, make_suite
from tests.support.tool_cases import AGENT, PICTURED, case_of

CASES = [
    make_case("quoting", '{"type":"text","role":"assistant"}'),
    case_of("agent", AGENT),
    case_of("picture", PICTURED),
]


def test_only_messages_that_hold_more_than_texts_have_parts(workspace: Workspace) -> None:
    suite_id = make_suite(workspace, CASES)
    run_id = make_run(workspace, suite_id)
    assert suites.keys_with_parts(workspace, run_id) == ["agent", "picture"]
    assert suites.keys_with_assistant_turns(workspace, run_id) == ["agent"]
    ids = list(suites.current_case_ids(workspace, suite_id).values())
    assert {case.key for case in suites.cases_with_parts(workspace, ids)} == {"agent", "picture"}


def test_they_come_back_as_they_were_and_a_picture_counts_as_what_it_costs(workspace: Workspace) -> None:
    run_id = make_run(workspace, make_suite(workspace, CASES))
    keys = [case.key for case in CASES]
    assert sorted(suites.cases_of_run(workspace, run_id, keys), key=lambda case: keys.index(case.key)) == CASES
    lengths = suites.characters_of_run(workspace, run_id)
    assert lengths[CaseKey("picture")] == FILE_COST + len("Which plant is this?")
    assert lengths[CaseKey("quoting")] == len(CASES[0].request)
