"""A run is read for its live score slice by slice: each response once, and no slice costs more than its own rows."""

from __future__ import annotations

import pytest

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import live
from tests.support.builders import make_cases, make_response, make_run, make_suite
from tests.support.statements import counted


@pytest.mark.parametrize("size", [1, 2, 3, 7, 12, 100])
def test_every_response_is_in_one_slice_in_whatever_order_they_came(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(live, "SLICE", size)
    cases = make_cases(5)
    suite_id = make_suite(workspace, cases)
    came = [make_response(case.key, repeat=repeat) for case in reversed(cases) for repeat in (2, 3, 1)]
    run_id, _ = (
        make_run(workspace, suite_id, [Classified(one) for one in came], name=name, repeats=3)
        for name in ("run", "other")
    )
    found, after, ended = [], live.FIRST, False
    while not ended:
        part = live.live_slice(workspace, run_id, DEFAULT_SCALE, after)
        assert len(part.rows) <= size
        found += [(row.case, row.repeat) for row in part.rows]
        ended, after = part.last is None, part.last or live.FIRST
    assert sorted(found) == sorted((one.case, one.repeat) for one in came)


def test_a_slice_is_read_from_the_index_and_sorts_nothing(workspace: Workspace) -> None:
    cases = make_cases(2)
    came = [Classified(make_response(case.key)) for case in cases]
    run_id = make_run(workspace, make_suite(workspace, cases), came)
    with counted(workspace) as statements:
        live.live_slice(workspace, run_id, DEFAULT_SCALE, live.FIRST)
        live.live_plan(workspace, 1, -1)
    asked = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(asked) == 3, "the responses, which of them were skipped, and the plan"
    with workspace.read() as session:
        for statement in asked:
            given = (1,) * statement.count("?")
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            assert not [row[3] for row in plan if "TEMP B-TREE" in row[3]]


def test_where_nothing_is_undecided_it_is_not_asked_what_was_skipped(workspace: Workspace) -> None:
    run_id = make_run(workspace, make_suite(workspace, make_cases(2)))
    with counted(workspace) as statements:
        live.live_slice(workspace, run_id, DEFAULT_SCALE, live.FIRST)
    assert not [statement for statement in statements if "review_event" in statement]
