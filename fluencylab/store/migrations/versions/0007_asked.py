"""Evidence names what was asked, and no longer every word of its exercise: options may be worded anew, and what was shown still counts."""

import sqlalchemy as sa
from alembic import op

from fluencylab.store.moved import asked_hashes

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    known = asked_hashes()
    evidence = sa.Table("evidence", sa.MetaData(), autoload_with=op.get_bind())
    held = op.get_bind().execute(sa.select(evidence.c.content).distinct()).scalars().all()
    for content in held:
        if content in known:
            op.execute(evidence.update().where(evidence.c.content == content).values(content=known[content]))
