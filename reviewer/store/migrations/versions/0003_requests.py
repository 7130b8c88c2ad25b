"""Requests: what was sent for a response, what helps to trace it, and how an endpoint is reached."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # not in batch mode, which would copy the table and with it lose the triggers that keep the search index
    op.add_column("response", sa.Column("request_hash", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("response", sa.Column("traces", sa.String(), server_default=sa.text("'{}'"), nullable=False))

    op.create_index("ix_response_request", "response", ["request_hash"], unique=False)
    op.add_column("endpoint", sa.Column("network", sa.String(), server_default=sa.text("'{}'"), nullable=False))
    for table in ("endpoint", "model_version"):
        op.add_column(table, sa.Column("template", sa.String(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    for table, column in (("endpoint", "network"), ("endpoint", "template"), ("model_version", "template")):
        op.get_bind().exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_index("ix_response_request", "response")
    for column in ("request_hash", "traces"):
        op.get_bind().exec_driver_sql(f"ALTER TABLE response DROP COLUMN {column}")
