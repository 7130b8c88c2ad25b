"""What import yields and export takes: one frozen record for each line of a file, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass

from reviewer.core.actions import ActionId
from reviewer.core.cases import Case, CaseKey, SuiteHead
from reviewer.core.decisions import DecisionKind
from reviewer.core.responses import Response


@dataclass(frozen=True)
class SuiteRecord:
    """The suite that the cases after it belong to. `line` 0: the file does not say, so an existing suite keeps its own
    head and only a new one takes this."""

    line: int
    head: SuiteHead


@dataclass(frozen=True)
class CaseRecord:
    line: int
    case: Case


@dataclass(frozen=True)
class RunRecord:
    """A run that the responses and decisions after it name. It comes once for each run of a file."""

    line: int
    name: str
    model: str


@dataclass(frozen=True)
class ResponseRecord:
    line: int
    run: str
    response: Response


@dataclass(frozen=True)
class DecisionRecord:
    """A decision, adjudication or undo as a file has it.

    `id` and `undoes` are references between the lines of files ("" if none); they are not the store's ids.
    `response_hash` and `at` are "" where the file does not know them. `at` is RFC 3339.
    """

    line: int
    case: CaseKey
    run: str
    repeat: int
    response_hash: str
    reviewer: str
    action: ActionId | None
    kind: DecisionKind = DecisionKind.DECISION
    note: str = ""
    at: str = ""
    blind: bool = False
    bulk: bool = False
    undoes: str = ""
    id: str = ""


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used: its line (from 1, the physical line it starts on) and a sentence."""

    line: int
    reason: str


Record = SuiteRecord | CaseRecord | RunRecord | ResponseRecord | DecisionRecord | BadRow
