"""A model as a judge, what is expected of a check before it is shown, and rules that two readers' disagreements led to."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("product_checks") as checks:
        checks.add_column(sa.Column("bar", sa.Integer(), nullable=False, server_default="80"))
        checks.add_column(sa.Column("expected_passes", sa.Integer(), nullable=True))
        checks.add_column(sa.Column("expected_fails", sa.Integer(), nullable=True))
        checks.add_column(sa.Column("certainty", sa.Integer(), nullable=True))
        checks.add_column(sa.Column("foretold", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text("UPDATE product_checks SET foretold = made"))
    op.create_table(
        "judge_runs",
        sa.Column("run_id", sa.String(length=32), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), nullable=False, index=True),
        sa.Column("check_id", sa.String(length=32), sa.ForeignKey("product_checks.id"), nullable=False, index=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "product_rules",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("product_id", sa.String(length=32), sa.ForeignKey("products.id"), nullable=False, index=True),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
