"""Rescalings: when a suite went over to another scale of actions, and what each action of the old one became."""

import sqlalchemy as sa
from alembic import op

from reviewer.store.dialects import sqlite

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rescaling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suite_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("last_verdict_id", sa.Integer(), nullable=False),
        sa.Column("last_label_event_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("reason <> ''", name="ck_rescaling_reason"),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_rescaling_suite_id"), "rescaling", ["suite_id"], unique=False)
    for statement in sqlite.append_only_triggers(("rescaling",)):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_table("rescaling")
