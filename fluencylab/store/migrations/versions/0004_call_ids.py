"""A model call has one id within its run, by which it is kept. Those of before are called by the beginning of their request's hash."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
KEPT = """
INSERT INTO calls_by_id (run_id, id, request, completion, made)
SELECT run_id, substr(request, 1, 32) || CASE WHEN repetition = 0 THEN '' ELSE '-' || repetition END, request, completion, made FROM calls
"""


def upgrade() -> None:
    op.create_table(
        "calls_by_id",
        sa.Column("run_id", sa.String(length=32), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("id", sa.String(length=80), primary_key=True),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("completion", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(KEPT)
    op.drop_table("calls")
    op.rename_table("calls_by_id", "calls")
