"""A policy file as text: what is wrong with it and in which line, and changing one rule without touching the rest."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviewer.core.errors import InputError
from reviewer.core.scoring.policy import Policy, policy

MOST_CHARACTERS = 65_536
"""A policy is a page; what is longer is some other file."""
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
ALIASES: Mapping[str, str] = {"no_trade": "no_oscillation"}
"""A rule's key beside the name that it had in older files."""


@dataclass(frozen=True)
class PolicyProblem:
    """What is wrong, in words, and the line (from 1) where it is; 0 where no line is to blame."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence}" if self.line else self.sentence


@dataclass(frozen=True)
class PolicyText:
    """What a text says: its policy, or what is wrong. `values` has what stands in it by key, where it is TOML."""

    policy: Policy | None
    values: Mapping[str, object]
    problem: PolicyProblem | None = None


@dataclass(frozen=True)
class Statement:
    """A key with its value in lines `start` to `end`, counted from 0; the last is not part of it."""

    key: str
    start: int
    end: int


def read_text(text: str) -> PolicyText:
    """What the text says, and what is wrong with it."""
    if len(text) > MOST_CHARACTERS:
        return PolicyText(
            None, {}, PolicyProblem(0, f"This is longer than a policy can be ({MOST_CHARACTERS:,} signs).")
        )
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return PolicyText(None, {}, _not_toml(text, str(error)))
    except RecursionError:
        return PolicyText(None, {}, PolicyProblem(0, "Its lists are nested too deeply."))
    try:
        return PolicyText(policy(values), values)
    except InputError as error:
        return PolicyText(None, values, PolicyProblem(_line_of_fault(text, values), str(error)))


def _not_toml(text: str, said: str) -> PolicyProblem:
    place = _PLACE.search(said)
    last = max(len(text.split("\n")), 1)
    line = last if place is None or place[1] is None else int(place[1])
    return PolicyProblem(line, f"This is not TOML: {_PLACE.sub('', said)}.")


def _line_of_fault(text: str, values: Mapping[str, object]) -> int:
    """Of the first key that is wrong by itself, else of the last one that quarrels with another."""
    lines = {each.key: each.start + 1 for each in statements(text)}
    seen: dict[str, object] = {}
    for key, value in values.items():
        seen[key] = value
        try:
            policy(seen)
        except InputError:
            return lines.get(key, 0)
    return 0


def statements(text: str) -> list[Statement]:
    """The statements of a text that is TOML, in their order, up to its first table."""
    return list(_statements(text.split("\n")))


def _statements(lines: Sequence[str]) -> Iterator[Statement]:
    start = 0
    while start < len(lines):
        stripped = lines[start].strip()
        if stripped.startswith("["):
            return
        if not stripped or stripped.startswith("#"):
            start += 1
            continue
        end = start + 1
        while (found := _parsed(lines[start:end])) is None and end < len(lines):
            end += 1
        yield Statement(next(iter(found or {}), ""), start, end)
        start = end


def _parsed(lines: Sequence[str]) -> Mapping[str, object] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None


def with_value(text: str, key: str, value: object) -> str:
    """The text with this rule as `value`, or without it where that is None; every comment stays.

    A rule that is new comes behind a comment that shows it (`# key = …`), else at the end. `text` must be TOML.
    """
    lines = text.split("\n")
    own = [each for each in statements(text) if each.key in (key, ALIASES.get(key))]
    if not own:
        return text if value is None else "\n".join(_with_new(lines, key, value))
    one = own[0]
    *inner, last = _comments(lines[one.start : one.end])
    kept = [comment.strip() for comment in inner if comment]
    new = [last.strip()] if last else []
    if value is not None:
        new = [f"{one.key} = {toml_value(value)}{last}"]
    return "\n".join([*lines[: one.start], *kept, *new, *lines[one.end :]])


def _with_new(lines: Sequence[str], key: str, value: object) -> list[str]:
    made = f"{key} = {toml_value(value)}"
    shown = re.compile(rf"\s*#\s*{re.escape(key)}\s*=")
    found = statements("\n".join(lines))
    inside = {at for each in found for at in range(each.start, each.end)}
    table = next((at for at, line in enumerate(lines) if at not in inside and line.strip().startswith("[")), len(lines))
    for at, line in enumerate(lines[:table]):
        if at not in inside and shown.match(line):
            return [*lines[: at + 1], made, *lines[at + 1 :]]
    end = table
    while end and not lines[end - 1].strip():
        end -= 1
    rest = list(lines[end:]) or [""]
    return [*lines[:end], made, *rest]


def _comments(lines: Sequence[str]) -> list[str]:
    """The comment at the end of each line of a statement with the blanks before it, "" where there is none."""
    return [_comment(lines, number) for number in range(len(lines))]


def _comment(lines: Sequence[str], number: int) -> str:
    """The longest ending of a line without which the statement says the same."""
    line = lines[number]
    for at in (found.start() for found in re.finditer("#", line)):
        if _parsed([*lines[:number], line[:at], *lines[number + 1 :]]) == _parsed(lines):
            return line[len(line[:at].rstrip()) :]
    return ""


def toml_value(value: object) -> str:
    """A value of a policy as TOML writes it. Raises InputError for a text that no file can hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    try:
        str(value).encode()
    except UnicodeEncodeError:
        raise InputError(f"{value!r} holds half a character, so no file can keep it.", "Write it anew.") from None
    # a string of JSON is one of TOML, but for the character 127
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")
