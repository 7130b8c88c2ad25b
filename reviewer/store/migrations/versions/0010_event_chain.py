"""A hash chain over the events, begun with what is there; the workspace's identity; an index of the review queues."""

import sqlalchemy as sa
from alembic import op

from reviewer.store import chain
from reviewer.store.dialects import sqlite

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chain_entry",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("shape", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("ix_chain_entry_source", "chain_entry", ["source", "last"], unique=False)
    op.create_index("ix_response_disagreement", "response", ["run_id", "disagreement", "final_action"], unique=False)
    for statement in sqlite.append_only_triggers(("chain_entry",)):
        op.get_bind().exec_driver_sql(statement)
    chain.start(op.get_bind(), chain.identify(op.get_bind()))


def downgrade() -> None:
    op.drop_table("chain_entry")
    op.drop_index("ix_response_disagreement", "response")
    op.get_bind().exec_driver_sql("DELETE FROM setting WHERE key = 'workspace.identity'")
