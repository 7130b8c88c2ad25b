"""Take out of a report what patterns find in it, wherever it stands, before any form sees the report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast

from reviewer.core.actions import ActionScale
from reviewer.core.errors import InputError
from reviewer.host.children import ChildFailedError, TookTooLongError, answer_of
from reviewer.report import limited
from reviewer.report.facts import RunReport

MARK = "[redacted]"
SECONDS = 20.0
MEGABYTES = 1024
MOST_PATTERNS = 200
EXAMPLES = 20
AROUND = 30
"""Characters beside what was found, in an example."""

FIXED = frozenset(
    {
        *("at", "bands", "by", "created_at", "direction", "hash", "hold_back", "method", "policy_hash"),
        *("program_version", "prompt_hash", "protocol", "response_hash", "state", "suite_hash", "uid", "version_hash"),
    }
)
"""Fields that hold no text from outside, and that forms compute with."""

T = TypeVar("T")


@dataclass(frozen=True)
class FoundPlace:
    """Something that a pattern finds, with a few characters around it; `case` is "" outside of the cases."""

    case: str
    before: str
    found: str
    after: str


@dataclass(frozen=True)
class Redaction:
    """What patterns find in a report: places in all, the cases that have one, and a few of them."""

    report: RunReport
    places: int
    cases: tuple[str, ...]
    examples: tuple[FoundPlace, ...]


def redact(report: RunReport, patterns: Sequence[str]) -> Redaction:
    """The report with `MARK` for everything that one of the regular expressions finds in a text of it.

    Raises InputError for a pattern that is none, or that takes longer than `SECONDS`.
    """
    if not patterns:
        return Redaction(report, 0, (), ())
    scale = report.scorecard.scale
    of_cases = [tuple(texts_of(case, scale)) for case in report.cases]
    around = replace(report, cases=())
    of_rest = tuple(texts_of(around, scale))
    texts = tuple(dict.fromkeys(chain(*of_cases, of_rest)))
    answer = _answer(texts, patterns)
    new = {old: text for old, text in zip(texts, answer["texts"], strict=True) if text != old}
    places = dict(zip(texts, answer["places"], strict=True))
    n = [sum(places[text] for text in each) for each in of_cases]
    cases = tuple(_with(case, scale, new) if at else case for case, at in zip(report.cases, n, strict=True))
    return Redaction(
        replace(_with(around, scale, new), cases=cases),
        sum(n) + sum(places[text] for text in of_rest),
        tuple(case.key for case, at in zip(report.cases, n, strict=True) if at),
        tuple(_examples(report, of_cases, texts, answer["examples"])),
    )


def _with(value: T, scale: ActionScale, new: Mapping[str, str]) -> T:
    return _mapped(value, _keeping(scale), lambda text: new.get(text, text))


def _answer(texts: Sequence[str], patterns: Sequence[str]) -> dict[str, Any]:
    if len(patterns) > MOST_PATTERNS:
        raise InputError(f"{len(patterns)} patterns are given, and at most {MOST_PATTERNS} are taken.", "Join some.")
    asked = {"work": "redact", "texts": texts, "patterns": patterns, "mark": MARK, "most": EXAMPLES}
    try:
        answer = answer_of(Path(limited.__file__), asked, seconds=SECONDS, megabytes=MEGABYTES)
    except TookTooLongError as error:
        at = patterns[int((error.progress.split() or ["0"])[-1])]
        raise InputError(
            f"The pattern {at!r} was stopped after {SECONDS:g} seconds; nothing was written.",
            "Write it without repeats inside repeats.",
        ) from None
    except ChildFailedError as error:
        raise InputError(f"The patterns could not be looked for: {error}.", "Try fewer or simpler ones.") from None
    found = cast(dict[str, Any], answer)
    if "error" in found:
        which = f"The pattern {patterns[found['pattern']]!r}" if "pattern" in found else "Looking for the patterns"
        raise InputError(f"{which} does not work: {found['error']}.", "Mend the regular expression.")
    return found


def _examples(
    report: RunReport, of_cases: Sequence[Sequence[str]], texts: Sequence[str], found: Sequence[Sequence[int]]
) -> Iterator[FoundPlace]:
    """Each place with the first case that has its text."""
    wanted = {texts[at] for at, *_ in found}
    of: dict[str, str] = {}
    for case, own in zip(report.cases, of_cases, strict=True):
        for text in wanted.intersection(own):
            of.setdefault(text, case.key)
    for at, start, end in found:
        text = texts[at]
        yield FoundPlace(
            of.get(text, ""), text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND]
        )


def texts_of(value: object, scale: ActionScale) -> Iterator[str]:
    """Every text in it that a person or a program outside may have written, as often as it stands there."""
    found: list[str] = []

    def keep(text: str) -> str:
        found.append(text)
        return text

    _mapped(value, _keeping(scale), keep)
    yield from found


def _keeping(scale: ActionScale) -> Collection[str]:
    """Words by which forms look things up: the ids of actions."""
    return frozenset(scale.ids)


def _mapped(value: T, kept: Collection[str], change: Callable[[str], str]) -> T:
    """The same value with every text changed but `kept` and fields that are `FIXED`; mappings keep their keys."""
    return cast(T, _any(value, kept, change))


def _any(value: object, kept: Collection[str], change: Callable[[str], str]) -> object:
    if value is None or isinstance(value, bool | int | float | Enum):
        return value
    if isinstance(value, str):
        return value if value in kept or not value else change(value)
    if isinstance(value, Mapping):
        return _mapping(value, kept, change)
    if isinstance(value, tuple | list):
        return _items(value, kept, change)
    if is_dataclass(value) and not isinstance(value, type):
        return _dataclass(value, kept, change)
    return value


def _mapping(value: Mapping[object, object], kept: Collection[str], change: Callable[[str], str]) -> object:
    new = {key: each if key in FIXED else _any(each, kept, change) for key, each in value.items()}
    return value if all(new[key] is each for key, each in value.items()) else new


def _items(value: tuple[object, ...] | list[object], kept: Collection[str], change: Callable[[str], str]) -> object:
    new = [_any(each, kept, change) for each in value]
    if all(a is b for a, b in zip(new, value, strict=True)):
        return value
    return new if isinstance(value, list) else tuple(new)


def _dataclass(value: Any, kept: Collection[str], change: Callable[[str], str]) -> object:  # noqa: ANN401 - any of them
    """A copy only where something in it differs: 80,000 cases have few that do."""
    changed: dict[str, object] = {}
    for name in _names(value.__class__):
        old = getattr(value, name)
        new = _any(old, kept, change)
        if new is not old:
            changed[name] = new
    return replace(value, **changed) if changed else value


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    return tuple(each.name for each in fields(cast(Any, kind)) if each.init and each.name not in FIXED)
