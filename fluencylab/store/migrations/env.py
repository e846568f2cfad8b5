"""Alembic's way in: it is handed an open connection by `store/migrate.py`."""

from alembic import context

from fluencylab.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
