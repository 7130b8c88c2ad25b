"""A release policy: the rules of one file, whether they ask the same of both directions, and what identifies them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeGuard

from reviewer.core.errors import InputError
from reviewer.core.hashing import content_hash

MOVEMENTS = ("none", "moved", "slid", "moved_and_slid", "not_decidable")
DIRECTIONS = ("outward", "inward", "more_cautious", "less_cautious", "in_between")
_MIRROR = {"more_cautious": "less_cautious", "less_cautious": "more_cautious"}
_TURNED = {"more_cautious": "to more caution", "less_cautious": "to less caution"}


class Figures(StrEnum):
    """Which balanced score and skill are looked at."""

    WHERE_SAMPLED = "corrected_where_sampled"
    CORRECTED = "corrected"
    AS_DECIDED = "as_decided"


@dataclass(frozen=True)
class Policy:
    """The rules of one policy file; None and empty are rules that are not asked.

    Scores and shares lie in [0, 1]. `required` and `forbidden` hold movements or `movement:direction`.
    `undecided_passes` says what a rule that cannot be decided counts as.
    """

    name: str = ""
    min_balanced: float | None = None
    min_skill: float | None = None
    figures: Figures = Figures.WHERE_SAMPLED
    max_unscored: float | None = None
    min_reviewed: float | None = None
    min_alpha: float | None = None
    min_slice_score: float | None = None
    max_slice_loss: float | None = None
    min_slice_cases: int = 10
    max_broken: int | None = None
    protected_cases: tuple[str, ...] = ()
    protected_tags: tuple[str, ...] = ()
    no_trade: bool = False
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    undecided_passes: bool = False

    @property
    def compares(self) -> bool:
        """Whether a rule needs the version before."""
        counted = self.max_slice_loss is not None or self.max_broken is not None or self.no_trade
        return counted or bool(self.protected_cases or self.protected_tags or self.required or self.forbidden)

    @property
    def asks(self) -> bool:
        """Whether there is a rule at all."""
        least = (self.min_balanced, self.min_skill, self.min_reviewed, self.min_alpha, self.min_slice_score)
        return self.compares or any(each is not None for each in (*least, self.max_unscored))

    @property
    def asymmetries(self) -> tuple[str, ...]:
        """A sentence for each rule that asks something of one direction of caution and not of the other."""
        # a required movement must be met whatever else is required, so its mirror beside it evens nothing out
        one_sided = [("requires", each) for each in self.required if mirrored(each) != each]
        one_sided += [("forbids", each) for each in self.forbidden if mirrored(each) not in self.forbidden]
        return tuple(_one_sided(verb, asked) for verb, asked in one_sided)

    @property
    def rules(self) -> Mapping[str, object]:
        """Key of the file → value, of what is not as it is without a file. The name is no rule; lists are in order."""
        kept: dict[str, object] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name != "name" and value != each.default:
                kept[_KEY_OF[each.name]] = sorted(value) if isinstance(value, tuple) else value
        if self.undecided_passes:
            kept["undecided"] = "pass"
        return kept

    @property
    def hash(self) -> str:
        """Equal for policies that ask the same, whatever their files look like."""
        return content_hash(self.rules)


def mirrored(movement: str) -> str:
    """The same movement with caution turned round: `slid:less_cautious` for `slid:more_cautious`."""
    name, colon, way = movement.partition(":")
    return f"{name}{colon}{_MIRROR.get(way, way)}"


def _one_sided(verb: str, asked: str) -> str:
    name, _, way = asked.partition(":")
    return f"it {verb} “{name}” {_TURNED[way]} and not {_TURNED[_MIRROR[way]]}"


def policy(document: Mapping[str, object]) -> Policy:
    """Read a policy. Raises InputError that names the key and what it may be."""
    values: dict[str, object] = {}
    given: dict[str, str] = {}
    for key, value in document.items():
        if key not in _KEYS:
            raise InputError(f"The policy has a rule {key!r} that does not exist.", f"Rules: {', '.join(_KEYS)}.")
        field, read = _KEYS[key]
        if field in given:
            raise InputError(f"The policy has {given[field]} and {key}, which are one rule.", "Leave one of them out.")
        given[field], values[field] = key, read(key, value)
    found = Policy(**values)  # type: ignore[arg-type]  # each reader gives its field's type
    if both := set(found.required) & set(found.forbidden):
        raise InputError(f"The policy requires and forbids {', '.join(sorted(both))}.", "Leave it in one list.")
    return found


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _number(least: float) -> Callable[[str, object], float]:
    def read(key: str, value: object) -> float:
        if not _is_number(value) or not least <= value <= 1:
            raise InputError(f"{key} is {_shown(value)} in the policy.", f"Give a number from {least:g} to 1.")
        return float(value)

    return read


def _count(least: int) -> Callable[[str, object], int]:
    def read(key: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise InputError(f"{key} is {_shown(value)} in the policy.", f"Give a whole number from {least} on.")
        return value

    return read


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{key} is {_shown(value)} in the policy.", "Give true or false.")
    return value


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise InputError(f"{key} is {_shown(value)} in the policy.", "Give a text in quotation marks.")
    return value


def _undecided(key: str, value: object) -> bool:
    if value not in ("pass", "fail"):
        raise InputError(f"{key} is {_shown(value)} in the policy.", 'Give "pass" or "fail".')
    return value == "pass"


def _figures(key: str, value: object) -> Figures:
    if value not in list(Figures):
        raise InputError(f"{key} is {_shown(value)} in the policy.", f"Give one of {', '.join(Figures)}.")
    return Figures(str(value))


def _names(what: str) -> Callable[[str, object], tuple[str, ...]]:
    def read(key: str, value: object) -> tuple[str, ...]:
        wanted = [value] if isinstance(value, str) else value
        if not isinstance(wanted, list) or not all(isinstance(each, str) and each.strip() for each in wanted):
            raise InputError(f"{key} is {_shown(value)} in the policy.", f'Give a list of {what}, as ["one", "two"].')
        return tuple(dict.fromkeys(wanted))

    return read


def _movements(key: str, value: object) -> tuple[str, ...]:
    wanted = [value] if isinstance(value, str) else value
    known = f"Movements: {', '.join(MOVEMENTS)}; after a colon a direction: {', '.join(DIRECTIONS)}."
    if not isinstance(wanted, list):
        raise InputError(f"{key} is {_shown(value)} in the policy.", f"Give a list of movements. {known}")
    for each in wanted:
        movement, colon, way = str(each).partition(":")
        if movement not in MOVEMENTS or (colon and way not in DIRECTIONS):
            raise InputError(f"{key} names {_shown(each)} in the policy.", known)
    return tuple(dict.fromkeys(str(each) for each in wanted))


def _shown(value: object) -> str:
    return repr(value)[:60]


_Reader = tuple[str, Callable[[str, object], object]]
_KEYS: Mapping[str, _Reader] = {
    "name": ("name", _text),
    "minimum_balanced_score": ("min_balanced", _number(0)),
    "minimum_skill": ("min_skill", _number(-1)),
    "figures": ("figures", _figures),
    "maximum_unscored_share": ("max_unscored", _number(0)),
    "minimum_reviewed_share": ("min_reviewed", _number(0)),
    "minimum_alpha": ("min_alpha", _number(-1)),
    "minimum_slice_score": ("min_slice_score", _number(0)),
    "maximum_slice_loss": ("max_slice_loss", _number(0)),
    "minimum_slice_cases": ("min_slice_cases", _count(1)),
    "maximum_broken": ("max_broken", _count(0)),
    "protected_cases": ("protected_cases", _names("case keys")),
    "protected_tags": ("protected_tags", _names("tags")),
    "no_trade": ("no_trade", _flag),
    # the name that it had while two versions were said to oscillate
    "no_oscillation": ("no_trade", _flag),
    "required_movement": ("required", _movements),
    "forbidden_movement": ("forbidden", _movements),
    "undecided": ("undecided_passes", _undecided),
}
_KEY_OF = {field: key for key, (field, _) in reversed([*_KEYS.items()])}
