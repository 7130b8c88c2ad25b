"""Judges: what they were asked, what they replied, and a mark on responses that the classifiers read differently."""

import sqlalchemy as sa
from alembic import op

from reviewer.store.dialects import sqlite

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # not in batch mode, which would copy the table and with it lose the triggers that keep the search index
    op.add_column("response", sa.Column("disagreement", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    _create_judge_run()
    _create_judge_reply()
    for statement in sqlite.append_only_triggers(("judge_reply",)):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_table("judge_reply")
    op.drop_table("judge_run")
    op.get_bind().exec_driver_sql("ALTER TABLE response DROP COLUMN disagreement")


def _create_judge_run() -> None:
    op.create_table(
        "judge_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("control_run_id", sa.Integer(), nullable=True),
        sa.Column("classifier", sa.String(), nullable=False),
        sa.Column("endpoint_name", sa.String(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.Column("responses_file", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("sampling", sa.String(), nullable=False),
        sa.Column("judge_hash", sa.String(), nullable=False),
        sa.Column("prompt_hash", sa.String(), nullable=False),
        sa.Column("rubric_version", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("drift", sa.String(), nullable=False),
        sa.Column("accepted_by", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("finished_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'running', 'held', 'cancelled', 'stopped', 'finished')", name="ck_status"
        ),
        sa.CheckConstraint("(accepted_by = '') = (accepted_at = '')", name="ck_judge_run_accepted"),
        sa.ForeignKeyConstraint(["control_run_id"], ["run.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_judge_run_run_id"), "judge_run", ["run_id"], unique=False)
    op.create_index("ix_judge_run_judge", "judge_run", ["judge_hash", "prompt_hash"], unique=False)


def _create_judge_reply() -> None:
    op.create_table(
        "judge_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judge_run_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("response_hash", sa.String(), nullable=False),
        sa.Column("control", sa.Boolean(), nullable=False),
        sa.Column("verdict_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("returned_model", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("raw_reply", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("latency_ms", sa.Float(), nullable=True),
        sa.Column("usage", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('judged', 'refused', 'not_the_form', 'failed')", name="ck_outcome"),
        sa.CheckConstraint("(action IS NOT NULL) = (outcome = 'judged')", name="ck_judge_reply_action"),
        sa.CheckConstraint("(verdict_id IS NULL) = (control OR outcome = 'failed')", name="ck_judge_reply_verdict"),
        sa.ForeignKeyConstraint(["judge_run_id"], ["judge_run.id"]),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"]),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("verdict_id"),
    )
    op.create_index("ix_judge_reply_run", "judge_reply", ["judge_run_id"], unique=False)
    op.create_index("ix_judge_reply_response", "judge_reply", ["response_id"], unique=False)
