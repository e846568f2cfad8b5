"""Drafts are what is being typed. Run ids, hints, probes and marks, which lay among them, get a table of their own."""

import sqlalchemy as sa
from alembic import op

from fluencylab.store.moved import learner_state

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "learner_state",
        sa.Column("learner_id", sa.String(length=32), sa.ForeignKey("learners.id"), primary_key=True),
        sa.Column("name", sa.String(length=128), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
    )
    tables = sa.MetaData()
    drafts, states = (sa.Table(name, tables, autoload_with=op.get_bind()) for name in ("drafts", "learner_state"))
    for row in op.get_bind().execute(sa.select(drafts)).all():
        value = learner_state(row.name, row.text)
        if value is not None:
            op.execute(states.insert().values(learner_id=row.learner_id, name=row.name, value=value, saved=row.saved))
            op.execute(drafts.delete().where(drafts.c.learner_id == row.learner_id, drafts.c.name == row.name))
