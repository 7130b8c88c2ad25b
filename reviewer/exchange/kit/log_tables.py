"""What the fields and words of a tool's log mean here: tables that are data, one file a tool, each with a version.

A table holds what the tool's own documentation and source say. A word that is in no table is asked about and
never guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.responses import ResponseState

KEPT = "no field here: kept beside the row"


@dataclass(frozen=True)
class LogTable:
    """`labels`: a word of the tool → action. `case_fields`: field of a case → the places that may hold it, first found
    counts. `fields`: place (`metadata.*` for all below) → (used as, why), for the ledger. `not_read`: place → why.
    `not_replies`: what the tool writes where an answer stands → the state that it means. `thinking`: what it writes in
    front of the reasoning that it puts before an answer. `filtered_errors`: what stands in the error of a request that
    a provider's filter stopped. `people`: what the name of a score that people gave looks like; `annotators`: a score's
    metadata that is a person's word → that person.
    """

    tool: str
    version: str
    labels: Mapping[str, str] = field(default_factory=dict)
    case_fields: Mapping[str, list[str]] = field(default_factory=dict)
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    not_read: Mapping[str, str] = field(default_factory=dict)
    not_replies: Mapping[str, str] = field(default_factory=dict)
    thinking: str = ""
    filtered_errors: list[str] = field(default_factory=list)
    people: str = ""
    annotators: Mapping[str, str] = field(default_factory=dict)

    def label_map(self, scale: ActionScale) -> dict[str, ActionId]:
        """The words whose meaning is on the scale."""
        return {word: ActionId(action) for word, action in self.labels.items() if action in scale}

    def use_of(self, place: str) -> tuple[str, str]:
        """What a place was used as and why; ("", why) for one that was not."""
        above, _, name = place.rpartition(".")
        for known in (place, f"{above}.*", f"*.{name}"):
            if known in self.fields:
                used, why = self.fields[known]
                return used, why
            if known in self.not_read:
                return "", self.not_read[known]
        return "", KEPT

    def choices(self, place: str, fields: tuple[str, ...]) -> tuple[str, ...]:
        """The fields of a case that a person may have a place read as: none of one that is something else already."""
        used, why = self.use_of(place)
        return fields if (used in fields or why == KEPT) and self._holds_case_fields(place) else ()

    def _holds_case_fields(self, place: str) -> bool:
        """Whether the place is one, or lies beside one, where something of a case may stand."""
        above = place.rpartition(".")[0]
        known = [held for places in self.case_fields.values() for held in places]
        return place in known or bool(above and any(held.rpartition(".")[0] == above for held in known))

    def is_read(self, place: str) -> bool:
        """Whether the place is used or left out for a reason; what is not is kept as it is."""
        return self.use_of(place)[1] != KEPT

    def state_of_text(self, text: str) -> ResponseState | None:
        """The state that a text of the tool's own making stands for; None for a model's words."""
        found = self.not_replies.get(text.strip())
        return ResponseState(found) if found is not None else None

    def is_filtered(self, error: str) -> bool:
        folded = error.lower()
        return any(words.lower() in folded for words in self.filtered_errors)

    def is_people(self, name: str) -> bool:
        return bool(self._people and self._people.search(name))

    @cached_property
    def _people(self) -> re.Pattern[str] | None:
        return re.compile(self.people, re.IGNORECASE) if self.people else None


@lru_cache
def log_table(name: str) -> LogTable:
    """The table of `name`, which is one of the files in `tables`."""
    held = resources.files("reviewer.exchange").joinpath("tables", f"{name}.json").read_text("utf-8")
    return LogTable(**json.loads(held))
