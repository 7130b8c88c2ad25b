"""The invariants of the score (DESIGN, The score), each as a property."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision, DecisionKind, FinalAction, FinalSource, final_action
from reviewer.core.responses import ResponseState
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation, credit, signed_distance
from reviewer.core.scoring.score import Scorecard, TwoMeans
from tests.core.strategies import PROPERTY, Scene, final_of, labelled, mirrored, scenes


def card_of(scene: Scene) -> Scorecard:
    return scorecard(scene.observations, scene.scale, scene.options)


def same(left: float | None, right: float | None) -> bool:
    return left == right if left is None or right is None else left == pytest.approx(right, abs=1e-9)


def same_means(left: TwoMeans, right: TwoMeans) -> bool:
    return same(left.balanced, right.balanced) and same(left.plain, right.plain)


def negated(value: float | None) -> float | None:
    return None if value is None else -value


@PROPERTY
@given(labelled(), st.data())
def test_credit_depends_on_label_band_and_final_action_only(
    world: tuple[ActionScale, ActionId, Band], data: st.DataObject
) -> None:
    scale, label, band = world
    action = data.draw(st.sampled_from(scale.ids))
    plain = Observation(CaseKey("a"), label, FinalAction(action, FinalSource.RULES), band=band)
    dressed = Observation(
        CaseKey("b"),
        label,
        FinalAction(action, FinalSource.ADJUDICATED),
        repeat=data.draw(st.integers(1, 9)),
        band=dict(reversed(list(band.items()))),
        state=data.draw(st.sampled_from([ResponseState.OK, ResponseState.FILTERED, ResponseState.TRUNCATED])),
        automatic=data.draw(st.none() | st.sampled_from(scale.ids)),
        reviewed=data.draw(st.booleans()),
        pair="p",
        category="law",
        tags=("x",),
        segment="s",
        source="q",
    )
    expected = 1.0 if action == label else band.get(action, 0.0)
    assert credit(label, band, action) == expected
    assert scorecard([plain], scale).score.plain == expected
    assert scorecard([dressed], scale).score.plain == expected


@PROPERTY
@given(labelled(), st.data())
def test_a_response_is_right_in_the_band_or_outside_on_one_side(
    world: tuple[ActionScale, ActionId, Band], data: st.DataObject
) -> None:
    scale, label, band = world
    action = data.draw(st.sampled_from(scale.ids))
    distance = signed_distance(label, band, action, scale)
    assert (distance == 0) == (credit(label, band, action) > 0)
    assert abs(distance) < len(scale)
    if distance:
        assert (distance > 0) == (scale.rank(action) > scale.rank(label))


@PROPERTY
@given(scenes())
def test_reversing_the_scale_leaves_the_scores(scene: Scene) -> None:
    before, after = card_of(scene), card_of(mirrored(scene))
    for name in ("score", "low", "high", "automatic"):
        assert same_means(getattr(before, name), getattr(after, name)), name
    for name in ("exact", "in_band", "out_of_band", "skill"):
        assert same(getattr(before, name), getattr(after, name)), name
    constants = list(after.constants.values())[::-1]
    assert all(map(same_means, before.constants.values(), constants))
    assert (before.pairs_right, before.pairs) == (after.pairs_right, after.pairs)
    assert before.unscored == after.unscored


@PROPERTY
@given(scenes())
def test_reversing_the_scale_swaps_the_two_errors(scene: Scene) -> None:
    before, after = card_of(scene), card_of(mirrored(scene))
    assert same(before.over_cautious, after.under_cautious)
    assert same(before.under_cautious, after.over_cautious)
    assert same(before.over_possible, after.under_possible)
    assert same(before.under_possible, after.over_possible)
    assert same(before.caution_bias, negated(after.caution_bias))
    assert same(before.caution_bias_by_label, negated(after.caution_bias_by_label))


@PROPERTY
@given(scenes())
def test_reversing_the_scale_leaves_d_prime_and_flips_the_criterion(scene: Scene) -> None:
    before, after = card_of(scene).discrimination, card_of(mirrored(scene)).discrimination
    assert same(before.d_prime, after.d_prime)
    assert same(before.criterion, negated(after.criterion))
    assert same(before.somers_d, after.somers_d)


@PROPERTY
@given(scenes(unscored=False), st.data())
def test_a_constant_policy_discriminates_nothing(scene: Scene, data: st.DataObject) -> None:
    always = final_of(data.draw(st.sampled_from(scene.scale.ids)))
    observations = tuple(replace(item, final=always) for item in scene.observations)
    found = card_of(replace(scene, observations=observations))
    one_label = len({item.label for item in observations}) == 1
    assert found.discrimination.somers_d == (None if one_label else 0)
    assert found.discrimination.d_prime is None
    assert found.discrimination.criterion is None


@PROPERTY
@given(scenes(unscored=False), st.data())
def test_a_constant_policy_scores_what_the_constants_say(scene: Scene, data: st.DataObject) -> None:
    action = data.draw(st.sampled_from(scene.scale.ids))
    observations = tuple(replace(item, final=final_of(action)) for item in scene.observations)
    found = card_of(replace(scene, observations=observations))
    assert same_means(found.score, found.constants[action])
    assert found.best_constant is not None
    assert found.constants[found.best_constant].balanced == max(c.balanced or 0 for c in found.constants.values())


@PROPERTY
@given(labelled(), st.data())
def test_adjudicating_a_dispute_inside_the_band_earns_credit(
    world: tuple[ActionScale, ActionId, Band], data: st.DataObject
) -> None:
    scale, label, band = world
    accepted = st.sampled_from([label, *band])
    said = data.draw(st.lists(accepted, min_size=2, max_size=5))
    decisions = [Decision(number, f"r{number}", action) for number, action in enumerate(said, start=1)]
    disputed = final_action(ResponseState.OK, [], decisions)
    assert disputed.disputed == (len(set(said)) > 1)
    verdict = Decision(99, "lead", data.draw(st.sampled_from(said)), DecisionKind.ADJUDICATION)
    settled = final_action(ResponseState.OK, [], [*decisions, verdict]).action
    assert settled is not None
    assert credit(label, band, settled) > 0
    assert scale.rank(settled) in range(len(scale))


@PROPERTY
@given(scenes(), st.data())
def test_order_never_matters(scene: Scene, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(scene.observations))
    assert card_of(scene) == card_of(replace(scene, observations=tuple(shuffled)))


@PROPERTY
@given(scenes())
def test_unscored_responses_enter_no_mean(scene: Scene) -> None:
    scored_only = tuple(item for item in scene.observations if item.final.action is not None)
    whole, part = card_of(scene), card_of(replace(scene, observations=scored_only))
    assert same(whole.score.plain, part.score.plain)
    for name in ("exact", "in_band", "out_of_band", "over_cautious", "under_cautious", "caution_bias"):
        assert same(getattr(whole, name), getattr(part, name)), name
    assert whole.confusion == part.confusion
    assert whole.discrimination == part.discrimination
    lost = {item.label for item in scene.observations} - {item.label for item in scored_only}
    assert same(whole.score.balanced, None if lost else part.score.balanced)


@PROPERTY
@given(scenes())
def test_unscored_responses_are_counted(scene: Scene) -> None:
    found = card_of(scene)
    unscored = [item for item in scene.observations if item.final.action is None]
    assert found.n_responses == len(scene.observations)
    assert found.unscored == len(unscored) == sum(found.unscored_reasons.values())
    assert sum(found.sources.values()) + found.unscored == found.n_responses
    assert sum(found.states.values()) == found.n_responses
    assert found.n_cases == len({item.case for item in scene.observations}) == sum(found.cases_by_label.values())


def recomputed(scene: Scene, unscored_credit: float) -> TwoMeans:
    """Balanced and plain mean where every unscored response earns this much, written out a second time."""
    cases: dict[CaseKey, list[float]] = {}
    labels: dict[CaseKey, ActionId] = {}
    for item in scene.observations:
        action = item.final.action
        earned = unscored_credit if action is None else credit(item.label, item.band, action)
        cases.setdefault(item.case, []).append(earned)
        labels[item.case] = item.label
    means = {key: sum(values) / len(values) for key, values in cases.items()}
    by_label = [[means[key] for key in means if labels[key] == label] for label in set(labels.values())]
    balanced = sum(sum(group) / len(group) for group in by_label) / len(by_label)
    return TwoMeans(balanced, sum(means.values()) / len(means))


@PROPERTY
@given(scenes())
def test_bounds_take_every_unscored_response_as_wrong_and_as_right(scene: Scene) -> None:
    found = card_of(scene)
    assert same_means(found.low, recomputed(scene, 0))
    assert same_means(found.high, recomputed(scene, 1))
    right = tuple(
        replace(item, final=final_of(item.final.action or item.label), automatic=None) for item in scene.observations
    )
    assert same_means(found.high, card_of(replace(scene, observations=right)).score)


@PROPERTY
@given(scenes())
def test_the_score_lies_within_its_bounds(scene: Scene) -> None:
    found = card_of(scene)
    for name in ("balanced", "plain"):
        low, score, high = (getattr(means, name) for means in (found.low, found.score, found.high))
        assert low is not None
        assert high is not None
        assert low <= high + 1e-12
        if score is not None:
            assert low - 1e-12 <= score <= high + 1e-12
    if not found.unscored:
        assert same_means(found.low, found.high)


@PROPERTY
@given(scenes())
def test_the_shares_add_up(scene: Scene) -> None:
    found = card_of(scene)
    if found.exact is None:
        assert found.score.plain is None
        return
    assert found.exact + (found.in_band or 0) + (found.out_of_band or 0) == pytest.approx(1)
    assert (found.over_cautious or 0) + (found.under_cautious or 0) == pytest.approx(found.out_of_band)
    rows = {label: sum(row.values()) for label, row in found.confusion.items()}
    assert sum(rows.values()) == pytest.approx(len({o.case for o in scene.observations if o.final.action is not None}))
