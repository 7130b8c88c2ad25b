"""Histories of guidelines, of what people declared and of which judges count; they and review plans are in the chain.

A place in a plan gets a number of its own, so that the chain can name it.
"""

import sqlalchemy as sa
from alembic import op

from reviewer.store import chain, histories
from reviewer.store.dialects import sqlite

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

HISTORIES = ("guideline_text", "judge_admission", "declared_interest")
ADMISSIONS = ("not_measured", "below_the_bar", "measured", "person", "before")
REFILL = (
    "INSERT INTO review_plan_item (plan_id, position, response_id, inclusion_probability) "
    "SELECT plan_id, position, response_id, inclusion_probability FROM review_plan_item_before "
    "ORDER BY plan_id, position",
    "DROP TABLE review_plan_item_before",
    *sqlite.append_only_triggers(("review_plan_item",)),
)


def upgrade() -> None:
    _number_places()
    _create_histories()
    for statement in sqlite.append_only_triggers(HISTORIES):
        op.get_bind().exec_driver_sql(statement)
    histories.begin(op.get_bind())
    chain.take_up(op.get_bind(), chain.SECOND_EVENTS)


def _number_places() -> None:
    """SQLite gives no table another key: it is made anew, and with it the triggers that were on the old one."""
    op.rename_table("review_plan_item", "review_plan_item_before")
    _create_items(sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id"), is_numbered=True)
    _refill()


def _refill() -> None:
    for statement in REFILL:
        op.get_bind().exec_driver_sql(statement)


def _create_items(*key: sa.schema.SchemaItem, is_numbered: bool) -> None:
    op.create_table(
        "review_plan_item",
        *key,
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("inclusion_probability", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "inclusion_probability > 0 AND inclusion_probability <= 1", name="ck_review_plan_item_probability"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["review_plan.id"]),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"]),
        *([sa.UniqueConstraint("plan_id", "position")] if is_numbered else []),
    )


def _create_histories() -> None:
    op.create_table(
        "guideline_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suite_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("suite_id", "version"),
    )
    names = ", ".join(f"'{name}'" for name in ADMISSIONS)
    op.create_table(
        "judge_admission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judge_run_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("admission", "measured", "author", "reason", "at")),
        sa.CheckConstraint(f"admission IN ({names})", name="ck_admission"),
        sa.ForeignKeyConstraint(["judge_run_id"], ["judge_run.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_judge_admission_judge_run_id"), "judge_admission", ["judge_run_id"], unique=False)
    op.create_table(
        "declared_interest",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("reviewer", "statement", "at")),
        sa.CheckConstraint("reviewer <> ''", name="ck_declared_interest_reviewer"),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    histories.end(op.get_bind())
    for table in HISTORIES:
        op.drop_table(table)
    op.rename_table("review_plan_item", "review_plan_item_before")
    _create_items(sa.PrimaryKeyConstraint("plan_id", "position"), is_numbered=False)
    _refill()
    chain.restart(op.get_bind(), sqlite.append_only_triggers(("chain_entry",)))
