"""The spec of a product: its sentences, its acceptance tests, and what became of it on products with one fault."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "spec_requirements",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), nullable=False, index=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "acceptance_tests",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), nullable=False, index=True),
        sa.Column("requirement", sa.String(length=32), nullable=False),
        sa.Column("check_id", sa.String(length=32), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "spec_runs",
        sa.Column("run_id", sa.String(length=32), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("tests", sa.JSON(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("certainty", sa.Integer(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
