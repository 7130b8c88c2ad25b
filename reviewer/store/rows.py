"""Table rows. They hold what core types hold, flattened; `mapping` turns one into the other.

SQLModel table classes do not validate, so nothing from outside is put into them unchecked. JSON is kept as text and
times as RFC 3339 text in UTC, which any database keeps unchanged.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from reviewer.core.cases import CaseStatus
from reviewer.core.decisions import (
    Engagement,
    FinalSource,
    JudgeAdmission,
    JudgeOutcome,
    JudgeRunStatus,
    RefusalKind,
    VerdictSource,
)
from reviewer.core.responses import ResponseState
from reviewer.core.runs import RunStatus


def one_of(column: str, values: Iterable[str], *, optional: bool = False) -> CheckConstraint:
    """The check that a column holds one of these texts."""
    names = ", ".join(f"'{value}'" for value in values)
    empty = f" OR {column} IS NULL" if optional else ""
    return CheckConstraint(f"{column} IN ({names}){empty}", name=f"ck_{column}")


class SuiteRow(SQLModel, table=True):
    __tablename__: ClassVar[Any] = "suite"
    __table_args__ = (UniqueConstraint("name"), CheckConstraint("name <> ''", name="ck_suite_name"))

    id: int | None = Field(default=None, primary_key=True)
    name: str
    version: str = "1"
    description: str = ""
    licence: str = ""
    guideline: str = ""
    guideline_version: int = 1
    scale: str
    scale_hash: str
    content_hash: str = ""
    created_at: str


class CaseRow(SQLModel, table=True):
    """One version of a case. Its messages never change once it has responses; a change makes a new row."""

    __tablename__: ClassVar[Any] = "case"
    __table_args__ = (
        UniqueConstraint("suite_id", "key", "version"),
        one_of("status", CaseStatus),
        CheckConstraint("label IS NOT NULL OR status <> 'labelled'", name="ck_case_label"),
        CheckConstraint("key <> ''", name="ck_case_key"),
        Index("ix_case_suite_current_key", "suite_id", "current", "key"),
        Index("ix_case_suite_current_status", "suite_id", "current", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    suite_id: int = Field(foreign_key="suite.id")
    key: str
    version: int = 1
    current: bool = True
    messages: str
    message_hash: str
    content_hash: str
    request: str
    search_text: str
    label: str | None = None
    band: str = "{}"
    label_version: int = 1
    borderline: bool = False
    status: str = CaseStatus.LABELLED
    category: str = ""
    tags: str = "[]"
    pair: str = ""
    segment: str = ""
    source: str = ""
    licence: str = ""
    rationale: str = ""
    created_at: str


class LabelEventRow(SQLModel, table=True):
    """A label, band or status as somebody set it, with the reason. Appended only."""

    __tablename__: ClassVar[Any] = "label_event"
    __table_args__ = (UniqueConstraint("case_id", "label_version"), one_of("status", CaseStatus))

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    label_version: int
    label: str | None = None
    band: str = "{}"
    status: str
    guideline_version: int = 1
    author: str = ""
    reason: str = ""
    at: str


class RescalingRow(SQLModel, table=True):
    """A suite going over to another scale, with what each action of the old one became. Appended only.

    Verdicts and label events up to the ids that it keeps were made on the old scale.
    """

    __tablename__: ClassVar[Any] = "rescaling"
    __table_args__ = (CheckConstraint("reason <> ''", name="ck_rescaling_reason"),)

    id: int | None = Field(default=None, primary_key=True)
    suite_id: int = Field(foreign_key="suite.id", index=True)
    before: str
    after: str
    answers: str
    last_verdict_id: int
    last_label_event_id: int
    author: str = ""
    reason: str
    at: str


class PolicyLockRow(SQLModel, table=True):
    """A release policy that a suite was given: the bar, by whom and when. Appended only.

    Responses with a greater id than it keeps came after it.
    """

    __tablename__: ClassVar[Any] = "policy_lock"
    __table_args__ = (
        CheckConstraint("policy_hash <> ''", name="ck_policy_lock_hash"),
        CheckConstraint("author <> ''", name="ck_policy_lock_author"),
    )

    id: int | None = Field(default=None, primary_key=True)
    suite_id: int = Field(foreign_key="suite.id", index=True)
    policy_hash: str
    name: str = ""
    rules: str
    last_response_id: int
    author: str
    at: str


class EndpointRow(SQLModel, table=True):
    """Where requests go and where the key is found. The key itself has no column."""

    __tablename__: ClassVar[Any] = "endpoint"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("timeout_s > 0 AND concurrency > 0 AND max_attempts > 0", name="ck_endpoint_limits"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str
    protocol: str
    base_url: str = ""
    key_env: str = ""
    key_service: str = ""
    headers: str = "{}"
    timeout_s: float = 60.0
    concurrency: int = 4
    max_attempts: int = 3
    responses_file: str = ""
    created_at: str
    network: str = Field(default="{}", sa_column_kwargs={"server_default": sql("'{}'")})
    template: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})


class ModelVersionRow(SQLModel, table=True):
    """Frozen: it keeps the address that its hash was made with, whatever becomes of the endpoint's row."""

    __tablename__: ClassVar[Any] = "model_version"
    __table_args__ = (UniqueConstraint("name", "hash"),)

    id: int | None = Field(default=None, primary_key=True)
    endpoint_id: int = Field(foreign_key="endpoint.id")
    name: str
    protocol: str
    base_url: str = ""
    responses_file: str = ""
    model: str
    system: str = ""
    sampling: str = "{}"
    hash: str
    created_at: str
    template: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})


