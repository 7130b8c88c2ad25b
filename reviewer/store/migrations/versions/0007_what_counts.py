"""What counts: whether a judge's verdicts do, and how sure the automatic action of a response is."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADMISSION = (
    "ALTER TABLE judge_run ADD COLUMN admission VARCHAR DEFAULT 'not_measured' NOT NULL CONSTRAINT ck_admission CHECK "
    "(admission IN ('not_measured', 'below_the_bar', 'measured', 'person', 'before'))"
)
TEXTS = ("measured", "admitted_by", "admitted_why", "admitted_at")
# the rules' latest verdict; where a judge has spoken its word counts, and the rules' confidence is of no use
CONFIDENCE = (
    "UPDATE response SET automatic_confidence = (SELECT confidence FROM verdict WHERE response_id = response.id AND "
    "response_hash = response.hash ORDER BY id DESC LIMIT 1) WHERE automatic_action IS NOT NULL AND NOT EXISTS ("
    "SELECT 1 FROM verdict WHERE response_id = response.id AND response_hash = response.hash AND source = 'judge')"
)
SURE = ["run_id", "automatic_confidence", "automatic_action", "state", "reviewed", "unscored_reason"]


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    run(ADMISSION)
    # what judges said until now was counted, and no score changes because the program is a newer one
    run("UPDATE judge_run SET admission = 'before'")
    for name in TEXTS:
        op.add_column("judge_run", sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False))
    # not in batch mode, which would copy the tables and with them lose their triggers
    op.add_column("verdict", sa.Column("counted", sa.Boolean(), server_default=sa.text("1"), nullable=False))
    op.add_column("response", sa.Column("automatic_confidence", sa.Float(), nullable=True))
    run(CONFIDENCE)
    op.create_index("ix_response_sure", "response", SURE, unique=False)


def downgrade() -> None:
    op.drop_index("ix_response_sure", "response")
    for table, names in (
        ("response", ("automatic_confidence",)),
        ("verdict", ("counted",)),
        ("judge_run", (*TEXTS, "admission")),
    ):
        for name in names:
            op.get_bind().exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
