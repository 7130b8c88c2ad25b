"""The chain of events, begun over what is there, and what tells one workspace from another."""

import secrets

import sqlalchemy as sa
from alembic import op

from reviewer.core.chain import GENESIS
from reviewer.store import sealing
from reviewer.store.dialects import sqlite

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("chain_seq", sa.Integer(), nullable=False),
        sa.Column("chain_hash", sa.String(), nullable=False),
        sa.Column("chain_marks", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_workspace_one"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "event_chain",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(
        "ix_event_chain_settling", "event_chain", ["row_id"], sqlite_where=sa.text("kind = 'label_settling'")
    )
    op.create_index("ix_response_disagreement", "response", ["run_id", "disagreement", "final_action"])
    connection = op.get_bind()
    for statement in sqlite.append_only_triggers(("event_chain",)):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO workspace (id, identity, chain_seq, chain_hash, chain_marks) VALUES (1, ?, 0, ?, '{}')",
        (secrets.token_hex(16), GENESIS),
    )
    sealing.seal(connection)


def downgrade() -> None:
    op.drop_index("ix_response_disagreement", table_name="response")
    op.drop_table("event_chain")
    op.drop_table("workspace")
