"""Sittings of the capstone: which product was drawn, what was handed in of each part, and what it was worth."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "capstone_sittings",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("learner_id", sa.String(length=32), sa.ForeignKey("learners.id"), nullable=False, index=True),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.UniqueConstraint("learner_id", "ordinal", name="uq_capstone_sittings_learner_ordinal"),
    )
