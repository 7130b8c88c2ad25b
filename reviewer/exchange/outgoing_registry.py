"""The forms for other tools that export writes. A new one is a module in exchange/outgoing and a line here."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from reviewer.exchange.outgoing.case_sets import InspectDataset, OpenAiSamples, PromptfooTests
from reviewer.exchange.outgoing.facts import Holds, Outgoing, Written
from reviewer.exchange.outgoing.inspect_log import InspectLogFile
from reviewer.exchange.outgoing.inspect_scores import PrecomputedScores
from reviewer.exchange.outgoing.label_studio import LabelStudioTasks
from reviewer.exchange.outgoing.llm_comparator import ComparatorFile
from reviewer.exchange.outgoing.promptfoo import PromptfooResults
from reviewer.exchange.outgoing.pyrit import PyRitScores
from reviewer.exchange.outgoing.training import ChatRows, PreferenceRows


class ExportFormat(Protocol):
    """One form. The first of its endings is the usual one."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str:
        """A few words for a list to choose from."""
        ...

    @property
    def description(self) -> str: ...

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    @property
    def holds(self) -> Holds: ...

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        """Write the file, whole or not at all.

        Raises InputError for text that the form cannot hold, EnvironmentFault if the file cannot be written.
        """
        ...


_ALL: tuple[ExportFormat, ...] = (
    LabelStudioTasks(),
    InspectDataset(),
    InspectLogFile(),
    PrecomputedScores(),
    PyRitScores(),
    PromptfooResults(),
    PromptfooTests(),
    ComparatorFile(),
    PreferenceRows(),
    ChatRows(),
    OpenAiSamples(),
)
EXPORTS: dict[str, ExportFormat] = {each.name: each for each in _ALL}
