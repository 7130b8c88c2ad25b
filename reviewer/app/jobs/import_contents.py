"""What a file says, a part of it at a time: as many records as the memory holds whatever the file's size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from reviewer.core.errors import InputError
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    BadRow,
    CaseRecord,
    ColumnUse,
    DecisionRecord,
    LabelRecord,
    LabelWord,
    OriginRecord,
    Record,
    ResponseRecord,
    RunRecord,
    SuiteRecord,
    Told,
    VerdictRecord,
)
from reviewer.store.facts.suites import OnConflict

PART_RECORDS = 20_000
PART_CHARACTERS = 16_000_000
"""A part ends with the first record that reaches either."""
WATCHED_EVERY = 500

T = TypeVar("T")


@dataclass(frozen=True)
class ImportRequest:
    """What to import and how; `format` empty means that the file is looked at."""

    path: Path
    format: str = ""
    options: ImportOptions = field(default_factory=ImportOptions)
    on_conflict: OnConflict = OnConflict.REPORT
    strict: bool = False
    dry_run: bool = False
    author: str = "import"


@dataclass
class ContentsPart:
    """The records of a part by kind, and by run where they belong to one."""

    cases: list[CaseRecord] = field(default_factory=list)
    offered: list[CaseRecord] = field(default_factory=list)
    """Cases for a workspace that has no suite with them."""
    responses: dict[str, list[ResponseRecord]] = field(default_factory=dict)
    decisions: dict[str, list[DecisionRecord]] = field(default_factory=dict)
    verdicts: dict[str, list[VerdictRecord]] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)
    characters: int = 0

    @property
    def records(self) -> int:
        of_runs = (self.responses, self.decisions, self.verdicts)
        return len(self.cases) + len(self.offered) + sum(len(found) for by_run in of_runs for found in by_run.values())

    @property
    def runs(self) -> Iterable[str]:
        return dict.fromkeys([*self.responses, *self.decisions, *self.verdicts])


@dataclass
class FileContents:
    """What a file has said of itself so far, and its present part. `models` are the runs' as the file says."""

    head: SuiteRecord | None = None
    origin: OriginRecord | None = None
    ledger: list[ColumnUse] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    words: list[LabelWord] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)
    part: ContentsPart = field(default_factory=ContentsPart)
    has_cases: bool = False
    _renamed: dict[str, str] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Raises InputError for what has no place in a workspace."""
        match record:
            case ResponseRecord():
                self.part.characters += len(record.response.text) + len(record.response.reasoning)
                self._of_run(self.part.responses, record.run, record)
            case CaseRecord():
                self.part.characters += sum(len(message.content) for message in record.case.messages)
                (self.part.offered if record.if_missing else self.part.cases).append(record)
                self.has_cases |= not record.if_missing
            case DecisionRecord():
                self._of_run(self.part.decisions, record.run, record)
            case VerdictRecord():
                self._of_run(self.part.verdicts, record.run, record)
            case BadRow():
                self.part.bad.append(record)
            case RunRecord():
                self.models.setdefault(self._renamed.get(record.name, record.name), record.model)
            case LabelRecord():
                raise InputError(
                    "A label history cannot be imported: the workspace writes its own.",
                    "Import the cases; their labels come with them.",
                )
            case _:
                self._add_said(record)

    def _add_said(self, record: Record) -> None:
        match record:
            case SuiteRecord():
                self.head = self.head or record
            case OriginRecord():
                self.origin = self.origin or record
            case ColumnUse():
                self.ledger.append(record)
            case Told():
                self.told.append(record.sentence)
            case LabelWord():
                self.words.append(record)

    def _of_run(self, found: dict[str, list[T]], name: str, record: T) -> None:
        found.setdefault(self._renamed.get(name, name), []).append(record)

    def rename_run(self, old: str, new: str, part: ContentsPart) -> None:
        """In that part and those to come."""
        self._renamed[old] = new
        self.models = {new if name == old else name: model for name, model in self.models.items()}
        part.responses = {new if name == old else name: found for name, found in part.responses.items()}
        part.decisions = {new if name == old else name: found for name, found in part.decisions.items()}
        part.verdicts = {new if name == old else name: found for name, found in part.verdicts.items()}

    def suite_name(self, request: ImportRequest) -> str:
        """Where the cases go, "" if there are none: a file of bad rows makes no suite unless it names one itself."""
        if not self.has_cases and not (self.head is not None and self.head.line > 0):
            return ""
        return request.options.suite or (self.head.head.name if self.head else request.path.stem)

    def parts(self, records: Iterable[Record], watch: Callable[[int], None]) -> Iterator[ContentsPart]:
        """One part after the other, the last of which may be empty; each is `part` while it is worked on.

        `watch` is told now and then how many records have been read; what it raises ends the reading.
        """
        for count, record in enumerate(records):
            if count % WATCHED_EVERY == 0:
                watch(count)
            self.add(record)
            if (count + 1) % PART_RECORDS == 0 or self.part.characters >= PART_CHARACTERS:
                yield self.part
                self.part = ContentsPart()
        yield self.part
