"""Table rows of what people said: decisions and what belongs to them, disputed labels, review plans, guidelines, which
judges count, their own interests; and of where imported rows came from."""

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from reviewer.core.decisions import Cause, DecisionKind, JudgeAdmission, ReviewEventKind
from reviewer.store.rows import one_of


class DecisionRow(SQLModel, table=True):
    """A person's word on one response text, or the undoing of one. Appended only."""

    __tablename__: ClassVar[Any] = "decision"
    __table_args__ = (
        one_of("kind", DecisionKind),
        CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="ck_decision_undoes"),
        CheckConstraint("reviewer <> ''", name="ck_decision_reviewer"),
        Index("ix_decision_response", "response_id"),
        Index("ix_decision_uid", "uid", unique=True, sqlite_where=sql("uid <> ''")),
        # who deletes a decision has to know whether another one points at it
        Index("ix_decision_undoes", "undoes", sqlite_where=sql("undoes IS NOT NULL")),
        Index("ix_decision_carried_from", "carried_from", sqlite_where=sql("carried_from IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    response_id: int = Field(foreign_key="response.id")
    response_hash: str
    scale_hash: str
    reviewer: str
    action: str | None = None
    kind: str = DecisionKind.DECISION
    undoes: int | None = Field(default=None, foreign_key="decision.id")
    note: str = ""
    blind: bool = False
    bulk: bool = False
    seconds_spent: float | None = None
    at: str
    hidden: str | None = None
    """What was out of sight when it was made, as a JSON list of words; NULL where nobody knows."""
    guideline_version: int | None = None
    origin: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    uid: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    """The same in every workspace that the decision travels to; empty in those of before."""
    carried_from: int | None = Field(default=None, foreign_key="decision.id")


class ReviewEventRow(SQLModel, table=True):
    """What a reviewer did on a response beside deciding: `detail` is a JSON object. Appended only."""

    __tablename__: ClassVar[Any] = "review_event"
    __table_args__ = (
        one_of("kind", ReviewEventKind),
        CheckConstraint("reviewer <> ''", name="ck_review_event_reviewer"),
        Index("ix_review_event_response", "response_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    response_id: int = Field(foreign_key="response.id")
    reviewer: str
    kind: str
    detail: str = "{}"
    at: str


class LabelDisputeRow(SQLModel, table=True):
    """A reviewer's word that a case's label is wrong, with the label and band proposed instead. Appended only."""

    __tablename__: ClassVar[Any] = "label_dispute"
    __table_args__ = (
        CheckConstraint("reviewer <> ''", name="ck_label_dispute_reviewer"),
        CheckConstraint("reason <> ''", name="ck_label_dispute_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    label_version: int
    label: str | None = None
    band: str = "{}"
    reviewer: str
    reason: str
    uid: str = Field(unique=True)
    at: str


class LabelSettlingRow(SQLModel, table=True):
    """How a disputed label was settled: the label version that was made, or NULL where it stays. Appended only."""

    __tablename__: ClassVar[Any] = "label_settling"
    __table_args__ = (
        CheckConstraint("author <> ''", name="ck_label_settling_author"),
        CheckConstraint("reason <> ''", name="ck_label_settling_reason"),
    )

    dispute_id: int = Field(foreign_key="label_dispute.id", primary_key=True)
    label_version: int | None = None
    author: str
    reason: str
    at: str


class AdjudicationRow(SQLModel, table=True):
    """The cause that the person who settled a disagreement gave for it; one for each adjudicating decision."""

    __tablename__: ClassVar[Any] = "adjudication"
    __table_args__ = (one_of("cause", Cause, optional=True),)

    decision_id: int = Field(foreign_key="decision.id", primary_key=True)
    cause: str | None = None


class ReviewPlanRow(SQLModel, table=True):
    """A queue of responses drawn with known inclusion probabilities. Appended only."""

    __tablename__: ClassVar[Any] = "review_plan"
    __table_args__ = (CheckConstraint("budget > 0", name="ck_review_plan_budget"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    against_run_id: int | None = Field(default=None, foreign_key="run.id")
    design: str
    seed: int
    budget: int
    at: str
    name: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    author: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    needed: int = Field(default=1, sa_column_kwargs={"server_default": sql("1")})
    """How many reviewers are to decide on each response."""


class ReviewAssignmentRow(SQLModel, table=True):
    """Which reviewer a response of a plan was given to. Appended only."""

    __tablename__: ClassVar[Any] = "review_assignment"
    __table_args__ = (CheckConstraint("reviewer <> ''", name="ck_review_assignment_reviewer"),)

    plan_id: int = Field(foreign_key="review_plan.id", primary_key=True)
    position: int = Field(primary_key=True)
    reviewer: str = Field(primary_key=True)


class ReviewPlanItemRow(SQLModel, table=True):
    """A response's place in a plan, and how likely it was to come among the plan's first. Appended only."""

    __tablename__: ClassVar[Any] = "review_plan_item"
    __table_args__ = (
        UniqueConstraint("plan_id", "position"),
        Index("ix_review_plan_item_response", "response_id"),
        CheckConstraint(
            "inclusion_probability > 0 AND inclusion_probability <= 1", name="ck_review_plan_item_probability"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="review_plan.id")
    position: int
    response_id: int = Field(foreign_key="response.id")
    inclusion_probability: float


class GuidelineTextRow(SQLModel, table=True):
    """A suite's guideline as one of its versions has it. Appended only; the suite repeats the newest."""

    __tablename__: ClassVar[Any] = "guideline_text"
    __table_args__ = (UniqueConstraint("suite_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    suite_id: int = Field(foreign_key="suite.id")
    version: int
    text: str
    at: str


class JudgeAdmissionRow(SQLModel, table=True):
    """Whether a judging's verdicts counted from then on, and on whose word. Appended only; the judging repeats the
    newest."""

    __tablename__: ClassVar[Any] = "judge_admission"
    __table_args__ = (one_of("admission", JudgeAdmission),)

    id: int | None = Field(default=None, primary_key=True)
    judge_run_id: int = Field(foreign_key="judge_run.id", index=True)
    admission: str
    measured: str = ""
    author: str = ""
    reason: str = ""
    at: str


class DeclaredInterestRow(SQLModel, table=True):
    """What a person said of their own interests; an empty statement takes the one before back. Appended only.

    `at` is empty where it was said before times were kept.
    """

    __tablename__: ClassVar[Any] = "declared_interest"
    __table_args__ = (CheckConstraint("reviewer <> ''", name="ck_declared_interest_reviewer"),)

    id: int | None = Field(default=None, primary_key=True)
    reviewer: str
    statement: str = ""
    at: str = ""


class OriginRow(SQLModel, table=True):
    """A file that rows were imported from, by which reading of it. Appended only."""

    __tablename__: ClassVar[Any] = "origin"

    id: int | None = Field(default=None, primary_key=True)
    file: str
    sha256: str
    format: str
    tool: str = ""
    tool_version: str = ""
    mapping_version: str = ""
    licence: str = ""
    non_commercial: bool = False
    at: str


class CaseOriginRow(SQLModel, table=True):
    """Where a case version came from, and what its file says of it that has no field here (JSON, texts by name)."""

    __tablename__: ClassVar[Any] = "case_origin"
    __table_args__ = (Index("ix_case_origin_origin", "origin_id"),)

    case_id: int = Field(foreign_key="case.id", primary_key=True)
    origin_id: int = Field(foreign_key="origin.id")
    kept: str = "{}"
    non_commercial: bool = False


class ResponseOriginRow(SQLModel, table=True):
    """The same of a response."""

    __tablename__: ClassVar[Any] = "response_origin"
    __table_args__ = (Index("ix_response_origin_origin", "origin_id"),)

    response_id: int = Field(foreign_key="response.id", primary_key=True)
    origin_id: int = Field(foreign_key="origin.id")
    kept: str = "{}"


metadata = SQLModel.metadata
"""Of all tables, those of `rows` as well."""
