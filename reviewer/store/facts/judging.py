"""What the workspace knows of judges, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import COUNTED_ADMISSIONS, Decision, JudgeAdmission, JudgeOutcome, JudgeRunStatus
from reviewer.core.models import ModelVersion
from reviewer.core.responses import ResponseState


@dataclass(frozen=True)
class JudgeRunLine:
    """One judging of a run. `version` is the judge as it was asked, without limits, headers and key.

    `outcomes` counts the replies on the run's responses, `control_outcomes` those on the control set, each response by
    its latest reply. `returned_models` and `fingerprints` are what the server called itself, in order of appearance.
    `tokens` sums what it said it used. `drift` is what the comparison with its former control verdicts found, None
    where there was none; `accepted_by` is who let it go on all the same. `admission` says whether its verdicts count
    and why, `measured` what the comparison with people found, None where it was never made; `admitted_by` is who said
    that they count, at `admitted_at`, because of `admitted_why`.
    """

    id: int
    run_id: int
    run: str
    version: ModelVersion
    classifier: str
    prompt_hash: str
    rubric_version: str
    status: JudgeRunStatus
    message: str
    control_run_id: int | None
    control_run: str
    drift: Mapping[str, Any] | None
    accepted_by: str
    accepted_at: str
    created_at: str
    finished_at: str
    outcomes: Mapping[JudgeOutcome, int] = field(default_factory=dict)
    control_outcomes: Mapping[JudgeOutcome, int] = field(default_factory=dict)
    returned_models: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    tokens: int = 0
    admission: JudgeAdmission = JudgeAdmission.NOT_MEASURED
    measured: Mapping[str, Any] | None = None
    admitted_by: str = ""
    admitted_why: str = ""
    admitted_at: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether final actions go by its verdicts."""
        return self.admission in COUNTED_ADMISSIONS

    @property
    def judged(self) -> int:
        return self.outcomes.get(JudgeOutcome.JUDGED, 0)

    @property
    def unscored(self) -> int:
        """Responses whose reply was no verdict; failed requests are not counted, they can be sent again."""
        return self.outcomes.get(JudgeOutcome.REFUSED, 0) + self.outcomes.get(JudgeOutcome.NOT_THE_FORM, 0)


@dataclass(frozen=True)
class JudgeKey:
    """Who was asked and what: verdicts are compared, and requests saved, only where both are equal."""

    judge_hash: str
    prompt_hash: str


def used_tokens(usage: Mapping[str, int]) -> int:
    """The tokens that a server says one request took: its total, else prompt and completion, else 0."""
    return usage.get("total_tokens", usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0))


@dataclass(frozen=True)
class StoredText:
    """A response as a judge is asked about it: where it stands in the run, its state and its text's hash."""

    response_id: int
    key: CaseKey
    repeat: int
    state: str
    hash: str


@dataclass(frozen=True)
class ControlVerdict:
    """A judge's verdict on one frozen response; `action` None is unscored."""

    response_id: int
    key: CaseKey
    repeat: int
    response_hash: str
    action: ActionId | None


@dataclass(frozen=True)
class DecidedReply:
    """A judge's latest reply on a response on which a decision stands; `action` None is a reply that is no verdict.

    `control` says that the response is of a control set. `events` are the decisions on the text that it has, made on
    the suite's present scale.
    """

    response_id: int
    key: CaseKey
    control: bool
    state: ResponseState
    hash: str
    action: ActionId | None
    events: tuple[Decision, ...]


@dataclass(frozen=True)
class AdmissionWord:
    """Whether a judge's verdicts count from now on: `measured` is what was found, None leaves what was found before.

    `by` and `why` are a person's, "" where it follows from what was measured.
    """

    admission: JudgeAdmission
    measured: Mapping[str, object] | None = None
    by: str = ""
    why: str = ""
    at: str = ""


@dataclass(frozen=True)
class NewJudgeRun:
    """What is fixed when a judging begins: the run, the judge, what it is asked, and the control set if any."""

    run_id: int
    version: ModelVersion
    classifier: str
    prompt_hash: str
    rubric_version: str
    control_run_id: int | None = None
