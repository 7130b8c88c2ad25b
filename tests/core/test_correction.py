"""The corrected score of a partly reviewed run: what must hold, and that it repairs what picking by hand bends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource, UnscoredReason
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.paired import Difference
from reviewer.core.scoring.sampled import Plan, corrected_difference, corrected_score, inclusion_probabilities
from reviewer.core.scoring.score import Correction
from tests.core.strategies import PROPERTY, Scene, scenes
from tests.support.builders import scale_of

SCALE = scale_of(3)
LOW, HIGH = SCALE.ids[0], SCALE.ids[-1]


def verdict(key: str, label: str, automatic: str | None) -> Observation:
    action = None if automatic is None else SCALE.parse(automatic)
    final = FinalAction(action, FinalSource.RULES) if action else FinalAction(None, reason=UnscoredReason.NO_VERDICT)
    return Observation(CaseKey(key), SCALE.parse(label), final, automatic=action)


def decided(item: Observation, action: str) -> Observation:
    return replace(item, final=FinalAction(SCALE.parse(action), FinalSource.DECIDED), reviewed=True)


def run(n: int, share_wrong: float, seed: int) -> tuple[list[Observation], list[str]]:
    """2n right responses of two labels, of which the verdicts read a part as the other action; and the truth."""
    rng = np.random.default_rng(seed)
    items: list[Observation] = []
    truth: list[str] = []
    for number in range(2 * n):
        label, other = (LOW, HIGH) if number < n else (HIGH, LOW)
        items.append(verdict(f"case-{number:04}", label, other if rng.random() < share_wrong else label))
        truth.append(label)
    return items, truth


def plan_of(items: Sequence[Observation], seed: int) -> Plan:
    places = np.random.default_rng(seed).permutation(len(items)).tolist()
    return {(o.case, o.repeat): (place, 1.0) for place, o in zip(places, items, strict=True)}


def corrected(items: Sequence[Observation], plan: Plan) -> Correction:
    return corrected_score(items, SCALE, BandChoice(), plan)


def worked(items: Sequence[Observation], truth: Sequence[str], plan: Plan, first: int) -> list[Observation]:
    return [
        decided(o, action) if plan[o.case, o.repeat][0] < first else o for o, action in zip(items, truth, strict=True)
    ]


@given(scenes(unscored=False))
@PROPERTY
def test_with_everything_decided_it_is_the_mean_of_the_decisions(scene: Scene) -> None:
    everything = [replace(o, reviewed=True) for o in scene.observations]
    found = corrected_score(everything, scene.scale, scene.options.bands, {})
    assert found.value == pytest.approx(scorecard(everything, scene.scale, scene.options).score.balanced)
    assert found.of_run is not None
    assert found.of_run.low == pytest.approx(found.value)
    assert found.of_run.high == pytest.approx(found.value)


@given(st.integers(0, 1_000), st.integers(30, 190))
@PROPERTY
def test_order_and_the_scale_of_the_probabilities_do_not_matter(seed: int, first: int) -> None:
    items, truth = run(100, 0.2, seed)
    plan = plan_of(items, seed)
    some = worked(items, truth, plan, first)
    found = corrected(some, plan)
    assert corrected(some[::-1], {key: (place, 0.25) for key, (place, _) in plan.items()}) == found


def test_a_sample_repairs_what_picking_failures_bends() -> None:
    items, truth = run(1_000, 0.2, 5)
    plan = plan_of(items, 5)
    sampled = worked(items, truth, plan, 400)
    picked = [
        decided(o, action) if o.automatic != o.label and not o.reviewed and number % 2 else o
        for number, (o, action) in enumerate(zip(sampled, truth, strict=True))
    ]
    found = corrected(picked, plan)
    patched = scorecard(picked, SCALE).score.balanced
    assert patched is not None
    assert found.value is not None
    assert found.interval is not None
    assert found.interval.low is not None
    assert found.interval.low <= 1.0
    assert found.interval.high == pytest.approx(1.0)
    assert patched < 0.95 < found.value


def test_a_corrected_score_is_a_score_where_people_put_every_response_right() -> None:
    found = []
    for seed in range(20):
        items, truth = run(100, 0.5, seed)
        plan = plan_of(items, seed)
        found.append(corrected(worked(items, truth, plan, 40), plan))
    assert max(each.value or 0.0 for each in found) == 1
    for each in found:
        for limits in (each.interval, each.of_run):
            assert each.value is not None
            assert limits is not None
            assert 0 <= (limits.low or 0.0) <= each.value <= (limits.high or 0.0) <= 1


def test_decisions_beyond_the_first_gap_change_nothing() -> None:
    items, truth = run(100, 0.3, 7)
    plan = plan_of(items, 7)
    some = worked(items, truth, plan, 100)
    place = {at: key for key, (at, _) in plan.items()}
    later = [decided(o, LOW) if (o.case, o.repeat) == place[150] else o for o in some]
    assert corrected(later, plan) == corrected(some, plan)
    assert corrected(later, plan).reviewed == 100


def test_an_unscored_response_that_was_decided_counts_as_it_was_decided() -> None:
    items, truth = run(50, 0.0, 1)
    unscored = [replace(o, automatic=None) for o in items[:10]]
    known = [decided(o, HIGH) for o in unscored]
    plan = plan_of([*unscored, *items[10:]], 2)
    rest = worked(items[10:], truth[10:], plan, 100)
    found = corrected([*known, *rest], plan)
    assert found.value == pytest.approx((40 / 50 + 1) / 2)


def test_the_reason_is_said() -> None:
    items, truth = run(50, 0.2, 3)
    plan = plan_of(items, 3)
    one = [decided(items[0], LOW), *items[1:]]
    assert corrected(items, plan).reason == "nobody has decided a response yet"
    assert corrected(one, {}).reason == "no random sample was drawn for review"
    late = {key: at for key, at in plan.items() if key[0] != items[9].case}
    assert "draw another" in corrected(one, late).reason
    few = corrected(worked(items, truth, plan, 6), plan)
    assert few.value is None
    assert "too few" in few.reason
    bare = [*one, verdict("z", SCALE.ids[1], None)]
    assert corrected(bare, plan).reason == "a labelled action has no scored response"


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=40), st.data())
@PROPERTY
def test_inclusion_probabilities_sum_to_the_sample(sizes: list[float], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, len(sizes)))
    found = inclusion_probabilities(np.array(sizes), n)
    assert found.sum() == pytest.approx(n, rel=1e-6)
    assert (found <= 1).all()
    order = np.argsort(sizes)
    assert (np.diff(found[order]) >= -1e-9).all()


def change(
    first: Sequence[Observation], second: Sequence[Observation], plans: tuple[Plan, Plan] = ({}, {})
) -> Difference | None:
    return corrected_difference(first, second, SCALE, BandChoice(), plans)


@given(st.integers(0, 1_000), st.integers(60, 190))
@PROPERTY
def test_the_change_is_of_the_corrected_scores_and_turns_round_with_the_versions(seed: int, first: int) -> None:
    versions = [run(100, 0.2, seed), run(100, 0.4, seed + 1)]
    plans = [plan_of(items, seed + number) for number, (items, _) in enumerate(versions)]
    some = [worked(items, truth, plan, first) for (items, truth), plan in zip(versions, plans, strict=True)]
    values = [corrected(items, plan).value for items, plan in zip(some, plans, strict=True)]
    there = change(some[0], some[1], (plans[0], plans[1]))
    back = change(some[1], some[0], (plans[1], plans[0]))
    if values[0] is None or values[1] is None:
        assert there is None
        assert back is None
        return
    assert there is not None
    assert back is not None
    assert there.value == pytest.approx(values[1] - values[0])
    assert there.low is not None
    assert there.high is not None
    assert there.low <= there.value <= there.high
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))


def test_what_both_versions_have_in_common_cancels_in_the_change() -> None:
    """The same half-reviewed responses twice: no change, and nothing that tells how sure that is of other cases."""
    items, right = run(400, 0.3, 3)
    plan = plan_of(items, 3)
    # people find a quarter of the verdicts that differ from the label wrong
    said = [right[n] if n % 4 == 0 else str(o.automatic) for n, o in enumerate(items)]
    some = worked(items, said, plan, 600)
    found = change(some, some, (plan, plan))
    assert found is not None
    assert found.value == pytest.approx(0)
    assert (found.low, found.high) == (None, None)


def test_a_model_that_always_does_one_thing_has_limits_on_its_corrected_score() -> None:
    """Half of the cases are right and nothing was corrected: what nobody read may still be otherwise."""
    items = [verdict(f"{label}{n:03}", label, str(HIGH)) for label in (str(LOW), str(HIGH)) for n in range(100)]
    plan = plan_of(items, 5)
    found = corrected(worked(items, [str(HIGH)] * len(items), plan, 100), plan)
    assert found.value == pytest.approx(0.5)
    for limits, widest in ((found.of_run, 0.1), (found.interval, 0.1)):
        assert limits is not None
        assert limits.low is not None
        assert limits.high is not None
        assert 0.5 - widest < limits.low < 0.5 < limits.high < 0.5 + widest


def test_without_a_decision_in_both_there_is_no_change() -> None:
    items, truth = run(100, 0.2, 1)
    plan = plan_of(items, 1)
    assert change(items, worked(items, truth, plan, 150), (plan, plan)) is None
