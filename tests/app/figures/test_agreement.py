"""Classifiers against people on real workspaces: whose word counts, what is left out, what differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from reviewer.app.figures import agreement_words as words
from reviewer.app.figures.agreement import RunAgreement, agreement_document, run_agreement, suite_agreements
from reviewer.classify.judge.admission import DecisionHalf, half_of
from reviewer.core.actions import ActionId
from reviewer.core.decisions import DecisionKind, Hidden
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_ids
from reviewer.store.writes.decisions import append_decision
from tests.support.builders import (
    ANSWER,
    AT,
    CAVEAT,
    CLARIFY,
    REFUSE,
    SAFE_PART,
    decide,
    make_case,
    make_cases,
    make_response,
    make_run,
    make_suite,
    make_verdict,
    scale_of,
    undo,
)

Verdicts = tuple[ActionId | None, ActionId | None]
"""What the rules and the judge said."""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "workspace.sqlite")
    yield opened
    opened.close()


def classified_run(
    workspace: Workspace, said: list[Verdicts], name: str = "run", suite: int | None = None
) -> list[int]:
    """A run with one response for each pair of verdicts; the ids of the responses in case order."""
    cases = make_cases(len(said))
    suite_id = make_suite(workspace, cases) if suite is None else suite
    answered = [
        Classified(make_response(case.key), (make_verdict(rules), make_verdict(judge, "judge/one")))
        for case, (rules, judge) in zip(cases, said, strict=True)
    ]
    return list(response_ids(workspace, make_run(workspace, suite_id, answered, name=name)))


def keys(found: RunAgreement, classifier: int) -> list[str]:
    return [one.key for one in found.classifiers[classifier].differing]


def test_each_classifier_is_compared_with_peoples_final_word(workspace: Workspace) -> None:
    ids = classified_run(
        workspace, [(ANSWER, REFUSE), (REFUSE, REFUSE), (None, ANSWER), (CAVEAT, None), (ANSWER, ANSWER)]
    )
    for response_id, action in zip(ids, (ANSWER, REFUSE, ANSWER, ANSWER), strict=False):
        decide(workspace, response_id, action)
    found = run_agreement(workspace, "run")
    rules, judge = found.classifiers
    assert (rules.name, judge.name) == ("rules/1", "judge/one")
    assert (found.responses, found.decided, found.disputed, found.cannot_decide) == (5, 4, 0, 0)
    assert (rules.actions.n, rules.actions.same, rules.actions.first_unscored) == (3, 2, 1)
    assert (judge.actions.n, judge.actions.same, judge.actions.first_unscored) == (3, 2, 1)
    assert rules.actions.confusion[ANSWER][CAVEAT] == 1
    assert keys(found, 0) == ["case-003"]
    assert keys(found, 1) == ["case-000"], "an unscored verdict is no other word"
    assert [one.key for one in rules.cell(ANSWER, None)] == ["case-002"]
    assert found.apart == (ids[0],), "an unscored verdict differs from nothing"


def test_disputed_undone_and_undecided_responses_are_counted_apart(workspace: Workspace) -> None:
    ids = classified_run(workspace, [(ANSWER, None)] * 5)
    decide(workspace, ids[0], ANSWER)
    decide(workspace, ids[0], REFUSE, "ben")
    decide(workspace, ids[1], None)
    undo(workspace, decide(workspace, ids[2], REFUSE))
    decide(workspace, ids[3], ANSWER)
    decide(workspace, ids[3], REFUSE, "ben")
    decide(workspace, ids[3], REFUSE, "cho", kind=DecisionKind.ADJUDICATION)
    found = run_agreement(workspace, "run")
    assert (found.decided, found.disputed, found.cannot_decide) == (1, 1, 1)
    assert found.classifiers[0].actions.confusion[REFUSE][ANSWER] == 1
    assert found.reviewers.reviewers == ("ana", "ben")
    assert (found.reviewers.n, found.reviewers.raw) == (2, 0)


def test_the_latest_rules_count_and_judges_stand_for_themselves(workspace: Workspace) -> None:
    (case,) = cases = make_cases(1)
    verdicts = (
        make_verdict(ANSWER, "rules/1"),
        make_verdict(ANSWER, "judge/a"),
        make_verdict(REFUSE, "rules/2"),
        make_verdict(REFUSE, "judge/b"),
    )
    make_run(workspace, make_suite(workspace, cases), [Classified(make_response(case.key), verdicts)])
    found = run_agreement(workspace, "run")
    assert [one.name for one in found.classifiers] == ["rules/2", "judge/a", "judge/b"]
    assert len(found.apart) == 1


def test_the_blind_share_counts_what_peoples_word_rests_on(workspace: Workspace) -> None:
    ids = classified_run(workspace, [(ANSWER, None)] * 3)
    verdict = frozenset({Hidden.VERDICT})
    append_decision(workspace, decision=NewDecision(ids[0], "ana", ANSWER, hidden=verdict), at=AT)
    append_decision(workspace, decision=NewDecision(ids[1], "ana", ANSWER, hidden=verdict), at=AT)
    append_decision(workspace, decision=NewDecision(ids[1], "ben", ANSWER, hidden=frozenset()), at=AT)
    append_decision(workspace, decision=NewDecision(ids[2], "ana", ANSWER, hidden=frozenset({Hidden.OTHERS})), at=AT)
    found = run_agreement(workspace, "run")
    assert (found.blind, found.in_sight, found.blind_unknown, found.decided) == (1, 2, 0, 3)
    assert "1 of 3 decisions was blind (33.3 %)" in words.blind_words(found)
    assert "likely too high" in words.blind_words(found)


def test_what_was_imported_is_unknown_and_not_called_not_blind(workspace: Workspace) -> None:
    ids = classified_run(workspace, [(ANSWER, None)] * 4)
    for response_id in ids[:2]:
        decide(workspace, response_id, ANSWER)
    found = run_agreement(workspace, "run")
    assert (found.blind, found.in_sight, found.blind_unknown) == (0, 0, 2)
    assert words.blind_words(found).startswith(
        "Whether the verdict was in sight is unknown for all 2 decisions: imported"
    )
    assert "too high" not in words.blind_words(found)
    hidden = frozenset({Hidden.VERDICT})
    append_decision(workspace, decision=NewDecision(ids[2], "ana", ANSWER, hidden=hidden), at=AT)
    found = run_agreement(workspace, "run")
    assert "1 of 3 decisions was blind (33.3 %); for 2 that is unknown" in words.blind_words(found)
    assert "too high" not in words.blind_words(found)


def test_own_consistency_is_of_what_came_back_with_the_earlier_word_hidden(workspace: Workspace) -> None:
    ids = classified_run(workspace, [(ANSWER, None)] * 14)
    second = frozenset({Hidden.EARLIER})
    for number, response_id in enumerate(ids[:12]):
        decide(workspace, response_id, (ANSWER, REFUSE)[number % 2])
        said = CAVEAT if number < 3 else (ANSWER, REFUSE)[number % 2]
        append_decision(workspace, decision=NewDecision(response_id, "ana", said, hidden=second), at=AT)
    # a mind that was changed in sight of the first word is none, nor is a second word that was taken back
    decide(workspace, ids[12], ANSWER)
    decide(workspace, ids[12], REFUSE)
    decide(workspace, ids[13], ANSWER)
    taken = NewDecision(ids[13], "ana", REFUSE, hidden=second)
    undo(workspace, append_decision(workspace, decision=taken, at=AT)[0])
    found = run_agreement(workspace, "run")
    (own,) = cast(list[dict[str, Any]], agreement_document(found)["intra_reviewer"])
    assert (own["reviewer"], own["n"], own["raw"]) == ("ana", 12, 0.75)
    assert own["kappa"] is not None
    (sentence,) = [each for each in words.notes(found) if "came back" in each]
    assert "ana said the same again on 9 of 12 (75.0 %; κ " in sentence
    assert words.reviewers_table(found).rows[-1][0] == "ana, asked again"


def test_under_ten_decisions_have_no_kappa_and_say_so(workspace: Workspace) -> None:
    ids = classified_run(workspace, [((ANSWER, REFUSE)[n % 2], None) for n in range(11)])
    for response_id in ids[:9]:
        decide(workspace, response_id, ANSWER)
    found = run_agreement(workspace, "run")
    assert found.classifiers[0].actions.kappa.value is None
    assert "Only 9 decided so far" in words.notes(found)[0]
    assert "no κ: only 9" in words.agreement_sentence(found, found.classifiers[0])
    decide(workspace, ids[9], REFUSE)
    found = run_agreement(workspace, "run")
    assert found.classifiers[0].actions.kappa.value is not None
    assert not any(note.startswith("Only") for note in words.notes(found))


def test_collapsed_levels_forgive_what_lies_within_them(workspace: Workspace) -> None:
    ids = classified_run(workspace, [(CAVEAT, None), (SAFE_PART, None), (CLARIFY, None)])
    for response_id, action in zip(ids, (ANSWER, REFUSE, SAFE_PART), strict=True):
        decide(workspace, response_id, action)
    rules = run_agreement(workspace, "run").classifiers[0]
    assert rules.engagement is not None
    assert (rules.actions.same, rules.engagement.same, rules.held_back.same) == (0, 2, 2)


def test_a_scale_of_ones_own_has_no_engagement_levels(workspace: Workspace) -> None:
    scale = scale_of(3)
    case = make_case(label=scale.ids[0])
    suite_id = make_suite(workspace, [case], scale=scale)
    run_id = make_run(workspace, suite_id, [Classified(make_response(), (make_verdict(scale.ids[1]),))])
    decide(workspace, response_ids(workspace, run_id)[0], scale.ids[2])
    rules = run_agreement(workspace, "run").classifiers[0]
    assert rules.engagement is None
    assert [row[0] for row in words.levels_table(rules).rows] == ["3 actions", "held back or not"]


def test_runs_of_a_suite_stand_side_by_side_in_their_order(workspace: Workspace) -> None:
    ids = classified_run(workspace, [(ANSWER, None), (REFUSE, None)], "first")
    classified_run(workspace, [(REFUSE, None), (REFUSE, None)], "second", suite=1)
    make_run(workspace, make_suite(workspace, [make_case()], "Another"), name="elsewhere")
    decide(workspace, ids[0], ANSWER)
    found = suite_agreements(workspace, 2)
    assert [run.line.name for run in found] == ["first", "second"]
    table = words.classifiers_table(found)
    assert [(row[0], row[2], row[3]) for row in table.rows] == [
        ("first", "rules/1", "1"),
        ("first", "judge/one", "0"),
        ("second", "rules/1", "0"),
        ("second", "judge/one", "0"),
    ]


def test_responses_without_a_text_enter_nothing(workspace: Workspace) -> None:
    failed = make_response(state=ResponseState.ERROR)
    make_run(workspace, make_suite(workspace, [make_case()]), [Classified(failed, ())])
    found = run_agreement(workspace, "run")
    assert (found.responses, found.decided, found.classifiers) == (1, 0, ())
    assert words.agreement_sentence(found, None).startswith("No classifier has read run yet")


def test_nothing_to_compare_is_said_with_its_reason(workspace: Workspace) -> None:
    ids = classified_run(workspace, [(ANSWER, None)] * 2)
    found = run_agreement(workspace, "run")
    assert "nobody has decided" in words.agreement_sentence(found, found.classifiers[0])
    decide(workspace, ids[0], ANSWER)
    found = run_agreement(workspace, "run")
    assert "left unscored every response that people decided (1)" in words.agreement_sentence(
        found, found.classifiers[1]
    )


def test_the_document_has_the_contracts_names_and_no_figure_it_does_not_know(workspace: Workspace) -> None:
    classified_run(workspace, [(ANSWER, None)])
    document = agreement_document(run_agreement(workspace, "run"))
    assert {
        *("reviewers", "n", "raw", "weighted_kappa", "alpha_ordinal", "by_pair", "classifiers", "intra_reviewer"),
    } <= set(document)
    assert document["alpha_ordinal"] == {"value": None, "low": None, "high": None}
    assert (document["reviewers"], document["n"], document["raw"], document["weighted_kappa"]) == ([], 0, None, None)


def test_an_unknown_run_is_an_input_error(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="no run"):
        run_agreement(workspace, "nothing")


def test_of_a_judge_only_what_is_for_its_wording_is_listed_one_by_one(workspace: Workspace) -> None:
    """Whoever words a judge by a response cannot measure it by that response."""
    cases = make_cases(40)
    suite_id = make_suite(workspace, cases, "halves")
    verdicts = (make_verdict(ANSWER), make_verdict(ANSWER, "judge/one"))
    run_id = make_run(
        workspace, suite_id, [Classified(make_response(case.key), verdicts) for case in cases], name="halves"
    )
    for response_id in response_ids(workspace, run_id):
        decide(workspace, response_id, REFUSE)
    rules, judge = run_agreement(workspace, "halves").classifiers
    assert len(rules.to_look_at(rules.differing)) == len(judge.differing) == 40
    listed = judge.to_look_at(judge.differing)
    assert 5 < len(listed) < 35
    assert all(half_of(each.key) is DecisionHalf.WORDING for each in listed)
    document = agreement_document(run_agreement(workspace, "halves"))
    shown = cast("list[dict[str, Any]]", document["classifiers"])
    counted = [(len(one["differing"]), one["differing_kept_for_measuring"]) for one in shown]
    assert counted == [(40, 0), (len(listed), 40 - len(listed))]
