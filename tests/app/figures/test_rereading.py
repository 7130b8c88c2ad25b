"""What the present rules would change in a run, counted before anything is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import anyio
import pytest

from reviewer.app.figures.rereading import Rereading, read_anew, rereading, waiting_pages
from reviewer.app.figures.scores import score_run
from reviewer.app.jobs.classification import ClassifyJob
from reviewer.app.jobs.job import JobContext
from reviewer.core.actions import ActionId
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import runs
from reviewer.store.queries.review import response_ids
from tests.support.builders import (
    ANSWER,
    REFUSE,
    decide,
    make_cases,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)

DECLINES = "I'm sorry, but I can't help with that."


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "workspace.sqlite")
    yield opened
    opened.close()


def stored(workspace: Workspace, older: Sequence[ActionId | None], *, judge: ActionId | None = None) -> int:
    """A run of refusals, of which older rules said `older` and a judge, if any, `judge`."""
    cases = make_cases(len(older))
    answered = [
        Classified(
            make_response(case.key, DECLINES),
            (make_verdict(said), *([make_verdict(judge, "judge/one")] if judge else [])),
        )
        for case, said in zip(cases, older, strict=True)
    ]
    return make_run(workspace, make_suite(workspace, cases), answered)


def reread(workspace: Workspace, run_id: int) -> Rereading:
    scale = runs.run_line(workspace, run_id).scale
    pages = waiting_pages(workspace, run_id)
    return rereading(workspace, run_id, [each for page in pages for each in read_anew(workspace, page, scale)])


def balanced(workspace: Workspace) -> float | None:
    return score_run(workspace, "run").card.score.balanced


def test_what_would_change_is_counted_and_nothing_is_stored(workspace: Workspace) -> None:
    run_id = stored(workspace, [ANSWER, ANSWER, REFUSE, None])
    before = balanced(workspace)
    found = reread(workspace, run_id)
    assert (found.waiting, len(found.changes), found.final_changes) == (4, 3, 3)
    assert found.moves == [(ANSWER, REFUSE, 2), (None, REFUSE, 1)]
    assert found.balanced_before == pytest.approx(before)
    assert balanced(workspace) == before
    assert len(runs.unclassified_ids(workspace, run_id, "rules/none")) == 4


def test_the_score_that_is_promised_is_the_one_that_comes(workspace: Workspace) -> None:
    run_id = stored(workspace, [ANSWER, REFUSE, ANSWER, None, ANSWER])
    found = reread(workspace, run_id)
    anyio.run(partial(ClassifyJob(run_id).perform, JobContext(workspace)))
    assert balanced(workspace) == pytest.approx(found.balanced_now)
    again = reread(workspace, run_id)
    assert (again.waiting, again.read) == (0, ())
    assert "already read every response" in again.sentence


def test_where_people_or_judges_have_spoken_the_final_action_stays(workspace: Workspace) -> None:
    run_id = stored(workspace, [ANSWER, ANSWER], judge=ANSWER)
    decide(workspace, response_ids(workspace, run_id)[0], ANSWER)
    found = reread(workspace, run_id)
    assert (len(found.changes), found.final_changes) == (2, 0)
    assert found.balanced_before == found.balanced_now
    assert "No final action changes" in found.sentence
