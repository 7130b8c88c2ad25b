"""The first schema."""

import sqlalchemy as sa
from alembic import op

from reviewer.store.dialects import sqlite

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_endpoint()
    _create_setting()
    _create_suite()
    _create_case()
    _create_model_version()
    _create_label_event()
    _create_run()
    _create_response()
    _create_review_plan()
    _create_run_case()
    _create_decision()
    _create_review_plan_item()
    _create_verdict()
    _create_adjudication()
    for statement in sqlite.schema_objects():
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    for table in sqlite.SEARCH_TABLES:
        op.drop_table(table)
    for table in reversed(TABLES):
        op.drop_table(table)


TABLES = (
    "endpoint",
    "setting",
    "suite",
    "case",
    "model_version",
    "label_event",
    "run",
    "response",
    "review_plan",
    "run_case",
    "decision",
    "review_plan_item",
    "verdict",
    "adjudication",
)


def _create_endpoint() -> None:
    op.create_table(
        "endpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.Column("key_env", sa.String(), nullable=False),
        sa.Column("key_service", sa.String(), nullable=False),
        sa.Column("headers", sa.String(), nullable=False),
        sa.Column("timeout_s", sa.Float(), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("responses_file", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.CheckConstraint("timeout_s > 0 AND concurrency > 0 AND max_attempts > 0", name="ck_endpoint_limits"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def _create_setting() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def _create_suite() -> None:
    op.create_table(
        "suite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("guideline", sa.String(), nullable=False),
        sa.Column("guideline_version", sa.Integer(), nullable=False),
        sa.Column("scale", sa.String(), nullable=False),
        sa.Column("scale_hash", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_suite_name"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def _create_case() -> None:
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suite_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("messages", sa.String(), nullable=False),
        sa.Column("message_hash", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("label_version", sa.Integer(), nullable=False),
        sa.Column("borderline", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("pair", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("rationale", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.CheckConstraint("key <> ''", name="ck_case_key"),
        sa.CheckConstraint("label IS NOT NULL OR status <> 'labelled'", name="ck_case_label"),
        sa.CheckConstraint("status IN ('labelled', 'unreviewed', 'disputed', 'retired')", name="ck_status"),
        sa.ForeignKeyConstraint(
            ["suite_id"],
            ["suite.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("suite_id", "key", "version"),
    )
    op.create_index("ix_case_suite_current_key", "case", ["suite_id", "current", "key"], unique=False)


def _create_model_version() -> None:
    op.create_table(
        "model_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.Column("responses_file", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("sampling", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoint.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", "hash"),
    )


def _create_label_event() -> None:
    op.create_table(
        "label_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("label_version", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("guideline_version", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('labelled', 'unreviewed', 'disputed', 'retired')", name="ck_status"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "label_version"),
    )


def _create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("suite_id", sa.Integer(), nullable=False),
        sa.Column("model_version_id", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("finished_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'running', 'cancelled', 'stopped', 'finished', 'imported')", name="ck_status"
        ),
        sa.CheckConstraint("repeats > 0", name="ck_run_repeats"),
        sa.ForeignKeyConstraint(
            ["model_version_id"],
            ["model_version.id"],
        ),
        sa.ForeignKeyConstraint(
            ["suite_id"],
            ["suite.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def _create_response() -> None:
    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reasoning", sa.String(), nullable=False),
        sa.Column("finish_reason", sa.String(), nullable=False),
        sa.Column("usage", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("latency_ms", sa.Float(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("raw_body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("received_at", sa.String(), nullable=False),
        sa.Column("final_action", sa.String(), nullable=True),
        sa.Column("final_source", sa.String(), nullable=True),
        sa.Column("unscored_reason", sa.String(), nullable=False),
        sa.Column("automatic_action", sa.String(), nullable=True),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "final_source IN ('adjudicated', 'decided', 'judge', 'rules') OR final_source IS NULL",
            name="ck_final_source",
        ),
        sa.CheckConstraint(
            "state IN ('ok', 'filtered', 'truncated', 'empty', 'tool_call_only', 'error')", name="ck_state"
        ),
        sa.CheckConstraint("(final_action IS NULL) = (final_source IS NULL)", name="ck_response_final"),
        sa.CheckConstraint("repeat > 0", name="ck_response_repeat"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run_id", "case_id", "repeat"),
    )
    op.create_index("ix_response_case", "response", ["case_id"], unique=False)


def _create_review_plan() -> None:
    op.create_table(
        "review_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("against_run_id", sa.Integer(), nullable=True),
        sa.Column("design", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("budget > 0", name="ck_review_plan_budget"),
        sa.ForeignKeyConstraint(
            ["against_run_id"],
            ["run.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_review_plan_run_id"), "review_plan", ["run_id"], unique=False)


def _create_run_case() -> None:
    op.create_table(
        "run_case",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "case_id"),
    )
    op.create_index(op.f("ix_run_case_case_id"), "run_case", ["case_id"], unique=False)


def _create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("response_hash", sa.String(), nullable=False),
        sa.Column("scale_hash", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("seconds_spent", sa.Float(), nullable=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="ck_decision_undoes"),
        sa.CheckConstraint("kind IN ('decision', 'adjudication', 'undo')", name="ck_kind"),
        sa.CheckConstraint("reviewer <> ''", name="ck_decision_reviewer"),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
        ),
        sa.ForeignKeyConstraint(
            ["undoes"],
            ["decision.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_decision_response", "decision", ["response_id"], unique=False)


def _create_review_plan_item() -> None:
    op.create_table(
        "review_plan_item",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("inclusion_probability", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "inclusion_probability > 0 AND inclusion_probability <= 1", name="ck_review_plan_item_probability"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["review_plan.id"],
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
        ),
        sa.PrimaryKeyConstraint("plan_id", "position"),
    )


def _create_verdict() -> None:
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("response_hash", sa.String(), nullable=False),
        sa.Column("classifier", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("engagement", sa.String(), nullable=True),
        sa.Column("refusal_kind", sa.String(), nullable=True),
        sa.Column("caveat", sa.Boolean(), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("engagement IN ('full', 'partial', 'none') OR engagement IS NULL", name="ck_engagement"),
        sa.CheckConstraint(
            "refusal_kind IN ('normative', 'epistemic', 'capability') OR refusal_kind IS NULL", name="ck_refusal_kind"
        ),
        sa.CheckConstraint("source IN ('rules', 'judge')", name="ck_source"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="ck_verdict_confidence"),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_verdict_response", "verdict", ["response_id"], unique=False)


def _create_adjudication() -> None:
    op.create_table(
        "adjudication",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('label_wrong', 'response_ambiguous', 'guideline_unclear', 'slip') OR cause IS NULL",
            name="ck_cause",
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
        ),
        sa.PrimaryKeyConstraint("decision_id"),
    )
