"""What is listed behind a figure are exactly the responses that the figure counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from reviewer.app.figures.behind import (
    Behind,
    JudgedResponse,
    behind_distance,
    behind_figure,
    behind_point,
    behind_slice,
)
from reviewer.app.figures.scores import ScoredRun, score_observed, score_run
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.runs import RunStatus
from reviewer.core.scoring.credit import credit
from reviewer.core.scoring.score import FigureKey, Scorecard
from reviewer.store.database import open_workspace
from reviewer.store.facts.runs import Observed, RunLine
from reviewer.wording.formulas import FORMULAS
from tests.core.strategies import PROPERTY, Scene, scenes
from tests.support.builders import ANSWER, AT, CLARIFY, REFUSE, fill, make_case, make_model_version

LINE = RunLine(1, "run", 1, "suite", DEFAULT_SCALE, make_model_version(), RunStatus.FINISHED, "", 1, 0, {}, 0, AT, AT)


def cases_of(found: Behind, card: Scorecard, scored: ScoredRun) -> float:
    """Listed responses counted as the score counts them: each as a part of its case's scored responses."""
    parts: dict[str, int] = {}
    for seen in scored.observed.labelled:
        parts[seen.case] = parts.get(seen.case, 0) + (seen.final.action is not None)
    assert card.n_responses == len(scored.observed.labelled)
    return sum(1 / parts[one.seen.case] for one in found.responses if one.credit is not None)


@PROPERTY
@given(scene=scenes())
def test_shares_are_of_the_listed_responses(scene: Scene) -> None:
    scored = scored_scene(scene)
    card = scored.card
    cases = sum(sum(row.values()) for row in card.confusion.values())
    if not cases:
        return
    shares: dict[FigureKey, float | None] = {
        "exact": card.exact,
        "in_band": card.in_band,
        "out_of_band": card.out_of_band,
        "over_cautious": card.over_cautious,
        "under_cautious": card.under_cautious,
    }
    for key, share in shares.items():
        assert share is not None
        assert cases_of(behind_figure(scored, key), card, scored) == pytest.approx(share * cases, abs=1e-9), key
    for steps, number in card.distances.items():
        assert cases_of(behind_distance(scored, steps), card, scored) == pytest.approx(number)
    lost = behind_figure(scored, "balanced").responses
    assert [one.credit for one in lost] == sorted(one.credit for one in lost if one.credit is not None)
    assert len(behind_figure(scored, "bounds").responses) == card.unscored
    assert len(behind_figure(scored, "automatic").responses) == len(card.overrides)


@PROPERTY
@given(scene=scenes())
def test_every_slice_lists_its_cases_and_every_figure_answers(scene: Scene) -> None:
    scored = scored_scene(scene)
    for each in scored.card.slices:
        found = behind_slice(scored, each.by, each.value)
        assert len({one.seen.case for one in found.responses}) == each.n
    for key in FORMULAS:
        assert behind_figure(scored, key).words


@PROPERTY
@given(scene=scenes())
def test_the_poles_list_what_went_to_the_wrong_side(scene: Scene) -> None:
    scored = scored_scene(scene)
    card = scored.card
    hits, alarms = card.discrimination.hits, card.discrimination.false_alarms
    if hits is None or alarms is None:
        return
    missed = cases_of(behind_figure(scored, "held_back_should"), card, scored)
    held = cases_of(behind_figure(scored, "held_back_should_not"), card, scored)
    assert missed == pytest.approx(hits[1] - hits[0], abs=1e-9)
    assert held == pytest.approx(alarms[0], abs=1e-9)
    assert len(behind_point(scored).responses) == len(behind_figure(scored, "d_a").responses)


def scored_scene(scene: Scene) -> ScoredRun:
    made = replace(LINE, scale=scene.scale)
    return score_observed(made, Observed(scene.observations, (), {}), scene.options)


def test_the_constant_policy_lists_where_it_would_have_earned_more(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "own.sqlite", create=True)
    fill(workspace, [make_case(f"c{n}", label=(ANSWER, REFUSE, CLARIFY)[n % 3]) for n in range(9)], [ANSWER, REFUSE])
    scored = score_run(workspace, "run")
    best = scored.card.best_constant
    assert best is not None
    workspace.close()
    found = behind_figure(scored, "best_constant").responses
    assert found
    assert all(earned(one) < credit(one.seen.label, one.band, best) for one in found)


def earned(one: JudgedResponse) -> float:
    assert one.credit is not None
    return one.credit
