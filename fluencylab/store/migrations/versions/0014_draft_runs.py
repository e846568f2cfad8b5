"""Cases that a model drafted from documents, what a person made of each, and how many passages went where."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "draft_runs",
        sa.Column("run_id", sa.String(length=32), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), nullable=False, index=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "draft_choices",
        sa.Column("run_id", sa.String(length=32), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), nullable=False, index=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
    with op.batch_alter_table("product_sent") as sent:
        sent.add_column(sa.Column("passages", sa.Integer(), nullable=False, server_default="0"))
