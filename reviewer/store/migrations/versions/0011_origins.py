"""Where imported rows came from, and what their files say of them that has no field here."""

import sqlalchemy as sa
from alembic import op

from reviewer.store.dialects import sqlite

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    texts = ("file", "sha256", "format", "tool", "tool_version", "mapping_version", "licence")
    op.create_table(
        "origin",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("non_commercial", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for table in ("case", "response"):
        flag: sa.Column[bool] = sa.Column("non_commercial", sa.Boolean(), nullable=False)
        op.create_table(
            f"{table}_origin",
            sa.Column(f"{table}_id", sa.Integer(), nullable=False),
            sa.Column("origin_id", sa.Integer(), nullable=False),
            sa.Column("kept", sa.String(), nullable=False),
            *([flag] if table == "case" else []),
            sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"]),
            sa.ForeignKeyConstraint(["origin_id"], ["origin.id"]),
            sa.PrimaryKeyConstraint(f"{table}_id"),
        )
        op.create_index(f"ix_{table}_origin_origin", f"{table}_origin", ["origin_id"], unique=False)
    for statement in sqlite.append_only_triggers(("origin",)):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    for table in ("response_origin", "case_origin", "origin"):
        op.drop_table(table)
