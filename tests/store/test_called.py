"""Cases that a person, a file or a server names by their keys are found by their index, however long the run is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from reviewer.core.cases import CaseKey
from reviewer.core.changes import Changes
from reviewer.store.facts.origins import Origin
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.arrivals import cases_named
from reviewer.store.queries.review import response_keys, response_of
from reviewer.store.queries.runs import decided
from reviewer.store.queries.suites import cases_of_run, characters_of_run, stored_lengths
from reviewer.store.writes.origins import add_origin, put_beside_responses
from reviewer.store.writes.runs import add_responses
from tests.support.builders import AT, REFUSE, Filled, decide, make_response
from tests.support.statements import counted

ONE, TWO = WANTED = [CaseKey("case-001"), CaseKey("case-002")]
NAMES_A_KEY = re.compile(r"""\bkey"? (IN|=) """)


def keep_beside(filled: Filled) -> object:
    origin_id, _ = add_origin(filled.workspace, origin=Origin("a.jsonl", "0" * 64, "own"))
    kept = {(key, 1): {"mood": "calm"} for key in WANTED}
    return put_beside_responses(filled.workspace, run_id=filled.run_id, origin_id=origin_id, kept=kept)


def store_again(filled: Filled) -> object:
    arrived = [Classified(make_response(key)) for key in WANTED]
    return add_responses(filled.workspace, run_id=filled.run_id, responses=arrived, at=AT).unchanged


def decided_ones(filled: Filled) -> object:
    decide(filled.workspace, filled.response_ids[1], REFUSE)
    return decided(filled.workspace, filled.run_id, WANTED)


ASKED: Mapping[str, tuple[Callable[[Filled], object], object]] = {
    "a response": (lambda it: response_of(it.workspace, it.run_id, TWO) == it.response_ids[2], True),
    "responses": (lambda it: [*response_keys(it.workspace, it.run_id, WANTED)], [(ONE, 1), (TWO, 1)]),
    "cases": (lambda it: [case.key for case in cases_of_run(it.workspace, it.run_id, WANTED)], WANTED),
    "lengths": (lambda it: [*stored_lengths(it.workspace, it.run_id, WANTED)], WANTED),
    "characters": (lambda it: [*characters_of_run(it.workspace, it.run_id, ONE)], [ONE]),
    "decided": (decided_ones, {ONE}),
    "current cases": (lambda it: [*cases_named(it.workspace, "Suite", WANTED)], WANTED),
    "kept beside": (keep_beside, Changes()),
    "stored": (store_again, 2),
}


@pytest.mark.parametrize("named", ASKED)
def test_what_is_named_is_found_without_going_through_the_run(filled: Filled, named: str) -> None:
    ask, expected = ASKED[named]
    with counted(filled.workspace) as statements:
        found = ask(filled)
    assert found == expected
    asked = [each for each in statements if each.startswith("SELECT") and NAMES_A_KEY.search(each)]
    assert asked
    with filled.workspace.read() as session:
        for statement in asked:
            given = (1,) * statement.count("?")
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            steps = [row[3] for row in plan]
            assert [step for step in steps if "key=?" in step], steps
            assert not [step for step in steps if step.endswith("(run_id=?)")], steps
