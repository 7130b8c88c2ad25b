"""The gate: each rule passes, fails or cannot be decided, and a wrong policy is said in a sentence."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.errors import InputError
from reviewer.core.scoring.comparison import case_flips, compare
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.gate import GateAnswer, GateEvidence, Rule, judged, passes
from reviewer.core.scoring.movement import MovementVerdict
from reviewer.core.scoring.policy import DIRECTIONS, MOVEMENTS, mirrored, policy
from reviewer.core.scoring.score import Correction, Interval, Scorecard
from tests.core.strategies import PROPERTY
from tests.core.test_comparison import observation
from tests.support.commands import CHECKOUT

Side = list[Observation]
SAMPLES = CHECKOUT / "sample_cases"


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
    return [rule.answer for rule in rules_of(document, run, before, alpha)]


def rules_of(
    document: Mapping[str, object], run: Side, before: Side | None = None, alpha: float | None = None
) -> tuple[Rule, ...]:
    comparison = compare(before, run, DEFAULT_SCALE) if before is not None else None
    flips = tuple(case_flips(comparison)) if comparison else ()
    tagged = {tag: frozenset(o.case for o in (*(before or ()), *run) if tag in o.tags) for tag in ("incident", "none")}
    card = scorecard(run, DEFAULT_SCALE)
    return judged(policy(document), GateEvidence(card, alpha, "nobody decided", comparison, flips, tagged))


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
        ({"figures": "best"}, "corrected_where_sampled"),
        ({"maximum_broken": -1}, "whole number from 0"),
        ({"maximum_broken": 0.5}, "whole number from 0"),
        ({"protected_cases": [3]}, "list of case keys"),
        ({"protected_tags": [" "]}, "list of tags"),
        ({"minimum_slice_score": 2}, "number from 0 to 1"),
        ({"no_trade": True, "no_oscillation": False}, "one rule"),
        ({"name": 4}, "quotation marks"),
    ],
)
def test_a_wrong_policy_is_said(document: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        policy(document)


def test_a_rule_about_the_change_needs_the_version_before() -> None:
    with pytest.raises(InputError, match="--against"):
        answers({"no_oscillation": True}, side(40))


def changed(run: Side, **actions: int | None) -> Side:
    """The run with these cases (`a_001` for `0-001`, `b_001` for `4-001`) answered otherwise."""
    named = {f"{'0' if case[0] == 'a' else '4'}-{case[2:]}": action for case, action in actions.items()}
    return [observation(o.case, int(o.case[0]), named[o.case]) if o.case in named else o for o in run]


def test_protected_cases_may_not_break_and_are_named() -> None:
    before, asked = side(40), {"protected_cases": ["0-001", "4-002"]}
    assert answers(asked, before, before) == [GateAnswer.PASSED]
    (rule,) = rules_of(asked, changed(before, a_001=4, a_007=4), before)
    assert (rule.answer, rule.found) == (GateAnswer.FAILED, "1 of 2 broken")
    assert "0-001" in rule.why
    assert "0-007" not in rule.why


def test_a_case_that_was_wrong_before_does_not_break() -> None:
    before = changed(side(40), a_001=4)
    assert answers({"protected_cases": ["0-001"], "maximum_broken": 0}, changed(before, a_001=3), before) == [
        GateAnswer.PASSED,
        GateAnswer.PASSED,
    ]


@pytest.mark.parametrize(
    ("key", "said"), [("0-001", "without a scored response in both"), ("gone", "in neither run"), ("new", "one of the")]
)
def test_a_protected_case_that_cannot_be_compared_decides_nothing(key: str, said: str) -> None:
    before = side(40)
    now = [*changed(before, a_001=None), observation("new", 0, 0)]
    (rule,) = rules_of({"protected_cases": [key, "0-002"]}, now, before)
    assert rule.answer is GateAnswer.UNDECIDED
    assert said in rule.why
    assert key in rule.why


def test_protected_tags() -> None:
    before = [replace(o, tags=("incident",)) if o.case.endswith("1") else o for o in side(40)]
    now = [replace(o, tags=("incident",)) if o.case.endswith("1") else o for o in changed(before, b_011=0)]
    found = rules_of({"protected_tags": ["incident", "none"]}, now, before)
    assert [rule.answer for rule in found] == [GateAnswer.FAILED, GateAnswer.UNDECIDED]
    assert "4-011" in found[0].why
    assert "neither run" in found[1].why


def test_so_many_cases_may_break() -> None:
    before = side(40)
    now = changed(before, a_001=4, b_001=0, b_002=0)
    assert answers({"maximum_broken": 3}, now, before) == [GateAnswer.PASSED]
    (rule,) = rules_of({"maximum_broken": 2}, now, before)
    assert rule.answer is GateAnswer.FAILED
    assert "0-001, 4-001, 4-002" in rule.found
    unscored = changed(now, a_005=None)
    assert answers({"maximum_broken": 3}, unscored, before) == [GateAnswer.UNDECIDED]
    assert answers({"maximum_broken": 4}, unscored, before) == [GateAnswer.PASSED]


def test_a_case_whose_repeats_differ_may_be_broken() -> None:
    before = [*side(40), *(observation("twice", 0, 0, repeat=n) for n in (1, 2))]
    torn = [*side(40), observation("twice", 0, 0), observation("twice", 0, 4, repeat=2)]
    assert answers({"maximum_broken": 0}, torn, before) == [GateAnswer.UNDECIDED]
    # what was wrong before cannot break any more
    assert answers(
        {"maximum_broken": 0}, torn, [*side(40), *(observation("twice", 0, 4, repeat=n) for n in (1, 2))]
    ) == [GateAnswer.PASSED]


def test_the_worst_slice_has_a_floor() -> None:
    run = side(40)
    weak = changed(run, **{f"b_{n:03}": 0 for n in range(36)})
    (failed,) = rules_of({"minimum_slice_score": 0.5}, weak)
    assert failed.answer is GateAnswer.FAILED
    assert failed.found.startswith(f"label {DEFAULT_SCALE.ids[4]}: 0.100")
    assert answers({"minimum_slice_score": 0.5}, run) == [GateAnswer.PASSED]
    assert answers({"minimum_slice_score": 0.1}, weak) == [GateAnswer.UNDECIDED]
    assert answers({"minimum_slice_score": 0.5, "minimum_slice_cases": 500}, run) == [GateAnswer.UNDECIDED]


def test_the_corrected_score_is_looked_at_where_a_sample_was_worked() -> None:
    plain = scorecard(side(40), DEFAULT_SCALE)
    sampled = replace(plain, correction=Correction(0.7, Interval(0.6, 0.8, "normal"), reviewed=50))
    best = plain.constants[plain.best_constant].balanced if plain.best_constant else None
    assert best is not None

    def found(card: Scorecard, **more: object) -> Rule:
        asked = {"minimum_balanced_score": 0.65, **more}
        return judged(policy(asked), GateEvidence(card, None, "", None))[0]

    assert found(sampled).answer is GateAnswer.FAILED
    assert found(sampled).found.startswith("corrected by the random sample that people worked: 0.700 [0.600")
    assert found(sampled, figures="as_decided").answer is GateAnswer.PASSED
    assert found(plain).answer is GateAnswer.PASSED
    missing = found(plain, figures="corrected")
    assert (missing.answer, "no random sample" in missing.why) == (GateAnswer.UNDECIDED, True)
    (skill,) = judged(policy({"minimum_skill": 0.1}), GateEvidence(sampled, None, "", None))
    assert f"{(0.7 - best) / (1 - best):.3f}" in skill.found


MOVED = st.sampled_from(MOVEMENTS)
WAYS = st.lists(st.sampled_from(DIRECTIONS), max_size=2, unique=True)
ASKED = st.lists(
    st.builds(lambda name, way: f"{name}:{way}" if way else name, MOVED, st.sampled_from(("", *DIRECTIONS))), max_size=4
)


def about(document: Mapping[str, object], verdict: str, ways: list[str]) -> list[GateAnswer]:
    comparison = compare(side(34), side(34), DEFAULT_SCALE)
    assert comparison.movement is not None
    moved = replace(comparison.movement, verdict=MovementVerdict(verdict), direction=",".join(ways))
    card = scorecard(side(34), DEFAULT_SCALE)
    found = judged(policy(document), GateEvidence(card, None, "", replace(comparison, movement=moved)))
    return sorted(rule.answer for rule in found)


def turned(ways: list[str]) -> list[str]:
    return [mirrored(f"slid:{way}").partition(":")[2] for way in ways]


@PROPERTY
@given(ASKED, MOVED, WAYS)
def test_a_policy_that_is_not_called_asymmetric_answers_a_mirrored_version_the_same(
    asked: list[str], verdict: str, ways: list[str]
) -> None:
    evened = sorted({*asked, *map(mirrored, asked)})
    for document in ({"forbidden_movement": evened}, {"forbidden_movement": asked}):
        if asked and not policy(document).asymmetries:
            assert about(document, verdict, ways) == about(document, verdict, turned(ways))
    assert not policy({"forbidden_movement": evened}).asymmetries


@pytest.mark.parametrize("way", ["more_cautious", "less_cautious"])
@pytest.mark.parametrize("key", ["required_movement", "forbidden_movement"])
def test_a_policy_of_one_direction_is_called_asymmetric_and_is(key: str, way: str) -> None:
    document = {key: [f"slid:{way}"]}
    assert len(policy(document).asymmetries) == 1
    assert about(document, "slid", [way]) != about(document, "slid", turned([way]))


@pytest.mark.parametrize("right", [10, 20, 36])
def test_the_sample_policy_answers_the_same_on_the_mirrored_scale(right: int) -> None:
    document = tomllib.loads((SAMPLES / "release-policy.toml").read_text(encoding="utf-8"))
    assert not policy(document).asymmetries
    before = side(36)
    more, less = (changed(before, **{f"{pole}_{n:03}": to for n in range(right)}) for pole, to in (("a", 4), ("b", 0)))
    assert answers(document, more, before) == answers(document, less, before)


def test_a_policy_is_known_by_what_it_asks() -> None:
    one = policy({"minimum_skill": 0.2, "forbidden_movement": ["slid", "moved:inward"], "name": "one"})
    other = policy({"forbidden_movement": ["moved:inward", "slid"], "minimum_skill": 0.2, "minimum_slice_cases": 10})
    assert one.hash == other.hash
    assert one.hash != policy({"minimum_skill": 0.21, "forbidden_movement": ["slid", "moved:inward"]}).hash
    assert policy({"minimum_skill": 0.2, "undecided": "pass"}).hash != policy({"minimum_skill": 0.2}).hash


@PROPERTY
@given(st.dictionaries(st.text(max_size=12), st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text())))
def test_any_document_is_read_or_refused_in_a_sentence(document: dict[str, object]) -> None:
    with contextlib.suppress(InputError):
        assert policy(document).min_slice_cases >= 1
