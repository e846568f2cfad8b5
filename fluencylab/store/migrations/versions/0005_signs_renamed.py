"""The hallucination lab's signs of confidence have the field's names: in its steps, and in what was predicted of them."""

import sqlalchemy as sa
from alembic import op

from fluencylab.store.moved import LAB, SURER_HALF, renamed_facts, renamed_sign

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    tables = sa.MetaData()
    runs, steps, evidence = (sa.Table(name, tables, autoload_with=op.get_bind()) for name in ("runs", "steps", "evidence"))
    for row in _rows(sa.select(steps).join(runs, runs.c.id == steps.c.run_id).where(runs.c.instrument == LAB)):
        if (data := renamed_sign(row.data)) != row.data:
            op.execute(steps.update().where(steps.c.run_id == row.run_id, steps.c.seq == row.seq).values(data=data))
    for row in _rows(sa.select(evidence)):
        answer, content = renamed_facts(row.answer), SURER_HALF.get(row.content, row.content)
        if (answer, content) != (row.answer, row.content):
            op.execute(evidence.update().where(evidence.c.id == row.id).values(answer=answer, content=content))


def _rows(query: sa.Select[tuple[object, ...]]) -> list[sa.Row[tuple[object, ...]]]:
    return list(op.get_bind().execute(query).all())