class RunRow(SQLModel, table=True):
    __tablename__: ClassVar[Any] = "run"
    __table_args__ = (
        UniqueConstraint("name"),
        one_of("status", RunStatus),
        CheckConstraint("repeats > 0", name="ck_run_repeats"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str
    suite_id: int = Field(foreign_key="suite.id")
    model_version_id: int = Field(foreign_key="model_version.id")
    repeats: int = 1
    status: str = RunStatus.NEW
    message: str = ""
    created_at: str
    finished_at: str = ""
    case_count: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
    """How many rows of `run_case` it has: kept, because every screen says it and nobody should count for it."""


class RunCaseRow(SQLModel, table=True):
    """The case versions that a run is over, fixed when it is made, so that resuming asks the same questions."""

    __tablename__: ClassVar[Any] = "run_case"

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    case_id: int = Field(foreign_key="case.id", primary_key=True, index=True)
    position: int


_BESIDE_CONFIDENCE = ("automatic_action", "state", "reviewed", "unscored_reason")
FAILED = f"state = '{ResponseState.ERROR}'"
"""As SQL with the value in it: a parameter would keep SQLite from using the index of the failed responses."""


class ResponseRow(SQLModel, table=True):
    """What came back. The last six columns follow from verdicts and decisions and are rewritten with them."""

    __tablename__: ClassVar[Any] = "response"
    __table_args__ = (
        UniqueConstraint("run_id", "case_id", "repeat"),
        one_of("state", ResponseState),
        one_of("final_source", FinalSource, optional=True),
        CheckConstraint("(final_action IS NULL) = (final_source IS NULL)", name="ck_response_final"),
        CheckConstraint("repeat > 0", name="ck_response_repeat"),
        Index("ix_response_case", "case_id"),
        Index("ix_response_request", "request_hash"),
        Index("ix_response_disagreement", "run_id", "disagreement", "final_action"),
        # what is left to review and what failed; with `reviewed` in it SQLite answers from the index alone
        Index("ix_response_undecided", "run_id", "reviewed", sqlite_where=sql("reviewed = 0")),
        Index("ix_response_failed", "run_id", sqlite_where=sql(FAILED)),
        # how many of a run are how sure: counted from the index alone, without going past the texts
        Index("ix_response_sure", "run_id", "automatic_confidence", *_BESIDE_CONFIDENCE),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id")
    case_id: int = Field(foreign_key="case.id")
    repeat: int = 1
    state: str
    text: str = ""
    reasoning: str = ""
    finish_reason: str = ""
    usage: str = "{}"
    model: str = ""
    latency_ms: float | None = None
    error: str = ""
    attempts: int = 1
    raw_body: bytes = b""
    hash: str
    received_at: str
    final_action: str | None = None
    final_source: str | None = None
    unscored_reason: str = ""
    automatic_action: str | None = None
    reviewed: bool = False
    # added to tables that have rows already, so the file itself needs a default
    disagreement: bool = Field(default=False, sa_column_kwargs={"server_default": sql("0")})
    request_hash: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    traces: str = Field(default="{}", sa_column_kwargs={"server_default": sql("'{}'")})
    """What helps to trace the request: the server's fingerprint and headers, why failed attempts failed."""
    automatic_confidence: float | None = None
    """The rules', where the automatic action is theirs; it follows from the verdicts as that does."""


class RunCountRow(SQLModel, table=True):
    """How many responses of a state a run has, and on how many of them a decision stands. Follows from `response`."""

    __tablename__: ClassVar[Any] = "run_count"
    __table_args__ = (CheckConstraint("responses >= 0 AND reviewed BETWEEN 0 AND responses", name="ck_run_count"),)

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    state: str = Field(primary_key=True)
    responses: int = 0
    reviewed: int = 0


class VerdictRow(SQLModel, table=True):
    """An automatic classification of one response text. Appended only; the latest of each classifier counts."""

    __tablename__: ClassVar[Any] = "verdict"
    __table_args__ = (
        one_of("source", VerdictSource),
        one_of("engagement", Engagement, optional=True),
        one_of("refusal_kind", RefusalKind, optional=True),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="ck_verdict_confidence"),
        Index("ix_verdict_response", "response_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    response_id: int = Field(foreign_key="response.id")
    response_hash: str
    classifier: str
    source: str
    action: str | None = None
    confidence: float
    reason: str = ""
    evidence: str = "[]"
    engagement: str | None = None
    refusal_kind: str | None = None
    caveat: bool = False
    asks: bool = False
    at: str
    said_so: bool | None = None
    counted: bool = Field(default=True, sa_column_kwargs={"server_default": sql("1")})
    """False only for a verdict that came from elsewhere, where it was not counted; else its judging says whether."""


class JudgeRunRow(SQLModel, table=True):
    """One judging of a run's responses: the judge as it was asked, with address and model but no key, and how it went.

    `judge_hash` is the identity of who was asked, `prompt_hash` of what: verdicts are compared where both are equal.
    """

    __tablename__: ClassVar[Any] = "judge_run"
    __table_args__ = (
        one_of("status", JudgeRunStatus),
        one_of("admission", JudgeAdmission),
        CheckConstraint("(accepted_by = '') = (accepted_at = '')", name="ck_judge_run_accepted"),
        Index("ix_judge_run_judge", "judge_hash", "prompt_hash"),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    control_run_id: int | None = Field(default=None, foreign_key="run.id")
    classifier: str
    endpoint_name: str
    protocol: str
    base_url: str = ""
    responses_file: str = ""
    model: str
    sampling: str = "{}"
    judge_hash: str
    prompt_hash: str
    rubric_version: str
    status: str = JudgeRunStatus.NEW
    message: str = ""
    drift: str = ""
    accepted_by: str = ""
    accepted_at: str = ""
    created_at: str
    finished_at: str = ""
    admission: str = Field(
        default=JudgeAdmission.NOT_MEASURED, sa_column_kwargs={"server_default": sql("'not_measured'")}
    )
    measured: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    admitted_by: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    admitted_why: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    admitted_at: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})


class JudgeReplyRow(SQLModel, table=True):
    """What a judge said of one response, as it came. Appended only.

    A reply on the run's responses has a verdict beside it; one on the control set and a failed request have none.
    """

    __tablename__: ClassVar[Any] = "judge_reply"
    __table_args__ = (
        one_of("outcome", JudgeOutcome),
        CheckConstraint("(action IS NOT NULL) = (outcome = 'judged')", name="ck_judge_reply_action"),
        CheckConstraint("(verdict_id IS NULL) = (control OR outcome = 'failed')", name="ck_judge_reply_verdict"),
        Index("ix_judge_reply_run", "judge_run_id"),
        Index("ix_judge_reply_response", "response_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    judge_run_id: int = Field(foreign_key="judge_run.id")
    response_id: int = Field(foreign_key="response.id")
    response_hash: str
    control: bool = False
    verdict_id: int | None = Field(default=None, foreign_key="verdict.id", unique=True)
    outcome: str
    action: str | None = None
    reason: str = ""
    returned_model: str = ""
    fingerprint: str = ""
    request_hash: str
    raw_reply: str = ""
    attempts: int = 1
    latency_ms: float | None = None
    usage: str = "{}"
    at: str


class SettingRow(SQLModel, table=True):
    """What the workspace remembers between two starts: the place in a queue, the reviewer's name."""

    __tablename__: ClassVar[Any] = "setting"

    key: str = Field(primary_key=True)
    value: str
