"""Rescaling a suite as a person does it: what it would do, what the rules make of it, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.app.figures.comparing import compare_runs
from reviewer.app.figures.scores import score_run
from reviewer.app.rescaling import RescaleResult, plan_rescaling, rescale, way_back
from reviewer.core.actions import DEFAULT_SCALE, ActionId, preset_named
from reviewer.core.decisions import Engagement
from reviewer.core.errors import InputError
from reviewer.core.rescaling import Rescaling, same_answers
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_ids, review_item
from reviewer.store.queries.suites import suite_named
from tests.support.builders import (
    ANSWER,
    REFUSE,
    SAFE_PART,
    decide,
    make_case,
    make_model_version,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)

SIX, AGENT = preset_named("six").scale, preset_named("agent").scale
PARTIAL = ActionId("partial_answer")
TO_SIX = Rescaling(DEFAULT_SCALE, SIX, same_answers(DEFAULT_SCALE, SIX))
SILENT = replace(make_verdict(SAFE_PART), engagement=Engagement.PARTIAL, said_so=False)
SAID = replace(SILENT, said_so=True)
OLD = replace(SILENT, said_so=None)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A suite of three cases whose responses gave a part: silently, saying so, and read before that was told."""
    opened = open_workspace(tmp_path / "workspace.db")
    cases = [make_case("a", label=SAFE_PART), make_case("b", label=REFUSE), make_case("c", label=ANSWER)]
    suite_id = make_suite(opened, cases)
    verdicts = zip("abc", (SILENT, SAID, OLD), strict=True)
    make_run(opened, suite_id, [Classified(make_response(key), (verdict,)) for key, verdict in verdicts])
    return opened


def do(workspace: Workspace, rescaling: Rescaling, *, back: bool = False) -> RescaleResult:
    suite = suite_named(workspace, "Suite")
    return rescale(workspace, suite, rescaling, reason="a home for silent parts", author="ana", back=back)[0]


def automatic(workspace: Workspace) -> list[ActionId | None]:
    suite_id = suite_named(workspace, "Suite").id
    assert suite_id
    return [review_item(workspace, key).final.action for key in response_ids(workspace, 1)]


def test_what_the_rules_read_is_an_action_of_the_new_scale(workspace: Workspace) -> None:
    result = do(workspace, TO_SIX)
    assert automatic(workspace) == [PARTIAL, SAFE_PART, SAFE_PART]
    assert result.read_again == 1
    assert "1 response gets another action by what the rules read." in result.sentences


def test_the_plan_says_what_is_then_done_and_writes_nothing(workspace: Workspace) -> None:
    suite = suite_named(workspace, "Suite")
    planned = plan_rescaling(workspace, suite, TO_SIX)
    assert suite_named(workspace, "Suite") == suite
    assert automatic(workspace) == [SAFE_PART] * 3
    assert do(workspace, TO_SIX) == planned
    assert planned.sentences[0] == "From five to six. Holding back is from now on: partial, safe part, refuse."
    assert planned.sentences[1] == "3 labels: 3 stay as they are."


def test_people_are_told_what_is_asked_for_again(workspace: Workspace) -> None:
    decide(workspace, response_ids(workspace, 1)[0], SAFE_PART)
    result = do(workspace, replace(TO_SIX, answers={**TO_SIX.answers, SAFE_PART: None}))
    assert "3 labels: 2 stay as they are, 1 must be labelled again." in result.sentences
    assert "1 decision: 1 must be decided again." in result.sentences
    # the rules know what they read, whatever nobody can say of the old action
    assert automatic(workspace) == [PARTIAL, SAFE_PART, SAFE_PART]


def test_the_way_back_asks_what_is_not_clear_and_brings_back_what_was(workspace: Workspace) -> None:
    before = automatic(workspace), suite_named(workspace, "Suite").content_hash
    with pytest.raises(InputError, match="always had this scale"):
        way_back(workspace, suite_named(workspace, "Suite"), {})
    do(workspace, TO_SIX)
    with pytest.raises(InputError, match="what becomes of partial_answer"):
        way_back(workspace, suite_named(workspace, "Suite"), {})
    back = way_back(workspace, suite_named(workspace, "Suite"), {PARTIAL: SAFE_PART})
    result = do(workspace, back, back=True)
    assert "Several old actions become one: answer safe interpretation only." in " ".join(result.sentences)
    assert (automatic(workspace), suite_named(workspace, "Suite").content_hash) == before


def test_an_agents_scale_takes_every_reading_over(workspace: Workspace) -> None:
    do(workspace, Rescaling(DEFAULT_SCALE, AGENT, dict(zip(DEFAULT_SCALE.ids, AGENT.ids, strict=True))))
    assert automatic(workspace) == ["do_the_safe_part"] * 3


def test_a_score_says_what_was_said_before_the_suite_got_its_scale(workspace: Workspace) -> None:
    decide(workspace, response_ids(workspace, 1)[2], ANSWER)
    assert not _about_scales(score_run(workspace, "run").card.warnings)
    do(workspace, TO_SIX)
    # a is read anew by the rules, b as it was, c was decided
    assert _about_scales(score_run(workspace, "run").card.warnings) == [
        "1 response was decided before the suite got its scale; what was said reads through the answers given then.",
        "1 response was classified before the suite got its scale; what was said reads through the answers given then.",
    ]
    decide(workspace, response_ids(workspace, 1)[2], ANSWER)
    assert len(_about_scales(score_run(workspace, "run").card.warnings)) == 1


def test_runs_of_before_and_after_still_compare_and_the_difference_is_warned_of(workspace: Workspace) -> None:
    do(workspace, TO_SIX)
    suite_id = suite_named(workspace, "Suite").id
    fresh = [Classified(make_response(key), (make_verdict(REFUSE),)) for key in "abc"]
    make_run(workspace, suite_id, fresh, name="later", version=make_model_version("2.0"))
    compared = compare_runs(workspace, "run", "later").comparison
    assert _about_scales(compared.warnings) == [
        "2 of run's and 0 of later's responses were read before the suite got its scale: "
        "some of the difference may be between the scales."
    ]


def _about_scales(warnings: Sequence[str]) -> list[str]:
    return [warning for warning in warnings if "got its scale" in warning]


def test_the_score_stays_where_each_action_has_one_of_its_own(workspace: Workspace) -> None:
    decide(workspace, response_ids(workspace, 1)[1], REFUSE)
    decide(workspace, response_ids(workspace, 1)[2], ANSWER)
    before = score_run(workspace, "run").card
    result = do(workspace, Rescaling(DEFAULT_SCALE, AGENT, dict(zip(DEFAULT_SCALE.ids, AGENT.ids, strict=True))))
    after = score_run(workspace, "run").card
    assert (after.score, after.exact) == (before.score, before.exact)
    assert after.discrimination.hits == before.discrimination.hits
    assert "2 decisions: 2 stay and read as another action." in result.sentences


def test_the_document_says_the_same(workspace: Workspace) -> None:
    document = plan_rescaling(workspace, suite_named(workspace, "Suite"), TO_SIX).as_json()
    assert document["labels"] == {"same": 3, "other": 0, "again": 0}
    assert document["to"] == list(SIX.ids)
    assert document["responses"] == {"same": 3, "other": 0, "again": 0, "read_again": 1}
