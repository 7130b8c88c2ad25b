"""What the workspace knows of suites and cases, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band
from reviewer.core.cases import Case, SuiteHead
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.rescaling import Rescaling

PREVIEW_CHARACTERS = 200


@dataclass(frozen=True)
class StoredSuite:
    """A suite without its cases."""

    id: int
    head: SuiteHead
    content_hash: str

    @property
    def name(self) -> str:
        return self.head.name

    @property
    def scale(self) -> ActionScale:
        return self.head.scale


@dataclass(frozen=True)
class SuiteLine(StoredSuite):
    """A suite in a list; `n_cases` counts current cases by status."""

    n_cases: dict[str, int]


def merged_head(known: SuiteHead, head: SuiteHead) -> SuiteHead:
    """What a suite says of itself after an import said `head`: what it did not say is filled, a guideline replaced."""
    return replace(
        known,
        description=known.description or head.description,
        licence=known.licence or head.licence,
        guideline=head.guideline or known.guideline,
    )


def check_scale(known: SuiteHead, scale: ActionScale) -> None:
    """Raises InputError if a suite of that name has another scale: its labels would mean something else."""
    if known.scale.hash != scale.hash:
        raise InputError(
            f"The suite {known.name!r} exists with another action scale.",
            "Import into a suite of another name with --suite.",
        )


class CaseSort(StrEnum):
    KEY = "key"
    REQUEST = "request"
    LABEL = "label"
    CATEGORY = "category"
    STATUS = "status"


@dataclass(frozen=True)
class CaseFilter:
    """Which cases of a suite a list shows. `label` and `category` empty mean all.

    Sorting by label follows `label_order`, the scale's, with the cases that have none last.
    """

    suite_id: int
    words: str = ""
    label: str = ""
    category: str = ""
    status: str = ""
    retired: bool = False
    sort: CaseSort = CaseSort.KEY
    descending: bool = False
    label_order: tuple[ActionId, ...] = ()


@dataclass(frozen=True)
class CaseLine:
    """A case in a table."""

    id: int
    key: str
    untrusted_preview: str
    label: ActionId | None
    band: Band
    status: str
    category: str
    pair: str
    borderline: bool
    turns: int
    responses: int


@dataclass(frozen=True)
class FoundCase:
    """A current case that was looked for."""

    id: int
    suite_id: int
    key: str
    category: str
    untrusted_preview: str


@dataclass(frozen=True)
class CaseSlices:
    """A case's label, None where none counts, and what it belongs to; `named` are (category | source | segment, value),
    the value perhaps empty.
    """

    label: ActionId | None
    named: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]

    @property
    def slices(self) -> list[tuple[str, str]]:
        """(by, value) of every slice that the case is in."""
        return [(by, value) for by, value in (*self.named, *(("tag", tag) for tag in self.tags)) if value]


@dataclass(frozen=True)
class LabelEvent:
    """One entry of a case's label history, oldest first."""

    version: int
    label: ActionId | None
    band: Band
    status: str
    author: str
    reason: str
    at: str
    guideline_version: int = 1
    former_scale: ActionScale | None = None
    """The scale that its actions are on, where the suite has another one now."""


@dataclass(frozen=True)
class CaseDetail:
    """A case with all that an editor shows."""

    id: int
    suite_id: int
    case: Case
    version: int
    has_responses: bool
    history: tuple[LabelEvent, ...]
    twin_ids: tuple[int, ...]


@dataclass(frozen=True)
class CaseVersion:
    """One version of a case and the names of the runs that asked it."""

    id: int
    version: int
    is_current: bool
    runs: tuple[str, ...]


@dataclass(frozen=True)
class StoredRescaling:
    """A rescaling that was done, by whom, why and when."""

    rescaling: Rescaling
    author: str
    reason: str
    at: str


@dataclass(frozen=True)
class GuidelineText:
    """One version of a suite's guideline. `at` is since when, "" where that was not kept."""

    text: str
    at: str = ""


class OnConflict(StrEnum):
    """What to do with a case whose key is taken by other content."""

    REPORT = "report"
    SKIP = "skip"
    NEW_VERSION = "new-version"


@dataclass(frozen=True)
class CasesAdded:
    """What became of the cases of an import; `conflicts` are positions in the list that was given."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    skipped: int = 0
    conflicts: tuple[int, ...] = ()
    changes: Changes = field(default_factory=Changes)
