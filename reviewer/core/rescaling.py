"""What becomes of labels, bands and people's words when a suite goes over to another scale of actions. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from reviewer.core.actions import ActionId, ActionScale, preset_of
from reviewer.core.bands import Band, checked_band
from reviewer.core.errors import InputError

SAY_AGAIN = "?"
"""Stands for the answer None: nobody can say from the old action alone, so people are asked again."""

Answers = Mapping[ActionId, ActionId | None]


class BandChange(NamedTuple):
    """A band on the new scale. `widened`: actions came in that now lie between; `narrowed`: an entry was lost or
    earns less."""

    band: Band
    widened: bool = False
    narrowed: bool = False


@dataclass(frozen=True)
class Rescaling:
    """From `before` to `after`: what each action of the one is on the other, None where people are asked again."""

    before: ActionScale
    after: ActionScale
    answers: Answers = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.before.hash == self.after.hash:
            raise InputError("The suite has that scale already.", "Choose another one.")
        for old, new in self.answers.items():
            self.before.rank(old)
            if new is not None:
                self.after.rank(new)
        if open_ := [action for action in self.before.ids if action not in self.answers]:
            raise InputError(
                f"It is not said what becomes of {', '.join(open_)}.",
                f"Give an action of the new scale ({', '.join(self.after.ids)}), or {SAY_AGAIN} to ask people again.",
            )

    def action(self, action: str) -> ActionId | None:
        """What it is on the new scale; None where people are asked again. Raises InputError off the old scale."""
        self.before.rank(action)
        return self.answers[ActionId(action)]

    def band(self, label: str, band: Band) -> BandChange:
        """The band around the new label: entries go where their actions go, and what now lies between comes in.

        Where two entries meet the larger credit counts. What lies between the label and an acceptable action gets the
        credit of that action, so a band never has a gap; and no credit rises with distance.
        """
        centre = self.action(label)
        if centre is None:
            return BandChange({}, narrowed=bool(band))
        moved: dict[int, float] = {}
        rank, lost = self.after.rank(centre), False
        for old, credit in band.items():
            new = self.action(old)
            lost = lost or new is None
            if new is not None and new != centre:
                moved[self.after.rank(new)] = max(credit, moved.get(self.after.rank(new), 0.0))
        filled = {**_side(moved, range(rank - 1, -1, -1)), **_side(moved, range(rank + 1, len(self.after)))}
        credits_ = {self.after.ids[each]: credit for each, credit in filled.items()}
        lowered = any(filled[each] < credit for each, credit in moved.items())
        return BandChange(checked_band(centre, credits_, self.after), len(filled) > len(moved), lost or lowered)

    @cached_property
    def joined(self) -> tuple[ActionId, ...]:
        """Actions of the new scale in which several of the old one meet: what they were is not seen any more."""
        targets = [new for new in self.answers.values() if new is not None]
        return tuple(action for action in self.after.ids if targets.count(action) > 1)


def _side(moved: Mapping[int, float], ranks: range) -> dict[int, float]:
    """Credits from the label outward: what is missing takes the next one's, and none is more than the one before it."""
    within = [place for place in moved if place in ranks]
    places = ranks[: max(map(ranks.index, within)) + 1] if within else ranks[:0]
    filled, following, most = {}, 0.0, 1.0
    for place in reversed(places):
        filled[place] = following = moved.get(place, following)
    for place in places:
        filled[place] = most = min(most, filled[place])
    return filled


def same_answers(before: ActionScale, after: ActionScale) -> dict[ActionId, ActionId | None]:
    """What need not be asked: an action that is on both scales stays itself."""
    return {action: action for action in before.ids if action in after}


def parse_answers(
    pairs: Sequence[str], before: ActionScale, after: ActionScale, known: Answers | None = None
) -> dict[ActionId, ActionId | None]:
    """Read OLD=NEW, NEW `?` for "ask people again", over what is `known`, else over what need not be asked. Raises
    InputError."""
    found = dict(same_answers(before, after) if known is None else known)
    for pair in pairs:
        old, sign, new = pair.partition("=")
        if not sign or not old.strip() or not new.strip():
            raise InputError(
                f"{pair[:80]!r} does not say OLD=NEW.", f"For example: refuse=decline or clarify={SAY_AGAIN}."
            )
        found[before.parse(old)] = None if new.strip() == SAY_AGAIN else after.parse(new)
    return found


