"""What a report shows: its sections, how much detail, and what is covered or redacted; saved as a report template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from reviewer.core.errors import InputError
from reviewer.core.toml_text import parse_toml
from reviewer.report import sections


class Level(StrEnum):
    """How much detail: what a decision rests on, every figure, or every case too."""

    DECISION = "decision"
    SUMMARY = "summary"
    ALL = "all"


class CoverChoice(StrEnum):
    """Whose words are not shown. `neither` shows neither prompts nor responses."""

    NONE = "none"
    PROMPTS = "prompts"
    RESPONSES = "responses"
    NEITHER = "neither"


_DETAIL = {"decision": Level.DECISION, "flips": Level.ALL, "cases": Level.ALL}
SECTIONS: Mapping[str, Level] = {each.id: _DETAIL.get(each.id, Level.SUMMARY) for each in sections.SECTIONS}
"""Id of each section, in their order, with the least detail that has it."""
_ORDER = tuple(Level)


@dataclass(frozen=True)
class ReportOptions:
    """`sections` are keys of `SECTIONS`, empty for all; `cover_categories` limits the covering to these
    categories, empty for everywhere; `redact` has regular expressions.
    """

    sections: tuple[str, ...] = ()
    level: Level = Level.ALL
    cover: CoverChoice = CoverChoice.NONE
    cover_categories: tuple[str, ...] = ()
    redact: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises InputError for a section that does not exist."""
        for key in self.sections:
            if key not in SECTIONS:
                raise InputError(f"The section {key!r} is not known.", f"Use one of: {', '.join(SECTIONS)}.")

    def shows(self, section: str) -> bool:
        """Whether a report has this section, as far as there is something to say in it."""
        chosen = not self.sections or section in self.sections
        return chosen and _ORDER.index(SECTIONS[section]) <= _ORDER.index(self.level)

    @property
    def covers(self) -> CoverChoice:
        """Categories alone ask for both sides to be covered in them."""
        return CoverChoice.NEITHER if self.cover_categories and self.cover is CoverChoice.NONE else self.cover

    @property
    def covers_prompts(self) -> bool:
        return self.covers in (CoverChoice.PROMPTS, CoverChoice.NEITHER)

    @property
    def covers_responses(self) -> bool:
        return self.covers in (CoverChoice.RESPONSES, CoverChoice.NEITHER)

    def covers_category(self, category: str) -> bool:
        """Whether something is covered in cases of this category."""
        return self.covers is not CoverChoice.NONE and (not self.cover_categories or category in self.cover_categories)


EVERYTHING = ReportOptions()

_CHOICES: Mapping[str, type[StrEnum]] = {"level": Level, "cover": CoverChoice}
KEYS = tuple(each.name for each in fields(ReportOptions))


def choice(kind: type[StrEnum], given: str, name: str) -> StrEnum:
    """Raises InputError for a word that is not one of the kind's."""
    try:
        return kind(given)
    except ValueError:
        raise InputError(f"{name} is {given!r}, which is not known.", f"Use one of: {', '.join(kind)}.") from None


def template_text(options: ReportOptions) -> str:
    """The options as TOML; what is as it is without a template is left out.

    Raises InputError for text that no file can hold: half a surrogate pair.
    """
    lines = [f"{name} = {_toml(getattr(options, name))}\n" for name in KEYS if _differs(options, name)]
    return "# A report template: reviewer report --template FILE\n" + "".join(lines)


def _differs(options: ReportOptions, name: str) -> bool:
    return bool(getattr(options, name) != getattr(EVERYTHING, name))


def _toml(value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InputError(f"{value!r} holds half a character, so no file can keep it.", "Write it anew.") from None
    # a string of JSON is one of TOML, but for the character 127
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")


def read_template(untrusted_text: str, where: str) -> ReportOptions:
    """The options that a template holds. Raises InputError for what is no TOML, unknown keys and wrong values."""
    found = parse_toml(untrusted_text)
    if isinstance(found, str):
        raise InputError(f"The report template {where} is not TOML: {found}.", "Mend that place.")
    if unknown := [key for key in found if key not in KEYS]:
        keys = ", ".join(map(repr, unknown))
        raise InputError(f"The report template {where} has keys that are not known: {keys}.", f"Use {', '.join(KEYS)}.")
    return ReportOptions(**{key: _value(key, value, where) for key, value in found.items()})


def _value(key: str, value: object, where: str) -> Any:  # noqa: ANN401 - as the field has it
    if key in _CHOICES:
        return choice(_CHOICES[key], str(value), f"{key} in the report template {where}")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise InputError(f"{key} in the report template {where} is not a list of texts.", f'Write {key} = ["…", "…"].')
