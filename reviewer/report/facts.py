"""What a report is made of: one run, its scorecard and a line for each case. Whoever writes a report brings these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reviewer.core.actions import ActionId
from reviewer.core.bands import Band
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision, FinalAction, FinalSource
from reviewer.core.models import ModelVersion
from reviewer.core.naturally import natural
from reviewer.core.responses import ResponseState
from reviewer.core.scoring.credit import Observation, credit, signed_distance
from reviewer.core.scoring.flips import FlipKind
from reviewer.core.scoring.gate import Rule
from reviewer.core.scoring.policy_lock import PolicyLock
from reviewer.core.scoring.score import Interval, Scorecard
from reviewer.report.options import EVERYTHING, ReportOptions
from reviewer.report.provenance import UNKNOWN, Provenance
from reviewer.wording.plain_text import preview

if TYPE_CHECKING:
    from reviewer.core.scoring.comparison import Comparison

PEOPLE = frozenset({FinalSource.ADJUDICATED, FinalSource.DECIDED})


@dataclass(frozen=True)
class ResponseLine:
    """One response of a case. `credit` and `distance` (scale steps outside the band) are None where it is unscored.

    `decisions` are the standing decisions and adjudications on it, oldest first.
    """

    repeat: int
    state: ResponseState
    final: FinalAction
    automatic: ActionId | None = None
    credit: float | None = None
    distance: int | None = None
    reviewed: bool = False
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class ReportedCase:
    """One case as the report lists it. `credit` and `distance` are means over its scored responses."""

    key: CaseKey
    request: str
    label: ActionId
    band: Band
    responses: tuple[ResponseLine, ...]
    category: str = ""
    credit: float | None = None
    distance: float | None = None

    @property
    def reviewed(self) -> bool:
        return any(response.reviewed for response in self.responses)


@dataclass(frozen=True)
class JudgeFacts:
    """A judge that was asked about the run: who it was, what it called itself, under which prompt, and what came of it.

    `judged` and `unscored` count responses; `drift` is what was found on its control set, "" where it had none.
    `counted` says whether final actions go by its verdicts, `admission` why.
    """

    classifier: str
    model: str
    endpoint: str
    returned_models: tuple[str, ...]
    fingerprints: tuple[str, ...]
    rubric_version: str
    prompt_hash: str
    judged: int
    unscored: int
    drift: str = ""
    drift_accepted_by: str = ""
    counted: bool = True
    admission: str = ""


@dataclass(frozen=True)
class LabellerScore:
    """The balanced score with one person's labels wherever they gave one, and the labels that stand elsewhere.

    Of `cases` that they labelled `differ` have another label or band now; None where a label has nothing scored.
    """

    name: str
    cases: int
    differ: int
    balanced: float | None
    interval: Interval | None = None


@dataclass(frozen=True)
class LabelFacts:
    """Which label versions a score rests on: how many labels by version, and disputes that nobody has settled."""

    versions: Mapping[int, int] = field(default_factory=dict)
    still_open: int = 0


@dataclass(frozen=True)
class PeopleDiffer:
    """Responses on which reviewers differ, those of them where all that was said lies in label and band, and who has
    labelled the suite. `under` has a score for each labeller where there are several, `labels` which versions of its
    labels the score is by.
    """

    disputes: int = 0
    inside: int = 0
    labellers: tuple[str, ...] = ()
    under: tuple[LabellerScore, ...] = ()
    labels: LabelFacts = field(default_factory=LabelFacts)


@dataclass(frozen=True)
class FlippedCase:
    """A case whose action differs between the version before and the run; None where its repeats tie or say nothing."""

    key: CaseKey
    category: str
    request: str
    label: ActionId
    band: Band
    before: ActionId | None
    now: ActionId | None
    kind: FlipKind


@dataclass(frozen=True)
class Versus:
    """The version before, and what changed from it to the run.

    `comparison` has it as A and the run as B, `document` is what `compare --json` prints of it, `sentence` what it says
    of the movement, `would_change` what could change that. `flips` are all cases whose action changed, in key order.
    """

    run: str
    model_version: ModelVersion
    comparison: Comparison
    sentence: str
    document: Mapping[str, object]
    warnings: tuple[str, ...]
    would_change: tuple[str, ...]
    flips: tuple[FlippedCase, ...]


@dataclass(frozen=True)
class GateFacts:
    """What a release policy says of the run; `document` is what `gate --json` prints, `about` what to know of it."""

    passed: bool
    sentence: str
    about: tuple[str, ...]
    rules: tuple[Rule, ...]
    document: Mapping[str, object]


@dataclass(frozen=True)
class LockFacts:
    """A release policy that was locked to the suite; `predates` says that the run had no response by then."""

    lock: PolicyLock
    predates: bool


@dataclass(frozen=True)
class CoveringFacts:
    """What the report does not show: whose words, in which categories and how many cases, and what patterns took out.

    `not_found` are categories that no case has. `version_hash` is that of the model version as it was run.
    """

    cover: str
    categories: tuple[str, ...]
    not_found: tuple[str, ...]
    cases: int
    patterns: int
    places: int
    places_in_cases: int
    version_hash: str


@dataclass(frozen=True)
class RunReport:
    """Everything a report says of one run. `created_at` is RFC 3339; `not_scored` counts cases by their status.

    `anchoring` is what `score --json` says of decisions in sight of the verdict; None without blind ones beside them.
    `versus` is None where the run stands alone, `gate` where no policy was asked, `covering` where all is shown.
    """

    run: str
    suite: str
    suite_hash: str
    model_version: ModelVersion
    created_at: str
    program_version: str
    scorecard: Scorecard
    scorecard_with_disputed: Scorecard | None = None
    not_scored: Mapping[str, int] = field(default_factory=dict)
    judges: Sequence[JudgeFacts] = ()
    cases: Sequence[ReportedCase] = ()
    anchoring: Mapping[str, object] | None = None
    people: PeopleDiffer = PeopleDiffer()
    locks: Sequence[LockFacts] = ()
    versus: Versus | None = None
    gate: GateFacts | None = None
    labels: LabelFacts = LabelFacts()
    shown: ReportOptions = EVERYTHING
    covering: CoveringFacts | None = None
    provenance: Provenance = UNKNOWN

    @property
    def version_hash(self) -> str:
        """SHA-256 of the model version as it was run, also where its texts are covered here."""
        return self.covering.version_hash if self.covering else self.model_version.hash

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Who has a word that stands; the names are those that people gave themselves."""
        spoken = (decision for case in self.cases for each in case.responses for decision in each.decisions)
        return tuple(sorted({decision.reviewer for decision in spoken}))


