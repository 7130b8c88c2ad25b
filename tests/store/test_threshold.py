"""The queue of what needs a person follows the workspace's threshold, and what it holds is counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewer.app.figures.thresholds import threshold_on
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.store.database import Workspace
from reviewer.store.facts.review import DEFAULT_THRESHOLD, QueueFilter
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import review
from reviewer.store.writes.decisions import set_threshold
from reviewer.store.writes.runs import add_verdicts
from tests.support.builders import (
    ANSWER,
    AT,
    REFUSE,
    decide,
    make_case,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)

KEYS = ("judged", "sure", "unsure", "unscored", "decided", "disputed", "doubted", "empty", "failed", "edge", "open")
SURE = {
    "judged": 0.2,
    "sure": 0.9,
    "unsure": 0.59,
    "decided": 0.1,
    "disputed": 0.9,
    "doubted": 0.9,
    "edge": 0.6,
    "open": 0.1,
}
"""How sure the rules are of an action; of the others they have none."""
STATES = {"doubted": ResponseState.NO_RESPONSE, "empty": ResponseState.EMPTY, "failed": ResponseState.ERROR}


def thresholded(workspace: Workspace) -> tuple[int, dict[str, int]]:
    """A run with a response of each kind, judged and decided as its key says; the run, and the responses by key."""
    suite_id = make_suite(workspace, [make_case(key) for key in KEYS], "threshold")
    responses = [
        Classified(
            make_response(key, "" if key in ("empty", "failed") else "Reply.", state=STATES.get(key, ResponseState.OK)),
            (replace(make_verdict(ANSWER if key in SURE else None), confidence=SURE.get(key, 0.0)),),
        )
        for key in KEYS
    ]
    run_id = make_run(workspace, suite_id, responses, name="threshold")
    ids = {key: review.response_of(workspace, run_id, key) for key in KEYS}
    add_verdicts(workspace, verdicts={ids["judged"]: [make_verdict(ANSWER, "judge/j", 0.2)]}, at=AT)
    decide(workspace, ids["decided"], ANSWER)
    decide(workspace, ids["disputed"], ANSWER)
    decide(workspace, ids["disputed"], REFUSE, reviewer="bo")
    decide(workspace, ids["open"], None)
    return run_id, ids


def test_what_needs_a_person_is_unsure_unscored_or_disputed_and_holds_something_to_read(workspace: Workspace) -> None:
    run_id, ids = thresholded(workspace)

    def needs() -> set[str]:
        found = review.response_ids(workspace, run_id, QueueFilter.NEEDS_PERSON)
        return {key for key, each in ids.items() if each in found}

    always = {"unscored", "disputed", "doubted"}
    assert review.threshold(workspace) == DEFAULT_THRESHOLD == 0.6
    assert needs() == {"unsure", *always}
    assert set_threshold(workspace, threshold=0.5) == Changes(queues=True)
    assert needs() == always
    set_threshold(workspace, threshold=0.95)
    assert needs() == {"sure", "unsure", "edge", *always}
    assert set_threshold(workspace, threshold=0.95) == Changes()
    for threshold in (0.0, 0.1, 0.5, 0.59, 0.6, 0.9, 1.0):
        set_threshold(workspace, threshold=threshold)
        figures = threshold_on(workspace, run_id).at(threshold)
        assert len(needs()) == figures.left - figures.decided


def test_responses_are_counted_by_how_sure_the_rules_are(workspace: Workspace) -> None:
    run_id, _ = thresholded(workspace)
    counted = review.sure_responses(workspace, run_id)
    assert sum(each.n for each in counted) == len(KEYS) - 2
    assert {(each.confidence, each.judged): (each.n, each.decided) for each in counted} == {
        (0.9, False): (1, 0),
        (0.59, False): (1, 0),
        (None, False): (3, 0),
        (None, True): (1, 0),
        (0.1, False): (2, 2),
        (0.6, False): (1, 0),
    }


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_a_chance(workspace: Workspace, wrong: float) -> None:
    with pytest.raises(InputError, match="threshold is"):
        set_threshold(workspace, threshold=wrong)
    assert review.threshold(workspace) == DEFAULT_THRESHOLD
