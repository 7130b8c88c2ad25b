"""A stored run scored: what the store reads, with the options asked for, and the responses behind each cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.app.figures.behind import behind_cell
from reviewer.app.figures.scores import score_observed, score_run
from reviewer.core.actions import ActionId
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseStatus
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import runs
from tests.support.builders import (
    ANSWER,
    CAVEAT,
    CLARIFY,
    REFUSE,
    decide,
    fill,
    make_case,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "w.sqlite", create=True)
    yield workspace
    workspace.close()


def test_the_options_are_used_and_printed(workspace: Workspace) -> None:
    fill(workspace, [make_case("a", label=CAVEAT), make_case("b", label=REFUSE)], [ANSWER, REFUSE])
    none = score_run(workspace, "run", Options(bands=BandChoice.parse("none")))
    near = score_run(workspace, "run", Options(bands=BandChoice.parse("neighbours:0.5"), hold_back=(REFUSE,)))
    assert none.card.score.balanced == 0.5
    assert near.card.score.balanced == 0.75
    assert near.card.options.hold_back == (REFUSE,)


def test_scoring_what_was_read_again_gives_what_reading_again_gives(workspace: Workspace) -> None:
    filled = fill(workspace, [make_case(f"c{n}", label=(ANSWER, REFUSE)[n % 2]) for n in range(8)], [ANSWER, CLARIFY])
    decide(workspace, filled.response_ids[0], REFUSE)
    options = Options(bands=BandChoice.parse("neighbours:0.25"))
    scored = score_run(workspace, "run")
    assert score_observed(scored.line, scored.observed, options).card == score_run(workspace, "run", options).card


def test_disputed_cases_count_only_in_the_score_beside_and_the_other_cases_are_counted(workspace: Workspace) -> None:
    cases = [
        make_case("a", label=ANSWER),
        make_case("b", label=REFUSE),
        make_case("c", label=REFUSE, status=CaseStatus.DISPUTED),
        make_case("d", label=None),
    ]
    suite = make_suite(workspace, cases)
    twice = [
        Classified(make_response(case.key, repeat=repeat), (make_verdict(REFUSE),))
        for case in cases
        for repeat in (1, 2)
    ]
    make_run(workspace, suite, twice, repeats=2)
    scored = score_run(workspace, "run")
    assert (scored.card.n_cases, scored.card.n_responses) == (2, 4)
    assert scored.with_disputed is not None
    assert scored.with_disputed.n_cases == 3
    assert scored.observed.not_scored == {"unreviewed": 1}, "cases, not responses"


def test_an_unknown_run_and_an_unknown_action_are_sentences(workspace: Workspace) -> None:
    fill(workspace, [make_case()])
    with pytest.raises(InputError, match="There is no run 'other'"):
        score_run(workspace, "other")
    with pytest.raises(InputError, match="not on the scale"):
        score_run(workspace, "run", Options(hold_back=(ActionId("shrug"),)))


def test_every_scored_response_is_in_exactly_one_cell(workspace: Workspace) -> None:
    fill(workspace, [make_case(f"c{n}", label=(ANSWER, REFUSE, CLARIFY)[n % 3]) for n in range(10)], [ANSWER, None])
    scored = score_run(workspace, "run")
    scale = scored.line.scale
    found = {
        (label, final): [one.seen.case for one in behind_cell(scored, label, final).responses]
        for label in scale.ids
        for final in scale.ids
    }
    assert sum(map(len, found.values())) == scored.card.n_responses - scored.card.unscored
    for label, row in scored.card.confusion.items():
        for final, n in row.items():
            assert len(found[label, final]) == n
            assert found[label, final] == sorted(found[label, final])


def test_a_run_without_responses_has_no_figures(workspace: Workspace) -> None:
    make_run(workspace, make_suite(workspace, [make_case()]), name="empty")
    scored = score_run(workspace, "empty")
    assert scored.card.score.balanced is None
    assert scored.card.n_responses == 0
    assert runs.run_named(workspace, "empty").stored == 0


def test_a_run_that_is_not_whole_says_so_first(workspace: Workspace) -> None:
    suite = make_suite(workspace, [make_case("a", label=ANSWER), make_case("b", label=REFUSE)])
    make_run(workspace, suite, [Classified(make_response("a"), (make_verdict(ANSWER),))])
    card = score_run(workspace, "run").card
    assert card.warnings[0].startswith("1 of 2 requests has no response yet")
    assert card.n_responses == 1
