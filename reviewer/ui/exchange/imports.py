"""What the import dialog asks of the program: where the rows come from, what they would do, what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from reviewer.app.jobs.imports import ImportReport, ImportRequest, options_for, store_records
from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale
from reviewer.core.errors import InputError, KnownError
from reviewer.exchange.formats.clipboard import Clipboard, read_text
from reviewer.exchange.formats.native import ReviewerDecisions, ReviewerResponses, ReviewerVerdicts
from reviewer.exchange.formats.xstest_completions import XsTestCompletions
from reviewer.exchange.guarded import preview_guarded, read_guarded
from reviewer.exchange.kit.asked_labels import MOST_WORDS
from reviewer.exchange.kit.options import ImportOptions, Numbered
from reviewer.exchange.kit.packed import unpacked_name
from reviewer.exchange.kit.preview import TablePreview, preview_table
from reviewer.exchange.kit.records import LabelWord, Record
from reviewer.exchange.registry import FORMATS, detect
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import OnConflict
from reviewer.store.queries import suites
from reviewer.wording.plural import counted, noun

PASTED = "Pasted table"
TABLES = frozenset(each.name for each in FORMATS.values() if each.general)
RUNS = frozenset({ReviewerResponses.name, ReviewerDecisions.name, ReviewerVerdicts.name, XsTestCompletions.name})
FILE_FORMATS = tuple(name for name in FORMATS if name != Clipboard.name)
HEAD_RECORDS = 20_000
"""A longer file is previewed from its start: what importing it would do is then said of these."""
_ORDER = (ReviewerResponses.name, XsTestCompletions.name, ReviewerVerdicts.name, ReviewerDecisions.name)


class UnaskedWordsError(InputError):
    """Behind the rows that were looked at stand label words that nobody was asked about; nothing was written."""

    def __init__(self, words: Sequence[LabelWord]) -> None:
        n = len(words)
        super().__init__(
            f"Behind the first {HEAD_RECORDS:,} records {counted(n, 'label word')} {noun(n, 'comes', 'come')} that "
            f"{noun(n, 'stands', 'stand')} for no action yet; nothing was imported.",
            "Say under Labels what each stands for, or import again to go on without.",
        )
        self.words = tuple(words)


@dataclass(frozen=True)
class ImportSource:
    """A file, or text that was pasted."""

    path: Path
    untrusted_text: str | None = None

    @property
    def is_pasted(self) -> bool:
        return self.untrusted_text is not None


@dataclass(frozen=True)
class ImportChoices:
    """Everything that the dialog lets a person choose for one source; `format` is never empty here."""

    format: str
    suite: str = ""
    run: str = ""
    mapping: Mapping[str, str] | None = None
    label_map: Mapping[str, ActionId] | None = None
    on_conflict: OnConflict = OnConflict.REPORT
    strict: bool = False
    scale: ActionScale = DEFAULT_SCALE
    encoding: str = ""
    sheet: str = ""
    numbered: Numbered | None = None
    shown: frozenset[str] = frozenset()
    """The label words that the person has seen."""

    @property
    def options(self) -> ImportOptions:
        return ImportOptions(
            scale=self.scale,
            suite=self.suite,
            run=self.run,
            mapping=self.mapping or {},
            label_map=self.label_map or {},
            sheet=self.sheet,
            encoding=self.encoding,
            numbered=self.numbered,
        )


def in_order(paths: Sequence[Path]) -> list[Path]:
    """Cases before responses before decisions: each needs what comes before it. Reads the start of each file."""

    def place(path: Path) -> int:
        try:
            name = detect(path).name
        except KnownError:
            return len(_ORDER)
        return _ORDER.index(name) + 1 if name in _ORDER else 0

    return sorted(paths, key=place)


def detected(source: ImportSource) -> str:
    """The format's name; of a table whose columns say nothing, that of the table, so that a person can say what they
    hold. Raises KnownError where it cannot be told."""
    if source.is_pasted:
        return Clipboard.name
    try:
        return detect(source.path).name
    except InputError:
        suffix = unpacked_name(source.path).suffix.lower()
        tables = [name for name in sorted(TABLES) if suffix in FORMATS[name].suffixes and name != Clipboard.name]
        if source.path.is_dir() or len(tables) != 1 or not _can_be_mapped(source.path, tables[0]):
            raise
        return tables[0]


def _can_be_mapped(path: Path, name: str) -> bool:
    """Whether it has columns at all."""
    try:
        return len(preview_guarded(path, ImportOptions(), name).columns) > 0
    except KnownError:
        return False


def look(source: ImportSource, choices: ImportChoices, scale: ActionScale) -> TablePreview:
    """The first rows of a table with what is chosen or guessed for it. Raises KnownError."""
    options = replace(choices.options, scale=scale)
    text = source.untrusted_text
    if text is not None:
        return preview_table(text, options=options)
    return preview_guarded(source.path, options, choices.format)


def scale_of(workspace: Workspace, suite: str) -> ActionScale | None:
    """The scale of a suite that exists."""
    return next((line.scale for line in suites.stored_suites(workspace) if line.name == suite), None)


def store(
    workspace: Workspace,
    source: ImportSource,
    choices: ImportChoices,
    *,
    author: str,
    dry_run: bool,
    stop: Callable[[], bool],
    progress: Callable[[int], None],
) -> ImportReport:
    """Import, or only say what it would do. Raises KnownError where nothing can be read."""
    request = ImportRequest(
        source.path,
        choices.format,
        choices.options,
        on_conflict=choices.on_conflict,
        strict=choices.strict,
        dry_run=dry_run,
        author=author,
    )
    options = options_for(workspace, request, choices.format)
    text = source.untrusted_text
    records: Iterator[Record] = (
        read_guarded(source.path, options, choices.format) if text is None else read_text(text, options)
    )
    head = _Head(records)
    taken = head.records() if dry_run else _asked_about(records, choices.shown)
    report = store_records(workspace, taken, request, choices.format, stop, progress)
    return replace(report, first_rows=HEAD_RECORDS) if head.is_cut else report


def _asked_about(records: Iterator[Record], shown: frozenset[str]) -> Iterator[Record]:
    """The records; at their end it raises UnaskedWordsError, which takes all back, where words came that were not
    shown. Many different ones are no labels."""
    late: list[LabelWord] = []
    for record in records:
        if isinstance(record, LabelWord) and record.action is None and record.word not in shown:
            late.append(record)
        yield record
    if 0 < len(late) < MOST_WORDS:
        raise UnaskedWordsError(late)


class _Head:
    """The first records of a file; `is_cut` once there turned out to be more."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records, self.is_cut = records, False

    def records(self) -> Iterator[Record]:
        yield from islice(self._records, HEAD_RECORDS)
        self.is_cut = next(self._records, None) is not None


