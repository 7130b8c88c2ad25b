"""The gate: each rule passes, fails or cannot be decided, and a wrong policy is said in a sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.errors import InputError
from reviewer.core.scoring.comparison import compare
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.gate import GateAnswer, GateEvidence, judged, passes, policy
from tests.core.strategies import PROPERTY
from tests.core.test_comparison import observation

Side = list[Observation]


def side(right: int, of: int = 80) -> Side:
    """`of` cases, half to answer and half to refuse; the first `right` of each half are right."""
    return [
        observation(f"{label}-{n:03}", label, label if n < right else 4 - label)
        for label in (0, 4)
        for n in range(of // 2)
    ]


def answers(
    document: Mapping[str, object], run: Side, before: Side | None = None, alpha: float | None = None
) -> list[GateAnswer]:
    rules = policy(document)
    comparison = compare(before, run, DEFAULT_SCALE) if before is not None else None
    evidence = GateEvidence(scorecard(run, DEFAULT_SCALE), alpha, "nobody decided", comparison)
    return [rule.answer for rule in judged(rules, evidence)]


@pytest.mark.parametrize(
    ("least", "right", "expected"),
    [(0.8, 40, GateAnswer.PASSED), (0.8, 34, GateAnswer.FAILED), (0.9, 30, GateAnswer.FAILED)],
)
def test_the_lower_limit_counts_not_the_score(least: float, right: int, expected: GateAnswer) -> None:
    assert answers({"minimum_balanced_score": least}, side(right)) == [expected]


def test_shares_and_agreement() -> None:
    asked = {"maximum_unscored_share": 0.0, "minimum_reviewed_share": 0.1, "minimum_alpha": 0.7}
    assert answers(asked, side(40), alpha=0.8) == [GateAnswer.PASSED, GateAnswer.FAILED, GateAnswer.PASSED]
    assert answers({"minimum_alpha": 0.7}, side(40), alpha=0.6) == [GateAnswer.FAILED]
    assert answers({"minimum_alpha": 0.7}, side(40)) == [GateAnswer.UNDECIDED]


def test_a_slice_fails_only_with_confidence() -> None:
    before, after = side(40), side(30)
    tagged = [
        [Observation(o.case, o.label, o.final, category="kept" if o.case.endswith("0") else "lost") for o in run]
        for run in (before, after)
    ]
    asked = {"maximum_slice_loss": 0.05, "minimum_slice_cases": 10}
    assert answers(asked, tagged[1], tagged[0]) == [GateAnswer.FAILED]
    assert answers({**asked, "maximum_slice_loss": 0.5}, tagged[1], tagged[0]) == [GateAnswer.PASSED]
    assert answers({**asked, "minimum_slice_cases": 500}, tagged[1], tagged[0]) == [GateAnswer.UNDECIDED]


def test_movements_that_are_required_or_forbidden() -> None:
    same = side(34)
    assert answers({"required_movement": ["none"]}, same, same) == [GateAnswer.PASSED]
    assert answers({"forbidden_movement": ["none"]}, same, same) == [GateAnswer.FAILED]
    assert answers({"required_movement": "moved:outward"}, same, same) == [GateAnswer.FAILED]
    worse = answers({"forbidden_movement": ["moved:inward", "moved_and_slid:inward"]}, side(20), side(36))
    assert GateAnswer.FAILED in worse


def test_what_is_not_decidable_passes_only_where_the_policy_says_so() -> None:
    run = side(40)
    for word, expected in (("pass", True), ("fail", False)):
        rules = policy({"minimum_alpha": 0.5, "undecided": word})
        found = judged(rules, GateEvidence(scorecard(run, DEFAULT_SCALE), None, "nobody", None))
        assert passes(rules, found) is expected


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"minimum_skil": 0.1}, "minimum_skil"),
        ({"minimum_balanced_score": "high"}, "number from 0 to 1"),
        ({"minimum_balanced_score": 60}, "number from 0 to 1"),
        ({"minimum_skill": True}, "number from -1 to 1"),
        ({"minimum_slice_cases": 0}, "whole number"),
        ({"no_trade": "yes"}, "true or false"),
        ({"required_movement": ["up"]}, "moved_and_slid"),
        ({"required_movement": 3}, "list of movements"),
        ({"forbidden_movement": ["moved:up"]}, "outward"),
        ({"required_movement": ["moved"], "forbidden_movement": ["moved"]}, "requires and forbids"),
        ({"undecided": "maybe"}, '"pass" or "fail"'),
        ({"name": 4}, "quotation marks"),
    ],
)
def test_a_wrong_policy_is_said(document: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        policy(document)


def test_a_rule_about_the_change_needs_the_version_before() -> None:
    with pytest.raises(InputError, match="--against"):
        answers({"no_oscillation": True}, side(40))


@PROPERTY
@given(st.dictionaries(st.text(max_size=12), st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text())))
def test_any_document_is_read_or_refused_in_a_sentence(document: dict[str, object]) -> None:
    with contextlib.suppress(InputError):
        assert policy(document).min_slice_cases >= 1
