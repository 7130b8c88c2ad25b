"""What stands behind the figures of a run: labels that were edited, agreement, the guideline, who says what of himself.

Plain facts, put together by whoever writes the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviewer.core.actions import ActionId
from reviewer.core.bands import Band
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.frontier import Frontier
from reviewer.core.scoring.score import TwoMeans
from reviewer.wording.tables import Table


@dataclass(frozen=True)
class LabelEdit:
    """A label or band that somebody set in place of another; `label_version` is the new one's.

    `readable` is False where it was given on a former scale of the suite and enters no score of now.
    """

    key: CaseKey
    label_version: int
    before: ActionId | None
    now: ActionId | None
    band_before: Band
    band_now: Band
    author: str = ""
    reason: str = ""
    at: str = ""
    readable: bool = True


@dataclass(frozen=True)
class LabelEdits:
    """Edits of the run's labels, by case and version. `under_old` is the score with every edited case's first label;
    None where nothing was edited.
    """

    edits: tuple[LabelEdit, ...] = ()
    under_old: TwoMeans | None = None

    @property
    def cases(self) -> int:
        return len({edit.key for edit in self.edits})


@dataclass(frozen=True)
class AgreementFacts:
    """`document` is what `agreement --json` prints; `tables` are the same figures under their headings."""

    document: Mapping[str, object]
    sentences: tuple[str, ...]
    tables: tuple[tuple[str, Table], ...]


@dataclass(frozen=True)
class InterestStatement:
    """What a person said of their own interests; "" took back what they had said before. `at` is "" where unknown."""

    text: str
    at: str = ""


@dataclass(frozen=True)
class GuidelineVersion:
    """A guideline's text in one version, None where it was not kept; `at` is since when, "" where unknown. `labels` of
    the run's cases were set under it."""

    text: str | None
    at: str = ""
    labels: int = 0


@dataclass(frozen=True)
class Provenance:
    """`classifiers` have spoken on the run, `plan` names the review plan that was worked, "" where there was none.

    `interests` are people's own statements by the name they gave, the newest first. `frontier` is of the run and the
    version before, or of the run alone. `guidelines` has the versions that were kept or that a label was set under.
    """

    suite_version: str = ""
    guideline: str = ""
    guideline_version: int = 1
    repeats: int = 1
    plan: str = ""
    classifiers: tuple[str, ...] = ()
    edits: LabelEdits = LabelEdits()
    agreement: AgreementFacts | None = None
    interests: Mapping[str, tuple[InterestStatement, ...]] = field(default_factory=dict)
    guidelines: Mapping[int, GuidelineVersion] = field(default_factory=dict)
    frontier: Frontier | None = None


UNKNOWN = Provenance()
