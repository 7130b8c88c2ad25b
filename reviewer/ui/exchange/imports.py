"""What the import dialog asks of the program: where the rows come from, what they would do, what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewer.app.jobs.imports import ImportReport, ImportRequest, import_file, options_for, store_records
from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale
from reviewer.core.errors import KnownError
from reviewer.exchange.formats.clipboard import Clipboard, read_text
from reviewer.exchange.formats.native import ReviewerDecisions, ReviewerResponses, ReviewerVerdicts
from reviewer.exchange.formats.xstest_completions import XsTestCompletions
from reviewer.exchange.guarded import preview_guarded
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.preview import TablePreview, preview_table
from reviewer.exchange.registry import FORMATS, detect
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import OnConflict
from reviewer.store.queries import suites

PASTED = "Pasted table"
TABLES = frozenset(each.name for each in FORMATS.values() if each.general)
RUNS = frozenset({ReviewerResponses.name, ReviewerDecisions.name, ReviewerVerdicts.name, XsTestCompletions.name})
FILE_FORMATS = tuple(name for name in FORMATS if name != Clipboard.name)
_ORDER = (ReviewerResponses.name, XsTestCompletions.name, ReviewerVerdicts.name, ReviewerDecisions.name)


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
    """The format's name. Raises KnownError where it cannot be told."""
    return Clipboard.name if source.is_pasted else detect(source.path).name


def look(source: ImportSource, choices: ImportChoices, scale: ActionScale) -> TablePreview:
    """The first rows of a table with what is chosen or guessed for it. Raises KnownError."""
    options = ImportOptions(scale, mapping=choices.mapping or {}, label_map=choices.label_map or {})
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
    options = ImportOptions(
        scale=choices.scale,
        suite=choices.suite,
        run=choices.run,
        mapping=choices.mapping or {},
        label_map=choices.label_map or {},
    )
    request = ImportRequest(
        source.path,
        choices.format,
        options,
        on_conflict=choices.on_conflict,
        strict=choices.strict,
        dry_run=dry_run,
        author=author,
    )
    if source.untrusted_text is None:
        return import_file(workspace, request, stop=stop, progress=progress)
    records = read_text(source.untrusted_text, options_for(workspace, request, Clipboard.name))
    return store_records(workspace, records, request, Clipboard.name, stop, progress)


def summary(report: ImportReport) -> str:
    """`118 new cases, 3 unchanged, 2 bad rows`."""
    counts = (
        (report.cases_added, "new case", "new cases"),
        (report.cases_updated, "case in a new version", "cases in a new version"),
        (report.responses_added, "new response", "new responses"),
        (report.verdicts_added, "new verdict", "new verdicts"),
        (report.decisions_added, "new decision", "new decisions"),
        (report.unchanged, "unchanged", "unchanged"),
        (report.skipped, "left as it is", "left as they are"),
        (len(report.bad), "bad row", "bad rows"),
    )
    said = [f"{n:,} {one if n == 1 else many}" for n, one, many in counts if n]
    return ", ".join(said) or "nothing to import"


def adds(report: ImportReport) -> int:
    """How much an import would write."""
    added = report.cases_added + report.cases_updated + report.responses_added
    return added + report.verdicts_added + report.decisions_added
