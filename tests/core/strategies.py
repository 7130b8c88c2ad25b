"""Random scales, bands, observations and hold-back sets for the property tests, and their mirror images."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band, checked_band
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource, UnscoredReason
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.score import Options
from tests.support.builders import scale_of
from tests.support.effort import often

PROPERTY = settings(max_examples=often(60, 20), deadline=None)
"""No deadline: a busy machine is not a fault of the program."""

scales = st.integers(2, 9).map(scale_of)
credits_in_band = st.floats(0.01, 0.99, allow_nan=False)


@st.composite
def bands(draw: st.DrawFn, scale: ActionScale, label: ActionId) -> Band:
    """A valid band: contiguous with the label, credit never rising with distance."""
    rank = scale.rank(label)
    band: dict[ActionId, float] = {}
    for ranks in (range(rank - 1, -1, -1), range(rank + 1, len(scale))):
        width = draw(st.integers(0, min(3, len(ranks))))
        values = sorted(draw(st.lists(credits_in_band, min_size=width, max_size=width)), reverse=True)
        band.update({scale.ids[r]: value for r, value in zip(ranks, values, strict=False)})
    return checked_band(label, band, scale)


@st.composite
def labelled(draw: st.DrawFn) -> tuple[ActionScale, ActionId, Band]:
    """A scale, a label on it, and a valid band of that label."""
    scale = draw(scales)
    label = draw(st.sampled_from(scale.ids))
    return scale, label, draw(bands(scale, label))


def final_of(action: ActionId | None) -> FinalAction:
    if action is None:
        return FinalAction(None, reason=UnscoredReason.CANNOT_DECIDE)
    return FinalAction(action, FinalSource.DECIDED)


@dataclass(frozen=True)
class Scene:
    """What one score is computed from."""

    scale: ActionScale
    observations: tuple[Observation, ...]
    options: Options


@st.composite
def scenes(draw: st.DrawFn, *, unscored: bool = True) -> Scene:
    """Up to eight cases with one to three repeats each, and a hold-back set that is neither empty nor everything."""
    scale = draw(scales)
    actions = st.sampled_from(scale.ids)
    said = st.none() | actions if unscored else actions
    observations: list[Observation] = []
    for number in range(draw(st.integers(1, 8))):
        label = draw(actions)
        base = Observation(
            CaseKey(f"case-{number}"),
            label,
            final_of(label),
            band=draw(bands(scale, label)),
            pair=draw(st.sampled_from(["", "p1", "p2"])),
            category=draw(st.sampled_from(["", "law"])),
        )
        for repeat, action in enumerate(draw(st.lists(said, min_size=1, max_size=3)), start=1):
            automatic, reviewed = draw(said), draw(st.booleans())
            item = replace(base, final=final_of(action), repeat=repeat, automatic=automatic, reviewed=reviewed)
            observations.append(item)
    held = draw(st.sets(actions, min_size=1, max_size=len(scale) - 1))
    return Scene(scale, tuple(observations), Options(hold_back=tuple(sorted(held))))


def mirrored(scene: Scene) -> Scene:
    """The scale reversed with labels, bands and actions; held back is now what was not held back before.

    The scale's ids are dealt out anew in the old order, so that nothing but the ranks is reflected.
    """
    flipped = dict(zip(scene.scale.ids, scene.scale.ids[::-1], strict=True))

    def turn(action: ActionId | None) -> ActionId | None:
        return None if action is None else flipped[action]

    observations = tuple(
        replace(
            item,
            label=flipped[item.label],
            band={flipped[action]: credit for action, credit in item.band.items()},
            final=replace(item.final, action=turn(item.final.action)),
            automatic=turn(item.automatic),
        )
        for item in scene.observations
    )
    reflected = {flipped[action] for action in scene.options.hold_back}
    kept = tuple(action for action in scene.scale.ids if action not in reflected)
    return Scene(scene.scale, observations, replace(scene.options, hold_back=kept))