def summary(report: ImportReport) -> str:
    """`118 new cases, 3 unchanged, 2 bad rows`; a key that other content has is no bad row."""
    counts = (
        (report.cases_added, "new case", "new cases"),
        (report.cases_updated, "case in a new version", "cases in a new version"),
        (report.responses_added, "new response", "new responses"),
        (report.verdicts_added, "new verdict", "new verdicts"),
        (report.decisions_added, "new decision", "new decisions"),
        (report.unchanged, "unchanged", "unchanged"),
        (report.skipped, "left as it is", "left as they are"),
        (len(report.conflicts), "case whose key is taken", "cases whose keys are taken"),
        (len(report.bad) - len(report.conflicts), "bad row", "bad rows"),
    )
    said = [f"{n:,} {one if n == 1 else many}" for n, one, many in counts if n]
    found = ", ".join(said) or "nothing to import"
    names = [name for name in report.runs if report.responses_added]
    return f"{found}, in {len(names):,} runs" if len(names) > 1 else found


def adds(report: ImportReport) -> int:
    """How much an import would write."""
    added = report.cases_added + report.cases_updated + report.responses_added
    return added + report.verdicts_added + report.decisions_added


def trial_words(report: ImportReport, *, possible: bool) -> str:
    """What an import would do, as a sentence; of a long file, what its start would."""
    if not adds(report) and not report.bad:
        return f"There is nothing new in it: {summary(report)}."
    does = "adds" if possible else "would add"
    if report.first_rows:
        head = f"Importing the first {report.first_rows:,} records {does}"
        return f"{head}: {summary(report)}. The rest is read when it is imported."
    return f"Importing {does}: {summary(report)}."
