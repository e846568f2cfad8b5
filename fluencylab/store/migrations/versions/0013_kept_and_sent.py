"""What is kept on a product from the labs, what of it went where, and to which machines it may go."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "product_kept",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), nullable=False, index=True),
        sa.Column("lab", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "product_sent",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), nullable=False, index=True),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("here", sa.Boolean(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "product_hosts",
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), primary_key=True),
        sa.Column("host", sa.String(length=255), primary_key=True),
        sa.Column("allowed", sa.DateTime(timezone=True), nullable=False),
    )
