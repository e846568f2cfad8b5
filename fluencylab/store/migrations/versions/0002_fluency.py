"""What the self-test, the map and the week need: who the learner is, drafts, time spent, and fuller evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("learners") as learners:
        learners.add_column(sa.Column("product", sa.String(length=32), nullable=False, server_default=""))
        learners.add_column(sa.Column("target_minutes", sa.Integer(), nullable=False, server_default="150"))
        learners.add_column(sa.Column("plan", sa.JSON(), nullable=True))
    with op.batch_alter_table("evidence") as evidence:
        evidence.alter_column("stage", existing_type=sa.String(length=16), type_=sa.String(length=64), existing_nullable=False)
        evidence.add_column(sa.Column("variant", sa.Text(), nullable=False, server_default=""))
        evidence.add_column(sa.Column("content", sa.String(length=16), nullable=False, server_default=""))
        evidence.add_column(sa.Column("help", sa.Text(), nullable=False, server_default=""))
        evidence.add_column(sa.Column("seconds", sa.Float(), nullable=True))
    op.create_index("ix_evidence_learner_made", "evidence", ["learner_id", "made"])
    op.create_table(
        "drafts",
        sa.Column("learner_id", sa.String(length=32), sa.ForeignKey("learners.id"), primary_key=True),
        sa.Column("name", sa.String(length=128), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "time_spent",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("learner_id", sa.String(length=32), sa.ForeignKey("learners.id"), nullable=False),
        sa.Column("concept", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_time_spent_learner_made", "time_spent", ["learner_id", "made"])
