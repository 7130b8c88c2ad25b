"""Several reviewers: what was hidden at a decision, what else happened, who has which part, disputed labels."""

import sqlalchemy as sa
from alembic import op

from reviewer.store.dialects import sqlite

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EVENTS = ("unblinded", "flagged", "unflagged", "skipped")
LATER = ("review_event", "label_dispute", "label_settling", "review_assignment")
DECISION = ("hidden", "guideline_version", "origin", "uid", "carried_from")
PLAN = ("name", "author", "needed")


def upgrade() -> None:
    _widen_decisions()
    _widen_plans()
    _create_events()
    _create_disputes()
    for statement in sqlite.append_only_triggers(LATER):
        op.get_bind().exec_driver_sql(statement)


def _widen_decisions() -> None:
    # not in batch mode, which would copy the table and with it lose its triggers
    op.add_column("decision", sa.Column("hidden", sa.String(), nullable=True))
    op.add_column("decision", sa.Column("guideline_version", sa.Integer(), nullable=True))
    for name in ("origin", "uid"):
        op.add_column("decision", sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False))
    op.get_bind().exec_driver_sql("ALTER TABLE decision ADD COLUMN carried_from INTEGER REFERENCES decision(id)")
    op.create_index("ix_decision_uid", "decision", ["uid"], unique=True, sqlite_where=sa.text("uid <> ''"))


def _widen_plans() -> None:
    for name in ("name", "author"):
        op.add_column("review_plan", sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("review_plan", sa.Column("needed", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.create_table(
        "review_assignment",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.CheckConstraint("reviewer <> ''", name="ck_review_assignment_reviewer"),
        sa.ForeignKeyConstraint(["plan_id"], ["review_plan.id"]),
        sa.PrimaryKeyConstraint("plan_id", "position", "reviewer"),
    )


def _create_events() -> None:
    kinds = ", ".join(f"'{kind}'" for kind in EVENTS)
    op.create_table(
        "review_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint(f"kind IN ({kinds})", name="ck_kind"),
        sa.CheckConstraint("reviewer <> ''", name="ck_review_event_reviewer"),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_review_event_response", "review_event", ["response_id"], unique=False)


def _create_disputes() -> None:
    op.create_table(
        "label_dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("label_version", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("reviewer <> ''", name="ck_label_dispute_reviewer"),
        sa.CheckConstraint("reason <> ''", name="ck_label_dispute_reason"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index(op.f("ix_label_dispute_case_id"), "label_dispute", ["case_id"], unique=False)
    op.create_table(
        "label_settling",
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("label_version", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.CheckConstraint("author <> ''", name="ck_label_settling_author"),
        sa.CheckConstraint("reason <> ''", name="ck_label_settling_reason"),
        sa.ForeignKeyConstraint(["dispute_id"], ["label_dispute.id"]),
        sa.PrimaryKeyConstraint("dispute_id"),
    )


def downgrade() -> None:
    for table in ("label_settling", "label_dispute", "review_event", "review_assignment"):
        op.drop_table(table)
    op.drop_index("ix_decision_uid", "decision")
    for table, names in (("review_plan", PLAN), ("decision", DECISION)):
        for name in names:
            op.get_bind().exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
