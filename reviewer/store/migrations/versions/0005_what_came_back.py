"""What came back: two more states of a response, and whether a partial answer says that it is one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = "'tool_call_only', 'error')"
AFTER = "'tool_call_only', 'error', 'no_response', 'unknown_end')"


def _replace_check(old: str, new: str) -> None:
    """Other words in the check of `response.state`.

    By hand in the schema, as https://sqlite.org/lang_altertable.html describes it for checks: copying the table would
    take as long as the workspace is large, and lose its triggers. The next schema version makes every connection read
    it again.
    """
    run = op.get_bind().exec_driver_sql
    version = run("PRAGMA schema_version").scalar_one()
    run("PRAGMA writable_schema = ON")
    run("UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'response'", (old, new))
    run(f"PRAGMA schema_version = {version + 1}")
    run("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    _replace_check(BEFORE, AFTER)
    op.add_column("verdict", sa.Column("said_so", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.get_bind().exec_driver_sql("UPDATE response SET state = 'empty' WHERE state IN ('no_response', 'unknown_end')")
    op.get_bind().exec_driver_sql("ALTER TABLE verdict DROP COLUMN said_so")
    _replace_check(AFTER, BEFORE)
