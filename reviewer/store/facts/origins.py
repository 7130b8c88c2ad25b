"""Where rows came from, and what their files say of them beside what has a field here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Origin:
    """A file that was imported. `mapping_version` is that of the reading of its format; `at` is RFC 3339."""

    file: str
    sha256: str
    format: str
    tool: str = ""
    tool_version: str = ""
    mapping_version: str = ""
    licence: str = ""
    non_commercial: bool = False
    at: str = ""


@dataclass(frozen=True)
class Beside:
    """What stands beside a row: {name: text} that its file says of it, whether it may not be used commercially, and
    the file; None where nobody knows."""

    kept: Mapping[str, str] = field(default_factory=dict)
    non_commercial: bool = False
    origin: Origin | None = None

    @property
    def says_something(self) -> bool:
        return bool(self.kept) or self.non_commercial
