"""What other tools' words mean here: tables that are data, one file a tool, with a version that goes with the rows.

A table holds only what the tool's own documentation says of a word. A word that is in no table is asked about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from reviewer.core.actions import ActionId, ActionScale


@dataclass(frozen=True)
class LabelTable:
    """`labels` are a tool's words for what a response did or should do; `judges` those of its classifiers, by the
    classifier's name; `not_replies` what the tool writes where an answer stands, by the state that it means."""

    tool: str
    version: str
    labels: Mapping[str, str] = field(default_factory=dict)
    judges: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    not_replies: Mapping[str, str] = field(default_factory=dict)

    def label_map(self, scale: ActionScale) -> dict[str, ActionId]:
        """The words whose meaning is on the scale."""
        return {word: ActionId(action) for word, action in self.labels.items() if action in scale}

    def judged(self, classifier: str, word: str, scale: ActionScale) -> ActionId | None:
        """What a classifier's word means; None where no table says it."""
        action = self.judges.get(classifier, {}).get(word.strip().lower())
        return ActionId(action) if action is not None and action in scale else None


@lru_cache
def label_table(name: str) -> LabelTable:
    """The table of `name`, which is one of the files in `tables`."""
    held = json.loads(resources.files("reviewer.exchange").joinpath("tables", f"{name}.json").read_text("utf-8"))
    return LabelTable(**held)
