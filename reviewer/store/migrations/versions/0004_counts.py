"""Counts: what every screen says of a run is kept, and few rows are found without reading the many."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNT = (
    "INSERT INTO run_count (run_id, state, responses, reviewed) "
    "SELECT run_id, state, count(*), sum(reviewed) FROM response GROUP BY run_id, state"
)
COUNT_CASES = "UPDATE run SET case_count = (SELECT count(*) FROM run_case WHERE run_case.run_id = run.id)"


def upgrade() -> None:
    op.create_table(
        "run_count",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("reviewed", sa.Integer(), nullable=False),
        sa.CheckConstraint("responses >= 0 AND reviewed BETWEEN 0 AND responses", name="ck_run_count"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.PrimaryKeyConstraint("run_id", "state"),
    )
    # not in batch mode, which would copy the tables and with them lose their triggers
    op.add_column("run", sa.Column("case_count", sa.Integer(), server_default=sa.text("0"), nullable=False))
    for statement in (COUNT, COUNT_CASES):
        op.get_bind().exec_driver_sql(statement)
    op.create_index("ix_case_suite_current_status", "case", ["suite_id", "current", "status"])
    op.create_index("ix_response_undecided", "response", ["run_id", "reviewed"], sqlite_where=sa.text("reviewed = 0"))
    op.create_index("ix_response_failed", "response", ["run_id"], sqlite_where=sa.text("state = 'error'"))


def downgrade() -> None:
    for index, table in (
        ("ix_response_failed", "response"),
        ("ix_response_undecided", "response"),
        ("ix_case_suite_current_status", "case"),
    ):
        op.drop_index(index, table)
    op.get_bind().exec_driver_sql("ALTER TABLE run DROP COLUMN case_count")
    op.drop_table("run_count")