Decisions = Mapping[tuple[CaseKey, int], Sequence[Decision]]


def case_lines(
    observations: Iterable[Observation],
    card: Scorecard,
    untrusted_requests: Mapping[CaseKey, str],
    decisions: Decisions,
    *,
    uncut: bool = False,
) -> tuple[ReportedCase, ...]:
    """The cases in key order, with the credit and distance that `card`'s bands give.

    `untrusted_requests` holds each case's last user turn (cut to a preview here but for `uncut`), `decisions` the
    standing events by case and repeat.
    """
    by_case: dict[CaseKey, list[Observation]] = {}
    for observation in observations:
        by_case.setdefault(observation.case, []).append(observation)
    requests = untrusted_requests if uncut else {key: preview(text) for key, text in untrusted_requests.items()}
    return tuple(
        _case_line(sorted(by_case[key], key=lambda o: o.repeat), card, requests.get(key, ""), decisions)
        for key in sorted(by_case, key=natural)
    )


def _case_line(
    group: Sequence[Observation], card: Scorecard, untrusted_request: str, decisions: Decisions
) -> ReportedCase:
    first = group[0]
    band = card.options.bands.band(first.label, first.band, card.scale)
    responses = tuple(_response_line(o, band, card, decisions.get((o.case, o.repeat), ())) for o in group)
    return ReportedCase(
        key=first.case,
        request=untrusted_request,
        label=first.label,
        band=band,
        responses=responses,
        category=first.category,
        credit=_mean(response.credit for response in responses),
        distance=_mean(response.distance for response in responses),
    )


def _response_line(o: Observation, band: Band, card: Scorecard, decisions: Sequence[Decision]) -> ResponseLine:
    action = o.final.action
    return ResponseLine(
        repeat=o.repeat,
        state=o.state,
        final=o.final,
        automatic=o.automatic,
        credit=None if action is None else credit(o.label, band, action),
        distance=None if action is None else signed_distance(o.label, band, action, card.scale),
        reviewed=o.reviewed,
        decisions=tuple(decisions),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return sum(numbers) / len(numbers) if numbers else None
