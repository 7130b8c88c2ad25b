"""What bands excuse on either side, and the score with stakes: what must hold whatever the suite."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.bands import BandChoice, BandSource
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.comparison import Comparison, compare
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation, credit
from reviewer.core.scoring.score import Interval, Options, Scorecard, Staked
from reviewer.wording.excuses import change_under_bands, rankings_disagree, under_bands, with_stakes
from tests.core.strategies import PROPERTY, Scene, final_of, mirrored, scenes
from tests.support.builders import scale_of

stakes = st.sampled_from([0.5, 1.0, 2.0, 10.0])


def card_of(scene: Scene) -> Scorecard:
    return scorecard(scene.observations, scene.scale, scene.options)


def weighed(scene: Scene, by_case: dict[str, float]) -> Scene:
    items = tuple(replace(o, stakes=by_case[o.case]) for o in scene.observations)
    return replace(scene, observations=items)


def drawn_stakes(data: st.DataObject, scene: Scene) -> dict[str, float]:
    return {case: data.draw(stakes) for case in sorted({o.case for o in scene.observations})}


def alone(scene: Scene) -> Scene:
    """Without pairs, so that no case takes the stakes of another."""
    return replace(scene, observations=tuple(replace(o, pair="") for o in scene.observations))


@PROPERTY
@given(scenes())
def test_what_was_taken_on_both_sides_is_the_credit_without_the_exact_part(scene: Scene) -> None:
    card = card_of(scene)
    taken = card.excused.taken
    cases = sum(sum(row.values()) for row in card.confusion.values())
    earned = (card.score.plain or 0) * cases - (card.exact or 0) * cases
    assert taken.open + taken.cautious == pytest.approx(earned, abs=1e-9)
    assert taken.open <= card.excused.offered.open + 1e-9
    assert taken.cautious <= card.excused.offered.cautious + 1e-9


@PROPERTY
@given(scenes())
def test_the_mirrored_scale_swaps_the_sides(scene: Scene) -> None:
    one, other = card_of(scene).excused, card_of(mirrored(scene)).excused
    for here, there in ((one.offered, other.offered), (one.taken, other.taken)):
        assert (here.open, here.cautious) == pytest.approx((there.cautious, there.open))


@PROPERTY
@given(scenes(), st.sampled_from([BandSource.NONE, BandSource.LABELLED, BandSource.NEIGHBOURS]))
def test_the_score_under_other_bands_is_the_one_computed_with_them(scene: Scene, source: BandSource) -> None:
    under = {each.bands.source: each for each in card_of(scene).excused.under}[source]
    chosen = replace(scene, options=replace(scene.options, bands=BandChoice(source)))
    card = card_of(chosen)
    assert under.balanced == pytest.approx(card.score.balanced)
    best = card.constants[card.best_constant].balanced if card.best_constant else None
    if under.balanced is not None:
        assert under.best_constant == pytest.approx(best)


def limits(found: Interval | None) -> tuple[float, float] | None:
    return None if found is None or found.low is None or found.high is None else (found.low, found.high)


def same(one: Staked | None, other: Staked | None) -> bool:
    assert one is not None
    assert other is not None
    return (
        (one.score.balanced, one.score.plain) == pytest.approx((other.score.balanced, other.score.plain))
        and limits(one.balanced) == pytest.approx(limits(other.balanced), abs=1e-6)
        and limits(one.plain) == pytest.approx(limits(other.plain), abs=1e-6)
    )


@PROPERTY
@given(scenes(), st.sampled_from([0.25, 3.0]))
def test_equal_stakes_give_the_headline_and_its_interval(scene: Scene, weight: float) -> None:
    card = card_of(weighed(scene, dict.fromkeys((o.case for o in scene.observations), weight)))
    assert card.staked is not None
    headline = Staked(card.score, card.intervals.get("balanced"), card.intervals.get("plain"), 0, ())
    assert same(card.staked, headline)


@PROPERTY
@given(scenes(), st.data())
def test_no_stakes_change_the_headline_and_their_unit_changes_nothing(scene: Scene, data: st.DataObject) -> None:
    own = drawn_stakes(data, alone(scene))
    plain, one = card_of(alone(scene)), card_of(weighed(alone(scene), own))
    scaled = card_of(weighed(alone(scene), {case: 7 * each for case, each in own.items()}))
    assert (one.score, one.intervals) == (plain.score, plain.intervals)
    if one.staked is None:
        assert set(own.values()) == {1.0}
    else:
        assert same(one.staked, scaled.staked)


@PROPERTY
@given(scenes(), st.data())
def test_the_mirrored_scale_keeps_the_score_with_stakes(scene: Scene, data: st.DataObject) -> None:
    own = drawn_stakes(data, scene)
    one, other = card_of(weighed(scene, own)).staked, card_of(weighed(mirrored(scene), own)).staked
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.score.balanced == pytest.approx(other.score.balanced)
        assert one.score.plain == pytest.approx(other.score.plain)


@PROPERTY
@given(scenes(unscored=False), st.data())
def test_the_plain_score_with_stakes_is_the_weighted_mean_of_credit(scene: Scene, data: st.DataObject) -> None:
    own = drawn_stakes(data, alone(scene))
    found = card_of(weighed(alone(scene), own)).staked
    if found is None:
        return
    by_case: dict[str, list[float]] = {}
    for o in scene.observations:
        by_case.setdefault(o.case, []).append(earned(o, scene))
    total = sum(own[case] * sum(each) / len(each) for case, each in by_case.items())
    assert found.score.plain == pytest.approx(total / sum(own.values()))


def earned(o: Observation, scene: Scene) -> float:
    assert o.final.action is not None
    return credit(o.label, scene.options.bands.band(o.label, o.band, scene.scale), o.final.action)


@PROPERTY
@given(scenes())
def test_a_pair_shares_the_stakes_that_one_member_says(scene: Scene) -> None:
    paired = [replace(o, pair="p") for o in scene.observations]
    first = paired[0].case
    said = [replace(o, stakes=4.0 if o.case == first else 1.0) for o in paired]
    found = scorecard(said, scene.scale, scene.options).staked
    assert found is not None
    assert found.cases == len({o.case for o in paired})
    assert not found.unlike


def test_members_that_say_different_stakes_are_named() -> None:
    scale = scale_of(3)
    said = [
        Observation(CaseKey(key), scale.ids[0], final_of(scale.ids[0]), pair="p", stakes=weight)
        for key, weight in (("a", 2.0), ("b", 5.0))
    ]
    found = scorecard(said, scale).staked
    assert found is not None
    assert found.unlike == ("p",)
    assert "pair p say different stakes" in with_stakes(scorecard(said, scale))


def both_versions(one: str, other: str) -> Comparison:
    """Two runs over as many cases labelled a0 (band: half credit for a1), an action a letter: 0, 1 or 2."""
    scale = scale_of(3)
    first, second = (
        [
            Observation(CaseKey(f"c{n:03}"), scale.ids[0], final_of(scale.ids[int(rank)]), band={scale.ids[1]: 0.5})
            for n, rank in enumerate(actions)
        ]
        for actions in (one, other)
    )
    return compare(first, second, scale)


def test_where_shares_rank_otherwise_than_the_score_it_is_said_and_else_not() -> None:
    # A is exact once and elsewhere wrong, B is in the band three times: 1/3 against 1/2
    said = rankings_disagree(both_versions("022" * 40, "111" * 40))
    assert said == "Rankings disagree: exact shares put A first, the balanced score puts B first."
    assert rankings_disagree(both_versions("022" * 40, "011" * 40)) == ""


def test_a_ranking_that_chance_could_turn_is_called_so() -> None:
    said = rankings_disagree(both_versions("022", "111"))
    assert said.endswith("puts B first, and neither difference is more than chance could make.")
    # A is exact 12 times, B never; together B earns half a case more of 60
    said = rankings_disagree(both_versions("0" * 12 + "2" * 13 + "1" * 35, "1" * 60))
    assert said.endswith("puts B first, and only the difference of the shares is more than chance could make.")


def test_bands_that_decide_who_is_ahead_are_named() -> None:
    said = change_under_bands(both_versions("022" * 40, "111" * 40))
    assert said.endswith("Which version is ahead depends on the bands.")
    said = change_under_bands(both_versions("022", "001"))
    assert said.startswith("Balanced score B − A without bands +0.333 [−1.00, +1.00] rough, with the labelled bands")
    assert "depends" not in said


def test_what_chance_could_do_puts_no_version_ahead() -> None:
    """The signs differ, and of three cases the limits hold 0 under all bands."""
    said = change_under_bands(both_versions("022", "111"))
    assert "Which version is ahead" not in said
    assert "The sign depends on the bands, but chance alone could turn it" in said


def test_the_score_under_other_bands_has_the_headlines_limits() -> None:
    """Those of the same responses scored with these bands from the beginning; the headline's own stand as they are."""
    scale = scale_of(3)
    table = both_versions("0012" * 30, "0211" * 30).cases.b
    card = scorecard(table.facts, scale)
    for each in card.excused.under:
        given = [replace(o, band=each.bands.band(o.label, o.band, scale)) for o in table.facts]
        alone = scorecard(given, scale).intervals["balanced"]
        assert each.interval is not None
        assert (each.interval.low, each.interval.high) == pytest.approx((alone.low, alone.high), abs=1e-9)
        assert each.interval.method == alone.method
    assert card.excused.under[1].interval is card.intervals["balanced"]
    assert len({each.interval for each in card.excused.under}) == 2
    assert [each.interval for each in both_versions("01", "10").a.excused.under] == [None] * 3


