"""Policy locks: which bar a suite was given, by whom and when, so that it can be seen whether it predates a result."""

import sqlalchemy as sa
from alembic import op

from reviewer.store.dialects import sqlite

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_lock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suite_id", sa.Integer(), nullable=False),
        sa.Column("policy_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("last_response_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("policy_hash <> ''", name="ck_policy_lock_hash"),
        sa.CheckConstraint("author <> ''", name="ck_policy_lock_author"),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_policy_lock_suite_id"), "policy_lock", ["suite_id"], unique=False)
    for statement in sqlite.append_only_triggers(("policy_lock",)):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_table("policy_lock")
