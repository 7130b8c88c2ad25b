"""What enters a corrected score: not what was skipped, left open or decided in bulk, and of which plan it comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.app.figures.scores import score_run
from reviewer.core.decisions import ReviewEventKind
from reviewer.core.scoring.score import Correction, PassedOver
from reviewer.review.planning import PlanRequest, plan_review
from reviewer.store.facts.review import NewDecision
from reviewer.store.queries import plans, runs
from reviewer.store.writes.decisions import append_decision
from reviewer.store.writes.review_events import append_review_event
from reviewer.wording.tables import passed_over_words
from tests.support.builders import ANSWER, AT, REFUSE, Filled, filled_workspace


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Filled]:
    filled = filled_workspace(tmp_path / "w.sqlite", 60)
    yield filled
    filled.workspace.close()


def run_name(filled: Filled) -> str:
    return runs.run_line(filled.workspace, filled.run_id).name


def drawn(filled: Filled, name: str = "", seed: int = 1) -> list[int]:
    planned = plan_review(filled.workspace, run_name(filled), PlanRequest(name=name, seed=seed))
    return list(plans.plan_ids(filled.workspace, plans.plan_of(filled.workspace, planned.plan)))


def decide(filled: Filled, response_id: int, *, bulk: bool = False, unsure: bool = False) -> None:
    action = None if unsure else REFUSE if response_id % 2 else ANSWER
    append_decision(filled.workspace, decision=NewDecision(response_id, "ana", action, bulk=bulk), at=AT)


def skip(filled: Filled, response_id: int) -> None:
    append_review_event(filled.workspace, response_id=response_id, reviewer="ana", kind=ReviewEventKind.SKIPPED, at=AT)


def corrected(filled: Filled) -> Correction:
    return score_run(filled.workspace, run_name(filled)).card.correction


def test_a_skip_a_doubt_and_a_bulk_decision_end_nothing_and_count_for_nothing(filled: Filled) -> None:
    order = drawn(filled)
    for response_id in order[3:50]:
        decide(filled, response_id)
    assert corrected(filled).reviewed == 0, "the plan has a gap at its top"
    skip(filled, order[0])
    decide(filled, order[1], unsure=True)
    decide(filled, order[2], bulk=True)
    found = corrected(filled)
    assert found.value is not None
    assert found.reviewed == 47
    assert found.passed_over == PassedOver(cannot_decide=1, skipped=1, bulk=1)
    assert passed_over_words(found.passed_over).startswith("1 without an agreed action, 1 skipped, 1 decided in bulk")


def test_a_word_of_ones_own_takes_the_place_of_one_in_bulk(filled: Filled) -> None:
    order = drawn(filled)
    for response_id in order[:50]:
        decide(filled, response_id, bulk=True)
    assert corrected(filled).value is None, "nobody read any of them"
    for response_id in order[:50]:
        decide(filled, response_id)
    assert corrected(filled).reviewed == 50


def test_a_bulk_decision_does_not_make_a_run_wholly_reviewed(filled: Filled) -> None:
    order = drawn(filled)
    for response_id in order:
        decide(filled, response_id, bulk=response_id == order[-1])
    found = corrected(filled)
    assert found.reviewed == len(order) - 1
    assert found.of_run is not None
    assert found.of_run.low is not None
    assert found.of_run.high is not None
    assert found.of_run.low < found.of_run.high


def test_the_score_names_the_plan_that_was_worked_furthest(filled: Filled) -> None:
    first = drawn(filled, "first", seed=1)
    for response_id in first[:45]:
        decide(filled, response_id)
    before = corrected(filled)
    drawn(filled, "second", seed=2)
    after = corrected(filled)
    assert before.rests_on.startswith("first")
    assert (after.value, after.rests_on) == (before.value, before.rests_on)