def test_a_score_that_chance_could_lift_over_a_constant_policy_is_called_so() -> None:
    assert under_bands(scorecard(two_labels("02" * 40), scale_of(3))).endswith(
        "Each is above the best constant policy under the same bands."
    )
    assert under_bands(scorecard(two_labels("020000"), scale_of(3))).endswith("by no more than chance could do.")


def two_labels(said: str) -> list[Observation]:
    """Cases labelled a0 and a2 in turn, an action a letter."""
    scale = scale_of(3)
    return [
        Observation(CaseKey(f"c{n:03}"), scale.ids[2 * (n % 2)], final_of(scale.ids[int(rank)]))
        for n, rank in enumerate(said)
    ]


def test_the_change_under_other_bands_has_the_headlines_limits() -> None:
    """Bands change what an action earns and nothing else: limits are those of a comparison made with these bands."""
    found, scale = both_versions("0012" * 30, "0211" * 30), scale_of(3)
    for each in found.under_bands:
        first, second = (
            [replace(o, band=each.bands.band(o.label, o.band, scale)) for o in table.facts]
            for table in (found.cases.a, found.cases.b)
        )
        alone = compare(first, second, scale, Options(bands=BandChoice(BandSource.LABELLED)))
        expected = alone.deltas["balanced"]
        assert expected is not None
        assert each.change is not None
        assert each.change.value == pytest.approx(expected.value, abs=1e-12)
        assert each.change.low == pytest.approx(expected.low, abs=0.01)
        assert each.change.high == pytest.approx(expected.high, abs=0.01)
    values = [each.change.value for each in found.under_bands if each.change]
    assert len(set(values)) > 1
    assert found.under_bands[1].change is found.deltas["balanced"]


def test_nothing_is_said_of_bands_where_nothing_can_be_compared() -> None:
    found = compare([], [], scale_of(3))
    assert [each.change for each in found.under_bands] == [None] * 3
    assert change_under_bands(found) == ""
