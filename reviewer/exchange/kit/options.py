"""What a person can say about an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale


class Numbered(StrEnum):
    """What numbered columns (prompt1 … prompt20) are: the turns of one conversation, or requests of their own that
    belong together."""

    TURNS = "turns"
    FAMILY = "family"


@dataclass(frozen=True)
class ImportOptions:
    """How to read a file.

    `mapping` says which column holds a field, {field: column}; a field mapped to "" is not read from any column, and
    `response:NAME`, `rating:NAME` are further ones of the run or the person of that name. `label_map` says which action
    a label value stands for. `suite` and `run` name what is imported; "" takes the file's own name for it. `sheet` is
    the sheet of a workbook or the list of a JSON file, "" the first. `encoding` is the text's, "" looks at its bytes.
    The scale of a file's suite line governs over `scale`.
    """

    scale: ActionScale = DEFAULT_SCALE
    suite: str = ""
    run: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    label_map: Mapping[str, ActionId] = field(default_factory=dict)
    sheet: str = ""
    scale_is_asked: bool = False
    """Whether `scale` is what the person asked for: then a suite or a file with another one is refused."""
    encoding: str = ""
    numbered: Numbered | None = None
