"""Runs can be kept under a name with a note, and each says which version of the lab made it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("runs", sa.Column("version", sa.String(length=32), nullable=False, server_default=""))
    op.create_table(
        "kept_runs",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("learner_id", sa.String(length=32), sa.ForeignKey("learners.id"), nullable=False, index=True),
        sa.Column("lab", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(length=32), sa.ForeignKey("runs.id"), nullable=True),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("run_id", name="uq_kept_runs_run"),
    )
