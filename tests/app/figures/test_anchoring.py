"""Blind decisions beside those in sight of the verdict, out of a workspace and into the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.app.figures.agreement import agreement_document, run_agreement
from reviewer.app.figures.agreement_words import notes
from reviewer.app.reporting import build_report
from reviewer.core.decisions import DecisionKind, Hidden
from reviewer.report.json import score_document
from reviewer.store.facts.review import NewDecision
from reviewer.store.writes.decisions import append_decisions, create_review_plan
from tests.support.builders import ANSWER, AT, REFUSE, Filled, filled_workspace

CASES = 80
IN_SIGHT = frozenset[Hidden]()
BLIND = frozenset({Hidden.VERDICT})


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """All verdicts say answer, which is right for every second case."""
    return filled_workspace(tmp_path / "workspace.db", CASES)


def decide_all(filled: Filled, *, mended_in_sight: bool, bulk: bool = False) -> None:
    """The first half blind, where every wrong verdict is mended; the second half in sight of the verdict."""
    decisions = []
    for at, response in enumerate(filled.response_ids):
        blind = at < CASES // 2
        mended = at % 2 and (blind or mended_in_sight)
        action = REFUSE if mended else ANSWER
        decisions.append(
            NewDecision(response, "ana", action, hidden=BLIND if blind else IN_SIGHT, bulk=bulk and not blind)
        )
    append_decisions(filled.workspace, decisions=decisions, at=AT)


def draw(filled: Filled) -> None:
    items = [(response, 0.5) for response in filled.response_ids]
    create_review_plan(filled.workspace, run_id=filled.run_id, items=items, design="uniform", seed=1, at=AT)


def said(filled: Filled) -> str:
    (sentence,) = [each for each in notes(run_agreement(filled.workspace, "run")) if "blind and" in each]
    return sentence


def test_leaning_is_said_with_what_it_does_to_the_score(filled: Filled) -> None:
    decide_all(filled, mended_in_sight=False)
    assert said(filled).startswith(
        "Reviewers lean towards the verdict that they see: they agree with it in 50 of 100 decisions"
    )
    assert "40 decisions blind and 40 with the verdict in sight. It changes the score: −0.250 (" in said(filled)
    assert said(filled).endswith("so that some of this may be the responses' doing.")
    report = build_report(filled.workspace, "run")
    found = score_document(report)["anchoring"]
    assert isinstance(found, dict)
    assert (found["blind"], found["in_sight"], found["randomised"]) == (40, 40, False)
    assert found["score"]["as_decided"] == pytest.approx(0.75)
    assert found["score"]["as_if_blind"] == pytest.approx(1.0)
    assert found["score"]["changes"] is True
    assert said(filled) in report.scorecard.warnings


def test_what_nobody_knows_of_is_left_out_and_counted(filled: Filled) -> None:
    decide_all(filled, mended_in_sight=False)
    before = agreement_document(run_agreement(filled.workspace, "run"))["anchoring"]
    imported = [NewDecision(response, "crowd", REFUSE) for response in filled.response_ids[:7]]
    append_decisions(filled.workspace, decisions=imported, at=AT)
    after = agreement_document(run_agreement(filled.workspace, "run"))["anchoring"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert (after["blind"], after["in_sight"], after["unknown"]) == (40, 40, 7)
    assert after["agreement"] == before["agreement"]
    assert "40 with the verdict in sight (7 more, for which that is unknown, left out)." in said(filled)


def test_of_what_came_back_the_first_word_counts(filled: Filled) -> None:
    decide_all(filled, mended_in_sight=False)
    before = agreement_document(run_agreement(filled.workspace, "run"))["anchoring"]
    second = BLIND | {Hidden.EARLIER}
    again = [NewDecision(response, "ana", REFUSE, hidden=second) for response in filled.response_ids[-9:]]
    append_decisions(filled.workspace, decisions=again, at=AT)
    assert agreement_document(run_agreement(filled.workspace, "run"))["anchoring"] == before


def test_a_share_that_was_drawn_is_by_chance(filled: Filled) -> None:
    draw(filled)
    decide_all(filled, mended_in_sight=False)
    assert "not drawn at random" not in said(filled)
    document = agreement_document(run_agreement(filled.workspace, "run"))["anchoring"]
    assert isinstance(document, dict)
    assert document["randomised"] is True


def test_without_a_shift_nothing_is_claimed(filled: Filled) -> None:
    decide_all(filled, mended_in_sight=True)
    assert said(filled).startswith("No leaning towards the verdict is seen")
    assert "No change of the score is seen from it" in said(filled)
    report = build_report(filled.workspace, "run")
    assert not [each for each in report.scorecard.warnings if "verdict" in each and "blind" in each]


@pytest.mark.parametrize("blind", [True, False])
def test_with_one_kind_of_decision_there_is_nothing_to_compare(filled: Filled, blind: bool) -> None:
    decisions = [
        NewDecision(response, "ana", ANSWER, hidden=BLIND if blind else IN_SIGHT) for response in filled.response_ids
    ]
    append_decisions(filled.workspace, decisions=decisions, at=AT)
    assert run_agreement(filled.workspace, "run").anchoring is None
    assert score_document(build_report(filled.workspace, "run"))["anchoring"] is None


def test_what_nobody_read_and_what_settled_a_dispute_do_not_count(filled: Filled) -> None:
    decide_all(filled, mended_in_sight=False, bulk=True)
    assert run_agreement(filled.workspace, "run").anchoring is None, "in bulk nobody looked at the response"
    settled = [
        NewDecision(response, "lead", ANSWER, DecisionKind.ADJUDICATION) for response in filled.response_ids[40:]
    ]
    append_decisions(filled.workspace, decisions=settled, at=AT)
    assert run_agreement(filled.workspace, "run").anchoring is None