def scale_name(scale: ActionScale) -> str:
    """`six` of a preset; else how many actions it has, in words."""
    preset = preset_of(scale)
    return preset.name if preset else f"a scale of {len(scale)}"


@dataclass(frozen=True)
class Step:
    """A rescaling as it was done: verdicts and label events up to these ids were made before it."""

    rescaling: Rescaling
    last_verdict_id: int = 0
    last_label_event_id: int = 0


class Readings:
    """How words that were said on a suite's former scales read on its scale of now.

    `steps` are its rescalings, oldest first. A word that was said on the scale to which the suite has come back stands
    as it was said; else it goes through the answers of each step since.
    """

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        self._steps = tuple(steps)
        self._last = {step.rescaling.before.hash: position for position, step in enumerate(steps)}

    def __bool__(self) -> bool:
        return bool(self._steps)

    def of(self, action: str | None, scale_hash: str) -> ActionId | None:
        """What the action, said on the scale of that hash, is now; None where people are asked again."""
        read = None if action is None else ActionId(action)
        if not self._steps or scale_hash == self._steps[-1].rescaling.after.hash:
            return read
        for step in self._steps[self._last.get(scale_hash, len(self._steps)) :]:
            read = None if read is None else step.rescaling.answers.get(read)
        return read

    def of_verdict(self, action: str | None, verdict_id: int) -> ActionId | None:
        """The same of a verdict, whose scale is known by when it was made."""
        for step in self._steps:
            if verdict_id <= step.last_verdict_id:
                return self.of(action, step.rescaling.before.hash)
        return None if action is None else ActionId(action)

    def scale_of_label(self, event_id: int) -> ActionScale | None:
        """The former scale that an event of a label history is on; None for the scale of now."""
        for step in self._steps:
            if event_id <= step.last_label_event_id:
                return step.rescaling.before
        return None


AS_SAID = Readings()
"""Of a suite that was never rescaled."""


@dataclass(frozen=True)
class ActionUse:
    """How often an action of a suite's scale is in use: labels, entries of bands, standing decisions, and what
    classifiers say of responses."""

    labels: int = 0
    in_bands: int = 0
    decisions: int = 0
    verdicts: int = 0


@dataclass(frozen=True)
class ScaleUse:
    """Each action's use, and every label with a band → how many cases have them."""

    actions: Mapping[ActionId, ActionUse]
    bands: Mapping[tuple[ActionId, tuple[tuple[ActionId, float], ...]], int] = field(default_factory=dict)

    def of(self, action: ActionId) -> ActionUse:
        return self.actions.get(action, ActionUse())


class RescaleCounts(NamedTuple):
    """Under the same id, under another one, and asked for again."""

    same: int = 0
    other: int = 0
    again: int = 0


@dataclass(frozen=True)
class Rescaled:
    """What a rescaling does: of labels, decisions and verdicts how many stay, read otherwise, or are asked for again;
    how many bands take actions in that now lie between, and how many lose an entry or credit."""

    labels: RescaleCounts
    decisions: RescaleCounts
    verdicts: RescaleCounts
    bands_widened: int = 0
    bands_narrowed: int = 0


def outcome(use: ScaleUse, rescaling: Rescaling) -> Rescaled:
    """What the rescaling would do to what is in use."""

    def counts(numbers: Mapping[ActionId, int]) -> RescaleCounts:
        by = [(rescaling.action(action), action, n) for action, n in numbers.items()]
        same = sum(n for new, old, n in by if new == old)
        again = sum(n for new, _, n in by if new is None)
        return RescaleCounts(same, sum(n for _, _, n in by) - same - again, again)

    changes = [(rescaling.band(label, dict(band)), n) for (label, band), n in use.bands.items()]
    return Rescaled(
        counts({action: each.labels for action, each in use.actions.items()}),
        counts({action: each.decisions for action, each in use.actions.items()}),
        counts({action: each.verdicts for action, each in use.actions.items()}),
        sum(n for change, n in changes if change.widened),
        sum(n for change, n in changes if change.narrowed),
    )


def back_answers(step: Rescaling) -> dict[ActionId, ActionId | None]:
    """What need not be asked when a rescaling is taken back: where one old action alone became the new one, or the
    same is on both scales."""
    came = {new: [old for old, other in step.answers.items() if other == new] for new in step.after.ids}
    only = {new: olds[0] for new, olds in came.items() if len(olds) == 1}
    return {**only, **same_answers(step.after, step.before)}
