"""What was deleted and can come back, tombstones in the chain, how long suites are kept, what an import added.

Numbers of deleted rows are never given again: the tables that have numbers get SQLite's AUTOINCREMENT. Their rows stay
where they are, because the two kinds of table differ in the catalogue's text only.
"""

import json

import sqlalchemy as sa
from alembic import op

from reviewer.store import chain
from reviewer.store.dialects import numbering, sqlite

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = "'suite', 'cases', 'run', 'import'"
NUMBERED = (
    *("suite", "case", "label_event", "rescaling", "policy_lock", "endpoint", "model_version", "run", "response"),
    *("verdict", "judge_run", "judge_reply", "decision", "review_event", "label_dispute", "review_plan"),
    *("review_plan_item", "guideline_text", "judge_admission", "declared_interest", "origin"),
)
POINTING = (
    ("decision", "ix_decision_undoes", "undoes", "undoes IS NOT NULL"),
    ("decision", "ix_decision_carried_from", "carried_from", "carried_from IS NOT NULL"),
    ("review_plan_item", "ix_review_plan_item_response", "response_id", ""),
)
"""Who deletes a row has to know at once whether another one points at it."""


def upgrade() -> None:
    _create_tombstones()
    _create_bin()
    _create_kept()
    for table, name, column, where in POINTING:
        op.create_index(name, table, [column], unique=False, sqlite_where=sa.text(where) if where else None)
    for statement in sqlite.append_only_triggers(("tombstone",)):
        op.get_bind().exec_driver_sql(statement)
    numbering.number_for_good(op.get_bind(), NUMBERED)
    _tell_imports_of_before()


def _texts(*names: str) -> list["sa.Column[str]"]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _create_tombstones() -> None:
    op.create_table(
        "tombstone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("deletion", sa.Integer(), nullable=True),
        *_texts("what", "counts", "gone", "digest", "author", "at"),
        sa.CheckConstraint("kind IN ('deleted', 'restored', 'erased')", name="ck_kind"),
        sa.CheckConstraint(f"what IN ({KINDS})", name="ck_what"),
        sa.CheckConstraint("(kind = 'deleted') = (deletion IS NULL)", name="ck_tombstone_deletion"),
        sa.ForeignKeyConstraint(["deletion"], ["tombstone.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )


def _create_bin() -> None:
    op.create_table(
        "bin_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tombstone_id", sa.Integer(), nullable=False),
        *_texts("what", "name", "author", "at", "due", "counts", "holds", "needs", "cells", "scales", "drafts"),
        sa.CheckConstraint(f"what IN ({KINDS})", name="ck_what"),
        sa.ForeignKeyConstraint(["tombstone_id"], ["tombstone.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tombstone_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bin_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        *_texts("of", "columns"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["bin_item.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bin_part_item", "bin_part", ["item_id"], unique=False)


def _create_kept() -> None:
    op.create_table(
        "retention",
        sa.Column("suite_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("deletes", sa.Boolean(), nullable=False),
        *_texts("author", "at"),
        sa.CheckConstraint("until <> ''", name="ck_retention_until"),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"]),
        sa.PrimaryKeyConstraint("suite_id"),
    )
    op.create_table(
        "import_act",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("file", "format", "author", "at", "added", "extended"),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )


OF_BEFORE = {
    "suite": "SELECT min(id), max(id) FROM suite WHERE created_at = :at",
    "case": 'SELECT min(c.id), max(c.id) FROM "case" c JOIN case_origin o ON o.case_id = c.id '
    "WHERE o.origin_id = :origin AND c.created_at = :at",
    "endpoint": "SELECT min(id), max(id) FROM endpoint WHERE created_at = :at",
    "model_version": "SELECT min(id), max(id) FROM model_version WHERE created_at = :at",
    "run": "SELECT min(id), max(id) FROM run WHERE created_at = :at AND status = 'imported'",
    "response": "SELECT min(r.id), max(r.id) FROM response r JOIN response_origin o ON o.response_id = r.id "
    "WHERE o.origin_id = :origin AND r.received_at = :at",
}
SAID_WITH_IT = {
    "label_event": "SELECT min(id), max(id) FROM label_event WHERE at = :at AND case_id BETWEEN :first AND :last",
    "verdict": "SELECT min(id), max(id) FROM verdict WHERE at = :at AND response_id BETWEEN :first AND :last",
}
"""What came with the rows of `case` and `response`."""
HANGS_ON = {"label_event": "case", "verdict": "response"}


def _tell_imports_of_before() -> None:
    """Nothing was deleted before, and an import is one transaction: what it added lies between two numbers."""
    connection = op.get_bind()
    for origin, file, form, at in connection.execute(
        sa.text("SELECT id, file, format, at FROM origin ORDER BY id")
    ).all():
        added: dict[str, list[int]] = {}
        for table, query in OF_BEFORE.items():
            _tell(added, table, query, {"origin": origin, "at": at})
        for table, query in SAID_WITH_IT.items():
            if HANGS_ON[table] in added:
                first, last = added[HANGS_ON[table]]
                _tell(added, table, query, {"at": at, "first": first, "last": last})
        if added:
            said = {"file": file, "form": form, "at": at, "added": json.dumps(added)}
            connection.execute(
                sa.text(
                    "INSERT INTO import_act (file, format, author, at, added, extended, changed) "
                    "VALUES (:file, :form, '', :at, :added, '[]', 0)"
                ),
                said,
            )


def _tell(added: dict[str, list[int]], table: str, query: str, values: dict[str, object]) -> None:
    used = {name: value for name, value in values.items() if f":{name}" in query}
    first, last = op.get_bind().execute(sa.text(query), used).one()
    if first is not None:
        added[table] = [first, last]


def downgrade() -> None:
    numbering.number_freely(op.get_bind(), NUMBERED)
    for table, name, _, _ in POINTING:
        op.drop_index(name, table)
    for table in ("import_act", "retention", "bin_part", "bin_item", "tombstone"):
        op.drop_table(table)
    chain.restart(op.get_bind(), sqlite.append_only_triggers(("chain_entry",)))
    chain.take_up(op.get_bind(), chain.SECOND_EVENTS)
