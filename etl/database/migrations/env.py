"""Alembic environment: runs on the connection and in the transaction that `migrate` opened."""

from alembic import context

from etl.database.centre_rows import fill_centre_rows
from etl.database.tables import metadata

CENTRE_ROWS = "0007"
"""The migration that creates the centre rows. Today's code computes them, so it runs when the schema is the newest."""

# All migrations run in one transaction on both databases: SQLite can roll back CREATE TABLE too.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
revision = context.get_context().get_current_revision()
with context.begin_transaction():
    context.run_migrations()
    if revision is not None and revision < CENTRE_ROWS:
        fill_centre_rows(context.get_bind())
